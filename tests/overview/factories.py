"""What the live view's tests put on the table: ratings and posted sheets."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from flask import Flask

from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.counters.models import Canteen
from kiosk.presence import services as presence
from kiosk.purchasing import services as purchasing
from kiosk.ratings import services
from tests.conftest import LUNCH, actor, counter

PEOPLE = {"purchaser": "采购员", "custodian": "保管员", "receiver1": "验收人甲", "receiver2": "验收人乙"}
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
        if not bought:
            purchasing.mark_nothing_bought(by=actor("chen"), canteen=canteen, day=day)
            return
        draft = purchasing.start_sheet(by=actor("chen"), canteen=canteen, day=day)
        rows = [
            {"item_class": group, "item": name, "unit": "市斤", "quantity": str(quantity)}
            | {"unit_price": str(Decimal(price) / 10_000)}
            for group, name, quantity, price in bought
        ]
        purchasing.save_draft(by=actor("chen"), draft=draft, rows=rows, people=PEOPLE)
        purchasing.post_sheet(by=actor("chen"), draft=draft)
