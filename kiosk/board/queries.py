"""What stands on the board. Rooms above hand in, by their manifest, what they post; the board imports none.

A `Kind` is one kind of posting (purchases; later tenders, fees, spending).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from kiosk.core.i18n import Text
from kiosk.core.room import rooms
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


@dataclass(frozen=True)
class Due:
    """Something the board expects on a day: what it is and whose, until when, and since when it is there."""

    label: Text
    canteen: Canteen
    due: datetime
    posted_at: datetime | None

    def is_late(self, moment: datetime) -> bool:
        """Posted after its time, or not posted although the time is over."""
        return (self.posted_at or moment) > self.due


@dataclass(frozen=True)
class Kind:
    """A kind of posting: what a canteen posted on a day, and what is due that day."""

    name: str
    label: Text
    of_canteen: Callable[[Canteen, date], Posted | None]
    due: Callable[[date], list[Due]]


def at_sight(lines: Sequence[Line], most: int) -> tuple[list[Line], list[Line]]:
    """The lines that are seen without a tap and those behind "more": the first few, and every marked one."""
    seen = [n for n, line in enumerate(lines) if n < most or line.is_marked]
    if len(lines) - len(seen) == 1:  # one more takes no more room than the words "one more"
        seen = list(range(len(lines)))
    return [lines[n] for n in seen], [line for n, line in enumerate(lines) if n not in set(seen)]


def kinds() -> list[Kind]:
    """Every kind of posting."""
    return [kind for room in rooms() for kind in room.kinds]


def purchases(canteen: Canteen | None, day: date) -> Posted | None:
    """What the canteen posted that day, or None (no canteen, nothing posted, nobody posts purchases)."""
    kind = next((kind for kind in kinds() if kind.name == "purchases"), None)
    return kind.of_canteen(canteen, day) if kind and canteen else None


def due(day: date) -> list[Due]:
    """Everything that is due that day, the earliest first."""
    return sorted((entry for kind in kinds() for entry in kind.due(day)), key=lambda entry: entry.due)
