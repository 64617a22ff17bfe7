"""Transfers and exceptions, as they were asked for and decided."""

from typing import Any

from sqlalchemy import or_, select

from kiosk.budgets.models import APPROVED, BudgetException, BudgetLine, BudgetTransfer
from kiosk.core.db import session
from kiosk.core.errors import NotFound

Wish = BudgetTransfer | BudgetException
TABLES: dict[str, type[Wish]] = {
    BudgetTransfer.__tablename__: BudgetTransfer,
    BudgetException.__tablename__: BudgetException,
}


def wish(subject: str) -> Wish:
    """What a subject (`budget_transfer:3`) stands for, or NotFound."""
    table, _, number = subject.partition(":")
    found: Any = session.get(TABLES[table], int(number)) if table in TABLES else None
    if found is None:
        raise NotFound
    asked: Wish = found
    return asked


def transfers(term: int) -> list[BudgetTransfer]:
    """The transfers of a term's lines, the newest first."""
    lines = select(BudgetLine.id).where(BudgetLine.term_id == term)
    query = select(BudgetTransfer).where(
        or_(BudgetTransfer.from_id.in_(lines), BudgetTransfer.to_id.in_(lines))
    )
    return list(session.scalars(query.order_by(BudgetTransfer.id.desc())))


def exceptions(term: int, *, approved: bool = False) -> list[BudgetException]:
    """The exceptions of a term's lines, the newest first; all, or those that were approved."""
    query = select(BudgetException).join(BudgetLine).where(BudgetLine.term_id == term)
    query = query.where(BudgetException.state == APPROVED) if approved else query
    return list(session.scalars(query.order_by(BudgetException.id.desc())))
