"""A school whose purchases go through every gate, and the seven people of a chain.

Chen plans, the head Lin or the principal Qin approves, Ma buys, He and Ding accept, Lin posts.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.auth.services import add_account
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.web import KioskApp
from kiosk.persons.services import save_person
from kiosk.postings.models import Posting
from kiosk.purchasing.services import post_sheet, save_draft, start_sheet
from kiosk.school.services import save_term, switch
from kiosk.steps import queries as steps
from kiosk.steps.services import decide
from kiosk.supply import queries, services
from kiosk.supply.models import Plan, Purchase
from kiosk.supply.queries import PlanLine, Said
from tests.conftest import PASSWORD, actor, begins, canteen, csrf, sign_in

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""9:00 in Shanghai."""
DAY = date(2026, 3, 2)
PEOPLE = {
    "qin": ("principal", "秦"),
    "ma": ("purchaser", "马"),
    "he": ("counter_staff", "何"),
    "ding": ("accountant", "丁"),
    "bao": ("custodian", "包"),
}
LINES = (
    PlanLine(DAY, "土豆", "", "公斤", 40_000, 30_000),
    PlanLine(DAY, "鸡蛋", "散装", "公斤", 20_000, 100_000),
)
"""40 kg at 3 yuan and 20 kg at 10: 320 yuan, which the head alone approves."""


def furnish() -> None:
    """Let those people come, and switch the rooms on."""
    with clock.moved_to(MONDAY), transaction():
        for username, (role, name) in PEOPLE.items():
            add_account(by=actor("test"), username=username, password=PASSWORD, role=role, name=name)
        save_term(by=actor("test"), name="春", starts=date(2026, 2, 9), ends=date(2026, 7, 3))
        for one in queries.GATES:
            switch(by=actor("test"), name=one.name, on=True)


origin = begins(house=furnish)


@pytest.fixture
def house(app: KioskApp) -> Iterator[Flask]:
    """That school, at a Monday morning."""
    with clock.moved_to(MONDAY), app.app_context():
        yield app
        session.remove()


@pytest.fixture
def desk(house: Flask) -> Callable[[str], FlaskClient]:
    """A function that gives a browser signed in as somebody."""
    return lambda username: sign_in(house.test_client(), username)


def send(client: FlaskClient, address: str, **form: Any) -> Any:
    """Send a form as a browser does; where it leads is not followed."""
    answer = client.post(address, data={"csrf_token": csrf(client, "/office/accounts/"), **form})
    session.rollback()
    session.expire_all()
    return answer


def begun(by: str = "chen", sent: str = "p1", first: date = DAY, days: int = 1) -> Plan:
    """A plan as it is proposed."""
    with transaction():
        return services.begin_plan(by=actor(by), sent=sent, canteen=canteen(), first=first, days=days)


def proposed(by: str = "chen", sent: str = "p1", lines: tuple[PlanLine, ...] = LINES) -> Plan:
    """A plan with these lines that waits for approval."""
    plan = begun(by, sent)
    with transaction():
        said = Said("周一午餐", {DAY: 800}, lines)
        version = services.change_plan(by=actor(by), plan=plan, seen=1, said=said)
        services.propose_plan(by=actor(by), plan=plan, seen=version.number)
    return plan


def decided(plan: Plan, by: str, *, approves: bool = True, why: str = "") -> None:
    """Somebody's decision about a plan."""
    approval = steps.running(queries.subject(plan))
    assert approval
    with transaction():
        decide(by=actor(by), approval=approval, approves=approves, why=why)


def approved(sent: str = "p1", lines: tuple[PlanLine, ...] = LINES) -> Plan:
    """A plan that the head approved."""
    plan = proposed(sent=sent, lines=lines)
    decided(plan, "lin")
    return plan


def wanted(*quantities: int, lines: tuple[PlanLine, ...] = LINES) -> list[services.Wanted]:
    """So much of each line of a plan, in thousandths."""
    return [
        services.Wanted(line.item, line.specification, line.unit, quantity, line.unit_price, position)
        for position, (line, quantity) in enumerate(zip(lines, quantities, strict=False))
        if quantity
    ]


def bought(plan: Plan | None, *quantities: int, by: str = "ma", sent: str = "o1", **more: Any) -> Purchase:
    """So much of a plan, ordered for its day."""
    told = {"day": DAY, "way": "order", "supplier": "绿源农产品有限公司", **more}
    with transaction():
        return services.buy(
            by=actor(by), sent=sent, canteen=canteen(), plan=plan, lines=wanted(*quantities), **told
        )


def sheet(day: date, quantity: str = "40") -> None:
    """A posted sheet, typed by hand as ever."""
    people = {"purchaser": "采购员", "custodian": "保管员", "receiver1": "验收员甲", "receiver2": "验收员乙"}
    row = {"item": "土豆", "unit": "公斤", "quantity": quantity, "unit_price": "3.00"}
    with transaction():
        for name in people.values():
            save_person(by=actor("test"), name=name)
        draft = start_sheet(by=actor("chen"), canteen=canteen(), day=day)
        save_draft(by=actor("chen"), draft=draft, rows=[row], people=people)
        post_sheet(by=actor("chen"), draft=draft)


def fresh(plan: Plan) -> Plan:
    """A plan as it is stored now."""
    session.rollback()
    session.expire_all()
    return queries.plan(plan.id)


def weighed(purchase: Purchase, *lines: services.Weighed, by: str = "he", **more: Any) -> None:
    """What one receiver weighed; without lines all of it came."""
    everything = [services.Weighed(line.quantity) for line in purchase.lines]
    last = queries.newest(purchase)
    seen = last.number if last else 0
    told = {"sent": f"{purchase.id} {by} {seen}", "seen": seen, **more}
    with transaction():
        services.weigh(by=actor(by), purchase=purchase, lines=lines or everything, **told)


def confirmed(purchase: Purchase, by: str = "ding") -> None:
    """The second receiver's word."""
    last = queries.newest(purchase)
    assert last
    with transaction():
        services.confirm(by=actor(by), purchase=purchase, number=last.number)


def posted(purchase: Purchase) -> int:
    """Its sheet, posted as it was filled; the number of the posting."""
    link = queries.sheet_of(purchase)
    assert link
    with transaction():
        draft = session.get_one(Posting, link.posting_id).draft
        assert draft
        post_sheet(by=actor("chen"), draft=draft)
    return link.posting_id
