"""The versions of a term's budget: which is in force, which is on its way."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kiosk.budgets.models import APPROVED, DRAFT, PROPOSED, RETURNED, BudgetVersion
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.formats import whole
from kiosk.school import queries as school
from kiosk.school.models import Term


def term_on(day: date) -> Term | None:
    """The term that a day is in; None between terms."""
    return next((one for one in school.terms() if one.starts <= day <= one.ends), None)


def shown_term(text: str | None = None) -> Term | None:
    """The term with this number, else the last that has begun, else the next; None: none is entered.

    NotFound for a number that no term has.
    """
    if text:
        number = whole(text)
        if number is None:
            raise NotFound
        return school.term(number)
    known, today = school.terms(), school.today()
    begun = [one for one in known if one.starts <= today]
    return begun[0] if begun else known[-1] if known else None


def versions(term: int) -> list[BudgetVersion]:
    """The versions of a term's budget, the newest first."""
    query = select(BudgetVersion).where(BudgetVersion.term_id == term)
    query = query.options(selectinload(BudgetVersion.rows))
    return list(session.scalars(query.order_by(BudgetVersion.number.desc())))


def version(number: int) -> BudgetVersion:
    """A version by its row's number, or NotFound."""
    found = session.get(BudgetVersion, number)
    if found is None:
        raise NotFound
    return found


def in_force(term: int) -> BudgetVersion | None:
    """The version that holds: the last that was approved."""
    query = select(BudgetVersion).where(BudgetVersion.term_id == term, BudgetVersion.state == APPROVED)
    query = query.options(selectinload(BudgetVersion.rows))
    return session.scalars(query.order_by(BudgetVersion.number.desc()).limit(1)).first()


def on_its_way(term: int) -> BudgetVersion | None:
    """The version that is drafted, waits or was sent back: there is one at most."""
    states = (DRAFT, PROPOSED, RETURNED)
    query = select(BudgetVersion).where(BudgetVersion.term_id == term, BudgetVersion.state.in_(states))
    return session.scalars(query.order_by(BudgetVersion.number.desc()).limit(1)).first()


def content(text: str) -> Mapping[str, Any]:
    """What a version's content says; nothing before it was proposed."""
    found: Mapping[str, Any] = json.loads(text) if text else {}
    return found


def term_name(number: int) -> str:
    """What a term is called."""
    return next((one.name for one in school.terms() if one.id == number), f"T{number}")
