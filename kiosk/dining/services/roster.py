"""Who eats when: leaders, turns, and swapping them."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid, NotFound
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean, mask
from kiosk.core.trace import record
from kiosk.counters import queries as counters
from kiosk.dining import queries
from kiosk.dining.models import (
    BY_HAND,
    REFUSED,
    SWAP_REASON,
    SWAPPED,
    TAKEN,
    TAKEN_BACK,
    TITLE,
    Away,
    Leader,
    Swap,
    Turn,
)
from kiosk.dining.permissions import EAT, KEEP_ROSTER
from kiosk.dining.queries import Slot
from kiosk.persons import queries as persons
from kiosk.persons.models import Person


class TurnTaken(Conflict):
    """The roster changed since it was looked at."""

    code = "turn-changed"
    message = lazy("Somebody changed the roster meanwhile. Nothing was saved; please look at it again.")


def name_leader(*, by: Actor, person: Person, title: str, weekdays: list[int]) -> Leader:
    """Let somebody eat with the pupils on these weekdays (none named: on all), or say it anew."""
    by.needs(KEEP_ROSTER, SCHOOL)
    title = TITLE.read(title)
    if any(day not in range(7) for day in weekdays):
        raise Invalid(lazy("Please choose"), field="weekdays")
    found = session.get(Leader, person.number)
    before = _told_leader(found) if found else None
    if found is None:
        found = Leader(person_id=person.number, added_at=clock.now())
        session.add(found)
    found.title, found.weekdays, found.active = title, sorted(set(weekdays)), True
    record("dining.leader", f"person:{person.number}", by=by, before=before, after=_told_leader(found))
    session.flush()
    return found


def _told_leader(one: Leader) -> dict[str, Any]:
    return {"title": one.title, "weekdays": list(one.weekdays), "eats": one.active}


def let_go(*, by: Actor, leader: Leader) -> None:
    """Ask a leader no more; turns to come are to be given to others."""
    by.needs(KEEP_ROSTER, SCHOOL)
    before = _told_leader(leader)
    leader.active = False
    record("dining.leader", f"person:{leader.person_id}", by=by, before=before, after=_told_leader(leader))


def note_away(*, by: Actor, leader: Leader, first: date | None, last: date | None) -> Away:
    """Note days on which a leader is away: the proposal leaves them out."""
    for_oneself(by, leader.person.number)
    if first is None or last is None or first > last:
        raise Invalid(lazy("The last day comes before the first."), field="last")
    found = Away(person_id=leader.person_id, first=first, last=last)
    session.add(found)
    record("dining.away", f"person:{leader.person_id}", by=by, after={"first": first, "last": last})
    session.flush()
    return found


def for_oneself(by: Actor, person: int) -> None:
    """Forbidden, unless it is one's own or one keeps the roster."""
    if not (by.may(EAT, SCHOOL) and persons.is_among(by.person, [person])):
        by.needs(KEEP_ROSTER, SCHOOL)


def set_turns(
    *,
    by: Actor,
    turns: Mapping[Slot, int | None],
    source: str = BY_HAND,
    seen: Mapping[Slot, int] | None = None,
) -> list[Turn]:
    """Say who eats at which meals, by the persons' numbers; None for nobody. What stands so already stays.

    `seen` are the numbers of the turns that were looked at, 0 for none. Raises Invalid for a meal that is
    over and for somebody who is no leader; TurnTaken.
    """
    by.needs(KEEP_ROSTER, SCHOOL)
    known = {one.person.number for one in queries.leaders()}
    if not turns:
        return []
    days = [slot.day for slot in turns]
    there = queries.turns(min(days), max(days))
    changed: dict[Slot, int | None] = {}
    for slot, person in turns.items():
        last = there[slot][-1] if slot in there else None
        now = last.person.number if last and last.person else None
        if person == now:
            continue
        if seen is not None and (last.id if last else 0) != seen.get(slot, 0):
            raise TurnTaken
        if person is not None and person not in known:
            raise Invalid(lazy("Only who eats with the pupils can be on the roster."))
        _not_over(slot)
        changed[slot] = person
    _not_in_two_places(there, changed)
    return _set(by, changed, source, "")


def _not_in_two_places(there: Mapping[Slot, list[Turn]], changed: Mapping[Slot, int | None]) -> None:
    """Nobody eats in two canteens at once."""
    now = {slot: rows[-1].person.number for slot, rows in there.items() if rows[-1].person}
    after = {slot: person for slot, person in {**now, **changed}.items() if person is not None}
    tables = Counter((slot.day, slot.meal, person) for slot, person in after.items())
    for slot, person in changed.items():
        if person is not None and tables[slot.day, slot.meal, person] > 1:
            message = lazy("%(day)s: nobody can eat in two canteens at the same meal. Nothing was saved.")
            raise Invalid(message, day=slot.day)


