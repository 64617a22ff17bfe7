"""A school that tenders: a council of nine, a head who leads, a principal who awards."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from kiosk.auth.services import add_account
from kiosk.catalogue.services import enter_suppliers
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.web import KioskApp
from kiosk.school.services import change_settings, switch
from kiosk.steps import services as steps
from kiosk.tenders import queries, services
from kiosk.tenders.models import BY_LOT, BY_PRICE, DISCOUNT, FIXED, SUPPLY, Tender, TenderBid
from kiosk.tenders.queries import Criterion, Need, Notice, Wanted
from tests.conftest import PASSWORD, actor

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""A Monday, 9:00 in Shanghai."""
DEADLINE = MORNING + timedelta(days=15)
AFTER = DEADLINE + timedelta(minutes=5)
COUNCIL = {f"m{n}": name for n, name in enumerate("甲乙丙丁戊己庚辛壬", 1)}
ACCOUNTS = {"zheng": ("principal", "郑"), "qian": ("cashier", "钱"), "gao": ("head", "高")}
RICE = Need(
    "食堂大米供应",
    SUPPLY,
    FIXED,
    "每周都买，价格不稳",
    400_00,
    6,
    (Wanted("大米", "25公斤", "袋", "粮食类", 10_000), Wanted("面粉", "", "公斤", "粮食类", 20_000)),
)
GREENS = Need(
    "蔬菜供应",
    SUPPLY,
    DISCOUNT,
    "每天都买，按市场价下浮",
    400_00,
    6,
    (Wanted("大白菜", "", "市斤"), Wanted(item_class="蔬菜类")),
)
RULES = (Criterion("报价", 60, BY_PRICE), Criterion("质量", 40))
BY_PRICE_ALONE = (Criterion("报价", 100, BY_PRICE),)


@pytest.fixture
def house(app: KioskApp) -> Iterator[Flask]:
    """The school on that Monday morning."""
    with clock.moved_to(MORNING), app.app_context():
        with transaction():
            furnish()
        yield app
        session.remove()


def furnish() -> None:
    """Its people, and tenders switched on."""
    for username, (role, name) in ACCOUNTS.items():
        add_account(by=actor("test"), username=username, password=PASSWORD, role=role, name=name)
    for username, name in COUNCIL.items():
        add_account(by=actor("test"), username=username, password=PASSWORD, role="council", name=name)
    enter_suppliers(["粮油店"])
    switch(by=actor("test"), name="tenders", on=True)
    change_settings(by=actor("test"), in_use={"tenders": "2026-03-01"})


def picture() -> bytes:
    """A closed envelope."""
    file = BytesIO()
    Image.new("RGB", (40, 30), "#efe6d2").save(file, "JPEG")
    return file.getvalue()


def fresh(number: int) -> Tender:
    """A tender as it is stored by now."""
    session.expire_all()
    return queries.tender(number)


def approved(need: Need = RICE) -> int:
    """A need that Lin approved; its number."""
    with transaction():
        found = services.propose(by=actor("chen"), sent=f"sent {need.title}", need=need)
        steps.decide(by=actor("lin"), approval=queries.approval_of(found), approves=True)
    return found.id


def notice(criteria: tuple[Criterion, ...] = RULES, **more: Any) -> Notice:
    """What a notice says."""
    told: dict[str, Any] = {"deadline": DEADLINE, "opens": DEADLINE, "tie": BY_LOT, **more}
    return Notice(place="二楼会议室", terms="须有许可证", criteria=criteria, **told)


def noticed(need: Need = RICE, criteria: tuple[Criterion, ...] = RULES, **more: Any) -> int:
    """A tender whose notice hangs; its number."""
    number = approved(need)
    with transaction():
        services.post_notice(by=actor("lin"), tender=fresh(number), seen=1, said=notice(criteria, **more))
    return number


def hand_in(number: int, bidder: str, sent: str = "", by: str = "lin") -> TenderBid:
    """Register an envelope."""
    with transaction():
        return services.register(
            by=actor(by),
            sent=sent or f"{number} {bidder}",
            tender=fresh(number),
            bidder=bidder,
            clerk="经办人",
            photo=picture(),
        )


def sit(number: int, *members: str) -> None:
    """Begin the roll, and let these sit down by their own accounts."""
    with transaction():
        services.begin_roll(by=actor("lin"), tender=fresh(number))
    for one in members:
        with transaction():
            services.sit_down(by=actor(one), tender=fresh(number))


def start(number: int) -> None:
    """Open with whoever is there."""
    with transaction():
        services.start(by=actor("lin"), tender=fresh(number))


def read_out(number: int, offers: dict[str, list[int]]) -> None:
    """Open every envelope and type it twice, by Lin and Wu."""
    while bid := queries.next_bid(fresh(number)):
        key = bid.id
        with transaction():
            services.open_bid(by=actor("lin"), tender=fresh(number), bid=of(number, key))
        for who in ("lin", "wu"):
            with transaction():
                one = of(number, key)
                services.type_bid(by=actor(who), tender=fresh(number), bid=one, offer=offers[one.bidder])


def of(number: int, bid: int) -> TenderBid:
    """An envelope as it is stored by now."""
    return queries.bid_of(number, bid)[1]


def confirm(number: int, *members: str) -> None:
    """Let these confirm the protocol."""
    for one in members:
        with transaction():
            found = fresh(number)
            opening = queries.sitting(found)
            assert opening
            services.confirm(by=actor(one), tender=found, seen=opening.hash or "")


def opened(number: int, offers: dict[str, list[int]], members: tuple[str, ...] = tuple(COUNCIL)[:5]) -> None:
    """From the roll to the confirmed protocol."""
    sit(number, *members)
    start(number)
    read_out(number, offers)
    confirm(number, *members)


def score(number: int, who: str, points: list[int]) -> None:
    """Points of a member for the one scored criterion, bid by bid in hundredths."""
    with transaction():
        found = fresh(number)
        bids = [one.id for one in queries.counted(found)]
        given = {bid: {"c2": value} for bid, value in zip(bids, points, strict=True)}
        services.score(by=actor(who), tender=found, points=given)


def award(number: int, bidder: str | None, **more: Any) -> None:
    """Award to a bidder, by the principal."""
    with transaction():
        found = fresh(number)
        bid = next((one for one in queries.counted(found) if one.bidder == bidder), None)
        services.award(by=actor("zheng"), tender=found, bid=bid, **more)
