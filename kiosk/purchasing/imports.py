"""Bringing in a file: read it, show what it would bring, mend it there, and only then make sheets of it.

What waits to be confirmed is kept as texts (`Waiting`), so that nothing a person typed while mending is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid, NotFound
from kiosk.core.formats import fen_to_text
from kiosk.core.i18n import Text, lazy
from kiosk.core.tabular import read
from kiosk.core.trace import record
from kiosk.counters.models import Canteen
from kiosk.purchasing import queries, services
from kiosk.purchasing.checks import FIELDS, PEOPLE, check_people, clean
from kiosk.purchasing.ledger import (
    BadValue,
    LedgerLine,
    LedgerProblem,
    LedgerSheet,
    Preview,
    judge_texts,
    parse_day,
    plain,
    recognise,
)
from kiosk.purchasing.models import PurchaseImport, Sheet, SheetVersion
from kiosk.school import queries as school

CHOICES = ("new", "skip", "correct")
"""What becomes of a recognised sheet: a new one, none, or a correction of the one that is posted."""


@dataclass
class ShownLine:
    """A line of a waiting import: its texts, and what is wrong with it by field (empty: it is ready)."""

    place: int
    row: int
    texts: dict[str, str]
    line: LedgerLine | None
    to_mend: bool
    errors: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass
class ShownSheet:
    """A recognised sheet as it stands now, `existing` the posted one of the same paper or day."""

    place: int
    day_text: str
    day: date | None
    number: str
    title: str
    people: dict[str, str]
    choice: str
    reason: str
    lines: list[ShownLine]
    existing: Sheet | None
    same_paper: bool
    errors: dict[str, Text] = field(default_factory=dict)

    @property
    def ready(self) -> list[LedgerLine]:
        """The lines that can be brought in."""
        return [one.line for one in self.lines if one.line is not None]

    @property
    def total(self) -> int:
        """Their sum in fen."""
        return int(sum(line.amount for line in self.ready) * 100)


@dataclass
class Shown:
    """A waiting import as it stands now."""

    table: str
    candidates: list[str]
    sheets: list[ShownSheet]
    refusals: list[str]
    warnings: list[tuple[int, str, str]]

    @property
    def ready(self) -> int:
        """Lines that can be brought in."""
        return sum(len(sheet.ready) for sheet in self.sheets)

    @property
    def to_mend(self) -> int:
        """Lines that cannot yet."""
        return sum(1 for sheet in self.sheets for line in sheet.lines if line.line is None)


def preview(data: bytes, file_name: str, *, table: str | None = None) -> Preview:
    """What a file would bring; nothing is stored. UnreadableFile for what is no sheet at all."""
    return recognise(read(data, file_name), table, school.today())


def keep(
    *, by: str, canteen: Canteen, data: bytes, file_name: str, table: str | None = None
) -> PurchaseImport:
    """Read a file and keep what it would bring until somebody confirms it."""
    waiting = PurchaseImport(
        file_name=_plain_name(file_name),
        canteen=canteen,
        content=data,
        preview=_waiting(preview(data, file_name, table=table)),
        created_by=by,
        created_at=clock.now(),
    )
    session.add(waiting)
    session.flush()
    record(
        "import.read",
        f"import:{waiting.id}",
        by=by,
        after={"file": waiting.file_name, "canteen": canteen.code},
    )
    return waiting


def choose_table(*, by: str, waiting: PurchaseImport, table: str) -> None:
    """Read another table of the same file instead; what was mended so far is let go."""
    _still_open(waiting)
    assert waiting.content is not None
    waiting.preview = _waiting(preview(waiting.content, waiting.file_name, table=table))
    record("import.table_chosen", f"import:{waiting.id}", by=by, after={"table": table})


def _plain_name(name: str) -> str:
    kept = "".join(c for c in name.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable())
    return kept[-120:] or "file"


def _still_open(waiting: PurchaseImport) -> None:
    if waiting.confirmed_at is not None or waiting.content is None:
        raise Conflict(lazy("This import is over already."))


def _waiting(found: Preview) -> dict[str, Any]:
    """A preview as it is stored."""
    return {
        "table": found.table,
        "taken_for": found.taken_for,
        "candidates": found.candidates,
        "problems": [_told(problem) for problem in found.problems],
        "sheets": [_waiting_sheet(sheet) for sheet in found.sheets],
    }


def _told(problem: LedgerProblem) -> dict[str, Any]:
    params = {name: str(value) for name, value in problem.params.items()}
    return {
        "row": problem.row,
        "column": problem.column,
        "code": problem.code,
        "severity": problem.severity,
        "field": problem.field,
        "params": params,
    }


def _waiting_sheet(sheet: LedgerSheet) -> dict[str, Any]:
    receivers = [*sheet.receivers, "", ""]
    lines = [{"row": line.row, "texts": texts_of(line), "bad": False} for line in sheet.lines]
    for bad in sheet.bad_lines:
        texts = {name: text for name, text in bad.texts.items() if name in FIELDS and text}
        first = {name: bad.texts.get(name, "") for name in FIELDS}
        problems = [_told(problem) for problem in bad.problems]
        lines.append({"row": bad.row, "texts": texts, "bad": True, "problems": problems, "first": first})
    return {
        "day": sheet.date.isoformat() if sheet.date else "",
        "number": sheet.number[:40],
        "title": sheet.title,
        "people": {
            "purchaser": sheet.purchaser[:40],
            "custodian": sheet.custodian[:40],
            "receiver1": receivers[0][:40],
            "receiver2": receivers[1][:40],
        },
        "choice": "",
        "reason": "",
        "lines": sorted(lines, key=lambda line: line["row"]),
    }


def texts_of(line: LedgerLine) -> dict[str, str]:
    """A ready line as it would be typed into the grid."""
    texts = {
        name: str(getattr(line, name)) for name in FIELDS if name not in ("quantity", "unit_price", "amount")
    }
    texts["quantity"], texts["unit_price"] = plain(line.quantity), plain(line.unit_price, 2)
    texts["amount"] = plain(line.amount, 2)
    return {name: text for name, text in texts.items() if text}


def shown(waiting: PurchaseImport) -> Shown:
    """A waiting import, judged as it stands now."""
    kept = waiting.preview
    problems = [LedgerProblem(**told) for told in kept["problems"]]
    sheets = [_shown_sheet(place, sheet, waiting.canteen) for place, sheet in enumerate(kept["sheets"])]
    bad_rows = {line.row for sheet in sheets for line in sheet.lines if line.to_mend}
    return Shown(
        table=kept["table"],
        candidates=kept["candidates"],
        sheets=sheets,
        refusals=[one.message for one in problems if one.severity == "error" and one.row not in bad_rows],
        warnings=[(one.row, one.column, one.message) for one in problems if one.severity != "error"],
    )


def _shown_sheet(place: int, kept: Mapping[str, Any], canteen: Canteen) -> ShownSheet:
    day, errors = None, dict[str, Text]()
    try:
        day = parse_day(kept["day"]) if kept["day"] else None
    except BadValue as error:
        errors["day"] = str(error)
    if day is None and "day" not in errors:
        errors["day"] = lazy("On which day was this bought?")
    if day is not None and day > school.today():
        errors["day"] = lazy("This day is still to come.")
    paper = queries.same_paper(canteen.id, day, kept["number"]) if day and kept["number"] else None
    existing = paper or (queries.any_posted(canteen.id, day) if day else None)
    choice = kept["choice"] or ("skip" if paper else "new")
    errors.update(check_people(kept["people"], required=False))
    if choice == "correct" and not kept["reason"].strip():
        errors["reason"] = services.WHY
    if choice == "skip":
        errors.clear()
    lines = [_shown_line(number, line) for number, line in enumerate(kept["lines"])]
    return ShownSheet(
        place,
        kept["day"],
        day,
        kept["number"],
        kept["title"],
        kept["people"],
        choice,
        kept["reason"],
        lines,
        existing,
        paper is not None,
        errors,
    )


def _shown_line(place: int, kept: Mapping[str, Any]) -> ShownLine:
    texts = kept["texts"]
    if not kept["bad"]:
        line, problems = judge_texts(texts, kept["row"])
        return ShownLine(place, kept["row"], texts, line, False)
    if {name: texts.get(name, "") for name in FIELDS} == kept["first"]:
        line, problems = None, [LedgerProblem(**told) for told in kept["problems"]]
    else:
        line, problems = judge_texts(texts, kept["row"])
    wrong = [problem for problem in problems if problem.severity == "error"]
    return ShownLine(
        place,
        kept["row"],
        texts,
        line,
        True,
        errors={problem.field or "item": problem.message for problem in wrong},
        columns={problem.field or "item": problem.column for problem in wrong},
        notes=[problem.message for problem in problems if problem.severity != "error"] if line else [],
    )


def mend(*, by: str, waiting: PurchaseImport, typed: Mapping[str, str]) -> None:
    """Take over what was typed into the preview: `s0-day`, `s0-purchaser`, `s0-choice`, `l0-3-quantity` …"""
    _still_open(waiting)
    changed = False
    for number, sheet in enumerate(waiting.preview["sheets"]):
        for name in ("day", "number", "choice", "reason"):
            text = typed.get(f"s{number}-{name}")
            if (
                text is not None
                and (name != "choice" or text in CHOICES)
                and text.strip()[:200] != sheet[name]
            ):
                sheet[name] = text.strip()[: 40 if name != "reason" else 200]
                changed = True
        for role in PEOPLE:
            text = typed.get(f"s{number}-{role}")
            if text is not None and text.strip()[:40] != sheet["people"][role]:
                sheet["people"][role] = text.strip()[:40]
                changed = True
        changed = _mend_lines(number, sheet["lines"], typed) or changed
    if changed:
        flag_modified(waiting, "preview")
        record("import.mended", f"import:{waiting.id}", by=by)


def _mend_lines(number: int, lines: list[dict[str, Any]], typed: Mapping[str, str]) -> bool:
    changed = False
    for place, line in enumerate(lines):
        prefix = f"l{number}-{place}-"
        if not line["bad"] or not any(prefix + name in typed for name in FIELDS):
            continue
        texts = clean(
            {**line["texts"], **{name: typed[prefix + name] for name in FIELDS if prefix + name in typed}}
        )
        changed = changed or texts != line["texts"]
        line["texts"] = texts
    return changed


class NotReady(Invalid):
    """An import that cannot be confirmed as it stands."""

    code = "not-ready"


def confirm(*, by: str, waiting: PurchaseImport, post: bool, leave_out: bool = False) -> list[SheetVersion]:
    """Make sheets of a waiting import, all or none; confirming it again does nothing.

    With `post` they are posted at once, else they become drafts. NotReady while something is to be mended,
    unless `leave_out` says that lines which cannot be read stay outside.
    """
    if waiting.confirmed_at is not None:
        return []
    _still_open(waiting)
    now = shown(waiting)
    chosen = [sheet for sheet in now.sheets if sheet.choice != "skip"]
    if any(sheet.errors for sheet in chosen):
        raise NotReady(lazy("Please mend the marked places first."))
    left = sum(1 for sheet in chosen for line in sheet.lines if line.line is None)
    if left and not leave_out:
        raise NotReady(lazy("%(n)s lines are still to mend. Mend them, or choose to leave them out."), n=left)
    if not any(sheet.ready for sheet in chosen):
        raise NotReady(lazy("There is nothing to bring in."))
    versions = [_make(sheet, waiting.canteen, by=by, post=post) for sheet in chosen if sheet.ready]
    waiting.confirmed_at, waiting.content = clock.now(), None
    after = {"sheets": [version.sheet_id for version in versions], "left_out": left}
    record("import.confirmed", f"import:{waiting.id}", by=by, after=after)
    return versions


def _make(sheet: ShownSheet, canteen: Canteen, *, by: str, post: bool) -> SheetVersion:
    assert sheet.day is not None
    if sheet.choice == "correct" and sheet.existing is not None:
        version = services.correct_sheet(by=by, sheet=sheet.existing)
    else:
        version = services.start_sheet(by=by, canteen=canteen, day=sheet.day, number=sheet.number)
    services.save_draft(
        by=by,
        version=version,
        rows=[texts_of(line) for line in sheet.ready],
        people=sheet.people,
        reason=sheet.reason,
    )
    return services.post_sheet(by=by, version=version, require_people=False) if post else version


def discard(*, by: str, waiting: PurchaseImport) -> None:
    """Let a waiting import go."""
    if waiting.confirmed_at is None:
        record("import.discarded", f"import:{waiting.id}", by=by, before={"file": waiting.file_name})
        session.delete(waiting)


def waiting_import(import_id: int) -> PurchaseImport:
    """The import, or NotFound."""
    found = session.get(PurchaseImport, import_id)
    if found is None:
        raise NotFound
    return found


def describe(sheet: Sheet) -> str:
    """A posted sheet in few words: how much it holds."""
    version = session.get(SheetVersion, sheet.posted_version_id)
    return fen_to_text(version.total) if version else ""
