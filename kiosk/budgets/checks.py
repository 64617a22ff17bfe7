"""Whether every position is the sum of its moves, and moves and versions stand as the record says."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from kiosk.budgets.models import (
    APPROVED,
    DROPPED,
    FIGURES,
    PROPOSED,
    RETURNED,
    BudgetCheck,
    BudgetException,
    BudgetLine,
    BudgetMove,
    BudgetTransfer,
    BudgetVersion,
)
from kiosk.budgets.services import EXCEPTION, TRANSFER, content_of, content_of_wish, subject_of
from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Finding, KnownHead, opened, read_body
from kiosk.core.db import session
from kiosk.steps import models as steps
from kiosk.steps.models import Approval
from kiosk.steps.services import digest

MOVED, APPROVES, CHECKED = "budget.moved", "budget.approved", "budget.checked"
STANDS = {PROPOSED: steps.OPEN, RETURNED: steps.RETURNED, APPROVED: steps.APPROVED, DROPPED: steps.WITHDRAWN}
"""How the approval of a transfer or an exception stands."""
TOLD = ("kind", "source", "of", "planned", "committed", "taken", "spent", "allowed", "over")


def recount() -> Iterator[Finding]:
    """Each line whose figures are not the sum of its moves, by its first figure that differs; each move and
    version that is not as the record tells it."""
    yield from _lines()
    yield from _moves()
    yield from _versions()
    yield from _wishes()
    yield from _signed()


def summed() -> dict[int, dict[str, int]]:
    """The figures of each line as its moves add up."""
    net = {name: getattr(BudgetMove, name) for name in FIGURES}
    net["committed"] = BudgetMove.committed - BudgetMove.taken
    query = select(BudgetMove.line_id, *(func.sum(column) for column in net.values()))
    return {
        number: dict(zip(net, map(int, sums), strict=True))
        for number, *sums in session.execute(query.group_by(BudgetMove.line_id))
    }


def _lines() -> Iterator[Finding]:
    known = summed()
    for line in session.scalars(select(BudgetLine).order_by(BudgetLine.id)):
        sums = known.get(line.id, dict.fromkeys(FIGURES, 0))
        differing = next((name for name in FIGURES if getattr(line, name) != sums[name]), None)
        if differing:
            stands = f"{differing}: {getattr(line, differing)}, moves: {sums[differing]}"
            yield Finding("budget line", str(line.id), "altered", stands)


def _moves() -> Iterator[Finding]:
    told = _told(MOVED)
    for row in session.scalars(select(BudgetMove).order_by(BudgetMove.id)):
        subject, after = told.pop(row.chain_seq, ("", {}))
        if subject != f"budget_line:{row.line_id}":
            yield Finding("budget move", str(row.id), "unknown")
            continue
        wrong = [name for name in TOLD if (after.get(name) or 0) != (getattr(row, name) or 0)]
        if wrong:
            yield Finding("budget move", str(row.id), "altered", ", ".join(wrong))
    for seq in sorted(told):
        yield Finding("budget move", f"entry {seq}", "missing")


def _versions() -> Iterator[Finding]:
    told = _told(APPROVES)
    query = select(BudgetVersion).where(BudgetVersion.state == APPROVED).order_by(BudgetVersion.id)
    for version in session.scalars(query):
        subject, after = told.pop(version.chain_seq or 0, ("", {}))
        place = str(version.id)
        if subject != f"budget:{version.id}":
            yield Finding("budget", place, "unknown")
        elif not digest(content_of(version).encode()) == version.hash == after.get("hash"):
            yield Finding("budget", place, "altered", "lines")
    for seq in sorted(told):
        yield Finding("budget", f"entry {seq}", "missing")


def _wishes() -> Iterator[Finding]:
    """Transfers and exceptions against what was decided about."""
    approvals: dict[str, Approval] = {}
    ladders = (TRANSFER.name, EXCEPTION.name)
    for one in session.scalars(select(Approval).where(Approval.ladder.in_(ladders)).order_by(Approval.id)):
        approvals[one.subject] = one
    transfers = session.scalars(select(BudgetTransfer).order_by(BudgetTransfer.id))
    exceptions = session.scalars(select(BudgetException).order_by(BudgetException.id))
    for wish in (*transfers, *exceptions):
        asked = approvals.pop(subject_of(wish), None)
        if asked is None:
            yield Finding(wish.__tablename__, str(wish.id), "unknown")
        elif digest(content_of_wish(wish)) != asked.hash or asked.state != STANDS[wish.state]:
            yield Finding(wish.__tablename__, str(wish.id), "altered")
    for subject in approvals:
        table, _, number = subject.partition(":")
        yield Finding(table, number, "missing")


def _signed() -> Iterator[Finding]:
    """The checks of terms against their entries."""
    told = opened(session.scalars(select(ChainEntry).where(ChainEntry.action == CHECKED)))
    for row in session.scalars(select(BudgetCheck).order_by(BudgetCheck.id)):
        body = told.pop(row.chain_seq, {})
        after = body.get("after") or {}
        lacks = [f"{one['title']}: {one['lacks']}" for one in row.lacking]
        own = body.get("subject") == f"term:{row.term_id}" and body["actor"].get("person") == row.person_id
        if not own or len(after.get("lacks", ())) != len(lacks):
            yield Finding("budget check", str(row.id), "altered")
    for seq in sorted(told):
        yield Finding("budget check", f"entry {seq}", "missing")


def _told(action: str) -> dict[int, tuple[str, dict[str, Any]]]:
    query = select(ChainEntry.seq, ChainEntry.subject, ChainEntry.body).where(ChainEntry.action == action)
    return {
        seq: (subject, read_body(body).get("after") or {}) for seq, subject, body in session.execute(query)
    }


def heads() -> Iterator[KnownHead]:
    """The entries that moves and versions point to."""
    for table in (BudgetMove, BudgetVersion):
        query = select(table.id, table.chain_seq).where(table.chain_seq.is_not(None))
        for number, seq in session.execute(query):
            yield KnownHead(int(seq or 0), "", f"{table.__tablename__} {number}")
