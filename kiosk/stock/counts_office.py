"""The count of a store in the office and on a phone: begun, typed, signed, and signed by another."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Invalid
from kiosk.core.formats import whole
from kiosk.core.i18n import Text, _
from kiosk.core.security import SOMEWHERE, requires
from kiosk.core.web import actor
from kiosk.core.web.navigation import below
from kiosk.persons.queries import is_among
from kiosk.postings.queries import place_at
from kiosk.school import queries as school
from kiosk.stock import queries, services
from kiosk.stock.doors import canteens_for, chosen, new_key, of_count
from kiosk.stock.forms import BackForm, CountForm
from kiosk.stock.models import COUNTED_QUANTITY, OPEN, SIGNED, StockCount
from kiosk.stock.permissions import KEEP_STOCK, SEE_STOCK, WITNESS
from kiosk.stock.refusals import Moved, NotThere
from kiosk.stock.services.counts import Counted

blueprint = Blueprint("stock_counts", __name__, url_prefix="/stock/counts")
blueprint.before_request(below("office.stock.index"))
Typed = Mapping[str, str]


@blueprint.route("/new", methods=["GET", "POST"])
@requires(KEEP_STOCK, SOMEWHERE)
def new() -> Answer | Response:
    """Begin a count; one that is open goes on. ?canteen="""
    canteen, form = chosen(KEEP_STOCK), CountForm()
    there = queries.open_count(canteen.id)
    if there is not None:
        return redirect(url_for(".show", number=there.id))
    if request.method != "POST":
        form.sent.data, form.day.data = new_key(), school.today().isoformat()
    if saved := save(form, lambda: _begin(form, canteen)):
        return redirect(url_for(".show", number=saved.result.id))
    text = render_template(
        "office/stock/count_new.html", form=form, canteen=canteen, canteens=canteens_for(KEEP_STOCK)
    )
    return page(text, form)


def _begin(form: CountForm, canteen: Any) -> StockCount:
    day = form.day.declared.read(form.day.data)
    return services.begin_count(by=actor(), sent=form.sent.data or new_key(), canteen=canteen, day=day)


@blueprint.route("/<int:number>", methods=["GET", "POST"])
@requires(SEE_STOCK, of_count)
def show(number: int) -> Answer:
    """The list: typed while it is open, with the differences once it is signed."""
    found = queries.count(number)
    if request.method != "POST":
        return _page(found, _stored(found), {}, BackForm()), 200
    errors: dict[tuple[int, str], Text] = {}
    typed = {line.id: _read(line.id, errors) for line in found.lines}
    revision, problem = whole(request.form.get("revision")) or 0, ""
    if not errors:
        write = services.sign_count if "sign" in request.form else services.save_count
        try:
            write(by=actor(), count=found, revision=revision, typed=typed)
        except NotThere as refused:
            errors, problem = refused.errors, _("Not signed yet: some lines need another look.")
        except Moved as refused:
            fresh = queries.count(number)
            return _page(fresh, request.form, {}, BackForm(), str(refused)), 409
        else:
            text = _("Signed. Another person signs it now.") if "sign" in request.form else _("Saved.")
            return done(text, url_for(".show", number=number))
    return _page(found, request.form, errors, BackForm(), problem), 422


def _read(line: int, errors: dict[tuple[int, str], Text]) -> Counted:
    reason = request.form.get(f"reason-{line}", "")
    try:
        return Counted(COUNTED_QUANTITY.read(request.form.get(f"counted-{line}", "")), reason)
    except Invalid as problem:
        errors[line, "counted"] = str(problem)
        return Counted(None, reason)


def _stored(found: StockCount) -> dict[str, str]:
    """What was counted, as it would be typed."""
    typed = {}
    for line in found.lines:
        if line.counted is not None:
            typed[f"counted-{line.id}"] = COUNTED_QUANTITY.plain(line.item.in_unit(line.counted))
        typed[f"reason-{line.id}"] = line.reason
    return typed


def _page(
    found: StockCount, typed: Typed, errors: Mapping[Any, Text], form: BackForm, problem: str = ""
) -> str:
    who, place = actor(), place_at(found.canteen)
    return render_template(
        "office/stock/count.html",
        count=found,
        typed=typed,
        errors=errors,
        problem=problem,
        form=form,
        counts=found.state == OPEN and who.may(KEEP_STOCK, place),
        closes=found.state == SIGNED and who.may(WITNESS, place),
        own=is_among(who.person, [found.person_id]),
        now=_stored(found) if problem else {},
    )


@blueprint.post("/<int:number>/close")
@requires(WITNESS, of_count)
def close(number: int) -> Response:
    """Sign as the second person; the differences are booked."""
    revision = whole(request.form.get("revision")) or 0
    services.close_count(by=actor(), count=queries.count(number), revision=revision)
    return done(_("Closed. The differences are booked."), url_for(".show", number=number))


@blueprint.post("/<int:number>/back")
@requires(WITNESS, of_count)
def back(number: int) -> Answer:
    """Send it back to be counted again."""
    found, form, revision = queries.count(number), BackForm(), whole(request.form.get("revision")) or 0
    write = lambda: services.send_back(by=actor(), count=found, revision=revision, reason=form.reason.data)  # noqa: E731
    if save(form, write):
        return done(_("Sent back to be counted again."), url_for(".show", number=number))
    return page(_page(found, _stored(found), {}, form), form)


@blueprint.get("/<int:number>/print")
@requires(SEE_STOCK, of_count)
def printed(number: int) -> str:
    """The list on paper: empty to be filled in, or with the differences and their reasons."""
    return render_template("office/stock/count_print.html", count=queries.count(number))
