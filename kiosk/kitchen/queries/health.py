"""Who works with food, until when each certificate holds, and whether the morning check was made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from kiosk.core.db import session
from kiosk.core.i18n import LazyString, lazy
from kiosk.core.room import on_since
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen, Counter, Duty
from kiosk.kitchen.models import HealthCertificate, KitchenWorker, MorningCheck, MorningNote
from kiosk.kitchen.queries.gates import STAFF_HEALTH
from kiosk.kitchen.settings import HEALTH_SOON, HEALTH_URGENT
from kiosk.persons.models import Person
from kiosk.school import queries as school

VALID, SOON, URGENT, ENDED, UNSEEN = "valid", "soon", "urgent", "ended", "unseen"
HEALTH_STATES: dict[str, LazyString] = {
    VALID: lazy("valid"),
    SOON: lazy("ends soon"),
    URGENT: lazy("ends very soon"),
    ENDED: lazy("ended"),
    UNSEEN: lazy("not seen yet"),
}
"""How a certificate can stand."""
HOLDS = (VALID, SOON, URGENT)
LATELY = timedelta(days=30)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Worker:
    """Somebody who works with food at a canteen, and until when the certificate holds that was seen last."""

    person: Person
    is_rostered: bool
    certificate: HealthCertificate | None
    state: str

    @property
    def holds(self) -> bool:
        """Whether the certificate holds today."""
        return self.state in HOLDS


@dataclass(frozen=True)
class Health:
    """What everybody may read of a canteen: how many hold a valid certificate, when the check was made."""

    valid: int
    all: int
    checked_at: datetime | None


def state_of(until: date | None, today: date) -> str:
    """How a certificate stands that holds until a day."""
    if until is None:
        return UNSEEN
    if until < today:
        return ENDED
    left, settings = (until - today).days, school.settings()
    return URGENT if left <= settings[HEALTH_URGENT] else SOON if left <= settings[HEALTH_SOON] else VALID


def _rostered(canteen: Canteen, day: date) -> dict[int, Person]:
    """Whoever stands on the roster of one of the canteen's counters on a day or later, by number."""
    query = select(Duty).join(Counter, Counter.id == Duty.counter_id)
    lines = session.scalars(query.where(Counter.canteen_id == canteen.id, Counter.active))
    return {
        line.staff.number: line.staff.current
        for line in lines
        if line.staff.current.active and (line.ends is None or line.ends >= day)
    }


def by_hand(canteen: Canteen) -> dict[int, KitchenWorker]:
    """Those who were added beside the roster, by number."""
    query = select(KitchenWorker).where(
        KitchenWorker.canteen_id == canteen.id, KitchenWorker.removed_at.is_(None)
    )
    return {one.person.number: one for one in session.scalars(query) if one.person.current.active}


def certificates(numbers: Iterable[int]) -> dict[int, HealthCertificate]:
    """What was seen last of each person, by number."""
    wanted = set(numbers)
    query = (
        select(HealthCertificate)
        .join(Person, Person.id == HealthCertificate.person_id)
        .where(Person.id.in_(wanted) | Person.same_as_id.in_(wanted))
        .order_by(HealthCertificate.id)
    )
    return {one.person.number: one for one in session.scalars(query)}


def workers(canteen: Canteen, day: date | None = None) -> list[Worker]:
    """Everybody who works with food there, who has no valid certificate first, then by when it ends."""
    today = day or school.today()
    rostered, added = _rostered(canteen, today), by_hand(canteen)
    people = rostered | {number: one.person.current for number, one in added.items()}
    known = certificates(people)
    found = [
        Worker(
            person,
            number in rostered,
            (own := known.get(number)),
            state_of(own.until if own else None, today),
        )
        for number, person in people.items()
    ]
    return sorted(
        found,
        key=lambda one: (
            one.holds,
            one.certificate.until if one.certificate else date.min,
            one.person.badge,
            one.person.name,
        ),
    )


def checks(canteen: Canteen, first: date, last: date) -> list[MorningCheck]:
    """The morning checks of these days, the newest first."""
    query = select(MorningCheck).where(
        MorningCheck.canteen_id == canteen.id, MorningCheck.day >= first, MorningCheck.day <= last
    )
    return list(session.scalars(query.order_by(MorningCheck.day.desc(), MorningCheck.id.desc())))


def _times_of_work(canteens: Iterable[Canteen], since: date) -> dict[int, list[tuple[date, date]]]:
    """From when to when each line of a roster or list says that somebody works with food, by canteen."""
    wanted = [one.id for one in canteens]
    found: dict[int, list[tuple[date, date]]] = {number: [] for number in wanted}
    roster = select(Counter.canteen_id, Duty.starts, Duty.ends).join(Counter, Counter.id == Duty.counter_id)
    for canteen, starts, ends in session.execute(
        roster.where(Counter.canteen_id.in_(wanted), Counter.active)
    ):
        found[canteen or 0].append((starts or since, ends or date.max))
    lists = select(KitchenWorker).where(KitchenWorker.canteen_id.in_(wanted))
    for one in session.scalars(lists):
        gone = school.local(one.removed_at).date() - DAY if one.removed_at else date.max
        found[one.canteen_id].append((school.local(one.added_at).date(), gone))
    return found


def mornings(canteens: Iterable[Canteen], first: date, last: date) -> dict[int, list[tuple[date, bool]]]:
    """The days on which a morning check was due up to today, and whether it was made, by canteen.

    It is due on school days on which somebody is on the list, from the day the school does it.
    """
    own, since, today = list(canteens), on_since(STAFF_HEALTH), school.today()
    first, last = max(first, since or date.max), min(last, today)
    if since is None or last < first:
        return {one.id: [] for one in own}
    columns = select(MorningCheck.canteen_id, MorningCheck.day)
    query = columns.where(MorningCheck.day >= first, MorningCheck.day <= last)
    made = {(canteen, day) for canteen, day in session.execute(query)}
    at_work, open_days = _times_of_work(own, since), sorted(school.school_days(first, last))
    return {
        one.id: [
            (day, (one.id, day) in made)
            for day in open_days
            if counters.owes(one, day) and any(begins <= day <= ends for begins, ends in at_work[one.id])
        ]
        for one in own
    }


def missed_checks(first: date, last: date) -> list[tuple[Canteen, date]]:
    """The days between these, both included, without the morning check that was due; today is none yet."""
    canteens, today = counters.canteens(), school.today()
    found = mornings(canteens, first, last)
    return [(one, day) for one in canteens for day, is_made in found[one.id] if not is_made and day < today]


def health(canteen: Canteen, day: date) -> Health:
    """What everybody may read of a day: counts and a time."""
    people = workers(canteen, day)
    made = checks(canteen, day, day)
    return Health(sum(one.holds for one in people), len(people), made[-1].at if made else None)


def notes(canteen: Canteen, today: date) -> list[tuple[MorningCheck, MorningNote]]:
    """Who was sent home lately and why, for those who need to know."""
    return [(one, note) for one in checks(canteen, today - LATELY, today) for note in one.notes]


def unfit(counter: Counter) -> list[Worker]:
    """Who stands on a counter's roster without a valid certificate."""
    if counter.canteen is None:
        return []
    own = {line.staff.number for line in counters.roster(counter.id)}
    return [one for one in workers(counter.canteen) if one.person.number in own and not one.holds]
