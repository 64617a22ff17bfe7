"""Tables drawn across: a week's menu with its days as heads and its meals at the left, or the other way."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kiosk.core.cells import clean_text, is_blank, squeeze, text_of
from kiosk.core.field import Choice
from kiosk.core.formats import whole
from kiosk.core.i18n import _, listed
from kiosk.core.table_grid import Grid, letter
from kiosk.core.table_rows import NOTE
from kiosk.postings.files.columns import MOST_HEAD_ROWS, Heads, plain_head
from kiosk.postings.files.lines import Body, Remark, refused
from kiosk.postings.queries import Kind

BREAKS = re.compile(r"[\n\r+＋]+")


@dataclass(frozen=True)
class Crossed(Heads):
    """The heads of a table drawn across: which code each of its columns has, and what stands in a line."""

    codes: dict[int, str] = field(default_factory=dict)

    def unplaced(self) -> list[str]:
        """The columns right of the first that have no code: what stands left of it names the rows."""
        return []


def code_in(choice: Choice, text: str) -> str:
    """The one code whose word a head has in it: 星期一（3月2日）, 午餐 主食; "" for none, or for several."""
    plain = plain_head(text)
    if found := choice.code_of(plain):
        return found
    named = {
        code
        for code in choice.options
        for word in choice.words(code)
        if len(word) > 1 and word.lower() in plain
    }
    return named.pop() if len(named) == 1 else ""


def crossed(kind: Kind, grid: Grid) -> tuple[Heads, Body] | None:
    """The lines of a table drawn across; None for a kind that is never drawn so, and any other table."""
    if kind.crosswise is None:
        return None
    by_name = {one.name: one for one in kind.columns}
    first, second, value = kind.crosswise
    axes = [(by_name[first], by_name[second]), (by_name[second], by_name[first])]
    found = [(row, codes, axis) for axis in axes for row, codes in _head_rows(grid, axis[0])]
    if not found:
        return None
    row, codes, (across, down) = max(found, key=lambda one: (len(set(one[1].values())), -one[0]))
    words = {place: text_of(grid.visible(row, place)) for place in range(grid.width)}
    places = {across.name: row, down.name: row, value: min(codes)}
    heads = Crossed(grid, row, 1, words, places, codes=codes)
    return heads, _Reader(heads, across, down, value).read()


def _head_rows(grid: Grid, choice: Any) -> Iterator[tuple[int, dict[int, str]]]:
    """The rows that name two codes of a choice at least: by column, also those merged to the right."""
    for row in range(min(grid.height, MOST_HEAD_ROWS)):
        texts = ((place, text_of(grid.visible(row, place))) for place in range(grid.width))
        codes = {place: code for place, text in texts if text and (code := code_in(choice, text))}
        if len(set(codes.values())) > 1:
            yield row, codes


class _Reader:
    """Goes down the rows, and puts together what belongs to one code of both choices."""

    def __init__(self, heads: Crossed, across: Any, down: Any, value: str) -> None:
        self.heads, self.grid, self.across, self.down, self.value = heads, heads.grid, across, down, value
        self.texts: dict[tuple[str, str], list[str]] = {}
        self.rows: dict[tuple[str, str], int] = {}
        self.left: set[str] = set()
        self.now = ""

    def read(self) -> Body:
        """Every line, in the order of its first row."""
        body, first = Body(), min(self.heads.codes)
        self.now = "" if self._names_rows(first) else self._of_titles()
        for row in range(self.heads.first, self.grid.height):
            if any(self.grid.texts(row)) and not self._take(row, first):
                body.others.append((row + 1, self.grid.line(row).strip()[:80]))
        for (code, other), found in self.texts.items():
            body.rows.append(self.rows[code, other] + 1)
            body.texts.append(
                {self.across.name: code, self.down.name: other, self.value: "、".join(dict.fromkeys(found))}
            )
        if self.left:
            text = _(
                "Not read, since the kind has no column for it: %(words)s.",
                words=listed(sorted(self.left)),
            )
            body.remarks.append(Remark(text, self.heads.row + 1, problem=False))
        return body

    def _names_rows(self, first: int) -> bool:
        rows = range(self.heads.first, self.grid.height)
        return any(self._code(row, first) for row in rows)

    def _of_titles(self) -> str:
        return next((code for text in self.heads.titles if (code := code_in(self.down, text))), "")

    def _code(self, row: int, first: int) -> str:
        """What the cells left of the first head say of a row."""
        for place in range(first):
            if code := code_in(self.down, text_of(self.grid.visible(row, place))):
                return code
        return ""

    def _take(self, row: int, first: int) -> bool:
        texts = [text for text in self.grid.texts(row) if text]
        if NOTE.match(squeeze(texts[0]).lower()):
            return False
        code = self._code(row, first)
        self.now = code or self.now
        if not self.now and self._names_rows(first):
            return False
        for place in range(first):
            text = text_of(self.grid.visible(row, place))
            if text and not code_in(self.down, text) and whole(text) is None:
                self.left.add(text[:12])
        return sum(self._put(row, place) for place in self.heads.codes) > 0

    def _put(self, row: int, place: int) -> bool:
        cell = self.grid.cell(row, place)
        if is_blank(cell):
            return False
        key = (self.heads.codes[place], self.now)
        lines = [clean_text(part) for part in BREAKS.split(str(cell))]
        self.texts.setdefault(key, []).extend(line for line in lines if line)
        self.rows.setdefault(key, row)
        return True


def gathered(kind: Kind, heads: Heads, body: Body) -> Body:
    """A list with a line for each dish: the lines of one day and meal are one, and say each dish once.

    A day, or a meal, that stands in the first line of several counts for those below it; a meal that stands
    in no line is the one that a title names.
    """
    if kind.crosswise is None or isinstance(heads, Crossed):
        return body
    first, second, value = kind.crosswise
    meal: Any = next(one for one in kind.columns if one.name == second)
    titled = next((code for text in heads.titles if (code := code_in(meal, text))), "")
    found: dict[tuple[str, str], dict[str, str]] = {}
    rows: dict[tuple[str, str], int] = {}
    above = {first: "", second: ""}
    for row, texts in zip(body.rows, body.texts, strict=True):
        above = {name: texts.get(name) or above[name] for name in above}
        key = (above[first], above[second] or titled)
        line = found.setdefault(key, {**texts, first: key[0], second: key[1], value: ""})
        rows.setdefault(key, row)
        line[value] = "、".join(dict.fromkeys(filter(None, [*line[value].split("、"), texts.get(value, "")])))
    notes = [one for one in body.remarks if not one.problem]
    wrong = [
        Remark(problem, row, letter(heads.places[one.name]))
        for row, texts in zip(rows.values(), found.values(), strict=True)
        for one in kind.columns
        if one.name in heads.places and (problem := refused(one, texts[one.name]))
    ]
    return Body(list(rows.values()), list(found.values()), body.others, [*notes, *wrong])
