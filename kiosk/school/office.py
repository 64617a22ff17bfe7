"""School settings: the school itself, terms, school days, meals."""

import calendar
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.core.errors import Conflict, Invalid, NotFound
from kiosk.core.forms import at_field
from kiosk.core.i18n import _
from kiosk.core.room import on_since, rooms, switches
from kiosk.core.security import requires
from kiosk.core.setting import Group, Setting
from kiosk.core.setting_forms import form_of, in_rows, shown
from kiosk.core.web import account, user
from kiosk.school import queries, services
from kiosk.school.forms import DayForm, MealForm, TermForm
from kiosk.school.models import WEEKDAYS, Meal, Term
from kiosk.school.permissions import MANAGE_SCHOOL, OPEN_SETTINGS

blueprint = Blueprint("school", __name__, url_prefix="/school")

Answer = Response | str | tuple[str, int]


@blueprint.before_request
def at_settings() -> None:
    """The navigation shows where one is."""
    g.nav = "office.school.index"


def settings_tabs(here: str = "") -> list[dict[str, Any]]:
    """The tabs of the settings that the account may open, from all rooms; `here` is the endpoint of one."""
    who, found = account(), []
    pages = [page for room in rooms() for page in room.settings_pages if page.wanted()]
    for _place, label, endpoint, _wanted in sorted(pages, key=lambda page: page.place):
        permission = getattr(current_app.view_functions[endpoint], "permission", None)
        if who is not None and permission is not None and who.may(permission):
            found.append({"label": label, "url": url_for(endpoint), "active": endpoint == here})
    return found


@blueprint.app_context_processor
def offer_tabs() -> dict[str, Any]:
    """Every page of the settings shows the tabs."""
    return {"settings_tabs": settings_tabs}


@blueprint.get("/")
@requires(OPEN_SETTINGS)
def index() -> Response:
    """The first tab that the account may open."""
    return redirect(settings_tabs()[0]["url"])


def _groups() -> list[tuple[Group, list[Setting[Any]]]]:
    """The settings of the rooms in use that stand on the page, by group and place."""
    found = [(one.group, one) for room in rooms() for one in room.settings if one.group]
    found.sort(key=lambda pair: (pair[0].place, pair[1].place))
    return [(group, [one for _, one in pairs]) for group, pairs in groupby(found, key=lambda pair: pair[0])]


@blueprint.route("/edit", methods=["GET", "POST"])
@requires(MANAGE_SCHOOL)
def edit() -> Answer:
    """Every setting of the school."""
    groups, values = _groups(), queries.settings()
    declared = tuple(one for _, members in groups for one in members)
    form = form_of(declared)(data={one.name: shown(one, values[one]) for one in declared})
    if form.validate_on_submit():
        services.change_settings(by=user(), **form.typed())
        flash(_("The settings were saved."), "good")
        return redirect(url_for(".edit"))
    page = render_template(
        "office/school/edit.html",
        form=form,
        groups=[(group.label, in_rows(members)) for group, members in groups],
        misfits=[one.label for one in queries.misfits() if one.name in form],
    )
    return page, 422 if form.errors else 200


@blueprint.get("/uses")
@requires(MANAGE_SCHOOL)
def uses() -> str:
    """What the school can switch on and off; nowhere where there is nothing to switch."""
    if not switches():
        raise NotFound
    found = [{"switch": one, "since": on_since(one)} for one in switches()]
    return render_template("office/school/uses.html", found=found)


@blueprint.post("/uses/<name>/<any(on, off):state>")
@requires(MANAGE_SCHOOL)
def switch(name: str, state: str) -> Response:
    """Switch something on or off."""
    services.switch(by=user(), name=name, on=state == "on")
    label = next(one.label for one in switches() if one.name == name)
    said = _("%(what)s is on.", what=label) if state == "on" else _("%(what)s is off.", what=label)
    flash(said, "good")
    return redirect(url_for(".uses"))


@blueprint.get("/days")
@requires(MANAGE_SCHOOL)
def days() -> str:
    """Terms, exceptions, and a month with its school days."""
    first = _month(request.args.get("month"))
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return render_template(
        "office/school/days.html",
        terms=queries.terms(),
        exceptions=queries.exceptions(),
        month=first,
        weeks=weeks,
        open_days=queries.school_days(weeks[0][0], weeks[-1][-1]),
        changed={one.day: one for one in queries.exceptions()},
        weekdays=[name for _number, name in WEEKDAYS],
        today=queries.today(),
        before=first - timedelta(days=1),
        after=weeks[-1][-1] if weeks[-1][-1].month != first.month else weeks[-1][-1] + timedelta(days=1),
    )


