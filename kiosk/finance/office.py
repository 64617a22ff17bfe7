"""Fees in the office: what is posted, marking it collected, which fees there are, closing agency fees."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.core import edit
from kiosk.core.edit import Answer
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.formats import whole
from kiosk.core.i18n import _, lazy
from kiosk.core.security import requires
from kiosk.core.web import account, actor
from kiosk.finance import queries, services
from kiosk.finance.forms import DAY, BackForm, NameForm, collect_form
from kiosk.finance.names import AGENCY_FEES, FEES
from kiosk.finance.permissions import CLOSE_AGENCY_FEES, COLLECT_FEES, SEE_FEES, WRITE_FEES
from kiosk.finance.shown import is_used
from kiosk.school import queries as school
from kiosk.school.models import Term

blueprint = Blueprint("finance", __name__, url_prefix="/fees")


def _term(*slugs: str) -> Term:
    """The term that is looked at. NotFound while the school enters none, or uses none of these kinds."""
    term = queries.shown_term(request.args.get("term"))
    if term is None or not any(map(is_used, slugs)):
        raise NotFound
    return term


@blueprint.get("/")
@requires(SEE_FEES)
def index() -> str:
    """The fees of a term."""
    if queries.shown_term() is None:
        return render_template("office/finance/empty.html")
    return _page(_term(FEES, AGENCY_FEES))


def _page(term: Term, **forms: Any) -> str:
    fees = queries.fees_of(term)
    return render_template(
        "office/finance/index.html",
        term=term,
        terms=school.terms(),
        fees=fees if is_used(FEES) else None,
        agency=queries.agency_of(term) if is_used(AGENCY_FEES) else None,
        marks=queries.collections(term),
        collects=account().may(COLLECT_FEES) and fees.posting_id is not None and _runs(term),
        names=account().may(WRITE_FEES),
        takes_back=account().may(COLLECT_FEES),
        closes=account().may(CLOSE_AGENCY_FEES),
        collect=forms.get("collect") or collect_form(fees),
        name=forms.get("name") or NameForm(formdata=None),
        now=school.now(),
    )


def _runs(term: Term) -> bool:
    return term.starts <= school.today() <= term.ends


def _at(term: Term, anchor: str) -> str:
    return url_for(".index", term=term.id, _anchor=anchor)


@blueprint.post("/collect")
@requires(COLLECT_FEES)
def collect() -> Answer:
    """Mark a posted fee of the term that runs collected."""
    term = _term(FEES)
    fees = queries.fees_of(term)
    form = collect_form(fees)
    if saved := edit.save(form, lambda: _collect(fees, form)):
        return edit.done(
            _("%(item)s: marked collected. Everybody sees the sum.", item=saved.result.name),
            _at(term, "marks"),
        )
    return edit.page(_page(term, collect=form), form)


def _collect(fees: queries.Fees, form: Any) -> Any:
    item = next((one.item for one in fees.fees if one.item.key == form.fee.data), None)
    if item is None:
        raise Invalid(lazy("Please choose a fee that is posted."), field="fee")
    return services.collect(
        by=actor(),
        item=item.name,
        whom=item.whom,
        times=form.times.data,
        amount=form.amount.declared.read(form.amount.data),
        day=DAY.read(form.day.data),
        seen=whole(form.seen.data),
    )


@blueprint.route("/marks/<int:number>/take-back", methods=["GET", "POST"])
@requires(COLLECT_FEES)
def take_back(number: int) -> Answer:
    """Take a mark back, with a reason."""
    found, form = queries.collection(number), BackForm()
    if edit.save(form, lambda: services.take_back(by=actor(), collection=found, reason=form.reason.data)):
        return edit.done(_("The mark was taken back. It stays on record."), url_for(".index"))
    return edit.page(render_template("office/finance/take_back.html", mark=found, form=form), form)


@blueprint.post("/names")
@requires(WRITE_FEES)
def name() -> Answer:
    """Say that a fee is charged in a term, or is not any more."""
    term, form = _term(FEES), NameForm()
    charged = form.charged.data == "yes"
    if edit.save(form, lambda: services.say(by=actor(), term=term, item=form.item.data, is_charged=charged)):
        return edit.done(_("Noted for this term."), _at(term, "missing"))
    return edit.page(_page(term, name=form), form)


@blueprint.post("/agency/<int:number>/close")
@requires(CLOSE_AGENCY_FEES)
def close(number: int) -> Response:
    """Close an agency fee of which nothing is left."""
    term = _term(AGENCY_FEES)
    closing = services.close(
        by=actor(),
        posting_id=number,
        item=request.form.get("item", ""),
        whom=request.form.get("whom", ""),
    )
    return edit.done(_("%(item)s is closed.", item=closing.name), _at(term, "agency"))
