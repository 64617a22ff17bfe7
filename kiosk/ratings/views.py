"""The tablet page, the phone page and the receipt."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import force_locale
from werkzeug.wrappers import Response as AnyResponse

from kiosk.chain import queries as chain
from kiosk.core import clock, config, qr
from kiosk.core.db import give_back_connection
from kiosk.core.errors import Invalid, NotFound, SignInNeeded
from kiosk.core.formats import whole
from kiosk.core.i18n import LOCALES, lazy
from kiosk.core.room import measure
from kiosk.core.security import derived_key, encode, mac, same
from kiosk.core.web import csrf, own_transaction
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter, Tablet
from kiosk.presence import services as presence
from kiosk.ratings import queries, sentences, services, tablet
from kiosk.ratings.desk import desk
from kiosk.ratings.models import LEVELS, MARKS
from kiosk.ratings.settings import HIDDEN_BELOW
from kiosk.school import queries as school
from kiosk.staff import queries as staff

blueprint = Blueprint("ratings", __name__)

VISITOR = "visitor"
VISITOR_LIFE = 10 * 86400
"""A phone is known until ten days without a rating: who rates each noon is nobody new, a crowd of new
phones stands out, and holidays end it. What is stored of it does not outlive its meal."""

SLIP = "slip"
SLIP_LIFE = 600
"""A browser that spent a slip may add to its rating; whoever finds the slip later sees nothing of it."""


class NoTablet(SignInNeeded):
    """No device key of this counter."""

    code = "no-authority"
    message = lazy("This tablet is not enrolled, or its key was revoked.")


# The tablet.


@blueprint.get("/c/<code>")
def counter(code: str) -> Response:
    """A counter's page: its tablet rates, ?enrol= makes a tablet of a browser, any other browser sees it."""
    counter = counters.counter(code)
    enrolled = counters.tablet_of_page(counter, request.cookies.get("tablet", ""))
    if "enrol" in request.args:
        page = render_template("ratings/enrol.html", counter=counter, code=request.args["enrol"].strip()[:20])
    elif enrolled is not None:
        return _tablet_page(enrolled)
    else:
        page = _public_page(counter)
    return make_response(page)


def _tablet_page(enrolled: Tablet) -> Response:
    with force_locale(LOCALES[0]):
        page = render_template(
            "ratings/tablet.html",
            counter=enrolled.counter,
            state={**tablet.state(enrolled), "qr": bool(config.current().public_url)},  # it asks for it later
            style=tablet.STYLE,
            script=tablet.SCRIPT,
        )
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _public_page(counter: Counter) -> str:
    address, today = counters.poster_url(counter), school.today()
    return render_template(
        "ratings/counter.html",
        counter=counter,
        counts=queries.counts(counter.id, today, today),
        coverage=_covered(counter, today),
        marked=queries.marked_counts(today, today).get(counter.id, {}),
        marks=MARKS,
        hidden_below=school.settings()[HIDDEN_BELOW],
        week=sentences.of_counter(counter),
        image=qr.svg(address) if address else None,
        rate_url=url_for("ratings.scan", code=counter.code, p=counters.poster_token(counter)),
        is_open=counter.active and counters.is_open(counter, clock.now()),
    )


def _covered(counter: Counter, day: date) -> dict[int, queries.Coverage]:
    """How many of those who ate rated, for a canteen's window alone."""
    found = queries.coverage(day, day) if counter.kind == "canteen" else {}
    return {canteen: one for canteen, one in found.items() if canteen == counter.canteen_id}


def _asking(code: str) -> Tablet:
    device = counters.tablet_asking(request.headers.get("Authorization", ""))
    if device is None or device.counter.code != code:
        raise NoTablet
    return device


@blueprint.get("/c/<code>/state.json")
def tablet_state(code: str) -> Response:
    """The tablet's news: purchases, roster, hours, settings, and the version of its page."""
    return _unkept(jsonify(tablet.state(_asking(code))))


@blueprint.get("/c/<code>/qr.json")
def tablet_qr(code: str) -> Response:
    """The QR code of this period, for the counter's tablet."""
    return _unkept(jsonify(tablet.rotating_qr(_asking(code).counter)))


