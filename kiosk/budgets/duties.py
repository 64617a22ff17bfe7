"""What waits for whom: a term without a budget, and the check at its end."""

from collections.abc import Iterator
from datetime import timedelta

from flask import url_for

from kiosk.budgets import queries
from kiosk.budgets.models import PROPOSED
from kiosk.budgets.permissions import MAKE_BUDGET, SIGN_CHECK
from kiosk.budgets.services import LAST_DAYS
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.duty import WARN, Duties, Duty
from kiosk.core.i18n import _
from kiosk.school import queries as school

AHEAD, AFTER = timedelta(days=14), timedelta(days=60)
"""So long before its beginning a term's budget is asked for, and so long after its end its check."""


def drafts(who: Actor) -> Iterator[Duty]:
    """Each term that runs or soon begins and has no budget in force, nor one that waits for a decision."""
    today = school.today()
    for term in school.terms():
        if not term.starts - AHEAD <= today <= term.ends or queries.in_force(term.id):
            continue
        coming = queries.on_its_way(term.id)
        if coming is None or coming.state != PROPOSED:
            text = _("%(term)s has no budget yet", term=term.name)
            url = url_for("office.budgets.index", term=term.id)
            yield Duty(str(term.id), WARN, text, url, mine=who.holds(["accountant"], SCHOOL))


def checks(who: Actor) -> Iterator[Duty]:
    """Each term at its end whose purchases nobody outside the chain has checked yet."""
    today = school.today()
    for term in school.terms():
        if not term.ends - LAST_DAYS <= today <= term.ends + AFTER or queries.in_force(term.id) is None:
            continue
        if not queries.checks_of(term.id) and who.person not in queries.people_of(term):
            text = _("The purchases of %(term)s wait for the check of their papers", term=term.name)
            yield Duty(str(term.id), WARN, text, url_for("office.budgets.check", term=term.id), mine=True)


DUTIES = (Duties("budget", MAKE_BUDGET, drafts), Duties("budget-check", SIGN_CHECK, checks))
