"""Meals served in the office: a week in one grid, today first; or the card system's file."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import FileField, SelectField

from kiosk.core import uploads
from kiosk.core.actor import Place
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Invalid, NotFound, Problem
from kiosk.core.formats import whole
from kiosk.core.forms import Form, choices
from kiosk.core.i18n import _, lazy, ngettext
from kiosk.core.room import is_on
from kiosk.core.security import SOMEWHERE, requires, sign, unsign
from kiosk.core.web import actor, takes_files
from kiosk.school import queries, served_files, services
from kiosk.school.models import FROM_FILE, TYPED
from kiosk.school.permissions import ENTER_SERVED
from kiosk.school.queries import Slot

blueprint = Blueprint("served", __name__, url_prefix="/meals-served")
MOST_BYTES = 5 * 2**20
WEEK = timedelta(days=7)
PURPOSE = "meals file"


@blueprint.before_request
def only_where_counted() -> None:
    """Nothing is here where the school does not count meals."""
    if not is_on(queries.MEALS_SERVED):
        raise NotFound


def _canteens() -> list[queries.Canteen]:
    """The canteens for which the account may enter something."""
    return [one for one in queries.canteens() if actor().may(ENTER_SERVED, one.place)]


def _at(canteen: str) -> Place:
    return Place(canteen=canteen)


@blueprint.get("/")
@requires(ENTER_SERVED, SOMEWHERE)
def index() -> Response | str:
    """The first canteen's week."""
    canteens = _canteens()
    if not canteens:
        return render_template("office/served/empty.html")
    return redirect(url_for(".week", canteen=canteens[0].code))


@blueprint.route("/<canteen>", methods=["GET", "POST"])
@requires(ENTER_SERVED, _at)
def week(canteen: str) -> Answer:
    """A week of one canteen; ?week= is any day of it, without one this week."""
    found = next((one for one in _canteens() if one.code == canteen), None)
    if found is None:
        raise NotFound
    today = queries.today()
    monday = _monday(request.args.get("week"), today)
    form = Form()
    if saved := save(form, lambda: _enter(canteen, monday, today)):
        number = len(saved.result)
        if not number:
            flash(_("Nothing was changed."), "good")
            return redirect(url_for(".week", canteen=canteen, week=monday))
        message = ngettext("%(num)s number was entered.", "%(num)s numbers were entered.", number)
        return done(message, url_for(".week", canteen=canteen, week=monday))
    return page(_week_page(found, monday, today, form), form)


def _monday(text: str | None, today: date) -> date:
    try:
        wish = date.fromisoformat(text or "")
    except ValueError:
        wish = today
    wish = min(max(wish, date(2000, 1, 3)), today)
    return wish - timedelta(days=wish.weekday())


def _week_page(canteen: queries.Canteen, monday: date, today: date, form: Form) -> str:
    days = [monday + timedelta(days=n) for n in range(7)]
    versions = queries.served_versions(days[0], days[-1], canteen.code)
    open_days = queries.school_days(days[0], days[-1])
    known = {slot.day for slot in versions}
    return render_template(
        "office/served/week.html",
        canteen=canteen,
        canteens=_canteens(),
        form=form,
        meals=queries.meals(),
        days=[day for day in days if day <= today and (day in open_days or day in known or day == today)],
        rows={(slot.day, slot.meal): rows for slot, rows in versions.items()},
        typed=request.form if request.method == "POST" else {},
        today=today,
        monday=monday,
        before=monday - WEEK,
        after=monday + WEEK if monday + WEEK <= today else None,
    )


def _enter(canteen: str, monday: date, today: date) -> Any:
    """Whatever stands in the grid; an emptied cell takes its number back."""
    numbers: dict[Slot, int | None] = {}
    seen: dict[Slot, int] = {}
    for n in range(7):
        day = monday + timedelta(days=n)
        for meal in queries.meals():
            name = f"{day}-{meal.code}"
            if name in request.form and day <= today:
                slot = Slot(day, canteen, meal.code)
                numbers[slot] = _typed(request.form[name])
                seen[slot] = whole(request.form.get(f"seen-{name}")) or 0
    return services.enter_served(by=actor(), numbers=numbers, source=TYPED, seen=seen)


