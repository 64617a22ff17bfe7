"""What stands on the board, and the shapes in which rooms above hand it in; it imports none of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from kiosk.core.i18n import Text
from kiosk.core.room import measure
from kiosk.counters.models import Canteen
from kiosk.postings.queries import Times as Times
from kiosk.postings.queries import posted_when as posted_when


class Marked(Protocol):
    """A line that may be marked."""

    @property
    def is_marked(self) -> bool:
        """Whether it is to be seen at first sight."""


Line = TypeVar("Line", bound=Marked)


@dataclass(frozen=True)
class PostedLine:
    """One posted line: `quantity` in thousandths, `unit_price` in 0.0001 yuan, `amount` in fen."""

    item: str
    specification: str
    unit: str
    quantity: int
    unit_price: int
    amount: int
    supplier: str
    is_marked: bool = False
    """Whether its price stands out beside its own past; `beside` says beside what."""
    beside: Text = ""


@dataclass(frozen=True)
class PublicSheet:
    """One sheet as it is posted: who and when, its lines, its `total` in fen."""

    number: str
    times: Times
    purchaser: str
    receivers: tuple[str, ...]
    lines: tuple[PostedLine, ...]
    total: int
    nothing_bought: bool
    posting: int = 0
    """The number of its posting."""


@dataclass(frozen=True)
class Posted:
    """What a canteen posted for a day: its sheets, each with its own time and people, at least one."""

    day: date
    sheets: tuple[PublicSheet, ...]

    @property
    def lines(self) -> tuple[PostedLine, ...]:
        """The lines of all sheets."""
        return tuple(line for sheet in self.sheets for line in sheet.lines)

    @property
    def total(self) -> int:
        """All sheets together, in fen."""
        return sum(sheet.total for sheet in self.sheets)

    @property
    def nothing_bought(self) -> bool:
        """Whether every sheet says so."""
        return all(sheet.nothing_bought for sheet in self.sheets)


def at_sight(lines: Sequence[Line], most: int) -> tuple[list[Line], list[Line]]:
    """The lines that are seen without a tap and those behind "more": the first few, and every marked one."""
    seen = [n for n, line in enumerate(lines) if n < most or line.is_marked]
    if len(lines) - len(seen) == 1:  # one more takes no more room than the words "one more"
        seen = list(range(len(lines)))
    return [lines[n] for n in seen], [line for n, line in enumerate(lines) if n not in set(seen)]


def purchases(canteen: Canteen | None, day: date) -> Posted | None:
    """What the canteen posted that day, or None (no canteen, nothing posted, nobody posts purchases)."""
    of_canteen = measure("purchases")
    return of_canteen(canteen, day) if of_canteen and canteen else None
