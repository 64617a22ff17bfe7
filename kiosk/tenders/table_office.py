"""The opening at the table: roll, quorum, envelopes one by one, the protocol."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.core.db import transaction
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Conflict, Invalid, NotFound
from kiosk.core.forms import at_field
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.web import account, actor, own_transaction
from kiosk.persons import queries as persons
from kiosk.tenders import forms, queries, services
from kiosk.tenders.forms import AbsentForm, CodeForm, ConfirmForm, PlainForm, RecuseForm
from kiosk.tenders.models import INTERESTS, NOTICE, READING, REASONS, Tender, TenderSeat
from kiosk.tenders.permissions import RUN_TENDERS, SEE_TENDERS, SIT_AT_TABLE, TYPE_BIDS
from kiosk.tenders.refusals import NoQuorum

blueprint = Blueprint("tender_table", __name__, url_prefix="/tenders")


@blueprint.get("/<int:number>/table")
@requires(SEE_TENDERS)
def show(number: int) -> Answer:
    """The table of an opening: whoever looks sees what he can do."""
    return _page(queries.tender(number))


def _page(found: Tender, **own: Any) -> Answer:
    opening, need = queries.sitting(found), queries.need(found)
    bid = queries.next_bid(found) if found.state == READING else None
    person = actor().person
    mine = [one for one in opening.seats if persons.is_among(person, [one.person_id])] if opening else []
    values = {
        "code_form": CodeForm(formdata=None),
        "recuse_form": RecuseForm(formdata=None),
        "confirm_form": ConfirmForm(formdata=None, data={"seen": opening.hash if opening else ""}),
        "type_form": PlainForm(formdata=None),
        **own,
    }
    typed = queries.last_typed(bid) if bid else []
    text = render_template(
        "office/tender_table/show.html",
        tender=found,
        need=need,
        notice=queries.notice(found),
        opening=opening,
        told=queries,
        bid=bid,
        left=services.bids_left(found),
        lines=queries.lines_of(need),
        label=queries.offer_input(need.pricing).label,
        typed=typed,
        i_typed=any(persons.is_among(person, [one.person_id]) for one in typed),
        differing=queries.differing(found, bid) if bid else [],
        mine=mine[0] if mine else None,
        runs=account().may(RUN_TENDERS),
        sits=account().may(SIT_AT_TABLE),
        types=account().may(TYPE_BIDS),
        reasons=REASONS,
        interests=INTERESTS,
        absent_form=AbsentForm(formdata=None),
        offered=request.form.getlist("offer") if request.method == "POST" else [],
        can_begin=found.state == NOTICE and queries.is_over(found),
        **values,
    )
    return page(text, *(one for one in values.values() if hasattr(one, "errors")))


def _at(number: int) -> str:
    return url_for(".show", number=number)


@blueprint.post("/<int:number>/table/begin")
@requires(RUN_TENDERS)
def begin(number: int) -> Answer:
    """Begin the roll; the codes of the slips are shown once, to print."""
    found = queries.tender(number)
    opening, codes = services.begin_roll(by=actor(), tender=found)
    if not codes:
        return done(_("The roll has begun already."), _at(number))
    return _slips(found, [(one, codes[one.id]) for one in opening.seats]), 200


def _slips(found: Tender, slips: list[tuple[TenderSeat, str]]) -> str:
    return render_template(
        "office/tender_table/begin.html", tender=found, need=queries.need(found), slips=slips
    )


def _seat(found: Tender, number: int) -> TenderSeat:
    opening = queries.sitting(found)
    one = next((each for each in opening.seats if each.id == number), None) if opening else None
    if one is None:
        raise NotFound
    return one


@blueprint.post("/<int:number>/table/code/<int:seat>")
@requires(RUN_TENDERS)
def code(number: int, seat: int) -> Answer:
    """Another code for a slip that is lost."""
    found = queries.tender(number)
    one = _seat(found, seat)
    return _slips(found, [(one, services.new_code(by=actor(), tender=found, seat=one))]), 200


@blueprint.post("/<int:number>/table/sit")
@requires(SEE_TENDERS)
def sit(number: int) -> Answer:
    """Say to be at the table, by the own account or with a slip's code."""
    found, form = queries.tender(number), CodeForm()
    if saved := save(form, lambda: services.sit_down(by=actor(), tender=found, code=form.code.data or "")):
        return done(_("%(name)s is at the table.", name=saved.result.person.name), _at(number))
    return _page(found, code_form=form)


