"""Tables of the school: settings, terms, exceptional days, meals."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core.db import BigKey, Model
from kiosk.core.field import Line, Whole
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
SERVED = Whole(name="number", label=lazy("Meals served"), least=0, most=50_000)
TYPED, FROM_FILE = "typed", "file"
SOURCES = {TYPED: lazy("typed"), FROM_FILE: lazy("from a file")}
"""Where a number of meals served comes from."""


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


class MealsServed(Model):
    """How many meals a canteen served at a meal of a day; a later version takes the place of an earlier one.

    Canteen and meal stand by their codes; without a `number` what was entered was taken back. Rows never
    change (triggers, migration 0038).
    """

    __tablename__ = "meals_served"
    __table_args__ = (UniqueConstraint("day", "canteen", "meal", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    canteen: Mapped[str] = mapped_column(String(20))
    meal: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    number: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(10))
    """One of SOURCES."""
    entered_at: Mapped[datetime]
    entered_by: Mapped[str] = mapped_column(String(40))
    chain_seq: Mapped[int] = mapped_column(BigKey)


class CardTerminal(Model):
    """Which canteen a terminal of the card system stands in; "" for one that serves no meals."""

    __tablename__ = "card_terminal"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    canteen: Mapped[str] = mapped_column(String(20))
