"""A payment of what came by a chain of purchase: at most what two receivers accepted, and counted once."""

import pytest
from flask import Flask

from kiosk.auth.services import add_account
from kiosk.budgets import queries as budgets
from kiosk.budgets.services import Typed
from kiosk.core.db import session, transaction
from kiosk.core.errors import Invalid
from kiosk.operation import audit
from kiosk.payments import queries, services
from kiosk.payments.models import Payment
from kiosk.payments.services import Picked, TooMuch, Wish
from kiosk.postings.models import Posting
from kiosk.purchasing.models import Sheet
from kiosk.purchasing.services import post_sheet, save_draft
from kiosk.school.services import switch
from kiosk.steps import services as steps
from kiosk.supply.models import Plan, Purchase
from kiosk.supply.queries import PlanLine, Said
from kiosk.supply.queries import sheet_of as link_of
from kiosk.supply.services import Weighed, change_plan, propose_plan
from tests.budgets.conftest import decide_all, line
from tests.budgets.conftest import plan as budget
from tests.conftest import PASSWORD, actor
from tests.supply.conftest import DAY, begun, bought, confirmed, decided, weighed

POTATOES = PlanLine(DAY, "土豆", "", "公斤", 100_000, 30_000)
"""100 kg at 3 yuan: 300 yuan."""


@pytest.fixture
def school(house: Flask) -> Flask:
    """That school with a cashier, and 1,000 yuan for vegetables."""
    with transaction():
        add_account(by=actor("test"), username="qian", password=PASSWORD, role="cashier", name="钱")
        for name in ("budgets", "payments"):
            switch(by=actor("lin"), name=name, on=True)
    decide_all(f"budget:{budget(Typed(None, '蔬菜', 1_000_00)).id}")
    return house


def position() -> tuple[int, int, int]:
    """Committed, spent and left of the vegetables."""
    session.expire_all()
    found = budgets.position(line("蔬菜"))
    return found.committed, found.spent, found.available


def planned(*lines: PlanLine) -> Plan:
    """An approved plan out of the line for vegetables."""
    plan = begun()
    with transaction():
        said = Said("午餐", {DAY: 800}, lines, line("蔬菜"))
        version = change_plan(by=actor("chen"), plan=plan, seen=1, said=said)
        propose_plan(by=actor("chen"), plan=plan, seen=version.number)
    decided(plan, "lin")
    return plan


def posted(purchase: Purchase, *, quantity: str = "", beside: dict[str, str] | None = None) -> int:
    """Its sheet, posted; with another quantity, or a line typed beside what came."""
    link = link_of(purchase)
    assert link
    draft = session.get_one(Posting, link.posting_id).draft
    assert draft
    rows = [{**row, **({"quantity": quantity} if quantity else {})} for row in draft.rows]
    with transaction():
        save_draft(
            by=actor("chen"), draft=draft, rows=[*rows, *([beside] if beside else [])], people=draft.fields
        )
        post_sheet(by=actor("chen"), draft=draft)
    return link.posting_id


def ask(posting: int, *items: str, amount: int = 0, **more: object) -> Payment:
    """A request for what is open of these things on a sheet, or for so many fen."""
    lines = [one for one in queries.lines_of(Sheet.id == posting) if one.line.item in items]
    wish = Wish(
        supplier=lines[0].line.supplier_id,
        invoice=f"No {items}",
        about="周一的菜款",
        lines=[Picked(one.posting, one.version, one.row, amount or one.open) for one in lines],
        **more,  # type: ignore[arg-type]
    )
    with transaction():
        return services.ask(by=actor("chen"), sent=f"{items} {amount}", wish=wish)


def pay(payment: Payment) -> None:
    """Approved by the head, paid by the cashier."""
    with transaction():
        found = queries.payment(payment.id)
        steps.decide(by=actor("lin"), approval=queries.approval_of(found), approves=True)
    with transaction():
        found = queries.payment(payment.id)
        services.pay(by=actor("qian"), payment=found, seen=found.now.hash, day=DAY, way="transfer")


def test_of_a_line_of_1000_a_plan_of_300_bought_for_200_and_paid_leaves_700(school: Flask) -> None:
    plan = planned(POTATOES)
    assert position() == (300_00, 0, 700_00)
    purchase = bought(plan, 66_667)
    weighed(purchase)
    confirmed(purchase)
    posting = posted(purchase)
    assert position() == (300_00, 0, 700_00)
    found = ask(posting, "土豆")
    assert (found.now.amount, position()) == (200_00, (300_00, 0, 700_00))
    pay(found)
    assert position() == (100_00, 200_00, 700_00)
    assert audit.check().problems == []


def test_no_more_is_paid_than_two_receivers_accepted_whatever_the_sheet_says(school: Flask) -> None:
    purchase = bought(planned(POTATOES), 12_000)
    weighed(purchase, Weighed(12_000, 2_000, "不新鲜"))
    confirmed(purchase)
    posting = posted(purchase, quantity="12")
    with pytest.raises(TooMuch, match=r"30\.00"):
        ask(posting, "土豆", amount=36_00)
    found = ask(posting, "土豆")
    assert (found.now.amount, queries.of_supplier(posting, found.now.supplier_id)) == (30_00, 30_00)
    with transaction():  # weighed anew, fewer are left: what is approved is not paid as it stands
        steps.decide(by=actor("lin"), approval=queries.approval_of(found), approves=True)
    weighed(purchase, Weighed(12_000, 5_000, "不新鲜"), reason="复秤")
    confirmed(purchase)
    with pytest.raises(services.Exceeds), transaction():
        again = queries.payment(found.id)
        services.pay(by=actor("qian"), payment=again, seen=again.now.hash, day=DAY, way="transfer")


def test_a_line_typed_beside_the_chains_takes_its_own_money(school: Flask) -> None:
    """It never lives off what the chain committed, and neither is missing at the cashier's."""
    purchase = bought(planned(POTATOES), 100_000)
    weighed(purchase)
    confirmed(purchase)
    beside = {
        "item": "香菜",
        "unit": "公斤",
        "quantity": "2",
        "unit_price": "100.00",
        "supplier": "绿源农产品有限公司",
    }
    posting = posted(purchase, beside=beside)
    assert position() == (300_00, 0, 700_00)
    with pytest.raises(Invalid):
        ask(posting, "香菜")
    coriander = ask(posting, "香菜", budget_line=line("蔬菜"))
    assert position() == (500_00, 0, 500_00)
    pay(coriander)
    potatoes = ask(posting, "土豆")
    assert position() == (300_00, 200_00, 500_00)
    pay(potatoes)
    assert position() == (0, 500_00, 500_00)
