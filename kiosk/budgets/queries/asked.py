"""Transfers and exceptions, as they were asked for and decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import or_, select

from kiosk.budgets.models import APPROVED, PROPOSED, BudgetException, BudgetLine, BudgetTransfer
from kiosk.budgets.queries.positions import position
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.steps import queries as steps

Wish = BudgetTransfer | BudgetException
Asked = TypeVar("Asked", BudgetTransfer, BudgetException)
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


def under_way(table: type[Asked], **said: object) -> Asked | None:
    """What says the same and waits to be decided, or None."""
    found: Asked | None = session.scalar(select(table).filter_by(state=PROPOSED, **said))
    return found


def decided_by(subject: str) -> list[str]:
    """By which posts a subject was decided, level by level: what everybody may read of its signatures."""
    found = next(iter(steps.approvals(subject)), None)
    levels = steps.standing(found).levels if found else []
    return [one.level.label for one in levels if one.decisions]


def labels(moved: Iterable[BudgetTransfer]) -> dict[int, str]:
    """What the lines of transfers are called."""
    return {line: position(line).label for one in moved for line in (one.from_id, one.to_id)}


@dataclass(frozen=True)
class Told:
    """An exception as everybody reads it: the line's name, and by which posts it was decided."""

    row: BudgetException
    line: str
    by: list[str]


def told_exceptions(term: int) -> list[Told]:
    """The approved exceptions of a term, the newest first."""
    found = exceptions(term, approved=True)
    return [Told(one, position(one.line_id).label, decided_by(f"budget_exception:{one.id}")) for one in found]


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
