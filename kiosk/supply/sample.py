"""The sample school's chain: a week's fruit, sent back once, bought twice, a part of it refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from functools import partial

from kiosk.auth import queries as auth
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.samples import Event, Share, Span, at
from kiosk.counters import queries as counters
from kiosk.persons import queries as persons
from kiosk.postings.models import Posting
from kiosk.purchasing.services import post_sheet
from kiosk.steps import queries as steps
from kiosk.steps.services import decide
from kiosk.supply import queries, services
from kiosk.supply.models import Plan, Purchase
from kiosk.supply.queries import PlanLine, Said

CANTEEN, SUPPLIER = "k2", "示例蔬菜配送部"
APPLES, ORANGES = ("苹果", 28_000, 48_000), ("橘子", 40_000, 35_000)
"""Item, thousandths of a 市斤, 0.0001 yuan for one."""
PURPOSE, TOO_MANY = "每周两次课间水果", "橘子上周剩了一些，请减少数量。"
LESS = 30_000
BUYER, FIRST, SECOND = "采购员 赵", "验收员 周", "验收员 郑"


def _by(name: str) -> Actor:
    """One of those who sign the sheets and need no account here."""
    person = persons.called(name)[0]
    return Actor(name, person=person.number, name=person.name)


def _chen() -> Actor:
    return auth.account("chen").actor


def _week(of: Span) -> list[date]:
    """Two days of the last week but today, on which fruit is bought."""
    return [of.days[-5], of.days[-3]]


def _plan(of: Span) -> Plan:
    first, last = _week(of)
    name = f"sample-{first}"
    found = services.begin_plan(
        by=_chen(),
        sent=name,
        canteen=counters.canteen(CANTEEN),
        first=first,
        days=(last - first).days + 1,
    )
    fruit = (APPLES, ORANGES)
    lines = tuple(PlanLine(day, item, "", "市斤", *more) for day in (first, last) for item, *more in fruit)
    expected = queries.said(found.versions[0]).expected
    services.change_plan(by=_chen(), plan=found, seen=1, said=Said(PURPOSE, expected, lines))
    services.propose_plan(by=_chen(), plan=found, seen=2)
    return found


def _found(of: Span) -> Plan:
    found = queries.plan_sent(f"sample-{_week(of)[0]}")
    assert found
    return found


def _decide(of: Span, *, approves: bool, why: str = "") -> None:
    approval = steps.running(queries.subject(_found(of)))
    assert approval
    decide(by=auth.account("lin").actor, approval=approval, approves=approves, why=why)


def _mend(of: Span) -> None:
    """Fewer oranges; what was sent back waits for approval again."""
    plan = _found(of)
    said = queries.said(plan.versions[0])
    lines = tuple(line._replace(quantity=LESS) if line.item == "橘子" else line for line in said.lines)
    services.change_plan(by=_chen(), plan=plan, seen=2, said=replace(said, lines=lines))


def _buy(of: Span, day: date) -> None:
    plan = _found(of)
    lines = [
        services.Wanted(*line[1:], position)
        for position, line in enumerate(queries.said(plan.versions[0]).lines)
        if line.day == day
    ]
    services.buy(
        by=_by(BUYER),
        sent=f"sample-{day}",
        canteen=plan.canteen,
        day=day,
        way="order",
        lines=lines,
        supplier=SUPPLIER,
        plan=plan,
    )


def _bought(day: date) -> Purchase:
    found = queries.purchase_sent(f"sample-{day}")
    assert found
    return found


def _weigh(day: date, back: int) -> None:
    """One of them weighs; some oranges are rotten on the second day."""
    purchase = _bought(day)
    lines = [services.Weighed(line.quantity, batch=f"{day.month}月{day.day}日") for line in purchase.lines]
    if back:
        lines[-1] = lines[-1]._replace(back=back, why="部分腐烂")
    services.weigh(by=_by(FIRST), purchase=purchase, sent=f"sample-{day}", seen=0, lines=lines)


def _confirm(day: date) -> None:
    services.confirm(by=_by(SECOND), purchase=_bought(day), number=1)


def _post(day: date) -> None:
    link = queries.sheet_of(_bought(day))
    assert link
    draft = session.get_one(Posting, link.posting_id).draft
    assert draft
    post_sheet(by=_chen(), draft=draft)


def _events(of: Span, day: date) -> Iterator[Event]:
    first, last = _week(of)
    if day == of.days[-6]:
        yield Event(at(day, time(13, 5)), partial(_plan, of))
        yield Event(at(day, time(14, 10)), partial(_decide, of, approves=False, why=TOO_MANY))
        yield Event(at(day, time(14, 40)), partial(_mend, of))
        yield Event(at(day, time(15, 20)), partial(_decide, of, approves=True))
        yield Event(at(day, time(16, 0)), partial(_buy, of, first))
    if day in (first, last):
        back = 6_000 if day == last else 0
        yield Event(at(day, time(8, 50)), partial(_weigh, day, back))
        yield Event(at(day, time(8, 58)), partial(_confirm, day))
        yield Event(at(day, time(9, 20)), partial(_post, day))
    if day == of.days[-4]:
        yield Event(at(day, time(15, 30)), partial(_buy, of, last))


SHARE = Share(events=_events)
