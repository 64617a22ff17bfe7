"""Reads of tablets: who they are, when they were last heard of, and which are silent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from kiosk.core import clock
from kiosk.core.db import remembered, session
from kiosk.core.errors import NotFound
from kiosk.core.room import measure
from kiosk.core.security import fingerprint, unsign
from kiosk.counters.models import Counter, EnrolCode, Heartbeat, RefusedEntry, Tablet
from kiosk.counters.settings import SILENCE_MINUTES
from kiosk.school import queries as school
from kiosk.school.models import Meal

PAGE = "tablet page"
"""The purpose under which a tablet's cookie is signed."""


def tablets(*, everything: bool = False) -> list[Tablet]:
    """The enrolled tablets, the newest first; revoked ones at the end, and only with `everything`."""
    found = remembered("tablets", _all_tablets)
    return [one for one in found if everything or one.revoked_at is None]


def _all_tablets() -> Sequence[Tablet]:
    order = Tablet.revoked_at.is_not(None), Tablet.enrolled_at.desc(), Tablet.id.desc()
    return session.scalars(select(Tablet).order_by(*order)).all()


def tablet(tablet_id: int) -> Tablet:
    """The tablet, or NotFound."""
    tablet = session.get(Tablet, tablet_id)
    if tablet is None:
        raise NotFound
    return tablet


def tablet_of_page(counter: Counter, cookie: str) -> Tablet | None:
    """The counter's tablet that brought this cookie (`services.page_cookie`), unless it was revoked."""
    try:
        tablet_id = int.from_bytes(unsign(PAGE, cookie), "big")
    except ValueError:
        return None
    tablet = session.get(Tablet, tablet_id)
    if tablet is None or tablet.revoked_at is not None or tablet.counter_id != counter.id:
        return None
    return tablet


def key_fingerprint(authorization: str) -> str | None:
    """The fingerprint of the key in an Authorization header `Device KEY`; None for any other header."""
    scheme, _, key = authorization.partition(" ")
    return fingerprint(key.strip()) if scheme.lower() == "device" else None


def tablet_asking(authorization: str) -> Tablet | None:
    """The tablet that an Authorization header `Device KEY` stands for, or None."""
    key_hash = key_fingerprint(authorization)
    return tablets_with({key_hash}).get(key_hash) if key_hash else None


def tablets_with(fingerprints: Collection[str]) -> dict[str, Tablet]:
    """The tablets whose keys have these fingerprints, by them; revoked ones are left out."""
    if not fingerprints:
        return {}
    query = select(Tablet).where(Tablet.key_hash.in_(fingerprints), Tablet.revoked_at.is_(None))
    return {tablet.key_hash: tablet for tablet in session.scalars(query)}


def tablet_with(key: str) -> Tablet | None:
    """The tablet whose device key this is, unless it was revoked."""
    return tablet_asking(f"Device {key}")


def was_used(code: str) -> bool:
    """Whether a tablet was enrolled with this code."""
    query = select(EnrolCode.used_at).where(EnrolCode.code_hash == fingerprint(code.strip().upper()))
    return session.scalar(query) is not None


def enrol_code(code: str) -> EnrolCode | None:
    """The unused, unexpired enrolment that this code opens, or None."""
    enrolment = session.scalar(
        select(EnrolCode).where(EnrolCode.code_hash == fingerprint(code.strip().upper()))
    )
    if enrolment is None or enrolment.used_at is not None or enrolment.expires_at <= clock.now():
        return None
    return enrolment


# The tablets from afar.


@dataclass(frozen=True)
class TabletNow:
    """A tablet, its last sign of life, and how many refused entries wait for the office."""

    tablet: Tablet
    heartbeat: Heartbeat | None
    refused: int


def tablets_now() -> list[TabletNow]:
    """Every tablet in the counters' order, revoked ones at the end; three queries however many there are."""
    beats = {beat.tablet_id: beat for beat in _heartbeats()}
    refused = remembered("refused entries", _refused)
    rows = sorted(
        tablets(everything=True),
        key=lambda tablet: (bool(tablet.revoked_at), tablet.counter.position, tablet.counter_id, tablet.id),
    )
    return [TabletNow(tablet, beats.get(tablet.id), refused.get(tablet.id, 0)) for tablet in rows]


