"""Bringing in a file at once, without a page between: every question is answered beforehand, or refused."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from kiosk.core.actor import Actor
from kiosk.core.formats import price_to_text
from kiosk.core.i18n import Text, lazy
from kiosk.counters.models import Canteen
from kiosk.postings.models import Posting
from kiosk.purchasing.checks import PEOPLE
from kiosk.purchasing.imports.confirmation import NotReady, confirm, discard
from kiosk.purchasing.imports.judgement import review_of
from kiosk.purchasing.imports.reading import AS_IT_IS, Reading, keep
from kiosk.purchasing.imports.review import Review, ReviewSheet
from kiosk.purchasing.ledger import placed
from kiosk.purchasing.models import PurchaseImport

MOST_NAMED = 10
Json = dict[str, Any]


@dataclass(frozen=True)
class Decisions:
    """What somebody decided beforehand, where the page would ask.

    What is there already is passed over unless `again`; with `rest` the lines come in that are not there of a
    sheet that is in part. `answers` names the questions that are answered with yes: "jump", and the names of
    what is asked about a sheet. `archive` names sheets of past days as old; `people` stand where the file
    names none; `leave_out` leaves lines that cannot be read outside.
    """

    post: bool = False
    leave_out: bool = False
    again: bool = False
    rest: bool = False
    answers: frozenset[str] = frozenset()
    archive: bool = False
    people: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What came of a file: sheets made, sheets passed over, and what is to be known."""

    postings: list[Posting] = field(default_factory=list)
    skipped: list[ReviewSheet] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def bring_in(
    *,
    by: Actor,
    canteen: Canteen,
    data: bytes,
    file_name: str,
    reading: Reading = AS_IT_IS,
    decisions: Decisions,
) -> Outcome:
    """Read a file and make sheets of it without a page between, with the same controls.

    NotReady with one clear line for everything that a person would have to decide.
    """
    waiting = keep(by=by, canteen=canteen, data=data, file_name=file_name, reading=reading)
    _decide(waiting, decisions)
    review = review_of(waiting)
    if not review.sheets:
        raise NotReady(review.refusals[0] if review.refusals else lazy("There is nothing to import."))
    if not review.chosen:
        discard(by=by, waiting=waiting)
        return Outcome(skipped=review.skipped, notes=_notes(review))
    for fault in _faults(review, decisions):
        raise fault
    postings = confirm(by=by, waiting=waiting, post=decisions.post, leave_out=decisions.leave_out)
    return Outcome(postings, review.skipped, _notes(review))


def _decide(waiting: PurchaseImport, decisions: Decisions) -> None:
    """Answer beforehand what the page would ask."""
    sheets = [
        {
            **sheet,
            "people": {
                role: name or decisions.people.get(role, "").strip()[:40]
                for role, name in sheet["people"].items()
                if role in PEOPLE
            },
            "choice": "new" if decisions.again else sheet["choice"],
        }
        for sheet in waiting.preview["sheets"]
    ]
    waiting.preview = {**waiting.preview, "archive": decisions.archive, "sheets": sheets}
    if decisions.rest:
        _rewrite(waiting, _with_rest)
    if decisions.answers:
        _rewrite(waiting, lambda content, sheet: _with_answers(content, sheet, decisions.answers))


def _rewrite(waiting: PurchaseImport, change: Callable[[Json, ReviewSheet], Json]) -> None:
    """Change each sheet by what it is at this moment."""
    sheets = [change(waiting.preview["sheets"][sheet.place], sheet) for sheet in review_of(waiting).sheets]
    waiting.preview = {**waiting.preview, "sheets": sheets}


def _with_rest(content: Json, sheet: ReviewSheet) -> Json:
    return {**content, "choice": "rest"} if sheet.choice == "skip" and sheet.rest else content


def _with_answers(content: Json, sheet: ReviewSheet, names: Set[str]) -> Json:
    """A sheet in which these questions are answered with yes."""
    answers = {question.name: question.key for question in sheet.questions if question.name in names}
    if "jump" not in names:
        return {**content, **answers}
    lines = [
        {**line, "sure": reviewed.jump} for line, reviewed in zip(content["lines"], sheet.lines, strict=True)
    ]
    return {**content, **answers, "lines": lines}


def _notes(review: Review) -> list[str]:
    return review.warnings + [
        placed(text, line.row) for sheet in review.chosen for line in sheet.lines for text in line.notes
    ]


def _faults(review: Review, decisions: Decisions) -> Iterator[NotReady]:
    """What stands against it, each with its place, as one line."""
    if review.columns_asked:
        columns = "、".join(f"{column.letter} = {column.field or '-'}" for column in review.columns)
        text = lazy("The columns were guessed: %(columns)s. Please confirm them, or say which they are.")
        yield NotReady(text, columns=columns)
    for _code, question in review.questions:
        yield NotReady(question)
    for sheet in review.chosen:
        yield from _sheet_faults(sheet, decisions)
    if decisions.post:
        yield from _questions(review.chosen)


def _questions(sheets: Sequence[ReviewSheet]) -> Iterator[NotReady]:
    """What is to be answered before anything is posted."""
    if jumps := _jumps(sheets):
        yield _open(
            "jump",
            lazy("These prices differ a lot from the last ones: %(items)s. Please confirm or correct them."),
            items=jumps,
        )
    for sheet in sheets:
        for question in sheet.open_questions:
            yield _open(question.name, f"{sheet.name}: {question.doubt}" if sheet.name else question.doubt)


def _open(question: str, text: Text, **params: Any) -> NotReady:
    fault = NotReady(text, **params)
    fault.question = question
    return fault


def _sheet_faults(sheet: ReviewSheet, decisions: Decisions) -> Iterator[NotReady]:
    for text in sheet.errors.values():
        yield NotReady(f"{sheet.name}: {text}" if sheet.name else text)
    for line in sheet.lines:
        if line.is_bad and not decisions.leave_out:
            name, error = next(iter(line.errors.items()))
            yield NotReady(f"{line.row}{line.columns.get(name, '')}: {error}")
    if decisions.post and (errors := sheet.people_errors()):
        yield NotReady(_first_person(sheet.name, errors))


def _first_person(name: str, errors: Mapping[str, Text]) -> str:
    role, text = next(iter(errors.items()))
    return f"{name} {role}: {text}"


def _jumps(sheets: Sequence[ReviewSheet]) -> str:
    jumps = [
        f"{line.row} {line.texts['item']} {price_to_text(line.price)} ({price_to_text(line.last.price)})"
        for sheet in sheets
        for line in sheet.lines
        if line.is_asked and line.last
    ]
    return "、".join(jumps[:MOST_NAMED]) + (" …" if len(jumps) > MOST_NAMED else "")
