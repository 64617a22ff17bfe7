"""Thanks in the office: the words for oneself, those to print for others, whether one wants to be named."""

from typing import Any

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from kiosk.auth.queries import usernames
from kiosk.core.edit import done
from kiosk.core.i18n import _
from kiosk.core.security import SOMEWHERE, requires
from kiosk.core.web import account, actor
from kiosk.counters import queries as counters
from kiosk.persons.models import Person
from kiosk.school import queries as school
from kiosk.staff import queries as staff
from kiosk.staff import services as people
from kiosk.thanks import queries
from kiosk.thanks.permissions import COMMEND, PRINT_THANKS, READ_THANKS

blueprint = Blueprint("thanks", __name__, url_prefix="/thanks")


@blueprint.get("/")
@requires(READ_THANKS)
def index() -> str:
    """The words of thanks for whoever is signed in, and the good deeds that were posted of the person."""
    person, today = _me(), school.today()
    return render_template(
        "office/thanks/index.html",
        read=queries.thanks_to(person.number),
        deeds=queries.commended(person.number, queries.begins(today), today),
        naming=staff.naming(person),
        prints=account().may_somewhere(PRINT_THANKS),
        commends=account().may(COMMEND),
        meals=_meals(),
    )


def _me() -> Person:
    person: Person = account().person.current
    return person


def _meals() -> dict[str, Any]:
    return {meal.code: meal for meal in school.meals()}


@blueprint.post("/named")
@requires(READ_THANKS)
def agree() -> Response:
    """I agree to be named."""
    people.agree_to_be_named(by=actor(), person=_me())
    return done(_("Your name stands from now on where something of yours is praised."), url_for(".index"))


@blueprint.post("/named/withdraw")
@requires(READ_THANKS)
def withdraw() -> Response:
    """I do not want to be named any more."""
    people.withdraw_naming(by=actor(), person=_me())
    return done(_("Your name stands nowhere any more; the post is shown."), url_for(".index"))


@blueprint.get("/print")
@requires(PRINT_THANKS, SOMEWHERE)
def slips() -> str:
    """The words of thanks for those without an account, to be cut out and handed over."""
    today = school.today()
    found = [one for one in queries.thanked(queries.begins(today)) if not usernames(one.id)]
    read = queries.thanks_by_person(one.number for one in found)
    sheets = [(one, _of_own_places(read[one.number])) for one in found if one.number in read]
    return render_template(
        "office/thanks/slips.html",
        sheets=[(one, thanks) for one, thanks in sheets if thanks],
        today=today,
        meals=_meals(),
        size="a4",
    )


def _of_own_places(read: queries.Read) -> list[queries.Thanks]:
    """What was written at the places for which the account may print."""
    may = account().actor.may
    return [one for one in read.thanks if may(PRINT_THANKS, counters.place_of(one.counter))]
