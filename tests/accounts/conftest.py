"""A school with a canteen's book: an accountant, a cashier, and nine delegates of the congress."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.accounts import queries, services
from kiosk.accounts.models import AccountBook, CongressSession, PeriodAccount
from kiosk.accounts.services import Slip
from kiosk.auth.queries import account
from kiosk.auth.services import add_account
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.web import KioskApp
from kiosk.persons.queries import people
from kiosk.school.services import change_settings, switch
from kiosk.staff.services import save_person
from tests.conftest import PASSWORD, actor

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""9:00 in Shanghai."""
DAY = date(2026, 3, 2)
HEAD_AT = MONDAY + timedelta(hours=1)
IN_SESSION = MONDAY + timedelta(hours=5)
ACCOUNTS = {
    "zheng": ("principal", "郑"),
    "qian": ("cashier", "钱"),
    "gu": ("congress", "顾"),
    "meng": ("congress", "孟"),
    "tan": ("congress", "谭"),
}
OTHERS = ("代表甲", "代表乙", "代表丙", "代表丁", "代表戊", "代表己", "代表庚")
"""Delegates without an account: with 顾, 孟 and 谭 they are ten."""
ROOMS = ("cases", "payments", "accounts")
GROUP = ("gu", "meng", "tan")


@pytest.fixture
def house(app: KioskApp) -> Iterator[KioskApp]:
    """The school on that Monday: the rooms on, the delegates named, one book."""
    with clock.moved_to(MONDAY), app.app_context():
        with transaction():
            furnish()
        yield app
        session.remove()


def furnish() -> None:
    """The rooms on, the delegates named, one book."""
    for username, (role, name) in ACCOUNTS.items():
        add_account(by=actor("test"), username=username, password=PASSWORD, role=role, name=name)
    for name in OTHERS:
        save_person(by=actor("test"), name=name, kind="teacher")
    for name in ROOMS:
        switch(by=actor("test"), name=name, on=True)
    change_settings(by=actor("test"), in_use=dict.fromkeys(ROOMS, "2026-01-01"))
    for one in people():
        if one.name in (*OTHERS, "顾", "孟", "谭"):
            until = date(2028, 8, 31)
            services.name_delegate(by=actor("zheng"), person=one.number, since=date(2025, 9, 1), until=until)
    services.add_book(by=actor("wu"), name="食堂")


def book() -> AccountBook:
    return queries.books()[0]


def slips(*amounts: int, month: str = "2026-01", side: str = "spending") -> list[Slip]:
    """Vouchers of a month, an amount in fen each, numbered on."""
    first = date.fromisoformat(f"{month}-01")
    return [
        Slip(
            number=f"{month} 记-{number}",
            day=first + timedelta(days=number % 27),
            side=side,
            purpose=f"菜款第{number}笔",
            amount=amount,
            payee="supplier",
        )
        for number, amount in enumerate(amounts, 1)
    ]


def begin(period: str = "2026-01", opening: int = 100_000, *, sent: str = "") -> PeriodAccount:
    with transaction():
        made = services.begin(
            by=actor("wu"), sent=sent or f"begin {period}", book=book(), period=period, opening=opening
        )
    return made


def lay(found: PeriodAccount, *, reason: str = "") -> None:
    with transaction():
        one = queries.account(found.id)
        made = services.laid(queries.vouchers(one, queries.in_view(one)))
        services.lay(by=actor("wu"), account=one, seen=made.root, reason=reason)


def write(found: PeriodAccount, those: Sequence[Slip]) -> None:
    with transaction():
        one = queries.account(found.id)
        for slip in those:
            services.add(by=actor("wu"), account=one, slip=slip)


def laid(period: str = "2026-01", *amounts: int, opening: int = 100_000) -> PeriodAccount:
    """An account of a month that is laid open."""
    found = begin(period, opening)
    write(found, slips(*(amounts or (1_000, 2_000, 3_000)), month=period))
    lay(found)
    return queries.account(found.id)


def number_of(username: str) -> int:
    return account(username).person.number


def convene(*accounts: PeriodAccount, size: int = 5, sent: str = "session") -> CongressSession:
    with transaction():
        made = services.convene(
            by=actor("gu"),
            sent=sent,
            held_on=DAY,
            head_at=HEAD_AT,
            accounts={one.id: size for one in accounts},
            group=[number_of(name) for name in GROUP],
        )
    return made


def attend(found: CongressSession, number: int) -> None:
    """Let so many of the ten be there, the group first; the others are absent with a reason."""
    with transaction():
        meeting = queries.meeting(found.id)
        codes = dict(services.new_codes(by=actor("gu"), found=meeting))
        seats = sorted(meeting.seats, key=lambda one: not one.in_group)
        for place, seat in enumerate(seats):
            if place < number:
                services.attend(by=actor("gu"), found=meeting, code=codes[seat])
            else:
                services.excuse(by=actor("gu"), found=meeting, seat=seat, reason="出差")


def draw(found: CongressSession, number: str = "48213") -> None:
    """Let two of the group type a number."""
    for name in ("gu", "meng"):
        with clock.moved_to(IN_SESSION), transaction():
            services.type_number(by=actor(name), found=queries.meeting(found.id), number=number)


def look(found: CongressSession, *, remark: str = "") -> None:
    """Tick every voucher of the first account; remark on the first one."""
    with transaction():
        audit = queries.meeting(found.id).audits[0]
        for one in audit.ticks:
            outcome = "remark" if remark and one.place == 1 else "fine"
            services.tick(by=actor("tan"), audit=audit, tick=one, outcome=outcome, text=remark, seen="")


def find(found: CongressSession, *votes: int, finding: str = "accepted", text: str = "账目清楚，同意") -> int:
    """Write the finding of the first account down; the audit's number."""
    with transaction():
        audit = queries.meeting(found.id).audits[0]
        services.find(by=actor("gu"), audit=audit, finding=finding, text=text, votes=services.Votes(*votes))
    return audit.id
