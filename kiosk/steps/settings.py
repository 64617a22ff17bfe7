"""The settings of approvals."""

from kiosk.core.i18n import lazy
from kiosk.core.setting import YesOrNo
from kiosk.school.settings import THE_SCHOOL

SECOND_FACTOR = YesOrNo(
    name="decisions_need_code",
    label=lazy("Every decision of an approval needs a code of the second factor"),
    hint=lazy("Whoever decides then needs an authenticator app, and enters its code with each decision."),
    group=THE_SCHOOL,
    place=80,
)

SETTINGS = (SECOND_FACTOR,)
