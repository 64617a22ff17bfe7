"""Slips in the office: choosing, printing, and how to hand them out fairly."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template

from kiosk.core import config, qr
from kiosk.core.edit import Answer, page, save
from kiosk.core.forms import choices
from kiosk.core.security import SOMEWHERE, requires
from kiosk.core.web import actor, named
from kiosk.core.web.navigation import below
from kiosk.counters import queries as counters
from kiosk.presence import services as presence
from kiosk.ratings.office_forms import SlipsForm
from kiosk.ratings.permissions import PRINT_SLIPS
from kiosk.ratings.tablet import public_url

blueprint = Blueprint("slips", __name__, url_prefix="/ratings/slips")
blueprint.before_request(below("office.ratings.index"))

A_SHEET = presence.SLIPS_A_SHEET


def _form(**options: Any) -> SlipsForm:
    form = SlipsForm(**options)
    form.counters.choices = choices(
        [(counter.code, f"{counter.sign} {named(counter)}") for counter in counters.counters()]
    )
    return form


def _page(form: SlipsForm) -> Answer:
    has_address = bool(config.current().public_url)
    return page(render_template("office/slips/index.html", form=form, has_address=has_address), form)


@blueprint.get("/")
@requires(PRINT_SLIPS, SOMEWHERE)
def index() -> Answer:
    """Which counters, and how many slips for each."""
    return _page(_form(formdata=None))


@blueprint.post("/")
@requires(PRINT_SLIPS, SOMEWHERE)
def sheets() -> Answer | str:
    """The sheets to print. They are shown this once; whoever comes back prints others."""
    form = _form()
    saved = save(form, lambda: presence.print_slips(by=actor(), **_values(form)))
    if saved is None:
        return _page(form)
    slips = saved.result
    codes = [(slip.counter, qr.svg(f"{public_url()}/r/{slip.text}")) for slip in slips]
    return render_template(
        "office/slips/sheets.html",
        sheets=[codes[first : first + A_SHEET] for first in range(0, len(codes), A_SHEET)],
        last_day=slips[0].expires_at - timedelta(seconds=1),
        private=counters.is_private(public_url()),
    )


def _values(form: SlipsForm) -> dict[str, Any]:
    chosen = [counters.counter(code) for code in form.counters.data]
    for counter in chosen:
        actor().needs(PRINT_SLIPS, counters.place_of(counter))
    return form.values(counters=chosen)


@blueprint.get("/help")
@requires(PRINT_SLIPS, SOMEWHERE)
def fairly() -> str:
    """Two pages to print: how to hand slips out so that the score means something."""
    return render_template("office/slips/fairly.html")
