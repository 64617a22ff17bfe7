"""Whose names stand on old sheets."""

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from kiosk.core.edit import done
from kiosk.core.formats import whole
from kiosk.core.i18n import ngettext
from kiosk.core.security import requires
from kiosk.core.web import actor
from kiosk.persons import queries as persons
from kiosk.purchasing import signing
from kiosk.purchasing.permissions import SAY_WHO_SIGNED

blueprint = Blueprint("purchasing_people", __name__, url_prefix="/purchasing/people")


@blueprint.post("/")
@requires(SAY_WHO_SIGNED)
def say_who() -> Response:
    """Say whose a printed name is: a person's, or somebody's who is not known here yet."""
    number = whole(request.form.get("person"))
    person = persons.person(number) if number is not None else None
    sheets = signing.say_who(by=actor(), name=request.form.get("name", ""), person=person)
    said = ngettext("Noted on %(num)s sheet.", "Noted on %(num)s sheets.", sheets)
    return done(said, url_for("office.persons.index"))
