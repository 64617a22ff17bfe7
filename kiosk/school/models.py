"""Tables of the school: settings, terms, exceptional days, meals."""

from datetime import date, time
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core.db import Model
from kiosk.core.field import Line
from kiosk.core.i18n import lazy

WEEKDAYS = (
    (0, lazy("Monday")),
    (1, lazy("Tuesday")),
    (2, lazy("Wednesday")),
    (3, lazy("Thursday")),
    (4, lazy("Friday")),
    (5, lazy("Saturday")),
    (6, lazy("Sunday")),
)
"""The days of the week as Python counts them."""


TERM_NAME = Line(
    name="name", label=lazy("Name of the term"), longest=60, missing=lazy("Please enter a name.")
)
NOTE = Line(name="note", label=lazy("Why"), longest=60, hint=lazy("For example: National Day, make-up day."))
MEAL_NAME = Line(
    name="name", label=lazy("Name of the meal"), longest=30, missing=lazy("Please enter a name.")
)
MEAL_NAME_EN = Line(
    name="name_en",
    label=lazy("Name in English"),
    longest=30,
    hint=lazy("Shown on English pages; empty: the name above."),
)


class Setting(Model):
    """One setting that differs from its default (see `queries.Settings`)."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class Term(Model):
    """A term (学期), first and last day included."""

    __tablename__ = "term"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = TERM_NAME.column()
    starts: Mapped[date] = mapped_column(index=True)
    ends: Mapped[date]


class DayException(Model):
    """A day that is a school day although its weekday is none, or the reverse (a holiday)."""

    __tablename__ = "day_exception"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_school_day: Mapped[bool]
    note: Mapped[str] = NOTE.column()


class Meal(Model):
    """A meal of the timetable (餐次): ratings taken within its hours belong to it."""

    __tablename__ = "meal"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = MEAL_NAME.column()
    name_en: Mapped[str] = MEAL_NAME_EN.column()
    starts: Mapped[time]
    ends: Mapped[time]
