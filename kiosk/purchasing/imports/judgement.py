"""An import as it stands now: each line judged anew, beside what is there already and what it cost last."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from kiosk.core.i18n import Text, lazy
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.purchasing import comparing, services
from kiosk.purchasing.checks import FIELDS
from kiosk.purchasing.imports import repeats
from kiosk.purchasing.imports.choices import with_choices
from kiosk.purchasing.imports.prices import with_last_prices
from kiosk.purchasing.imports.questions import newcomers_of, with_questions
from kiosk.purchasing.imports.review import Review, ReviewLine, ReviewSheet
from kiosk.purchasing.ledger import (
    QUESTIONS,
    BadValue,
    Column,
    LedgerLine,
    LedgerProblem,
    judge_texts,
    parse_day,
)
from kiosk.purchasing.models import PurchaseImport
from kiosk.purchasing.people import people_problems
from kiosk.purchasing.settings import JUMP_PERCENT
from kiosk.school import queries as school

COLUMN_QUESTIONS = ("columns-guessed", "columns-unsure")
Json = Mapping[str, Any]


def review_of(waiting: PurchaseImport) -> Review:
    """An import, judged as it stands now."""
    content = waiting.preview
    before = repeats.brought_before(waiting)
    problems = [LedgerProblem(**problem) for problem in content.get("problems", [])]
    sheets = _with_notes(_sheets(waiting, before), problems)
    at_top = [problem for problem in problems if not _is_beside_a_line(problem, _rows(sheets))]
    remarks = [problem for problem in at_top if problem.code not in QUESTIONS]
    answered = content.get("answered", [])
    asked = [problem for problem in problems if problem.code in QUESTIONS and problem.code not in answered]
    return Review(
        table=content.get("table", ""),
        candidates=content.get("candidates", []),
        sheets=sheets,
        refusals=[problem.message for problem in remarks if problem.is_error],
        warnings=[problem.placed for problem in remarks if not problem.is_error],
        hidden_tables=content.get("hidden_tables", []),
        other_tables=content.get("other_tables", []),
        may_read_as_purchases=content.get("may_read_as_purchases", False),
        columns=[Column(*column) for column in content.get("columns", [])],
        columns_asked=any(problem.code in COLUMN_QUESTIONS for problem in asked),
        questions=[(ask.code, ask.message) for ask in asked if ask.code not in COLUMN_QUESTIONS],
        before=before,
        is_archive=bool(content.get("archive")),
    )


def _sheets(waiting: PurchaseImport, before: PurchaseImport | None) -> list[ReviewSheet]:
    """The sheets beside what is there already and what their lines cost last, with what is asked."""
    contents = waiting.preview.get("sheets", [])
    canteens = {canteen.code: canteen for canteen in counters.canteens()}
    sheets = [_sheet(place, sheet, waiting, canteens) for place, sheet in enumerate(contents)]
    sheets = with_choices(sheets, contents, before)
    days = [sheet.day for sheet in sheets if sheet.day]
    past = comparing.remembered_by_name(max(days)) if days else {}
    most = school.settings()[JUMP_PERCENT]
    return [
        with_questions(sheet, content, past, most, new_people)
        for sheet, content, new_people in zip(
            with_last_prices(sheets, past), contents, newcomers_of(sheets), strict=True
        )
    ]


def _sheet(
    place: int, content: Json, waiting: PurchaseImport, canteens: Mapping[str, Canteen]
) -> ReviewSheet:
    lines = [
        _line(number, line, has_day=bool(content["day"])) for number, line in enumerate(content["lines"])
    ]
    day, errors = _day(content["day"], lines)
    canteen = canteens.get(content.get("canteen", waiting.canteen.code))
    name = content.get("said", "")
    if canteen is None:
        errors["canteen"] = lazy("The form says “%(said)s”. Which canteen is it?", said=name)
    archive = bool(waiting.preview.get("archive"))
    return ReviewSheet(
        place=place,
        canteen=canteen,
        said=name,
        day_text=content["day"],
        day=day,
        number=content["number"],
        title=content["title"],
        people=content["people"],
        reason=content["reason"],
        lines=lines,
        is_old=services.is_old(canteen or waiting.canteen, day, archive=archive),
        errors={**errors, **people_problems(content["people"], required=False)},
    )


def _day(text: str, lines: Iterable[ReviewLine]) -> tuple[date | None, dict[str, Text]]:
    """The day of a sheet, and what is wrong with it; a line may say why there is none."""
    if not text:
        reasons = (line.errors["day"] for line in lines if "day" in line.errors)
        return None, {"day": next(reasons, None) or lazy("On which day was this bought?")}
    try:
        day = parse_day(text)
    except BadValue as bad:
        return None, {"day": str(bad)}
    return day, {"day": lazy("This day is still to come.")} if day > school.today() else {}


def _line(place: int, content: Json, *, has_day: bool) -> ReviewLine:
    texts = content["texts"]
    untouched = content["bad"] and {name: texts.get(name, "") for name in FIELDS} == content["first"]
    touched = bool(content.get("mended")) or (content["bad"] and not untouched)
    line, problems = _judged(content, has_day=has_day, untouched=untouched)
    wrong = [problem for problem in problems if problem.is_error]
    return ReviewLine(
        place,
        content["row"],
        texts,
        line,
        to_mend=bool((content["bad"] or content.get("open") or line is None) and not content.get("out")),
        errors={problem.field or "item": problem.message for problem in wrong},
        columns={problem.field or "item": problem.column for problem in wrong},
        notes=[problem.message for problem in problems if not problem.is_error] if line and touched else [],
        touched=touched,
        adopted=frozenset(content.get("adopted", ())),
        out=bool(content.get("out")),
        differs=any(problem.code == "amount-differs" for problem in problems),
    )


def _judged(
    content: Json, *, has_day: bool, untouched: bool
) -> tuple[LedgerLine | None, list[LedgerProblem]]:
    """A line judged anew; as long as nobody touched it, what was wrong when it was read stands."""
    if untouched:
        first = [LedgerProblem(**problem) for problem in content["problems"]]
        if any(problem.is_error and not (has_day and problem.field == "day") for problem in first):
            return None, first
    return judge_texts(content["texts"], content["row"])


def _rows(sheets: Iterable[ReviewSheet]) -> Counter[int]:
    return Counter(line.row for sheet in sheets for line in sheet.lines)


def _is_beside_a_line(problem: LedgerProblem, rows: Mapping[int, int]) -> bool:
    """Whether a problem is said beside its line, and not above them all."""
    if problem.is_error:
        return problem.row in rows
    return rows.get(problem.row) == 1 and problem.field not in ("", "day")


def _with_notes(sheets: Sequence[ReviewSheet], problems: Iterable[LedgerProblem]) -> list[ReviewSheet]:
    """The sheets with what is said about a line beside it, as long as nobody touched the line."""
    rows = _rows(sheets)
    notes: dict[int, list[str]] = {}
    for problem in problems:
        if not problem.is_error and _is_beside_a_line(problem, rows):
            notes.setdefault(problem.row, []).append(problem.message)
    return [replace(sheet, lines=[_noted(line, notes) for line in sheet.lines]) for sheet in sheets]


def _noted(line: ReviewLine, notes: Mapping[int, list[str]]) -> ReviewLine:
    if line.line is None or line.touched or line.row not in notes:
        return line
    return replace(line, notes=[*line.notes, *notes[line.row]])