@blueprint.get("/c/<code>/qr.svg")
def tablet_qr_image(code: str) -> Response:
    """The same as a drawing; an image cannot send a header, so the page's cookie will do."""
    counter = counters.counter(code)
    if counters.tablet_of_page(counter, request.cookies.get("tablet", "")) is None:
        _asking(code)
    return _unkept(Response(qr.svg(tablet.rotating_qr(counter)["url"]), mimetype="image/svg+xml"))


@blueprint.get("/c/<code>/duty/<int:staff_id>")
def duty_photo(code: str, staff_id: int) -> Response:
    """The photo of somebody on duty at the counter who agreed to be shown; nobody else's; never kept."""
    counter, portrait = counters.counter(code), staff.portrait(staff_id)
    serving = {person.id for person in counters.on_duty(counter.id, clock.now())}
    if portrait is None or not portrait.photo or staff_id not in serving:
        raise NotFound
    answer = Response(portrait.photo, mimetype="image/jpeg")
    answer.set_etag(portrait.digest)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.make_conditional(request)
    return answer


@blueprint.get("/c/<code>/care")
def care(code: str) -> str:
    """What the PIN opens on a tablet, in both languages; nothing in it is secret."""
    counters.counter(code)
    chinese, english = tablet.both(tablet.care_words)
    return render_template("ratings/care.html", zh=chinese, en=english)


