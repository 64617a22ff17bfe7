"""What lies in store, thing by thing, and the ledger of a month; as a page, on paper, as CSV and JSON."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from kiosk.core import open_data as edge
from kiosk.core.edit import Answer, done
from kiosk.core.field import Money, Quantity, UnitPrice
from kiosk.core.formats import month_at, whole
from kiosk.core.i18n import _, lazy
from kiosk.core.security import SOMEWHERE, requires
from kiosk.core.tabular import csv_parts
from kiosk.core.web import actor
from kiosk.counters.models import Canteen
from kiosk.postings.queries import place_at
from kiosk.school import queries as school
from kiosk.stock import queries, services
from kiosk.stock.doors import canteens_for, chosen, of_batch, of_item
from kiosk.stock.forms import ExpiryForm
from kiosk.stock.models import KINDS, StockItem
from kiosk.stock.permissions import KEEP_STOCK, SEE_STOCK

blueprint = Blueprint("stock", __name__, url_prefix="/stock")
_MONEY = Money(name="", label=lazy("Amount"))
_QUANTITY = Quantity(name="", label=lazy("Quantity"))
_PRICE = UnitPrice(name="", label=lazy("Unit price"))
MOST_FORMS = 12


@blueprint.get("/")
@requires(SEE_STOCK, SOMEWHERE)
def index() -> str:
    """The balance of every thing, what ends soon, and what waits. ?canteen= ?q= ?all="""
    canteen, text, today = chosen(SEE_STOCK), request.args.get("q", "")[:60], school.today()
    return render_template(
        "office/stock/index.html",
        canteen=canteen,
        canteens=canteens_for(SEE_STOCK),
        text=text,
        everything="all" in request.args,
        items=queries.items(canteen.id, text, everything="all" in request.args),
        worth=queries.worth(canteen.id),
        ending=queries.expiring([canteen.id], today),
        waiting=queries.waiting([canteen.id]),
        forms=queries.forms(canteen.id, text, most=MOST_FORMS),
        counts=queries.counts([canteen.id])[:3],
        due=queries.count_due(canteen.id, today),
        is_begun=queries.is_begun(canteen.id),
        keeps=actor().may(KEEP_STOCK, place_at(canteen)),
        today=today,
    )


@blueprint.get("/items/<int:number>")
@requires(SEE_STOCK, of_item)
def item(number: int) -> str:
    """A thing: its batches, and every move with its form. ?before= a move's number"""
    return _item(number, ExpiryForm())


def _item(number: int, form: ExpiryForm, wrong: int = 0) -> str:
    found, before = queries.item(number), whole(request.args.get("before"))
    rows = queries.moves(number, before)
    return render_template(
        "office/stock/item.html",
        item=found,
        batches=queries.batches([number]),
        moves=rows[: queries.PAGE],
        more=rows[queries.PAGE - 1].id if len(rows) > queries.PAGE else None,
        form=form,
        wrong=wrong,
        keeps=actor().may(KEEP_STOCK, place_at(found.canteen)),
        today=school.today(),
    )


@blueprint.post("/batches/<int:number>/expires")
@requires(KEEP_STOCK, of_batch)
def expires(number: int) -> Answer:
    """Note until which day a batch keeps."""
    batch, form = queries.batch(number), ExpiryForm()
    if not form.validate_on_submit():
        return _item(batch.item_id, form, number), 422
    day = form.expires.declared.read(form.expires.data)
    services.note_expiry(by=actor(), batch=batch, expires=day)
    return done(_("The last day was noted."), url_for(".item", number=batch.item_id))


def _month() -> tuple[date, date]:
    """The month of ?month=, this one where none is asked for."""
    first = month_at(request.args.get("month", "")) or school.today().replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return first, following - timedelta(days=1)


