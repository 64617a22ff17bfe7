"""Health certificates and morning checks in the office: for those alone who need to know."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Invalid
from kiosk.core.field import Day
from kiosk.core.formats import whole
from kiosk.core.i18n import _, lazy, ngettext
from kiosk.core.security import SOMEWHERE, requires
from kiosk.core.web import actor
from kiosk.core.web.navigation import below
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.kitchen import queries, services
from kiosk.kitchen.doors import at_canteen, canteens_for, gate
from kiosk.kitchen.forms import PlainForm, WorkerForm
from kiosk.kitchen.models import HOME, OUTCOMES, SIGNS
from kiosk.kitchen.permissions import CHECK_HEALTH
from kiosk.persons import queries as persons
from kiosk.school import queries as school

blueprint = Blueprint("health", __name__, url_prefix="/kitchen/health")
blueprint.before_request(gate(queries.STAFF_HEALTH))
blueprint.before_request(below("office.kitchen.index"))

UNTIL = Day(name="until", label=lazy("Valid until"))


@blueprint.get("/")
@requires(CHECK_HEALTH, SOMEWHERE)
def index() -> str:
    """Each canteen's people with their certificates, today's check, and who was sent home lately."""
    today = school.today()
    mine = canteens_for(CHECK_HEALTH)
    return render_template(
        "office/kitchen/health.html",
        today=today,
        canteens=[
            (one, queries.workers(one), queries.checks(one, today, today), queries.notes(one, today))
            for one in mine
        ],
        states=queries.HEALTH_STATES,
        outcomes=OUTCOMES,
        signs=SIGNS,
    )


@blueprint.route("/<canteen>/check", methods=["GET", "POST"])
@requires(CHECK_HEALTH, at_canteen)
def check(canteen: str) -> Answer:
    """Today's morning check: all well in one tap, or who is not."""
    where, form = counters.canteen(canteen), PlainForm()
    if saved := save(form, lambda: services.check(by=actor(), canteen=where, unwell=_unwell())):
        number = sum(note.outcome == HOME for note in saved.result.notes)
        said = ngettext(
            "Noted. %(num)s person was sent home.", "Noted. %(num)s people were sent home.", number
        )
        return done(
            str(said) if number else _("Noted: the morning check is done."), url_for("office.kitchen.index")
        )
    text = render_template(
        "office/kitchen/morning.html",
        canteen=where,
        form=form,
        workers=queries.workers(where),
        made=queries.checks(where, school.today(), school.today()),
        outcomes=OUTCOMES,
        signs=SIGNS,
        sent=request.form,
    )
    return page(text, form)


def _unwell() -> list[services.Unwell]:
    """Who was ticked, with what became of each and why; nobody where all are well."""
    if request.form.get("then") == "all":
        if any(name.startswith("who-") for name in request.form):
            raise Invalid(lazy("You ticked somebody: please enter it, or take the tick away."))
        return []
    found = []
    for name in request.form:
        number = whole(name.removeprefix("who-")) if name.startswith("who-") else None
        if number:
            outcome = request.form.get(f"outcome-{number}", HOME)
            found.append(services.Unwell(number, outcome, tuple(request.form.getlist(f"signs-{number}"))))
    if not found:
        raise Invalid(lazy("Please tick who is not well, or enter that all are."))
    return found


@blueprint.route("/<canteen>/certificates", methods=["GET", "POST"])
@requires(CHECK_HEALTH, at_canteen)
def certificates(canteen: str) -> Answer:
    """Until when each certificate holds, as one has seen it; who works with food beside the roster."""
    where, form = counters.canteen(canteen), PlainForm()
    if saved := save(form, lambda: services.see_certificates(by=actor(), canteen=where, until=_ends())):
        said = ngettext(
            "%(num)s certificate was noted.", "%(num)s certificates were noted.", len(saved.result)
        )
        return done(str(said), url_for(".index"))
    return page(_certificates(where, form, _worker_form(formdata=None)), form)


def _certificates(where: Canteen, form: PlainForm, worker: WorkerForm) -> str:
    return render_template(
        "office/kitchen/certificates.html",
        canteen=where,
        form=form,
        worker=worker,
        workers=queries.workers(where),
        states=queries.HEALTH_STATES,
        sent=request.form,
    )


def _ends() -> dict[int, Any]:
    found = {}
    for name, text in request.form.items():
        number = whole(name.removeprefix("until-")) if name.startswith("until-") else None
        if number and text.strip():
            found[number] = UNTIL.read(text)
    return found


def _worker_form(**options: Any) -> WorkerForm:
    form = WorkerForm(**options)
    people = persons.people(kind="staff")
    form.person.choices = [
        (str(one.number), " ".join(filter(None, (one.badge, one.name, one.post)))) for one in people
    ]
    return form


@blueprint.post("/<canteen>/people")
@requires(CHECK_HEALTH, at_canteen)
def add(canteen: str) -> Answer:
    """Add somebody who works with food there and is on no roster."""
    where, form = counters.canteen(canteen), _worker_form()
    number = whole(form.person.data)
    if save(form, lambda: services.add_worker(by=actor(), canteen=where, person=persons.person(number or 0))):
        return done(_("Added to the list."), url_for(".certificates", canteen=canteen))
    return page(_certificates(where, PlainForm(formdata=None), form), form)


@blueprint.post("/<canteen>/people/<int:person>/remove")
@requires(CHECK_HEALTH, at_canteen)
def remove(canteen: str, person: int) -> Response:
    """Take somebody off the list again."""
    services.remove_worker(by=actor(), canteen=counters.canteen(canteen), number=person)
    return done(_("Taken off the list."), url_for(".certificates", canteen=canteen))
