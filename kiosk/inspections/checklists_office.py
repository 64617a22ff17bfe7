"""The lists of rounds: made, changed by a version, given up; every version stays to be read."""

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.core.edit import Answer, done, page, save
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.web import actor
from kiosk.core.web.navigation import below
from kiosk.inspections import queries, services
from kiosk.inspections.forms import ListForm, lines_sent, question_rows, questions_sent, rows_of
from kiosk.inspections.lines import KINDS, UNITS
from kiosk.inspections.models import Checklist, ChecklistVersion
from kiosk.inspections.permissions import PLAN_ROUNDS
from kiosk.inspections.queries import ROUND
from kiosk.inspections.questions import KINDS as QUESTION_KINDS

blueprint = Blueprint("checklists", __name__, url_prefix="/inspections/lists")
blueprint.before_request(below("office.inspections.index"))


@blueprint.get("/")
@requires(PLAN_ROUNDS)
def index() -> str:
    """The lists of rounds."""
    return render_template("office/checklists/index.html", lists=queries.checklists(ROUND, everything=True))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(PLAN_ROUNDS)
def new() -> Answer:
    """Make a list."""
    form = ListForm()
    if "more" not in request.form and (saved := save(form, lambda: _make(form))):
        return done(_("%(name)s was saved.", name=form.name.data), url_for(".show", number=saved.result.id))
    return page(_page(form, None), form)


def _make(form: ListForm) -> Checklist:
    return services.make_checklist(
        by=actor(), use=ROUND, name=form.name.data or "", lines=lines_sent(), questions=questions_sent()
    )


@blueprint.route("/<int:number>", methods=["GET", "POST"])
@requires(PLAN_ROUNDS)
def show(number: int) -> Answer:
    """A list: change it into a new version; earlier versions below. ?version= shows an earlier one."""
    found = queries.checklist(number, ROUND)
    form = ListForm(data={"name": found.current.name, "seen": found.current.version})
    if "more" not in request.form and (saved := save(form, lambda: _change(found, form))):
        said = _("Saved as version %(n)s. Rounds that were made keep theirs.", n=saved.result.version)
        return done(said, url_for(".show", number=number))
    return page(_page(form, found), form)


def _change(found: Checklist, form: ListForm) -> ChecklistVersion:
    return services.change_checklist(
        by=actor(),
        checklist=found,
        use=ROUND,
        name=form.name.data or "",
        lines=lines_sent(),
        questions=questions_sent(),
        reason=form.reason.data or "",
        seen=form.seen.data,
    )


@blueprint.post("/<int:number>/end")
@requires(PLAN_ROUNDS)
def end(number: int) -> Response:
    """Use the list no more."""
    found = queries.checklist(number, ROUND)
    services.give_up_checklist(by=actor(), checklist=found, use=ROUND)
    return done(_("The list is used no more. Rounds that were made keep it."), url_for(".index"))


def _page(form: ListForm, found: Checklist | None) -> str:
    version = found.current if found else None
    wanted = request.args.get("version", type=int)
    return render_template(
        "office/checklists/show.html",
        form=form,
        found=found,
        rows=rows_of(version),
        questions=question_rows(version),
        earlier=next((one for one in found.versions if one.version == wanted), None) if found else None,
        kinds=KINDS,
        units=UNITS,
        question_kinds=QUESTION_KINDS,
    )
