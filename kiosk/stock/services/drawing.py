"""What a posted sheet puts into store is drawn from it, in the transaction that posts it, once.

A correction moves the difference, once: quantities up or down, prices of what is left. What it takes back and
was issued meanwhile is not invented: the line says how much was short, until the store is counted.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select

from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.formats import amount_of
from kiosk.core.room import on_since
from kiosk.postings.models import Posting
from kiosk.purchasing import queries as purchasing
from kiosk.purchasing.models import Line
from kiosk.school import queries as school
from kiosk.stock import queries
from kiosk.stock.models import RECEIVED, SHEET, StockBatch, StockForm, StockMove
from kiosk.stock.queries import take_of
from kiosk.stock.services.moves import Moved, entered, hold, new_batch, plain_form, sha, write
from kiosk.stock.settings import STRAIGHT
from kiosk.stock.switch import SWITCH
from kiosk.stock.units import base_of, per, shown


class _Key(NamedTuple):
    """What a thing is, whatever its unit is called."""

    item: str
    specification: str
    base: str


def follow(by: Actor, posting: Posting) -> None:
    """Draw what a sheet puts into store, when it is posted, corrected or withdrawn.

    Sheets for days before the store was kept here are in its opening balance.
    """
    if posting.kind != purchasing.SLUG or posting.canteen is None:
        return
    day, withdrawn = purchasing.day_of(posting), posting.withdrawal is not None
    version = purchasing.posted_versions(posting)[0]
    number = 0 if withdrawn else version.version
    _link(posting, str(version.content["fields"].get("number") or ""))
    before = queries.of_posting(posting.id)
    since = on_since(SWITCH)
    if (not before and (since is None or day < since)) or any(one.version == number for one in before):
        return
    moved = _differences(posting, [] if withdrawn else version.lines)
    if not moved:
        return
    found = plain_form(
        posting.canteen,
        RECEIVED,
        SHEET,
        day,
        sent=f"sheet:{posting.id}:{number}",
        number=str(version.content["fields"].get("number") or ""),
        digest=sha([posting.id, number]),
        posting_id=posting.id,
        version=number,
        person_id=by.person,
        reason="" if withdrawn else version.reason[:200],
    )
    write(by, found, moved, "stock.received")


def _link(posting: Posting, number: str) -> None:
    """A paper form of the same number and day that was brought in before is this sheet's."""
    if not number or posting.canteen_id is None:
        return
    there = queries.form_like(posting.canteen_id, RECEIVED, purchasing.day_of(posting), number, "")
    if there is None or there.posting_id is not None:
        return
    there.posting_id = posting.id
    moves = select(StockMove.batch_id).where(StockMove.form_id == there.id)
    for batch in session.scalars(select(StockBatch).where(StockBatch.id.in_(moves))):
        batch.posting_id = posting.id
    session.flush()


def _differences(posting: Posting, lines: Sequence[Line]) -> list[Moved]:
    """What is to be moved so that the store has of a sheet what it says now."""
    batches: dict[_Key, list[StockBatch]] = defaultdict(list)
    held = session.scalars(
        select(StockBatch).where(StockBatch.posting_id == posting.id).order_by(StockBatch.id)
    )
    for one in held:
        batches[_Key(one.item.item, one.item.specification, one.item.base)].append(one)
    hold({one.item_id for those in batches.values() for one in those})
    told: dict[_Key, list[Line]] = defaultdict(list)
    straight = straight_classes()
    for line in lines:
        key = _Key(line.item, line.specification, base_of(line.unit))
        if line.item_class not in straight or key in batches:
            told[key].append(line)
    came = _came([one.id for those in batches.values() for one in those])
    found: list[Moved] = []
    for key in dict.fromkeys((*told, *batches)):
        found += _of_thing(posting, told.get(key, []), batches.get(key, []), came)
    return found


def straight_classes() -> frozenset[str]:
    """The classes of goods that never lie in store here."""
    return frozenset(filter(None, re.split(r"[,，、;；\s]+", school.settings()[STRAIGHT])))


def _came(numbers: Iterable[int]) -> Mapping[int, int]:
    """How much sheets and papers put into each batch so far."""
    query = (
        select(StockMove.batch_id, func.sum(StockMove.quantity))
        .join(StockForm, StockForm.id == StockMove.form_id)
        .where(StockMove.batch_id.in_(list(numbers)), StockForm.kind == RECEIVED)
        .group_by(StockMove.batch_id)
    )
    return {number: int(quantity) for number, quantity in session.execute(query)}


def _of_thing(
    posting: Posting, lines: Sequence[Line], batches: Sequence[StockBatch], came: Mapping[int, int]
) -> list[Moved]:
    """The first line belongs to the first batch, and so on; lines without a batch begin one."""
    found = [
        _changed(line, batch, came.get(batch.id, 0)) for line, batch in zip(lines, batches, strict=False)
    ]
    found += [_changed(None, batch, came.get(batch.id, 0)) for batch in batches[len(lines) :]]
    found += [_begun(posting, line) for line in lines[len(batches) :]]
    return [one for one in found if one is not None]


def _begun(posting: Posting, line: Line) -> Moved:
    day = purchasing.day_of(posting)
    assert posting.canteen
    held = entered(posting.canteen, line.item, line.specification, line.unit)
    batch = new_batch(held, day, line.unit, line.unit_price, posting_id=posting.id, **_told(line, posting))
    quantity = line.quantity * per(line.unit)
    own = (line.item, line.specification, line.unit, line.quantity, line.amount)
    return Moved(held.id, *own, moves=[(batch, quantity, line.amount)])


def _told(line: Line, posting: Posting) -> dict[str, Any]:
    expires = queries.last_day(line.shelf_life, line.batch, purchasing.day_of(posting))
    return {"supplier": line.supplier, "batch": line.batch, "expires": expires}


def _changed(line: Line | None, batch: StockBatch, came: int) -> Moved | None:
    """What a line moves of its batch: the quantity's difference, and what is left at the new price."""
    wanted = line.quantity * per(line.unit) if line else 0
    unit = line.unit if line else batch.unit
    price = line.unit_price if line else batch.unit_price
    more = wanted - came
    repriced = line is not None and price * per(batch.unit) != batch.unit_price * per(unit)
    if not more and not repriced:
        return None
    short, quantity, amount = 0, more, 0
    if more < 0:
        lot = queries.lot_of(batch)
        takes = take_of([lot], -more)
        quantity, amount = -sum(one.quantity for one in takes), -sum(one.amount for one in takes)
        short = quantity - more
    else:
        amount = amount_of(shown(more, unit), price)
    if repriced:
        batch.unit, batch.unit_price = unit, price
        left = batch.quantity + quantity
        amount = amount_of(shown(left, unit), price) - batch.worth
    held = batch.item
    moves = [(batch, quantity, amount)] if quantity or amount else []
    own = (held.item, held.specification, unit, shown(quantity, unit), amount)
    return Moved(held.id, *own, short=short, moves=moves)