def _refused() -> dict[int, int]:
    """By tablet how many refused entries wait."""
    waiting = (
        select(RefusedEntry.tablet_id, func.count())
        .where(RefusedEntry.settled_at.is_(None))
        .group_by(RefusedEntry.tablet_id)
    )
    return {tablet_id: number for tablet_id, number in session.execute(waiting)}


def _heartbeats() -> Sequence[Heartbeat]:
    return remembered("heartbeats", lambda: session.scalars(select(Heartbeat)).all())


def heartbeat(tablet: Tablet) -> Heartbeat | None:
    """The tablet's last sign of life; None if it was never heard."""
    return session.get(Heartbeat, tablet.id)


def refused_entries(tablet: Tablet) -> list[RefusedEntry]:
    """What the tablet could not deliver, the newest first."""
    query = select(RefusedEntry).where(RefusedEntry.tablet_id == tablet.id)
    return list(session.scalars(query.order_by(RefusedEntry.id.desc())))


SETTLED_FOR = timedelta(days=30)
"""A tablet hears for so long that the office has seen an entry, and then drops it from its tray."""


def settled_ids(tablet: Tablet) -> list[str]:
    """The ratings whose refusal the office has settled lately."""
    query = select(RefusedEntry.rating_id).where(
        RefusedEntry.tablet_id == tablet.id, RefusedEntry.settled_at > clock.now() - SETTLED_FOR
    )
    return sorted({str(rating_id) for rating_id in session.scalars(query)})


def page_version() -> str:
    """The version of the tablet page that the server gives out now."""
    version = measure("tablet page")
    return str(version()) if version else ""


def usually_rated(now: datetime) -> dict[int, int]:
    """Which counters have no ratings at an hour that usually has them: counter → the usual number."""
    usual = measure("usual ratings")
    return dict(usual(now)) if usual else {}


@dataclass(frozen=True)
class Silence:
    """A counter that is not heard: its tablet sends no sign of life, or (`tablet` None) nobody rates."""

    counter: Counter
    tablet: Tablet | None = None
    since: datetime | None = None
    """When the tablet was last heard."""
    usual: int = 0
    """How many ratings this hour usually has."""


SETTLING = timedelta(minutes=30)
"""A missing rating is missed when the counter has been open for half an hour of the hour."""


def silences(now: datetime) -> list[Silence]:
    """The counters that are silent at the aware moment although they are open; a fixed number of queries.

    A tablet that was never heard is not missed: it is not set up yet.
    """
    patience = timedelta(minutes=school.settings()[SILENCE_MINUTES])
    watched = [tablet for tablet in tablets() if tablet.counter.active]
    beats = {beat.tablet_id: beat.seen_at for beat in _heartbeats()}
    late = [tablet for tablet in watched if tablet.id in beats and beats[tablet.id] <= now - patience]
    usual = usually_rated(now) if school.local(now).minute >= SETTLING.seconds // 60 else {}
    if not late and not usual:
        return []
    is_school_day, meals = school.is_school_day(school.local(now).date()), school.meals()

    def open_for(counter: Counter, span: timedelta) -> bool:
        return all(_serves(counter, moment, is_school_day, meals) for moment in (now - span, now))

    silences = [
        Silence(tablet.counter, tablet, beats[tablet.id])
        for tablet in late
        if open_for(tablet.counter, patience)
    ]
    rated = session.scalars(select(Counter).where(Counter.id.in_(usual), Counter.active))
    silences += [
        Silence(counter, usual=usual[counter.id]) for counter in rated if open_for(counter, SETTLING)
    ]
    return sorted(
        silences, key=lambda silence: (silence.counter.position, silence.counter.id, silence.tablet is None)
    )


def _serves(counter: Counter, moment: datetime, is_school_day: bool, meals: list[Meal]) -> bool:
    """Whether somebody should be there: by its hours, or without hours at the meals of a school day."""
    at = school.local(moment).time()
    if not is_school_day and (counter.school_days_only or not counter.hours):
        return False
    if not counter.hours:
        return any(meal.starts <= at < meal.ends for meal in meals)
    return any(school.parse_time(starts) <= at < school.parse_time(ends) for starts, ends in counter.hours)
