"""What other pages show of the budget: the board, and the page of an approval."""

from datetime import date
from typing import Any

from kiosk.budgets import queries
from kiosk.budgets.models import BudgetTransfer
from kiosk.core.errors import NotFound
from kiosk.core.i18n import lazy
from kiosk.steps.models import Approval

MOST = 3
"""So many exceptions stand on the board."""


def on_board(day: date) -> dict[str, Any]:
    """How the budget of a day's term stands in all, and its last exceptions; else nothing."""
    term = queries.term_on(day)
    lines = queries.positions(term.id) if term else []
    if term is None or not lines:
        return {"total": None}
    return {"total": queries.total(lines), "exceptions": queries.told_exceptions(term.id)[:MOST]}


def proposal(approval: Approval) -> dict[str, Any]:
    """What is decided about: the lines of a version, or how the lines of a transfer or an exception stand."""
    kind, _, number = approval.subject.partition(":")
    if kind == "budget":
        return {"version": queries.version(int(number))}
    try:
        wish = queries.wish(approval.subject)
    except NotFound:
        return {}
    if isinstance(wish, BudgetTransfer):
        lines = {lazy("From which line"): wish.from_id, lazy("To which line"): wish.to_id}
    else:
        lines = {lazy("For which line"): wish.line_id}
    return {"lines": [(label, queries.position(line)) for label, line in lines.items()]}
