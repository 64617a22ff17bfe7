"""Whether shared meals and the roster stand as the record says."""

from collections.abc import Iterator

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Finding, KnownHead, opened
from kiosk.core.db import session
from kiosk.dining.models import MARKS, SharedMeal, Turn

ENTRIES, TURNS = ("dining.entered", "dining.amended"), "dining.turns"


def recount() -> Iterator[Finding]:
    """Every entry and turn that is not as the record tells it, and every one of the record that is gone."""
    yield from _entries()
    yield from _turns()


def _entries() -> Iterator[Finding]:
    told = opened(session.scalars(select(ChainEntry).where(ChainEntry.action.in_(ENTRIES))))
    for row in session.scalars(select(SharedMeal).order_by(SharedMeal.id)):
        after = told.pop(row.chain_seq, {}).get("after")
        if after is None:
            yield Finding("shared meal", str(row.id), "unknown")
            continue
        stored = {name: getattr(row, name) for name in (*MARKS, "paid", "role", "meal")}
        stored |= {"whose": row.person_id, "day": row.day.isoformat()}
        if wrong := [name for name, value in stored.items() if after.get(name) != value]:
            yield Finding("shared meal", str(row.id), "altered", ", ".join(wrong))
    for seq in sorted(told):
        yield Finding("shared meal", f"entry {seq}", "missing")


def _turns() -> Iterator[Finding]:
    entries = opened(session.scalars(select(ChainEntry).where(ChainEntry.action == TURNS)))
    told = {
        (seq, str(body["subject"]).partition(":")[2], text): False
        for seq, body in entries.items()
        for text in (body.get("after") or {}).get("turns", ())
    }
    for row in session.scalars(select(Turn).order_by(Turn.id)):
        key = (row.chain_seq, row.canteen.code, f"{row.day} {row.meal} {row.person_id or '-'}")
        if key in told:
            told[key] = True
        else:
            yield Finding("shared meal", f"roster {row.day} {row.meal}", "altered")
    for (seq, _canteen, text), found in told.items():
        if not found:
            yield Finding("shared meal", f"roster {text}", "missing", f"entry {seq}")


def heads() -> Iterator[KnownHead]:
    """The entries that shared meals and turns point to."""
    for table in (SharedMeal, Turn):
        for seq in session.scalars(select(table.chain_seq).distinct()):
            yield KnownHead(seq, "", f"shared meals, entry {seq}")
