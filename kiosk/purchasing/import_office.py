"""Bringing in a ledger file: choose it, see what it would bring, mend, confirm."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.core.errors import Forbidden, Problem
from kiosk.core.forms import at_field
from kiosk.core.i18n import _, lazy, ngettext
from kiosk.core.security import requires
from kiosk.core.web import account, named, user
from kiosk.counters import queries as counters
from kiosk.purchasing import imports
from kiosk.purchasing.checks import FIELDS
from kiosk.purchasing.forms import ImportForm
from kiosk.purchasing.grid import LABELS
from kiosk.purchasing.models import PurchaseImport
from kiosk.purchasing.permissions import EDIT_DRAFTS, POST_PURCHASES
from kiosk.purchasing.tabs import room
from kiosk.staff import queries as staff

blueprint = Blueprint("imports", __name__, url_prefix="/purchasing/import")
blueprint.context_processor(room)

Answer = Response | str | tuple[str, int]
PASTED = "pasted.txt"


@blueprint.route("", methods=["GET", "POST"])
@requires(EDIT_DRAFTS)
def new() -> Answer:
    """Choose a file, or paste a text; what it would bring is shown next, and nothing is changed yet."""
    form = ImportForm()
    form.canteen.choices = [(one.code, named(one)) for one in counters.canteens()]
    if form.validate_on_submit():
        file = form.file.data
        data, name = (file.read(), file.filename or "file") if file else (form.pasted.data.encode(), PASTED)
        try:
            canteen = counters.canteen(form.canteen.data)
            waiting = imports.keep(by=user(), canteen=canteen, data=data, file_name=name)
            return redirect(url_for(".show", import_id=waiting.id))
        except Problem as problem:
            problem.field = problem.field or ("file" if file else "pasted")
            at_field(form, problem)
    return render_template("office/imports/new.html", form=form), 422 if form.errors else 200


@blueprint.get("/<int:import_id>")
@requires(EDIT_DRAFTS)
def show(import_id: int) -> Answer:
    """What a file would bring, with each line's row and each problem where it can be mended."""
    return _page(imports.waiting_import(import_id))


def _page(waiting: PurchaseImport, problem: Problem | None = None) -> Answer:
    page = render_template(
        "office/imports/show.html",
        waiting=waiting,
        shown=imports.shown(waiting),
        fields=[name for name in FIELDS if name not in ("batch", "shelf_life")],
        labels=LABELS,
        people=staff.people(),
        describe=imports.describe,
        problem=problem,
    )
    return page, problem.status if problem else 200


@blueprint.post("/<int:import_id>/table")
@requires(EDIT_DRAFTS)
def table(import_id: int) -> Answer:
    """Read another table of the same file."""
    waiting = imports.waiting_import(import_id)
    imports.choose_table(by=user(), waiting=waiting, table=request.form.get("table", "")[:80])
    return redirect(url_for(".show", import_id=import_id))


@blueprint.post("/<int:import_id>")
@requires(EDIT_DRAFTS)
def confirm(import_id: int) -> Answer:
    """Keep what was mended; with `confirm` make sheets of it, posted at once with `post`."""
    waiting = imports.waiting_import(import_id)
    if waiting.confirmed_at is not None:  # a second click
        return redirect(url_for("office.purchasing.index"))
    imports.mend(by=user(), waiting=waiting, typed=request.form)
    wish = request.form.get("do")
    if wish not in ("post", "draft"):
        flash(_("Kept. Nothing is brought in yet."), "good")
        return redirect(url_for(".show", import_id=import_id))
    if wish == "post" and not account().may(POST_PURCHASES):
        raise Forbidden(lazy("Your account may write sheets, but not post them."))
    try:
        versions = imports.confirm(
            by=user(), waiting=waiting, post=wish == "post", leave_out="leave_out" in request.form
        )
    except imports.NotReady as problem:
        problem.status = 200  # what was mended is kept, so the answer may not undo it
        return _page(waiting, problem)
    count = len(versions)
    if wish == "post":
        flash(ngettext("%(num)s sheet posted.", "%(num)s sheets posted.", count), "good")
    else:
        flash(ngettext("%(num)s draft made.", "%(num)s drafts made.", count), "good")
    if count == 1:
        return redirect(url_for("office.purchasing.sheet", sheet_id=versions[0].sheet_id))
    return redirect(url_for("office.purchasing.index"))


@blueprint.post("/<int:import_id>/discard")
@requires(EDIT_DRAFTS)
def discard(import_id: int) -> Answer:
    """Let it go."""
    imports.discard(by=user(), waiting=imports.waiting_import(import_id))
    flash(_("Nothing was brought in."), "good")
    return redirect(url_for(".new"))
