"""What is bought: an order or the market, of an approved plan where the school asks for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden, Invalid, OtherContent
from kiosk.core.formats import amount_of, fen_to_text, milli_to_text
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean
from kiosk.core.room import is_on
from kiosk.core.trace import record
from kiosk.counters.models import Canteen
from kiosk.postings.queries import place_at
from kiosk.school import queries as school
from kiosk.steps import services as decisions
from kiosk.supply import queries
from kiosk.supply.models import (
    APPROVED,
    CAME,
    MARKET,
    MOST_LINES,
    SUPPLIER,
    WAYS,
    Plan,
    Purchase,
    PurchaseLine,
)
from kiosk.supply.permissions import BUY, RECEIVE
from kiosk.supply.queries import BOUGHT
from kiosk.supply.refusals import HasAPlace, NotApproved, PlanNeeded, TooDear, TooMuch
from kiosk.supply.services.money import commit_order, give_back, order_source
from kiosk.supply.services.plans import hold


@dataclass(frozen=True)
class Wanted:
    """A line to be bought: quantity in thousandths, price in 0.0001 yuan; `planned` is the plan's line."""

    item: str
    specification: str
    unit: str
    quantity: int
    unit_price: int
    planned: int | None = None

    @property
    def amount(self) -> int:
        """What it costs, in fen."""
        return amount_of(self.quantity, self.unit_price)


def buy(
    *,
    by: Actor,
    sent: str,
    canteen: Canteen,
    day: date,
    way: str,
    lines: Sequence[Wanted],
    supplier: str = "",
    plan: Plan | None = None,
    buyer: int | None = None,
    budget_line: int | None = None,
) -> Purchase:
    """Note an order, or what is bought at the market; sent twice, it is noted once.

    `buyer` is who bought it where whoever takes it in writes that down (`CAME`), else whoever acts. HasAPlace
    for who planned or approved it; PlanNeeded without a plan where the school plans; TooMuch and TooDear for
    more than the plan has left; OtherContent where the same form said something else before.
    """
    by.needs(BUY if way != CAME else RECEIVE, place_at(canteen))
    if there := queries.purchase_sent(sent):
        return _again(there, canteen, day, way, lines, supplier, plan)
    number = buyer if way == CAME else by.person
    if number is None or by.person is None:
        raise Forbidden if way != CAME else Invalid(lazy("Please say who bought it."), field="buyer")
    _check(canteen, day, way, lines, supplier)
    if plan is None and is_on(queries.PLANS):
        raise PlanNeeded(field="plan")
    if plan is not None:
        _fits(plan, canteen, day, lines, number)
    found = _noted(by, sent, canteen, day, way, lines, supplier, plan, number, budget_line)
    if plan is not None:
        fill_place(by, plan, BOUGHT, number)
    commit_order(by, found)
    return found


def _again(
    there: Purchase,
    canteen: Canteen,
    day: date,
    way: str,
    lines: Sequence[Wanted],
    supplier: str,
    plan: Plan | None,
) -> Purchase:
    """What was noted with this form before. OtherContent where the form says something else now."""
    noted = [
        (one.planned, one.item, one.specification, one.unit, one.quantity, one.unit_price)
        for one in there.lines
    ]
    wanted = [
        (one.planned, one.item, one.specification, one.unit, one.quantity, one.unit_price) for one in lines
    ]
    before = (there.canteen_id, there.day, there.way, there.version and there.version.plan_id, there.supplier)
    if (before, noted) != ((canteen.id, day, way, plan and plan.id, SUPPLIER.read(clean(supplier))), wanted):
        raise OtherContent
    return there


def _check(canteen: Canteen, day: date, way: str, lines: Sequence[Wanted], supplier: str) -> None:
    if way not in (*WAYS, CAME):
        raise Invalid(lazy("Please choose how it is bought."), field="way")
    today = school.today()
    if not today - timedelta(days=14) <= day <= today + timedelta(days=62):
        raise Invalid(lazy("This day is too far away."), field="day")
    if not canteen.active:
        raise Invalid(lazy("This canteen is closed."), field="canteen")
    if not lines:
        raise Invalid(lazy("There is no line to buy."))
    if len(lines) > MOST_LINES:
        raise Invalid(lazy("%(n)s lines at most.", n=MOST_LINES))
    if way != MARKET and not supplier.strip():
        raise Invalid(lazy("Please say who delivers it."), field="supplier")


