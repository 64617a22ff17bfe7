"""Filling a posting from a file: choose it, see what it would bring, confirm."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import FileField

from kiosk.core import edit
from kiosk.core.edit import Answer
from kiosk.core.errors import Forbidden, Invalid, NotFound, Problem
from kiosk.core.forms import Form
from kiosk.core.i18n import _, lazy, ngettext
from kiosk.core.security import requires
from kiosk.core.web import account, actor
from kiosk.postings import queries, services
from kiosk.postings.files import preview_of
from kiosk.postings.forms import offered_places, start_form
from kiosk.postings.models import PostingImport
from kiosk.postings.permissions import VIEW_POSTINGS
from kiosk.postings.queries import Kind

blueprint = Blueprint("posting_files", __name__, url_prefix="/postings/files")
MOST_SHOWN = 200
"""Lines that the preview shows; the others are counted."""


class FileForm(Form):
    """The file."""

    file = FileField(lazy("File (.xlsx, .xls, CSV, TSV)"))


@blueprint.route("/new/<slug>", methods=["GET", "POST"])
@requires(VIEW_POSTINGS)
def new(slug: str) -> Answer:
    """Choose whose it is, for when, and the file; what it would bring is shown next."""
    kind = queries.kind_in_use(slug)
    if not kind.takes_files:
        raise NotFound
    if not account().may_somewhere(kind.drafts):
        raise Forbidden
    first, form = start_form(kind), FileForm()
    begun = edit.save(first, lambda: first) if request.method == "POST" else None
    if begun and (saved := edit.save(form, lambda: _keep(kind, first.data, form))):
        return edit.done(_("Nothing is stored yet: please look, then confirm."), _at(saved.result))
    return edit.page(
        render_template("office/postings/file.html", kind=kind, first=first, form=form), form, first
    )


def _keep(kind: Kind, begun: dict[str, Any], form: FileForm) -> PostingImport:
    file, places = form.file.data, {code: place for code, _label, place in offered_places(kind)}
    if not file or not file.filename:
        raise Invalid(lazy("Please choose a file."), field="file")
    code = begun.get("place", next(iter(places), ""))
    try:
        return services.keep_file(
            by=actor(),
            kind=kind,
            place=places.get(code),
            period=begun.get("period") or "",
            data=file.read(),
            file_name=file.filename,
        )
    except Forbidden:
        raise
    except Problem as problem:
        raise Invalid(str(problem), field=problem.field or "file") from problem


def _at(waiting: PostingImport) -> str:
    return url_for(".show", number=waiting.id)


def _own(number: int) -> tuple[Kind, PostingImport]:
    """The file under this number and its kind, for whoever may write there."""
    waiting = queries.waiting_file(number)
    kind = queries.kind_in_use(waiting.kind)
    kind.ask(kind.drafts, actor(), queries.place_at(waiting.place))
    return kind, waiting


@blueprint.get("/<int:number>")
@requires(VIEW_POSTINGS)
def show(number: int) -> str | Response:
    """What a file would bring: its lines with their rows, what is wrong, and what was not read."""
    kind, waiting = _own(number)
    there = queries.goal(waiting)
    if waiting.confirmed_at:
        return edit.done(_("This file was imported already."), _draft_at(waiting.posting_id or 0))
    found = preview_of(waiting.read)
    old = there.draft.rows if there and there.draft else []
    return render_template(
        "office/postings/preview.html",
        kind=kind,
        waiting=waiting,
        found=found,
        lines=list(zip(found.rows, found.texts, strict=True))[:MOST_SHOWN],
        said=_by_line(found.problems),
        apart=[one for one in found.problems if one.row not in found.rows],
        there=there,
        old=old,
        added=len(services.new_rows(old, found.texts)),
        before=queries.brought_before(waiting),
    )


def _by_line(problems: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for one in problems:
        found.setdefault(one.row, []).append(one)
    return found


def _draft_at(number: int) -> str:
    return url_for("office.postings.draft", number=number)


@blueprint.post("/<int:number>/confirm")
@requires(VIEW_POSTINGS)
def confirm(number: int) -> Answer:
    """Bring the lines into the draft."""
    _kind, waiting = _own(number)
    draft = services.bring_in(by=actor(), waiting=waiting, replace=request.form.get("how") == "replace")
    count = len(draft.rows)
    message = ngettext(
        "The draft now has %(num)s line. It is not posted yet.",
        "The draft now has %(num)s lines. It is not posted yet.",
        count,
    )
    return edit.done(message, _draft_at(draft.posting_id))


@blueprint.post("/<int:number>/let-go")
@requires(VIEW_POSTINGS)
def let_go(number: int) -> Response:
    """Import nothing."""
    _kind, waiting = _own(number)
    services.forget_file(by=actor(), waiting=waiting)
    return edit.done(_("Nothing was imported."), url_for("office.postings.index"))
