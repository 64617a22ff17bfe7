"""The canteen manager's morning: what is posted, the sheets and their grid."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.core import edit
from kiosk.core.actor import Place
from kiosk.core.db import transaction
from kiosk.core.errors import Conflict, Invalid, Problem
from kiosk.core.forms import choices
from kiosk.core.i18n import _, lazy
from kiosk.core.security import SOMEWHERE, requires
from kiosk.core.web import account, actor, named, own_transaction
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.postings import services as postings
from kiosk.postings.models import PostingDraft, PostingVersion
from kiosk.postings.queries import place_at, place_of
from kiosk.postings.services import Unready, unready
from kiosk.purchasing import pasting, people, queries, services
from kiosk.purchasing.checks import Checked, Texts
from kiosk.purchasing.forms import SheetForm, StartForm, draft_of_json, paste_of_json, rows_of
from kiosk.purchasing.grid_page import Notes, Overtaken, grid_page, malformed, refused_page
from kiosk.purchasing.permissions import EDIT_DRAFTS, POST_PURCHASES, VIEW_PURCHASES
from kiosk.purchasing.questions import Questions, questions
from kiosk.purchasing.services.typed import is_in_force
from kiosk.purchasing.tabs import room
from kiosk.school import queries as school

blueprint = Blueprint("purchasing", __name__, url_prefix="/purchasing")
blueprint.context_processor(room)
DAYS = 14

Answer = Response | str | tuple[str, int]


def of_sheet(sheet_id: int) -> Place:
    """Where a sheet belongs."""
    return place_of(queries.sheet_posting(sheet_id))


@blueprint.get("/")
@requires(VIEW_PURCHASES)
def index() -> str:
    """Today by canteen, and the last two weeks with what is missing."""
    today = school.today()
    days = queries.statuses(today - timedelta(days=DAYS - 1), today)
    now = days.pop(today)
    return render_template(
        "office/purchasing/index.html",
        today=today,
        now=school.now(),
        statuses=[status for status in now if status.canteen.active],
        canteens=[status.canteen for status in now],
        days=sorted(days.items(), reverse=True),
    )


@blueprint.route("/sheets/new", methods=["GET", "POST"])
@requires(EDIT_DRAFTS, SOMEWHERE)
def new() -> Answer:
    """Begin a sheet for a canteen and a day; a draft that is there already continues."""
    form = StartForm(data={"canteen": request.args.get("canteen"), "day": _day(request.args.get("day"))})
    form.canteen.choices = choices(
        [
            (canteen.code, named(canteen))
            for canteen in counters.canteens()
            if account().may(EDIT_DRAFTS, place_at(canteen))
        ]
    )
    if saved := edit.save(form, lambda: _start(counters.canteen(form.canteen.data), form.day.data)):
        return redirect(saved.result)
    return edit.page(render_template("office/purchasing/new.html", form=form), form)


def _start(canteen: Canteen, day: date) -> str:
    if request.form.get("begin") == "nothing":
        return _read(_post_nothing(canteen, day).posting_id)
    begun = queries.new_drafts(day, day, canteen.id)
    draft = begun[0] if begun else services.start_sheet(by=actor(), canteen=canteen, day=day)
    return url_for(".sheet", sheet_id=draft.posting_id)


def _read(number: int) -> str:
    """The address where a sheet is read in the office."""
    return url_for("office.postings.posting", number=number)


def _post_nothing(canteen: Canteen, day: date) -> PostingVersion:
    if not account().may(POST_PURCHASES, place_at(canteen)):
        raise Invalid(lazy("Your account may write sheets, but not post them."))
    version = services.mark_nothing_bought(by=actor(), canteen=canteen, day=day)
    flash(_("Posted: nothing was bought on this day."), "good")
    return version


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return school.today()


@blueprint.get("/sheets/<int:sheet_id>")
@requires(VIEW_PURCHASES)
def sheet(sheet_id: int) -> Answer:
    """The grid of a sheet while there is a draft for whoever may write in it; else where it is read."""
    posting = queries.led_to(sheet_id, first=False)
    may = EDIT_DRAFTS if not posting.versions else POST_PURCHASES
    if posting.draft is not None and account().may(may, place_of(posting)):
        return grid_page(posting.draft)
    return redirect(_read(posting.id))


@blueprint.get("/sheets/<int:sheet_id>/correction")
@requires(VIEW_PURCHASES)
def correction(sheet_id: int) -> Answer:
    """The address of a correction's grid in earlier versions."""
    return redirect(url_for(".sheet", sheet_id=queries.led_to(sheet_id, first=False).id))


def _draft(sheet_id: int) -> PostingDraft | None:
    return queries.sheet_posting(sheet_id).draft


def _keep(draft: PostingDraft, form: SheetForm, rows: Sequence[Texts]) -> Checked:
    return services.save_draft(
        by=actor(),
        draft=draft,
        rows=rows,
        people=form.people(),
        revision=form.revision.data,
        number=form.number.data,
        reason=form.reason.data,
    )


