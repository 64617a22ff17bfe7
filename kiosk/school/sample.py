"""The sample school's term, and how many meals its canteens served in the last two weeks."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import partial

from kiosk.core.samples import BY, Event, Share, Span, at
from kiosk.school.models import FROM_FILE, TYPED
from kiosk.school.queries import Slot
from kiosk.school.services import enter_served, save_term

EATERS = {
    ("k1", "breakfast"): 548,
    ("k1", "lunch"): 812,
    ("k1", "dinner"): 689,
    ("k2", "breakfast"): 371,
    ("k2", "lunch"): 566,
    ("k2", "dinner"): 437,
}
"""On an ordinary day."""
COUNTED = {"breakfast": time(8, 20), "lunch": time(13, 20), "dinner": time(18, 50)}
"""When each meal's number is known."""
DAYS = 10
TYPED_DAYS = 3
"""The last few are typed; what lies before came with the card system's file."""


def _furnish(span: Span) -> None:
    first = span.first
    save_term(by=BY, name="本学期", starts=first - timedelta(weeks=8), ends=first + timedelta(weeks=14))


def _number(day: date, canteen: str, meal: str) -> int:
    turn = (day.toordinal() * 37 + sum(map(ord, canteen + meal)) * 11) % 61
    return EATERS[canteen, meal] - 30 + turn - (70 if day.weekday() == 4 and meal == "dinner" else 0)


def _enter(day: date, meal: str, source: str) -> None:
    numbers = {
        Slot(day, canteen, name): _number(day, canteen, name) for canteen, name in EATERS if name == meal
    }
    enter_served(by=BY, numbers=numbers, source=source)


def _mend(day: date) -> None:
    """A number that was typed wrong at first."""
    slot = Slot(day, "k2", "lunch")
    enter_served(by=BY, numbers={slot: _number(day, "k2", "lunch") - 90}, source=TYPED)


def _events(of: Span, day: date) -> Iterator[Event]:
    counted = of.days[-DAYS:]
    if day not in counted:
        return
    for meal, moment in COUNTED.items():
        if day in of.days[-TYPED_DAYS:]:
            yield Event(at(day, moment), partial(_enter, day, meal, TYPED))
        else:
            yield Event(at(day, time(20)), partial(_enter, day, meal, FROM_FILE))
    if day == of.days[-2]:
        yield Event(at(day, time(21)), lambda: _mend(day))


SHARE = Share(furnish=_furnish, events=_events)
