"""What was read, as it is kept until somebody confirms it: texts, so that nothing typed is lost."""

from collections.abc import Sequence
from typing import Any

from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.purchasing.checks import FIELDS, PEOPLE
from kiosk.purchasing.imports.adopting import adopt
from kiosk.purchasing.imports.naming import meant, mentioned
from kiosk.purchasing.ledger import LedgerLine, LedgerProblem, LedgerSheet, Preview, plain

Kept = dict[str, Any]


def kept(found: Preview, canteen: Canteen, file_name: str) -> Kept:
    """A preview as it is stored, its sheets with the canteens they belong to."""
    sheets = [_kept_sheet(sheet) for sheet in found.sheets]
    _place(sheets, canteen, file_name)
    adopt(sheets)
    return {
        "table": found.table,
        "taken_for": found.taken_for,
        "candidates": found.candidates,
        "hidden_tables": found.hidden_tables,
        "other_tables": found.other_tables,
        "may_read_as_purchases": found.may_read_as_purchases,
        "guessed": found.guessed,
        "columns": [[one.letter, one.name, one.field, list(one.samples)] for one in found.columns],
        "problems": [told(problem) for problem in found.problems],
        "sheets": sheets,
    }


def told(problem: LedgerProblem) -> Kept:
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


def _kept_sheet(sheet: LedgerSheet) -> Kept:
    lines: list[Kept] = [{"row": line.row, "texts": texts_of(line), "bad": False} for line in sheet.lines]
    for bad in sheet.bad_lines:
        texts = {name: text for name, text in bad.texts.items() if name in FIELDS and text}
        first = {name: bad.texts.get(name, "") for name in FIELDS}
        problems = [told(problem) for problem in bad.problems]
        lines.append({"row": bad.row, "texts": texts, "bad": True, "problems": problems, "first": first})
    lines.sort(key=lambda line: line["row"])
    return {**_head(sheet), "lines": lines}


def _head(sheet: LedgerSheet) -> Kept:
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


def _place(sheets: Sequence[Kept], chosen: Canteen, file_name: str) -> None:
    """Give each sheet its canteen's code: of the named one, else the chosen; "" where a person must say.

    A file that names one other canteen than the chosen is asked about; one that names several is parted.
    """
    known = counters.canteens()
    named: list[Canteen | None] = []
    for sheet in sheets:
        one = meant(sheet["said"], known) or mentioned([sheet["said"]], known)
        if one is None and not sheet["said"]:
            one = mentioned([sheet["title"], sheet["table"], file_name], known)
            sheet["said"] = one.name if one else ""
        named.append(one)
    several = len({sheet["said"] for sheet in sheets}) > 1
    for sheet, one in zip(sheets, named, strict=True):
        if one is None:
            sheet["canteen"] = "" if sheet["said"] and several else chosen.code
        else:
            sheet["canteen"] = one.code if several or one.id == chosen.id else ""


def texts_of(line: LedgerLine) -> dict[str, str]:
    """A ready line as it would be typed into the grid, with the amount that the paper says."""
    texts = {
        name: str(getattr(line, name)) for name in FIELDS if name not in ("quantity", "unit_price", "amount")
    }
    texts["quantity"], texts["unit_price"] = plain(line.quantity), plain(line.unit_price, 2)
    texts["amount"] = plain(line.amount if line.written is None else line.written, 2)
    return {name: text for name, text in texts.items() if text}
