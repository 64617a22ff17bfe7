"""The roster: whose turn which meal is, who came, and where nobody did."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.db import remembered, session
from kiosk.core.errors import NotFound
from kiosk.core.i18n import named
from kiosk.core.room import on_since
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.dining.models import Away, Leader, SharedMeal, Swap, Turn
from kiosk.dining.queries.entries import Entry, entries
from kiosk.dining.settings import AMEND_DAYS, LEAST_MEALS
from kiosk.dining.switch import SWITCH
from kiosk.postings import queries as postings
from kiosk.school import queries as school
from kiosk.school.models import Meal, Term

COMING, OPEN, DONE, GAP, UNASKED = "coming", "open", "done", "gap", "unasked"
"""How a meal stands: to come, today and not entered yet, eaten with, nobody, from before it is asked for."""
DAYS_OF_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)


class Slot(NamedTuple):
    """A meal of a day in a canteen."""

    day: date
    canteen: int
    meal: str


@dataclass
class Sitting:
    """A meal with whoever is to eat there, whoever did, and how it stands."""

    slot: Slot
    canteen: Canteen
    meal: str
    """What the meal is called."""
    state: str
    turns: list[Turn] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    @property
    def turn(self) -> Turn | None:
        """The turn in force, if it is anybody's."""
        last = self.turns[-1] if self.turns else None
        return last if last and last.person_id is not None else None

    @property
    def replaced(self) -> list[Turn]:
        """Turns of others that were in force before, the newest first."""
        return [one for one in reversed(self.turns[:-1]) if one.person_id is not None]

    @property
    def is_late(self) -> bool:
        """Whether it was first entered on a later day."""
        came = [one for one in self.entries if one.is_leader]
        return bool(came) and all(one.is_late for one in came)


def leaders(*, everything: bool = False) -> list[Leader]:
    """Who eats with the pupils, in the order in which they were named."""
    query = select(Leader).order_by(Leader.added_at, Leader.person_id)
    return [one for one in session.scalars(query) if everything or (one.active and one.person.current.active)]


def leader_of(person: int | None) -> Leader | None:
    """The leader that this person is, or None."""
    if person is None:
        return None
    return next((one for one in leaders() if one.person.number == person), None)


def leader(number: int) -> Leader:
    """The leader with this person's number, or NotFound."""
    found = session.get(Leader, number)
    if found is None:
        raise NotFound
    return found


def aways(first: date, last: date) -> list[Away]:
    """The days on which leaders are away, of those that touch this span."""
    query = select(Away).where(Away.first <= last, Away.last >= first).order_by(Away.first, Away.id)
    return list(session.scalars(query))


def faces() -> dict[int, str]:
    """How everybody who is or was a leader is called in public, by every number of the person."""

    def read_faces() -> dict[int, str]:
        return {one.person_id: one.face for one in leaders(everything=True)}

    return remembered("dining faces", read_faces)


def face(turn: Turn | None) -> str:
    """Whose turn it is, as everybody reads it; "" for nobody's."""
    if turn is None or turn.person is None:
        return ""
    known = faces()
    return known.get(turn.person_id or 0) or known.get(turn.person.number) or turn.person.current.name


def meal_name(code: str) -> str:
    """What a meal is called; one that left the timetable by its code."""
    found: dict[str, Meal] = remembered("meals by code", lambda: {one.code: one for one in school.meals()})
    return named(found[code]) if code in found else code


def needed(first: date, last: date, canteen: Canteen | None = None) -> list[Slot]:
    """Every meal of a school day between, in every canteen that is open then."""
    places = [canteen] if canteen else counters.canteens()
    meals, days = school.meals(), sorted(school.school_days(first, last)) if first <= last else []
    return [
        Slot(day, place.id, meal.code)
        for day in days
        for meal in meals
        for place in places
        if counters.owes(place, day)
    ]


def turns(first: date, last: date) -> dict[Slot, list[Turn]]:
    """Every turn of these days, the last one in force."""
    query = select(Turn).where(Turn.day.between(first, last)).order_by(Turn.id)
    found: dict[Slot, list[Turn]] = defaultdict(list)
    for one in session.scalars(query):
        found[Slot(one.day, one.canteen_id, one.meal)].append(one)
    return found


def sittings(first: date, last: date, canteen: Canteen | None = None) -> list[Sitting]:
    """Every meal between, with what is set and what was entered; also those that were not needed."""
    known, written = turns(first, last), defaultdict(list)
    for one in entries(first, last, canteen.id if canteen else None):
        written[Slot(one.row.day, one.row.canteen_id, one.row.meal)].append(one)
    wanted = needed(first, last, canteen)
    set_too = [slot for slot in known if canteen is None or slot.canteen == canteen.id]
    order = {code: n for n, code in enumerate(one.code for one in school.meals())}
    canteens = {one.id: one for one in counters.canteens(everything=True)}
    places = {number: n for n, number in enumerate(canteens)}
    slots = sorted(
        {*wanted, *set_too, *written},
        key=lambda slot: (slot.day, order.get(slot.meal, 99), places[slot.canteen]),
    )
    required, since, now = set(wanted), on_since(SWITCH), school.now()
    return [
        Sitting(
            slot,
            canteens[slot.canteen],
            meal_name(slot.meal),
            _state(slot, written.get(slot, []), slot in required, since, now),
            known.get(slot, []),
            written.get(slot, []),
        )
        for slot in slots
    ]


