"""Counters and canteens as what a case can be about."""

from collections.abc import Iterable
from datetime import datetime

from flask import url_for

from kiosk.core.actor import Place
from kiosk.core.i18n import lazy
from kiosk.core.room import CaseSubject, Concern
from kiosk.core.web import account, named
from kiosk.counters import queries
from kiosk.counters.permissions import MANAGE_COUNTERS


def _counter(code: str) -> Concern | None:
    found = next((one for one in queries.counters(everything=True) if one.code == code), None)
    if found is None:
        return None
    label = f"{named(found.canteen)} {named(found)}" if found.canteen else named(found)
    return Concern(label, queries.place_of(found), found.post_id)


def _on_duty(code: str, moment: datetime) -> Iterable[int]:
    found = queries.find_counter(code)
    return [one.number for one in queries.on_duty(found.id, moment)] if found else []


def _canteen(code: str) -> Concern | None:
    found = next((one for one in queries.canteens(everything=True) if one.code == code), None)
    return Concern(named(found), Place(canteen=code)) if found else None


def _office(endpoint: str, code: str) -> str | None:
    """The page in the office, for who may open it."""
    who = account()
    return url_for(endpoint, code=code) if who and who.may(MANAGE_COUNTERS) else None


SUBJECTS = {
    "canteen": CaseSubject(
        label=lazy("Canteen"),
        find=_canteen,
        choices=lambda: [(one.code, named(one)) for one in queries.canteens()],
        office=lambda code: _office("office.counters.canteen", code),
    ),
    "counter": CaseSubject(
        label=lazy("Counter"),
        find=_counter,
        choices=lambda: [(one.code, _labelled(one.code)) for one in queries.counters()],
        public=lambda code: url_for("ratings.counter", code=code),
        office=lambda code: _office("office.counters.edit", code),
        rated=_on_duty,
    ),
}
"""By what stands before the colon of a case's subject."""


def _labelled(code: str) -> str:
    found = _counter(code)
    return found.label if found else code
