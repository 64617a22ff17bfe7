"""A version beside the one that it replaced, cell by cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise, zip_longest
from typing import Any, NamedTuple

from kiosk.core.field import Paragraphs
from kiosk.core.i18n import Text
from kiosk.postings.queries.contents import Declared, Version, shown

Row = dict[str, Any]


class Cell(NamedTuple):
    """What is called `label`: the old text and the new one."""

    label: Text
    old: str
    new: str


@dataclass(frozen=True)
class RowChange:
    """A row: `before` is None for an added one, `after` for one that was taken out; else its cells."""

    number: int
    before: Row | None
    after: Row | None
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Difference:
    """What a version changed."""

    version: Version
    fields: tuple[Cell, ...]
    rows: tuple[RowChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs at all."""
        return not self.fields and not self.rows


def differences(versions: Sequence[Version]) -> dict[int, Difference]:
    """What each version changed, by its number; `versions` have the newest first."""
    return {new.row.version: difference(old, new) for new, old in pairwise(versions)}


def difference(old: Version, new: Version) -> Difference:
    """What the new version changed."""
    fields = changed(new.kind.inputs, old.content["fields"], new.content["fields"])
    return Difference(new, tuple(fields), tuple(_rows(new.kind.columns, old.rows, new.rows)))


def changed(inputs: Sequence[Declared], old: Row, new: Row) -> list[Cell]:
    """The values that are not the same on both sides."""
    found: list[Cell] = []
    for one in inputs:
        before, after = old.get(one.name), new.get(one.name)
        if isinstance(one, Paragraphs) and before and after:
            found += _paragraphs(one, before.split("\n"), after.split("\n"))
        elif before != after:
            found.append(Cell(one.label, shown(one, before), shown(one, after)))
    return found


def _paragraphs(one: Paragraphs, old: list[str], new: list[str]) -> list[Cell]:
    """The paragraphs that are not the same on both sides; the others need not be read again."""
    match = SequenceMatcher(None, old, new, autojunk=False)
    return [
        Cell(one.label, shown(one, "\n".join(old[first:last])), shown(one, "\n".join(new[begin:end])))
        for tag, first, last, begin, end in match.get_opcodes()
        if tag != "equal"
    ]


def _rows(columns: Sequence[Declared], old: list[Row], new: list[Row]) -> list[RowChange]:
    """Rows that stayed the same stand beside each other; what lies between is compared in its order."""
    found = []
    left, right = ([tuple(row.items()) for row in rows] for rows in (old, new))
    match = SequenceMatcher(None, left, right, autojunk=False)
    for tag, first, last, begin, end in match.get_opcodes():
        if tag != "equal":
            pairs = zip_longest(old[first:last], new[begin:end])
            found += [_row(columns, begin + number, *pair) for number, pair in enumerate(pairs, 1)]
    return found


def _row(columns: Sequence[Declared], number: int, before: Row | None, after: Row | None) -> RowChange:
    cells = changed(columns, before, after) if before and after else ()
    return RowChange(number, before, after, tuple(cells))
