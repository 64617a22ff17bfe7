"""Envelopes in the office: registered with a picture, with a receipt to print; taken back by the bidder."""

import secrets

from flask import Blueprint, Response, render_template, request, url_for

from kiosk.attachments.queries import attachment
from kiosk.core import downloads
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import NotFound
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.web import actor
from kiosk.tenders import queries, services
from kiosk.tenders.forms import EnvelopeForm, ReasonForm
from kiosk.tenders.models import Tender, TenderBid
from kiosk.tenders.permissions import RUN_TENDERS, SEE_TENDERS
from kiosk.tenders.photos import photo, with_photo

blueprint = Blueprint("tender_bids", __name__, url_prefix="/tenders")


@blueprint.route("/<int:number>/envelopes/new", methods=["GET", "POST"])
@requires(RUN_TENDERS)
@with_photo
def register(number: int) -> Answer:
    """Register a sealed envelope; then the receipt."""
    found, form = queries.tender(number), EnvelopeForm()
    if queries.notice(found) is None:
        raise services.Changed(number=number, state=found.label)
    if request.method != "POST":
        form.sent.data = secrets.token_urlsafe(16)
    if saved := save(form, lambda: _register(form, found)):
        late = saved.result.is_late
        text = (
            _("Registered as late: it stays closed.")
            if late
            else _("Registered. Please hand out the receipt.")
        )
        return done(text, url_for(".receipt", number=number, bid=saved.result.id))
    text = render_template(
        "office/tender_bids/register.html",
        form=form,
        tender=found,
        need=queries.need(found),
        notice=queries.notice(found),
        is_over=queries.is_over(found),
    )
    return page(text, form)


def _register(form: EnvelopeForm, found: Tender) -> TenderBid:
    return services.register(
        by=actor(),
        sent=form.sent.data or secrets.token_urlsafe(16),
        tender=found,
        bidder=form.bidder.data or "",
        clerk=form.clerk.data or "",
        photo=photo(),
    )


@blueprint.get("/<int:number>/envelopes/<int:bid>/receipt")
@requires(RUN_TENDERS)
def receipt(number: int, bid: int) -> str:
    """The receipt for the bidder's clerk, to print."""
    found, one = queries.bid_of(number, bid)
    return render_template(
        "office/tender_bids/receipt.html",
        tender=found,
        need=queries.need(found),
        notice=queries.notice(found),
        bid=one,
        standing=queries.standing(found)[one.id],
        clerk=queries.private([one])[one.id],
    )


@blueprint.get("/<int:number>/envelopes/<int:bid>/photo")
@requires(SEE_TENDERS)
def envelope(number: int, bid: int) -> Response:
    """The picture of the closed envelope."""
    found, one = queries.bid_of(number, bid)
    if one.photo_id is None:
        raise NotFound
    row, data = attachment(one.photo_id, found.subject)
    return downloads.answer(data, row.media_type, f"envelope-{one.number}.jpg")


@blueprint.route("/<int:number>/envelopes/<int:bid>/withdraw", methods=["GET", "POST"])
@requires(RUN_TENDERS)
def withdraw(number: int, bid: int) -> Answer:
    """A bidder takes an envelope back before the deadline."""
    found, one = queries.bid_of(number, bid)
    form = ReasonForm()
    write = lambda: services.withdraw_bid(by=actor(), tender=found, bid=one, reason=form.reason.data or "")  # noqa: E731
    if save(form, write):
        return done(
            _("Noted. The envelope stays listed and closed."), url_for("office.tenders.show", number=number)
        )
    text = render_template("office/tender_bids/withdraw.html", form=form, tender=found, bid=one)
    return page(text, form)
