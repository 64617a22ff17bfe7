"""Who is who: namesakes of whom the school has to say whether they are one person."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kiosk.core.i18n import _, listed
from kiosk.core.room import measure
from kiosk.core.security import requires
from kiosk.core.web import actor
from kiosk.persons import queries, services
from kiosk.persons.looks import note_look
from kiosk.persons.models import Person
from kiosk.persons.permissions import TELL_APART

blueprint = Blueprint("persons", __name__, url_prefix="/persons")


blueprint.before_app_request(note_look)


@blueprint.before_request
def at_settings() -> None:
    """The navigation shows where one is."""
    g.nav = "office.school.index"


@blueprint.get("/")
@requires(TELL_APART)
def index() -> str:
    """Every pair that waits, and what rooms above do not know of names."""
    return render_template(
        "office/persons/index.html",
        pairs=queries.namesakes(),
        questions=queries.questions(),
        accounts_of=_accounts_of,
    )


def _accounts_of(person: Person) -> str:
    """By which user names a person signs in, as the room above knows."""
    known = measure("usernames")
    names = known(person.id) if known else []
    return _("signs in as %(names)s", names=listed(names)) if names else ""


@blueprint.post("/<int:pair_id>/<any(same, different):verdict>")
@requires(TELL_APART)
def tell(pair_id: int, verdict: str) -> Response:
    """Say that two are one person, or that they are two."""
    pair = queries.namesake(pair_id)
    services.tell_apart(by=actor(), pair=pair, same=verdict == "same")
    said = (
        _("Noted: %(name)s is one person.", name=pair.other.name)
        if pair.same
        else _("Noted: these are two people called %(name)s.", name=pair.other.name)
    )
    flash(said, "good")
    return redirect(url_for(".index"))
