"""Notices from a file in the office: looked at first, then brought in."""

from base64 import b64decode, b64encode

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.core.edit import Answer, done, page
from kiosk.core.errors import Invalid, Problem
from kiosk.core.forms import at_field
from kiosk.core.i18n import lazy, ngettext
from kiosk.core.security import requires
from kiosk.core.tables import MOST_PACKED
from kiosk.core.web import actor, takes_files
from kiosk.tenders import services
from kiosk.tenders.forms import FileForm
from kiosk.tenders.permissions import RUN_TENDERS

blueprint = Blueprint("tender_import", __name__, url_prefix="/tenders/import")
MOST_TEXT = 900_000
"""Characters of a file that waits in its page to be confirmed."""


def _read() -> None:
    file = request.files.get("file")
    g.notices = file.read(MOST_PACKED + 1) if file and file.filename else b""


@blueprint.route("/", methods=["GET", "POST"])
@requires(RUN_TENDERS)
@takes_files(_read, MOST_PACKED + 2**20)
def new() -> Answer:
    """Choose a file; see what it holds of canteens, what is empty, what is there already; confirm."""
    form = FileForm()
    if not form.validate_on_submit():
        return page(render_template("office/tender_import/new.html", form=form, found=None, kept=""), form)
    try:
        data, kept = _data(form)
        found = services.read_notices(data)
    except Problem as problem:
        at_field(form, problem)
        return page(render_template("office/tender_import/new.html", form=form, found=None, kept=""), form)
    if "confirm" in request.form:
        return _bring(found)
    return render_template("office/tender_import/new.html", form=form, found=found, kept=kept), 200


def _data(form: FileForm) -> tuple[bytes, str]:
    """The file's bytes, and the same as the page keeps them."""
    if "confirm" in request.form:
        try:
            return b64decode(form.text.data or "", validate=True), form.text.data or ""
        except ValueError:
            raise Invalid(lazy("Please choose the file once more."), field="file") from None
    if not g.notices:
        raise Invalid(lazy("Please choose a file."), field="file")
    kept = b64encode(g.notices).decode()
    if len(kept) > MOST_TEXT:
        raise Invalid(lazy("This file is too large."), field="file")
    return g.notices, kept


def _bring(found: services.Reading) -> Response:
    made = services.bring(by=actor(), notices=found.notices)
    there = len(found.notices) - len(made)
    said = ngettext("%(num)s notice was imported.", "%(num)s notices were imported.", len(made))
    if there:
        said += " " + ngettext("%(num)s was there already.", "%(num)s were there already.", there)
    return done(said, url_for("tenders.index"))
