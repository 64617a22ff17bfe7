"""Making seals."""

from datetime import datetime

from sqlalchemy import func, select, text

from kiosk.chain.services import append
from kiosk.core import merkle
from kiosk.core.actor import Actor
from kiosk.core.db import db, session
from kiosk.seals import queries
from kiosk.seals.models import Seal
from kiosk.seals.queries import Part, Range, Series

MOST_SEALED = 50_000
"""Facts of a kind in one seal: so many hashes are kept in one row and read for one receipt."""


def seal(name: str, *, by: Actor, now: datetime) -> Seal | None:
    """Seal what of a series is not sealed yet, MOST_SEALED of a kind in one seal; the newest, if any."""
    facts = queries.series_named(name)
    if db.engine.dialect.name == "postgresql":
        session.execute(text(f"LOCK TABLE {', '.join(facts.tables)} IN SHARE ROW EXCLUSIVE MODE"))
    newest = None
    while sealed := _seal_some(facts, by=by, now=now):
        newest = sealed
    return newest


def _seal_some(facts: Series, *, by: Actor, now: datetime) -> Seal | None:
    last = queries.last_seal(facts.name)
    before = [end for _first, end in queries.ranges_of(facts, last)]
    tops = [fact.top for fact in facts.facts]
    after = [min(max(top, old), old + MOST_SEALED) for top, old in zip(tops, before, strict=True)]
    if after == before:
        return None
    return _store(facts, last, [(old + 1, new) for old, new in zip(before, after, strict=True)], by, now)


def _store(facts: Series, last: Seal | None, ranges: list[Range], by: Actor, now: datetime) -> Seal:
    trees = [
        [leaf for _number, leaf in fact.hashed(*ends)] for fact, ends in zip(facts.facts, ranges, strict=True)
    ]
    parts = [
        Part(*ends, len(tree), merkle.root(tree).hex()) for ends, tree in zip(ranges, trees, strict=True)
    ]
    previous = last.digest if last else queries.NO_SEAL
    number = (session.scalar(select(func.max(Seal.number))) or 0) + 1
    text = queries.content(facts, previous, parts)
    entry = append(action=facts.action, subject=f"seal:{number}", actor=str(by), after=text, plain=True)
    seal = Seal(
        number=number,
        series=facts.name,
        first=parts[0].first,
        last=parts[0].last,
        count=parts[0].count,
        digest=text["digest"],
        previous=previous,
        chain_seq=entry.seq,
        at=now,
        format=queries.FORMAT,
        leaves=b"".join(leaf for tree in trees for leaf in tree),
    )
    session.add(seal)
    session.flush()
    return seal
