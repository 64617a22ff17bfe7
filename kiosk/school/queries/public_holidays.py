"""Public holidays of China and the weekends that are worked instead, as the State Council announces them.

From the package `holidays`; what a school keeps of them it enters, and mends, by hand.
"""

from datetime import date
from typing import NamedTuple

from holidays import HolidayBase, country_holidays

from kiosk.school.queries.days import exceptions
from kiosk.school.queries.values import settings
from kiosk.school.settings import SCHOOL_WEEKDAYS

YEARS = (2000, 2100)


class PublicDay(NamedTuple):
    """A day on which the country keeps other hours than its weekday says, and whether that is entered.

    `is_school_day` is True for a weekend that is worked. `contradicts` is True where something else is
    entered for the day.
    """

    day: date
    is_school_day: bool
    note: str
    is_entered: bool
    contradicts: bool


def public_days(year: int) -> list[PublicDay]:
    """The days of a year that the school's weekdays do not say already, in order.

    Raises ValueError for a year before 2000 or after 2100.
    """
    if not YEARS[0] <= year <= YEARS[1]:
        raise ValueError(year)
    holidays, weekdays = _china(year), settings()[SCHOOL_WEEKDAYS]
    closed = {day: name for day, name in holidays.items() if day.weekday() in weekdays}
    worked = {day: "调休上课" for day in make_up_days(year) if day.weekday() not in weekdays}
    entered = {entry.day: entry.is_school_day for entry in exceptions()}
    return [
        PublicDay(
            day=day,
            is_school_day=day in worked,
            note=note,
            is_entered=day in entered,
            contradicts=day in entered and entered[day] != (day in worked),
        )
        for day, note in sorted({**closed, **worked}.items())
    ]


def make_up_days(year: int) -> list[date]:
    """The weekends of a year that are worked; none before they are announced, in November."""
    return sorted(day for day in _china(year).weekend_workdays if day.year == year)


def _china(year: int) -> HolidayBase:
    return country_holidays("CN", years=year, language="zh_CN")
