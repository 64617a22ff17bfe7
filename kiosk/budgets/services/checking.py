"""The check of a term's purchases at its end, signed by somebody outside the chain."""

from datetime import timedelta

from kiosk.budgets import queries
from kiosk.budgets.models import REMARK, BudgetCheck
from kiosk.budgets.permissions import SIGN_CHECK
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean, mask
from kiosk.core.trace import record
from kiosk.school import queries as school
from kiosk.school.models import Term

LAST_DAYS = timedelta(days=7)
"""So long before its end a term can be checked."""


class InTheChain(Forbidden):
    """Whoever had a part in the money of the term does not check it."""

    code = "in-the-chain"
    message = lazy("You had a part in the money of this term. Somebody outside the chain signs the check.")


def sign_check(*, by: Actor, term: Term, remark: str, seen: int) -> BudgetCheck:
    """Sign what a term's purchases lack, as it is listed now; `seen` is how many were looked at.

    InTheChain for who planned, proposed, decided, bought, received or paid; Conflict before the last week of
    the term, or where the list changed meanwhile. The same person signs the same list once.
    """
    by.needs(SIGN_CHECK, SCHOOL)
    if by.person is None or by.person in queries.people_of(term):
        raise InTheChain
    if school.today() < term.ends - LAST_DAYS:
        raise Conflict(lazy("A term is checked in its last week, or later."))
    lacking = [{"title": one.title, "lacks": one.lacks} for one in queries.lacking(term)]
    if len(lacking) != seen:
        raise Conflict(lazy("The list changed meanwhile. Nothing was signed; please look at it again."))
    remark = mask(REMARK.read(clean(remark)))
    for one in queries.checks_of(term.id):
        if one.person_id == by.person and one.lacking == lacking:
            return one
    after = {
        "term": term.id,
        "lacks": [f"{one['title']}: {one['lacks']}" for one in lacking],
        "remark": remark,
    }
    found = BudgetCheck(
        term_id=term.id,
        person_id=by.person,
        lacking=lacking,
        signed_at=clock.now(),
        chain_seq=record("budget.checked", f"term:{term.id}", by=by, after=after),
    )
    session.add(found)
    session.flush()
    return found
