"""A school that pays what it bought on Monday: a cashier, a principal, and a council of four."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from kiosk.auth.services import add_account
from kiosk.catalogue.models import Supplier
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.web import KioskApp
from kiosk.payments import queries, services
from kiosk.payments.models import Payment
from kiosk.payments.services import Picked, Wish
from kiosk.postings.models import Posting
from kiosk.postings.services import start_correction
from kiosk.purchasing import queries as bought
from kiosk.purchasing import services as purchasing
from kiosk.school.services import change_settings, switch
from kiosk.steps import services as steps
from tests.conftest import PASSWORD, actor, begins, canteen

MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
"""12:30 in Shanghai."""
ACCOUNTS = {
    "zheng": ("principal", "郑"),
    "qian": ("cashier", "钱"),
    "zhao": ("purchaser", "赵"),
    "xu": ("council", "徐"),
    "zhou": ("council", "周"),
    "sun": ("council", "孙"),
    "gao": ("head", "高"),
}
SIGNED = {"purchaser": "赵", "custodian": "保管员", "receiver1": "验收员甲", "receiver2": "高"}
"""On the sheet: 赵, who asks for the payment, and 高, who holds the role that approves."""
LINES = (
    ("大白菜", "10", "2.5", "菜农合作社"),
    ("猪肉", "30", "13", "鲜肉部"),
    ("葱", "4", "5.5", "菜农合作社"),
)
Bought = Sequence[tuple[str, str, str, str]]


def furnish() -> None:
    """Let those people come, and post the sheet of that Monday."""
    with clock.moved_to(NOON), transaction():
        for username, (role, name) in ACCOUNTS.items():
            add_account(by=actor("test"), username=username, password=PASSWORD, role=role, name=name)
        switch(by=actor("test"), name="payments", on=True)
        change_settings(by=actor("test"), in_use={"payments": "2026-03-01"})
        post(LINES)


origin = begins(house=furnish)


@pytest.fixture
def house(app: KioskApp) -> Iterator[Flask]:
    """The school on that Monday at noon; its sheet is posted."""
    with clock.moved_to(NOON), app.app_context():
        yield app
        session.remove()


def rows(lines: Bought) -> list[dict[str, str]]:
    names = ("item", "quantity", "unit_price", "supplier")
    return [{**dict(zip(names, line, strict=True)), "unit": "公斤"} for line in lines]


def post(lines: Bought) -> int:
    """Post a sheet of the day; its number."""
    draft = purchasing.start_sheet(by=actor("chen"), canteen=canteen(), day=MONDAY)
    purchasing.save_draft(by=actor("chen"), draft=draft, rows=rows(lines), people=SIGNED)
    purchasing.post_sheet(by=actor("chen"), draft=draft)
    return draft.posting_id


def correct(posting: int, lines: Bought) -> None:
    """Correct a sheet."""
    with transaction():
        draft = start_correction(by=actor("chen"), posting=session.get_one(Posting, posting))
        purchasing.save_draft(by=actor("chen"), draft=draft, rows=rows(lines), people=SIGNED, reason="复秤")
        purchasing.post_sheet(by=actor("chen"), draft=draft)
    session.remove()


def supplier(name: str = "菜农合作社") -> Supplier:
    return session.query(Supplier).filter_by(name=name).one()


def picked(name: str = "菜农合作社", **amounts: int) -> list[Picked]:
    """The open lines of a supplier, of each all that is open or, by item, another amount in fen."""
    found = queries.open_lines(supplier(name).id)
    return [Picked(one.posting, one.version, one.row, amounts.get(one.line.item, one.open)) for one in found]


def wish(name: str = "菜农合作社", *, invoice: str = "No 001", **more: object) -> Wish:
    """All that is open for a supplier."""
    values = {"supplier": supplier(name).id, "invoice": invoice, "about": "周一的菜款", "lines": picked(name)}
    return Wish(**{**values, **more})  # type: ignore[arg-type]


def other(amount: int, **more: object) -> Wish:
    """A payment without posted lines."""
    values = {"payee": "供电所", "invoice": f"D{amount}", "purpose": "energy", "about": "三月电费"}
    return Wish(**{**values, "amount": amount, **more})  # type: ignore[arg-type]


def ask(what: Wish, by: str = "zhao", sent: str = "") -> Payment:
    with transaction():
        made = services.ask(by=actor(by), sent=sent or f"{by} {what.supplier} {what.invoice}", wish=what)
    return made


def decide(payment: Payment, *people: str, approves: bool = True, why: str = "") -> None:
    """Let these decide, one after the other."""
    for name in people:
        with transaction():
            found = queries.approval_of(queries.payment(payment.id))
            steps.decide(by=actor(name), approval=found, approves=approves, why=why)


def pay(
    payment: Payment, by: str = "qian", *, seen: str = "", way: str = "transfer", reference: str = "B-77"
) -> None:
    with transaction():
        found = queries.payment(payment.id)
        services.pay(
            by=actor(by), payment=found, seen=seen or found.now.hash, day=MONDAY, way=way, reference=reference
        )


def enter(payment: Payment, by: str = "wu", booked: str = "记-12") -> None:
    with transaction():
        found = queries.payment(payment.id)
        services.enter(by=actor(by), payment=found, seen=found.now.hash, booked=booked)


def state(number: int) -> str:
    """How a payment stands by now."""
    session.remove()
    return queries.payment(number).state


__all__ = ["bought", "house"]
