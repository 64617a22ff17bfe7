"""The office's side of postings: writing, approving, correcting, withdrawing."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.cases import queries as cases
from kiosk.cases.models import Case
from kiosk.core import clock, edit
from kiosk.core.edit import Answer
from kiosk.core.errors import Forbidden, NotFound
from kiosk.core.forms import at_field
from kiosk.core.i18n import _, ngettext
from kiosk.core.room import measure
from kiosk.core.security import requires
from kiosk.core.web import account, actor
from kiosk.core.web.navigation import may_open
from kiosk.postings import brought, queries, services
from kiosk.postings.forms import (
    BLANK_ROWS,
    DraftForm,
    WithdrawalForm,
    draft_form,
    offered_place,
    offered_texts,
    rows_of,
    start_form,
)
from kiosk.postings.grid import for_grid, wrong_cells
from kiosk.postings.models import Posting, PostingDraft
from kiosk.postings.permissions import VIEW_POSTINGS
from kiosk.postings.queries import Cell, Kind, place_of
from kiosk.school import queries as school

blueprint = Blueprint("postings", __name__, url_prefix="/postings")


def _drafted(number: int) -> PostingDraft:
    """The draft under this number, which the account may write in. NotFound where there is none."""
    posting = queries.posting(number)
    kind = queries.kind_in_use(posting.kind)
    kind.ask(kind.drafts, actor(), place_of(posting))
    if posting.draft is None:
        raise NotFound
    return posting.draft


@blueprint.get("/")
@requires(VIEW_POSTINGS)
def index() -> str:
    """Drafts, what is due today, and what was posted last."""
    kinds = queries.declared_kinds()
    found, _more = queries.listed_postings(kinds)
    return render_template(
        "office/postings/index.html",
        kinds=[(kind, account().may_somewhere(kind.drafts)) for kind in kinds],
        drafts=[(draft, *_heading(draft), queries.approving(draft)) for draft in queries.drafts()],
        due=queries.due(school.today()),
        found=found,
        now=clock.now(),
        today=school.today(),
    )


def _heading(draft: PostingDraft) -> tuple[Kind, str]:
    kind = queries.kind_of(draft.posting.kind)
    return kind, kind.title(draft.posting, draft.fields, draft.rows)


@blueprint.route("/new/<slug>", methods=["GET", "POST"])
@requires(VIEW_POSTINGS)
@brought.along
def new(slug: str) -> Answer:
    """Begin a posting: whose it is, for which day, and what it says. The address may name the day."""
    kind = queries.kind_in_use(slug)
    if not account().may_somewhere(kind.drafts):
        raise Forbidden
    if kind.pages:
        return redirect(kind.pages.begins)
    first, rows, notes = start_form(kind), rows_of(kind, request.form), Notes()
    form = draft_form(kind, data=offered_texts(kind))
    begun = edit.save(first, lambda: first) if request.method == "POST" else None
    if begun and _fetches():
        place, period = offered_place(kind, first.data), first.data.get("period") or ""
        begun, rows = None, _with_fetched(kind, place, period, rows, notes)
    try:
        if begun and (saved := notes.save(form, lambda: _begin(kind, first.data, form, rows))):
            return _saved(saved)
    except services.There as problem:
        notes.there, notes.is_refused = queries.posting(problem.number), True
        at_field(first, problem)
    text = render_template(
        "office/postings/draft.html",
        kind=kind,
        first=first,
        form=form,
        rows=[*rows, *({} for _ in range(BLANK_ROWS))],
        grid=for_grid(kind, rows, url_for("office.posting_grid.paste", slug=kind.slug)),
        notes=notes,
        draws=measure(f"rows:{kind.slug}") is not None,
        draft=None,
        approving=None,
        posting=None,
        attached=[],
    )
    return edit.page(text, form, first)


def _fetches() -> bool:
    """Whether a button was pressed that fetches lines: those of the last posting, or those that are drawn."""
    return request.form.get("then") in ("last", "drawn")


def _with_fetched(
    kind: Kind, place: Any, period: str, rows: list[dict[str, str]], notes: "Notes"
) -> list[dict[str, str]]:
    """The rows with those that are fetched; what is drawn takes the place of a row on the same thing."""
    if request.form.get("then") == "last":
        found = queries.last_rows(kind, place)
        notes.fetched = (
            ngettext(
                "%(num)s line of the last posting was added. Nothing is saved yet.",
                "%(num)s lines of the last posting were added. Nothing is saved yet.",
                len(found),
            )
            if found
            else _("There is no posting before from which lines could be taken.")
        )
        return [*rows, *found]
    draw, thing = measure(f"rows:{kind.slug}"), kind.columns[0].name
    drawn: list[dict[str, str]] = draw(period) if draw else []
    notes.fetched = (
        ngettext(
            "%(num)s line was drawn from the payments of the month. Nothing is saved yet.",
            "%(num)s lines were drawn from the payments of the month. Nothing is saved yet.",
            len(drawn),
        )
        if drawn
        else _("Nothing was paid in this month.")
    )
    things = {row[thing] for row in drawn}
    return [*drawn, *(row for row in rows if row.get(thing) not in things)]


def _begin(kind: Kind, begun: dict[str, Any], form: DraftForm, rows: list[dict[str, str]]) -> Posting:
    by, place = actor(), offered_place(kind, begun)
    period = begun.get("period") or ""
    nothing = request.form.get("then") == "nothing"
    there = services.begun_twice(
        by=by, kind=kind, place=place, period=period, fields=_texts(kind, form), rows=rows, nothing=nothing
    )
    if there is None:
        fresh = services.start(by=by, kind=kind, place=place, period=period)
        return _write(fresh, form, rows, revision=0)
    if there.draft is None or there.draft.proposed:
        return there
    return _write(there.draft, form, rows, revision=there.draft.revision)


def _write(draft: PostingDraft, form: DraftForm, rows: list[dict[str, str]], revision: int | None) -> Posting:
    """Keep what was typed; with the button that proposes, ask for approval too, or post."""
    posting, by = draft.posting, actor()
    kind = queries.kind_of(posting.kind)
    fields = _texts(kind, form)
    services.save_draft(
        by=by,
        draft=draft,
        revision=revision,
        fields=fields,
        rows=rows,
        reason=form.reason.data,
        nothing=request.form.get("then") == "nothing",
    )
    brought.take_into(draft, strictly=_goes_on())
    if _goes_on() and kind.approves:
        services.propose(by=by, draft=draft)
    elif _goes_on():
        services.post(by=by, draft=draft, revision=draft.revision)
    return posting


def _texts(kind: Kind, form: DraftForm) -> dict[str, str]:
    return {one.name: "" if form[one.name].data is None else str(form[one.name].data) for one in kind.inputs}


def _goes_on() -> bool:
    """Whether the button that was pressed proposes or posts."""
    return request.form.get("then") in ("on", "nothing")


class Notes:
    """What a page of a draft says beside what was typed: errors of cells, and what others wrote meanwhile."""

    def __init__(self) -> None:
        self.cells: dict[Any, Any] = {}
        self.meanwhile: list[Cell] = []
        self.notice = ""
        self.fetched = ""
        self.there: Posting | None = None
        """What is posted or drafted already for the same place and period."""
        self.is_refused = False
        """What was sent lacks something, so that nothing of it is stored yet."""

    def save(self, form: DraftForm, write: Callable[[], Posting]) -> Posting | None:
        """Save the form (`core.edit`); where a draft is not ready, each place says what it lacks."""
        errors: dict[Any, Any] = {}

        def attempt() -> Posting:
            try:
                return write()
            except services.Unready as problem:
                errors.update(problem.errors)
                raise

        saved = edit.save(form, attempt)
        self.is_refused = request.method == "POST" and saved is None
        for place, text in errors.items():
            if isinstance(place, str):
                form[place].errors = [*form[place].errors, str(text)]
            else:
                self.cells[place] = text
        return saved.result if saved else None


def _saved(posting: Posting) -> Response:
    if brought.is_about_files() and posting.draft:
        return redirect(url_for(".draft", number=posting.id, _anchor="attachments"))
    if not _goes_on():
        return edit.done(_("The draft was saved. It is not posted yet."), _at(".draft", posting))
    if queries.kind_of(posting.kind).approves:
        message = _("Proposed. Another person approves it; until then nothing is posted.")
        return edit.done(message, _at(".posting", posting))
    return edit.done(_("Posted. Everybody can read it on the board now."), _at(".posting", posting))


def _at(endpoint: str, posting: Posting) -> str:
    return url_for(endpoint, number=posting.id)


@blueprint.route("/<int:number>/draft", methods=["GET", "POST"])
@requires(VIEW_POSTINGS)
@brought.along
def draft(number: int) -> Answer:
    """Write in a draft. Where somebody else saved it meanwhile: 409, both texts, and nothing lost."""
    found = _drafted(number)
    kind = queries.kind_of(found.posting.kind)
    if kind.pages:
        return redirect(kind.pages.writes(number))
    form = draft_form(kind, data={**found.fields, "reason": found.reason, "revision": found.revision})
    rows, notes, status = rows_of(kind, request.form) or found.rows, Notes(), 0
    if request.method == "GET":
        notes.cells.update(wrong_cells(kind, found.fields, rows))
    if request.method == "POST" and _fetches():
        rows = _with_fetched(kind, found.posting.place, found.posting.period, rows, notes)
        return _page(kind, found, form, rows, notes), 200
    try:
        saved = notes.save(form, lambda: _write(found, form, rows, form.revision.data))
    except services.Stale as problem:
        notes.notice, notes.meanwhile, status = (
            str(problem),
            queries.meanwhile(found, _texts(kind, form), rows),
            409,
        )
        form.revision.data, form.revision.raw_data = found.revision, None
    else:
        if saved:
            return _saved(saved)
    text, usual = edit.page(_page(kind, found, form, rows, notes), form)
    return text, status or usual


def _page(kind: Kind, draft: PostingDraft, form: DraftForm, rows: list[dict[str, str]], notes: Notes) -> str:
    return render_template(
        "office/postings/draft.html",
        kind=kind,
        first=None,
        form=form,
        rows=[*rows, *({} for _ in range(BLANK_ROWS))],
        grid=for_grid(kind, rows, url_for("office.posting_grid.paste", slug=kind.slug)),
        notes=notes,
        draws=measure(f"rows:{kind.slug}") is not None,
        draft=draft,
        approving=queries.approving(draft),
        posting=draft.posting,
        attached=queries.of_draft(draft),
    )


@blueprint.get("/<int:number>")
@requires(VIEW_POSTINGS)
def posting(number: int) -> str:
    """A posting: what waits for approval, what is in force, and what can be done."""
    return _overview(queries.posting(number))


def _overview(found: Posting, **forms: Any) -> str:
    kind = queries.kind_in_use(found.kind)
    draft, approving = found.draft, queries.approving(found.draft) if found.draft else None
    posted = queries.posted(found.id) if found.versions else None
    return render_template(
        "office/postings/posting.html",
        kind=kind,
        posting=found,
        posted=posted,
        draft=draft,
        approving=approving,
        reading=queries.reading_of(draft) if draft else None,
        attached=queries.of_draft(draft) if draft else [],
        own=kind.pages.context(found.versions) if kind.pages else {},
        changes=queries.differences(posted.versions) if posted else {},
        asked=queries.questions_on(posted) if posted else None,
        case_address=_case_address,
        may_decide=bool(approving and approving.may_decide(actor())),
        may_write=kind.may(kind.drafts, actor(), place_of(found)),
        may_post=kind.may(kind.posts, actor(), place_of(found)),
        may_erase=may_open("office.chain.erasing"),
        **{"withdrawal": WithdrawalForm(formdata=None), **forms},
    )


def _case_address(case: Case) -> str:
    """Where a question is answered by whoever may; where everybody reads it, for the others."""
    endpoint = "office.cases.show" if cases.may_see(actor(), case) else "cases.case"
    return url_for(endpoint, number=case.id)


@blueprint.post("/<int:number>/correct")
@requires(VIEW_POSTINGS)
def correct(number: int) -> Response:
    """Begin a correction."""
    found = queries.posting(number)
    queries.kind_in_use(found.kind)
    services.start_correction(by=actor(), posting=found)
    return redirect(_at(".draft", found))


@blueprint.post("/<int:number>/discard")
@requires(VIEW_POSTINGS)
def discard(number: int) -> Response:
    """Throw a draft away."""
    draft = _drafted(number)
    was_posted = bool(draft.posting.versions)
    services.discard(by=actor(), draft=draft)
    address = url_for(".posting", number=number) if was_posted else url_for(".index")
    return edit.done(_("The draft was discarded."), address)


@blueprint.post("/<int:number>/withdraw")
@requires(VIEW_POSTINGS)
def withdraw(number: int) -> Answer:
    """Withdraw what is posted, with a reason."""
    found, form = queries.posting(number), WithdrawalForm()
    queries.kind_in_use(found.kind)
    if edit.save(form, lambda: services.withdraw(by=actor(), posting=found, reason=form.reason.data)):
        return edit.done(_("Withdrawn. Its address now says why."), _at(".posting", found))
    return edit.page(_overview(found, withdrawal=form), form)
