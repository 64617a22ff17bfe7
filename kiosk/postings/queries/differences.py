"""A version beside the one that it replaced, cell by cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from itertools import pairwise, zip_longest
from typing import Any, NamedTuple

from kiosk.core.field import Paragraphs
from kiosk.core.i18n import Text, _
from kiosk.postings.models import PostingDraft
from kiosk.postings.queries.attached import Attached
from kiosk.postings.queries.contents import Declared, Version, shown, shown_cell
from kiosk.postings.queries.kinds import Kind, kind_of

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
    fields = changed(new.kind.facts, old.content["fields"], new.content["fields"])
    if old.is_nothing != new.is_nothing:
        fields.append(Cell(new.kind.nothing, _yes(old.is_nothing), _yes(new.is_nothing)))
    fields += _attachments(old, new)
    return Difference(new, tuple(fields), tuple(_rows(new.kind, old.rows, new.rows)))


def _attachments(old: Version, new: Version) -> list[Cell]:
    """The attachments that came, went, or are called otherwise."""
    before, after = ({one.digest: one for one in of.attachments} for of in (old, new))
    found = []
    for own in [*before, *(own for own in after if own not in before)]:
        was, now = before.get(own), after.get(own)
        if not (was and now and was.name == now.name):
            found.append(Cell(str(_("Attachment")), _called(was), _called(now)))
    return found


def _called(one: Attached | None) -> str:
    if one is None:
        return "—"
    return one.name or str(_("(erased)"))


def _yes(said: bool) -> str:
    return str(_("Yes") if said else _("No"))


def meanwhile(
    draft: PostingDraft, fields: Mapping[str, str], rows: Sequence[Mapping[str, str]]
) -> list[Cell]:
    """What stands in a draft now and is not what was typed: its label, what was typed, what is stored."""
    kind = kind_of(draft.posting.kind)
    pairs = [
        (one, one.label, fields.get(one.name, ""), draft.fields.get(one.name, "")) for one in kind.inputs
    ]
    none: Mapping[str, str] = {}
    for number, (typed, stored) in enumerate(zip_longest(rows, draft.rows, fillvalue=none), 1):
        pairs += [
            (one, f"{one.label} {number}", typed.get(one.name, ""), stored.get(one.name, ""))
            for one in kind.columns
        ]
    cells = [
        Cell(label, shown_cell(one, typed), shown_cell(one, stored)) for one, label, typed, stored in pairs
    ]
    return [cell for cell in cells if cell.old != cell.new]


def changed(inputs: Sequence[Declared], old: Row, new: Row) -> list[Cell]:
    """The values that are not the same on both sides."""
    found: list[Cell] = []
    for one in inputs:
        before, after = old.get(one.name), new.get(one.name)
        if isinstance(one, Paragraphs) and before and after:
            found += _paragraphs(one, before.split("\n"), after.split("\n"))
        elif not _same(before, after):
            found.append(Cell(one.label, shown(one, before), shown(one, after)))
    return found


def _same(before: Any, after: Any) -> bool:
    """Whether it says the same; of a person whose number nobody knew then, whether the name is the same."""
    if isinstance(before, dict) and isinstance(after, dict) and None in (before["person"], after["person"]):
        return bool(before["name"] == after["name"])
    return bool(before == after or (before in (None, "") and after in (None, "")))


def _paragraphs(one: Paragraphs, old: list[str], new: list[str]) -> list[Cell]:
    """The paragraphs that are not the same on both sides; the others need not be read again."""
    match = SequenceMatcher(None, old, new, autojunk=False)
    return [
        Cell(one.label, shown(one, "\n".join(old[first:last])), shown(one, "\n".join(new[begin:end])))
        for tag, first, last, begin, end in match.get_opcodes()
        if tag != "equal"
    ]


def _rows(kind: Kind, old: list[Row], new: list[Row]) -> list[RowChange]:
    """Rows that say the same belong together, then rows of one thing (`Kind.thing`), then rows at one place
    that are mostly the same. So a row that was taken out does not make others of all below it.
    """
    columns, pairs = kind.shown_columns, dict[int, Row]()
    left = list(enumerate(old))
    for alike in (_equal, partial(_of_one_thing, kind), partial(_at_one_place, columns)):
        for place in [place for place in range(len(new)) if place not in pairs]:
            match = next((one for one in left if alike(one, (place, new[place]))), None)
            if match is not None:
                pairs[place] = match[1]
                left.remove(match)
    beside = [
        RowChange(n + 1, pairs.get(n), row, _cells(columns, pairs.get(n), row)) for n, row in enumerate(new)
    ]
    found = [change for change in beside if change.before is None or change.cells]
    return found + [RowChange(place + 1, row, None) for place, row in left]


def _cells(columns: Sequence[Declared], before: Row | None, after: Row) -> tuple[Cell, ...]:
    return tuple(changed(columns, before, after)) if before else ()


Placed = tuple[int, Row]


def _equal(old: Placed, new: Placed) -> bool:
    return old[1] == new[1]


def _of_one_thing(kind: Kind, old: Placed, new: Placed) -> bool:
    return bool(kind.thing(old[1])) and kind.thing(old[1]) == kind.thing(new[1])


def _at_one_place(columns: Sequence[Declared], old: Placed, new: Placed) -> bool:
    """Whether it is one row with a few other values: at the same place, and most of it is the same."""
    same = sum(_same(old[1].get(one.name), new[1].get(one.name)) for one in columns)
    return old[0] == new[0] and (len(columns) == 1 or 2 * same > len(columns))
