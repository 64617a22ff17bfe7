"""School settings: the school itself, terms, school days, meals."""

import calendar
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.core.errors import Conflict, Invalid, NotFound
from kiosk.core.forms import at_field
from kiosk.core.i18n import _
from kiosk.core.room import rooms
from kiosk.core.security import requires
from kiosk.core.web import account, user
from kiosk.school import queries, services
from kiosk.school.forms import DayForm, MealForm, SchoolForm, TermForm
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
    for _place, label, endpoint in sorted(page for room in rooms() for page in room.settings_pages):
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


def _typed(form: SchoolForm) -> dict[str, Any]:
    """What the form says, as the settings keep it."""
    values = {name: value for name, value in form.data.items() if name != "csrf_token"}
    values["weekdays"] = sorted(int(number) for number in values["weekdays"])
    for name in ("posting_due", "dark_from", "dark_until"):
        values[name] = f"{values[name]:%H:%M}" if values[name] else ""
    for name in ("name", "name_en", "privacy_contact"):
        values[name] = (values[name] or "").strip()
    return values


def _shown() -> dict[str, Any]:
    """The settings, as the form shows them."""
    values = asdict(queries.settings())
    values["weekdays"] = [str(number) for number in values["weekdays"]]
    values["double_tap_seconds"] = int(values["double_tap_seconds"])
    for name in ("posting_due", "dark_from", "dark_until"):
        values[name] = queries.parse_time(values[name]) if values[name] else None
    return values


@blueprint.route("/edit", methods=["GET", "POST"])
@requires(MANAGE_SCHOOL)
def edit() -> Answer:
    """Every setting of the school."""
    form = SchoolForm(data=_shown())
    if form.validate_on_submit():
        services.change_settings(by=user(), **_typed(form))
        flash(_("The settings were saved."), "good")
        return redirect(url_for(".edit"))
    return render_template("office/school/edit.html", form=form), 422 if form.errors else 200


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
    flash(_("The exception was taken back."), "good")
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
