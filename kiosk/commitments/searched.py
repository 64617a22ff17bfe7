"""What everybody finds of commitments: every promise, those of earlier times included, and why it changed."""

from collections.abc import Collection, Iterable, Mapping

from flask import url_for
from sqlalchemy import select

from kiosk.commitments.kinds import KINDS
from kiosk.commitments.models import Commitment, CommitmentVersion
from kiosk.core.db import session
from kiosk.core.filters import day
from kiosk.core.i18n import lazy
from kiosk.core.searched import Entry, Hit, Searched
from kiosk.core.web import named
from kiosk.counters.models import Counter
from kiosk.counters.queries import codes_in


def _keys() -> Iterable[str]:
    return map(str, session.scalars(select(Commitment.id).order_by(Commitment.id)).all())


def _commitments(keys: Collection[str]) -> list[Commitment]:
    query = select(Commitment).where(Commitment.id.in_([int(key) for key in keys]))
    return [one for one in session.scalars(query) if one.versions]


def _entries(keys: Collection[str]) -> Mapping[str, Entry]:
    return {
        str(one.id): Entry(
            group="commitments",
            lines=tuple(line for version in reversed(one.versions) for line in _lines(version)),
            at=one.versions[-1].set_at,
            canteen=_canteen(one),
        )
        for one in _commitments(keys)
    }


def _canteen(one: Commitment) -> str | None:
    """The canteen that promises, or whose counter does."""
    canteen = one.canteen or (one.counter.canteen if one.counter else None)
    return canteen.code if canteen else None


def _moved(subjects: Collection[str]) -> Iterable[str]:
    if not (codes := codes_in(subjects)):
        return ()
    query = select(Commitment.id).join(Commitment.counter).where(Counter.code.in_(codes))
    return map(str, session.scalars(query).all())


def _lines(version: CommitmentVersion) -> list[str]:
    promised = version.text or KINDS[version.commitment.kind].words(version.value) if version.stands else ""
    return [line for line in (promised, version.reason) if line]


def _hits(keys: Collection[str]) -> Mapping[str, Hit]:
    return {
        str(one.id): Hit(
            f"{named(one.place)} · {KINDS[one.kind].label}",
            url_for("commitments.index", _anchor=one.place.code),
            day(one.versions[-1].since, "date"),
        )
        for one in _commitments(keys)
    }


COMMITMENTS = Searched(
    subject="commitment",
    groups=lambda: {"commitments": lazy("Service commitments")},
    keys=_keys,
    entries=_entries,
    hits=_hits,
    moved=_moved,
)
