"""The office's page of the inspector's folder, and what the bureau's forms are."""

from flask import Blueprint, Response, render_template, request, url_for
from wtforms import HiddenField, SelectField

from kiosk.core import edit, open_data
from kiosk.core.db import transaction
from kiosk.core.edit import Answer
from kiosk.core.formats import whole
from kiosk.core.forms import Form, choices
from kiosk.core.i18n import _, lazy
from kiosk.core.security import requires
from kiosk.core.trace import record
from kiosk.core.web import actor, own_transaction
from kiosk.folder import queries, services
from kiosk.folder.archive import Folder, safe
from kiosk.folder.permissions import TAKE_FOLDER
from kiosk.postings import queries as postings

blueprint = Blueprint("folder", __name__, url_prefix="/folder")


class PeriodForm(Form):
    """Of which month or term."""

    period = SelectField(lazy("Of which month or term?"), validate_choice=False)


class ColumnsForm(Form):
    """The columns of a kind; what is typed stands in the request, a line for each."""

    heading = HiddenField()


def _period_form() -> PeriodForm:
    form = PeriodForm()
    form.period.choices = choices((one, postings.period_words(one)) for one in queries.offered())
    return form


@blueprint.get("/")
@requires(TAKE_FOLDER)
def index() -> str:
    """Choose the period; and see which kinds have a bureau's form."""
    kinds = [(kind, queries.has_form(kind)) for kind in postings.declared_kinds()]
    return render_template("office/folder/index.html", form=_period_form(), kinds=kinds)


@blueprint.post("/take")
@requires(TAKE_FOLDER)
@own_transaction
def take() -> Response:
    """The folder as a ZIP; that it was made, and by whom, stands in the record."""
    made = Folder(request.form.get("period", ""))
    with transaction():
        record("folder.exported", f"folder:{made.period}", by=actor(), after={"period": made.period})
    return open_data.answer_file(made.parts(), "application/zip", f"{safe(made.title)}.zip")


@blueprint.route("/forms/<slug>", methods=["GET", "POST"])
@requires(TAKE_FOLDER)
def form(slug: str) -> Answer:
    """Which of our columns the bureau wants of a kind, in which order and under which headings."""
    kind = postings.kind_in_use(slug)
    sent = ColumnsForm()
    if edit.save(sent, lambda: services.set_form(by=actor(), kind=kind, columns=_columns())):
        return edit.done(_("Saved. The next folder has these columns."), url_for(".index"))
    page = render_template(
        "office/folder/form.html", kind=kind, form=sent, lines=_lines(slug), has_form=queries.has_form(kind)
    )
    return edit.page(page, sent)


def _columns() -> list[tuple[str, str]]:
    """The columns that have a number, by it; none with the button that goes back to ours."""
    names, numbers, headings = (request.form.getlist(name) for name in ("column", "number", "heading"))
    lines = [
        (whole(number) or 0, name, heading)
        for name, number, heading in zip(names, numbers, headings, strict=False)
        if number.strip() and "ours" not in request.form
    ]
    return [(name, heading) for _number, name, heading in sorted(lines, key=lambda line: line[0])]


def _lines(slug: str) -> list[tuple[str, str, str, str]]:
    """A line for each of our columns: its name, label, number and heading; those that are wanted first."""
    kind = postings.kind_in_use(slug)
    ours, there = queries.columns_of(kind), request.form.getlist("column")
    if there:
        sent = zip(there, request.form.getlist("number"), request.form.getlist("heading"), strict=False)
        return [(name, str(ours.get(name, name)), number, heading) for name, number, heading in sent]
    form = queries.form_of(kind)
    wanted = [(name, str(ours[name]), str(n), heading) for n, (name, heading) in enumerate(form, 1)]
    named = {name for name, _heading in form}
    return wanted + [(name, str(label), "", str(label)) for name, label in ours.items() if name not in named]
