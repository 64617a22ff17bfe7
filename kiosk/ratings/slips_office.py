"""Slips in the office: choosing, printing, and how to hand them out fairly."""

from datetime import timedelta

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from kiosk.core import config, qr
from kiosk.core.errors import Invalid
from kiosk.core.forms import at_field, choices
from kiosk.core.security import requires
from kiosk.core.web import named, user
from kiosk.core.web.navigation import below
from kiosk.counters import queries as counters
from kiosk.presence import services as presence
from kiosk.ratings.office_forms import SlipsForm
from kiosk.ratings.permissions import PRINT_SLIPS
from kiosk.ratings.tablet import public_url

blueprint = Blueprint("slips", __name__, url_prefix="/ratings/slips")
blueprint.before_request(below("office.ratings.index"))

A_SHEET = presence.SLIPS_A_SHEET

Answer = Response | str | tuple[str, int]


def _form(*, filled: bool) -> SlipsForm:
    form = SlipsForm() if filled else SlipsForm(formdata=None)
    form.counters.choices = choices([(one.code, f"{one.sign} {named(one)}") for one in counters.counters()])
    return form


def _page(form: SlipsForm) -> str:
    return render_template(
        "office/slips/index.html", form=form, has_address=bool(config.current().public_url)
    )


@blueprint.get("/")
@requires(PRINT_SLIPS)
def index() -> str:
    """Which counters, and how many slips for each."""
    return _page(_form(filled=False))


@blueprint.post("/")
@requires(PRINT_SLIPS)
def sheets() -> Answer:
    """The sheets to print. They are shown this once; whoever comes back prints others."""
    form = _form(filled=True)
    if not form.validate_on_submit():
        return _page(form), 422
    chosen = [counters.counter(code) for code in form.counters.data or []]
    try:
        slips = presence.print_slips(by=user(), counters=chosen, number=int(form.number.data or 0))
    except Invalid as problem:
        at_field(form, problem)
        return _page(form), 422
    shown = [(one.counter, qr.svg(f"{public_url()}/r/{one.text}")) for one in slips]
    return render_template(
        "office/slips/sheets.html",
        sheets=[shown[first : first + A_SHEET] for first in range(0, len(shown), A_SHEET)],
        last_day=slips[0].expires_at - timedelta(seconds=1),
        private=counters.is_private(public_url()),
    )


@blueprint.get("/help")
@requires(PRINT_SLIPS)
def fairly() -> str:
    """Two pages to print: how to hand slips out so that the score means something."""
    return render_template("office/slips/fairly.html")