@blueprint.get("/sw.js")
def worker() -> Response:
    """The service worker: it has to stand at the root, and a new one is to be noticed at once."""
    answer = current_app.send_static_file("js/ratings/sw.js")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _unkept(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer


# The phone.


SCANNED = "where a scan leads"
"""The measure by which a room above says where somebody goes on who does not come to rate; else None."""


@blueprint.get("/q/<code>")
def scan(code: str) -> AnyResponse:
    """What a QR code opens: a token of this or the last period, or a poster's, gives a pass."""
    counter = counters.counter(code)
    token, poster = request.args.get("t", ""), request.args.get("p", "")
    if not counter.active:
        raise NotFound
    if (leads := measure(SCANNED)) and (address := leads(code, token, poster)):
        return redirect(address, 303)
    if token and presence.check_qr_token(counter, token):
        channel = "phone"
    elif poster and presence.check_poster_token(counter, poster):
        channel = "poster"  # no presence is proved; the channel stands with the rating, which counts
    else:
        return _refused("too-old" if token else "no-token", counter)
    cookie = request.cookies.get(VISITOR, "")
    visitor = presence.read_visitor(cookie)
    if visitor is None:
        cookie = presence.new_visitor()
        visitor = presence.read_visitor(cookie)
    phone_pass = presence.issue_pass(counter=counter, channel=channel, visitor=visitor)
    answer = redirect(url_for("ratings.phone", pass_text=phone_pass), 303)
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    answer.set_cookie(
        VISITOR, cookie, max_age=VISITOR_LIFE, path="/q/", httponly=True, samesite="Lax", secure=secure
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _refused(why: str, counter: Counter | None = None) -> Response:
    page = render_template("ratings/refused.html", why=why, counter=counter)
    return _unkept(make_response(page, 403))


def _slip_mark(pass_text: str) -> str:
    return encode(mac(derived_key("slip spent here"), pass_text))


def _spent_elsewhere(phone_pass: presence.Pass) -> bool:
    mark = request.cookies.get(SLIP, "")
    return phone_pass.channel == "slip" and not same(mark, _slip_mark(phone_pass.text))


def _rating_id(pass_text: str) -> UUID:
    """The id of a pass's rating: the same however often its form is sent."""
    return UUID(bytes=mac(derived_key("phone rating"), pass_text), version=4)


@blueprint.route("/r/<pass_text>", methods=["GET", "POST"])
@own_transaction
def phone(pass_text: str) -> AnyResponse:
    """The phone page: five faces; after the tap thanks, reasons, the receipt and today's purchases."""
    try:
        phone_pass = presence.read_pass(pass_text)
        counter = counters.counter_numbered(phone_pass.counter_id)
    except (presence.PassInvalid, NotFound):
        return _refused("invalid")
    rating = queries.rating_of_pass(pass_text)
    if rating is not None and _spent_elsewhere(phone_pass):
        return _refused("spent", counter)
    if request.method == "POST":
        return _rate(phone_pass, counter, rating.level if rating else None)
    if rating is not None:
        return _unkept(make_response(_thanks_page(pass_text, counter, queries.receipt(rating))))
    if phone_pass.expired():
        return _refused("expired", counter)
    return _unkept(make_response(_rate_page(phone_pass, counter)))


csrf.exempt(phone)  # the pass in the address cannot be guessed and is the authority; no cookie is looked at


def _rate_page(phone_pass: presence.Pass, counter: Counter, *, missing: bool = False) -> str:
    return render_template(
        "ratings/phone.html",
        counter=counter,
        phone_pass=phone_pass,
        levels=LEVELS,
        missing=missing,
        duty=tablet.on_duty(counter, clock.now()),
    )


def _thanks_page(pass_text: str, counter: Counter, receipt: queries.Receipt, **typed: Any) -> str:
    return render_template(
        "ratings/thanks.html",
        counter=counter,
        pass_text=pass_text,
        receipt=receipt,
        reasons=counters.reasons(counter.kind),
        staff=counters.on_duty(counter.id, receipt.recorded_at),
        typed=typed,
    )


def _rate(phone_pass: presence.Pass, counter: Counter, level: int | None) -> AnyResponse:
    """Take what a form of the phone page sent: the level first, what is said about it later."""
    if level is None:
        chosen = request.form.get("level", "")
        if chosen not in ("1", "2", "3", "4", "5"):
            return _unkept(make_response(_rate_page(phone_pass, counter, missing=True), 422))
        level = int(chosen)
    rating = queries.rating_of_pass(phone_pass.text)
    press = _press(phone_pass, level, rating.id if rating else _rating_id(phone_pass.text))
    give_back_connection()
    try:
        desk().write(press)
    except services.PassExpired:
        return _refused("expired", counter)
    except services.OtherContent:
        pass  # said already; what stands stays, and the page shows it
    except Invalid as problem:
        if rating is None:
            raise
        typed = {"comment": press.comment, "reasons": press.reasons, "problem": problem}
        page = _thanks_page(phone_pass.text, counter, queries.receipt(rating), **typed)
        return _unkept(make_response(page, 422))
    return _back_to_phone(phone_pass)


def _press(phone_pass: presence.Pass, level: int, rating_id: UUID) -> services.Press:
    return services.Press(
        id=rating_id,
        level=level,
        phone_pass=phone_pass,
        reasons=request.form.getlist("reasons")[:20],
        comment=request.form.get("comment", "").replace("\r\n", "\n"),
        staff_id=whole(request.form.get("staff")),
    )


def _back_to_phone(phone_pass: presence.Pass) -> AnyResponse:
    """To the phone page of the pass; a slip's browser is marked, for a slip is one voice's."""
    answer = redirect(url_for("ratings.phone", pass_text=phone_pass.text), 303)
    if phone_pass.channel == "slip":
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        mark = _slip_mark(phone_pass.text)
        answer.set_cookie(
            SLIP, mark, max_age=SLIP_LIFE, path="/r/", httponly=True, samesite="Lax", secure=secure
        )
    return answer


@blueprint.get("/receipt/<rating_id>")
def receipt(rating_id: str) -> Response:
    """The private receipt: what was said, and whether it counts. Nobody else can guess its address."""
    try:
        rating = queries.rating(UUID(rating_id))
    except ValueError:
        rating = None
    if rating is None:
        raise NotFound
    meal = next((meal for meal in school.meals() if meal.code == rating.meal), None)
    receipt = queries.receipt(rating)
    page = render_template(
        "ratings/receipt.html",
        rating=rating,
        receipt=receipt,
        counter=receipt.counter,
        day=rating.day,
        meal=meal,
        levels=LEVELS,
        short=chain.short,
        mark=MARKS.get(receipt.mark or ""),
        reasons=[
            reason for reason in counters.reasons(receipt.counter.kind) if reason.code in receipt.reasons
        ],
    )
    return _unkept(make_response(page))
