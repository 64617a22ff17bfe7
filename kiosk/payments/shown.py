"""What pages of other rooms show of payments: what is decided about, what is paid of a sheet, the month."""

from typing import Any, NamedTuple

from flask import url_for
from sqlalchemy import select

from kiosk.core.db import session
from kiosk.payments import queries, services
from kiosk.payments.models import PURPOSES, Payment, PaymentLine
from kiosk.postings.models import Posting, PostingVersion
from kiosk.purchasing import queries as bought
from kiosk.purchasing.models import Line, SheetPerson
from kiosk.purchasing.queries import PricedLine
from kiosk.steps.models import Approval


class Paid(NamedTuple):
    """A line that is paid: beside its last price where its sheet still has it, and of which day it is."""

    line: PaymentLine
    priced: PricedLine | None
    day: Any
    receivers: tuple[str, ...]


def beside_last(found: Payment) -> list[Paid]:
    """The lines of a payment, each beside the price before it, and who accepted it."""
    made = []
    for posting, version in dict.fromkeys((one.posting_id, one.sheet_version) for one in found.now.lines):
        row = session.scalar(select(PostingVersion).filter_by(posting_id=posting, version=version))
        own = [one for one in found.now.lines if one.posting_id == posting]
        if row is None:
            made += [Paid(one, None, None, ()) for one in own]
            continue
        day = bought.day_of(row.posting)
        lines = list(session.scalars(select(Line).where(Line.version_id == row.id)))
        priced = {one.line.position + 1: one for one in bought.priced(lines, day)}
        names = tuple(session.scalars(_receivers(row.id)))
        made += [Paid(one, priced.get(one.row), day, names) for one in own]
    return made


def _receivers(version_id: int) -> Any:
    return (
        select(SheetPerson.name)
        .where(SheetPerson.version_id == version_id, SheetPerson.part.startswith("receiver"))
        .order_by(SheetPerson.part)
    )


def proposal(approval: Approval) -> dict[str, Any]:
    """What is decided about, on the page of its approval."""
    if approval.ladder != services.LADDER.name:
        return {"payment": None}
    found = queries.payment(int(approval.subject.partition(":")[2]))
    return {
        "payment": found,
        "now": found.now,
        "lines": beside_last(found),
        "purposes": PURPOSES,
        "line": services.budget_line_of(found),
        "vouchers": [
            (place, url_for("office.payments.voucher", number=found.id, voucher=one["id"]))
            for place, one in enumerate(found.now.vouchers, 1)
        ],
        "warnings": [
            services.warning(one)
            for one in queries.excesses({line.posting_id for line in found.now.lines})
            if found.id in one.payments
        ],
    }


def of_posting(posting: Posting) -> dict[str, Any]:
    """What was paid of a posted sheet; of the month's spending, whether it is what was paid."""
    if posting.kind == bought.SLUG:
        return {"sheet": _of_sheet(posting)}
    return {"month": services.compared(posting)} if posting.kind == services.SPENDING else {}


def _of_sheet(posting: Posting) -> dict[str, Any] | None:
    found = queries.paid_of(posting.id)
    if not found:
        return None
    own = [line for one in found for line in one.now.lines if line.posting_id == posting.id]
    total = bought.posted_versions(posting)[0].total
    exceeding = [one for one in queries.excesses({posting.id}) if set(one.payments) & {of.id for of in found}]
    paid = sum(line.amount for line in own)
    return {"paid": paid, "total": total, "payments": found, "exceeding": exceeding}


def of_draft(posting: Posting | None) -> dict[str, Any]:
    """Beside the draft of the month's spending: whether it says what was paid."""
    month = services.compared(posting) if posting and posting.kind == services.SPENDING else None
    return {"month": month}
