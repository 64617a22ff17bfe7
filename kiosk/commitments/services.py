"""Writes of commitments: made, changed from a day on with a reason, given up. Nothing is ever rewritten."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from kiosk.commitments import queries
from kiosk.commitments.kinds import FREE, KINDS, Place
from kiosk.commitments.models import REASON, SINCE, Commitment, CommitmentVersion
from kiosk.commitments.permissions import SET_COMMITMENTS, SET_ELSEWHERE
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.counters.models import Counter
from kiosk.school import queries as school

FARTHEST = timedelta(days=366)
"""Nothing is promised from a later day."""
EMPTY: tuple[Any, ...] = (None, "", [])


class IsPromised(Conflict):
    """Somebody promised it meanwhile."""

    code = "promised-already"
    message = lazy("%(label)s was promised meanwhile. Nothing was stored; please look at the page again.")


class NothingNew(Invalid):
    """The change changes nothing."""

    message = lazy("This is what is promised already.")


def needs(by: Actor, place: Place) -> None:
    """Forbidden, unless the actor may set the commitments of the place."""
    if queries.is_canteens(place):
        by.needs(SET_COMMITMENTS, queries.where(place))
    else:
        by.needs(SET_ELSEWHERE, queries.where(place))


def promise(
    *, by: Actor, place: Place, since: date | str | None, values: Mapping[str, Any]
) -> list[Commitment]:
    """Promise what has a value, by the code of its kind, from a day on: from today at the earliest.

    The same sent again just now is promised once.

    Raises Invalid where nothing has a value or a value cannot be taken, IsPromised for what is there already.
    """
    needs(by, place)
    first = _day(since, school.today())
    given = {code: value for code, value in values.items() if value not in EMPTY}
    if not given:
        raise Invalid(lazy("Please fill in at least one commitment."), field="since")
    if there := _promised_twice(by, place, first, given):
        return there
    free = {kind.code for kind in queries.open_kinds(place)}
    if taken := [KINDS[code] for code in given if code not in free]:
        raise IsPromised(label=taken[0].label)
    given = {code: KINDS[code].read(value) for code, value in given.items()}
    made = []
    for code, value in given.items():
        one = Commitment(kind=code, created_at=clock.now(), **_whose(place))
        session.add(one)
        session.flush()
        _add(one, by=by, action="commitment.made", value=value, since=first, reason="")
        made.append(one)
    return made


def _promised_twice(by: Actor, place: Place, first: date, given: Mapping[str, Any]) -> list[Commitment]:
    """What the actor promised just now, where it says all of this; else nothing."""
    since = clock.now() - clock.TWICE
    there = [
        one
        for one in queries.commitments(place)
        if one.created_at >= since and len(one.versions) == 1 and one.versions[0].set_by == str(by)
    ]
    said = {(one.kind, str(one.versions[0].value or one.versions[0].text)): one for one in there}
    wanted = [(code, str(value)) for code, value in given.items()]
    found = [said[one] for one in wanted if one in said and said[one].versions[0].since == first]
    return found if len(found) == len(wanted) else []


def change(
    *, by: Actor, commitment: Commitment, value: Any, since: date | str | None, reason: str | None
) -> CommitmentVersion:
    """Promise something else from a day on: from tomorrow at the earliest, for nobody rewrites today.

    What was promised stays in force until then and stays to be read. Raises Invalid.
    """
    needs(by, commitment.place)
    why, first = REASON.read(reason), _day(since, school.today() + timedelta(days=1))
    kind, last = KINDS[commitment.kind], commitment.versions[-1]
    read = kind.read(value)
    if kind is FREE and not read:
        raise Invalid(lazy("Please say what is promised."), field=kind.code)
    if last.stands and (last.text if kind is FREE else last.value) == read:
        raise NothingNew(field=kind.code)
    return _add(commitment, by=by, action="commitment.changed", value=read, since=first, reason=why)


def give_up(
    *, by: Actor, commitment: Commitment, since: date | str | None, reason: str | None
) -> CommitmentVersion:
    """Promise it no more from a day on: from tomorrow at the earliest. Raises Invalid, Conflict."""
    needs(by, commitment.place)
    why, first = REASON.read(reason), _day(since, school.today() + timedelta(days=1))
    if not commitment.versions[-1].stands:
        raise Conflict(lazy("It was given up already."))
    return _add(
        commitment, by=by, action="commitment.given_up", value=None, since=first, reason=why, stands=False
    )


def _day(since: date | str | None, earliest: date) -> date:
    day = since if isinstance(since, date) else SINCE.read(since)
    if day is None or not earliest <= day <= earliest + FARTHEST:
        message = lazy(
            "Please choose a day from %(first)s on, within a year: until then stays what was promised."
        )
        raise Invalid(message, field=SINCE.name, first=earliest.isoformat())
    return day


def _whose(place: Place) -> dict[str, int]:
    return {"counter_id" if isinstance(place, Counter) else "canteen_id": place.id}


def _add(
    one: Commitment, *, by: Actor, action: str, value: Any, since: date, reason: str, stands: bool = True
) -> CommitmentVersion:
    before = one.versions[-1] if one.versions else None
    version = CommitmentVersion(
        version=len(one.versions) + 1,
        value=None if one.kind == FREE.code else value,
        text=(value or "") if one.kind == FREE.code else "",
        since=since,
        stands=stands,
        reason=reason,
        set_by=str(by),
        set_at=clock.now(),
    )
    version.chain_seq = record(
        action,
        f"commitment:{one.id}",
        by=by,
        before=queries.told(one, before) if before else None,
        after=queries.told(one, version),
    )
    one.versions.append(version)
    session.flush()
    return version
