"""The settings of messages."""

from kiosk.core.i18n import lazy
from kiosk.core.setting import YesOrNo
from kiosk.school.settings import THE_SCHOOL

IN_ENGLISH = YesOrNo(
    name="messages_in_english",
    label=lazy("Messages by mail and group robot are in English"),
    hint=lazy("Otherwise they are in Chinese, whichever language somebody reads the office in."),
    group=THE_SCHOOL,
    place=85,
)

SETTINGS = (IN_ENGLISH,)