def _state(slot: Slot, came: list[Entry], is_needed: bool, since: date | None, now: datetime) -> str:
    if any(one.is_leader for one in came):
        return DONE
    if slot.day > now.date():
        return COMING
    if since is None or slot.day < since or not is_needed:
        return UNASKED
    return OPEN if slot.day == now.date() else GAP


def sitting(canteen: Canteen, day: date, meal: str) -> Sitting:
    """One meal, or NotFound for one that the school does not have."""
    found = [one for one in sittings(day, day, canteen) if one.slot.meal == meal]
    if not found:
        raise NotFound
    return found[0]


def gaps(first: date, last: date) -> list[Sitting]:
    """Meals of these days at which nobody ate with the pupils, as far as anybody entered it."""
    last = min(last, school.today() - DAY)
    since = on_since(SWITCH)
    if since is None or max(first, since) > last:
        return []
    return [one for one in sittings(max(first, since), last) if one.state == GAP]


def dishes_of(canteen: Canteen, day: date, meal: str) -> str:
    """What the posted menu of the week says of a meal; "" where none says anything."""
    if "menu" not in {kind.slug for kind in postings.all_kinds()}:
        return ""
    year, week, _weekday = day.isocalendar()
    found = postings.same(
        postings.kind_of("menu"), canteen_id=canteen.id, counter_id=None, period=f"{year}-W{week:02}"
    )
    if found is None or not found.versions:
        return ""
    rows = postings.version(found.versions[0]).rows
    code = DAYS_OF_WEEK[day.weekday()]
    return next((row["dishes"] for row in rows if (row["day"], row["meal"]) == (code, meal)), "")


class Progress(NamedTuple):
    """How many meals a leader ate with the pupils this term, of how many, and how many are still set."""

    leader: Leader
    done: int
    due: int
    coming: int


def term_of(day: date) -> Term | None:
    """The term that a day lies in; None where none does."""
    return next((term for term in school.terms() if term.starts <= day <= term.ends), None)


def progress(day: date) -> list[Progress]:
    """Every leader's meals of the term in which the day lies; without terms those of the last half year."""
    term, least = term_of(day), school.settings()[LEAST_MEALS]
    first, last = (term.starts, term.ends) if term else (day - timedelta(days=182), day)
    ate: dict[int, set[Slot]] = defaultdict(set)
    query = select(SharedMeal).where(SharedMeal.day.between(first, last), SharedMeal.person_id.is_not(None))
    for row in session.scalars(query):
        if row.person:
            ate[row.person.number].add(Slot(row.day, row.canteen_id, row.meal))
    ahead: dict[int, int] = defaultdict(int)
    for slot, versions in turns(max(day, first), last).items():
        person = versions[-1].person
        if person and slot not in ate[person.number]:
            ahead[person.number] += 1
    return [Progress(one, len(ate[one.person.number]), least, ahead[one.person.number]) for one in leaders()]


def own_turns(person: int, first: date, last: date) -> list[Sitting]:
    """The meals of these days that are a person's turn."""
    own = {
        slot
        for slot, versions in turns(first, last).items()
        if versions[-1].person and versions[-1].person.number == person
    }
    return [one for one in sittings(first, last) if one.slot in own] if own else []


def swap(number: int) -> Swap:
    """What was asked, or NotFound."""
    found = session.get(Swap, number)
    if found is None:
        raise NotFound
    return found


def open_swaps() -> list[Swap]:
    """What was asked, has no answer and still can have one: the turn is in force, and to come."""
    query = select(Swap).join(Turn, Turn.id == Swap.turn_id).where(Swap.answer == "")
    found = session.scalars(query.where(Turn.day >= school.today()).order_by(Swap.id)).all()
    return [one for one in found if in_force(one.turn)]


def swaps_of(found: Iterable[Turn]) -> list[Swap]:
    """Everything that was asked of these turns."""
    numbers = [one.id for one in found]
    return list(session.scalars(select(Swap).where(Swap.turn_id.in_(numbers)).order_by(Swap.id)))


def turn(number: int) -> Turn:
    """A turn, or NotFound."""
    found = session.get(Turn, number)
    if found is None:
        raise NotFound
    return found


def slot_of(one: Turn) -> Slot:
    """The meal of a turn."""
    return Slot(one.day, one.canteen_id, one.meal)


def in_force(turn: Turn) -> bool:
    """Whether nothing took the place of the turn."""
    later = select(Turn.id).where(
        Turn.day == turn.day, Turn.canteen_id == turn.canteen_id, Turn.meal == turn.meal, Turn.id > turn.id
    )
    return session.scalar(later.limit(1)) is None


def is_over(slot: Slot) -> bool:
    """Whether the meal has ended."""
    return clock.now() >= school.meal_ends(slot.day, slot.meal)


def has_begun(slot: Slot) -> bool:
    """Whether the meal has begun; of one that left the timetable the day counts."""
    meal = next((one for one in school.meals() if one.code == slot.meal), None)
    now = school.now()
    return slot.day < now.date() or (slot.day == now.date() and (meal is None or now.time() >= meal.starts))


def may_still_be_entered(day: date) -> bool:
    """Whether a meal of that day can be entered or amended today."""
    return school.today() - timedelta(days=school.settings()[AMEND_DAYS]) <= day <= school.today()
