"""The canteen manager's morning: what is posted, the sheets and their grid."""

import dataclasses
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.auth import queries as auth
from kiosk.core.db import transaction
from kiosk.core.errors import Conflict, Invalid, Problem
from kiosk.core.forms import at_field, choices
from kiosk.core.i18n import Text, _, lazy
from kiosk.core.security import requires
from kiosk.core.web import account, named, own_transaction, user
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.purchasing import comparing, pasting, people, queries, services, usual
from kiosk.purchasing.checks import FIELDS, PEOPLE, Checked, Texts, check_lines
from kiosk.purchasing.comparing import Jump
from kiosk.purchasing.forms import SheetForm, StartForm, draft_of_json, paste_of_json, rows_of
from kiosk.purchasing.grid import for_grid
from kiosk.purchasing.models import Sheet, SheetVersion
from kiosk.purchasing.permissions import EDIT_DRAFTS, POST_PURCHASES, VIEW_PURCHASES
from kiosk.purchasing.tabs import room
from kiosk.school import queries as school

blueprint = Blueprint("purchasing", __name__, url_prefix="/purchasing")
blueprint.context_processor(room)
DAYS = 14
SPARE_ROWS = 3
FEWEST_ROWS = 12

Answer = Response | str | tuple[str, int]


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
@requires(EDIT_DRAFTS)
def new() -> Answer:
    """Begin a sheet for a canteen and a day; a draft that is there already continues."""
    shown = {"canteen": request.args.get("canteen"), "day": _day(request.args.get("day"))}
    form = StartForm(data=shown)
    form.canteen.choices = choices([(one.code, named(one)) for one in counters.canteens()])
    if form.validate_on_submit():
        try:
            return redirect(_start(counters.canteen(form.canteen.data), form.day.data))
        except (Invalid, Conflict) as problem:
            at_field(form, problem)
    return render_template("office/purchasing/new.html", form=form), 422 if form.errors else 200


def _start(canteen: Canteen, day: date) -> str:
    if request.form.get("begin") == "nothing":
        version = _post_nothing(canteen, day)
    else:
        version = queries.first_draft(canteen.id, day) or services.start_sheet(
            by=user(), canteen=canteen, day=day
        )
    return url_for(".sheet", sheet_id=version.sheet_id)


def _post_nothing(canteen: Canteen, day: date) -> SheetVersion:
    if not account().may(POST_PURCHASES):
        raise Invalid(lazy("Your account may write sheets, but not post them."))
    version = services.mark_nothing_bought(by=user(), canteen=canteen, day=day)
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
    """A sheet: the grid while it is a draft; once posted, what stands in it and all its versions."""
    found = queries.sheet(sheet_id)
    draft = queries.draft_of(found)
    if found.posted_version_id is None and draft is not None and account().may(EDIT_DRAFTS):
        return _grid(draft)
    versions = queries.posted_versions(found)
    shown = versions[0] if versions else None
    return render_template(
        "office/purchasing/posted.html",
        sheet=found,
        draft=draft,
        version=shown,
        lines=queries.priced(shown.lines, found.day) if shown else [],
        versions=versions,
        corrections={one.version.id: one for one in comparing.corrections(versions)},
        names={one.username: one.name for one in auth.accounts()},
        poster=_poster(found),
    )


def _poster(sheet: Sheet) -> str | None:
    return url_for("purchasing.poster", day=sheet.day, canteen=sheet.canteen.code)


@blueprint.get("/sheets/<int:sheet_id>/correction")
@requires(POST_PURCHASES)
def correction(sheet_id: int) -> Answer:
    """The grid of a correction that was begun."""
    draft = queries.draft_of(queries.sheet(sheet_id))
    return _grid(draft) if draft is not None else redirect(url_for(".sheet", sheet_id=sheet_id))


@blueprint.post("/sheets/<int:sheet_id>/correct")
@requires(POST_PURCHASES)
def correct(sheet_id: int) -> Answer:
    """Begin a correction."""
    services.correct_sheet(by=user(), sheet=queries.sheet(sheet_id))
    return redirect(url_for(".correction", sheet_id=sheet_id))


@dataclass
class Shown:
    """What the grid shows beside the lines: errors by place, a notice, and what is asked before posting."""

    errors: dict[Any, Text] = field(default_factory=dict)
    notice: Text | None = None
    warnings: dict[tuple[int, str], Text] = field(default_factory=dict)
    asked: "Asked | None" = None


