"""A posted price beside its own past: what it is compared with, whether it stands out, and that in words."""

from dataclasses import dataclass
from datetime import date
from statistics import quantiles

from kiosk.core.filters import percent
from kiosk.core.formats import price_to_text
from kiosk.core.i18n import _
from kiosk.purchasing.models import Line
from kiosk.purchasing.settings import MARK_PERCENT
from kiosk.school import queries as school
from kiosk.tenders.queries import ContractPrice

ENOUGH = 5
"""From this many earlier prices on, an outlier is told by quartiles."""
LEAST_SPREAD = 0.05
"""A price that never moved has no spread; within this share of its median nothing is an outlier."""


@dataclass(frozen=True)
class Mark:
    """Why a price stands out, and beside what: more than `mark_percent` above the `last` price, or outside
    Q1 − 1.5 IQR … Q3 + 1.5 IQR of its last eight weeks, whose median is the `usual` price."""

    rule: str
    is_above: bool
    price: int
    """What it is compared with, in 0.0001 yuan for the line's unit."""


@dataclass(frozen=True)
class PricedLine:
    """A line beside its own past: `last_price` and `median` in 0.0001 yuan for the line's unit, or None.

    `change` is the ratio to the last price (+0.39), `mark` says why it stands out, if it does.
    """

    line: Line
    last_price: int | None
    last_day: date | None
    median: int | None
    mark: Mark | None
    contract: ContractPrice | None = None
    """What a contract from a tender says of it on its day."""

    @property
    def change(self) -> float | None:
        """The change against the last price, or None where there is none."""
        return self.line.unit_price / self.last_price - 1 if self.last_price else None

    @property
    def change_beside(self) -> float | None:
        """The change against what the line stands beside: of a marked one what it is marked for."""
        return self.line.unit_price / self.mark.price - 1 if self.mark and self.mark.price else self.change

    @property
    def is_marked(self) -> bool:
        """Whether its price stands out."""
        return self.mark is not None


def mark_of(price: int, earlier: list[int]) -> Mark | None:
    """Why the price stands out beside its earlier ones, the newest first; None where it does not."""
    last = earlier[0]
    if price * 100 > last * (100 + school.settings()[MARK_PERCENT]):
        return Mark("last", True, last)
    if len(earlier) < ENOUGH:
        return None
    first, middle, third = quantiles(earlier, n=4, method="inclusive")
    spread = max(1.5 * (third - first), middle * LEAST_SPREAD)
    if first - spread <= price <= third + spread:
        return None
    return Mark("usual", price > middle, round(middle))


def beside(priced: PricedLine) -> str:
    """What the line's price stands beside: "first time", "last 2.30 +4 %", or of a marked one above what.

    A gift stands beside nothing, and says that it is one.
    """
    if priced.line.is_gift:
        return str(_("a gift"))
    if priced.last_price is None:
        return str(_("first time"))
    change = priced.change_beside or 0
    last = _("last %(price)s", price=price_to_text(priced.last_price))
    text = str(_mark_words(priced.mark) if priced.mark else last)
    return f"{text} {percent(change, signed=True)}" if abs(change) >= 0.005 else text


def beside_contract(priced: PricedLine) -> str:
    """What a contract says of the line, in figures only: "contract 2.80, paid 0.10 more", or why nothing."""
    found = priced.contract
    if found is None:
        return ""
    if found.price is None:
        return str(_("contract: no reference, the market has no row of that day"))
    own = _("contract %(price)s", price=price_to_text(found.price))
    away = priced.line.unit_price - found.price
    if not away:
        return str(_("%(contract)s, kept", contract=own))
    told = {"contract": own, "price": price_to_text(abs(away))}
    if away > 0:
        return str(_("%(contract)s, paid %(price)s more", **told))
    return str(_("%(contract)s, paid %(price)s less", **told))


def _mark_words(mark: Mark) -> str:
    price = price_to_text(mark.price)
    text: str
    if mark.rule == "last":
        text = _("above last time, %(price)s", price=price)
    elif mark.is_above:
        text = _("above the usual of the last weeks, %(price)s", price=price)
    else:
        text = _("below the usual of the last weeks, %(price)s", price=price)
    return text
