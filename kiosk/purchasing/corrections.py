"""A version beside the one that it replaced: what a correction changed, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kiosk.core.formats import fen_to_text, milli_to_text, price_to_text
from kiosk.core.i18n import Text, _, lazy
from kiosk.purchasing.models import Line, SheetVersion

COMPARED = (
    "item",
    "specification",
    "unit",
    "quantity",
    "unit_price",
    "amount",
    "supplier",
    "batch",
    "shelf_life",
    "remark",
    "item_class",
)
"""What a correction may change on a line, in the order of the grid."""


FACTS: dict[str, Text] = {
    "purchaser": lazy("Purchaser"),
    "custodian": lazy("Custodian"),
    "receiver1": lazy("First receiver"),
    "receiver2": lazy("Second receiver"),
    "nothing_bought": lazy("Nothing was bought"),
}
"""What it may change on the sheet itself, and what that is called."""


@dataclass(frozen=True)
class Difference:
    """What a correction did to one line; `before` is None for an added line, `after` for a removed one."""

    before: Line | None
    after: Line | None

    @property
    def fields(self) -> set[str]:
        """The names of the fields that changed, for a line that is on both sides."""
        if self.before is None or self.after is None:
            return set()
        return {name for name in COMPARED if getattr(self.before, name) != getattr(self.after, name)}

    def changes(self) -> list[tuple[str, str, str]]:
        """(field, old text, new text) of each field that changed."""
        assert self.before is not None
        assert self.after is not None
        return [
            (name, text(self.before, name), text(self.after, name))
            for name in COMPARED
            if name in self.fields
        ]


def text(line: Line, name: str) -> str:
    """A field of a posted line as it is read."""
    value = getattr(line, name)
    to_text = {"quantity": milli_to_text, "unit_price": price_to_text, "amount": fen_to_text}.get(name)
    return to_text(value) if to_text else str(value)


def differences(old: SheetVersion, new: SheetVersion) -> list[Difference]:
    """What changed between two versions: lines of the same item belong together, closest first."""
    left = list(old.lines)
    pairs: dict[int, Line] = {}
    for alike in (_exactly, _same_thing, _same_item):
        for line in new.lines:
            if line.id in pairs:
                continue
            match = next((earlier for earlier in left if alike(earlier, line)), None)
            if match is not None:
                pairs[line.id] = match
                left.remove(match)
    beside = [Difference(pairs.get(line.id), line) for line in new.lines]
    changed = [difference for difference in beside if difference.before is None or difference.fields]
    return changed + [Difference(line, None) for line in left]


@dataclass(frozen=True)
class Correction:
    """A version beside the one it replaced: each line and each fact of the sheet that changed."""

    version: SheetVersion
    before: SheetVersion
    lines: list[Difference]
    facts: list[tuple[Text, str, str]]
    """(name, old text, new text) of what is not in a line."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs at all."""
        return not self.lines and not self.facts


def changes_of(versions: Sequence[SheetVersion]) -> list[Correction]:
    """What each correction changed; `versions` and the answer have the newest first."""
    return [
        Correction(new, old, differences(old, new), _facts_changed(old, new))
        for new, old in pairwise(versions)
    ]


def _facts_changed(old: SheetVersion, new: SheetVersion) -> list[tuple[Text, str, str]]:
    return [
        (label, _fact(old, name), _fact(new, name))
        for name, label in FACTS.items()
        if getattr(old, name) != getattr(new, name)
    ]


def _fact(version: SheetVersion, name: str) -> str:
    value = getattr(version, name)
    return (str(_("Yes")) if value else str(_("No"))) if isinstance(value, bool) else str(value)


def _exactly(line: Line, other: Line) -> bool:
    return all(getattr(line, name) == getattr(other, name) for name in COMPARED)


def _same_thing(line: Line, other: Line) -> bool:
    return (line.item, line.specification, line.unit) == (other.item, other.specification, other.unit)


def _same_item(line: Line, other: Line) -> bool:
    return line.item == other.item
