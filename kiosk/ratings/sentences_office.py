"""A counter's sentence of the week in the office: say it, take it back."""

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from kiosk.cases.services import Masked
from kiosk.core.actor import Place
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.web import actor
from kiosk.core.web.navigation import below
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter
from kiosk.ratings import services
from kiosk.ratings.office_forms import SentenceForm
from kiosk.ratings.permissions import SPEAK
from kiosk.ratings.sentences import in_office

blueprint = Blueprint("sentences", __name__, url_prefix="/ratings/counters")
blueprint.before_request(below("office.ratings.index"))


def of_counter(code: str) -> Place:
    """Where a counter is."""
    return counters.place_of(counters.counter(code))


def _page_of(counter: Counter) -> str:
    return url_for("office.ratings.counter", code=counter.code, _anchor="sentence")


@blueprint.route("/<code>/sentence", methods=["GET", "POST"])
@requires(SPEAK, of_counter)
def say(code: str) -> Answer:
    """Say a sentence; what would be masked, or is missing, comes back. Others read whose it is to speak."""
    counter, form = counters.counter(code), SentenceForm()
    if form.is_submitted():
        services.needs_to_speak(actor(), counter)
    if save(form, lambda: _say(counter, form)):
        return done(_("Published. It stands beside the score until Sunday."), _page_of(counter))
    sent = form if form.is_submitted() else None
    text = render_template(
        "office/ratings/sentence.html", counter=counter, **in_office(counter, actor(), sent)
    )
    return page(text, form)


def _say(counter: Counter, form: SentenceForm) -> None:
    try:
        services.say(by=actor(), counter=counter, text=form.text.data)
    except Masked as problem:
        form.text.data = problem.masked
        raise


@blueprint.post("/<code>/sentence/take-back")
@requires(SPEAK, of_counter)
def take_back(code: str) -> Response:
    """Say nothing any more this week."""
    counter = counters.counter(code)
    services.take_back(by=actor(), counter=counter)
    return done(_("Taken back. Nobody sees it any more."), _page_of(counter))
