"""The budget in the office: how it stands, a line's moves, the analysis, and the check at a term's end."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from kiosk.budgets import queries, services
from kiosk.budgets.forms import CheckForm
from kiosk.budgets.models import KINDS, BudgetMove
from kiosk.budgets.permissions import ASK_EXCEPTION, MAKE_BUDGET, SEE_BUDGET, SIGN_CHECK
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import NotFound
from kiosk.core.formats import whole
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.web import account, actor
from kiosk.school import queries as school
from kiosk.school.models import Term

blueprint = Blueprint("budgets", __name__, url_prefix="/budget")


def _term() -> Term:
    """The term that is looked at; NotFound while the school entered none."""
    term = queries.shown_term(request.args.get("term"))
    if term is None:
        raise NotFound
    return term


@blueprint.get("/")
@requires(SEE_BUDGET)
def index() -> str:
    """How the lines of a term stand, and which version is on its way."""
    term = queries.shown_term(request.args.get("term"))
    if term is None:
        return render_template("office/budgets/empty.html")
    lines = queries.positions(term.id)
    return render_template(
        "office/budgets/index.html",
        term=term,
        terms=school.terms(),
        lines=lines,
        total=queries.total(lines),
        version=queries.in_force(term.id),
        coming=queries.on_its_way(term.id),
        versions=queries.versions(term.id),
        waiting=[one for one in _asked(term) if one.state == "proposed"],
        makes=account().may(MAKE_BUDGET),
        asks=account().may(ASK_EXCEPTION),
        subject_of=services.subject_of,
        title_of=services.title_of,
    )


def _asked(term: Term) -> list[queries.Wish]:
    return [*queries.transfers(term.id), *queries.exceptions(term.id)]


@blueprint.get("/lines/<int:number>")
@requires(SEE_BUDGET)
def line(number: int) -> str:
    """A line's moves, the newest first, each with what it was for; ?before= goes on."""
    found = queries.position(number)
    moves = queries.moves(number, whole(request.args.get("before")))
    shown = moves[: queries.PAGE]
    return render_template(
        "office/budgets/line.html",
        line=found,
        term=school.term(found.term),
        moves=shown,
        more=shown[-1].id if len(moves) > queries.PAGE else None,
        sources=queries.sources(_named(shown)),
        kinds=KINDS,
    )


def _named(moves: list[BudgetMove]) -> set[str]:
    return {text for one in moves for text in (one.source, one.of) if text}


@blueprint.get("/analysis")
@requires(SEE_BUDGET)
def analysis() -> str:
    """Planned against spent by month and class, the forecast, a pupil, a meal, and beside last term."""
    term = _term()
    found = queries.analysis(term)
    return render_template(
        "office/budgets/analysis.html",
        term=term,
        terms=school.terms(),
        found=found,
        months=queries.months(found) if found else [],
        least=queries.LEAST_DAYS,
    )


@blueprint.route("/check", methods=["GET", "POST"])
@requires(SEE_BUDGET)
def check() -> Answer:
    """What a term's purchases lack, and who signed it; whoever is outside the chain signs."""
    term = _term()
    form, lacking = CheckForm(), queries.lacking(term)
    if save(form, lambda: _sign(term, form)):
        return done(_("Signed. Everybody reads it."), url_for(".check", term=term.id))
    signed = queries.checks_of(term.id)
    text = render_template(
        "office/budgets/check.html",
        form=form,
        term=term,
        terms=school.terms(),
        lacking=lacking,
        signed=signed,
        remarks=queries.remarks(signed),
        may_sign=account().may(SIGN_CHECK) and actor().person not in queries.people_of(term),
        is_early=school.today() < term.ends - services.LAST_DAYS,
        first=term.ends - services.LAST_DAYS,
    )
    return page(text, form)


def _sign(term: Term, form: CheckForm) -> Any:
    return services.sign_check(
        by=actor(), term=term, remark=form.remark.data or "", seen=whole(form.seen.data) or 0
    )
