"""The attic's setting."""

from kiosk.core.i18n import lazy
from kiosk.core.setting import Number
from kiosk.school.settings import THE_SCHOOL

BROOMS = Number(name="brooms", label=lazy("Board"), least=1, most=9, default=7, group=THE_SCHOOL, place=99)

SETTINGS = (BROOMS,)
