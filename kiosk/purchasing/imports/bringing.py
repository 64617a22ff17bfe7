"""Reading a file, keeping what it would bring, and making sheets of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm.attributes import flag_modified

from kiosk.catalogue import queries as catalogue
from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.formats import price_to_text
from kiosk.core.i18n import Text, lazy
from kiosk.core.tabular import read
from kiosk.core.trace import record
from kiosk.counters.models import Canteen
from kiosk.purchasing import services
from kiosk.purchasing.checks import PEOPLE
from kiosk.purchasing.imports import twice
from kiosk.purchasing.imports.mending import still_open
from kiosk.purchasing.imports.shown import COLUMN_QUESTIONS, Shown, ShownSheet, questions, shown
from kiosk.purchasing.imports.waiting import kept
from kiosk.purchasing.ledger import QUESTIONS, Known, Preview, placed, recognise
from kiosk.purchasing.models import PurchaseImport, SheetVersion
from kiosk.school import queries as school


class NotReady(Invalid):
    """An import that cannot be confirmed as it stands."""

    code = "not-ready"


def preview(
    data: bytes,
    file_name: str,
    *,
    table: str | None = None,
    as_purchases: bool = False,
    columns: Sequence[str] | None = None,
) -> Preview:
    """What a file would bring; nothing is stored. UnreadableFile for what is no sheet at all.

    `columns` says which field each column is, in the file's order; "" is not read.
    """
    known = Known(frozenset(catalogue.item_classes()), catalogue.supplier_names())
    return recognise(
        read(data, file_name),
        table,
        school.today(),
        as_purchases=as_purchases,
        columns=list(columns) if columns else None,
        known=known,
    )


def keep(
    *,
    by: str,
    canteen: Canteen,
    data: bytes,
    file_name: str,
    table: str | None = None,
    as_purchases: bool = False,
    columns: Sequence[str] | None = None,
) -> PurchaseImport:
    """Read a file and keep what it would bring until somebody confirms it."""
    name = _plain_name(file_name)
    reading = {"table": table, "as_purchases": as_purchases, "columns": list(columns) if columns else None}
    waiting = PurchaseImport(
        file_name=name,
        canteen=canteen,
        content=data,
        digest=twice.digest(data),
        preview=_read(data, canteen, name, reading),
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


def _read(data: bytes, canteen: Canteen, name: str, reading: Mapping[str, Any]) -> dict[str, Any]:
    found = kept(preview(data, name, **reading), canteen, name)
    answered = list(COLUMN_QUESTIONS) if reading["columns"] else []
    return {**found, "reading": dict(reading), "answered": answered}


def read_again(
    *,
    by: str,
    waiting: PurchaseImport,
    table: str | None = None,
    as_purchases: bool = False,
    columns: Sequence[str] | None = None,
) -> None:
    """Read another table of the same file, or the same as purchases, or with other columns.

    Lines that were mended are read anew; people that were named stay. Columns that are what they were are
    only noted as seen.
    """
    still_open(waiting)
    assert waiting.content is not None
    before = waiting.preview
    reading = {"table": None, "as_purchases": False, "columns": None, **before.get("reading", {})}
    if columns is not None and list(columns) == [one[2] for one in before.get("columns", [])]:
        before["answered"] = sorted({*before.get("answered", []), *COLUMN_QUESTIONS})
        flag_modified(waiting, "preview")
    else:
        if table is not None:
            reading = {"table": table, "as_purchases": False, "columns": None}
        reading.update(as_purchases=as_purchases or reading["as_purchases"])
        reading.update(columns=list(columns) if columns else reading["columns"])
        waiting.preview = _read(waiting.content, waiting.canteen, waiting.file_name, reading)
        for old, new in zip(before.get("sheets", []), waiting.preview["sheets"], strict=False):
            new["people"] = {role: new["people"][role] or old["people"][role] for role in PEOPLE}
    after = {"table": waiting.preview["table"], "as_purchases": as_purchases, "columns": columns}
    record("import.table_chosen", f"import:{waiting.id}", by=by, after=after)


def _plain_name(name: str) -> str:
    plain = "".join(c for c in name.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable())
    return plain[-120:] or "file"


def confirm(*, by: str, waiting: PurchaseImport, post: bool, leave_out: bool = False) -> list[SheetVersion]:
    """Make sheets of a waiting import, all or none; confirming it again does nothing.

    With `post` they are posted at once, else they become drafts, which are asked about when they are posted.
    NotReady while something is to be mended or answered, unless `leave_out` says that lines which cannot be
    read stay outside.
    """
    _hold(waiting)
    if waiting.confirmed_at is not None:
        return []
    still_open(waiting)
    now = shown(waiting)
    _check(now, post=post, leave_out=leave_out)
    chosen = [sheet for sheet in now.chosen if sheet.ready]
    versions = [_make(sheet, by=by, post=post) for sheet in chosen]
    made = [version.sheet_id for version in versions]
    left = sum(len(sheet.lines) - len(sheet.ready) for sheet in now.chosen)
    passed = [sheet.place for sheet in now.sheets if sheet.choice == "skip"]
    archive = bool(waiting.preview.get("archive"))
    waiting.confirmed_at, waiting.content = clock.now(), None
    waiting.preview = {"made": made, "left_out": left, "passed_over": len(passed)}
    after: dict[str, Any] = {"sheets": made, "left_out": left, "passed_over": len(passed)}
    record("import.confirmed", f"import:{waiting.id}", by=by, after={**after, "archive": archive})
    return versions


def _hold(waiting: PurchaseImport) -> None:
    """Read it anew, and let nobody else end it before this transaction does. NotFound if it was discarded."""
    try:
        session.refresh(waiting, with_for_update={"of": PurchaseImport})
    except InvalidRequestError:
        raise NotFound from None


def _check(now: Shown, *, post: bool, leave_out: bool) -> None:
    if now.sheets and not now.chosen:
        raise NotReady(
            lazy(
                "All of this is already there; nothing was imported. If you want it a second "
                "time, choose so below."
            )
        )
    if now.columns_asked:
        raise NotReady(
            lazy("The columns were guessed. Please check them first and confirm that they are right.")
        )
    if now.asked:
        raise NotReady(lazy("Please answer the question above the lines first."))
    if any(sheet.errors for sheet in now.chosen):
        raise NotReady(lazy("Please fix the marked places first."))
    left = sum(sheet.left for sheet in now.chosen)
    if left and not leave_out:
        raise NotReady(
            lazy("%(n)s lines still have to be fixed. Fix them, or choose to leave them out."), n=left
        )
    if not any(sheet.ready for sheet in now.chosen):
        raise NotReady(lazy("There is nothing to import."))
    if not post:
        return
    if any(sheet.people_errors() for sheet in now.chosen):
        raise NotReady(lazy("Not posted yet: a sheet needs four different people. Please name them."))
    if asked := questions(now.chosen):
        raise NotReady(
            lazy("Not posted yet: %(n)s questions are open. Tick what is right, fix what is not."), n=asked
        )


def _make(sheet: ShownSheet, *, by: str, post: bool) -> SheetVersion:
    assert sheet.day is not None
    assert sheet.canteen is not None
    if sheet.choice == "correct" and sheet.existing is not None:
        version = services.correct_sheet(by=by, sheet=sheet.existing.sheet)
    else:
        version = services.start_sheet(by=by, canteen=sheet.canteen, day=sheet.day, number=sheet.number)
    services.save_draft(
        by=by,
        version=version,
        rows=[one.texts for one in sheet.lines if one.line is not None and not one.out],
        people=sheet.names,
        reason=sheet.reason,
    )
    if not post:
        return version
    return services.post_sheet(by=by, version=version, require_people=not sheet.is_old)


def discard(*, by: str, waiting: PurchaseImport) -> None:
    """Let a waiting import go. Conflict when it was confirmed meanwhile: its sheets are there."""
    _hold(waiting)
    still_open(waiting)
    record("import.discarded", f"import:{waiting.id}", by=by, before={"file": waiting.file_name})
    session.delete(waiting)


def waiting_import(import_id: int) -> PurchaseImport:
    """The import, or NotFound."""
    found = session.get(PurchaseImport, import_id)
    if found is None:
        raise NotFound
    return found


@dataclass
class Brought:
    """What came of bringing in a file at once: sheets made, sheets passed over, and what is to be known."""

    made: list[SheetVersion] = field(default_factory=list)
    passed_over: list[ShownSheet] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def bring_in(
    *,
    by: str,
    canteen: Canteen,
    data: bytes,
    file_name: str,
    table: str | None = None,
    as_purchases: bool = False,
    columns: Sequence[str] | None = None,
    post: bool = False,
    leave_out: bool = False,
    again: bool = False,
    jumps_are_right: bool = False,
    archive: bool = False,
    answered: bool = False,
    people: Mapping[str, str] | None = None,
) -> Brought:
    """Read a file and make sheets of it without a page between, with the same controls.

    What is there already is passed over unless `again`; `jumps_are_right` answers what is asked about prices
    and amounts; `archive` names sheets of past days as old; `people` stand where the file names none.
    NotReady with one clear line for everything that a person would have to decide.
    """
    waiting = keep(
        by=by,
        canteen=canteen,
        data=data,
        file_name=file_name,
        table=table,
        as_purchases=as_purchases,
        columns=columns,
    )
    waiting.preview["archive"] = archive
    if answered:
        waiting.preview["answered"] = list(QUESTIONS)
    for sheet in waiting.preview["sheets"]:
        for role in PEOPLE:
            sheet["people"][role] = sheet["people"][role] or (people or {}).get(role, "").strip()[:40]
    _answer(waiting, again=again, jumps_are_right=jumps_are_right)
    now = shown(waiting)
    if not now.sheets:
        raise NotReady(now.refusals[0] if now.refusals else lazy("There is nothing to import."))
    brought = Brought(notes=_notes(now), passed_over=[one for one in now.sheets if one.choice == "skip"])
    if not now.chosen:
        discard(by=by, waiting=waiting)
        return brought
    _say_first_fault(now, post=post, leave_out=leave_out)
    brought.made = confirm(by=by, waiting=waiting, post=post, leave_out=leave_out)
    return brought


def _answer(waiting: PurchaseImport, *, again: bool, jumps_are_right: bool) -> None:
    """Answer beforehand what the page would ask."""
    sheets = waiting.preview["sheets"]
    if again:
        for sheet in sheets:
            sheet["choice"] = "new"
    if jumps_are_right:
        for one in shown(waiting).sheets:
            sheets[one.place].update(sure=one.differ, strangers=one.strangers)
            for line in one.lines:
                sheets[one.place]["lines"][line.place]["sure"] = line.jump
    flag_modified(waiting, "preview")


def _notes(now: Shown) -> list[str]:
    return now.warnings + [
        placed(text, line.row) for sheet in now.chosen for line in sheet.lines for text in line.notes
    ]


def _say_first_fault(now: Shown, *, post: bool, leave_out: bool) -> None:
    """The first thing that stands against it, with its place, as one line."""
    if now.columns_asked:
        guessed = "、".join(f"{one.letter} = {one.field or '-'}" for one in now.columns)
        raise NotReady(
            lazy("The columns were guessed: %(columns)s. Please confirm them, or say which they are."),
            columns=guessed,
        )
    for _code, text in now.asked:
        raise NotReady(text)
    for sheet in now.chosen:
        name = " ".join(part for part in (sheet.day_text, sheet.number) if part)
        for text in sheet.errors.values():
            raise NotReady(f"{name}: {text}" if name else text)
        for line in sheet.lines:
            if line.line is None and not line.out and not leave_out:
                field_name, text = next(iter(line.errors.items()))
                raise NotReady(f"{line.row}{line.columns.get(field_name, '')}: {text}")
        if post and (wrong := sheet.people_errors()):
            raise NotReady(_whose(name, wrong))
    if post and (asked := _jumps(now.chosen)):
        raise NotReady(
            lazy("These prices differ a lot from the last ones: %(items)s. Please confirm or correct them."),
            items=asked,
        )


def _whose(name: str, wrong: Mapping[str, Text]) -> str:
    role, text = next(iter(wrong.items()))
    return f"{name} {role}: {text}"


def _jumps(sheets: Sequence[ShownSheet]) -> str:
    found = [
        f"{line.row} {line.texts['item']} {price_to_text(line.price)} ({price_to_text(line.last.price)})"
        for sheet in sheets
        for line in sheet.lines
        if line.jump and not line.is_sure and line.last
    ]
    return "、".join(found[:10]) + (" …" if len(found) > 10 else "")
