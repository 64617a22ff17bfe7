"""The walk through the whole chain: every link, every column, every text."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, cast

from sqlalchemy import exists, func, select

from kiosk.chain.models import ACTOR_ERASED, ChainEntry, ChainText
from kiosk.chain.queries.findings import Finding
from kiosk.chain.queries.record import GENESIS, link
from kiosk.chain.queries.texts import (
    ABRIDGED,
    FORMAT,
    SEVERAL,
    erasure_digest,
    hashes_in,
    named_hash,
    read_body,
    text_hash,
    texts_of,
)
from kiosk.core.db import session

PUT_AWAY = "record.put_away"
"""The action of an entry that vouches for abridged entries: up to which number, and a digest of them."""
ERASED = "text.erased"
"""The action of an entry that tells of an erasure: how many texts, and a digest of their hashes."""


def first_break() -> Finding | None:
    """The first entry or text of an entry that is not as it was recorded, or None."""
    return next(_breaks(), None)


def _breaks() -> Iterator[Finding]:
    previous, expected = GENESIS, 1
    query = select(ChainEntry).order_by(ChainEntry.seq).execution_options(yield_per=SEVERAL)
    for part in session.scalars(query).partitions():
        texts = texts_of(entry.seq for entry in part)
        for entry in part:
            if entry.seq > expected:
                yield Finding("entry", str(expected), "missing")
            elif entry.seq < expected:
                yield Finding("entry", str(entry.seq), "inserted")
            body, own = read_body(entry.body), texts.get(entry.seq, [])
            if body.get("format") != ABRIDGED and link(previous, entry.body) != entry.hash:
                yield Finding("entry", str(entry.seq), "altered")
            yield from _false_texts(entry.seq, body, own)
            if not _agrees(entry, body, own):
                yield Finding("entry", str(entry.seq), "altered")
            previous, expected = entry.hash, entry.seq + 1
    yield from _false_abridgements()


def copy_digest(last: int) -> str:
    """SHA-256 over the entries up to a number as they stand now: number, hash and body of each."""
    made = hashlib.sha256()
    columns = select(ChainEntry.seq, ChainEntry.hash, ChainEntry.body).order_by(ChainEntry.seq)
    query = columns.where(ChainEntry.seq <= last).execution_options(yield_per=SEVERAL)
    for seq, own, body in session.execute(query):
        made.update(f"{seq} {own} {body}\n".encode())
    return made.hexdigest()


def _false_abridgements() -> Iterator[Finding]:
    """Abridged entries that the record does not vouch for."""
    marked = ChainEntry.body.contains(f'"format":"{ABRIDGED}"', autoescape=True)
    ends = select(func.min(ChainEntry.seq), func.max(ChainEntry.seq)).where(marked)
    first, last = cast("tuple[int | None, int | None]", session.execute(ends).one())
    if first is None or last is None:
        return
    newest = select(ChainEntry).where(ChainEntry.action == PUT_AWAY).order_by(ChainEntry.seq.desc()).limit(1)
    entry = session.scalar(newest)
    told = dict(read_body(entry.body).get("after") or {}) if entry else {}
    end = told.get("last")
    if not isinstance(end, int) or end < last or told.get("digest") != copy_digest(end):
        yield Finding("entry", str(first), "altered")


def false_links() -> Iterator[Finding]:
    """Entries that do not follow the one before: in the tables of any version."""
    previous = GENESIS
    query = select(ChainEntry.seq, ChainEntry.body, ChainEntry.hash).order_by(ChainEntry.seq)
    for seq, body, own in session.execute(query.execution_options(yield_per=SEVERAL)):
        if link(previous, body) != own and read_body(body).get("format") != ABRIDGED:
            yield Finding("entry", str(seq), "altered")
        previous = own


def _agrees(entry: ChainEntry, body: dict[str, Any], texts: Iterable[ChainText]) -> bool:
    """Whether the columns say what the body says."""
    try:
        at = datetime.fromisoformat(body["at"])
        actor = _actor(body, texts)
        told = (body["seq"], at, actor, body["action"], body["subject"])
    except (ValueError, TypeError, KeyError):
        return False
    return told == (entry.seq, entry.at, entry.actor, entry.action, entry.subject)


def _actor(body: dict[str, Any], texts: Iterable[ChainText]) -> Any:
    if body.get("format") is None:
        return body["actor"]
    name = body["actor"]["name"]
    own = named_hash(name)
    found = next((one for one in texts if one.hash == own), None)
    if own is None or found is None:  # what is missing is said of the text
        return name if own is None else ACTOR_ERASED
    return ACTOR_ERASED if found.text is None else found.text


def _false_texts(seq: int, body: dict[str, Any], texts: Iterable[ChainText]) -> Iterator[Finding]:
    """The texts of an entry that the body does not name, that it names in vain, or that are others."""
    named = set(hashes_in(body)) if body.get("format") == FORMAT else set()
    known = {one.hash: one for one in texts}
    if named - known.keys():
        yield Finding("text", str(seq), "missing")
    if known.keys() - named:
        yield Finding("text", str(seq), "inserted")
    if any(_is_altered(one) for one in known.values()):
        yield Finding("text", str(seq), "altered")


def _is_altered(one: ChainText) -> bool:
    if one.text is None:
        return one.salt is not None
    return one.salt is None or one.erased_at is not None or text_hash(one.salt, one.text) != one.hash


def loose_texts() -> Iterator[Finding]:
    """Texts that belong to no entry, and those that are gone without an entry that tells so."""
    yield from _strays()
    yield from _untold()


def _strays() -> Iterator[Finding]:
    known = exists().where(ChainEntry.seq == ChainText.seq)
    for seq in session.scalars(select(ChainText.seq).where(~known).order_by(ChainText.seq).limit(1)):
        yield Finding("text", str(seq), "inserted")


def _untold() -> Iterator[Finding]:
    query = select(ChainText.erased_in, ChainText.seq, ChainText.hash).where(ChainText.text.is_(None))
    groups: dict[int | None, list[tuple[int, str]]] = {}
    for told_in, seq, own in session.execute(query.order_by(ChainText.seq)):
        groups.setdefault(told_in, []).append((seq, own))
    for told_in, erased in groups.items():
        entry = session.get(ChainEntry, told_in) if told_in else None
        body = read_body(entry.body) if entry else {}
        digest = erasure_digest(own for _seq, own in erased)
        if body.get("action") != ERASED or dict(body.get("after") or {}).get("digest") != digest:
            yield Finding("text", str(erased[0][0]), "missing")
