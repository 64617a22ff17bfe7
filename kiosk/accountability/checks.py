"""Whether reminders, entries, statements and decisions are what the record says of them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from kiosk.accountability.models import ENTERED, RUNNING, Chase, Entry, Statement, Verdict
from kiosk.accountability.services.chasing import chase_facts, entry_facts
from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Erased, Finding, KnownHead, opened
from kiosk.core.db import session

FACTS = ("chase.made", "accountability.entered", "accountability.stated", "accountability.decided")
FOLLOWS = ("chase.moved", "chase.ended")
Body = dict[str, Any]


def recount() -> Iterator[Finding]:
    """Every difference between the tables and the record, by row and column."""
    entries = opened(session.scalars(select(ChainEntry).where(ChainEntry.action.in_(FACTS))))
    later = _later()
    for chase in session.scalars(select(Chase).order_by(Chase.id)):
        yield from _of_chase(chase, entries.pop(chase.chain_seq, {}), later.pop(f"chase:{chase.id}", {}))
    for entry in session.scalars(select(Entry).order_by(Entry.id)):
        place = str(entry.id)
        yield from _same(place, entry_facts(entry), entries.pop(entry.chain_seq, {}), entry.id)
        for one in entry.statements:
            said = {"person": one.person_id}
            told = entries.pop(one.chain_seq, {})
            yield from _same(f"{place}, statement {one.id}", said, _with_person(told), entry.id)
        yield from _of_decision(entry, entries)
    for seq, body in sorted(entries.items()):
        yield Finding("accountability", str(body["subject"]), "missing", f"entry {seq}")


def heads() -> Iterator[KnownHead]:
    """The record's entries that rows point to: a record that ends before them was cut."""
    for table in (Chase, Entry, Statement, Verdict):
        for seq in session.scalars(select(table.chain_seq)):
            yield KnownHead(seq, "", f"accountability {table.__tablename__}")


def _later() -> dict[str, Body]:
    """By reminder, how the record says that it stands now: where the calendar moved it, and how it ended."""
    query = select(ChainEntry).where(ChainEntry.action.in_(FOLLOWS)).order_by(ChainEntry.seq)
    found: dict[str, Body] = {}
    for body in opened(session.scalars(query)).values():
        found.setdefault(body["subject"], {}).update(body["after"])
    return found


def _of_chase(chase: Chase, told: Body, later: Body) -> Iterator[Finding]:
    """What a reminder was when it was made, and what the record says became of it."""
    first = told.get("after") or {}
    now = {"due": first.get("due"), "falls": first.get("falls"), "how": RUNNING, **later}
    stored = {"due": chase.due_on.isoformat(), "falls": _plain(chase.falls_on), "how": chase.ended}
    facts = {name: value for name, value in chase_facts(chase).items() if name not in ("due", "falls")}
    place = f"reminder {chase.id}"
    yield from _same(place, facts, told, None)
    if wrong := [name for name, value in stored.items() if now.get(name) != value]:
        yield Finding("accountability", place, "altered", ", ".join(wrong))
    made = session.scalar(select(Entry.id).where(Entry.key == chase.key))
    if chase.ended == ENTERED and made is None:
        yield Finding("accountability", place, "missing", "its entry")


def _of_decision(entry: Entry, entries: dict[int, Body]) -> Iterator[Finding]:
    one = entry.decision
    if one is None:
        return
    facts = {
        "outcome": one.outcome,
        "statements": one.statements,
        "absent": one.absent_id,
        "account": one.account_id,
        "person": one.person_id,
    }
    told = _with_person(entries.pop(one.chain_seq, {}))
    yield from _same(f"{entry.id}, decision", facts, told, entry.id)


def _with_person(told: Body) -> Body:
    """A body with who did it among what it says."""
    if not told:
        return told
    return {**told, "after": {**(told.get("after") or {}), "person": told["actor"].get("person")}}


def _same(place: str, stored: Body, told: Body, entry: int | None) -> Iterator[Finding]:
    """A row is what its entry says of it; a text that was erased says nothing any more."""
    if not told or (entry is not None and told.get("subject") != f"accountability:{entry}"):
        yield Finding("accountability", place, "unknown")
        return
    after = told.get("after") or {}
    wrong = [name for name, value in stored.items() if not _alike(_plain(value), after.get(name))]
    if wrong:
        yield Finding("accountability", place, "altered", ", ".join(wrong))


def _alike(stored: Any, told: Any) -> bool:
    if isinstance(told, Erased):
        return True
    if isinstance(told, list) and isinstance(stored, list):
        return len(told) == len(stored) and all(map(_alike, stored, told))
    if isinstance(told, dict) and isinstance(stored, dict):
        return all(_alike(value, told.get(name)) for name, value in stored.items())
    return bool(stored == told)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) or hasattr(value, "isoformat") else value
