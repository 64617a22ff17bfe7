"""Whether questions stand as the record says, and each that had its turn has its case."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Finding, KnownHead, read_body
from kiosk.core.db import session
from kiosk.postings.models import Question

ASKED = "question.asked"


def recount() -> Iterator[Finding]:
    """Every difference between questions and the record, by row and column."""
    query = select(ChainEntry.seq, ChainEntry.body).where(ChainEntry.action == ASKED)
    entries = {seq: read_body(body) for seq, body in session.execute(query)}
    for one in session.scalars(select(Question).order_by(Question.id)):
        yield from _of(one, entries.pop(one.chain_seq, None))
    for seq, body in sorted(entries.items()):
        yield Finding("question", str(body.get("subject", "")).partition(":")[2], "missing", f"entry {seq}")


def heads() -> Iterator[KnownHead]:
    """The entries that questions point to: a record that ends before them was cut."""
    for number, seq in session.execute(select(Question.id, Question.chain_seq)):
        yield KnownHead(seq, "", f"question {number}")


def _of(one: Question, entry: dict[str, Any] | None) -> Iterator[Finding]:
    if not entry or entry.get("subject") != f"posting:{one.posting_id}":
        yield Finding("question", str(one.id), "unknown")
        return
    told = entry.get("after") or {}
    stored = {
        "version": one.version,
        "row": one.row,
        "asker": one.asker,
        "like": one.alike_id,
        "key": one.key_hash,
    }
    wrong = [name for name, value in stored.items() if told.get(name) != value]
    if one.case and (one.case.key_hash != one.key_hash or one.case.subject != f"posting:{one.posting_id}"):
        wrong.append("case")
    if wrong:
        yield Finding("question", str(one.id), "altered", ", ".join(wrong))
