"""The sample school's payments: two weeks paid and entered, one sent back, one that waits for the cashier."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, time
from functools import partial

from kiosk.auth import queries as auth
from kiosk.core.actor import Actor
from kiosk.core.samples import Event, Share, Span, at
from kiosk.payments import queries, services
from kiosk.payments.models import APPROVED, PAID, REQUESTED
from kiosk.payments.services import Picked, Wish
from kiosk.school import queries as school
from kiosk.steps import queries as steps
from kiosk.steps import services as decisions
from kiosk.steps.models import Approval

BILLS = (
    ("供电公司", "energy", "上月食堂电费", 418_60, "燃料水电"),
    ("电器维修部", "repair", "消毒柜更换加热管", 640_00, "零星维修"),
)
"""Payee, purpose, what for, fen, the budget's line: what is paid without posted lines."""
TURNS = (1, 3, 5, 7, 9)
"""On which of the school days it is asked for what came since, and paid the day after."""
BILL_OF = {0: 0, 3: 1}
"""With which of these a bill is asked for, too."""
BACK = "发票抬头写错，请换开后再报"


def _actor(name: str) -> Actor:
    return auth.account(name).actor


def _line(amount: int, wish: Wish, about: str) -> Wish | None:
    """The wish with a line of the budget that has so much left; None where a budget has none.

    The line whose name or class it is `about` goes before the others.
    """
    lines = services.budget_lines()
    able = [one for one in lines if one.can_give >= amount and not one.earmarked]
    able.sort(key=lambda one: about not in (one.name, one.item_class))
    if lines and not able:
        return None
    return Wish(**{**vars(wish), "budget_line": able[0].line if able else None})


def _ask(sent: str, wish: Wish, amount: int, about: str) -> None:
    if found := _line(amount, wish, about):
        services.ask(by=_actor("chen"), sent=sent, wish=found)


def _ask_week(day: date, *, bill: int | None = None, since: date = date.min) -> None:
    """Chen asks for a bill, and for what is open for each supplier since a day."""
    if bill is not None:
        payee, purpose, about, amount, line = BILLS[bill]
        wish = Wish(payee=payee, purpose=purpose, about=about, amount=amount, invoice=f"{day:%m%d}881")
        _ask(f"sample {day} {payee}", wish, amount, line)
    for number, one in enumerate(queries.creditors(), 1):
        open_ = [line for line in queries.open_lines(one.supplier.id) if line.day >= since]
        if not open_:
            continue
        wish = Wish(
            supplier=one.supplier.id,
            invoice=f"{day:%m%d}{number:02d}7{one.supplier.id:03d}",
            about=f"{open_[0].day.month}月{open_[0].day.day}日至{day.month}月{day.day}日供货",
            lines=[Picked(line.posting, line.version, line.row, line.open) for line in open_],
        )
        bought = Counter(line.line.item_class for line in open_)
        amount, about = sum(line.open for line in open_), bought.most_common(1)[0][0]
        _ask(f"sample {day} {one.supplier.id}", wish, amount, about)


def _decide(name: str, *, back: bool = False) -> None:
    """Everything that waits for somebody is agreed to; of the last ones one is sent back."""
    for number, one in enumerate(_waiting(name)):
        approves = not (back and number == 0)
        decisions.decide(by=_actor(name), approval=one, approves=approves, why="" if approves else BACK)


def _waiting(name: str) -> list[Approval]:
    found = []
    for payment in queries.payments((REQUESTED,)):
        one = queries.approval_of(payment)
        level = steps.levels_of(one)[one.level - 1]
        if steps.voice_for(level, one, steps.voices(_actor(name))):
            found.append(one)
    return found


def _pay() -> None:
    for one in queries.payments((APPROVED,)):
        reference = f"SL{one.id:06d}"
        services.pay(
            by=_actor("cashier"),
            payment=one,
            seen=one.now.hash,
            day=school.today(),
            way="transfer",
            reference=reference,
        )


def _enter() -> None:
    for one in queries.payments((PAID,)):
        services.enter(by=_actor("wu"), payment=one, seen=one.now.hash, booked=f"记-{one.id + 40}")


def _events(of: Span, day: date) -> Iterator[Event]:
    """Asked for in the afternoon, approved by head and principal, paid and entered the day after."""
    for turn, number in enumerate(TURNS):
        if day == of.days[number]:
            yield Event(at(day, time(15, 40)), partial(_ask_week, day, bill=BILL_OF.get(turn)))
            yield Event(at(day, time(16, 30)), partial(_decide, "lin"))
        if day == of.days[number + 1]:
            yield Event(at(day, time(9, 5)), partial(_decide, "principal"))
            yield Event(at(day, time(10, 20)), _pay)
            yield Event(at(day, time(14, 45)), _enter)
    if day == of.days[-3]:
        yield Event(at(day, time(15, 40)), partial(_ask_week, day, since=of.days[-4]))
        yield Event(at(day, time(16, 30)), partial(_decide, "lin", back=True))
    if day == of.days[-2]:
        yield Event(at(day, time(9, 5)), partial(_decide, "principal"))


SHARE = Share(events=_events)
