"""Bringing in the paper forms of a store: choose a file, see what it would do, bring it in."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.core import uploads
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Conflict, Invalid, NotFound, Problem
from kiosk.core.forms import at_field, choices
from kiosk.core.i18n import _, lazy, ngettext
from kiosk.core.security import SOMEWHERE, requires, sign, unsign
from kiosk.core.web import actor, named, takes_files
from kiosk.core.web.navigation import below
from kiosk.purchasing import queries as purchasing
from kiosk.purchasing.queries import Paper
from kiosk.stock import queries, services
from kiosk.stock.doors import canteens_for, chosen
from kiosk.stock.forms import BringForm, PapersForm
from kiosk.stock.models import ISSUED, KINDS, RECEIVED, STRAIGHT
from kiosk.stock.permissions import KEEP_STOCK
from kiosk.stock.services import Brought, Wanted

blueprint = Blueprint("stock_papers", __name__, url_prefix="/stock/papers")
blueprint.before_request(below("office.stock.index"))
PURPOSE = "stock papers"
MOST_BYTES = 5 * 2**20
CHOICES = (RECEIVED, STRAIGHT, ISSUED)
STRAIGHT_WORDS = ("未入库", "直接", "direct")
Json = dict[str, Any]


@blueprint.route("", methods=["GET", "POST"])
@requires(KEEP_STOCK, SOMEWHERE)
@takes_files(lambda: None, MOST_BYTES)
def new() -> Answer:
    """Choose a file; what it would do is shown next, and nothing is written yet."""
    form = PapersForm()
    form.canteen.choices = choices([(one.code, named(one)) for one in canteens_for(KEEP_STOCK)])
    if saved := save(form, lambda: _waiting(form)):
        address = url_for(".look", waiting=saved.result, canteen=form.canteen.data)
        return redirect(address, 303)
    return page(render_template("office/stock/papers_new.html", form=form), form)


def _waiting(form: PapersForm) -> str:
    """Read the file, and lay what was read where it waits; the file itself is not kept."""
    sent = form.file.data
    if not sent or not sent.filename:
        raise Invalid(lazy("Please choose a file."), field="file")
    try:
        papers = purchasing.papers(sent.read(), sent.filename)
    except Problem as problem:
        raise Invalid(str(problem), field="file") from problem
    content = {"name": sent.filename[-120:], "tables": [_stored(one) for one in papers]}
    if not any(one["forms"] for one in content["tables"]):
        told = "、".join(f"{one.table}（{one.what}）" if one.what else one.table for one in papers[:12])
        text = lazy("No issue, receipt or list of direct purchases was found in it. It has: %(tables)s.")
        raise Invalid(text, field="file", tables=told or "—")
    data = json.dumps(content, ensure_ascii=False).encode()
    return sign(PURPOSE, bytes.fromhex(uploads.wait(data)))


def _stored(one: Paper) -> Json:
    title = f"{one.table}{one.title}".lower()
    kind = ISSUED if one.kind == "issue" else RECEIVED
    if kind == RECEIVED and any(word in title for word in STRAIGHT_WORDS):
        kind = STRAIGHT
    return {
        "table": one.table,
        "what": one.what,
        "kind": kind,
        "forms": [_form(sheet) for sheet in one.sheets],
        "problems": [problem.placed for problem in one.problems],
    }


def _form(sheet: Any) -> Json:
    lines = [
        {
            "item": line.item[:60],
            "specification": line.specification[:60],
            "unit": line.unit[:20],
            "quantity": int(line.quantity.scaleb(3)),
            "remark": line.remark[:200],
            "unit_price": int(line.unit_price.scaleb(4)),
            "batch": line.batch[:40],
            "shelf_life": line.shelf_life,
            "row": line.row,
        }
        for line in sheet.lines
    ]
    bad = [[one.row, "；".join(str(problem.message) for problem in one.problems)] for one in sheet.bad_lines]
    day = sheet.date.isoformat() if sheet.date else ""
    return {"day": day, "number": sheet.number[:40], "lines": lines, "bad": bad}


def _found(waiting: str) -> Json:
    """What was read of the file that waits under this signed name. NotFound once it is gone."""
    try:
        data = uploads.waiting(unsign(PURPOSE, waiting).hex())
    except ValueError:
        data = None
    if data is None:
        raise NotFound(lazy("The file is not here any more; please choose it again."))
    return dict(json.loads(data))


def _papers(found: Json, kinds: dict[str, str]) -> Iterator[Brought]:
    for table in found["tables"]:
        kind = kinds[table["table"]]
        for one in table["forms"] if kind else ():
            if one["day"] and one["lines"] and not one["bad"]:
                lines = tuple(_wanted(line, kind, one["day"]) for line in one["lines"])
                yield Brought(kind, date.fromisoformat(one["day"]), one["number"], lines, table["table"])


def _wanted(line: Json, kind: str, day: str) -> Wanted:
    told = {name: value for name, value in line.items() if name != "shelf_life"}
    if kind != RECEIVED:
        return Wanted(**{**told, "batch": ""})
    return Wanted(
        **told, expires=queries.last_day(line["shelf_life"], line["batch"], date.fromisoformat(day))
    )


def _kinds(tables: Iterable[Json]) -> dict[str, str]:
    """What each table is taken for: as it was read, or as somebody says; "" leaves it out."""
    said = {}
    for number, one in enumerate(tables):
        wish = request.values.get(f"kind-{number}", one["kind"])
        said[one["table"]] = wish if wish in (*CHOICES, "") else one["kind"]
    return said


@blueprint.route("/<waiting>", methods=["GET", "POST"])
@requires(KEEP_STOCK, SOMEWHERE)
def look(waiting: str) -> Answer:
    """What a file would do to the store, form by form; then it is imported."""
    found, form, canteen = _found(waiting), BringForm(), chosen(KEEP_STOCK)
    kinds = _kinds(found["tables"])
    papers = list(_papers(found, kinds))
    status = 200
    if request.form.get("do") == "bring":
        status = 422
        if form.validate_on_submit():
            try:
                made = services.bring_in(
                    by=actor(),
                    canteen=canteen,
                    papers=papers,
                    reason=form.reason.data or "",
                    opening="opening" in request.form,
                )
            except (Invalid, Conflict) as problem:
                at_field(form, problem)
                status = problem.status
            else:
                return _done(len(made), canteen.code)
    text = render_template(
        "office/stock/papers.html",
        found=found,
        form=form,
        canteen=canteen,
        kinds=kinds,
        choices=[(one, KINDS[one]) for one in CHOICES],
        kind_labels=KINDS,
        outlook=services.outlook(canteen, papers),
        unread=[
            (table["table"], one)
            for table in found["tables"]
            for one in table["forms"]
            if kinds[table["table"]] and (one["bad"] or not one["day"])
        ],
    )
    return text, status


def _done(number: int, code: str) -> Response:
    """Where it leads; what was all there already is said, and nothing was done."""
    address = url_for("office.stock_forms.index", canteen=code)
    if not number:
        return done(_("All of it was imported before; nothing was changed."), address)
    return done(ngettext("%(num)s form was imported.", "%(num)s forms were imported.", number), address)
