"""How many meals were served: by canteen, day and meal, as far as somebody entered it."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select

from kiosk.core.actor import Place
from kiosk.core.db import session
from kiosk.core.i18n import LazyString, lazy
from kiosk.core.room import Asked, Switch, measure, on_since
from kiosk.school.models import CardTerminal, MealsServed
from kiosk.school.queries.days import school_days
from kiosk.school.queries.hours import meals, today

MEALS_SERVED = Switch(
    "meals-served",
    lazy("Meals served"),
    (
        Asked(
            lazy("Canteen manager"),
            lazy("Enters each day how many meals were served, or brings the card system's file."),
        ),
    ),
)
"""Whether the school counts them."""
LOOK_BACK = timedelta(days=14)
"""Days that are asked after, until somebody enters them."""


class Slot(NamedTuple):
    """A meal of a day in a canteen, by codes."""

    day: date
    canteen: str
    meal: str


class Canteen(NamedTuple):
    """A canteen by its code, what it is called, and where it is, as rights are asked for it."""

    code: str
    label: str

    @property
    def place(self) -> Place:
        """The same as rights have it."""
        return Place(canteen=self.code)


def canteens() -> list[Canteen]:
    """The canteens that are open, as the room above knows them."""
    known = measure("places")
    found = known() if known else ()
    return [Canteen(place.canteen, str(label)) for _code, place, label in found if place.canteen]


def served_versions(first: date, last: date, canteen: str | None = None) -> dict[Slot, list[MealsServed]]:
    """Whatever was entered for these days, both included, the earliest first."""
    query = select(MealsServed).where(MealsServed.day.between(first, last))
    if canteen is not None:
        query = query.where(MealsServed.canteen == canteen)
    found: dict[Slot, list[MealsServed]] = {}
    for row in session.scalars(query.order_by(MealsServed.day, MealsServed.canteen, MealsServed.version)):
        found.setdefault(Slot(row.day, row.canteen, row.meal), []).append(row)
    return found


def served(first: date, last: date, canteen: str | None = None) -> dict[Slot, int]:
    """How many meals were served on these days, where that is known."""
    found = served_versions(first, last, canteen)
    return {slot: number for slot, rows in found.items() if (number := rows[-1].number) is not None}


def served_on(canteen: str, day: date) -> int | None:
    """How many meals a canteen served on a day, as far as it is known; None where nothing is."""
    found = served(day, day, canteen)
    return sum(found.values()) if found else None


def uncounted_days(canteen: str) -> list[date]:
    """School days of the last two weeks before today for which nothing was entered, since it is asked for."""
    since, now = on_since(MEALS_SERVED), today()
    if since is None or not meals():
        return []
    first, last = max(since, now - LOOK_BACK), now - timedelta(days=1)
    if first > last:
        return []
    known = {slot.day for slot in served_versions(first, last, canteen)}
    return sorted(school_days(first, last) - known)


def terminals(names: Iterable[str]) -> dict[str, str]:
    """Where the known ones of these terminals stand: a canteen's code, or "" for none."""
    wanted = list(names)
    query = select(CardTerminal).where(CardTerminal.name.in_(wanted))
    return {one.name: one.canteen for one in session.scalars(query)} if wanted else {}


def meal_labels() -> dict[str, LazyString | str]:
    """The meals of the timetable by code, as the school calls them."""
    return {meal.code: meal.name for meal in meals()}
