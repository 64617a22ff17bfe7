"""Keeping what is searched as what is public: what the record tells of something makes its entry anew."""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import delete, event, insert, select
from sqlalchemy.orm import Session

from kiosk.chain.models import ChainEntry, ChainText
from kiosk.core.db import session
from kiosk.core.i18n import LOCALES, in_language
from kiosk.core.room import all_rooms
from kiosk.core.searched import Entry, Searched
from kiosk.search.folding import fold, initials
from kiosk.search.models import SearchEntry

BATCH = 200
STORED = [column for column in SearchEntry.__table__.columns if column.name != "id"]
"""What is made of something public."""
TOLD = "kiosk_search"
"""Where a session keeps what was told in its transaction: subjects, and the numbers of erased entries."""


@event.listens_for(Session, "after_flush")
def _listen(unit: Session, *_: object) -> None:
    told = unit.info.setdefault(TOLD, set())
    told.update(one.subject for one in unit.new if isinstance(one, ChainEntry))
    told.update(one.seq for one in unit.dirty if isinstance(one, ChainText))


@event.listens_for(Session, "before_commit")
def _keep_up(unit: Session) -> None:
    if unit.in_nested_transaction():
        return
    unit.flush()
    told = unit.info.pop(TOLD, set())
    seqs = {one for one in told if isinstance(one, int)}
    erased = unit.scalars(select(ChainEntry.subject).where(ChainEntry.seq.in_(seqs))) if seqs else ()
    refresh({*(one for one in told if isinstance(one, str)), *erased})


@event.listens_for(Session, "after_rollback")
def _forget(unit: Session) -> None:
    unit.info.pop(TOLD, None)


def refresh(subjects: Collection[str]) -> None:
    """Make the entries of these subjects anew, in the transaction that runs."""
    for one in (one for room in all_rooms() for one in room.searched):
        begins = f"{one.subject}:"
        own = {text.removeprefix(begins) for text in subjects if text.startswith(begins)}
        keys = sorted(own.union(one.moved(subjects) if one.moved else ()))
        for batch in _batches(keys):
            _replace(one, batch)


def _replace(one: Searched, keys: Collection[str]) -> None:
    names = [f"{one.subject}:{key}" for key in keys]
    now = {row["subject"]: row for row in rows_of(one, keys)}
    query = select(*STORED).where(SearchEntry.subject.in_(names))
    before = {row["subject"]: dict(row) for row in session.execute(query).mappings()}
    changed = [name for name in names if before.get(name) != now.get(name)]
    _write([name for name in changed if name in before], [now[name] for name in changed if name in now])


def _write(gone: Collection[str], rows: list[dict[str, Any]]) -> None:
    if gone:
        session.execute(delete(SearchEntry).where(SearchEntry.subject.in_(gone)))
    if rows:
        session.execute(insert(SearchEntry.__table__), rows)  # type: ignore[arg-type]


def rows_of(one: Searched, keys: Collection[str]) -> Iterator[dict[str, Any]]:
    """The entries of a room's things as they are stored."""
    with in_language(LOCALES[0]):
        found = one.entries(keys)
    yield from (_row(f"{one.subject}:{key}", entry) for key, entry in found.items())


def _row(subject: str, entry: Entry) -> dict[str, Any]:
    lines = [line for text in entry.lines if (line := " ".join(text.split()))]
    said = [*lines, *([entry.called] if entry.called else [])]
    return {
        "subject": subject,
        "what": entry.group,
        "canteen": entry.canteen,
        "at": entry.at,
        "shown_from": entry.shown_from,
        "folded": "\n".join(map(fold, said)),
        "initials": initials(said),
        "lines": "\n".join(lines),
    }


def everything() -> Iterator[dict[str, Any]]:
    """Every entry as it must be, made anew from what is public."""
    for one in (one for room in all_rooms() for one in room.searched):
        for batch in _batches(one.keys()):
            yield from rows_of(one, batch)


def rebuild() -> int:
    """Make everything anew, in the transaction that runs; how many entries there are."""
    session.execute(delete(SearchEntry))
    rows, number = everything(), 0
    while batch := list(islice(rows, BATCH)):
        _write((), batch)
        number += len(batch)
    return number


def fill_empty() -> None:
    """Make everything anew where there is nothing: after an update, and where erased words were taken out."""
    if session.scalar(select(SearchEntry.id).limit(1)) is None:
        rebuild()


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(keys)
    while batch := list(islice(rest, BATCH)):
        yield batch