@dataclass(frozen=True)
class Asked:
    """What is asked once before posting; `key` stands for exactly this question."""

    jumps: list[Jump]
    differing: list[tuple[str, Text]]
    left_out: list[str]
    strangers: list[str]
    twice: list[str]
    unitless: list[str]

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to ask."""
        return any(getattr(self, one.name) for one in dataclasses.fields(self))

    @property
    def key(self) -> str:
        """The same for the same doubts, another as soon as one is new."""
        doubts = [(jump.item, jump.unit, jump.price, jump.last.price) for jump in self.jumps]
        differing = [(item, str(said)) for item, said in self.differing]
        text = repr((doubts, differing, self.left_out, self.strangers, self.twice, self.unitless))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _asked(version: SheetVersion, checked: Checked) -> Asked | None:
    """What is doubtful in a draft that could be posted, or None."""
    rows = version.draft or []
    items = {row: texts.get("item", "") for row, texts in enumerate(rows)}
    lines = [line.texts for line in checked.lines]
    past = comparing.remembered_by_name(version.sheet.day)
    asked = Asked(
        comparing.jumps(checked.lines, version.sheet.day),
        [(items[row], text) for (row, _name), text in checked.warnings.items()],
        [items[row] for row in checked.left_out],
        usual.strangers(lines, past),
        usual.twice(lines),
        usual.unitless(lines, past),
    )
    return asked if asked.is_needed else None


def _grid(
    version: SheetVersion,
    *,
    form: SheetForm | None = None,
    rows: Sequence[Texts] | None = None,
    shown: Shown | None = None,
    status: int = 200,
) -> Answer:
    """The page with the grid: the stored draft, or what was just typed."""
    sheet = version.sheet
    form = form or SheetForm(formdata=None, obj=version, number=sheet.number)
    rows = list(version.draft or []) if rows is None else list(rows)
    shown = shown or Shown(
        errors={place: text for place, text in _malformed(rows).items()},
        warnings=check_lines(rows).warnings,
    )
    for name in (*PEOPLE, "reason"):
        if name in shown.errors:
            form[name].errors = [*form[name].errors, str(shown.errors[name])]
    spare = max(SPARE_ROWS, FEWEST_ROWS - len(rows))
    page = render_template(
        "office/purchasing/sheet.html",
        sheet=sheet,
        version=version,
        form=form,
        rows=[*rows, *({} for _n in range(spare))],
        shown=shown,
        fields=FIELDS,
        total=check_lines(rows).total,
        last=queries.last_posted(sheet.canteen_id, sheet.day) if version.version == 1 and not rows else None,
        last_prices=_last_prices(rows, sheet.day),
        names=people.choices(),
        last_people=people.last_people(sheet.canteen_id, sheet.day) if version.version == 1 else None,
        people_words=people.words(),
        data=for_grid(sheet.canteen, sheet.day),
    )
    return page, status


def _malformed(rows: Sequence[Texts]) -> dict[tuple[int, str], Text]:
    checked = check_lines(rows)
    return {place: text for place, text in checked.errors.items() if place not in checked.missing}


def _last_prices(rows: Sequence[Texts], day: date) -> dict[int, Any]:
    typed = [
        (row, texts["item"], texts.get("specification", ""), texts.get("unit", ""))
        for row, texts in enumerate(rows)
        if texts.get("item")
    ]
    return comparing.last_prices(typed, day)


def _draft(sheet_id: int) -> SheetVersion | None:
    return queries.draft_of(queries.sheet(sheet_id))


def _keep(version: SheetVersion, form: SheetForm, rows: Sequence[Texts]) -> Checked:
    return services.save_draft(
        by=user(),
        version=version,
        rows=rows,
        people=form.people(),
        revision=form.revision.data,
        number=form.number.data,
        reason=form.reason.data,
    )


def _refused(
    version: SheetVersion, form: SheetForm, rows: Sequence[Texts], problem: Problem | None
) -> Answer:
    """What was typed once more, with what hindered it."""
    notice = str(problem) if problem else _("Some entries need another look. What you typed is still here.")
    shown = Shown(errors=dict(_malformed(rows)), notice=notice)
    return _grid(version, form=form, rows=rows, shown=shown, status=problem.status if problem else 422)


@blueprint.post("/sheets/<int:sheet_id>/save")
@requires(EDIT_DRAFTS)
def save(sheet_id: int) -> Answer:
    """Keep a draft; with `copy`, add the lines of the last sheet below what is there."""
    version, form, rows = _draft(sheet_id), SheetForm(), rows_of(request.form)
    if version is None:
        return redirect(url_for(".sheet", sheet_id=sheet_id))
    if not form.validate_on_submit():
        return _refused(version, form, rows, None)
    if "copy" in request.form:
        copied = services.copy_last(canteen=version.sheet.canteen, day=version.sheet.day)
        rows = [*(row for row in rows if row), *copied]
    if "last_people" in request.form:
        _take_over_people(form, version.sheet)
    try:
        _keep(version, form, rows)
    except (Conflict, Invalid) as problem:
        return _refused(version, form, rows, problem)
    if "copy" not in request.form and "last_people" not in request.form:
        flash(_("The draft was saved. It is not posted yet."), "good")
    return redirect(_address(version))


def _take_over_people(form: SheetForm, sheet: Sheet) -> None:
    """The last sheet's people, where nobody is named yet; they are shown before anything is posted."""
    last = people.last_people(sheet.canteen_id, sheet.day)
    for role, name in last.names.items() if last else ():
        form[role].data = form[role].data or name


