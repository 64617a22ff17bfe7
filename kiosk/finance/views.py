"""Public pages: the fees of a term, and the accounts of its canteens."""

from flask import Blueprint, render_template, request

from kiosk.core.errors import NotFound
from kiosk.core.i18n import Text
from kiosk.finance import queries
from kiosk.finance.kinds.canteen import carried_over, what_is_left
from kiosk.finance.names import AGENCY_FEES, CANTEEN_ACCOUNT, FEES
from kiosk.finance.settings import BALANCE_PERCENT
from kiosk.finance.shown import is_used
from kiosk.school import queries as school

blueprint = Blueprint("finance", __name__)


@blueprint.get("/fees/")
def fees() -> str:
    """The fees and agency fees of a term; ?term= is another than the one that runs."""
    if not (is_used(FEES) or is_used(AGENCY_FEES)):
        raise NotFound
    term = queries.shown_term(request.args.get("term"))
    return render_template(
        "finance/fees.html",
        term=term,
        terms=school.terms(),
        fees=queries.fees_of(term) if term and is_used(FEES) else None,
        agency=queries.agency_of(term) if term and is_used(AGENCY_FEES) else None,
        now=school.now(),
    )


@blueprint.get("/canteen-accounts/")
def canteens() -> str:
    """The accounts of every canteen, month by month, and summed over a term; ?term= is another one."""
    if not is_used(CANTEEN_ACCOUNT):
        raise NotFound
    term = queries.shown_term(request.args.get("term"))
    return render_template(
        "finance/canteens.html",
        term=term,
        terms=school.terms(),
        found=[(one, _said(one)) for one in queries.accounts_of(term)] if term else [],
    )


def _said(one: queries.TermAccount) -> list[Text]:
    """What is left of the whole term, and which month begins with another sum than the last one left."""
    if not one.accounts:
        return []
    income, refunds, cost = (one.total(name) for name in ("total_income", "refunds", "total_cost"))
    said = [what_is_left(income, refunds, cost, school.settings()[BALANCE_PERCENT] * 1000)]
    return said + [carried_over(old.period, old.balance, new.of("carried")) for old, new in one.breaks()]
