"""Beside what something stands: typed lines beside their last prices, a version beside the one before."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import select

from kiosk.catalogue.models import Item
from kiosk.catalogue.queries.units import convert
from kiosk.core.db import session
from kiosk.core.formats import fen_to_text, milli_to_text, price_to_text
from kiosk.core.i18n import Text, _, lazy
from kiosk.purchasing.checks import CheckedLine
from kiosk.purchasing.models import Line, Sheet, SheetVersion
from kiosk.purchasing.queries import EarlierPrice, Key, key_of, past_prices
from kiosk.purchasing.settings import JUMP_PERCENT
from kiosk.school import queries as school

REMEMBERED = timedelta(weeks=26)
"""How far back the grid proposes prices and suppliers."""


@dataclass(frozen=True)
class Jump:
    """A typed price that rose or fell more than the school's setting since the last time."""

    row: int
    item: str
    unit: str
    price: int
    last: EarlierPrice

    @property
    def change(self) -> float:
        """The change as a ratio, +0.39."""
        return self.price / self.last.price - 1


def last_prices(lines: Iterable[tuple[int, str, str, str]], day: date) -> dict[int, EarlierPrice]:
    """For typed lines (row, item's name, specification, unit): the last price before the day, by row."""
    rows = list(lines)
    names = {name for _, name, _, _ in rows}
    ids = {name: key for name, key in session.execute(select(Item.name, Item.id).where(Item.name.in_(names)))}
    known = [
        (row, (ids[name], specification, unit)) for row, name, specification, unit in rows if name in ids
    ]
    past = past_prices([line for _, line in known], day)
    found = {}
    for row, line in known:
        for earlier, price, unit in past.get(key_of(*line), []):
            converted = convert(price, unit, line[2])
            if converted:
                found[row] = EarlierPrice(earlier, converted)
                break
    return found


def jumps(lines: Sequence[CheckedLine], day: date) -> list[Jump]:
    """The good lines whose price is to be asked about before it is posted."""
    most = school.settings()[JUMP_PERCENT]
    typed = [
        (n, line.texts["item"], line.texts.get("specification", ""), line.texts.get("unit", ""))
        for n, line in enumerate(lines)
    ]
    found = []
    for n, last in last_prices(typed, day).items():
        line = lines[n]
        if line.unit_price == 0:  # a gift has no price that could be compared
            continue
        if abs(line.unit_price - last.price) * 100 > last.price * most:
            found.append(
                Jump(line.row, line.texts["item"], line.texts.get("unit", ""), line.unit_price, last)
            )
    return sorted(found, key=lambda jump: jump.row)


@dataclass(frozen=True)
class Remembered:
    """The last price of an item in one specification and unit, and who delivered it."""

    specification: str
    unit: str
    price: int
    day: date
    supplier: str


def remembered(day: date) -> dict[int, list[Remembered]]:
    """By item: its last price before the day in each specification and unit, newest first; one query."""
    query = (
        select(Line.item_id, Line.specification, Line.unit, Line.unit_price, Sheet.day, Line.supplier)
        .join(SheetVersion, SheetVersion.id == Line.version_id)
        .join(Sheet, Sheet.posted_version_id == SheetVersion.id)
        .where(Sheet.day < day, Sheet.day >= day - REMEMBERED, Line.unit_price > 0)
        .order_by(Sheet.day.desc(), Line.id.desc())
    )
    seen: set[Key] = set()
    found: dict[int, list[Remembered]] = defaultdict(list)
    for item_id, specification, unit, price, bought, supplier in session.execute(query):
        key = key_of(item_id, specification, unit)
        if key not in seen:
            seen.add(key)
            found[item_id].append(Remembered(specification, unit, price, bought, supplier))
    return found


def remembered_by_name(day: date) -> dict[str, list[Remembered]]:
    """The same by the item's name."""
    past = remembered(day)
    names = session.execute(select(Item.id, Item.name).where(Item.id.in_(past)))
    return {name: past[key] for key, name in names}


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
    shown = {"quantity": milli_to_text, "unit_price": price_to_text, "amount": fen_to_text}.get(name)
    return shown(value) if shown else str(value)


def differences(old: SheetVersion, new: SheetVersion) -> list[Difference]:
    """What changed between two versions: lines of the same item belong together, closest first."""
    left = list(old.lines)
    pairs: dict[int, Line] = {}
    for alike in (_exactly, _same_thing, _same_item):
        for line in new.lines:
            if line.id in pairs:
                continue
            match = next((one for one in left if alike(one, line)), None)
            if match is not None:
                pairs[line.id] = match
                left.remove(match)
    found = [Difference(pairs.get(line.id), line) for line in new.lines]
    return [one for one in found if one.before is None or one.fields] + [
        Difference(line, None) for line in left
    ]


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


def corrections(versions: Sequence[SheetVersion]) -> list[Correction]:
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


def _exactly(one: Line, other: Line) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in COMPARED)


def _same_thing(one: Line, other: Line) -> bool:
    return (one.item, one.specification, one.unit) == (other.item, other.specification, other.unit)


def _same_item(one: Line, other: Line) -> bool:
    return one.item == other.item
