"""Reads of commitments: what is promised where since when, and whether it was kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from kiosk.commitments.kinds import FREE, KINDS, MOST_FREE, Kind, Place
from kiosk.commitments.models import Commitment, CommitmentVersion
from kiosk.core import actor
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.room import measure
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen, Counter
from kiosk.school import queries as school

LEAST = 5
"""Below so many no share is told."""
LOOK_BACK = timedelta(days=180)
"""No figure looks farther back: about a term."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Figures:
    """What was measured of a promise from a day on, thing by thing (`kinds`)."""

    since: date
    until: date
    things: tuple[tuple[date, bool | None], ...]

    @property
    def kept(self) -> int:
        """How many were kept."""
        return sum(kept is True for _day, kept in self.things)

    @property
    def of(self) -> int:
        """How many could be measured."""
        return sum(kept is not None for _day, kept in self.things)

    @property
    def unmeasured(self) -> int:
        """How many could not be measured."""
        return len(self.things) - self.of

    @property
    def share(self) -> float | None:
        """The share of those that were kept; None while there are too few."""
        return self.kept / self.of if self.of >= LEAST else None


@dataclass(frozen=True)
class Promise:
    """A version of a commitment, when it is or was in force, and what was measured of it meanwhile.

    `until` is the last day, None while no later version is known; `has_begun` whether it is or was in force.
    `figures` is None where nothing measures it.
    """

    version: CommitmentVersion
    until: date | None
    has_begun: bool
    figures: Figures | None

    @property
    def commitment(self) -> Commitment:
        """Whose version it is."""
        return self.version.commitment

    @property
    def kind(self) -> Kind:
        """What kind of commitment it is."""
        return KINDS[self.commitment.kind]

    @property
    def words(self) -> str:
        """The promise in plain words."""
        return self.version.text or self.kind.words(self.version.value)


def place_named(code: str) -> Place:
    """The counter or canteen of a code like counter:c1 or canteen:k1, or NotFound."""
    what, _colon, own = code.partition(":")
    if what == "counter":
        return counters.counter(own)
    if what == "canteen":
        return counters.canteen(own)
    raise NotFound


def code_of(place: Place) -> str:
    """The same the other way round."""
    return f"{'counter' if isinstance(place, Counter) else 'canteen'}:{place.code}"


def where(place: Place) -> actor.Place:
    """Where it is, as rights are asked for it."""
    return counters.place_of(place) if isinstance(place, Counter) else actor.Place(canteen=place.code)


def commitment(number: int) -> Commitment:
    """The commitment, or NotFound."""
    found = session.get(Commitment, number)
    if found is None:
        raise NotFound
    return found


def commitments(place: Place | None = None) -> list[Commitment]:
    """The commitments of a place (None: of all), those given up included, in the order of the kinds."""
    query = select(Commitment).order_by(Commitment.id)
    if isinstance(place, Counter):
        query = query.where(Commitment.counter_id == place.id)
    elif place is not None:
        query = query.where(Commitment.canteen_id == place.id)
    order = list(KINDS)
    return sorted(session.scalars(query), key=lambda one: order.index(one.kind))


def ruling(one: Commitment, day: date) -> CommitmentVersion | None:
    """The version that is in force on a day; a later version may have made an earlier one void."""
    return next((version for version in reversed(one.versions) if version.since <= day), None)


def coming(one: Commitment, day: date) -> CommitmentVersion | None:
    """The version that will be in force after the day, if one is known."""
    last = one.versions[-1]
    return last if last.since > day else None


def ends(version: CommitmentVersion) -> date | None:
    """The last day on which a version is in force; None while it has none. It may end before it begins."""
    later = [one.since for one in version.commitment.versions if one.version > version.version]
    return min(later) - DAY if later else None


def promise(version: CommitmentVersion, since: date | None = None, until: date | None = None) -> Promise:
    """A version with what was measured of it, within these days alone if they are given."""
    last = ends(version)
    has_begun = version.since <= school.today()
    return Promise(version, last, has_begun, _figures(version, last, since, until))


