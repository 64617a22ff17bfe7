"""What everybody finds of counters: their names, their signs, what kind each is."""

from collections.abc import Collection, Iterable, Mapping

from flask import url_for
from sqlalchemy import select

from kiosk.core.db import session
from kiosk.core.i18n import lazy
from kiosk.core.searched import Entry, Hit, Searched
from kiosk.core.web import named
from kiosk.counters.models import KINDS, Counter


def _keys() -> Iterable[str]:
    return session.scalars(select(Counter.code).order_by(Counter.id)).all()


def _open(keys: Collection[str]) -> list[Counter]:
    return list(session.scalars(select(Counter).where(Counter.code.in_(keys), Counter.active)))


def _entries(keys: Collection[str]) -> Mapping[str, Entry]:
    return {
        one.code: Entry(
            group="counters",
            lines=(f"{one.name} {one.name_en} {KINDS[one.kind]}",),
            at=one.created_at,
            canteen=one.canteen.code if one.canteen else None,
        )
        for one in _open(keys)
    }


def _hits(keys: Collection[str]) -> Mapping[str, Hit]:
    return {
        one.code: Hit(
            named(one),
            url_for("ratings.counter", code=one.code),
            named(one.canteen) if one.canteen else str(KINDS[one.kind]),
        )
        for one in _open(keys)
    }


COUNTERS = Searched(
    subject="counter",
    groups=lambda: {"counters": lazy("Counters")},
    keys=_keys,
    entries=_entries,
    hits=_hits,
)
