"""The sample school's store: what lay there at first, two issues, a count with a difference.

Only what keeps goes into store there; what is fresh goes straight to the kitchen.
"""

from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import partial

from sqlalchemy import select

from kiosk.auth import queries as auth
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.samples import BY, Event, Share, Span, at
from kiosk.counters import queries as counters
from kiosk.persons import queries as persons
from kiosk.school.services import change_settings
from kiosk.stock import queries, services
from kiosk.stock.models import StockForm
from kiosk.stock.services import Wanted
from kiosk.stock.services.counts import Counted
from kiosk.stock.settings import STRAIGHT

CANTEEN, KEEPER = "k2", "保管员 孙"
FRESH = "蔬菜类、肉食类、蛋奶及糕点类、粮食类、水果类"
OPENING = (
    ("干木耳", "250克/袋", "袋", 24_000, 185_000, 90),
    ("碘盐", "", "包", 60_000, 22_000, 400),
    ("袋装腐竹", "", "袋", 15_000, 96_000, 2),
)
"""Item, specification, unit, thousandths, 0.0001 yuan, days that it keeps from today on."""
FIRST, SECOND = (("干木耳", 4_000), ("碘盐", 12_000)), (("干木耳", 3_000), ("碘盐", 6_000))
WHY = "开封受潮结块，已弃用"


def _keeper() -> Actor:
    """The custodian, who signs the sheets and needs no account here."""
    person = persons.called(KEEPER)[0]
    return Actor(KEEPER, person=person.number, name=person.name)


def _furnish(_of: Span) -> None:
    change_settings(by=BY, **{STRAIGHT.name: FRESH})


def _open(of: Span, day: date) -> None:
    lines = [
        Wanted(item, spec, unit, much, unit_price=price, expires=of.today + timedelta(days=keeps))
        for item, spec, unit, much, price, keeps in OPENING
    ]
    canteen = counters.canteen(CANTEEN)
    services.open_stock(by=_keeper(), sent="sample opening", canteen=canteen, day=day, lines=lines)


def _issue(day: date, lines: tuple[tuple[str, int], ...]) -> None:
    wanted = [Wanted(item, "", "", quantity, row=row) for row, (item, quantity) in enumerate(lines)]
    canteen, number = counters.canteen(CANTEEN), f"C{day:%m%d}"
    services.issue(by=_keeper(), sent=f"sample {day}", canteen=canteen, day=day, lines=wanted, number=number)


def _confirm(username: str) -> None:
    for one in session.scalars(select(StockForm).where(StockForm.state == "waiting")):
        services.confirm(by=auth.account(username).actor, form=one)


def _count(day: date) -> None:
    """Counted in the afternoon: of the salt two packets are missing."""
    by, canteen = _keeper(), counters.canteen(CANTEEN)
    count = services.begin_count(by=by, sent=f"sample {day}", canteen=canteen, day=day)
    typed = {}
    for line in count.lines:
        has, spoilt = line.item.in_unit(line.item.balance), 2_000 if line.item.item == "碘盐" else 0
        typed[line.id] = Counted(has - spoilt, WHY if spoilt else "")
    services.sign_count(by=by, count=count, revision=0, typed=typed)


def _close(_day: date) -> None:
    [count] = [one for one in queries.counts([counters.canteen(CANTEEN).id]) if one.closed_at is None]
    services.close_count(by=auth.account("wu").actor, count=count, revision=count.revision)


def _events(of: Span, day: date) -> Iterator[Event]:
    if day == of.days[0]:
        yield Event(at(day, time(7, 0)), partial(_open, of, day))
        yield Event(at(day, time(7, 30)), partial(_confirm, "chen"))
    if day == of.days[-6]:
        yield Event(at(day, time(6, 50)), partial(_issue, day, FIRST))
        yield Event(at(day, time(7, 5)), partial(_confirm, "chen"))
    if day == of.days[-3]:
        yield Event(at(day, time(15, 10)), partial(_count, day))
        yield Event(at(day, time(15, 40)), partial(_close, day))
    if day == of.days[-1]:
        yield Event(at(day, time(6, 50)), partial(_issue, day, SECOND))


SHARE = Share(furnish=_furnish, events=_events)