def _address(version: SheetVersion) -> str:
    return url_for(".correction" if version.version > 1 else ".sheet", sheet_id=version.sheet_id)


@blueprint.post("/sheets/<int:sheet_id>/draft")
@requires(EDIT_DRAFTS)
def draft(sheet_id: int) -> Response:
    """The grid saves itself: JSON in; the new revision and what is wrong, place by place, out."""
    version = _draft(sheet_id)
    if version is None:
        return _json_refusal(Conflict(lazy("This sheet is already posted.")))
    try:
        body = draft_of_json(request.get_json(silent=True))
        checked = services.save_draft(by=user(), version=version, **body)
    except (Conflict, Invalid) as problem:
        return _json_refusal(problem)
    places = {place: text for place, text in checked.errors.items() if place not in checked.missing}
    return jsonify(
        revision=version.revision,
        total=checked.total,
        errors=[[row, name, str(text)] for (row, name), text in places.items()],
    )


@blueprint.post("/sheets/<int:sheet_id>/paste")
@requires(EDIT_DRAFTS)
@own_transaction
def paste(sheet_id: int) -> Response:
    """What a pasted text is: its columns, its lines, what to ask; nothing is kept."""
    day = queries.sheet(sheet_id).day
    try:
        return jsonify(pasting.read(day=day, **paste_of_json(request.get_json(silent=True))))
    except Invalid as problem:
        return _json_refusal(problem)


def _json_refusal(problem: Problem) -> Response:
    answer = jsonify(code=problem.code, title=str(problem))
    answer.status_code = problem.status
    return answer


@blueprint.post("/sheets/<int:sheet_id>/post")
@requires(POST_PURCHASES)
@own_transaction
def post(sheet_id: int) -> Answer:
    """Keep the draft, then post it; what is wrong or doubtful is shown, and the draft stays kept."""
    with transaction():
        version, form, rows = _draft(sheet_id), SheetForm(), rows_of(request.form)
        if version is None:  # posted already, by a second click
            return redirect(url_for(".sheet", sheet_id=sheet_id))
    if not form.validate_on_submit():
        return _refused(version, form, rows, None)
    try:
        with transaction():
            checked = _keep(version, form, rows)
    except (Conflict, Invalid) as problem:
        return _refused(version, form, rows, problem)
    return _post(version, checked)


def _post(version: SheetVersion, checked: Checked) -> Answer:
    """Post a draft that is kept, unless something is wrong or has to be asked first."""
    try:
        with transaction():
            asked = None
            if "nothing" not in request.form and not services.unready(version, checked):
                asked = _asked(version, checked)
            if asked is None or request.form.get("asked") == asked.key:
                asked = None
                if "nothing" in request.form:
                    services.post_nothing(by=user(), version=version)
                else:
                    services.post_sheet(by=user(), version=version)
    except services.CannotPost as problem:
        shown = Shown(errors=problem.errors, notice=str(problem), warnings=checked.warnings)
        return _grid(version, shown=shown, status=422)
    except Conflict as problem:
        return _grid(version, shown=Shown(notice=str(problem)), status=409)
    if asked is not None:
        return _grid(version, shown=Shown(warnings=checked.warnings, asked=asked))
    flash(_("Posted. Everybody can read it on the board now."), "good")
    return redirect(url_for(".sheet", sheet_id=version.sheet_id))


@blueprint.post("/sheets/<int:sheet_id>/discard")
@requires(EDIT_DRAFTS)
def discard(sheet_id: int) -> Answer:
    """Throw a draft away."""
    version = _draft(sheet_id)
    if version is None:
        return redirect(url_for(".sheet", sheet_id=sheet_id))
    was_posted = version.sheet.posted_version_id is not None
    services.discard_draft(by=user(), version=version)
    flash(_("The draft was discarded."), "good")
    return redirect(url_for(".sheet", sheet_id=sheet_id) if was_posted else url_for(".index"))
