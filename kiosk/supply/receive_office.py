"""At the scale, on a phone: one receiver weighs line by line, another confirms; each signed in."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup

from kiosk.attachments.queries import attachment
from kiosk.core import config, downloads, qr
from kiosk.core.edit import Answer, done
from kiosk.core.errors import Conflict, Invalid, NotFound
from kiosk.core.field import Line, Quantity
from kiosk.core.formats import whole
from kiosk.core.i18n import _
from kiosk.core.room import is_on
from kiosk.core.security import requires
from kiosk.core.web import actor
from kiosk.core.web.navigation import below
from kiosk.kitchen import queries as kitchen
from kiosk.persons.queries import is_among
from kiosk.supply import queries, services
from kiosk.supply.doors import find, new_key, of_purchase
from kiosk.supply.models import BACK, BACK_WHY, BATCH, DELIVERED, TEMPERATURE, Acceptance, Purchase
from kiosk.supply.permissions import RECEIVE, SEE_SUPPLY
from kiosk.supply.photos import photos, with_photos
from kiosk.supply.queries import RECEIVED
from kiosk.supply.refusals import HasAPlace
from kiosk.supply.services import Weighed

blueprint = Blueprint("receiving", __name__, url_prefix="/supply/purchases")
blueprint.before_request(find)
blueprint.before_request(below("office.supply.index"))
FIELDS: tuple[Line | Quantity, ...] = (DELIVERED, BACK, BACK_WHY, TEMPERATURE, BATCH)


def _purchase(number: int) -> Purchase:
    """A purchase that is weighed here. HasAPlace for who has another part in it."""
    found = queries.purchase(number)
    if not is_on(queries.ACCEPTANCE) or found.cancelled_at is not None:
        raise NotFound
    if queries.has_another(actor().person, queries.places_of(found), RECEIVED):
        raise HasAPlace
    return found


@blueprint.route("/<int:number>/receive", methods=["GET", "POST"])
@requires(RECEIVE, of_purchase)
@with_photos
def receive(number: int) -> Answer:
    """Weigh what came; or, for the second receiver, look at it and confirm. `?again` weighs anew."""
    found = _purchase(number)
    last = queries.newest(found)
    if request.method != "POST":
        if last and not last.confirmed_at and "again" not in request.args:
            return _waits(found, last), 200
        return _scale(found, _typed(last) if last else {}, {}, new_key(), last.number if last else 0), 200
    errors: dict[str, str] = {}
    lines = [_read(request.form, position, errors) for position in range(len(found.lines))]
    status = 422
    if not errors:
        try:
            _weigh(found, lines)
        except (Invalid, Conflict) as problem:
            errors[problem.field or "seen"] = str(problem)
            status = problem.status
        else:
            return done(_("Weighed. Now a second receiver confirms it."), url_for(".receive", number=number))
    seen = queries.newest(queries.purchase(number)) if "seen" in errors else None
    shown = seen.number if seen else whole(request.form.get("seen")) or 0
    sent = request.form.get("sent", "") if not seen else ""  # what was looked at anew is sent anew
    return _scale(found, request.form, errors, sent or new_key(), shown), status


def _weigh(found: Purchase, lines: list[Weighed]) -> Acceptance:
    return services.weigh(
        by=actor(),
        purchase=found,
        sent=request.form.get("sent") or new_key(),
        seen=whole(request.form.get("seen")) or 0,
        lines=lines,
        reason=request.form.get("reason", ""),
        photos=photos(),
    )


def _read(typed: Mapping[str, str], position: int, errors: dict[str, str]) -> Weighed:
    """What was typed of a line; what is wrong goes to `errors` by its field's name."""
    meant: dict[str, Any] = {}
    for one in FIELDS:
        try:
            meant[one.name] = one.read(typed.get(f"{one.name}-{position}", ""))
        except Invalid as problem:
            errors[f"{one.name}-{position}"] = str(problem)
    degrees = str(meant.get("temperature") or "").replace("−", "-").replace(",", ".")
    whole_part, _dot, tenth = degrees.partition(".")
    sign = -1 if degrees.startswith("-") else 1
    return Weighed(
        delivered=meant.get("delivered") or 0,
        back=meant.get("back") or 0,
        why=meant.get("why") or "",
        temperature=int(whole_part) * 10 + sign * int(tenth or 0) if degrees else None,
        batch=meant.get("batch") or "",
        certificate=_paper(whole(typed.get(f"paper-{position}"))),
    )


def _paper(number: int | None) -> int | None:
    return kitchen.goods_certificate(number).id if number else None


def _typed(last: Acceptance) -> dict[str, str]:
    """What was weighed last, as it would be typed."""
    found: dict[str, str] = {}
    for line in last.lines:
        back = BACK.plain(line.rejected) if line.rejected else ""
        degrees = "" if line.temperature is None else f"{line.temperature / 10:g}"
        values = (DELIVERED.plain(line.delivered), back, line.reason, degrees, line.batch)
        found |= {f"{one.name}-{line.position}": text for one, text in zip(FIELDS, values, strict=True)}
        found[f"paper-{line.position}"] = str(line.certificate_id or "")
    return found


def _scale(found: Purchase, typed: Mapping[str, str], errors: Mapping[str, str], sent: str, seen: int) -> str:
    papers = kitchen.goods() if is_on(kitchen.GOODS_CERTIFICATES) else []
    return render_template(
        "office/supply/receive.html",
        purchase=found,
        typed=typed,
        errors=errors,
        sent=sent,
        seen=seen,
        corrects=queries.in_force(found) is not None,
        papers={line.position: [one for one in papers if one.item == line.item] for line in found.lines},
        reasons=[_("not fresh"), _("too little"), _("damaged"), _("without its paper"), _("too warm")],
        words={one.name: one.label for one in FIELDS},
    )


def _waits(found: Purchase, last: Acceptance) -> str:
    return render_template(
        "office/supply/confirm.html",
        purchase=found,
        last=last,
        is_own=is_among(actor().person, [last.person_id]),
        photos=queries.photos_of(last),
        code=_code(found),
    )


def _code(found: Purchase) -> Markup | None:
    """The page as a QR code, by which the second receiver takes it over; None without an address."""
    base = config.current().public_url
    return qr.svg(base + url_for(".receive", number=found.id)) if base else None


@blueprint.post("/<int:number>/confirm")
@requires(RECEIVE, of_purchase)
def confirm(number: int) -> Answer:
    """The second receiver confirms what was weighed: it is in the day's sheet then."""
    found = _purchase(number)
    services.confirm(by=actor(), purchase=found, number=whole(request.form.get("number")) or 0)
    return done(
        _("Accepted. The day's sheet is filled and can be posted."),
        url_for("office.orders.show", number=number),
    )


@blueprint.get("/<int:number>/acceptances/<int:acceptance>/<int:position>/<int:photo_id>")
@requires(SEE_SUPPLY)
def photo(number: int, acceptance: int, position: int, photo_id: int) -> Response:
    """A picture of the paper of a line."""
    found = next((one for one in queries.purchase(number).acceptances if one.id == acceptance), None)
    if found is None:
        raise NotFound
    one, data = attachment(photo_id, queries.photo_subject(found, position))
    return downloads.answer(data, one.media_type, f"paper-{one.id}")