@blueprint.get("/ledger")
@requires(SEE_STOCK, SOMEWHERE)
def ledger() -> str:
    """The ledger of a month to print: opening, received, issued, counted, closing. ?canteen= ?month="""
    canteen, (first, last) = chosen(SEE_STOCK), _month()
    lines = queries.month_lines(canteen.id, first, last)
    names = ("opening_worth", "came_worth", "went_worth", "counted_worth", "closing_worth")
    return render_template(
        "office/stock/ledger.html",
        canteen=canteen,
        first=first,
        before=first - timedelta(days=1),
        after=last + timedelta(days=1) if last < school.today() else None,
        lines=lines,
        sums={name: sum(getattr(one, name) for one in lines) for name in names},
    )


BALANCE = (
    ("canteen", "食堂"),
    ("item", "品名"),
    ("specification", "规格"),
    ("unit", "单位"),
    ("quantity", "结存数量"),
    ("worth", "结存金额"),
)
MOVES = (
    ("day", "日期"),
    ("form", "单据编号"),
    ("number", "纸质单号"),
    ("kind", "类型编号"),
    ("kind_name", "类型"),
    ("item", "品名"),
    ("specification", "规格"),
    ("unit", "单位"),
    ("quantity", "数量"),
    ("unit_price", "批次单价"),
    ("amount", "金额"),
    ("batch", "批号"),
    ("expires", "到期日"),
)
"""Names of the columns in JSON and CSV."""


@blueprint.get("/balance.csv")
@requires(SEE_STOCK, SOMEWHERE)
def balance_csv() -> Response:
    """What lies in store, as CSV. ?canteen="""
    rows = _balance(chosen(SEE_STOCK))
    parts = csv_parts([label for _name, label in BALANCE], ([*row.values()] for row in rows))
    return edge.answer_file(parts, "text/csv; charset=utf-8", f"stock_{school.today()}.csv")


@blueprint.get("/balance.json")
@requires(SEE_STOCK, SOMEWHERE)
def balance_json() -> Answered:
    """The same as JSON."""
    return jsonify(day=school.today().isoformat(), balance=[*_balance(chosen(SEE_STOCK))])


def _balance(canteen: Canteen) -> Iterator[dict[str, Any]]:
    for one in queries.items(canteen.id):
        yield {
            "canteen": canteen.code,
            **_thing(one),
            "quantity": _QUANTITY.plain(one.in_unit(one.balance)),
            "worth": _MONEY.plain(one.worth),
        }


def _thing(one: StockItem) -> dict[str, str]:
    return {"item": one.item, "specification": one.specification, "unit": one.unit}


@blueprint.get("/moves.csv")
@requires(SEE_STOCK, SOMEWHERE)
def moves_csv() -> Response:
    """Every move from ?from= to ?to=, as CSV. ?canteen="""
    first, last = edge.span(school.today())
    rows = _moves(chosen(SEE_STOCK), first, last)
    parts = csv_parts([label for _name, label in MOVES], ([*row.values()] for row in rows))
    return edge.answer_file(parts, "text/csv; charset=utf-8", f"stock_moves_{first}_{last}.csv")


@blueprint.get("/moves.json")
@requires(SEE_STOCK, SOMEWHERE)
def moves_json() -> Answered:
    """The same as JSON."""
    first, last = edge.span(school.today())
    rows = [*_moves(chosen(SEE_STOCK), first, last)]
    return jsonify({"from": first.isoformat(), "to": last.isoformat(), "moves": rows})


def _moves(canteen: Canteen, first: date, last: date) -> Iterator[dict[str, Any]]:
    for move, thing in queries.moves_between(canteen.id, first, last):
        yield {
            "day": move.day.isoformat(),
            "form": move.form_id,
            "number": move.form.number,
            "kind": move.form.kind,
            "kind_name": str(KINDS[move.form.kind]),
            **_thing(thing),
            "quantity": _QUANTITY.plain(thing.in_unit(move.quantity)),
            "unit_price": _PRICE.plain(move.batch.unit_price),
            "amount": _MONEY.plain(move.amount),
            "batch": move.batch.batch,
            "expires": move.batch.expires.isoformat() if move.batch.expires else "",
        }
