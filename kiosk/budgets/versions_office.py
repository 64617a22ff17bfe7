"""Versions of a budget in the office: drafted line by line, proposed, and read."""

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.budgets import queries, services
from kiosk.budgets.forms import VersionForm, lines_sent, rows_of
from kiosk.budgets.models import DRAFT, PROPOSED, RETURNED, BudgetVersion
from kiosk.budgets.permissions import MAKE_BUDGET, SEE_BUDGET
from kiosk.catalogue.models import ITEM_CLASSES
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.formats import whole
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.web import account, actor
from kiosk.core.web.navigation import below
from kiosk.school import queries as school
from kiosk.steps import queries as steps

blueprint = Blueprint("budget_versions", __name__, url_prefix="/budget/versions")
blueprint.before_request(below("office.budgets.index"))


@blueprint.post("/new")
@requires(MAKE_BUDGET)
def new() -> Response:
    """Begin a version of a term's budget, with the lines in force."""
    term = queries.shown_term(request.args.get("term"))
    if term is None:
        raise NotFound
    found = services.begin(by=actor(), term=term)
    return done(_("Write the lines, then propose the budget."), url_for(".edit", number=found.id))


@blueprint.get("/<int:number>")
@requires(SEE_BUDGET)
def show(number: int) -> str:
    """A version: its lines beside those that it changes, and where it waits."""
    found = queries.version(number)
    asked = next(iter(steps.approvals(f"budget:{number}")), None)
    return render_template(
        "office/budget_versions/show.html",
        version=found,
        term=school.term(found.term_id),
        approval=asked,
        why_back=_why_back(found),
        by=queries.decided_by(f"budget:{number}"),
        makes=account().may(MAKE_BUDGET),
        is_open=found.state in (DRAFT, PROPOSED, RETURNED),
    )


def _why_back(version: BudgetVersion) -> str:
    """Why it was sent back."""
    asked = next(iter(steps.approvals(f"budget:{version.id}")), None)
    if version.state != RETURNED or asked is None:
        return ""
    back = [one for one in steps.history(asked) if one.decision and not one.decision.approves]
    return str(back[-1].why) if back else ""


@blueprint.route("/<int:number>/edit", methods=["GET", "POST"])
@requires(MAKE_BUDGET)
def edit(number: int) -> Answer:
    """Write the lines; saved, or saved and proposed at once. What waits goes on with what is saved."""
    found = queries.version(number)
    form = VersionForm(data={"why": found.why, "seen": found.revision})
    form.wrong = {}
    if "more" not in request.form and save(form, lambda: _save(found, form)):
        if found.state == PROPOSED:
            return done(_("Proposed. It is decided about now."), url_for(".show", number=number))
        return done(_("Saved. Propose it once it is complete."), url_for(".show", number=number))
    text = render_template(
        "office/budget_versions/edit.html",
        form=form,
        version=found,
        term=school.term(found.term_id),
        rows=rows_of(found),
        classes=ITEM_CLASSES,
    )
    return page(text, form)


def _save(found: BudgetVersion, form: VersionForm) -> None:
    try:
        services.save(
            by=actor(),
            version=found,
            rows=lines_sent(),
            why=form.why.data or "",
            seen=whole(form.seen.data) or 0,
        )
    except Invalid as problem:
        form.wrong[problem.field or ""] = str(problem)
        raise
    if "propose" in request.form and found.state != PROPOSED:
        services.propose(by=actor(), version=found)


@blueprint.post("/<int:number>/propose")
@requires(MAKE_BUDGET)
def propose(number: int) -> Response:
    """Propose a version as it is."""
    services.propose(by=actor(), version=queries.version(number))
    return done(_("Proposed. It is decided about now."), url_for(".show", number=number))


@blueprint.post("/<int:number>/drop")
@requires(MAKE_BUDGET)
def drop(number: int) -> Response:
    """Give up a version that is on its way."""
    found = queries.version(number)
    services.drop(by=actor(), version=found)
    return done(
        _("The version was given up; the budget in force stays."),
        url_for("office.budgets.index", term=found.term_id),
    )
