"""Meals at which nobody ate with the pupils, for whoever asks after what is owed (`Room.dues`)."""

from collections.abc import Iterator
from datetime import date

from flask import url_for

from kiosk.core.filters import day as told
from kiosk.core.i18n import _, lazy, named
from kiosk.core.overdue import Dues, Overdue
from kiosk.counters import queries as counters
from kiosk.dining import queries
from kiosk.staff import queries as staff

EAT = "eat"


def overdue(first: date, last: date) -> Iterator[Overdue]:
    """Each such meal: whose turn it was; where it was nobody's it is the head's."""
    for one in queries.gaps(first, last):
        subject = f"shared_meal:{one.canteen.code}:{one.slot.day}:{one.slot.meal}"
        people = (
            (one.turn.person.number,)
            if one.turn and one.turn.person
            else tuple(head.number for head in staff.answerable(None, one.slot.day))
        )
        yield Overdue(subject, subject, EAT, one.slot.day, people)


def _parts(subject: str) -> tuple[str, date, str]:
    _what, canteen, day, meal = subject.split(":", 3)
    return canteen, date.fromisoformat(day), meal


def _title(subject: str, _duty: str) -> str:
    canteen, day, meal = _parts(subject)
    return str(
        _(
            "Shared meal: %(meal)s on %(day)s, %(canteen)s",
            meal=queries.meal_name(meal),
            day=told(day, "date"),
            canteen=named(counters.canteen(canteen)),
        )
    )


def _address(subject: str) -> str:
    canteen, day, meal = _parts(subject)
    return url_for("office.dining.enter", canteen=canteen, day=day.isoformat(), meal=meal)


DUES = Dues(kind="shared-meal", label=lazy("Shared meals"), of=overdue, title=_title, address=_address)
