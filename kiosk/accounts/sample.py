"""The sample school's accounts: the canteen's book, two months audited, the third being written."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial

from kiosk.accounts import queries, services
from kiosk.accounts.models import INCOME, SPENDING, SUPPLIER, CongressAudit, CongressTick
from kiosk.accounts.services import Slip, Votes
from kiosk.auth import queries as auth
from kiosk.auth.services import add_account
from kiosk.cases import queries as cases
from kiosk.cases import services as casework
from kiosk.core.actor import Actor
from kiosk.core.samples import BY, PASSWORD, Event, Share, Span, at
from kiosk.persons import queries as persons

CHAIR = "congress"
CONGRESS = ("开水房服务员", "小卖部服务员", "报修台服务员")
"""The review group, the first with an account: they take neither purchases nor money in their hands."""
DELEGATES = 6
"""So many delegates there are; one of them is away."""
OPENING = 18_640_00
ROWS = (
    (2, INCOME, "学生餐费（校园卡充值消费）", 164_300_00, "pupil"),
    (2, INCOME, "教职工餐费", 21_480_00, "staff"),
    (3, SPENDING, "上旬蔬菜、水果", 38_215_60, "supplier"),
    (6, SPENDING, "上旬肉禽、水产", 45_902_00, "supplier"),
    (9, SPENDING, "大米、面粉、食用油", 29_760_00, "supplier"),
    (13, SPENDING, "燃气费", 6_418_00, "authority"),
    (15, SPENDING, "水电费", 5_236_40, "authority"),
    (17, SPENDING, "食堂用工报酬", 41_300_00, "staff"),
    (20, SPENDING, "下旬蔬菜、水果", 9_844_50, "supplier"),
    (24, SPENDING, "蒸箱密封条更换", 680_00, "supplier"),
)
"""Day of the month, side, what for, fen, kind of payee: each month a little more."""
REMARK = "发票后面没有附验收单，请补齐；今后验收单和发票一起入账。"
TEXTS = (
    "账目清楚，收支与凭证相符，同意。",
    "账目基本清楚，同意；抽查到的一张凭证附件不全，请总务处补齐并说明。",
)


def _actor(username: str) -> Actor:
    return auth.account(username).actor


def _months(day: date) -> tuple[str, str, str]:
    """The two months before a day's, and its own."""
    number = day.year * 12 + day.month - 1
    first, second, own = (f"{one // 12:04}-{one % 12 + 1:02}" for one in (number - 2, number - 1, number))
    return first, second, own


def _congress(day: date) -> None:
    """Delegates are named, one of them with an account of the congress's role."""
    chosen = _group()
    if auth.account_named(CHAIR) is None:
        person = persons.person(chosen[0])
        add_account(by=BY, username=CHAIR, password=PASSWORD, role="congress", person=person)
    keepers = queries.keepers([])
    others = [one.number for one in persons.people(kind="staff") if one.number not in {*keepers, *chosen}]
    for number in [*chosen, *others[: DELEGATES - len(chosen)]]:
        services.name_delegate(
            by=_actor("principal"),
            person=number,
            since=day - timedelta(days=180),
            until=day + timedelta(days=900),
        )


def _group() -> list[int]:
    """The review group, by the persons' numbers."""
    return [persons.called(name)[0].number for name in CONGRESS]


def _lay(months: tuple[str, str]) -> None:
    """Wu brings two months in from her own lists, and lays them open."""
    by, opening = _actor("wu"), OPENING
    book = services.add_book(by=by, name="食堂")
    for place, period in enumerate(months):
        account = services.begin(by=by, sent=f"sample {period}", book=book, period=period, opening=opening)
        slips = list(_slips(period, place))
        digest = hashlib.sha256(period.encode()).hexdigest()
        services.bring_in(
            by=by, account=account, digest=digest, file_name=f"食堂凭证{period}.xlsx", slips=slips
        )
        made = services.laid(queries.vouchers(account, None))
        opening = services.lay(by=by, account=account, seen=made.root).closing


