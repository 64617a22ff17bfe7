"""Transfers and exceptions in the office: asked for, changed, taken back."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.budgets import queries, services
from kiosk.budgets.forms import ChangeForm, ExceptionForm, TransferForm
from kiosk.budgets.models import AMOUNT, PROPOSED, RETURNED, BudgetTransfer
from kiosk.budgets.permissions import ASK_EXCEPTION, MAKE_BUDGET, SEE_BUDGET
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.formats import whole
from kiosk.core.i18n import _, lazy
from kiosk.core.security import requires
from kiosk.core.web import account, actor
from kiosk.core.web.navigation import below
from kiosk.school import queries as school
from kiosk.school.models import Term
from kiosk.steps import queries as steps

blueprint = Blueprint("budget_asking", __name__, url_prefix="/budget")
blueprint.before_request(below("office.budgets.index"))


def _term() -> Term:
    term = queries.shown_term(request.args.get("term"))
    if term is None:
        raise NotFound
    return term


@blueprint.get("/asked")
@requires(SEE_BUDGET)
def index() -> str:
    """The transfers and exceptions of a term."""
    term = _term()
    return render_template(
        "office/budget_asking/index.html",
        term=term,
        terms=school.terms(),
        has_budget=queries.in_force(term.id) is not None,
        transfers=queries.transfers(term.id),
        exceptions=queries.exceptions(term.id),
        name=_name,
        makes=account().may(MAKE_BUDGET),
        asks=account().may(ASK_EXCEPTION),
    )


def _name(line: int) -> str:
    return queries.position(line).label


@blueprint.route("/transfers/new", methods=["GET", "POST"])
@requires(MAKE_BUDGET)
def new_transfer() -> Answer:
    """Propose a transfer between two lines; ?line= is the one that lacks money."""
    term = _term()
    form = TransferForm(data={"to_line": request.args.get("line", "")})
    form.offer(queries.positions(term.id))
    if saved := save(form, lambda: _ask_transfer(form)):
        return done(_("Proposed. Until it is decided the amount is committed."), _address(saved.result))
    text = render_template("office/budget_asking/new.html", form=form, term=term, is_transfer=True)
    return page(text, form)


def _ask_transfer(form: TransferForm) -> BudgetTransfer:
    return services.ask_transfer(
        by=actor(),
        from_line=_line(form.from_line),
        to_line=_line(form.to_line),
        amount=AMOUNT.read(form.amount.data) or 0,
        reason=form.reason.data,
    )


def _line(chosen: Any) -> int:
    """The line that was chosen. Invalid for none."""
    number = whole(chosen.data)
    if number is None:
        raise Invalid(lazy("Please choose a line."), field=chosen.short_name)
    return number


@blueprint.route("/exceptions/new", methods=["GET", "POST"])
@requires(ASK_EXCEPTION)
def new_exception() -> Answer:
    """Propose an exception; ?line= and ?amount= (yuan) are what was refused."""
    term = _term()
    form = ExceptionForm(data={name: request.args.get(name, "") for name in ("line", "amount")})
    form.offer(queries.positions(term.id))
    if saved := save(form, lambda: _ask_exception(form)):
        return done(_("Proposed. Everybody reads it once it is approved."), _address(saved.result))
    text = render_template("office/budget_asking/new.html", form=form, term=term, is_transfer=False)
    return page(text, form)


def _ask_exception(form: ExceptionForm) -> queries.Wish:
    return services.ask_exception(
        by=actor(),
        line=_line(form.line),
        amount=AMOUNT.read(form.amount.data) or 0,
        title=form.title.data,
        reason=form.reason.data,
    )


def _address(wish: queries.Wish) -> str:
    what = "transfer" if isinstance(wish, BudgetTransfer) else "exception"
    return url_for(f".{what}", number=wish.id)


@blueprint.route("/transfers/<int:number>", methods=["GET", "POST"])
@requires(SEE_BUDGET)
def transfer(number: int) -> Answer:
    """A transfer as it stands; changed while it is not decided, by who may propose one."""
    return _show(queries.wish(f"budget_transfer:{number}"), account().may(MAKE_BUDGET))


@blueprint.route("/exceptions/<int:number>", methods=["GET", "POST"])
@requires(SEE_BUDGET)
def exception(number: int) -> Answer:
    """An exception as it stands; changed while it is not decided, by who may propose one."""
    return _show(queries.wish(f"budget_exception:{number}"), account().may(ASK_EXCEPTION))


def _show(wish: queries.Wish, may: bool) -> Answer:
    shown = {"amount": AMOUNT.plain(wish.amount), "reason": wish.reason, "seen": services.hash_of(wish)}
    form = ChangeForm(data=shown)
    if save(form, lambda: _change(wish, form)):
        return done(_("Changed. It is decided about anew, from the first level on."), _address(wish))
    subject = services.subject_of(wish)
    text = render_template(
        "office/budget_asking/show.html",
        form=form,
        wish=wish,
        is_transfer=isinstance(wish, BudgetTransfer),
        title=services.title_of(subject),
        approval=next(iter(steps.approvals(subject)), None),
        by=queries.decided_by(subject),
        name=_name,
        can_change=may and wish.state in (PROPOSED, RETURNED),
    )
    return page(text, form)


def _change(wish: queries.Wish, form: ChangeForm) -> None:
    amount = AMOUNT.read(form.amount.data) or 0
    services.change(by=actor(), wish=wish, seen=form.seen.data or "", amount=amount, reason=form.reason.data)


@blueprint.post("/transfers/<int:number>/withdraw")
@requires(MAKE_BUDGET)
def withdraw_transfer(number: int) -> Response:
    """Take a transfer back that is not decided."""
    return _withdraw(queries.wish(f"budget_transfer:{number}"))


@blueprint.post("/exceptions/<int:number>/withdraw")
@requires(ASK_EXCEPTION)
def withdraw_exception(number: int) -> Response:
    """Take an exception back that is not decided."""
    return _withdraw(queries.wish(f"budget_exception:{number}"))


def _withdraw(wish: queries.Wish) -> Response:
    services.withdraw(by=actor(), wish=wish)
    return done(_("Taken back. Nothing was moved."), url_for(".index"))
