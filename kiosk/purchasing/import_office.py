"""Bringing in a ledger file: choose it, see what it would bring, mend, confirm."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.core.actor import Place
from kiosk.core.db import transaction
from kiosk.core.edit import page, save
from kiosk.core.errors import Conflict, Forbidden, Invalid, Problem
from kiosk.core.formats import whole
from kiosk.core.forms import choices
from kiosk.core.i18n import Text, _, lazy, ngettext
from kiosk.core.security import SOMEWHERE, requires
from kiosk.core.web import account, actor, named, own_transaction
from kiosk.counters import queries as counters
from kiosk.postings.queries import place_at
from kiosk.purchasing import imports
from kiosk.purchasing.checks import FIELDS
from kiosk.purchasing.forms import ImportForm
from kiosk.purchasing.grid import LABELS
from kiosk.purchasing.ledger import COLUMN_FIELDS
from kiosk.purchasing.models import PurchaseImport
from kiosk.purchasing.people import choices as choices_of_people
from kiosk.purchasing.permissions import EDIT_DRAFTS, POST_PURCHASES
from kiosk.purchasing.tabs import room

blueprint = Blueprint("imports", __name__, url_prefix="/purchasing/import")
blueprint.context_processor(room)

Answer = Response | str | tuple[str, int]
PASTED = "pasted.txt"
SELDOM = ("batch", "shelf_life", "remark", "item_class")
"""Columns that are shown only where a line has them."""
COLUMN_LABELS: dict[str, Text] = {
    "day": lazy("Day"),
    "number": lazy("Number on the paper form"),
    "canteen": lazy("Canteen"),
    "purchaser": lazy("Purchaser"),
    "custodian": lazy("Custodian"),
    "receiver": lazy("Receivers"),
    "specification+unit": lazy("Specification and unit"),
}
"""What a column may be besides a field of a line."""


def of_import(import_id: int) -> Place:
    """Where an import belongs; where its sheets go is asked for each of them."""
    return place_at(imports.waiting_import(import_id).canteen)


@blueprint.route("", methods=["GET", "POST"])
@requires(EDIT_DRAFTS, SOMEWHERE)
def new() -> Answer:
    """Choose a file, or paste a text; what it would bring is shown next, and nothing is changed yet."""
    form = ImportForm()
    form.canteen.choices = choices([(canteen.code, named(canteen)) for canteen in counters.canteens()])
    if saved := save(form, lambda: _keep(form)):
        return redirect(url_for(".show", import_id=saved.result.id))
    return page(render_template("office/imports/new.html", form=form), form)


def _keep(form: ImportForm) -> PurchaseImport:
    """Keep what was sent; what is wrong with it is said beside the file, or beside the pasted text."""
    file, canteen = form.file.data, counters.canteen(form.canteen.data)
    data, name = (file.read(), file.filename or "file") if file else (form.pasted.data.encode(), PASTED)
    try:
        return imports.keep(by=actor(), canteen=canteen, data=data, file_name=name)
    except Forbidden:
        raise
    except Problem as problem:
        raise Invalid(str(problem), field=problem.field or ("file" if file else "pasted")) from problem


@blueprint.get("/<int:import_id>")
@requires(EDIT_DRAFTS, of_import)
def show(import_id: int) -> Answer:
    """What a file would bring, each line where it can be mended; once it is over, the sheets it became."""
    return _page(imports.waiting_import(import_id))


def _page(waiting: PurchaseImport, problem: Problem | None = None, meanwhile: Sequence[Text] = ()) -> Answer:
    if waiting.confirmed_at is not None:
        return render_template("office/imports/done.html", waiting=waiting, sheets=imports.sheets_of(waiting))
    review = imports.review_of(waiting)
    used = {name for sheet in review.sheets for line in sheet.lines for name in line.texts}
    text = render_template(
        "office/imports/show.html",
        waiting=waiting,
        review=review,
        fields=[name for name in FIELDS if name not in SELDOM or name in used],
        labels=LABELS,
        column_labels={name: COLUMN_LABELS.get(name) or LABELS[name] for name in COLUMN_FIELDS},
        people=[name for name, _readings, _post in choices_of_people()],
        canteens=counters.canteens(),
        before=imports.sheets_of(review.before) if review.before else [],
        elsewhere=imports.waits_elsewhere(waiting),
        problem=problem,
        meanwhile=meanwhile,
        revision=imports.revision_of(waiting),
    )
    return text, problem.status if problem else 200


@blueprint.post("/<int:import_id>/table")
@requires(EDIT_DRAFTS, of_import)
def table(import_id: int) -> Answer:
    """Read another table of the same file, or the same with other columns, or as purchases all the same."""
    waiting = imports.waiting_import(import_id)
    if others := imports.mend(by=actor(), waiting=waiting, typed=request.form):
        return _page(waiting, imports.ChangedMeanwhile(), others.texts)
    columns = [text if text in COLUMN_FIELDS else "" for text in request.form.getlist("column")]
    wish = imports.Reading(
        table=request.form["table"][:80] if "table" in request.form else None,
        as_purchases="as_purchases" in request.form,
        columns=columns if "columns" in request.form else None,
    )
    imports.read_again(by=actor(), waiting=waiting, wish=wish)
    return redirect(url_for(".show", import_id=import_id))


@blueprint.post("/<int:import_id>")
@requires(EDIT_DRAFTS, of_import)
@own_transaction
def confirm(import_id: int) -> Answer:
    """Keep what was mended, always; then, as `do` says, make drafts of it or post it."""
    address = url_for(".show", import_id=import_id)
    with transaction():
        waiting = imports.waiting_import(import_id)
        if waiting.confirmed_at is not None:
            _say_who_ended(waiting)
            return redirect(address)
        others = imports.mend(by=actor(), waiting=waiting, typed=request.form)
        revision = imports.revision_of(waiting)
    if others:
        return _page(waiting, imports.ChangedMeanwhile(), others.texts)
    wish = request.form.get("do")
    if wish not in ("post", "draft"):
        if opened := request.form.get("open"):
            return redirect(f"{address}#l{opened}")
        flash(_("Kept. Nothing is imported yet."), "good")
        return redirect(address)
    if wish == "post" and not account().may_somewhere(POST_PURCHASES):
        raise Forbidden(lazy("Your account may write sheets, but not post them."))
    return _confirm(waiting, post=wish == "post", revision=revision)


def _say_who_ended(waiting: PurchaseImport) -> None:
    """A second click finds what the first one made; who typed while another ended it is told so."""
    by = waiting.preview.get("by", str(actor()))
    if by != str(actor()):
        text = _("%(by)s finished this import meanwhile. Nothing that you typed was saved.", by=by)
        flash(text, "warn")


def _confirm(waiting: PurchaseImport, *, post: bool, revision: int) -> Answer:
    try:
        with transaction():
            postings = imports.confirm(
                by=actor(),
                waiting=waiting,
                post=post,
                leave_out="leave_out" in request.form,
                revision=revision,
            )
    except (imports.NotReady, Conflict) as problem:
        return _page(imports.waiting_import(waiting.id), problem)
    count = len(postings)
    if post:
        flash(ngettext("%(num)s sheet posted.", "%(num)s sheets posted.", count), "good")
    else:
        flash(ngettext("%(num)s draft made.", "%(num)s drafts made.", count), "good")
    if count == 1 and not waiting.preview.get("passed_over"):
        return redirect(url_for("office.purchasing.sheet", sheet_id=postings[0].id))
    return redirect(url_for(".show", import_id=waiting.id))


@blueprint.post("/<int:import_id>/discard")
@requires(EDIT_DRAFTS, of_import)
def discard(import_id: int) -> Answer:
    """Let it go; what was confirmed meanwhile shows what it became."""
    waiting = imports.waiting_import(import_id)
    try:
        imports.discard(by=actor(), waiting=waiting, revision=whole(request.form.get("revision")))
    except imports.ChangedMeanwhile as problem:
        return _page(waiting, problem)
    except Conflict as problem:
        flash(str(problem), "warn")
        return redirect(url_for(".show", import_id=import_id))
    flash(_("Nothing was imported."), "good")
    return redirect(url_for(".new"))
