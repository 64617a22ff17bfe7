"""Whether plans, orders and acceptances stand as the record says."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Finding, KnownHead, opened
from kiosk.core.db import session
from kiosk.supply.models import Acceptance, PlanVersion, Purchase

PLANS, NOTED, WEIGHED = ("plan.begun", "plan.changed"), ("purchase.noted",), ("purchase.weighed",)


def recount() -> Iterator[Finding]:
    """Every plan, order and acceptance that is not as the record tells it, and what of the record is gone."""
    yield from _compared(PlanVersion, PLANS, _of_plan)
    yield from _compared(Purchase, NOTED, _of_purchase)
    yield from _compared(Acceptance, WEIGHED, _of_acceptance)


def _compared(
    table: Any, actions: tuple[str, ...], facts: Callable[[Any], dict[str, Any]]
) -> Iterator[Finding]:
    told = opened(session.scalars(select(ChainEntry).where(ChainEntry.action.in_(actions))))
    for row in session.scalars(select(table).order_by(table.id)):
        after = told.pop(row.chain_seq, {}).get("after")
        name = f"{table.__tablename__} {row.id}"
        if after is None:
            yield Finding("purchase chain", name, "unknown")
        elif wrong := [field for field, value in facts(row).items() if after.get(field) != value]:
            yield Finding("purchase chain", name, "altered", ", ".join(wrong))
    for seq in sorted(told):
        yield Finding("purchase chain", f"entry {seq}", "missing")


def _of_plan(row: PlanVersion) -> dict[str, Any]:
    own = hashlib.sha256(row.content.encode()).hexdigest()
    return {"version": row.number, "hash": own, "amount": row.amount}


def _of_purchase(row: Purchase) -> dict[str, Any]:
    amount = sum(line.amount for line in row.lines)
    return {"buyer": row.buyer_id, "amount": amount, "way": row.way, "lines": len(row.lines)}


def _of_acceptance(row: Acceptance) -> dict[str, Any]:
    return {
        "number": row.number,
        "delivered": [line.delivered for line in row.lines],
        "accepted": [line.accepted for line in row.lines],
    }


def heads() -> Iterator[KnownHead]:
    """The entries that plans, orders and acceptances point to."""
    for table in (PlanVersion, Purchase, Acceptance):
        for seq in session.scalars(select(table.chain_seq)):
            yield KnownHead(seq, "", f"purchase chain, entry {seq}")