def _not_over(slot: Slot) -> None:
    if queries.is_over(slot):
        message = lazy("%(day)s: this meal is over; who was to come stays on the roster.")
        raise Invalid(message, day=slot.day)


def _set(by: Actor, turns: Mapping[Slot, int | None], source: str, reason: str) -> list[Turn]:
    """New turns, under one entry of the record for each canteen."""
    codes = {one.id: one.code for one in counters.canteens(everything=True)}
    made = []
    for canteen in sorted({slot.canteen for slot in turns}):
        own = sorted(slot for slot in turns if slot.canteen == canteen)
        told = [f"{slot.day} {slot.meal} {turns[slot] or '-'}" for slot in own]
        after = {"turns": told, "source": source, **({"reason": reason} if reason else {})}
        seq = record("dining.turns", f"dining:{codes[canteen]}", by=by, after=after)
        made += [
            Turn(
                canteen_id=canteen,
                day=slot.day,
                meal=slot.meal,
                person_id=turns[slot],
                source=source,
                reason=reason,
                set_by=str(by),
                set_at=clock.now(),
                chain_seq=seq,
            )
            for slot in own
        ]
    session.add_all(made)
    session.flush()
    return made


def ask_to_swap(*, by: Actor, turn: Turn, other: Leader, reason: str, in_return: Turn | None = None) -> Swap:
    """Ask another leader to take one's turn, perhaps for one of the other's. The roster stays until then.

    The same asked again just now is one. Raises Invalid, TurnTaken, Forbidden.
    """
    person = _holder(turn)
    for_oneself(by, person)
    reason = mask(SWAP_REASON.read(clean(reason)))
    if other.person.number == person:
        raise Invalid(lazy("Please choose somebody else."), field="other")
    if in_return is not None and (in_return.person is None or in_return.person.number != other.person.number):
        raise Invalid(lazy("This is not the other's turn."), field="in_return")
    for one in filter(None, (turn, in_return)):
        _not_over(Slot(one.day, one.canteen_id, one.meal))
        if not queries.in_force(one):
            raise TurnTaken
    there = next((one for one in queries.swaps_of([turn]) if not one.answer), None)
    if there is not None:
        if there.other_id == other.person_id:
            return there
        raise Conflict(lazy("Somebody is asked already; take that back first."), field="other")
    found = Swap(
        turn=turn,
        other_id=other.person_id,
        in_return=in_return,
        reason=reason,
        asked_by=str(by),
        asked_at=clock.now(),
    )
    after = {
        **_told_turn(turn),
        "whom": other.person_id,
        "reason": reason,
        **({"in_return": in_return.id} if in_return else {}),
    }
    found.chain_seq = record("dining.swap_asked", f"dining:{turn.canteen.code}", by=by, after=after)
    session.add(found)
    session.flush()
    return found


def _holder(turn: Turn) -> int:
    if turn.person is None:
        raise NotFound
    return turn.person.number


def _told_turn(turn: Turn) -> dict[str, Any]:
    return {"turn": turn.id, "day": turn.day, "meal": turn.meal, "whose": turn.person_id}


def answer_swap(*, by: Actor, swap: Swap, answer: str) -> Swap:
    """Take the turn over, refuse, or take the question back. Done twice is the same.

    Who is asked takes or refuses; whoever keeps the roster may, too. Raises Conflict, TurnTaken.
    """
    if answer not in (TAKEN, REFUSED, TAKEN_BACK):
        raise NotFound
    for_oneself(by, _holder(swap.turn) if answer == TAKEN_BACK else swap.other.number)
    if swap.answer == answer:
        return swap
    if swap.answer:
        raise Conflict(lazy("It was answered meanwhile."))
    swap.answer, swap.answered_by, swap.answered_at = answer, str(by), clock.now()
    record(
        "dining.swap_answered",
        f"dining:{swap.turn.canteen.code}",
        by=by,
        after={**_told_turn(swap.turn), "answer": answer},
    )
    if answer == TAKEN:
        _change_hands(by, swap)
    session.flush()
    return swap


def _change_hands(by: Actor, swap: Swap) -> None:
    """Both turns get their new holders at once; neither changed since it was asked."""
    turns = {swap.turn: swap.other.number}
    if swap.in_return is not None:
        turns[swap.in_return] = _holder(swap.turn)
    for turn in turns:
        if not queries.in_force(turn):
            raise TurnTaken
        _not_over(Slot(turn.day, turn.canteen_id, turn.meal))
    new = {Slot(turn.day, turn.canteen_id, turn.meal): person for turn, person in turns.items()}
    _set(by, new, SWAPPED, swap.reason)
