"""Paper forms that are brought in: what they would do, and doing it, all or nothing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from kiosk.core.actor import Actor
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.formats import amount_of
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean
from kiosk.counters.models import Canteen
from kiosk.postings.queries import place_at
from kiosk.school import queries as school
from kiosk.stock import queries
from kiosk.stock.models import (
    ISSUED,
    LATE,
    OPENED,
    PAPER,
    RECEIVED,
    STRAIGHT,
    WAITING,
    StockForm,
    StockItem,
)
from kiosk.stock.permissions import KEEP_STOCK
from kiosk.stock.queries import Lot, Shelf, Take, take_of
from kiosk.stock.services.forms import Wanted, digest_of, late_is_said, received
from kiosk.stock.services.moves import Moved, batches_of, hold, plain_form, write
from kiosk.stock.units import base_of, per, shown

NEW, THERE, OTHER, LACKS = "new", "there", "other", "lacks"
"""How a form stands before it is imported: it can be; it is there; its number is there with other content;
it asks for more than is in store."""
ORDER = {RECEIVED: 0, STRAIGHT: 1, ISSUED: 2}


class Brought(NamedTuple):
    """A paper form as it was read."""

    kind: str
    day: date
    number: str
    lines: Sequence[Wanted]
    table: str = ""


class Lack(NamedTuple):
    """What a line asks beyond what is there, in thousandths of its unit; `first` is the form's day."""

    line: Wanted
    left: int
    missing: int
    first: date


@dataclass
class Seen:
    """A form beside the store: how it stands, the form that is there, and what lacks."""

    paper: Brought
    state: str
    there: StockForm | None = None
    lacking: list[Lack] = field(default_factory=list)


@dataclass
class Outlook:
    """What bringing in papers would do, form by form in the order in which they happened."""

    forms: list[Seen]

    @property
    def new(self) -> list[Seen]:
        """Those that are not there yet, and can be brought in or lack something."""
        return [one for one in self.forms if one.state in (NEW, LACKS)]

    @property
    def lacking(self) -> list[Lack]:
        """Everything that lacks."""
        return [lack for one in self.forms for lack in one.lacking]


Key = tuple[str, str, str]


def _key(line: Wanted) -> Key:
    return line.item, line.specification, base_of(line.unit)


def outlook(canteen: Canteen, papers: Sequence[Brought]) -> Outlook:
    """How papers stand beside what is in store, without writing anything."""
    shelves = _shelves(canteen)
    found: list[Seen] = []
    taken: set[tuple[str, date, str]] = set()
    for paper in sorted(papers, key=lambda one: (one.day, ORDER[one.kind], one.number)):
        one = _beside(canteen, paper)
        own = (paper.kind, paper.day, paper.number or digest_of(canteen, *paper[:4]))
        if own in taken and one.state == NEW:
            one.state = OTHER
        taken.add(own)
        if one.state == NEW:
            one.lacking = _play(paper, shelves)
            one.state = LACKS if one.lacking else NEW
        found.append(one)
    return Outlook(found)


def _beside(canteen: Canteen, paper: Brought) -> Seen:
    digest = digest_of(canteen, *paper[:4])
    there = queries.form_like(canteen.id, paper.kind, paper.day, paper.number, digest)
    if there is None and paper.kind == RECEIVED:
        there = _drawn(canteen, paper)
        return Seen(paper, THERE if there else NEW, there)
    if there is None:
        return Seen(paper, NEW)
    same = there.digest == digest or _says(there) == _asks(paper)
    return Seen(paper, THERE if same else OTHER, there)


def _asks(paper: Brought) -> list[tuple[str, str, int]]:
    return sorted((one.item, base_of(one.unit), one.quantity * per(one.unit)) for one in paper.lines)


def _says(there: StockForm) -> list[tuple[str, str, int]]:
    return sorted((one.item, base_of(one.unit), one.quantity * per(one.unit)) for one in there.lines)


def _drawn(canteen: Canteen, paper: Brought) -> StockForm | None:
    """What was drawn of a sheet of that day and says the same: the paper is its print."""
    forms = [one for one in queries.forms_of_day(canteen.id, RECEIVED, paper.day) if one.posting_id]
    return next((one for one in forms if _says(one) == _asks(paper)), None)


def _shelves(canteen: Canteen) -> dict[Key, Shelf]:
    things = {one.id: one for one in queries.items(canteen.id)}
    found: dict[Key, Shelf] = defaultdict(Shelf)
    for batch in queries.batches(things):
        thing = things[batch.item_id]
        shelf = found[thing.item, thing.specification, thing.base]
        shelf.item = thing
        shelf.lots.append(queries.lot_of(batch))
    return found


