"""Plans of rounds: who goes where, how often, with which list."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from kiosk.auth.models import ROLES
from kiosk.cases import queries as cases
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.filters import day as told
from kiosk.core.i18n import _, listed
from kiosk.core.security import requires
from kiosk.core.web import actor
from kiosk.core.web.navigation import below
from kiosk.inspections import queries, services
from kiosk.inspections.forms import PlanForm
from kiosk.inspections.models import DAYS, SCHOOL_DAYS, RoundPlan, RoundPlanVersion
from kiosk.inspections.permissions import PLAN_ROUNDS
from kiosk.school import queries as school
from kiosk.school.models import WEEKDAYS

MOST_TOLD = 3
"""So many days of a plan of certain days are named."""

blueprint = Blueprint("plans", __name__, url_prefix="/inspections/plans")
blueprint.before_request(below("office.inspections.index"))


@blueprint.get("/")
@requires(PLAN_ROUNDS)
def index() -> str:
    """All plans."""
    return render_template(
        "office/plans/index.html",
        plans=[(one, one.versions[-1]) for one in queries.plans()],
        has_lists=bool(queries.checklists(queries.ROUND)),
        today=school.today(),
        **_labels(),
    )


def _labels() -> dict[str, Any]:
    return {
        "place_label": cases.subject_label,
        "who_label": lambda version: queries.who_label(version, ROLES),
        "when_label": _when_label,
    }


def _when_label(version: RoundPlanVersion) -> str:
    """When a round is due, in words."""
    if version.rhythm == SCHOOL_DAYS:
        days = str(_("every school day"))
    elif version.rhythm == DAYS:
        days = _told_days([date.fromisoformat(one) for one in version.days])
    else:
        days = listed(label for number, label in WEEKDAYS if number in version.weekdays)
    return " · ".join([days, *([listed(map(queries.slot_label, version.slots))] if version.slots else [])])


def _told_days(days: list[date]) -> str:
    """The first of certain days, and how many there are."""
    first = listed(told(one, "date") for one in days[:MOST_TOLD])
    return first if len(days) <= MOST_TOLD else str(_("%(days)s … (%(n)s days)", days=first, n=len(days)))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(PLAN_ROUNDS)
def new() -> Answer:
    """Plan a round."""
    form = PlanForm()
    form.offer()
    if saved := save(form, lambda: _make(form)):
        since = saved.result.versions[0].since
        return done(_("Planned. It is due from %(day)s on.", day=told(since)), url_for(".index"))
    return page(render_template("office/plans/show.html", form=form, found=None, **_labels()), form)


def _make(form: PlanForm) -> RoundPlan:
    return services.make_plan(by=actor(), since=form.since.declared.read(form.since.data), **form.given())


@blueprint.route("/<int:number>", methods=["GET", "POST"])
@requires(PLAN_ROUNDS)
def show(number: int) -> Answer:
    """A plan: change it from a day on, with its versions."""
    found = queries.plan(number)
    form = PlanForm(data=_data(found.versions[-1]))
    form.offer()
    if saved := save(form, lambda: _change(found, form)):
        said = _("Saved. It is due like this from %(day)s on.", day=told(saved.result.since))
        return done(said, url_for(".index"))
    return page(render_template("office/plans/show.html", form=form, found=found, **_labels()), form)


def _change(found: RoundPlan, form: PlanForm) -> RoundPlanVersion:
    return services.change_plan(
        by=actor(),
        plan=found,
        since=form.since.declared.read(form.since.data),
        reason=form.reason.data or "",
        **form.given(),
    )


def _data(version: RoundPlanVersion) -> dict[str, Any]:
    named = {"post": version.post_id, "team": version.team_id, "person": version.person_id}
    who = next((f"{sort}:{number}" for sort, number in named.items() if number), f"role:{version.role}")
    meals = {one.code for one in school.meals()}
    return {
        "name": version.name,
        "checklist": version.checklist_id,
        "subject": version.subject,
        "who": who,
        "rhythm": version.rhythm,
        "weekdays": version.weekdays,
        "days": "\n".join(version.days),
        "meals": [one for one in version.slots if one in meals],
        "times": ", ".join(one for one in version.slots if one not in meals),
    }


@blueprint.post("/<int:number>/end")
@requires(PLAN_ROUNDS)
def end(number: int) -> Response:
    """Make the round no more from tomorrow on."""
    services.give_up_plan(by=actor(), plan=queries.plan(number))
    return done(_("From tomorrow on this round is not made any more."), url_for(".index"))
