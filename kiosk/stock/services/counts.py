"""The count of a store: begun and counted by one, its differences explained, closed by another."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden, Invalid, OtherContent
from kiosk.core.formats import amount_of
from kiosk.core.i18n import Text, lazy
from kiosk.core.masking import clean
from kiosk.core.trace import record
from kiosk.counters.models import Canteen
from kiosk.persons.queries import is_among
from kiosk.postings.queries import place_at
from kiosk.school import queries as school
from kiosk.stock import queries
from kiosk.stock.models import (
    CLOSED,
    COUNT,
    COUNTED,
    OPEN,
    REASON,
    SIGNED,
    StockCount,
    StockCountLine,
    StockItem,
)
from kiosk.stock.permissions import KEEP_STOCK, WITNESS
from kiosk.stock.queries import Shelf
from kiosk.stock.refusals import Moved as MovedMeanwhile
from kiosk.stock.refusals import NoLongerThere, NotThere, Place, SamePerson
from kiosk.stock.services.moves import Moved, batches_of, hold, new_batch, plain_form, sha, write
from kiosk.stock.units import per, shown


class Counted(NamedTuple):
    """What was typed of a line: thousandths of the thing's unit, None while it is not counted; and why it
    differs."""

    quantity: int | None
    reason: str = ""


def begin_count(*, by: Actor, sent: str, canteen: Canteen, day: date) -> StockCount:
    """Begin a count with everything that lies in store; one that is open goes on. Sent twice is once."""
    by.needs(KEEP_STOCK, place_at(canteen))
    if by.person is None:
        raise Forbidden
    if there := queries.count_sent(sent):
        if (there.canteen_id, there.day) != (canteen.id, day):
            raise OtherContent
        return there
    if there := queries.open_count(canteen.id):
        return there
    if day > school.today():
        raise Invalid(lazy("This day is still to come."), field="day")
    closed = queries.closed_until(canteen.id)
    if closed is not None and day < closed:
        text = lazy("A later day was counted and closed already: %(day)s.", day=closed)
        raise Invalid(text, field="day")
    found = StockCount(
        sent=sent, canteen_id=canteen.id, day=day, state=OPEN, begun_at=clock.now(), person_id=by.person
    )
    session.add(found)
    session.flush()
    _complete(found)
    after = {"canteen": canteen.code, "day": day, "items": len(found.lines)}
    record("stock_count.begun", subject(found), by=by, after=after)
    return found


def subject(found: StockCount) -> str:
    """What the record calls a count."""
    return f"stock_count:{found.id}"


def _complete(found: StockCount) -> int:
    """Add what lies in store and is not in the list yet; how much that is."""
    known = {one.item_id for one in found.lines}
    new = [one for one in queries.items(found.canteen_id) if one.id not in known]
    session.add_all(StockCountLine(count_id=found.id, item_id=one.id) for one in new)
    session.flush()
    session.refresh(found, ["lines"])
    return len(new)


def _hold(found: StockCount, revision: int, state: str = OPEN) -> None:
    session.refresh(found, with_for_update={"of": StockCount})
    session.refresh(found, ["lines"])
    if found.state != state:
        raise Conflict(lazy("This count has gone on: %(state)s.", state=found.state_label))
    if found.revision != revision:
        raise MovedMeanwhile(field="revision", who=found.person.name)


def save_count(*, by: Actor, count: StockCount, revision: int, typed: Mapping[int, Counted]) -> StockCount:
    """Keep what was counted so far, by the number of the line. Moved where the count went on since."""
    by.needs(KEEP_STOCK, place_at(count.canteen))
    if by.person is None:
        raise Forbidden
    _hold(count, revision)
    _keep(by, count, typed)
    return count


def _keep(by: Actor, count: StockCount, typed: Mapping[int, Counted]) -> None:
    changed = False
    for line in count.lines:
        meant = typed.get(line.id)
        if meant is None:
            continue
        why = clean(meant.reason).strip()[: REASON.longest]
        quantity = None if meant.quantity is None else meant.quantity * per(line.item.unit)
        if quantity is not None and meant.quantity == line.item.in_unit(line.item.balance):
            quantity = line.item.balance  # as it is shown: what is beyond its last digit is no difference
        if (line.counted, line.reason) != (quantity, why):
            line.counted, line.reason, changed = quantity, why, True
    if changed:
        count.revision += 1
        count.person_id = by.person or count.person_id
    session.flush()
    session.refresh(count, ["person"])
    told = sum(line.counted is not None for line in count.lines)
    record("stock_count.saved", subject(count), by=by, after={"counted": told, "revision": count.revision})


def sign_count(*, by: Actor, count: StockCount, revision: int, typed: Mapping[int, Counted]) -> StockCount:
    """Sign what was counted: every thing is, and every difference is explained. What the books say is frozen.

    NotThere with what is missing, by the number of the line.
    """
    by.needs(KEEP_STOCK, place_at(count.canteen))
    if by.person is None:
        raise Forbidden
    _hold(count, revision)
    errors: dict[Place, Text] = {}
    new = _complete(count)
    hold({line.item_id for line in count.lines})
    for line in count.lines:
        meant = typed.get(line.id, Counted(None))
        if meant.quantity is None:
            errors[line.id, "counted"] = lazy("How much lies there? 0 if nothing does.")
        elif meant.quantity != line.item.in_unit(line.item.balance) and not meant.reason.strip():
            errors[line.id, "reason"] = lazy("Please explain the difference.")
    if errors or new:
        raise NotThere(errors)
    _keep(by, count, typed)
    for line in count.lines:
        line.expected = line.item.balance
    count.state, count.signed_at, count.person_id = SIGNED, clock.now(), by.person
    count.revision += 1
    session.flush()
    after = {"lines": len(count.lines), "differences": _differences(count), "hash": hash_of_count(count)}
    record("stock_count.signed", subject(count), by=by, after=after)
    return count


def _differences(count: StockCount) -> int:
    return sum(bool(line.difference) for line in count.lines)


def hash_of_count(count: StockCount) -> str:
    """The hash of what was counted, line by line."""
    return sha([[line.item_id, line.expected, line.counted, line.reason] for line in count.lines])


def _may_close(by: Actor, count: StockCount, revision: int) -> None:
    by.needs(WITNESS, place_at(count.canteen))
    if by.person is None:
        raise Forbidden
    _hold(count, revision, SIGNED)
    if is_among(by.person, [count.person_id]):
        raise SamePerson(lazy("You signed this count. Another person has to sign it, too."))


def send_back(*, by: Actor, count: StockCount, revision: int, reason: str) -> StockCount:
    """Send a signed count back to be counted again, with a reason."""
    _may_close(by, count, revision)
    why = REASON.read(clean(reason))
    for line in count.lines:
        line.expected = None
    count.state, count.signed_at = OPEN, None
    count.revision += 1
    session.flush()
    record("stock_count.sent_back", subject(count), by=by, after={"second": by.person, "reason": why})
    return count


def close_count(*, by: Actor, count: StockCount, revision: int) -> StockCount:
    """Sign as the second person: the differences are booked, and the store is closed until that day.

    Twice is once; SamePerson for who counted; NoLongerThere where the missing part was issued since.
    """
    if count.state == CLOSED and count.second_id == by.person:
        return count
    _may_close(by, count, revision)
    moved = _booked(count)
    if moved:
        found = plain_form(
            count.canteen,
            COUNTED,
            COUNT,
            count.day,
            sent=f"count:{count.id}",
            digest=hash_of_count(count),
            person_id=count.person_id,
            second_id=by.person,
            second_at=clock.now(),
        )
        count.form_id = write(by, found, moved, "stock.counted").id
    count.state, count.second_id, count.closed_at = CLOSED, by.person, clock.now()
    session.flush()
    session.refresh(count, ["second"])
    after = {"second": by.person, "differences": _differences(count), "hash": hash_of_count(count)}
    count.chain_seq = record("stock_count.closed", subject(count), by=by, after=after)
    session.flush()
    return count


def _booked(count: StockCount) -> list[Moved]:
    """The differences as moves: what is missing goes first in, first out; more to the last batch."""
    shelves = hold({line.item_id for line in count.lines})
    found = []
    for line in count.lines:
        if line.difference > 0:
            found.append(_more(count, line))
        elif line.difference < 0:
            found.append(_less(count, line, shelves[line.item_id]))
    return found


def _less(count: StockCount, line: StockCountLine, shelf: Shelf) -> Moved:
    last = max((one.day for one in shelf.lots), default=count.day)
    takes = shelf.take(-line.difference, last, stale=True)
    if sum(one.quantity for one in takes) < -line.difference:
        raise NoLongerThere(item=line.item.label)
    rows = batches_of(one.batch for one in takes)
    moves = [(rows[one.batch], -one.quantity, -one.amount) for one in takes]
    return _line(line, line.item, sum(one.amount for one in takes), moves)


def _more(count: StockCount, line: StockCountLine) -> Moved:
    batches = queries.batches([line.item_id], everything=True)
    last = max(batches, key=lambda one: (one.day, one.id), default=None)
    if last is None:
        last = new_batch(line.item, count.day, line.item.unit, 0)
    amount = amount_of(shown(line.difference, last.unit), last.unit_price)
    return _line(line, line.item, amount, [(last, line.difference, amount)])


def _line(line: StockCountLine, thing: StockItem, amount: int, moves: Sequence[object]) -> Moved:
    own = (thing.item, thing.specification, thing.unit, thing.in_unit(abs(line.difference)))
    return Moved(line.item_id, *own, amount, remark=line.reason, moves=[*moves])  # type: ignore[list-item]
