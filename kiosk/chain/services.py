"""Appending to the chain."""

import json
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import RESTORED, head, link
from kiosk.core import clock
from kiosk.core.db import session


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"a {type(value).__name__} cannot stand in the chain")


def canonical(value: Any) -> str:
    """JSON with sorted keys, no spaces and no escapes: the same value always gives the same bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def append(*, action: str, subject: str, actor: str, before: Any = None, after: Any = None) -> ChainEntry:
    """Append an entry in the transaction that runs. The write lock makes appending one at a time."""
    last, at = head(), clock.now()
    body = {
        "seq": last.seq + 1,
        "at": at.isoformat(),
        "actor": actor,
        "action": action,
        "subject": subject,
        "before": before,
        "after": after,
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
    session.add(entry)
    session.flush()
    return entry


def tell_restored(*, by: str, last: int) -> None:
    """Say that a backup was restored: the entries up to number `last` that stood after it are left behind.

    Heads of those entries, on posters and in files, are then explained rather than false.
    """
    first = head().seq + 1
    append(action=RESTORED, subject="record", actor=by, after={"left": [first, max(last, first - 1)]})
