"""The names and texts of entries: in the chain as hashes, beside it as long as nobody erased them."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from kiosk.chain.models import ChainEntry, ChainText
from kiosk.core.db import session
from kiosk.core.i18n import _

FORMAT = 2
"""Of an entry whose texts can be erased. Entries without a format are of version 0.2.0 and before: plain."""
ABRIDGED = "abridged"
"""The format of an older entry whose names and texts were put away with the old record: its hash is that of
what it said, and an entry of the new record vouches for what is left."""
HASHED = "sha256"
"""In a body, {"sha256": hash} stands in the place of a text."""
ACTOR = "actor"
"""The field of a body with who did it."""
SEVERAL = 500
_WITH_TEXTS = select(ChainEntry.seq, ChainEntry.body, ChainText.hash, ChainText.text).outerjoin(
    ChainText, ChainText.seq == ChainEntry.seq
)


@dataclass(frozen=True)
class Erased:
    """A text that is not there any more; two of one entry that were equal have one hash."""

    hash: str

    def __str__(self) -> str:
        return str(_("erased"))


def text_hash(salt: bytes, text: str) -> str:
    """What stands in the chain for a text."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def read_body(body: str) -> dict[str, Any]:
    """A body as it was written; {} for one that `append` did not write."""
    try:
        return dict(json.loads(body))
    except (ValueError, TypeError):
        return {}


def named_hash(value: Any) -> str | None:
    """The hash that stands in a body in the place of a text; None for any other value."""
    own = value[HASHED] if isinstance(value, dict) and value.keys() == {HASHED} else None
    return own if isinstance(own, str) else None


def hashes_in(value: Any) -> Iterator[str]:
    """The hashes that a body names."""
    return (own for own, _field in fields_in(value))


def fields_in(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """The hashes that a body names, each with the field in which it stands."""
    if found := named_hash(value):
        yield found, field
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from fields_in(inner, field if field == ACTOR else name)
    elif isinstance(value, list):
        for inner in value:
            yield from fields_in(inner, field)


def texts_of(seqs: Iterable[int]) -> dict[int, list[ChainText]]:
    """The texts of several entries by the entries' numbers; one query for up to five hundred of them."""
    found: dict[int, list[ChainText]] = {}
    wanted = sorted(seqs)
    for start in range(0, len(wanted), SEVERAL):
        query = select(ChainText).where(ChainText.seq.in_(wanted[start : start + SEVERAL]))
        for one in session.scalars(query):
            found.setdefault(one.seq, []).append(one)
    return found


def last_erased() -> datetime | None:
    """When a text was erased last."""
    query = select(ChainText.erased_at).where(ChainText.erased_in.is_not(None))
    return session.scalar(query.order_by(ChainText.erased_in.desc()).limit(1))


def opened(entries: Iterable[ChainEntry]) -> dict[int, dict[str, Any]]:
    """The bodies of entries by number, with each text in its place or `Erased`; {} for an unreadable one."""
    bodies = {entry.seq: read_body(entry.body) for entry in entries}
    texts = texts_of(seq for seq, body in bodies.items() if body.get("format") == FORMAT)
    return {seq: _open(body, texts.get(seq, [])) for seq, body in bodies.items()}


def bodies_of(seqs: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The same of the entries with these numbers; one query for up to five hundred of them."""
    found: dict[int, dict[str, Any]] = {}
    wanted = sorted(set(seqs))
    for start in range(0, len(wanted), SEVERAL):
        query = _WITH_TEXTS.where(ChainEntry.seq.in_(wanted[start : start + SEVERAL]))
        texts: dict[int, dict[str, str]] = {}
        for seq, body, own, text in session.execute(query):
            if seq not in found:
                found[seq], texts[seq] = read_body(body), {}
            if text is not None:
                texts[seq][own] = text
        found.update({seq: _filled(found[seq], known) for seq, known in texts.items()})
    return found


def opened_body(entry: ChainEntry) -> dict[str, Any]:
    """The same of one entry."""
    return opened([entry])[entry.seq]


def _open(body: dict[str, Any], texts: Iterable[ChainText]) -> dict[str, Any]:
    return _filled(body, {one.hash: one.text for one in texts if one.text is not None})


def _filled(body: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    filled: dict[str, Any] = _fill(body, known) if body.get("format") in (FORMAT, ABRIDGED) else body
    return filled


def _fill(value: Any, known: dict[str, str]) -> Any:
    if own := named_hash(value):
        return known.get(own, Erased(own))
    if isinstance(value, dict):
        return {key: _fill(inner, known) for key, inner in value.items()}
    return [_fill(inner, known) for inner in value] if isinstance(value, list) else value


def texts_with(words: str, *, whole: bool = False) -> list[ChainText]:
    """The texts that hold these words, or with `whole` are just these, the oldest first."""
    fits = ChainText.text == words if whole else ChainText.text.contains(words, autoescape=True)
    return list(session.scalars(select(ChainText).where(fits).order_by(ChainText.seq)))


def taken_up(texts: Iterable[ChainText], fields: Mapping[str, frozenset[str]]) -> list[ChainText]:
    """The same words in other entries, of those texts that others take up: `fields`, by action."""
    found = [one for one in _in_fields(list(texts), fields) if one.text]
    words, own = {one.text for one in found}, {one.hash for one in found}
    query = select(ChainText).where(ChainText.text.in_(words), ChainText.hash.not_in(own))
    return _in_fields(list(session.scalars(query)), fields) if words else []


def _in_fields(texts: list[ChainText], fields: Mapping[str, frozenset[str]]) -> list[ChainText]:
    """Those that stand in one of these fields of an entry of these actions."""
    query = select(ChainEntry.seq, ChainEntry.action, ChainEntry.body)
    rows = session.execute(query.where(ChainEntry.seq.in_({one.seq for one in texts})))
    known = {
        (seq, own)
        for seq, action, body in rows
        for own, name in fields_in(read_body(body))
        if name in fields.get(action, ())
    }
    return [one for one in texts if (one.seq, one.hash) in known]


def erasure_digest(hashes: Iterable[str]) -> str:
    """What an entry about an erasure says of the texts that were erased: SHA-256 over their sorted hashes."""
    return hashlib.sha256("".join(sorted(hashes)).encode()).hexdigest()
