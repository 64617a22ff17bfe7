"""Which line of a later version an earlier one became, so that a question stays with what it is about."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from kiosk.postings.queries.contents import Version, shown
from kiosk.postings.queries.kinds import Kind
from kiosk.postings.queries.posted import Posted

WHOLE = 0
"""The number that stands for the posting as a whole; lines are counted from 1."""
MOST_NAMED = 3
"""So many cells name a line."""


class Lines:
    """The lines of a posting, followed through its versions."""

    def __init__(self, posted: Posted) -> None:
        self.posted = posted
        self._rows = {one.row.version: one.rows for one in posted.versions}
        self._next = {
            old.row.version: _moved(posted.kind, old.rows, new.rows) for new, old in pairwise(posted.versions)
        }

    def now(self, version: int, row: int) -> int | None:
        """The number that a line of a version has in the version in force; None once it was taken out."""
        found: int | None = row
        for step in range(version, self.posted.in_force.row.version):
            if found != WHOLE:
                found = self._next[step].get(found or -1)
        return found

    def cells(self, version: int, row: int) -> list[tuple[str, str]]:
        """What a line of a version says: the label and value of each cell that says something."""
        rows = self._rows.get(version, [])
        if not 1 <= row <= len(rows):
            return []
        values = rows[row - 1]
        found = ((str(one.label), values.get(one.name), one) for one in self.posted.kind.shown_columns)
        return [(label, shown(one, value)) for label, value, one in found if value not in (None, "")]

    def name(self, version: int, row: int) -> str:
        """What a line is called: its first cells."""
        return " · ".join(value for _label, value in self.cells(version, row)[:MOST_NAMED])


def version_of(posted: Posted, number: int) -> Version:
    """The version with this number."""
    return next(one for one in posted.versions if one.row.version == number)


def _moved(kind: Kind, old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]) -> dict[int, int]:
    """By the number of each old line the number of the new one that took its place."""
    left, right = ([tuple(row.items()) for row in rows] for rows in (old, new))
    found: dict[int, int] = {}
    for tag, first, last, begin, end in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            found.update({first + n + 1: begin + n + 1 for n in range(last - first)})
        elif tag == "replace":
            found.update(_paired(kind, old[first:last], new[begin:end], first, begin))
    return found


def _paired(
    kind: Kind, old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]], first: int, begin: int
) -> dict[int, int]:
    """Lines that changed: each with the one of the same thing (`Kind.thing`), what is left in its order."""
    found: dict[int, int] = {}
    free = list(range(len(new)))
    things = [kind.thing(row) for row in new]
    rest = []
    for number, row in enumerate(old):
        own = kind.thing(row)
        if own and (same := next((one for one in free if things[one] == own), None)) is not None:
            found[first + number + 1] = begin + same + 1
            free.remove(same)
        else:
            rest.append(number)
    if len(old) == len(new):
        found.update({first + a + 1: begin + b + 1 for a, b in zip(rest, free, strict=True)})
    return found
