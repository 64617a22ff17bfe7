"""What is entered at the table, amended by what follows it, and made a case."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from kiosk.cases import services as casework
from kiosk.cases.models import Case
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean, mask
from kiosk.core.security import fingerprint
from kiosk.core.trace import record
from kiosk.counters.models import Canteen
from kiosk.dining import queries
from kiosk.dining.models import (
    CONCERN,
    DISHES,
    LEADER,
    MARKS,
    PARENT,
    SCALE,
    WORDS,
    ParentsSeat,
    SharedMeal,
)
from kiosk.dining.permissions import KEEP_ROSTER
from kiosk.dining.queries import Entry, Slot
from kiosk.dining.services.roster import for_oneself


class NoLeader(Forbidden):
    """Whoever is no leader has no meal to enter."""

    code = "no-leader"
    message = lazy("You are not among those who eat with the pupils. The head of logistics can add you.")


class OtherWords(Conflict):
    """The same form with other words: the first ones stand."""

    code = "sent-already"
    message = lazy("This was sent already with other words. Open the entry and amend it.")


class Eater(NamedTuple):
    """Who ate: as what, how everybody reads the name, and the number of the person or of the seat."""

    role: str
    name: str = ""
    person: int | None = None
    seat: int | None = None


TEXTS = ("dishes", "words", "concern")
"""What stands in the record alone."""


def write(
    *,
    by: Actor,
    sent: str,
    canteen: Canteen,
    day: date,
    meal: str,
    person: int,
    typed: Mapping[str, Any],
    follows: Entry | None = None,
) -> SharedMeal:
    """Enter that a leader ate at a meal; `follows` is the entry that this one amends.

    `sent` is the form's own number: the same form with the same words is the same entry, however often it
    arrives. For somebody else only who keeps the roster enters. Raises Invalid, Conflict, NoLeader.
    """
    for_oneself(by, person)
    leader = queries.leader_of(person)
    if leader is None:
        raise NoLeader
    if follows is None:
        queries.sitting(canteen, day, meal)
    eater = Eater(LEADER, leader.face, person=leader.person_id)
    return _write(by, sent, canteen, Slot(day, canteen.id, meal), eater, typed, follows)


def write_as_parent(*, by: Actor, sent: str, seat: ParentsSeat, typed: Mapping[str, Any]) -> SharedMeal:
    """Enter what a parent says of the meal that the seat was for."""
    if not queries.can_write(seat):
        raise Conflict(lazy("This can be written from the meal on, for a week."))
    found = seat.parents_day
    before = next(iter(queries.read_entries(queries.written_by(seat))), None)
    slot = Slot(found.day, found.canteen_id, found.meal)
    return _write(by, sent, found.canteen, slot, Eater(PARENT, seat=seat.id), typed, before)


def _write(
    by: Actor,
    sent: str,
    canteen: Canteen,
    slot: Slot,
    eater: Eater,
    typed: Mapping[str, Any],
    follows: Entry | None,
) -> SharedMeal:
    said, mark = _said(typed), fingerprint(sent)
    if there := queries.sent_before(mark):
        return _same(there, said)
    _may_be_written(canteen, slot, eater, follows)
    row = SharedMeal(
        sent=mark,
        canteen_id=canteen.id,
        day=slot.day,
        meal=slot.meal,
        role=eater.role,
        person_id=eater.person,
        seat_id=eater.seat,
        written_at=clock.now(),
        written_by=str(by),
        follows_id=follows.row.id if follows else None,
        **{key: value for key, value in said.items() if key not in TEXTS},
    )
    who = {"role": eater.role, "whose": eater.person, "name": eater.name}
    after = {"day": slot.day, "meal": slot.meal, **who, **said}
    action = "dining.amended" if follows else "dining.entered"
    row.chain_seq = record(action, f"shared_meal:{canteen.code}:{slot.day}:{slot.meal}", by=by, after=after)
    session.add(row)
    session.flush()
    return row


def _may_be_written(canteen: Canteen, slot: Slot, eater: Eater, follows: Entry | None) -> None:
    """Invalid before the meal and long after it; an entry is amended by whoever wrote it."""
    if not queries.has_begun(slot):
        raise Invalid(lazy("This meal has not begun yet."), field="day")
    if eater.role == LEADER and not queries.may_still_be_entered(slot.day):
        raise Invalid(lazy("This meal lies too far back to be entered."), field="day")
    if follows is not None and (follows.row.person_id, follows.row.seat_id) != (eater.person, eater.seat):
        raise Forbidden
    if follows is None and eater.person is not None:
        _only_one(canteen, slot.day, slot.meal, eater.person)


def _only_one(canteen: Canteen, day: date, meal: str, person: int) -> None:
    """Conflict where the person entered this meal already: that is amended, and not entered again."""
    for one in queries.entries(day, day, canteen.id):
        if one.row.meal == meal and one.row.person and one.row.person.number == person:
            raise Conflict(lazy("This meal is entered already. Open the entry to amend it."))


def _said(typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed as it is kept; whatever could lead to a pupil is masked before it is stored."""
    marks: dict[str, Any] = {}
    for name in MARKS:
        mark = typed.get(name)
        if mark is not None and mark not in SCALE:
            raise Invalid(lazy("Please choose"), field=name)
        marks[name] = mark
    if all(mark is None for mark in marks.values()):
        raise Invalid(lazy("Please mark at least one."), field=next(iter(MARKS)))
    return {
        "dishes": mask(DISHES.read(clean(typed.get("dishes") or ""))),
        "words": mask(WORDS.read(clean(typed.get("words") or ""))),
        "concern": mask(CONCERN.read(clean(typed.get("concern") or ""))),
        "paid": typed.get("paid"),
        **marks,
    }


def _same(there: SharedMeal, said: Mapping[str, Any]) -> SharedMeal:
    """What the form became, if it says the same. OtherWords if not."""
    entry = next((old for old in _with_before(queries.entry(there.id)) if old.row.id == there.id), None)
    if entry is None or any(entry.value(name) != said[name] for name in (*MARKS, "paid", "dishes", "words")):
        raise OtherWords
    return there


def _with_before(entry: Entry) -> list[Entry]:
    return [entry, *entry.before]


def open_concern(*, by: Actor, entry: Entry) -> Case:
    """Make what has to be put right a case of the canteen; done twice it is the same case.

    Raises Invalid where nothing was written, Forbidden for somebody else's entry.
    """
    if entry.row.person is None:
        by.needs(KEEP_ROSTER, SCHOOL)
    else:
        for_oneself(by, entry.row.person.number)
    if known := queries.case_of(entry):
        return known
    text = "\n".join(filter(None, (entry.concern, entry.words and f"“{entry.words}”")))
    if not text:
        raise Invalid(lazy("Nothing was written that could become a case."))
    return casework.open_case(
        by=by,
        kind="complaint",
        subject=f"canteen:{entry.row.canteen.code}",
        text=text,
        day=entry.row.day,
        meal=entry.row.meal,
        voices=[f"shared_meal:{entry.row.id}"],
    )
