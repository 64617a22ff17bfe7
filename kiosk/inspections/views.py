"""What everybody sees of rounds: which were made; and the address at which a round checks in at its place."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.cases import queries as cases
from kiosk.core.errors import NotFound
from kiosk.core.web import account
from kiosk.inspections import proofs, queries
from kiosk.inspections.months import (
    a_year,
    first_of_month,
    last_of_month,
    month_links,
    month_of,
    year_of,
    years,
)
from kiosk.school import queries as school

blueprint = Blueprint("inspections", __name__)


@blueprint.get("/in/<token>")
def check_in(token: str) -> Response:
    """Check in at a place by its code: says what it proves, and gives the phone the proof for its round.

    Whoever is not signed in signs in first; an expired code is told as what it is.
    """
    counter, found = proofs.looked_at(token)
    if counter is None:
        raise NotFound
    who = account()
    if who is None:
        return redirect(url_for("auth.sign_in", next=url_for(".check_in", token=token)))
    subjects = queries.subjects_of_counter(counter.code)
    here = [one for one in queries.today_entries() if one.occurrence.version.subject in subjects]
    actor = who.actor
    page = render_template(
        "inspections/check_in.html",
        counter=counter,
        found=found,
        proof=proofs.proof(actor, found),
        who=who,
        today=school.today(),
        entries=[
            one
            for one in here
            if one.made is None and queries.may_walk(actor, one.occurrence.version, one.occurrence.day)
        ],
        place_label=cases.subject_label,
        slot_label=queries.slot_label,
    )
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/rounds/")
def index() -> str:
    """Which rounds were to be made in a month, and were; nobody's name."""
    first = first_of_month(request.args.get("month"))
    return render_template(
        "inspections/index.html",
        first=first,
        **month_links(first),
        rows=month_of(first),
        place_label=cases.public_label,
        results=queries.results(queries.asked_at(None, first, last_of_month(first))),
        states=queries.STATES,
    )


@blueprint.get("/rounds/<int:number>")
def plan(number: int) -> str:
    """A plan through a year: which of its rounds were made, late, missed."""
    found = queries.plan(number)
    year = a_year(found, request.args.get("year"))
    return render_template(
        "inspections/plan.html",
        found=year_of(found, year),
        year=year,
        years=years(found),
        place_label=cases.public_label,
        states=queries.STATES,
    )
