"""Whether payments stand as the record says, and pay no more of any line than its sheet ever said since."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Finding, KnownHead, opened
from kiosk.core.db import session
from kiosk.payments import queries
from kiosk.payments.models import (
    APPROVED,
    ENTERED,
    PAID,
    REQUESTED,
    RETURNED,
    WITHDRAWN,
    Payment,
    PaymentLine,
    PaymentStep,
    PaymentVersion,
)
from kiosk.payments.queries import Claim
from kiosk.payments.services import content_of
from kiosk.postings.models import PostingVersion
from kiosk.purchasing.models import Line
from kiosk.steps import models as decided
from kiosk.steps.models import Approval
from kiosk.steps.services import digest

ASKED, STEPS = ("payment.asked", "payment.changed"), ("payment.paid", "payment.entered")
AFTER = {decided.OPEN: REQUESTED, decided.RETURNED: RETURNED, decided.APPROVED: APPROVED}
Told = dict[str, Any]


def recount() -> Iterator[Finding]:
    """Versions, steps and states against the record and the approvals; then what is paid of each line."""
    asked, steps = _entries(ASKED), _entries(STEPS)
    approvals = {one.subject: one for one in session.scalars(select(Approval).where(_of_payments()))}
    whole = (
        selectinload(Payment.versions).selectinload(PaymentVersion.lines),
        selectinload(Payment.steps),
    )
    found = list(session.scalars(select(Payment).options(*whole).order_by(Payment.id)))
    for one in found:
        for version in one.versions:
            yield from _version(one, version, asked.pop(version.chain_seq, None))
        for step in one.steps:
            yield from _step(one, step, steps.pop(step.chain_seq, None))
        yield from _standing(one, approvals.get(one.subject))
    for seq in sorted({*asked, *steps}):
        yield Finding("payment", f"entry {seq}", "missing")
    yield from _paid_of_lines()


def _of_payments() -> Any:
    return Approval.subject.like("payment:%")


def _entries(actions: tuple[str, ...]) -> dict[int, Told]:
    return opened(session.scalars(select(ChainEntry).where(ChainEntry.action.in_(actions))))


def _differs(where: str, entry: Told | None, subject: str, stored: Told) -> Iterator[Finding]:
    if entry is None or entry["subject"] != subject:
        yield Finding("payment", where, "unknown")
        return
    after = entry.get("after") or {}
    if wrong := [name for name, value in stored.items() if after.get(name) != value]:
        yield Finding("payment", where, "altered", ", ".join(wrong))


def _version(one: Payment, version: PaymentVersion, entry: Told | None) -> Iterator[Finding]:
    where = f"{one.id}, version {version.number}"
    own = digest(content_of(version))
    stored = {"version": version.number, "hash": own, "amount": version.amount, "purpose": version.purpose}
    yield from _differs(where, entry, one.subject, stored)
    if version.hash != own:
        yield Finding("payment", where, "altered", "hash")
    if version.lines and version.amount != sum(line.amount for line in version.lines):
        yield Finding("payment", where, "altered", "the amount is not the sum of its lines")


def _step(one: Payment, step: PaymentStep, entry: Told | None) -> Iterator[Finding]:
    stored: Told = {"hash": step.hash, "amount": one.now.amount, "day": step.day.isoformat()}
    stored |= {"way": step.way} if step.what == PAID else {}
    yield from _differs(f"{one.id}, {step.what}", entry, one.subject, stored)


def _standing(one: Payment, approval: Approval | None) -> Iterator[Finding]:
    """Version, keys and state follow from the versions, the approval and the steps."""
    done = {step.what for step in one.steps}
    state = WITHDRAWN if one.withdrawn_seq else AFTER.get(approval.state, "") if approval else ""
    for what in (PAID, ENTERED):
        state = what if what in done else state
    now = one.now
    follows = {
        "version": now.number,
        "state": state,
        "payee_key": queries.payee_key(now.supplier_id, now.payee),
        "invoice_key": queries.invoice_key(now.invoice),
    }
    wrong = [name for name, value in follows.items() if getattr(one, name) != value]
    if approval is not None and approval.hash != now.hash:
        wrong.append("what was signed")
    if wrong:
        yield Finding("payment", str(one.id), "altered", ", ".join(wrong))


def _paid_of_lines() -> Iterator[Finding]:
    """The first line of each sheet of which more is paid or under way than it said in any version since.

    What exceeds only since a later correction is no fault of the payments; pages say it.
    """
    sheets = session.scalars(select(PaymentLine.posting_id).distinct())
    for number, those in sorted(queries.claims(sheets).items()):
        said = _said(number)
        by_row: dict[int, list[Claim]] = defaultdict(list)
        for one in those:
            by_row[one.row].append(one)
        for row, alike in sorted(by_row.items()):
            if row == queries.GONE:
                continue
            most = max(said.get((one.line.sheet_version, one.line.row), 0) for one in alike)
            claimed = sum(one.line.amount for one in alike)
            if claimed > most:
                text = f"{claimed} fen are paid or under way, {most} are owed"
                yield Finding("payment", f"posting {number}, line {row}", "exceeds", text)
                break


def _said(posting: int) -> dict[tuple[int, int], int]:
    """What each line of each version of a sheet came to, by version and row."""
    query = select(PostingVersion.version, Line.position, Line.amount).join(
        Line, Line.version_id == PostingVersion.id
    )
    rows = session.execute(query.where(PostingVersion.posting_id == posting))
    return {(version, position + 1): amount for version, position, amount in rows}


def heads() -> Iterator[KnownHead]:
    """The entries that payments point to: a record that ends before them was cut."""
    for table in (PaymentVersion, PaymentStep):
        for number, seq in session.execute(select(table.payment_id, table.chain_seq)):
            yield KnownHead(seq, "", f"payment {number}")
