"""Issues and opening balances as they are typed; confirmed by another person, or given back."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden, Invalid, OtherContent
from kiosk.core.formats import amount_of, milli_to_text
from kiosk.core.i18n import Text, lazy
from kiosk.core.masking import clean
from kiosk.core.security import Permission
from kiosk.core.trace import record
from kiosk.counters.models import Canteen
from kiosk.persons.queries import is_among
from kiosk.postings.queries import place_at
from kiosk.school import queries as school
from kiosk.stock import queries
from kiosk.stock.models import (
    BACK,
    DONE,
    ISSUED,
    LATE,
    LOST,
    MOST_LINES,
    NUMBER,
    OPENED,
    REASON,
    TYPED,
    TYPED_HERE,
    WAITING,
    StockBatch,
    StockForm,
    StockItem,
    StockMove,
)
from kiosk.stock.permissions import KEEP_STOCK, TAKE_STOCK, WITNESS
from kiosk.stock.queries import Shelf
from kiosk.stock.refusals import ClosedBefore, NotThere, Place, SamePerson
from kiosk.stock.services.moves import (
    Moved,
    batches_of,
    entered,
    hold,
    move,
    new_batch,
    plain_form,
    sha,
    write,
)
from kiosk.stock.units import per, shown


class Wanted(NamedTuple):
    """A line as it is asked for: quantity in thousandths of its unit, price in 0.0001 yuan; `row` is where it
    was typed."""

    item: str
    specification: str
    unit: str
    quantity: int
    remark: str = ""
    unit_price: int = 0
    batch: str = ""
    expires: date | None = None
    row: int = 0


def digest_of(canteen: Canteen, kind: str, day: date, number: str, lines: Sequence[Wanted]) -> str:
    """The same for two forms that say the same."""
    told = [[*one[:4], one.remark, one.unit_price, one.batch, str(one.expires or "")] for one in lines]
    return sha([canteen.code, kind, day.isoformat(), number, told])


def issue(
    *,
    by: Actor,
    sent: str,
    canteen: Canteen,
    day: date,
    lines: Sequence[Wanted],
    kind: str = ISSUED,
    number: str = "",
    reason: str = "",
) -> StockForm:
    """Issue from the store to the kitchen, or write off; it waits for whoever takes it. Sent twice is once.

    NotThere, with what is there, for more than that; ClosedBefore for a day before a closed count without a
    reason; OtherContent where the same form said something else.
    """
    by.needs(KEEP_STOCK, place_at(canteen))
    if kind not in TYPED:
        raise Invalid(lazy("Please choose what the form is."), field="kind")
    number, why = NUMBER.read(clean(number)), LATE.read(clean(reason))
    digest = digest_of(canteen, kind, day, number, lines)
    if there := _again(sent, digest):
        return there
    _check(by, canteen, day, lines, why)
    if kind == LOST:
        REASON.read(why)
    _refuse_number(canteen, kind, day, number)
    found = plain_form(
        canteen,
        kind,
        TYPED_HERE,
        day,
        sent=sent,
        number=number,
        reason=why,
        digest=digest,
        person_id=by.person,
        state=WAITING,
    )
    return write(by, found, taken(canteen, lines, day, stale=kind == LOST), f"stock.{kind}")


def _again(sent: str, digest: str) -> StockForm | None:
    there = queries.form_sent(sent)
    if there is not None and there.digest != digest:
        raise OtherContent
    return there


def _refuse_number(canteen: Canteen, kind: str, day: date, number: str) -> None:
    there = queries.form_like(canteen.id, kind, day, number, "") if number else None
    if there is not None:
        text = lazy("There is a form with this number of that day already. Nothing was written.")
        raise Invalid(text, field="number")


def _check(by: Actor, canteen: Canteen, day: date, lines: Sequence[Wanted], why: str) -> None:
    if by.person is None:
        raise Forbidden
    if day > school.today():
        raise Invalid(lazy("This day is still to come."), field="day")
    if not lines:
        raise Invalid(lazy("There is no line yet."))
    if len(lines) > MOST_LINES:
        raise Invalid(lazy("%(n)s lines at most.", n=MOST_LINES))
    late_is_said(canteen, day, why)


def late_is_said(canteen: Canteen, day: date, why: str) -> None:
    """ClosedBefore for a day that a closed count covers, unless it is said why."""
    closed = queries.closed_until(canteen.id)
    if closed is not None and day <= closed and not why:
        raise ClosedBefore(field="reason", day=closed)


def taken(canteen: Canteen, lines: Sequence[Wanted], day: date, *, stale: bool = False) -> list[Moved]:
    """Lines with the batches that they take. NotThere with all that cannot be, before anything is written."""
    errors: dict[Place, Text] = {}
    meant = [(line, meant_by(canteen, line, errors)) for line in lines]
    shelves = hold({one.id for _line, one in meant if one})
    found: list[tuple[Moved, list[queries.Take]]] = []
    for line, thing in meant:
        if thing is None:
            continue
        shelf, wanted = shelves[thing.id], line.quantity * per(line.unit or thing.unit)
        left = shelf.left(day, stale=stale)
        if wanted > left:
            errors[line.row, "quantity"] = lacking(shelf, line.unit or thing.unit, day, left)
            continue
        takes = shelf.take(wanted, day, stale=stale)
        found.append((_moved(line, thing, takes), takes))
    if errors:
        raise NotThere(errors)
    rows = batches_of(take.batch for _moved, takes in found for take in takes)
    for moved, takes in found:
        moved.moves = [(rows[one.batch], -one.quantity, -one.amount) for one in takes]
    return [moved for moved, _takes in found]


def _moved(line: Wanted, thing: StockItem, takes: Sequence[queries.Take]) -> Moved:
    return Moved(
        thing.id,
        thing.item,
        thing.specification,
        line.unit or thing.unit,
        line.quantity,
        sum(one.amount for one in takes),
        remark=line.remark,
    )


def meant_by(canteen: Canteen, line: Wanted, errors: dict[Place, Text]) -> StockItem | None:
    """The thing that a line means; None where it is none or several, which is said."""
    found = queries.fitting(canteen.id, line.item, line.specification, line.unit)
    if len(found) == 1:
        return found[0]
    if found:
        names = "、".join(f"{one.specification or '—'} ({one.unit})" for one in found)
        errors[line.row, "specification"] = lazy("Which of them: %(names)s?", names=names)
    elif others := queries.fitting(canteen.id, line.item, "", ""):
        names = "、".join(f"{one.specification} {one.unit}".strip() for one in others)
        errors[line.row, "unit"] = lazy("In store there is only: %(names)s.", names=names)
    else:
        errors[line.row, "item"] = lazy("“%(item)s” is not in store.", item=line.item)
    return None


def lacking(shelf: Shelf, unit: str, day: date, left: int) -> Text:
    """What is said where more is asked than can be taken on a day."""
    there = f"{milli_to_text(shown(left, unit))} {unit}".strip()
    stale = shelf.left(day, stale=True) - left
    later = sum(one.quantity for one in shelf.lots if one.day > day)
    if stale:
        past = f"{milli_to_text(shown(stale, unit))} {unit}".strip()
        return lazy("%(there)s can be taken; %(past)s more are past their last day.", there=there, past=past)
    if later:
        return lazy("On that day %(there)s were in store; the rest came later.", there=there)
    return lazy("%(there)s are in store.", there=there)


def open_stock(*, by: Actor, sent: str, canteen: Canteen, day: date, lines: Sequence[Wanted]) -> StockForm:
    """Enter what lies in store at the beginning; another person signs it. Sent twice is once."""
    by.needs(KEEP_STOCK, place_at(canteen))
    digest = digest_of(canteen, OPENED, day, "", lines)
    if there := _again(sent, digest):
        return there
    _check(by, canteen, day, lines, "")
    found = plain_form(
        canteen, OPENED, TYPED_HERE, day, sent=sent, digest=digest, person_id=by.person, state=WAITING
    )
    return write(by, found, received(canteen, lines, day), f"stock.{OPENED}")


def received(canteen: Canteen, lines: Sequence[Wanted], day: date, **more: object) -> list[Moved]:
    """Lines that come into store, each a batch of its own."""
    found = []
    for line in lines:
        held = entered(canteen, line.item, line.specification, line.unit)
        batch = new_batch(
            held, day, line.unit, line.unit_price, batch=line.batch, expires=line.expires, **more
        )
        amount, quantity = amount_of(line.quantity, line.unit_price), line.quantity * per(line.unit)
        found.append(
            Moved(
                held.id,
                line.item,
                line.specification,
                line.unit,
                line.quantity,
                amount,
                remark=line.remark,
                moves=[(batch, quantity, amount)],
            )
        )
    return found


def _second(by: Actor, found: StockForm) -> None:
    permission: Permission = TAKE_STOCK if found.kind == ISSUED else WITNESS
    by.needs(permission, place_at(found.canteen))
    if by.person is None:
        raise Forbidden
    session.refresh(found, with_for_update={"of": StockForm})
    if found.state == WAITING and is_among(by.person, [found.person_id or 0]):
        raise SamePerson


def confirm(*, by: Actor, form: StockForm) -> StockForm:
    """Confirm what somebody else wrote: it came as it stands. Twice is once; SamePerson for who wrote it."""
    _second(by, form)
    if form.state == DONE and form.second_id == by.person:
        return form
    _still_waits(form)
    form.state, form.second_id, form.second_at = DONE, by.person, clock.now()
    session.flush()
    session.refresh(form, ["second"])
    record("stock.confirmed", queries.subject(form), by=by, after={"second": by.person})
    return form


def _still_waits(form: StockForm) -> None:
    if form.state != WAITING:
        raise Conflict(lazy("This form is settled: %(state)s.", state=form.state_label))


def give_back(*, by: Actor, form: StockForm, reason: str) -> StockForm:
    """It is not as the form says: all of it goes back where it came from, with a reason. Twice is once.

    Conflict where an opening balance was issued meanwhile.
    """
    _second(by, form)
    if form.state == BACK and form.second_id == by.person:
        return form
    _still_waits(form)
    why = REASON.read(clean(reason))
    moves = list(session.scalars(select(StockMove).where(StockMove.form_id == form.id)))
    hold({one.item_id for one in moves})
    rows = batches_of(one.batch_id for one in moves)
    if any(rows[one.batch_id].quantity < one.quantity for one in moves):
        raise Conflict(lazy("Some of it was issued already. Please count the store instead."))
    for one in moves:
        move(form, one.position, rows[one.batch_id], -one.quantity, -one.amount)
    form.state, form.second_id, form.second_at = BACK, by.person, clock.now()
    session.flush()
    session.refresh(form, ["second"])
    record("stock.given_back", queries.subject(form), by=by, after={"second": by.person, "reason": why})
    return form


def note_expiry(*, by: Actor, batch: StockBatch, expires: date | None) -> None:
    """Note until which day a batch keeps."""
    by.needs(KEEP_STOCK, place_at(batch.item.canteen))
    if batch.expires == expires:
        return
    before, batch.expires = batch.expires, expires
    session.flush()
    record(
        "stock.expiry_noted",
        f"stock_batch:{batch.id}",
        by=by,
        before={"expires": before},
        after={"expires": expires},
    )
