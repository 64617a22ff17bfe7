"""Health certificates that were seen, who works with food, and the morning check."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from kiosk.core import clock
from kiosk.core.actor import Actor, Place
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.counters.models import Canteen
from kiosk.kitchen import queries
from kiosk.kitchen.models import (
    ABSENT,
    OUTCOMES,
    SIGNS,
    HealthCertificate,
    KitchenWorker,
    MorningCheck,
    MorningNote,
)
from kiosk.kitchen.permissions import CHECK_HEALTH
from kiosk.persons.models import Person
from kiosk.school import queries as school

LONGEST = timedelta(days=366 * 2)
"""A certificate holds for a year; what is farther away is a slip."""


class Unwell(NamedTuple):
    """Somebody who was not simply well: what became of the person, and why."""

    person: int
    outcome: str
    signs: tuple[str, ...] = ()


def see_certificates(*, by: Actor, canteen: Canteen, until: Mapping[int, date]) -> list[HealthCertificate]:
    """Note that one has seen certificates, each person's with its end; what is known already stays.

    Invalid for somebody who does not work with food there, and for an end that no certificate has.
    """
    by.needs(CHECK_HEALTH, Place(canteen=canteen.code))
    known = {one.person.number: one for one in queries.workers(canteen)}
    today, new = school.today(), []
    for number, end in until.items():
        own = known.get(number)
        if own is None:
            raise Invalid(lazy("This person does not work with food there."), field=f"until-{number}")
        if not today - LONGEST < end < today + LONGEST:
            raise Invalid(
                lazy("Please look at the year: such a certificate there is not."), field=f"until-{number}"
            )
        if own.certificate is None or own.certificate.until != end:
            new.append(_seen(by, own.person, end))
    session.add_all(new)
    session.flush()
    return new


def _seen(by: Actor, person: Person, until: date) -> HealthCertificate:
    record("health.certificate_seen", f"person:{person.number}", by=by, after={"until": until})
    return HealthCertificate(person_id=person.number, until=until, seen_at=clock.now(), seen_by_id=by.person)


def add_worker(*, by: Actor, canteen: Canteen, person: Person) -> None:
    """Note that somebody works with food at a canteen, who is on no roster of it."""
    by.needs(CHECK_HEALTH, Place(canteen=canteen.code))
    if person.number in {one.person.number for one in queries.workers(canteen)}:
        raise Conflict(lazy("%(name)s is on the list already."), field="person", name=person.name)
    session.add(KitchenWorker(canteen_id=canteen.id, person_id=person.number, added_at=clock.now()))
    record("health.worker_added", f"canteen:{canteen.code}", by=by, after={"whose": person.number})
    session.flush()


def remove_worker(*, by: Actor, canteen: Canteen, number: int) -> None:
    """Note that somebody does not work with food there any more; who is on a roster stays on the list."""
    by.needs(CHECK_HEALTH, Place(canteen=canteen.code))
    if found := queries.by_hand(canteen).get(number):
        found.removed_at = clock.now()
        record("health.worker_removed", f"canteen:{canteen.code}", by=by, before={"whose": number})
        session.flush()


def check(*, by: Actor, canteen: Canteen, unwell: Iterable[Unwell] = ()) -> MorningCheck:
    """Note today's morning check: all are well but those who are named.

    The record says that it was made, by whom and of how many, and nothing of how anybody was. The same sent
    again within minutes is one. Invalid where somebody is named without a sign, or is not on the list.
    """
    by.needs(CHECK_HEALTH, Place(canteen=canteen.code))
    today, people = school.today(), {one.person.number for one in queries.workers(canteen)}
    found = [_read(one, people) for one in unwell]
    if again := _just_now(by, canteen, today, found):
        return again
    made = MorningCheck(
        canteen_id=canteen.id, day=today, at=clock.now(), people=len(people), person_id=by.person
    )
    after = {"day": today, "people": len(people)}
    made.chain_seq = record("health.checked", f"canteen:{canteen.code}", by=by, after=after)
    made.notes = [
        MorningNote(
            person_id=one.person, outcome=one.outcome, signs=",".join(one.signs), noted_at=clock.now()
        )
        for one in found
    ]
    session.add(made)
    session.flush()
    return made


def _read(one: Unwell, people: set[int]) -> Unwell:
    if one.person not in people:
        raise Invalid(lazy("This person does not work with food there."), field="unwell")
    if one.outcome not in OUTCOMES or any(sign not in SIGNS for sign in one.signs):
        raise Invalid(lazy("Please choose what became of it."), field="unwell")
    if one.outcome != ABSENT and not one.signs:
        raise Invalid(lazy("Please tick why somebody does not work with food today."), field="unwell")
    return one._replace(signs=() if one.outcome == ABSENT else one.signs)


def _just_now(by: Actor, canteen: Canteen, today: date, found: list[Unwell]) -> MorningCheck | None:
    last = next(iter(queries.checks(canteen, today, today)), None)
    if last is None or last.person_id != by.person or last.at < clock.now() - clock.TWICE:
        return None
    told = {(note.person_id, note.outcome, note.signs) for note in last.notes}
    same = told == {(one.person, one.outcome, ",".join(one.signs)) for one in found}
    return last if same else None
