"""Plans as they stand: what each says, what of it is bought, what is left."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.formats import amount_of
from kiosk.steps import queries as steps
from kiosk.steps.models import Approval
from kiosk.supply.models import Acceptance, Plan, PlanVersion, Purchase

SHORT, WEEK = 1, 7
"""The days of a plan: one, or a week from a Monday on."""


class PlanLine(NamedTuple):
    """A line of a plan: quantity in thousandths, unit_price in 0.0001 yuan, amount in fen."""

    day: date
    item: str
    specification: str
    unit: str
    quantity: int
    unit_price: int

    @property
    def amount(self) -> int:
        """What it costs, in fen."""
        return amount_of(self.quantity, self.unit_price)

    @property
    def name(self) -> str:
        """Item and specification."""
        return f"{self.item} {self.specification}".strip()


@dataclass(frozen=True)
class Said:
    """What a version of a plan says."""

    purpose: str
    expected: Mapping[date, int]
    lines: tuple[PlanLine, ...]
    budget_line: int | None = None

    @property
    def amount(self) -> int:
        """What all of it costs, in fen."""
        return sum(line.amount for line in self.lines)

    @cached_property
    def days(self) -> dict[date, list[tuple[int, PlanLine]]]:
        """The lines by day, each with its position."""
        found: dict[date, list[tuple[int, PlanLine]]] = {day: [] for day in sorted(self.expected)}
        for position, line in enumerate(self.lines):
            found.setdefault(line.day, []).append((position, line))
        return found

    def content(self, plan: Plan) -> str:
        """Canonical JSON: what is signed."""
        told = {
            "plan": plan.id,
            "canteen": plan.canteen.code,
            "first": plan.first.isoformat(),
            "last": plan.last.isoformat(),
            "purpose": self.purpose,
            "budget_line": self.budget_line,
            "expected": {day.isoformat(): number for day, number in sorted(self.expected.items())},
            "lines": [[line.day.isoformat(), *line[1:]] for line in self.lines],
        }
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def said(version: PlanVersion) -> Said:
    """What a version says."""
    told: dict[str, Any] = json.loads(version.content)
    return Said(
        told["purpose"],
        {date.fromisoformat(day): number for day, number in told["expected"].items()},
        tuple(PlanLine(date.fromisoformat(row[0]), *row[1:]) for row in told["lines"]),
        told["budget_line"],
    )


def plan(number: int) -> Plan:
    """The plan with this number, or NotFound."""
    found = session.get(Plan, number)
    if found is None:
        raise NotFound
    return found


def plans(since: date, canteens: Iterable[int]) -> list[Plan]:
    """The plans of these canteens that reach to this day or later, the latest first."""
    query = (
        select(Plan)
        .where(Plan.last >= since, Plan.canteen_id.in_(list(canteens)))
        .options(selectinload(Plan.versions))
        .order_by(Plan.first.desc(), Plan.id.desc())
    )
    return list(session.scalars(query))


def plan_sent(sent: str) -> Plan | None:
    """The plan that a form began when it was sent before."""
    return session.scalar(select(Plan).where(Plan.sent == sent))


def days_of(found: Plan) -> list[date]:
    """The days for which it is."""
    return [found.first + timedelta(days=n) for n in range((found.last - found.first).days + 1)]


def subject(found: Plan) -> str:
    """A plan in the record and in approvals."""
    return f"plan:{found.id}"


def approval_of(found: Plan) -> Approval | None:
    """Its newest approval."""
    return next(iter(steps.approvals(subject(found))), None)


def authors(found: Plan) -> set[int]:
    """Who wrote in it, by number."""
    return {one.person_id for one in found.versions}


def purchases_of(found: Plan) -> list[Purchase]:
    """What was bought of it, without what was cancelled, the earliest first."""
    query = (
        select(Purchase)
        .join(PlanVersion, PlanVersion.id == Purchase.version_id)
        .where(PlanVersion.plan_id == found.id, Purchase.cancelled_at.is_(None))
        .options(
            selectinload(Purchase.lines), selectinload(Purchase.acceptances).selectinload(Acceptance.lines)
        )
        .order_by(Purchase.id)
    )
    return list(session.scalars(query))


def in_force(purchase: Purchase) -> Acceptance | None:
    """The newest confirmed acceptance."""
    return next((one for one in purchase.acceptances if one.confirmed_at is not None), None)


def quantities(purchase: Purchase) -> list[int]:
    """How much of each line counts: what was accepted, once that is confirmed; before, what was bought."""
    accepted = in_force(purchase)
    if accepted is None:
        return [line.quantity for line in purchase.lines]
    return [line.accepted for line in accepted.lines]


def cost(purchase: Purchase) -> int:
    """What it costs, in fen: at its prices what counts of it (`quantities`)."""
    counted = zip(purchase.lines, quantities(purchase), strict=True)
    return sum(amount_of(quantity, line.unit_price) for line, quantity in counted)


class Left(NamedTuple):
    """What a plan has left: of each line by position, in thousandths, and in fen of what was approved."""

    lines: dict[int, int]
    money: int


def left(found: Plan) -> Left:
    """What is left of a plan."""
    version = found.versions[0]
    taken: dict[int, int] = defaultdict(int)
    money = version.amount
    for purchase in purchases_of(found):
        money -= cost(purchase)
        for line, quantity in zip(purchase.lines, quantities(purchase), strict=True):
            if line.planned is not None:
                taken[line.planned] += quantity
    lines = {n: max(0, line.quantity - taken[n]) for n, line in enumerate(said(version).lines)}
    return Left(lines, money)


def cost_of(purchase: Purchase, acceptance_id: int) -> int:
    """What a purchase cost by one of its acceptances."""
    found = next(one for one in purchase.acceptances if one.id == acceptance_id)
    return sum(
        amount_of(came.accepted, line.unit_price)
        for line, came in zip(purchase.lines, found.lines, strict=True)
    )


CHANGES = ("purpose", "expected", "lines", "budget_line")


def changes(before: Said, after: Said) -> list[str]:
    """The names of what differs between two texts of a plan."""
    return [name for name in CHANGES if getattr(before, name) != getattr(after, name)]