@blueprint.post("/<int:number>/table/absent/<int:seat>")
@requires(RUN_TENDERS)
def absent(number: int, seat: int) -> Answer:
    """Name a member as absent, with the reason."""
    found, form = queries.tender(number), AbsentForm()
    one = _seat(found, seat)
    services.mark_absent(by=actor(), tender=found, seat=one, reason=form.reason.data or "")
    return done(_("%(name)s is absent.", name=one.person.name), _at(number))


@blueprint.post("/<int:number>/table/recuse")
@requires(SEE_TENDERS)
def recuse(number: int) -> Answer:
    """Step back because of a tie to a bidder."""
    found, form = queries.tender(number), RecuseForm()
    interest, typed = form.interest.data or "", form.code.data or ""
    if save(form, lambda: services.recuse(by=actor(), tender=found, interest=interest, code=typed)):
        return done(_("Noted by name: who steps back gives no points."), _at(number))
    return _page(found, recuse_form=form)


@blueprint.post("/<int:number>/table/start")
@requires(RUN_TENDERS)
@own_transaction
def start(number: int) -> Answer:
    """Open with a quorum; without one nothing is opened, and it is postponed in public."""
    try:
        with transaction():
            services.start(by=actor(), tender=queries.tender(number))
    except NoQuorum:
        with transaction():
            services.postpone(by=actor(), tender=queries.tender(number))
        raise
    return done(_("The quorum is there. Open the first envelope."), _at(number))


@blueprint.post("/<int:number>/table/open/<int:bid>")
@requires(RUN_TENDERS)
def open_bid(number: int, bid: int) -> Response:
    """Open the envelope whose turn it is."""
    found, one = queries.bid_of(number, bid)
    services.open_bid(by=actor(), tender=found, bid=one)
    return done(_("Envelope %(n)s is open: read it out, two people type it.", n=one.number), _at(number))


@blueprint.post("/<int:number>/table/type/<int:bid>")
@requires(TYPE_BIDS)
def type_bid(number: int, bid: int) -> Answer:
    """Type what was read out."""
    found, one = queries.bid_of(number, bid)
    form = PlainForm()
    pricing = queries.need(found).pricing
    try:
        if form.validate_on_submit():
            values = forms.offer(pricing, request.form.getlist("offer"))
            services.type_bid(by=actor(), tender=found, bid=one, offer=values)
            return done(_typed_words(found, one), _at(number))
    except Conflict:
        raise
    except Invalid as problem:
        at_field(form, problem)
    text, _status = _page(found, type_form=form)  # type: ignore[misc]
    return str(text), 422


def _typed_words(found: Tender, one: Any) -> str:
    if queries.agreed(one) is not None:
        return str(_("Both say the same: envelope %(n)s is read.", n=one.number))
    if queries.differing(found, one):
        return str(_("It differs from what somebody else typed. Please compare, and correct it."))
    return str(_("Kept. Now somebody else types the same envelope."))


@blueprint.post("/<int:number>/table/confirm")
@requires(SEE_TENDERS)
def confirm(number: int) -> Answer:
    """Confirm the protocol, by the own account or with a slip's code."""
    found, form = queries.tender(number), ConfirmForm()
    seen, typed = form.seen.data or "", form.code.data or ""
    if saved := save(form, lambda: services.confirm(by=actor(), tender=found, seen=seen, code=typed)):
        return done(_("%(name)s confirmed the protocol.", name=saved.result.person.name), _at(number))
    return _page(found, confirm_form=form)
