"""The settings of teams and posts."""

from kiosk.core.i18n import lazy
from kiosk.core.setting import Number
from kiosk.school.settings import THE_SCHOOL

YEAR_MONTH = Number(
    name="school_year_month",
    label=lazy("Month in which the school year begins"),
    hint=lazy("Teams and posts are for a school year."),
    default=9,
    least=1,
    most=12,
    group=THE_SCHOOL,
    place=60,
)
YEAR_DAY = Number(
    name="school_year_day",
    label=lazy("Day of that month"),
    default=1,
    least=1,
    most=28,
    group=THE_SCHOOL,
    place=61,
)

SETTINGS = (YEAR_MONTH, YEAR_DAY)
