"""Appending to the chain."""

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update

from kiosk.chain.models import ACTOR_ERASED, ChainEntry, ChainText
from kiosk.chain.queries import (
    ABRIDGED,
    ACTOR,
    ERASED,
    FORMAT,
    HASHED,
    PUT_AWAY,
    RESTORED,
    copy_digest,
    erasure_digest,
    fields_in,
    head,
    link,
    read_body,
    text_hash,
)
from kiosk.chain.queries.texts import taken_up
from kiosk.chain.queries.words import actors, erasable, passed_on, plain_fields
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.i18n import lazy
from kiosk.core.trace import Erasable, record

MOST_REASON = 200
NAMED = "account"
"""The subjects that older entries call by a person's user name."""


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"a {type(value).__name__} cannot stand in the chain")


def canonical(value: Any) -> str:
    """JSON with sorted keys, no spaces and no escapes: the same value always gives the same bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


class _Hiding:
    """The texts of an entry that go into it as hashes; one that stands in it twice has one hash."""

    def __init__(self, plain: frozenset[str]) -> None:
        self.plain = plain
        self.hidden: dict[str, tuple[bytes, str]] = {}

    def hide(self, text: str) -> dict[str, str]:
        """What stands in the body in the place of a text."""
        if text not in self.hidden:
            salt = secrets.token_bytes(16)
            self.hidden[text] = salt, text_hash(salt, text)
        return {HASHED: self.hidden[text][1]}

    def written(self, value: Any, *, plain: bool) -> Any:
        """A value as the body holds it. Whatever is not declared plain is hidden; nothing is not hidden."""
        if isinstance(value, str):
            return self.hide(str(value)) if value and (not plain or isinstance(value, Erasable)) else value
        if isinstance(value, Mapping):
            inside = {key: plain or key in self.plain for key in value}
            return {key: self.written(one, plain=inside[key]) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.written(one, plain=plain) for one in value]
        return value

    def rows(self, seq: int) -> list[ChainText]:
        """What lies beside the chain."""
        return [
            ChainText(hash=own, seq=seq, salt=salt, text=text) for text, (salt, own) in self.hidden.items()
        ]


def append(
    *,
    action: str,
    subject: str,
    actor: str,
    before: Any = None,
    after: Any = None,
    account: int | None = None,
    person: int | None = None,
    plain: bool = False,
) -> ChainEntry:
    """Append an entry in the transaction that runs. The write lock makes appending one at a time.

    Names and texts go in as hashes (see `Words.plain`); the numbers of the acting account and person stay.
    `plain` says that nobody wrote anything of it.
    """
    last, at, hiding = head(), clock.now(), _Hiding(plain_fields(action))
    numbers = {"account": account, "person": person}
    who = {"name": actor if actor in actors() else hiding.hide(actor)}
    body = {
        "format": FORMAT,
        "seq": last.seq + 1,
        "at": at.isoformat(),
        "actor": who | {name: number for name, number in numbers.items() if number is not None},
        "action": action,
        "subject": subject,
        "before": hiding.written(before, plain=plain or "" in hiding.plain),
        "after": hiding.written(after, plain=plain or "" in hiding.plain),
    }
    text = canonical(body)
    entry = ChainEntry(
        seq=last.seq + 1,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        body=text,
        hash=link(last.hash, text),
    )
    session.add_all([entry, *hiding.rows(entry.seq)])
    session.flush()
    return entry


def tell_restored(*, by: Actor, last: int, first: int | None = None) -> None:
    """Say that a backup was restored: the entries from `first` (by default the next one) up to number `last`
    that stood after it are left behind.

    Heads of those entries, on posters and in files, are then explained rather than false.
    """
    first = first or head().seq + 1
    append(action=RESTORED, subject="record", actor=str(by), after={"left": [first, max(last, first - 1)]})


def erase(*, by: Actor, texts: Iterable[ChainText], reason: str) -> int:
    """Erase names and texts of the record for good; how many there were.

    Words that other entries took up go from these, too. An entry tells of what kind they were, how many, and
    why. NotFound where none is left to erase; Invalid without a reason, or for one that repeats what is to be
    erased.
    """
    found, reason = [one for one in texts if one.text is not None], reason.strip()
    known = {(one.seq, one.hash) for one in found}
    found += [one for one in taken_up(found, passed_on()) if (one.seq, one.hash) not in known]
    if not found:
        raise NotFound(lazy("Nothing of this is in the record any more."))
    if not 0 < len(reason) <= MOST_REASON:
        raise Invalid(lazy("Please say why, in 200 characters at most."), field="reason")
    if any(one.text and one.text in reason for one in found):
        raise Invalid(lazy("The reason repeats what is to be erased."), field="reason")
    seq = _tell_erased(found, by=by, reason=reason)
    gone = {"salt": None, "text": None, "erased_at": clock.now(), "erased_in": seq}
    for one in found:
        for name, value in gone.items():
            setattr(one, name, value)
    session.flush()
    return len(found)


def _tell_erased(erased: list[ChainText], *, by: Actor, **more: Any) -> int:
    """The entry about an erasure; an actor's name goes from its entry's column, too."""
    hashes, fields = {one.hash for one in erased}, set()
    for entry in session.scalars(select(ChainEntry).where(ChainEntry.seq.in_({one.seq for one in erased}))):
        places = {field for own, field in fields_in(read_body(entry.body)) if own in hashes}
        fields |= places
        if ACTOR in places:
            blank = update(ChainEntry).where(ChainEntry.seq == entry.seq).values(actor=ACTOR_ERASED)
            session.execute(blank)
    after = {"number": len(erased), "fields": sorted(fields), "digest": erasure_digest(hashes), **more}
    return record(ERASED, "record", by=by, after=after)


def tell_replayed(*, by: Actor) -> int:
    """Tell of texts that are erased and of which this record does not say so yet; how many.

    A restored backup is from before they were erased, and was cleaned of them.
    """
    query = select(ChainText).where(ChainText.text.is_(None), ChainText.erased_in.is_(None))
    found = list(session.scalars(query))
    if found:
        seq = _tell_erased(found, by=by)
        for one in found:
            one.erased_in = seq
        session.flush()
    return len(found)


def put_away(*, by: Actor, last: int) -> int:
    """Take names and texts out of the entries up to a number that hold them in plain words; how many entries.

    Their hashes stay, and so does what is no name and no text. An entry vouches for what is left.
    """
    query = select(ChainEntry).where(ChainEntry.seq <= last).order_by(ChainEntry.seq)
    old = [one for one in session.scalars(query) if holds_names(read_body(one.body))]
    for entry in old:
        body = _abridged(read_body(entry.body))[0]
        name = body["actor"]["name"]
        entry.actor = name if isinstance(name, str) else ACTOR_ERASED
        entry.subject, entry.body = body["subject"], canonical(body)
    session.flush()
    if old:
        last = min(last, head().seq)
        record(
            PUT_AWAY, "record", by=by, after={"last": last, "number": len(old), "digest": copy_digest(last)}
        )
    return len(old)


def holds_names(body: dict[str, Any]) -> bool:
    """Whether a body holds a name or text in plain words; a seal, for one, holds none and stays as it is."""
    return bool(body) and body.get("format") is None and _abridged(body)[1]


def _abridged(body: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """What is left of an older entry, a hash whose salt nobody has in the place of every name and text; and
    whether there was any."""
    action, hiding = body["action"], _Hiding(plain_fields(body["action"]))
    plain = "" in hiding.plain or action.endswith(".sealed")
    kind, _colon, _name = body["subject"].partition(":")
    left = {
        **body,
        "format": ABRIDGED,
        "actor": {"name": body["actor"] if body["actor"] in actors() else hiding.hide(body["actor"])},
        "subject": f"{kind}:#" if kind == NAMED else body["subject"],
        "before": hiding.written(erasable(action, body["before"]), plain=plain),
        "after": hiding.written(erasable(action, body["after"]), plain=plain),
    }
    return left, bool(hiding.hidden) or kind == NAMED
