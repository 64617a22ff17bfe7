"""What a plan begins with: what was bought on the last same weekday, for as many meals as are expected."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from kiosk.catalogue.queries.units import base
from kiosk.core.db import session
from kiosk.counters.models import Canteen
from kiosk.purchasing import queries as purchasing
from kiosk.purchasing.models import Line, Sheet
from kiosk.school import queries as school
from kiosk.supply.queries.plans import PlanLine

WEEKS = 8
"""So far back a same weekday is looked for."""
TENTH = 100
"""A tenth, in thousandths: what is weighed is planned to the tenth, everything else whole."""


@dataclass(frozen=True)
class Proposal:
    """What is proposed for a day, from which day it is, and how many meals were served then."""

    lines: list[PlanLine]
    since: date | None
    served: int | None


def proposal(canteen: Canteen, day: date, expected: int | None) -> Proposal:
    """The last same weekday's quantities × expected ÷ served meals; as they were where either is unknown."""
    before = _last_same_weekday(canteen, day)
    if before is None:
        return Proposal([], None, None)
    served = school.served_on(canteen.code, before)
    lines = [_planned(line, day, expected, served) for line in _bought(canteen, before)]
    return Proposal(lines, before, served)


def served_last(canteen: Canteen, day: date) -> int | None:
    """How many meals were served on the last same weekday of which that is known: what is expected again."""
    for ago in range(1, WEEKS + 1):
        number = school.served_on(canteen.code, day - timedelta(weeks=ago))
        if number:
            return number
    return None


def _last_same_weekday(canteen: Canteen, day: date) -> date | None:
    days = [day - timedelta(weeks=ago) for ago in range(1, WEEKS + 1)]
    query = (
        select(Sheet.day)
        .where(Sheet.canteen_id == canteen.id, Sheet.day.in_(days), Sheet.nothing_bought.is_(False))
        .order_by(Sheet.day.desc())
    )
    return session.scalar(query.limit(1))


def _bought(canteen: Canteen, day: date) -> Iterable[Line]:
    """What is in force of a day's sheets, the same thing at the same price once."""
    lines: dict[tuple[object, ...], Line] = {}
    more: Counter[tuple[object, ...]] = Counter()
    for sheet in purchasing.posted(day, canteen.id):
        for line in sheet.version.lines:
            key: tuple[object, ...] = (line.item_id, line.specification, line.unit, line.unit_price)
            lines.setdefault(key, line)
            more[key] += line.quantity
    for same, line in lines.items():
        yield Line(
            item=line.item,
            specification=line.specification,
            unit=line.unit,
            quantity=more[same],
            unit_price=line.unit_price,
        )


def _planned(line: Line, day: date, expected: int | None, served: int | None) -> PlanLine:
    quantity = scaled(line.quantity, line.unit, expected, served)
    return PlanLine(day, line.item, line.specification, line.unit, quantity, line.unit_price)


def scaled(quantity: int, unit: str, expected: int | None, served: int | None) -> int:
    """A quantity for as many meals as are expected: weighed to the tenth, pieces whole, never none."""
    if not expected or not served or expected == served:
        return quantity
    step = TENTH if base(unit)[0] in ("kg", "l") else 1000
    whole = quantity * expected
    return max(step, -(-whole // (served * step)) * step)  # upwards: a missing piece is a missing meal