def _typed(text: str) -> int | None:
    plain = text.strip()
    if plain and whole(plain) is None:
        raise Invalid(lazy("“%(text)s” is not a whole number. Nothing was saved."), text=plain[:20])
    return whole(plain)


class FileForm(Form):
    """The card system's file."""

    file = FileField(lazy("File (.xlsx, .xls, CSV, TSV)"))
    canteen = SelectField(lazy("Rows that name no canteen belong to"))


@blueprint.route("/file", methods=["GET", "POST"])
@requires(ENTER_SERVED, SOMEWHERE)
@takes_files(lambda: None, MOST_BYTES)
def file() -> Answer:
    """Choose the file; what it would bring is shown next, and nothing is stored yet."""
    form = FileForm()
    form.canteen.choices = choices([(one.code, one.label) for one in _canteens()])
    if saved := save(form, lambda: _waiting(form)):
        return redirect(url_for(".look", waiting=saved.result, canteen=form.canteen.data), 303)
    return page(render_template("office/served/file.html", form=form, back=_back()), form)


def _back() -> str:
    return url_for(".index")


def _waiting(form: FileForm) -> str:
    sent = form.file.data
    if not sent or not sent.filename:
        raise Invalid(lazy("Please choose a file."), field="file")
    data, name = sent.read(), sent.filename
    try:
        served_files.read(data, name)
    except Problem as problem:
        raise Invalid(str(problem), field="file") from problem
    return sign(PURPOSE, bytes.fromhex(uploads.wait(data)))


def _found(waiting: str) -> served_files.Found:
    """What the file says that waits under this signed name. NotFound once it is gone."""
    try:
        data = uploads.waiting(unsign(PURPOSE, waiting).hex())
    except ValueError:
        data = None
    if data is None:
        raise NotFound(lazy("The file is not here any more; please choose it again."))
    return served_files.read(data, "")


@blueprint.route("/file/<waiting>", methods=["GET", "POST"])
@requires(ENTER_SERVED, SOMEWHERE)
def look(waiting: str) -> Answer:
    """What a file would bring: new numbers, changed ones, and what is not read; then it is stored."""
    found, form = _found(waiting), Form()
    places = {**served_files.known_places(found, request.args.get("canteen")), **_said(found)}
    preview = served_files.preview(found, places)
    if request.form.get("do") in ("new", "all") and (saved := save(form, lambda: _bring(preview, places))):
        number = len(saved.result)
        message = ngettext("%(num)s number was entered.", "%(num)s numbers were entered.", number)
        return done(message if number else _("All of it was entered before; nothing was changed."), _back())
    text = render_template(
        "office/served/look.html",
        form=form,
        preview=preview,
        places=places,
        labels={one.code: one.label for one in queries.canteens()},
        canteens=_canteens(),
        meals=queries.meal_labels(),
        most=served_files.MOST_TOLD,
    )
    return page(text, form)


def _said(found: served_files.Found) -> Mapping[str, str]:
    """Where the places are that somebody chose on the page; what was left open is not said."""
    chosen = {place: request.form.get(f"place-{n}") for n, place in enumerate(found.places)}
    return {place: "" if code == "-" else code for place, code in chosen.items() if code}


def _bring(preview: served_files.Preview, places: Mapping[str, str]) -> Any:
    if preview.unplaced:
        raise Invalid(lazy("Please say first where each place is."))
    services.place_terminals(by=actor(), places={name: code for name, code in places.items() if name})
    brought = preview.new + (preview.changed if request.form["do"] == "all" else [])
    numbers = {one.slot: one.number for one in brought}
    return services.enter_served(by=actor(), numbers=numbers, source=FROM_FILE)
