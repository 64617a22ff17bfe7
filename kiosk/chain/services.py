"""Appending to the chain."""

import json
import secrets
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from kiosk.chain.models import ChainEntry, ChainText
from kiosk.chain.queries import FORMAT, HASHED, RESTORED, head, link, text_hash
from kiosk.chain.queries.words import actors, plain_fields
from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.trace import Erasable


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


def tell_restored(*, by: str, last: int) -> None:
    """Say that a backup was restored: the entries up to number `last` that stood after it are left behind.

    Heads of those entries, on posters and in files, are then explained rather than false.
    """
    first = head().seq + 1
    append(action=RESTORED, subject="record", actor=by, after={"left": [first, max(last, first - 1)]})
