"""Forms of the store in the office: issued and opened in a grid, confirmed by somebody else, printed."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.core import json_input
from kiosk.core.edit import Answer, done
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.forms import at_field
from kiosk.core.i18n import _
from kiosk.core.security import SOMEWHERE, requires
from kiosk.core.tables import MOST_COLUMNS
from kiosk.core.web import actor, own_transaction
from kiosk.core.web.navigation import below
from kiosk.persons.queries import is_among
from kiosk.postings.queries import place_at
from kiosk.school import queries as school
from kiosk.stock import queries, reading, services
from kiosk.stock.doors import canteens_for, chosen, new_key, of_form
from kiosk.stock.forms import BackForm, IssueForm, OpeningForm
from kiosk.stock.models import ISSUED, KINDS, LOST, MOST_LINES, RECEIVED, WAITING, StockForm
from kiosk.stock.permissions import KEEP_STOCK, SEE_STOCK, TAKE_STOCK, WITNESS
from kiosk.stock.refusals import NotThere

blueprint = Blueprint("stock_forms", __name__, url_prefix="/stock/forms")
blueprint.before_request(below("office.stock.index"))


@blueprint.get("/")
@requires(SEE_STOCK, SOMEWHERE)
def index() -> str:
    """The last forms of a store, or those with a number or a thing. ?canteen= ?q= ?kind="""
    canteen, kind = chosen(SEE_STOCK), request.args.get("kind", "")
    text = request.args.get("q", "")[:60]
    return render_template(
        "office/stock/forms.html",
        canteen=canteen,
        canteens=canteens_for(SEE_STOCK),
        kinds=KINDS,
        kind=kind if kind in KINDS else "",
        text=text,
        forms=queries.forms(canteen.id, text, kind if kind in KINDS else ""),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(KEEP_STOCK, SOMEWHERE)
def new() -> Answer:
    """Issue from the store, or write off: a grid like that of a sheet. ?canteen= ?kind=lost"""
    canteen, form = chosen(KEEP_STOCK), IssueForm()
    if request.method != "POST":
        form.sent.data, form.day.data = new_key(), school.today().isoformat()
        form.kind.data = LOST if request.args.get("kind") == LOST else ISSUED
        return _grid("new", canteen, form, reading.ISSUE, reading.Table()), 200
    table, lines = reading.typed(request.form, reading.ISSUE)
    if form.validate_on_submit() and not table.errors:
        try:
            found = services.issue(
                by=actor(),
                sent=form.sent.data or new_key(),
                canteen=canteen,
                day=form.day.declared.read(form.day.data),
                kind=form.kind.data,
                number=form.number.data or "",
                reason=form.reason.data or "",
                lines=lines,
            )
        except NotThere as problem:
            table.errors |= problem.errors
        except Invalid as problem:
            at_field(form, problem)
        else:
            return done(_("Written. Whoever takes it confirms it now."), url_for(".show", number=found.id))
    return _grid("new", canteen, form, reading.ISSUE, table), 422


@blueprint.route("/opening", methods=["GET", "POST"])
@requires(KEEP_STOCK, SOMEWHERE)
def opening() -> Answer:
    """What lies in store at the beginning. ?canteen="""
    canteen, form = chosen(KEEP_STOCK), OpeningForm()
    if request.method != "POST":
        form.sent.data, form.day.data = new_key(), school.today().isoformat()
        return _grid("opening", canteen, form, reading.OPENING, reading.Table()), 200
    table, lines = reading.typed(request.form, reading.OPENING)
    if form.validate_on_submit() and not table.errors:
        try:
            found = services.open_stock(
                by=actor(),
                sent=form.sent.data or new_key(),
                canteen=canteen,
                day=form.day.declared.read(form.day.data),
                lines=lines,
            )
        except Invalid as problem:
            at_field(form, problem)
        else:
            return done(_("Entered. Another person signs it now."), url_for(".show", number=found.id))
    return _grid("opening", canteen, form, reading.OPENING, table), 422


def _grid(name: str, canteen: Any, form: Any, columns: Sequence[Any], table: reading.Table) -> str:
    return render_template(
        f"office/stock/{name}.html",
        canteen=canteen,
        canteens=canteens_for(KEEP_STOCK),
        form=form,
        columns=columns,
        table=table,
        items=queries.items(canteen.id),
        grid=reading.for_grid(columns, url_for(".paste", what=name)),
    )


@blueprint.post("/paste/<what>")
@requires(KEEP_STOCK, SOMEWHERE)
@own_transaction
def paste(what: str) -> Response:
    """What pasted cells are, as rows of the grid; nothing is kept."""
    sent = json_input.read(request.get_data())
    rows = sent.values.get("rows")
    if not isinstance(rows, list) or len(rows) > MOST_LINES or not all(map(_is_row, rows)):
        raise json_input.wrong("rows")
    columns = reading.OPENING if what == "opening" else reading.ISSUE
    return jsonify(reading.pasted(columns, rows, sent.text("first", 40)))


def _is_row(row: Any) -> bool:
    return (
        isinstance(row, list)
        and len(row) <= MOST_COLUMNS
        and all(isinstance(text, str) and len(text) <= reading.MOST_TEXT for text in row)
    )


@blueprint.get("/<int:number>")
@requires(SEE_STOCK, of_form)
def show(number: int) -> str:
    """A form: its lines, what they took, who wrote and who confirmed it."""
    return _shown(queries.form(number), BackForm())


def _shown(found: StockForm, form: BackForm) -> str:
    who, place = actor(), place_at(found.canteen)
    waits = found.state == WAITING
    return render_template(
        "office/stock/form.html",
        found=found,
        form=form,
        own=waits and is_among(who.person, [found.person_id or 0]),
        may=waits and who.may(TAKE_STOCK if found.kind == ISSUED else WITNESS, place),
        is_received=found.kind == RECEIVED,
        taker=found.kind == ISSUED,
    )


@blueprint.get("/<int:number>/print")
@requires(SEE_STOCK, of_form)
def printed(number: int) -> str:
    """A form on paper."""
    return render_template("office/stock/print.html", found=queries.form(number))


@blueprint.post("/<int:number>/confirm")
@requires(SEE_STOCK, of_form)
def confirm(number: int) -> Response:
    """It came as it stands."""
    services.confirm(by=actor(), form=queries.form(number))
    return done(_("Confirmed."), url_for(".show", number=number))


@blueprint.post("/<int:number>/back")
@requires(SEE_STOCK, of_form)
def back(number: int) -> Answer:
    """It is not as the form says: all of it goes back."""
    found, form = queries.form(number), BackForm()
    if form.validate_on_submit():
        try:
            services.give_back(by=actor(), form=found, reason=form.reason.data)
        except (Invalid, Conflict) as problem:
            if problem.field not in form and not isinstance(problem, Conflict):
                raise
            form.reason.errors = [*form.reason.errors, str(problem)]
        else:
            return done(_("Given back: the store is as it was before."), url_for(".show", number=number))
    return _shown(found, form), 422
