"""School settings: the school itself, terms, school days, meals."""

import calendar
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import NotFound
from kiosk.core.i18n import _, ngettext
from kiosk.core.room import on_since, rooms, switches
from kiosk.core.security import requires
from kiosk.core.setting import Group, Setting
from kiosk.core.setting_forms import field_data, form_of, in_rows
from kiosk.core.web import account, actor
from kiosk.core.web.navigation import below
from kiosk.school import queries, services
from kiosk.school.forms import DayForm, DueForm, MealForm, PublicDaysForm, TermForm
from kiosk.school.models import WEEKDAYS, Meal, Term
from kiosk.school.permissions import MANAGE_SCHOOL, OPEN_SETTINGS

blueprint = Blueprint("school", __name__, url_prefix="/school")
blueprint.before_request(below("office.school.index"))


def settings_tabs(place: str = "") -> list[dict[str, Any]]:
    """The tabs of the settings that the account may open, from all rooms; `place` is the endpoint of one."""
    who, entries = account(), []
    tabs = [tab for room in rooms() for tab in room.settings_pages if tab.wanted()]
    for _place, label, endpoint, _wanted in sorted(tabs, key=lambda tab: tab.place):
        permission = getattr(current_app.view_functions[endpoint], "permission", None)
        if who is not None and permission is not None and who.may(permission):
            entries.append({"label": label, "url": url_for(endpoint), "active": endpoint == place})
    return entries


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
    pairs = [(setting.group, setting) for room in rooms() for setting in room.settings if setting.group]
    pairs.sort(key=lambda pair: (pair[0].place, pair[1].place))
    return [
        (group, [setting for _, setting in members])
        for group, members in groupby(pairs, key=lambda pair: pair[0])
    ]


@blueprint.route("/edit", methods=["GET", "POST"])
@requires(MANAGE_SCHOOL)
def edit() -> Answer:
    """Every setting of the school."""
    groups, values = _groups(), queries.settings()
    declared = tuple(setting for _, members in groups for setting in members)
    form = form_of(declared)(
        data={setting.name: field_data(setting, values[setting]) for setting in declared}
    )
    if save(form, lambda: services.change_settings(by=actor(), **form.typed())):
        return done(_("The settings were saved."), url_for(".edit"))
    text = render_template(
        "office/school/edit.html",
        form=form,
        groups=[(group.label, in_rows(members)) for group, members in groups],
        misfits=[misfit.label for misfit in queries.misfits() if misfit.name in form],
    )
    return page(text, form)


@blueprint.get("/uses")
@requires(MANAGE_SCHOOL)
def uses() -> str:
    """What the school can switch on and off; nowhere where there is nothing to switch."""
    if not switches():
        raise NotFound
    rows = [{"switch": option, "since": on_since(option)} for option in switches()]
    return render_template("office/school/uses.html", rows=rows)


@blueprint.post("/uses/<name>/<any(on, off):state>")
@requires(MANAGE_SCHOOL)
def switch(name: str, state: str) -> Response:
    """Switch something on or off."""
    services.switch(by=actor(), name=name, on=state == "on")
    label = next(option.label for option in switches() if option.name == name)
    message = _("%(what)s is on.", what=label) if state == "on" else _("%(what)s is off.", what=label)
    return done(message, url_for(".uses"))


@blueprint.get("/days")
@requires(MANAGE_SCHOOL)
def days() -> str:
    """Terms, exceptions, and a month with its school days."""
    first, due_form = _month(request.args.get("month")), DueForm(request.args)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return render_template(
        "office/school/days.html",
        terms=queries.terms(),
        exceptions=queries.exceptions(),
        month=first,
        weeks=weeks,
        open_days=queries.school_days(weeks[0][0], weeks[-1][-1]),
        due_form=due_form,
        due=due_form.due(),
        changed={exception.day: exception for exception in queries.exceptions()},
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
    if save(form, lambda: services.save_term(by=actor(), term=term, **form.values())):
        return done(_("The term was saved."), url_for(".days"))
    return page(render_template("office/school/term.html", form=form, term=term), form)


@blueprint.post("/terms/<int:term_id>/remove")
@requires(MANAGE_SCHOOL)
def remove_term(term_id: int) -> Response:
    """Remove a term."""
    services.remove_term(by=actor(), term=queries.term(term_id))
    return done(_("The term was removed."), url_for(".days"))


@blueprint.route("/days/new", methods=["GET", "POST"])
@requires(MANAGE_SCHOOL)
def new_day() -> Answer:
    """Make a day an exception."""
    form = DayForm(data={"day": _day(request.args.get("day")), "kind": request.args.get("kind", "closed")})
    if save(form, lambda: _set_day(form)):
        return done(_("The day was saved."), url_for(".days", month=f"{form.day.data:%Y-%m}"))
    return page(render_template("office/school/day.html", form=form), form)


def _set_day(form: DayForm) -> None:
    is_school_day = form.kind.data == "open"
    services.set_day(by=actor(), day=form.day.data, is_school_day=is_school_day, note=form.note.data)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


@blueprint.route("/days/public", methods=["GET", "POST"])
@requires(MANAGE_SCHOOL)
def public_days() -> Answer:
    """Public holidays and make-up days of a year, to be entered at once; this year's, until it ends soon."""
    soon = queries.today() + timedelta(days=45)
    year = _year(request.values.get("year")) or soon.year
    days = queries.public_days(year)
    form = PublicDaysForm()
    open_days = {str(public.day): public for public in days if not public.is_entered}
    form.days.choices = [(day, day) for day in open_days]
    chosen = (open_days[day] for day in form.days.data or ())
    if saved := save(form, lambda: services.enter_public_days(by=actor(), days=chosen)):
        message = ngettext("%(num)s day was entered.", "%(num)s days were entered.", saved.result)
        return done(message, url_for(".days", month=min(form.days.data)[:7]))
    return page(
        render_template(
            "office/school/public_days.html",
            form=form,
            days=days,
            year=year,
            this_year=queries.today().year,
            is_announced=bool(queries.make_up_days(year)),
        ),
        form,
    )


def _year(text: str | None) -> int | None:
    """A year from last year to the one after next, or None."""
    this = queries.today().year
    return next((year for year in range(this - 1, this + 3) if text == str(year)), None)


@blueprint.post("/days/<day>/remove")
@requires(MANAGE_SCHOOL)
def remove_day(day: str) -> Response:
    """Take an exception back."""
    wish = _day(day)
    if wish is None or all(exception.day != wish for exception in queries.exceptions()):
        raise NotFound
    services.set_day(by=actor(), day=wish, is_school_day=None)
    return done(_("The exception was removed."), url_for(".days", month=f"{wish:%Y-%m}"))


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
    form, code = MealForm(obj=meal), meal.code if meal else queries.new_meal_code()
    if save(form, lambda: services.save_meal(by=actor(), code=code, **form.values())):
        return done(_("The meal was saved."), url_for(".meals"))
    return page(render_template("office/school/meal.html", form=form, meal=meal), form)


@blueprint.post("/meals/<code>/remove")
@requires(MANAGE_SCHOOL)
def remove_meal(code: str) -> Response:
    """Remove a meal; its ratings stay."""
    services.remove_meal(by=actor(), code=code)
    return done(_("The meal was removed."), url_for(".meals"))
