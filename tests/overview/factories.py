"""What the live view's tests put on the table: ratings and posted sheets."""

from datetime import date, datetime, timedelta
from uuid import uuid4

from flask import Flask

from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.trace import record
from kiosk.counters.models import Canteen
from kiosk.presence import services as presence
from kiosk.purchasing.models import Item, Line, Sheet, SheetVersion
from kiosk.ratings import services
from tests.conftest import LUNCH, counter

BOUGHT = (
    ("蔬菜类", "大白菜", 50, 25_000),
    ("蔬菜类", "大西红柿", 40, 50_000),
    ("肉食类", "保肋肉", 90, 120_000),
)


def rate(app: Flask, code: str, levels: list[int], comment: str = "", at: datetime = LUNCH) -> None:
    """Ratings a second apart from printed slips: each a visitor of its own."""
    for number, level in enumerate(levels):
        with clock.moved_to(at + timedelta(seconds=number)), app.app_context(), transaction():
            one = presence.read_pass(presence.issue_pass(counter=counter(code), channel="slip"))
            services.take_press(services.Press(phone_pass=one, id=uuid4(), level=level, comment=comment))


def post_sheet(
    app: Flask, day: date, bought: tuple[tuple[str, str, int, int], ...] = BOUGHT, code: str = "k1"
) -> None:
    """A posted sheet; without lines: nothing was bought."""
    with app.app_context(), transaction():
        canteen = session.query(Canteen).filter_by(code=code).one()
        sheet = Sheet(canteen_id=canteen.id, day=day, created_at=clock.now())
        version = SheetVersion(
            sheet=sheet,
            version=1,
            nothing_bought=not bought,
            purchaser="采购员",
            receiver1="验收人甲",
            receiver2="验收人乙",
            drafted_by="chen",
            changed_at=clock.now(),
            total=sum(quantity * price // 100 for _, _, quantity, price in bought),
        )
        session.add(version)
        session.flush()
        for position, (item_class, name, quantity, price) in enumerate(bought):
            item = session.query(Item).filter_by(name=name).one_or_none() or Item(name=name)
            session.add(item)
            session.flush()
            session.add(
                Line(
                    version_id=version.id,
                    position=position,
                    item_id=item.id,
                    item=name,
                    item_class=item_class,
                    unit="市斤",
                    quantity=quantity * 1000,
                    unit_price=price,
                    amount=quantity * price // 100,
                )
            )
        session.flush()
        version.posted_at, version.posted_by, version.chain_seq = clock.now(), "chen", 1
        sheet.posted_version_id = version.id
        record("sheet.posted", f"sheet:{sheet.id}", by="chen")
