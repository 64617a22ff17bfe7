"""What was read, as the database has it until somebody confirms it: texts, so that nothing typed is lost."""

from collections.abc import Sequence

from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.purchasing.checks import FIELDS, PEOPLE
from kiosk.purchasing.imports.adoption import Json, adopt
from kiosk.purchasing.imports.naming import canteen_in, canteen_of
from kiosk.purchasing.ledger import LedgerLine, LedgerProblem, LedgerSheet, Preview, plain


def preview_json(preview: Preview, canteen: Canteen, file_name: str) -> Json:
    """A preview as it is stored, its sheets with the canteens they belong to."""
    sheets = _with_canteens([_sheet_json(sheet) for sheet in preview.sheets], canteen, file_name)
    return {
        "table": preview.table,
        "taken_for": preview.taken_for,
        "candidates": preview.candidates,
        "hidden_tables": preview.hidden_tables,
        "other_tables": preview.other_tables,
        "may_read_as_purchases": preview.may_read_as_purchases,
        "guessed": preview.guessed,
        "columns": [
            [column.letter, column.name, column.field, [*column.samples]] for column in preview.columns
        ],
        "problems": [problem_json(problem) for problem in preview.problems],
        "sheets": adopt(sheets),
    }


def problem_json(problem: LedgerProblem) -> Json:
    """A problem as it is stored."""
    params = {name: str(value) for name, value in problem.params.items()}
    return {
        "row": problem.row,
        "column": problem.column,
        "code": problem.code,
        "severity": problem.severity,
        "field": problem.field,
        "params": params,
    }


def _sheet_json(sheet: LedgerSheet) -> Json:
    lines: list[Json] = [{"row": line.row, "texts": texts_of(line), "bad": False} for line in sheet.lines]
    for bad in sheet.bad_lines:
        texts = {name: text for name, text in bad.texts.items() if name in FIELDS and text}
        first = {name: bad.texts.get(name, "") for name in FIELDS}
        problems = [problem_json(problem) for problem in bad.problems]
        lines.append({"row": bad.row, "texts": texts, "bad": True, "problems": problems, "first": first})
    return {**_head_json(sheet), "lines": sorted(lines, key=lambda line: line["row"])}


def _head_json(sheet: LedgerSheet) -> Json:
    receivers = [*sheet.receivers, "", ""]
    names = (sheet.purchaser, sheet.custodian, receivers[0], receivers[1])
    return {
        "day": sheet.date.isoformat() if sheet.date else "",
        "number": sheet.number[:40],
        "title": sheet.title,
        "table": sheet.table,
        "said": sheet.canteen,
        "people": {role: name[:40] for role, name in zip(PEOPLE, names, strict=True)},
        "choice": "",
        "reason": "",
    }


def _with_canteens(sheets: Sequence[Json], chosen: Canteen, file_name: str) -> list[Json]:
    """Each sheet with its canteen's code: of the named one, else the chosen; "" where a person must say.

    A file that names one other canteen than the chosen is asked about; one that names several is parted.
    """
    known = counters.canteens()
    named = [_named(sheet, known, file_name) for sheet in sheets]
    is_parted = len({name for name, _canteen in named}) > 1
    return [
        {**sheet, "said": name, "canteen": _code(name, canteen, chosen, is_parted=is_parted)}
        for sheet, (name, canteen) in zip(sheets, named, strict=True)
    ]


def _named(sheet: Json, known: Sequence[Canteen], file_name: str) -> tuple[str, Canteen | None]:
    """The name of a canteen as the file has it, and which one that is."""
    name = sheet["said"]
    if name:
        return name, canteen_of(name, known) or canteen_in([name], known)
    canteen = canteen_in([sheet["title"], sheet["table"], file_name], known)
    return canteen.name if canteen else "", canteen


def _code(name: str, canteen: Canteen | None, chosen: Canteen, *, is_parted: bool) -> str:
    if canteen is None:
        return "" if name and is_parted else chosen.code
    return canteen.code if is_parted or canteen.id == chosen.id else ""


def texts_of(line: LedgerLine) -> dict[str, str]:
    """A ready line as it would be typed into the grid, with the amount that the paper says."""
    texts = {
        name: str(getattr(line, name)) for name in FIELDS if name not in ("quantity", "unit_price", "amount")
    }
    texts["quantity"], texts["unit_price"] = plain(line.quantity), plain(line.unit_price, 2)
    texts["amount"] = plain(line.amount if line.written is None else line.written, 2)
    return {name: text for name, text in texts.items() if text}
