"""Papers of goods are noted, with a picture, and settled when the goods are used up."""

from datetime import date, timedelta

from kiosk.attachments.services import attach
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Invalid
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean
from kiosk.core.trace import record
from kiosk.kitchen.models import (
    GOODS_BATCH,
    GOODS_ITEM,
    GOODS_PAPER,
    GOODS_SUPPLIER,
    GOODS_UNTIL,
    GoodsCertificate,
)
from kiosk.kitchen.permissions import NOTE_GOODS
from kiosk.school import queries as school

FARTHEST = timedelta(days=366 * 10)


def note_goods(
    *,
    by: Actor,
    item: str,
    supplier: str = "",
    batch: str = "",
    paper: str,
    until: str | date | None,
    photos: tuple[bytes, ...] = (),
) -> GoodsCertificate:
    """Note a paper that came with goods, and until when it holds; its pictures are drawn anew already."""
    by.needs(NOTE_GOODS, SCHOOL)
    end = until if isinstance(until, date) else GOODS_UNTIL.read(until)
    today = school.today()
    if end is None or not today - FARTHEST < end < today + FARTHEST:
        raise Invalid(lazy("Please look at the year."), field="until")
    made = GoodsCertificate(
        item=GOODS_ITEM.read(clean(item)),
        supplier=GOODS_SUPPLIER.read(clean(supplier)),
        batch=GOODS_BATCH.read(clean(batch)),
        paper=GOODS_PAPER.read(paper),
        until=end,
        noted_at=clock.now(),
        person_id=by.person,
        chain_seq=0,
    )
    session.add(made)
    session.flush()
    after = {
        "item": made.item,
        "supplier": made.supplier,
        "batch": made.batch,
        "paper": made.paper,
        "until": made.until,
    }
    made.chain_seq = record("goods.noted", f"goods:{made.id}", by=by, after=after)
    session.flush()
    for photo in photos:
        attach(by=by, subject=f"goods:{made.id}", entry=made.chain_seq, text=made.item, data=photo)
    return made


def settle_goods(*, by: Actor, found: GoodsCertificate) -> None:
    """Note that the goods are used up or gone, or that a newer paper came: its end is told no more."""
    by.needs(NOTE_GOODS, SCHOOL)
    if found.ended_at is None:
        found.ended_at = clock.now()
        record("goods.settled", f"goods:{found.id}", by=by, after={"item": found.item})
        session.flush()
