"""Whether what is posted is still what was posted: each version and withdrawal against the chain."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Erased, Finding, KnownHead, opened
from kiosk.core.db import session
from kiosk.postings.models import Posting, PostingVersion, PostingWithdrawal
from kiosk.postings.queries import Earlier, all_kinds, digest, kind_of

SEVERAL = 500
POSTED = ("posting.posted", "posting.corrected")
GONE = ("posting.withdrawn",)


def recount() -> Iterator[Finding]:
    """Every difference between what is stored and what the chain tells, by table, row and column."""
    versions = list(session.scalars(select(PostingVersion).order_by(PostingVersion.id)))
    gone = list(session.scalars(select(PostingWithdrawal).order_by(PostingWithdrawal.posting_id)))
    entries = _entries([*(row.chain_seq for row in versions), *(one.chain_seq for one in gone)])
    for row in versions:
        yield from _of_version(row, entries.get(row.chain_seq))
    for one in gone:
        yield from _of_withdrawal(one, entries.get(one.chain_seq))
    earlier = [kind.typed.earlier for kind in all_kinds() if kind.typed and kind.typed.earlier]
    yield from _lost(
        {row.chain_seq for row in versions}, [*POSTED, *(name for one in earlier for name in one.actions)]
    )
    yield from _lost({one.chain_seq for one in gone}, GONE)


def heads() -> Iterator[KnownHead]:
    """The chain's entries that versions and withdrawals point to: a record that ends before them was cut."""
    versions = select(PostingVersion.posting_id, PostingVersion.chain_seq)
    gone = select(PostingWithdrawal.posting_id, PostingWithdrawal.chain_seq)
    for number, seq in (*session.execute(versions), *session.execute(gone)):
        yield KnownHead(seq, "", f"posting {number}")


def _entries(seqs: list[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(seqs), SEVERAL):
        query = select(ChainEntry).where(ChainEntry.seq.in_(seqs[start : start + SEVERAL]))
        found.update(opened(session.scalars(query)))
    return found


def _of_version(row: PostingVersion, entry: dict[str, Any] | None) -> Iterator[Finding]:
    place, kind = f"{row.posting_id}, version {row.version}", kind_of(row.posting.kind)
    earlier = kind.typed.earlier if kind.typed else None
    action, subject = (entry or {}).get("action"), (entry or {}).get("subject")
    told = dict((entry or {}).get("after") or {})
    if earlier and action in earlier.actions and subject == earlier.subject(row.posting_id):
        yield from _taken_over(earlier, row, told)
    elif action not in POSTED or subject != f"posting:{row.posting_id}":
        yield Finding("posting", place, "unknown")
    else:
        columns = [name for name in ("hash", "version") if told.get(name) != getattr(row, name)]
        columns += ["content"] if digest(row.content) != told.get("hash") else list(_columns(row))
        if columns:
            yield Finding("posting", place, "altered", ", ".join(columns))


def _taken_over(earlier: Earlier, row: PostingVersion, told: dict[str, Any]) -> Iterator[Finding]:
    """Of a version from before there were hashes: its content against what its entry tells of it."""
    place = f"{row.posting_id}, version {row.version}"
    wrong = [] if told.get("version") == row.version else ["version"]
    wrong += [] if digest(row.content) == row.hash else ["hash"]
    columns = [*wrong, *_columns(row)]
    if columns:
        yield Finding("posting", place, "altered", ", ".join(columns))
    by_line: dict[int, list[str]] = {}
    for line, name in earlier.differences(json.loads(row.content), told):
        by_line.setdefault(line, []).append(name)
    for line, names in by_line.items():
        where = f"{place}, row {line}" if line else place
        yield Finding("posting", where, "altered", "content: " + ", ".join(names))


def _columns(row: PostingVersion) -> Iterator[str]:
    """The columns beside a sound content that do not say what it says."""
    content = json.loads(row.content)
    if datetime.fromisoformat(content["posted_at"]) != row.posted_at:
        yield "posted_at"
    if date.fromisoformat(content["hangs_until"]) != row.hangs_until:
        yield "hangs_until"
    yield from (
        f"posting.{name}" for name, value in _stored(row.posting).items() if content.get(name) != value
    )


def _stored(posting: Posting) -> dict[str, Any]:
    return {
        "kind": posting.kind,
        "canteen": posting.canteen.code if posting.canteen else None,
        "counter": posting.counter.code if posting.counter else None,
        "period": posting.period,
    }


def _of_withdrawal(one: PostingWithdrawal, entry: dict[str, Any] | None) -> Iterator[Finding]:
    place = f"{one.posting_id}, withdrawal"
    if not entry or entry.get("subject") != f"posting:{one.posting_id}" or entry.get("action") not in GONE:
        yield Finding("posting", place, "unknown")
        return
    told = dict(entry.get("after") or {}).get("reason")
    if not isinstance(told, Erased) and told != one.reason:
        yield Finding("posting", place, "altered", "reason")


def _lost(known: set[int], actions: Iterable[str]) -> Iterator[Finding]:
    """What the chain says was posted or withdrawn and is not there."""
    query = select(ChainEntry.seq, ChainEntry.subject).where(ChainEntry.action.in_(actions))
    for seq, subject in session.execute(query.order_by(ChainEntry.seq)):
        if seq not in known:
            yield Finding("posting", subject.partition(":")[2], "missing", f"entry {seq}")
