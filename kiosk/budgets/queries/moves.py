"""The moves of a line, and who has a part in the money of a term."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, func, or_, select

from kiosk.budgets.models import BudgetCheck, BudgetLine, BudgetMove
from kiosk.budgets.queries.above import people_of_purchases
from kiosk.budgets.queries.versions import versions
from kiosk.chain.queries import Erased, bodies_of
from kiosk.core.db import session
from kiosk.persons.queries import aliases
from kiosk.school import queries as school
from kiosk.school.models import Term
from kiosk.steps import queries as steps
from kiosk.steps.models import Approval, Decision, Part, Round

PAGE = 50


def moves(line: int, before: int | None = None) -> list[BudgetMove]:
    """A line's moves, the newest first: a page of them, those before the move of this number."""
    query = select(BudgetMove).where(BudgetMove.line_id == line)
    query = query.where(BudgetMove.id < before) if before else query
    return list(session.scalars(query.order_by(BudgetMove.id.desc()).limit(PAGE + 1)))


def spent_by_day(term: int) -> dict[date, int]:
    """What was spent of a term's lines, by day, less what came back, in fen."""
    query = (
        select(BudgetMove.day, func.sum(BudgetMove.spent))
        .join(BudgetLine)
        .where(BudgetLine.term_id == term, BudgetMove.spent != 0)
        .group_by(BudgetMove.day)
    )
    return {day: int(amount) for day, amount in session.execute(query)}


def people_of(term: Term) -> set[int]:
    """Who wrote, proposed or decided about money in a term, or had a place in the chain of a purchase.

    By every number under which a person stands.
    """
    known = versions(term.id)
    found = people_of_purchases(term) | {number for one in known for number in one.writers}
    began, ended = (
        datetime.combine(day, time(), school.zone()) for day in (term.starts, term.ends + timedelta(days=1))
    )
    of_money = Approval.ladder.in_([one.name for one in steps.by_amount()])
    own = Approval.subject.in_([f"budget:{one.id}" for one in known])
    asked = or_(own, and_(of_money, Approval.began_at.between(began, ended)))
    for column in (Round.person_id, Part.person_id, Decision.person_id, Decision.absent_id):
        query = select(column).join(Approval, Approval.id == column.class_.approval_id).where(asked)
        found |= {number for number in session.scalars(query.distinct()) if number}
    return {alias for number in found for alias in aliases(number)}


def checks_of(term: int) -> list[BudgetCheck]:
    """The checks of a term that were signed, the newest first."""
    query = select(BudgetCheck).where(BudgetCheck.term_id == term)
    return list(session.scalars(query.order_by(BudgetCheck.id.desc())))


def remarks(checks: Iterable[BudgetCheck]) -> dict[int, str | Erased]:
    """What was remarked with each check, by its number; the record alone holds it."""
    of_seq = {one.chain_seq: one.id for one in checks}
    return {
        of_seq[seq]: (body.get("after") or {}).get("remark", "") for seq, body in bodies_of(of_seq).items()
    }