def _play(paper: Brought, shelves: dict[Key, Shelf]) -> list[Lack]:
    """Let a form happen on the shelves; what lacks is said, and later forms are judged by themselves."""
    found = []
    for line in paper.lines:
        shelf, quantity = shelves[_key(line)], line.quantity * per(line.unit)
        if paper.kind == RECEIVED:
            shelf.lots.append(Lot(0, paper.day, line.expires, quantity, 0))
        elif paper.kind == STRAIGHT:
            take_of([one for one in shelf.lots if one.day == paper.day and one.posting], quantity)
        else:
            left = shelf.left(paper.day)
            if quantity > left:
                missing = quantity - left
                found.append(Lack(line, shown(left, line.unit), shown(missing, line.unit), paper.day))
            shelf.take(quantity, paper.day)
    return found


def bring_in(
    *, by: Actor, canteen: Canteen, papers: Sequence[Brought], reason: str = "", opening: bool = False
) -> list[StockForm]:
    """Bring in what is not there yet, in the order in which it happened; what is there is left alone.

    With `opening` what lacks is entered as an opening balance first, at the papers' prices, which another
    person signs. Conflict where something lacks and that is not wished; ClosedBefore as for an issue.
    """
    by.needs(KEEP_STOCK, place_at(canteen))
    if by.person is None:
        raise Forbidden
    seen, why = outlook(canteen, papers), LATE.read(clean(reason))
    if any(one.paper.day > school.today() for one in seen.new):
        raise Invalid(lazy("A form is for a day to come."))
    for one in seen.new:
        late_is_said(canteen, one.paper.day, why)
    if seen.lacking and not opening:
        raise Conflict(lazy("Some lines ask for more than is in store. Nothing was imported."))
    made = [_opened(by, canteen, seen.lacking)] if seen.lacking else []
    return [*made, *(_brought(by, canteen, one.paper, why) for one in seen.new)]


def _opened(by: Actor, canteen: Canteen, lacking: Sequence[Lack]) -> StockForm:
    """What papers took out and nobody saw come in lay there before the first of them."""
    sums: dict[Key, Wanted] = {}
    for lack in lacking:
        key = _key(lack.line)
        missing = lack.missing * per(lack.line.unit)
        before = sums.get(key)
        if before is None:
            sums[key] = lack.line._replace(quantity=lack.missing, remark="")
        else:
            sums[key] = before._replace(quantity=before.quantity + shown(missing, before.unit))
    day = min(lack.first for lack in lacking) - timedelta(days=1)
    lines = list(sums.values())
    digest = digest_of(canteen, OPENED, day, "", lines)
    found = plain_form(
        canteen,
        OPENED,
        PAPER,
        day,
        sent=_sent(canteen, OPENED, day, "", digest),
        digest=digest,
        person_id=by.person,
        state=WAITING,
    )
    return write(by, found, received(canteen, lines, day), f"stock.{OPENED}")


def _sent(canteen: Canteen, kind: str, day: date, number: str, digest: str) -> str:
    return digest if not number else digest_of(canteen, kind, day, f"no. {number}", [])


def _brought(by: Actor, canteen: Canteen, paper: Brought, why: str) -> StockForm:
    digest = digest_of(canteen, *paper[:4])
    found = plain_form(
        canteen,
        paper.kind,
        PAPER,
        paper.day,
        sent=_sent(canteen, paper.kind, paper.day, paper.number, digest),
        number=paper.number,
        digest=digest,
        reason=why,
        person_id=by.person,
    )
    return write(by, found, _moved(canteen, paper), f"stock.{paper.kind}")


def _moved(canteen: Canteen, paper: Brought) -> list[Moved]:
    if paper.kind == RECEIVED:
        return received(canteen, paper.lines, paper.day)
    things: dict[Key, StockItem] = {
        (one.item, one.specification, one.base): one for one in queries.items(canteen.id, everything=True)
    }
    shelves = hold({one.id for line in paper.lines if (one := things.get(_key(line)))})
    found: list[tuple[Moved, list[Take]]] = []
    for line in paper.lines:
        thing = things.get(_key(line))
        shelf = shelves[thing.id] if thing else Shelf()
        found.append(_line(paper, line, thing, shelf))
    rows = batches_of(take.batch for _line, takes in found for take in takes)
    for moved, takes in found:
        moved.moves = [(rows[one.batch], -one.quantity, -one.amount) for one in takes]
    return [moved for moved, _takes in found]


def _line(paper: Brought, line: Wanted, thing: StockItem | None, shelf: Shelf) -> tuple[Moved, list[Take]]:
    """What a line takes; what went straight to the kitchen takes what a sheet of that day put into store."""
    quantity = line.quantity * per(line.unit)
    if paper.kind == STRAIGHT:
        takes = take_of([one for one in shelf.lots if one.day == paper.day and one.posting], quantity)
        amount = amount_of(line.quantity, line.unit_price)
    else:
        takes = shelf.take(quantity, paper.day)
        if sum(one.quantity for one in takes) < quantity:
            raise Conflict(
                lazy("%(item)s: the store changed meanwhile. Nothing was imported.", item=line.item)
            )
        amount = sum(one.amount for one in takes)
    own = (line.item, line.specification, line.unit, line.quantity)
    return Moved(thing.id if thing else None, *own, amount, remark=line.remark), takes
