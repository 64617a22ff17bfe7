"""What a need and a notice say, as canonical JSON and back."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from kiosk.core.db import remembered
from kiosk.core.field import Fraction, Money, Quantity, UnitPrice
from kiosk.core.formats import fen_to_text, milli_to_text, price_to_text
from kiosk.core.i18n import Text, _, lazy
from kiosk.tenders.models import (
    BY_MEMBERS,
    BY_PRICE,
    DISCOUNT,
    FIXED,
    HIGHER_IS_BETTER,
    INCOME,
    NEED,
    NOTICE,
    Tender,
    TenderVersion,
)

WHOLE = 10_000
"""A hundred percent, in 0.01 percent; also a hundred points, in hundredths."""


class Percent(Fraction):
    """A share in percent, kept in 0.01 percent."""

    places: ClassVar[int] = 2
    most: ClassVar[Decimal] = Decimal(100)

    def text(self, value: int) -> str:
        """As people read it."""
        return percent_to_text(value)


def percent_to_text(value: int) -> str:
    """1250 as 12.5 %, without the sign."""
    return f"{value // 100}.{value % 100:02d}".rstrip("0").rstrip(".")


PRICE = UnitPrice(name="offer", label=lazy("Unit price"), missing=lazy("Please enter what was read out."))
MONEY = Money(name="offer", label=lazy("Amount"), missing=lazy("Please enter what was read out."))
BELOW = Percent(
    name="offer", label=lazy("Percent below the market"), missing=lazy("Please enter what was read out.")
)
QUANTITY = Quantity(name="quantity", label=lazy("Quantity for the term"))
POINTS = Percent(name="points", label=lazy("Points"), missing=lazy("Please give points."))


def offer_input(pricing: str) -> Fraction:
    """How a line of a bid is typed under this pricing."""
    return {FIXED: PRICE, DISCOUNT: BELOW}.get(pricing, MONEY)


def offer_told(pricing: str, value: int) -> str:
    """A line of a bid in words: 3.20, 30 % below, 12,000.00."""
    if pricing == DISCOUNT:
        return str(_("%(n)s %% below the market", n=percent_to_text(value)))
    return price_to_text(value) if pricing == FIXED else fen_to_text(value)


@dataclass(frozen=True)
class Wanted:
    """A line of what is bought: an item in a specification and unit, or a whole class; how much of it.

    `quantity` is in thousandths of the unit for the whole term; 0 where it is not said.
    """

    item: str = ""
    specification: str = ""
    unit: str = ""
    item_class: str = ""
    quantity: int = 0

    @property
    def label(self) -> str:
        """What it is called."""
        named = " ".join(filter(None, (self.item, self.specification)))
        return named or str(_("everything of class %(name)s", name=self.item_class))

    @property
    def told(self) -> str:
        """What it is called, with quantity and unit."""
        amount = f"{milli_to_text(self.quantity)} {self.unit}" if self.quantity else self.unit
        return " ".join(filter(None, (self.label, amount)))


@dataclass(frozen=True)
class Criterion:
    """A criterion with its weight in points; `by` price it is computed, `by` members it is scored."""

    name: str
    weight: int
    by: str = BY_MEMBERS


@dataclass(frozen=True)
class Need:
    """What is needed, why, and for about how much (fen)."""

    title: str
    subject: str
    pricing: str
    why: str
    estimate: int
    months: int
    lines: tuple[Wanted, ...] = ()


@dataclass(frozen=True)
class Notice:
    """What a notice says beside the need: the rules by which it is decided, written before.

    `deadline` is the aware moment until which bids are taken.
    """

    deadline: datetime
    place: str
    terms: str
    criteria: tuple[Criterion, ...]
    tie: str
    opens: datetime
    """When they are opened: with the deadline, or later where an opening was postponed."""
    short: str = ""
    reason: str = ""
    postponed: dict[str, Any] = field(default_factory=dict)
    """Of an opening that could not be held: how many were there, of how many, and how many were needed."""

    @property
    def scored(self) -> list[tuple[str, Criterion]]:
        """The criteria that members score, by their keys."""
        return [(key, one) for key, one in self.keyed if one.by == BY_MEMBERS]

    @property
    def keyed(self) -> list[tuple[str, Criterion]]:
        """The criteria by their keys."""
        return [(f"c{place}", one) for place, one in enumerate(self.criteria, 1)]


def canonical(value: Mapping[str, Any]) -> str:
    """The one way to write it down: what is hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(value)


