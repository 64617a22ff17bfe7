"""Reading CSV, TSV and the HTML tables that some systems call .xls."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from kiosk.core.i18n import lazy
from kiosk.core.tables import MOST_COLUMNS, MOST_ROWS, Cell, Table, UnreadableFile

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def _without_mark(data: bytes) -> list[str]:
    """What a text without a mark may be: in UTF-16 many bytes are 0, all at even or all at odd places."""
    even, odd = data[:400:2].count(0), data[1:400:2].count(0)
    if (even == 0) != (odd == 0) and len(data) % 2 == 0:
        return ["utf-16-be" if even else "utf-16-le"]
    return ["utf-8", "gb18030"]


def decode(data: bytes) -> str:
    """The text of a file: by its byte order mark, else strict UTF-8, else GB18030. Raises UnreadableFile."""
    encodings = [name for mark, name in MARKS if data.startswith(mark)] or _without_mark(data)
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableFile(
        lazy("This file is neither a workbook (.xlsx, .xls) nor text (CSV, TSV) in UTF-8 or GBK.")
    )


def delimiter_of(text: str) -> str:
    """Tab, comma or semicolon, whichever cuts the first lines most; tabs win, as no cell holds one.

    A tab beside a comma or a semicolon is white space: some shops' systems keep long numbers as text by it.
    """
    named = re.match(r"\ufeff?\s*sep=([,;\t|])\s*[\r\n]", text)
    if named:
        return named[1]
    lines = [line for line in text[:100_000].splitlines()[:100] if line.strip()]
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines]
    inner = [re.sub(r"\t+(?=[,;]|$)|(?<=[,;])\t+", "", line) for line in bare]
    commas = sum(min(line.count(","), 1) for line in inner)
    if sum("\t" in line for line in inner) * 3 >= len(lines) > 0 and commas < len(lines) * 3:
        return "\t"
    counts = {mark: sum(line.count(mark) for line in inner) for mark in (",", ";", "\t", "|")}
    return max(counts, key=lambda mark: counts[mark])


def read_delimited(text: str, name: str, most_rows: int = MOST_ROWS) -> Table:
    """A text of delimited cells as a table; a quoted cell may hold line breaks.

    UnreadableFile names the line in which a quote is opened and never closed.
    """
    mark = delimiter_of(text)
    rows: list[list[Cell]] = []
    truncated = False
    for cells in _cut(text, mark):
        if len(rows) >= most_rows:
            truncated = True
            break
        truncated = truncated or any(cells[MOST_COLUMNS:])
        rows.append(trimmed(cells[:MOST_COLUMNS]))
    if rows and re.match(r"\ufeff?\s*sep=", str((rows[0] or [""])[0])):
        rows[0] = []
    while rows and not rows[-1]:
        rows.pop()
    return Table(name, rows, truncated=truncated)


def _cut(text: str, mark: str) -> Iterator[list[str]]:
    """The rows of a text, cell by cell."""
    plain = re.compile(rf"[^{re.escape(mark)}\r\n]*")
    cells: list[str] = []
    at, line = 0, 1
    while at < len(text):
        quoted = _quoted(text, at, mark, line)
        cell = quoted if quoted is not None else plain.match(text, at)
        assert cell is not None
        value = cell[0] if quoted is None else quoted["cell"].replace('""', '"') + quoted["rest"]
        cells.append(value)
        line += value.count("\n")
        at = cell.end()
        if at >= len(text) or text[at] != mark:
            yield cells
            cells = []
            at += 2 if text.startswith("\r\n", at) else 1
            line += 1
        else:
            at += 1
            if at >= len(text):
                cells.append("")
    if cells:
        yield cells


def _quoted(text: str, at: int, mark: str, line: int) -> re.Match[str] | None:
    """The quoted cell that begins at `at`, ="…" too; None when none does, or where a quote is only a sign.

    What runs over a line's end must be closed like a cell, and may not hold what looks like other lines.
    """
    start = at + 1 if text.startswith('="', at) else at
    if not text.startswith('"', start):
        return None
    end = re.escape(mark)
    within = re.compile(rf'"(?P<cell>(?:[^"\r\n]|"")*)"(?P<rest>[^{end}\r\n]*)').match(text, start)
    if within:
        return within
    over = re.compile(rf'"(?P<cell>(?:[^"]|"")*)"(?P<rest>)(?=[{end}\r\n]|\Z)').match(
        text, start, start + 20_000
    )
    if over and max(part.count(mark) for part in over["cell"].splitlines()) < 3:
        return over
    if mark == "\t":  # a spreadsheet quotes what needs it; whatever else begins with a quote was typed so
        return None
    raise UnreadableFile(
        lazy("In line %(line)s a quotation mark is opened but not closed. Please fix that line."), line=line
    )


def trimmed(cells: list[str]) -> list[Cell]:
    """Empty cells are None; those at the end are cut."""
    row: list[Cell] = [cell if cell.strip() else None for cell in cells]
    while row and row[-1] is None:
        row.pop()
    return row


def _span(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 1


class _Tables(HTMLParser):
    """Collects the cells of the tables in a page, with the ranges that they span."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[dict[int, str]] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.taken: set[tuple[int, int]] = set()
        self.hidden: set[int] = set()
        self.column: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr" and len(self.rows) < MOST_ROWS:
            self.rows.append({})
            if re.search(r"display\s*:\s*none", dict(attrs).get("style") or ""):
                self.hidden.add(len(self.rows) - 1)
        elif tag in ("td", "th") and self.rows:
            self._cell({name: value or "" for name, value in attrs})
        elif tag == "br":
            self.handle_data("\n")

    def _cell(self, attrs: dict[str, str]) -> None:
        row, column = len(self.rows) - 1, 0
        while column in self.rows[row] or (row, column) in self.taken:
            column += 1
        if column >= MOST_COLUMNS:
            self.column = None
            return
        self.column = column
        self.rows[row][column] = ""
        spans = [_span(attrs.get(name, "")) for name in ("rowspan", "colspan")]
        down, across = min(max(spans[0], 1), MOST_ROWS), min(max(spans[1], 1), MOST_COLUMNS)
        if down > 1 or across > 1:
            self.merged.append((row, column, row + down - 1, column + across - 1))
            for r in range(row, min(row + down, row + 200)):
                self.taken.update((r, c) for c in range(column, column + across))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr"):
            self.column = None

    def handle_data(self, data: str) -> None:
        if self.column is not None and self.rows:
            self.rows[-1][self.column] += data


def read_html(text: str, name: str) -> Table:
    """The tables of an HTML page, one under the other."""
    page = _Tables()
    page.feed(text)
    rows = [trimmed([row.get(c, "").strip() for c in range(max(row, default=-1) + 1)]) for row in page.rows]
    if not any(rows):
        raise UnreadableFile(lazy("This is a web page without a table. Please save the sheet as .xlsx."))
    hidden = {row for row in page.hidden if rows[row]}
    return Table(name, rows, page.merged, truncated=len(page.rows) >= MOST_ROWS, hidden_rows=hidden)
