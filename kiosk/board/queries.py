"""What stands on the board. Rooms above hand in what they post; the board never imports them.

A `Kind` is one kind of posting (purchases; later tenders, fees, spending). A `Section` is a part of the
board's page. Both are registered when the application is made (`board.services`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kiosk.core.i18n import Text
from kiosk.counters.models import Canteen


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


@dataclass(frozen=True)
class Posted:
    """What a canteen posted on a day, all its sheets together; `total` in fen."""

    day: date
    lines: tuple[PostedLine, ...]
    total: int
    posted_at: datetime
    nothing_bought: bool


@dataclass(frozen=True)
class Due:
    """Something the board expects on a day: what it is, until when, and since when it is there."""

    label: Text
    due: datetime
    posted_at: datetime | None
    url: str | None = None

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


@dataclass(frozen=True)
class Section:
    """A part of the board's page: a template and the function that gives its variables for a day."""

    name: str
    order: int
    template: str
    context: Callable[[date], dict[str, Any]]


KINDS: dict[str, Kind] = {}
SECTIONS: dict[str, Section] = {}


def purchases(canteen: Canteen | None, day: date) -> Posted | None:
    """What the canteen posted that day, or None (no canteen, nothing posted, nobody registered purchases)."""
    kind = KINDS.get("purchases")
    return kind.of_canteen(canteen, day) if kind and canteen else None


def due(day: date) -> list[Due]:
    """Everything that is due that day, the earliest first."""
    return sorted((one for kind in KINDS.values() for one in kind.due(day)), key=lambda one: one.due)


def sections() -> list[Section]:
    """The parts of the page, in their order."""
    return sorted(SECTIONS.values(), key=lambda section: section.order)
