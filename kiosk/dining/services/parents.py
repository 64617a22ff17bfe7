"""Parents' days: opened by the office, registered for and cancelled by a private code, called off."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean, mask
from kiosk.core.security import ALPHABET, fingerprint, new_code, same
from kiosk.core.trace import record
from kiosk.counters.models import Canteen
from kiosk.dining import queries
from kiosk.dining.models import (
    CALLED,
    INVITATION,
    PLACES,
    REASON,
    WORD,
    ParentsDay,
    ParentsSeat,
)
from kiosk.dining.permissions import KEEP_ROSTER
from kiosk.school import queries as school

VISITOR = Actor("parent")
"""Whoever registers without an account; nobody knows who that is."""
WORD_LETTERS = 6
"""Of a word that is made up: 30 bits, which nobody guesses through the page."""
KEY = 16
"""Letters of the private code: 80 bits."""
MOST_ASIDE = 3
"""So many names on the list of a day may be the same."""


class Registered(NamedTuple):
    """A place, and the private code that only whoever registered has."""

    seat: ParentsSeat
    code: str


class Full(Conflict):
    """All places are taken."""

    code = "full"
    message = lazy("All places are taken. If somebody cancels, one is free again.")


def open_day(
    *,
    by: Actor,
    canteen: Canteen,
    day: date | None,
    meal: str,
    places: int | None,
    price: int | None,
    word: str = "",
    invitation: str = "",
) -> ParentsDay:
    """Let parents come to a meal, by a word that is on the invitation; an empty one is made up here.

    Raises Invalid, Conflict for a meal that is open already.
    """
    by.needs(KEEP_ROSTER, SCHOOL)
    if day is None or day < school.today():
        raise Invalid(lazy("Please choose a day that is to come."), field="day")
    if meal not in {one.code for one in school.meals()}:
        raise Invalid(lazy("Please choose"), field="meal")
    if not school.is_school_day(day):
        raise Invalid(lazy("This is not a school day."), field="day")
    if price is None:
        raise Invalid(lazy("Please enter the pupils' price."), field="price")
    for one in queries.parents_days(first=day):
        if (one.day, one.meal, one.canteen_id) == (day, meal, canteen.id) and one.called_off_at is None:
            raise Conflict(lazy("This meal is open to parents already."), field="day")
    found = ParentsDay(
        canteen_id=canteen.id,
        day=day,
        meal=meal,
        places=PLACES.read(places),
        price=price,
        word=WORD.read(word) or new_code(WORD_LETTERS),
        invitation=INVITATION.read(invitation),
        opened_by=str(by),
        opened_at=clock.now(),
    )
    after = {"day": day, "meal": meal, "places": found.places, "price": price}
    found.chain_seq = record("dining.parents_opened", f"dining:{canteen.code}", by=by, after=after)
    session.add(found)
    session.flush()
    return found


def call_off(*, by: Actor, parents_day: ParentsDay, reason: str) -> None:
    """Call a parents' day off; whoever registered reads why. Done twice is the same."""
    by.needs(KEEP_ROSTER, SCHOOL)
    why = mask(REASON.read(clean(reason)))
    if parents_day.called_off_at is not None:
        return
    parents_day.called_off_at, parents_day.called_off_because = clock.now(), why
    after = {"day": parents_day.day, "meal": parents_day.meal, "reason": why}
    record("dining.parents_called_off", f"dining:{parents_day.canteen.code}", by=by, after=after)


def fresh_code() -> str:
    """A private code for a form that is about to be filled in."""
    return new_code(KEY)


def register(*, parents_day: ParentsDay, called: str, word: str = "", code: str = "") -> Registered:
    """Take a place under a name of one's choice; the code that is given leads back to it.

    The form brings the code along (`fresh_code`): sent again under the same name it is the same place.
    Raises Invalid where the day's word is another, Full, and Conflict once the meal has begun.
    """
    if not queries.is_open(parents_day):
        raise Conflict(lazy("Nobody can register for this meal any more."))
    if not same(_plain(word), _plain(parents_day.word)):
        raise Invalid(
            lazy("This is not the word of this day. It stands on the invitation from the school."),
            field="word",
        )
    name = mask(CALLED.read(clean(called)))
    again = _again(parents_day, name, code)
    if again:
        return Registered(again, code)
    taken = [seat.called for seat in parents_day.seats if seat.cancelled_at is None]
    if taken.count(name) >= MOST_ASIDE:
        raise Invalid(lazy("Others are called the same. Please add something."), field="called")
    if parents_day.free == 0:
        raise Full
    code = code if _is_free(code) else fresh_code()
    seat = ParentsSeat(
        number=len(parents_day.seats) + 1,
        called=name,
        key_hash=fingerprint(code),
        registered_at=clock.now(),
    )
    parents_day.seats.append(seat)
    session.flush()
    _trace(VISITOR, "dining.parents_registered", seat)
    return Registered(seat, code)


def _plain(word: str) -> str:
    """A word without what people write differently."""
    return "".join(word.split()).lower()


def _again(parents_day: ParentsDay, name: str, code: str) -> ParentsSeat | None:
    """The place that the same form has taken before, if it is not given back."""
    held = [seat for seat in parents_day.seats if seat.cancelled_at is None and seat.called == name]
    return next((seat for seat in held if code and seat.key_hash == fingerprint(code)), None)


def _is_free(code: str) -> bool:
    """Whether it is a code as we make them, and nobody's yet."""
    if len(code) != KEY or not set(code) <= set(ALPHABET):
        return False
    return session.scalar(select(ParentsSeat.id).where(ParentsSeat.key_hash == fingerprint(code))) is None


def _trace(by: Actor, action: str, seat: ParentsSeat) -> None:
    found = seat.parents_day
    after = {"day": found.day, "meal": found.meal, "seat": seat.number}
    record(action, f"dining:{found.canteen.code}", by=by, after=after)


def cancel(*, seat: ParentsSeat, by: Actor = VISITOR) -> None:
    """Give a place back, by its code or in the office. Done twice is the same."""
    if by is not VISITOR:
        by.needs(KEEP_ROSTER, SCHOOL)
    if seat.cancelled_at is not None:
        return
    if not queries.is_open(seat.parents_day):
        raise Conflict(lazy("The meal has begun: the place cannot be given back any more."))
    seat.cancelled_at = clock.now()
    _trace(by, "dining.parents_cancelled", seat)


def erase_names(*, by: Actor, before: datetime) -> int:
    """Erase what parents were called at meals before that moment; how many."""
    day = school.local(before).date()
    query = select(ParentsSeat).join(ParentsDay).where(ParentsDay.day < day, ParentsSeat.called != "")
    seats = session.scalars(query).all()
    for seat in seats:
        seat.called = ""
    if seats:
        record("dining.parents_forgotten", "school", by=by, after={"number": len(seats)})
    return len(seats)