def content_of(said: Need | Notice) -> str:
    """A need or a notice as it is kept."""
    return canonical(asdict(said))


def need_of(content: str) -> Need:
    """A need as it was kept."""
    told = json.loads(content)
    return Need(**{**told, "lines": tuple(Wanted(**one) for one in told["lines"])})


def notice_of(content: str) -> Notice:
    """A notice as it was kept."""
    told = json.loads(content)
    criteria = tuple(Criterion(**one) for one in told["criteria"])
    moments = {name: datetime.fromisoformat(told[name]) for name in ("deadline", "opens")}
    return Notice(**{**told, **moments, "criteria": criteria})


def _last(found: Tender, part: str) -> TenderVersion | None:
    return next((one for one in reversed(found.versions) if one.part == part), None)


def need(found: Tender) -> Need:
    """What is needed, as it stands."""
    row = _last(found, NEED)
    assert row
    return remembered(("tender-need", row.id), lambda: need_of(row.content))


def notice(found: Tender) -> Notice | None:
    """What the notice says, as it stands; None before it is posted."""
    row = _last(found, NOTICE)
    return remembered(("tender-notice", row.id), lambda: notice_of(row.content)) if row else None


def need_row(found: Tender) -> TenderVersion:
    """The version that is decided about, or was."""
    row = _last(found, NEED)
    assert row
    return row


def lines_of(said: Need) -> list[Wanted]:
    """What a bid offers a price for, line by line: of services and concessions one line, the whole."""
    if said.pricing in (FIXED, DISCOUNT):
        return list(said.lines)
    return [Wanted(item=said.title, unit="合同期", quantity=1000)]


def figure(said: Need, offer: Iterable[int]) -> int:
    """What bids are compared by: fen of the whole, or the mean discount in 0.01 percent."""
    values = list(offer)
    if said.pricing == DISCOUNT:
        return (2 * sum(values) + len(values)) // (2 * len(values))
    if said.pricing == FIXED:
        lines = zip(lines_of(said), values, strict=True)
        return sum((line.quantity * price + 50_000) // 100_000 for line, price in lines)
    return sum(values)


def figure_told(pricing: str, value: int) -> str:
    """A figure in words."""
    if pricing == DISCOUNT:
        return str(_("%(n)s %% below the market", n=percent_to_text(value)))
    text = _("%(amount)s yuan rent", amount=fen_to_text(value)) if pricing == INCOME else None
    return str(text or _("%(amount)s yuan", amount=fen_to_text(value)))


def is_better(pricing: str, one: int, other: int) -> bool:
    """Whether a figure is better than another."""
    return one > other if pricing in HIGHER_IS_BETTER else one < other


def price_points(pricing: str, weight: int, figures: Mapping[int, int]) -> dict[int, int]:
    """The points in hundredths that each figure gets for the price: the best one all, the others by ratio."""
    if not figures:
        return {}
    best = (max if pricing in HIGHER_IS_BETTER else min)(figures.values())
    made = {}
    for key, value in figures.items():
        above, below = (value, best) if pricing in HIGHER_IS_BETTER else (best, value)
        made[key] = (2 * weight * 100 * above + below) // (2 * below) if below else weight * 100
    return made


def criterion_told(one: Criterion) -> Text:
    """A criterion in words."""
    how = _("computed from the price") if one.by == BY_PRICE else _("scored by the council")
    return _("%(name)s: %(n)s points, %(how)s", name=one.name, n=one.weight, how=how)
