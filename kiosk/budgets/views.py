"""The budget for everybody: each line with its bar, exceptions with their reasons, who checked a term."""

from flask import Blueprint, render_template, request

from kiosk.budgets import queries
from kiosk.budgets.models import APPROVED
from kiosk.school import queries as school

blueprint = Blueprint("budgets", __name__, url_prefix="/budget")


@blueprint.get("/")
def index() -> str:
    """The budget of a term; ?term= is another than the one that runs."""
    term = queries.shown_term(request.args.get("term"))
    lines = queries.positions(term.id) if term else []
    version = queries.in_force(term.id) if term else None
    checks = queries.checks_of(term.id) if term else []
    moved = queries.transfers(term.id) if term else []
    return render_template(
        "budgets/index.html",
        term=term,
        terms=school.terms(),
        lines=lines,
        total=queries.total(lines),
        version=version,
        by=queries.decided_by(f"budget:{version.id}") if version else [],
        exceptions=queries.told_exceptions(term.id) if term else [],
        transfers=[one for one in moved if one.state == APPROVED],
        names=queries.labels(moved),
        checks=checks,
        remarks=queries.remarks(checks),
        found=queries.analysis(term) if term else None,
    )
