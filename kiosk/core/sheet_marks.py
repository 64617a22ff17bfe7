"""What the XML of a sheet says beside its values: errors, formulas without a value, what is hidden."""

import re
from collections.abc import Iterator

from kiosk.core.packages import TRUE, SheetPart, attributes
from kiosk.core.tables import FORMULA, MOST_COLUMNS, MOST_ROWS, Cell, Marks

TAG = re.compile(rb"<(?:\w+:)?(row|col|c)(?=[\s/>])([^>]*)>")
CELL_END = re.compile(rb"</(?:\w+:)?c\s*>")
HAS_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)<")
REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
NOTABLE = re.compile(rb"hidden\s*=|\bt\s*=\s*[\"']e[\"']|<(?:\w+:)?f[\s/>]|\bht\s*=\s*[\"']0[\"']")
ZERO = re.compile(rb"-?0*\.?0*(?:[eE][+-]?\d+)?")


def marks_of(sheet: SheetPart, *, uncalculated: bool) -> Marks:
    """The marks of a sheet; with `uncalculated` a formula's cached 0 is no value."""
    marks = Marks(hidden=sheet.hidden)
    if not NOTABLE.search(sheet.xml):
        return marks
    row, column = -1, -1
    for tag, text, inside in _pieces(sheet.xml):
        fields = attributes(text.decode("utf-8", "replace"))
        if tag == b"col":
            if _is_hidden(fields, "width"):
                marks.hidden_columns.update(_span(fields))
        elif tag == b"row":
            row, column = _number(fields.get("r"), row + 2) - 1, -1
            if _is_hidden(fields, "ht"):
                marks.hidden_rows.add(row)
        else:
            place = REFERENCE.fullmatch(fields.get("r", ""))
            row, column = (int(place[2]) - 1, column_of(place[1])) if place else (row, column + 1)
            mark = _mark(fields.get("t", ""), inside, uncalculated=uncalculated)
            if mark is not None and row < MOST_ROWS and column < MOST_COLUMNS:
                marks.cells[row, column] = mark
    return marks


def _pieces(xml: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Every tag of a row, a column or a cell, with what stands in it up to the next; in one pass."""
    before = None
    for match in TAG.finditer(xml):
        if before is not None:
            yield before[1], before[2], xml[before.end() : match.start()]
        before = match
    if before is not None:
        yield before[1], before[2], xml[before.end() : before.end() + 100_000]


def _mark(kind: str, inside: bytes, *, uncalculated: bool) -> Cell:
    end = CELL_END.search(inside)
    inside = inside[: end.start()] if end else inside
    value = VALUE.search(inside)
    text = value[1].strip() if value else b""
    if kind == "e":
        return text.decode("utf-8", "replace")[:20] or "#N/A"
    if not HAS_FORMULA.search(inside) or kind == "str":  # a cached text is a value, an empty one too
        return None
    return FORMULA if not text or (uncalculated and ZERO.fullmatch(text)) else None


def _is_hidden(fields: dict[str, str], size: str) -> bool:
    return fields.get("hidden", "").lower() in TRUE or fields.get(size) == "0"


def _span(fields: dict[str, str]) -> range:
    first = _number(fields.get("min"), 1)
    return range(first - 1, min(_number(fields.get("max"), first), MOST_COLUMNS))


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"[0-9]{1,7}", text) else otherwise


def column_of(letters: str) -> int:
    """The column that letters name, counted from 0."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1