def _month(text: str | None) -> date:
    """The first day of a month like 2026-03; this month for anything else."""
    try:
        wish = date.fromisoformat(f"{text}-01")
    except ValueError:
        wish = queries.today().replace(day=1)
    return min(max(wish, date(2000, 1, 1)), date(2100, 12, 1))


@blueprint.route("/terms/new", methods=["GET", "POST"])
@requires(MANAGE_SCHOOL)
def new_term() -> Answer:
    """Add a term."""
    return _edit_term(None)


@blueprint.route("/terms/<int:term_id>", methods=["GET", "POST"])
@requires(MANAGE_SCHOOL)
def term(term_id: int) -> Answer:
    """Change a term."""
    return _edit_term(queries.term(term_id))


def _edit_term(term: Term | None) -> Answer:
    form = TermForm(obj=term)
    if form.validate_on_submit():
        try:
            services.save_term(
                by=user(),
                term=term,
                name=form.name.data.strip(),
                starts=form.starts.data,
                ends=form.ends.data,
            )
        except (Invalid, Conflict) as problem:
            at_field(form, problem)
        else:
            flash(_("The term was saved."), "good")
            return redirect(url_for(".days"))
    page = render_template("office/school/term.html", form=form, term=term)
    return page, 422 if form.errors else 200


@blueprint.post("/terms/<int:term_id>/remove")
@requires(MANAGE_SCHOOL)
def remove_term(term_id: int) -> Response:
    """Remove a term."""
    services.remove_term(by=user(), term=queries.term(term_id))
    flash(_("The term was removed."), "good")
    return redirect(url_for(".days"))


@blueprint.route("/days/new", methods=["GET", "POST"])
@requires(MANAGE_SCHOOL)
def new_day() -> Answer:
    """Make a day an exception."""
    form = DayForm(data={"day": _day(request.args.get("day")), "kind": request.args.get("kind", "closed")})
    if form.validate_on_submit():
        services.set_day(
            by=user(),
            day=form.day.data,
            is_school_day=form.kind.data == "open",
            note=(form.note.data or "").strip(),
        )
        flash(_("The day was saved."), "good")
        return redirect(url_for(".days", month=f"{form.day.data:%Y-%m}"))
    return render_template("office/school/day.html", form=form), 422 if form.errors else 200


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


@blueprint.post("/days/<day>/remove")
@requires(MANAGE_SCHOOL)
def remove_day(day: str) -> Response:
    """Take an exception back."""
    wish = _day(day)
    if wish is None or all(one.day != wish for one in queries.exceptions()):
        raise NotFound
    services.set_day(by=user(), day=wish, is_school_day=None)
    flash(_("The exception was removed."), "good")
    return redirect(url_for(".days", month=f"{wish:%Y-%m}"))


@blueprint.get("/meals")
@requires(MANAGE_SCHOOL)
def meals() -> str:
    """The timetable of meals."""
    return render_template("office/school/meals.html", meals=queries.meals())


@blueprint.route("/meals/new", methods=["GET", "POST"])
@requires(MANAGE_SCHOOL)
def new_meal() -> Answer:
    """Add a meal."""
    return _edit_meal(None)


@blueprint.route("/meals/<code>", methods=["GET", "POST"])
@requires(MANAGE_SCHOOL)
def meal(code: str) -> Answer:
    """Change a meal."""
    return _edit_meal(queries.meal(code))


def _edit_meal(meal: Meal | None) -> Answer:
    form = MealForm(obj=meal)
    if form.validate_on_submit():
        values: dict[str, Any] = {
            "name": form.name.data.strip(),
            "name_en": (form.name_en.data or "").strip(),
            "starts": form.starts.data,
            "ends": form.ends.data,
        }
        try:
            services.save_meal(by=user(), code=meal.code if meal else queries.new_meal_code(), **values)
        except (Invalid, Conflict) as problem:
            at_field(form, problem)
        else:
            flash(_("The meal was saved."), "good")
            return redirect(url_for(".meals"))
    page = render_template("office/school/meal.html", form=form, meal=meal)
    return page, 422 if form.errors else 200


@blueprint.post("/meals/<code>/remove")
@requires(MANAGE_SCHOOL)
def remove_meal(code: str) -> Response:
    """Remove a meal; its ratings stay."""
    services.remove_meal(by=user(), code=code)
    flash(_("The meal was removed."), "good")
    return redirect(url_for(".meals"))