def _figures(
    version: CommitmentVersion, last: date | None, since: date | None, until: date | None
) -> Figures | None:
    name = KINDS[version.commitment.kind].measure
    ask = measure(name) if name else None
    if ask is None or not version.stands:
        return None
    today = school.today()
    first = max(version.since, since or today - LOOK_BACK)
    last = min(day for day in (last, until, today) if day)
    things: list[tuple[date, bool | None]] = []
    if first <= last:
        for counter in _measured_at(version.commitment):
            things += ask(counter, first, last, version.value)
    return Figures(first, last, tuple(sorted(things, key=lambda thing: thing[0])))


def _measured_at(one: Commitment) -> list[Counter]:
    if one.counter:
        return [one.counter]
    return [found for found in counters.counters() if found.canteen_id == one.canteen_id]


def promised(place: Place, day: date) -> list[Promise]:
    """What a place promises on a day; a counter also what its canteen promises and itself does not."""
    own = _standing(commitments(place), day)
    if isinstance(place, Counter) and place.canteen is not None:
        kinds = {version.commitment.kind for version in own} - {FREE.code}
        shared = _standing(commitments(place.canteen), day)
        own += [version for version in shared if version.commitment.kind not in kinds]
    return [promise(version) for version in own]


def _standing(found: Iterable[Commitment], day: date) -> list[CommitmentVersion]:
    versions = [ruling(one, day) for one in found]
    return [version for version in versions if version is not None and version.stands]


def history(one: Commitment, day: date) -> list[Promise]:
    """What was promised before the day's version, the newest first; without what never came into force."""
    now = ruling(one, day)
    former = [version for version in one.versions if version is not now and version.since <= day]
    return [found for version in reversed(former) if _ruled(found := promise(version))]


def _ruled(found: Promise) -> bool:
    return found.until is None or found.until >= found.version.since


def in_force_between(first: date, last: date) -> list[Promise]:
    """Every version that stood and was in force on one of the days, with what was measured on them."""
    found = [promise(version, first, last) for one in commitments() for version in one.versions]
    return [
        one
        for one in found
        if one.version.stands
        and one.version.since <= last
        and _ruled(one)
        and (one.until is None or one.until >= first)
    ]


def places() -> list[Place]:
    """Where something can be promised: each canteen before its counters, then the other counters."""
    found: list[Place] = []
    everything = counters.counters()
    for canteen in counters.canteens():
        found += [canteen, *(one for one in everything if one.canteen_id == canteen.id)]
    known = {one.id for one in found if isinstance(one, Counter)}
    return [*found, *(one for one in everything if one.id not in known)]


def open_kinds(place: Place) -> list[Kind]:
    """The kinds of which a place has promised nothing yet; another sentence while there is room."""
    found = commitments(place)
    taken = {one.kind for one in found} - {FREE.code}
    last = [one.versions[-1] for one in found if one.kind == FREE.code]
    full = sum(version.stands for version in last) >= MOST_FREE
    return [
        kind
        for kind in KINDS.values()
        if kind.fits(place) and kind.code not in taken and not (kind is FREE and full)
    ]


def proposal(place: Place) -> dict[str, Any]:
    """What to start from where nothing is promised yet, by kind; without what the canteen promises."""
    if commitments(place):
        return {}
    shared = {one.kind.code for one in promised(place, school.today())}
    return {kind.code: kind.propose(place) for kind in open_kinds(place) if kind.code not in shared}


def is_canteens(place: Place) -> bool:
    """Whether a canteen answers for it."""
    return isinstance(place, Canteen) or place.canteen is not None


def told(one: Commitment, version: CommitmentVersion) -> dict[str, Any]:
    """What the record says of a version of a commitment."""
    return {
        "place": code_of(one.place),
        "kind": one.kind,
        "version": version.version,
        "value": version.value,
        "text": version.text,
        "since": version.since,
        "stands": version.stands,
        "reason": version.reason,
    }