def _fits(plan: Plan, canteen: Canteen, day: date, lines: Sequence[Wanted], buyer: int) -> None:
    """Whether a plan lets somebody buy these lines."""
    hold(plan)
    if plan.canteen_id != canteen.id:
        raise Invalid(lazy("This plan is of another canteen."), field="plan")
    if plan.state != APPROVED:
        raise NotApproved(state=plan.state_label)
    left, said = queries.left(plan), queries.said(plan.versions[0])
    for line in lines:
        rest = left.lines.get(-1 if line.planned is None else line.planned)
        if rest is None or line.planned is None:
            raise Invalid(lazy("%(item)s is not in this plan.", item=line.item))
        if line.quantity > rest:
            wanted = said.lines[line.planned]
            raise TooMuch(left=milli_to_text(rest), unit=wanted.unit, item=wanted.item)
    amount = sum(line.amount for line in lines)
    if amount > left.money:
        raise TooDear(left=fen_to_text(max(0, left.money)), amount=fen_to_text(amount))
    _refuse_other_place(plan, buyer, BOUGHT)


def _refuse_other_place(plan: Plan, person: int, place: str) -> None:
    places = queries.places_in(plan)
    if queries.has_another(person, places, place):
        raise HasAPlace


def fill_place(by: Actor, plan: Plan, place: str, person: int) -> None:
    """Fill a place of the chain in the plan's approval, too; who fills it already does so once."""
    approval = queries.approval_of(plan)
    if approval is None or any(one.name == place and one.person_id == person for one in approval.parts):
        return
    decisions.fill(by=by, approval=approval, part=place, person=person)


def _noted(
    by: Actor,
    sent: str,
    canteen: Canteen,
    day: date,
    way: str,
    lines: Sequence[Wanted],
    supplier: str,
    plan: Plan | None,
    buyer: int,
    budget_line: int | None,
) -> Purchase:
    version = plan.versions[0] if plan else None
    found = Purchase(
        sent=sent,
        canteen=canteen,
        day=day,
        version=version,
        way=way,
        supplier=SUPPLIER.read(clean(supplier)),
        budget_line=queries.said(version).budget_line if version else budget_line,
        amount=sum(line.amount for line in lines),
        buyer_id=buyer,
        at=clock.now(),
        chain_seq=0,
        lines=[
            PurchaseLine(
                position=position,
                planned=line.planned,
                item=line.item,
                specification=line.specification,
                unit=line.unit,
                quantity=line.quantity,
                unit_price=line.unit_price,
                amount=line.amount,
            )
            for position, line in enumerate(lines)
        ],
    )
    session.add(found)
    session.flush()
    after = {
        "canteen": canteen.code,
        "day": day,
        "way": way,
        "buyer": buyer,
        "supplier": found.supplier,
        "amount": found.amount,
        "plan": version.plan_id if version else None,
        "lines": len(lines),
    }
    found.chain_seq = record("purchase.noted", queries.purchase_subject(found), by=by, after=after)
    session.flush()
    session.refresh(found)
    return found


def cancel(*, by: Actor, purchase: Purchase) -> None:
    """Cancel an order of which nothing was weighed yet. Twice is once."""
    by.needs(BUY, place_at(purchase.canteen))
    session.refresh(purchase, with_for_update={"of": Purchase})
    if purchase.cancelled_at is not None:
        return
    if purchase.acceptances or queries.sheet_of(purchase):
        raise Conflict(lazy("Something of it came already."))
    purchase.cancelled_at = clock.now()
    give_back(by, purchase, order_source(purchase), purchase.amount)
    record(
        "purchase.cancelled", queries.purchase_subject(purchase), by=by, before={"amount": purchase.amount}
    )
    session.flush()