@blueprint.post("/sheets/<int:sheet_id>/save")
@requires(EDIT_DRAFTS, of_sheet)
def save(sheet_id: int) -> Answer:
    """Keep a draft; with `copy`, add the lines of the last sheet below what is there."""
    draft, form, rows = _draft(sheet_id), SheetForm(), rows_of(request.form)
    if draft is None:
        return _overtaken(sheet_id, form, rows)
    if not form.validate_on_submit():
        return refused_page(draft, form, rows, None)
    canteen, day = _whose(draft)
    if "copy" in request.form:
        rows = [*(row for row in rows if row), *services.copy_last(canteen=canteen, day=day)]
    if "last_people" in request.form:
        _take_over_people(form, canteen, day)
    try:
        _keep(draft, form, rows)
    except (Conflict, Invalid) as problem:
        return refused_page(draft, form, rows, problem)
    if "copy" not in request.form and "last_people" not in request.form:
        flash(_("The draft was saved. It is not posted yet."), "good")
    return redirect(url_for(".sheet", sheet_id=sheet_id))


def _overtaken(sheet_id: int, form: SheetForm, rows: Sequence[Texts]) -> Answer:
    """A second click reads what the first one posted. What somebody else typed begins a correction of what
    was posted meanwhile, beside which it is shown; whoever may not correct it is told."""
    posting, fields = (
        queries.sheet_posting(sheet_id),
        {**form.people(), "number": str(form.number.data or "")},
    )
    if is_in_force(posting, fields, rows, "nothing" in request.form):
        return redirect(_read(sheet_id))
    who = ", ".join(queries.posted_versions(posting)[0].content["by"])
    if posting.withdrawal or not account().may(POST_PURCHASES, place_of(posting)):
        flash(_("%(who)s posted this meanwhile. What you typed was not saved.", who=who), "alert")
        return redirect(_read(sheet_id))
    draft = postings.start_correction(by=actor(), posting=posting)
    page, _status = refused_page(draft, form, rows, Overtaken(who=who))
    return page  # not refused: the draft that it shows is kept


def _whose(draft: PostingDraft) -> tuple[Canteen, date]:
    posting = draft.posting
    assert posting.canteen
    return posting.canteen, queries.day_of(posting)


def _take_over_people(form: SheetForm, canteen: Canteen, day: date) -> None:
    """The last sheet's people, where nobody is named yet; they are shown before anything is posted."""
    last = people.last_people(canteen.id, day)
    for role, name in last.names.items() if last else ():
        form[role].data = form[role].data or name


@blueprint.post("/sheets/<int:sheet_id>/draft")
@requires(EDIT_DRAFTS, of_sheet)
def draft(sheet_id: int) -> Response:
    """The grid saves itself: JSON in; the new revision and what is wrong, place by place, out."""
    found = _draft(sheet_id)
    if found is None:
        return _json_refusal(Conflict(lazy("This sheet is already posted.")))
    try:
        body = draft_of_json(request.get_json(silent=True))
        checked = services.save_draft(by=actor(), draft=found, by_itself=True, **body)
    except (Conflict, Invalid) as problem:
        return _json_refusal(problem)
    return jsonify(
        revision=found.revision,
        total=checked.total,
        errors=[[row, name, str(text)] for (row, name), text in malformed(checked).items()],
    )


@blueprint.post("/sheets/<int:sheet_id>/paste")
@requires(EDIT_DRAFTS, of_sheet)
@own_transaction
def paste(sheet_id: int) -> Response:
    """What a pasted text is: its columns, its lines, what to ask; nothing is kept."""
    day = queries.day_of(queries.sheet_posting(sheet_id))
    try:
        return jsonify(pasting.read(day=day, **paste_of_json(request.get_json(silent=True))))
    except Invalid as problem:
        return _json_refusal(problem)


def _json_refusal(problem: Problem) -> Response:
    answer = jsonify(code=problem.code, title=str(problem))
    answer.status_code = problem.status
    return answer


@blueprint.post("/sheets/<int:sheet_id>/post")
@requires(POST_PURCHASES, of_sheet)
@own_transaction
def post(sheet_id: int) -> Answer:
    """Keep the draft, then post it; what is wrong or doubtful is shown, and the draft stays kept."""
    with transaction():
        draft, form, rows = _draft(sheet_id), SheetForm(), rows_of(request.form)
        if draft is None:
            return _overtaken(sheet_id, form, rows)
    if not form.validate_on_submit():
        return refused_page(draft, form, rows, None)
    try:
        with transaction():
            checked = _keep(draft, form, rows)
    except (Conflict, Invalid) as problem:
        return refused_page(draft, form, rows, problem)
    return _post(draft, checked)


def _post(draft: PostingDraft, checked: Checked) -> Answer:
    """Post a draft that is kept, unless something is wrong or has to be asked first."""
    number = draft.posting_id
    try:
        with transaction():
            doubts = _open_questions(draft, checked)
            if doubts is None:
                _post_as_wished(draft)
    except Unready as problem:
        notes = Notes(errors=problem.errors, notice=str(problem), warnings=checked.warnings)
        return grid_page(draft, notes=notes, status=422)
    except Conflict as problem:
        return grid_page(draft, notes=Notes(notice=str(problem)), status=409)
    if doubts is not None:
        return grid_page(draft, notes=Notes(warnings=checked.warnings, questions=doubts))
    flash(_("Posted. Everybody can read it on the board now."), "good")
    return redirect(_read(number))


def _open_questions(draft: PostingDraft, checked: Checked) -> Questions | None:
    """What is still to be asked: nothing of what cannot be posted anyhow, nor what was answered."""
    if "nothing" in request.form or (checked.filled and unready(draft)):
        return None
    doubts = questions(draft, checked)
    return None if doubts is None or request.form.get("asked") == doubts.key else doubts


def _post_as_wished(draft: PostingDraft) -> None:
    post = services.post_nothing if "nothing" in request.form else services.post_sheet
    post(by=actor(), draft=draft)