def _slips(period: str, place: int) -> Iterator[Slip]:
    first = date.fromisoformat(f"{period}-01")
    for number, (day, side, purpose, amount, payee) in enumerate(ROWS, 1):
        yield Slip(
            number=f"{period} 记-{number}",
            day=first + timedelta(days=day - 1),
            side=side,
            purpose=purpose,
            amount=amount + place * number * 37_50,
            payee=payee,
        )


def _call(held_on: date, head_at: datetime) -> None:
    """The congress is called, and the moment of the head announced."""
    by = _actor(CHAIR)
    services.convene(
        by=by,
        sent="sample",
        held_on=held_on,
        head_at=head_at,
        accounts={one.id: 3 for one in queries.auditable()},
        group=_group(),
    )


def _sit() -> None:
    """The roll, the number, the vouchers, the two findings: the second with a remark."""
    found, by = queries.meetings(sitting=True)[0], _actor(CHAIR)
    services.attend(by=by, found=found)
    codes = services.new_codes(by=by, found=found)
    codes.sort(key=lambda one: not one[0].in_group)
    for _seat, code in codes[:-1]:
        services.attend(by=by, found=found, code=code)
    services.excuse(by=by, found=found, seat=codes[-1][0], reason="外出培训")
    for code in ("", codes[0][1]):
        services.type_number(by=by, found=found, number="36152", code=code)
    present = len(found.present)
    for place, audit in enumerate(list(found.audits)):
        for tick in audit.ticks:
            remarked = place == 1 and tick is _goods(audit)
            outcome, text = ("remark", REMARK) if remarked else ("fine", "")
            services.tick(by=by, audit=audit, tick=tick, outcome=outcome, text=text, seen="")
        finding = "remarked" if place else "accepted"
        services.find(
            by=by, audit=audit, finding=finding, text=TEXTS[place], votes=Votes(present - place, 0, place)
        )
        for one in audit.remarks:
            if one.case_id:
                casework.acknowledge(by=_actor("lin"), case=cases.case(one.case_id))


def _goods(audit: CongressAudit) -> CongressTick:
    """The first voucher of the sample that paid for goods, else the first of all."""
    goods = (one for one in audit.ticks if one.voucher.payee == SUPPLIER)
    return next(goods, audit.ticks[0])


def _write(period: str) -> None:
    """The month that runs: what was paid and entered so far is drawn from payments."""
    book = queries.books()[0]
    last = book.accounts[-1]
    assert last.now
    opening = last.now.closing
    by = _actor("wu")
    account = services.begin(by=by, sent=f"sample {period}", book=book, period=period, opening=opening)
    _day, side, purpose, amount, payee = ROWS[0]
    services.add(
        by=by,
        account=account,
        slip=Slip(
            number=f"{period} 记-1",
            day=account.starts + timedelta(days=1),
            side=side,
            purpose=purpose,
            amount=amount,
            payee=payee,
        ),
    )
    able, _waiting = queries.drawable(account)
    services.draw(by=by, account=account, payments=[one.payment.id for one in able])


def _events(of: Span, day: date) -> Iterator[Event]:
    """Laid open and called on one day, sat on the next; the assembly comes with the year's end."""
    first, second, own = _months(of.days[-6])
    if day == of.days[-6]:
        yield Event(at(day, time(14, 5)), partial(_lay, (first, second)))
        yield Event(at(day, time(14, 20)), partial(_congress, day))
        yield Event(at(day, time(14, 30)), partial(_call, of.days[-5], at(of.days[-5], time(8, 0))))
    if day == of.days[-5]:
        yield Event(at(day, time(16, 10)), _sit)
    if day == of.days[-2]:
        yield Event(at(day, time(16, 40)), partial(_assembly, int(second[:4])))
        yield Event(at(day, time(16, 45)), partial(_write, own))


def _assembly(year: int) -> None:
    services.name_assembly(by=_actor("principal"), year=year, held_on=date(year, 12, 30))


SHARE = Share(events=_events)
