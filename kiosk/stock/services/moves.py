"""Forms and their moves: a form, its lines, what each moved, and one entry of the record, all or nothing.

Writers go one after the other (`core.db.transaction`), and things are read anew under locks of their own.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.trace import record
from kiosk.counters.models import Canteen
from kiosk.stock import queries
from kiosk.stock.models import DONE, StockBatch, StockForm, StockItem, StockLine, StockMove
from kiosk.stock.queries import Shelf, lot_of
from kiosk.stock.units import base_of


@dataclass
class Moved:
    """A line that is to be written, and what it moves: (batch, quantity, amount) each."""

    item_id: int | None
    item: str
    specification: str
    unit: str
    quantity: int
    amount: int
    short: int = 0
    remark: str = ""
    moves: list[tuple[StockBatch, int, int]] = field(default_factory=list)


def hold(item_ids: Collection[int]) -> dict[int, Shelf]:
    """Things and their batches as they are now, locked until the transaction ends."""
    query = select(StockItem).where(StockItem.id.in_(sorted(item_ids))).order_by(StockItem.id)
    held = session.scalars(query.with_for_update(of=StockItem).execution_options(populate_existing=True))
    found = {one.id: Shelf(one) for one in held}
    rows = session.scalars(
        select(StockBatch)
        .where(StockBatch.item_id.in_(found), StockBatch.quantity > 0)
        .order_by(StockBatch.id)
        .execution_options(populate_existing=True)
    )
    for row in rows:
        found[row.item_id].lots.append(lot_of(row))
    return found


def entered(canteen: Canteen, item: str, specification: str, unit: str) -> StockItem:
    """The thing of a canteen's store with this name, specification and unit; new where there is none."""
    base = base_of(unit)
    query = select(StockItem).where(
        StockItem.canteen_id == canteen.id,
        StockItem.item == item,
        StockItem.specification == specification,
        StockItem.base == base,
    )
    found = session.scalar(query.with_for_update(of=StockItem))
    if found is None:
        found = StockItem(
            canteen_id=canteen.id,
            item=item,
            specification=specification,
            base=base,
            unit=unit.strip(),
            balance=0,
            worth=0,
        )
        session.add(found)
        session.flush()
    return found


def write(by: Actor, found: StockForm, lines: Sequence[Moved], action: str) -> StockForm:
    """Write a form with its lines and moves, its entry, and the figures of everything that it moved."""
    found.at, found.chain_seq = clock.now(), 0
    session.add(found)
    session.flush()
    for position, line in enumerate(lines):
        session.add(_line(found, position, line))
        for batch, quantity, amount in line.moves:
            move(found, position, batch, quantity, amount)
    session.flush()
    session.refresh(found, ["canteen", "person", "lines"])
    found.chain_seq = record(action, queries.subject(found), by=by, after=told(found))
    session.flush()
    return found


def _line(found: StockForm, position: int, line: Moved) -> StockLine:
    return StockLine(
        form_id=found.id,
        position=position,
        item_id=line.item_id,
        item=line.item,
        specification=line.specification,
        unit=line.unit,
        quantity=line.quantity,
        amount=line.amount,
        short=line.short,
        remark=line.remark,
    )


def move(found: StockForm, position: int, batch: StockBatch, quantity: int, amount: int) -> None:
    """Write a move, and the figures of its batch and thing."""
    held = batch.item if batch.item is not None else session.get_one(StockItem, batch.item_id)
    session.add(
        StockMove(
            item_id=batch.item_id,
            batch_id=batch.id,
            form_id=found.id,
            position=position,
            quantity=quantity,
            amount=amount,
            day=found.day,
            at=clock.now(),
        )
    )
    batch.quantity += quantity
    batch.worth += amount
    held.balance += quantity
    held.worth += amount


def told(found: StockForm) -> dict[str, object]:
    """What the record says of a form: no names of things, but the hash of every line and move."""
    return {
        "kind": found.kind,
        "origin": found.origin,
        "canteen": found.canteen.code,
        "day": found.day,
        "number": found.number,
        "lines": len(found.lines),
        "amount": found.amount,
        "hash": hash_of(found),
        "moves": hash_of_moves(moves_of(found)),
        "reason": found.reason,
    }


def hash_of(found: StockForm) -> str:
    """The hash of a form's lines."""
    lines = [
        [one.position, one.item, one.specification, one.unit, one.quantity, one.amount, one.short, one.remark]
        for one in found.lines
    ]
    return sha([found.kind, found.day.isoformat(), found.number, lines])


def moves_of(found: StockForm) -> Sequence[StockMove]:
    """The moves of a form in the order in which they were written."""
    query = select(StockMove).where(StockMove.form_id == found.id).order_by(StockMove.id)
    return session.scalars(query).all()


def hash_of_moves(moves: Iterable[StockMove]) -> str:
    """The hash of moves: which line took how much of which batch."""
    return sha([[one.position, one.batch_id, one.item_id, one.quantity, one.amount] for one in moves])


def sha(value: object) -> str:
    """The SHA-256 of plain values."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def new_batch(held: StockItem, day: date, unit: str, unit_price: int, **more: object) -> StockBatch:
    """An empty batch of a thing; a move fills it."""
    found = StockBatch(
        item_id=held.id, day=day, unit=unit.strip(), unit_price=unit_price, quantity=0, worth=0, **more
    )
    found.item = held
    session.add(found)
    session.flush()
    return found


def batches_of(numbers: Iterable[int]) -> dict[int, StockBatch]:
    """Batches by their number."""
    query = select(StockBatch).where(StockBatch.id.in_(sorted(set(numbers))))
    return {one.id: one for one in session.scalars(query)}


def plain_form(canteen: Canteen, kind: str, origin: str, day: date, **more: object) -> StockForm:
    """A form that is not written yet; confirmed unless something else is said."""
    return StockForm(
        **{"canteen_id": canteen.id, "kind": kind, "origin": origin, "day": day, "state": DONE} | more
    )
