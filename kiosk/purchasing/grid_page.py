"""The page with a sheet's grid: the stored draft or what was just typed, and what is to be said of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import render_template

from kiosk.core.errors import Problem
from kiosk.core.i18n import Text, _, lazy
from kiosk.postings.models import PostingDraft
from kiosk.postings.queries import Cell, meanwhile
from kiosk.postings.services import Stale
from kiosk.purchasing import comparing, people, queries
from kiosk.purchasing.checks import FIELDS, PEOPLE, Checked, Texts, check_lines
from kiosk.purchasing.forms import SheetForm
from kiosk.purchasing.grid import for_grid
from kiosk.purchasing.questions import Questions
from kiosk.purchasing.services.typed import kept

SPARE_ROWS = 3
FEWEST_ROWS = 12


class Overtaken(Stale):
    """Somebody else posted the sheet while it was typed; `who`."""

    message = lazy(
        "%(who)s posted this meanwhile. What you typed is still here and not posted; "
        "posting it would correct what is posted now."
    )


@dataclass
class Notes:
    """What the grid says beside the lines: errors by place, a notice, what is asked before posting, and what
    others wrote meanwhile."""

    errors: dict[Any, Text] = field(default_factory=dict)
    notice: Text | None = None
    warnings: dict[tuple[int, str], Text] = field(default_factory=dict)
    questions: Questions | None = None
    meanwhile: list[Cell] = field(default_factory=list)
    is_overtaken: bool = False
    """Whether what others wrote is posted."""


def grid_page(
    draft: PostingDraft,
    *,
    form: SheetForm | None = None,
    rows: Sequence[Texts] | None = None,
    notes: Notes | None = None,
    status: int = 200,
) -> tuple[str, int]:
    """The page with the grid: the stored draft, or what was just typed."""
    posting, day = draft.posting, queries.day_of(draft.posting)
    canteen = posting.canteen
    assert canteen
    said = {**draft.fields, "reason": draft.reason, "revision": draft.revision}
    form = form or SheetForm(formdata=None, data=said)
    rows = draft.rows if rows is None else list(rows)
    checked, is_first = check_lines(rows), not posting.versions
    notes = notes or Notes(errors=dict(malformed(checked)), warnings=checked.warnings)
    _mark_fields(form, notes)
    page = render_template(
        "office/purchasing/sheet.html",
        draft=draft,
        posting=posting,
        day=day,
        is_first=is_first,
        form=form,
        rows=[*rows, *({} for _n in range(max(SPARE_ROWS, FEWEST_ROWS - len(rows))))],
        notes=notes,
        fields=FIELDS,
        total=checked.total,
        last=queries.last_posted(canteen.id, day) if is_first and not rows else None,
        last_prices=_last_prices(rows, day),
        names=people.choices(),
        last_people=people.last_people(canteen.id, day) if is_first else None,
        people_words=people.words(),
        without_post=people.without_post(form.people(), day),
        data=for_grid(canteen, day),
    )
    return page, status


def refused_page(
    draft: PostingDraft, form: SheetForm, rows: Sequence[Texts], problem: Problem | None
) -> tuple[str, int]:
    """What was typed once more, with what hindered it: the problem, or what is wrong in the form.

    Where somebody else saved the draft meanwhile, what stands there now is beside it, and saving once more
    puts what was typed in its place.
    """
    notice = str(problem) if problem else _("Some entries need another look. What you typed is still here.")
    notes = Notes(errors=dict(malformed(check_lines(rows))), notice=notice)
    if isinstance(problem, Stale):
        typed = {**form.people(), "number": str(form.number.data or "")}
        notes.meanwhile = meanwhile(draft, typed, kept(rows))
        notes.is_overtaken = isinstance(problem, Overtaken)
        form.revision.data, form.revision.raw_data = draft.revision, None
    return grid_page(draft, form=form, rows=rows, notes=notes, status=problem.status if problem else 422)


def malformed(checked: Checked) -> dict[tuple[int, str], Text]:
    """What is wrong with what was typed, by place; where nothing was typed yet, nothing is said."""
    return {place: text for place, text in checked.errors.items() if place not in checked.missing}


def _mark_fields(form: SheetForm, notes: Notes) -> None:
    for name in (*PEOPLE, "reason"):
        if name in notes.errors:
            form[name].errors = [*form[name].errors, str(notes.errors[name])]


def _last_prices(rows: Sequence[Texts], day: date) -> dict[int, Any]:
    typed = [
        (row, texts["item"], texts.get("specification", ""), texts.get("unit", ""))
        for row, texts in enumerate(rows)
        if texts.get("item")
    ]
    return comparing.last_prices(typed, day)
