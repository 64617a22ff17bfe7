"""Paid by the cashier, entered by the accountant: each once, by somebody who has no other part in it."""

from datetime import date
from typing import Any

from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Forbidden, Invalid
from kiosk.core.filters import day as told_day
from kiosk.core.formats import fen_to_text
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.payments import queries
from kiosk.payments.models import (
    APPROVED,
    BOOKED,
    DAY,
    ENTERED,
    PAID,
    REFERENCE,
    WAY,
    Payment,
    PaymentStep,
)
from kiosk.payments.permissions import ENTER_PAYMENTS, PAY
from kiosk.payments.refusals import Changed, Exceeds, InTheChain
from kiosk.payments.services import money
from kiosk.persons import queries as persons
from kiosk.school import queries as school
from kiosk.steps import queries as steps
from kiosk.steps import services as decisions


def pay(
    *, by: Actor, payment: Payment, seen: str, day: date | None, way: str, reference: str = ""
) -> PaymentStep:
    """Note that an approved payment was paid.

    `seen` is the hash of what the cashier looked at. Sent twice, it is paid once; Changed where it is another
    by now, Exceeds where a sheet was corrected since, InTheChain for who has another part in it.
    """
    by.needs(PAY, SCHOOL)
    facts = {"day": _day(payment, day), "way": WAY.read(way), "reference": REFERENCE.read(reference)}
    if there := _done_before(by, payment, PAID, seen, facts):
        return there
    _check(payment, APPROVED, seen)
    for one in queries.excesses({line.posting_id for line in payment.now.lines}):
        if payment.id in one.payments:
            raise Exceeds(item=one.item, owed=fen_to_text(one.owed), claimed=fen_to_text(one.claimed))
    step = _take(by, payment, PAID, "cashier", facts)
    money.spend(by, payment)
    return step


def enter(*, by: Actor, payment: Payment, seen: str, booked: str) -> PaymentStep:
    """Note that what was paid stands in the books, and under which number."""
    by.needs(ENTER_PAYMENTS, SCHOOL)
    facts = {"day": school.today(), "booked": BOOKED.read(booked)}
    if there := _done_before(by, payment, ENTERED, seen, facts):
        return there
    _check(payment, PAID, seen)
    return _take(by, payment, ENTERED, "accountant", facts)


def _day(payment: Payment, day: date | None) -> date:
    if day is None:
        raise Invalid(DAY.missing, field=DAY.name)
    approved = school.local(queries.approval_of(payment).since).date()
    if not approved <= day <= school.today():
        text = lazy("It was approved on %(day)s, and is not paid in the future: please choose a day between.")
        raise Invalid(text, field=DAY.name, day=told_day(approved))
    return day


def _done_before(
    by: Actor, payment: Payment, what: str, seen: str, facts: dict[str, Any]
) -> PaymentStep | None:
    """The step where the same person sent the same once more."""
    there = payment.step(what)
    if there is None or (there.account, there.hash) != (str(by), seen):
        return None
    kept = queries.private([there])[there.id]
    same = {name: str(value) for name, value in facts.items()} == {
        name: str(kept.get(name, "")) for name in facts
    }
    return there if same and there.at > clock.now() - clock.TWICE else None


def _check(payment: Payment, state: str, seen: str) -> None:
    if payment.state != state or payment.now.hash != seen:
        raise Changed(number=payment.id, state=payment.label)


def _take(by: Actor, payment: Payment, what: str, part: str, facts: dict[str, Any]) -> PaymentStep:
    """Take a step by somebody who fills no other place of the chain, and fills this one from now on."""
    if by.person is None:
        raise Forbidden
    approval = queries.approval_of(payment)
    others = queries.approvers_of(line.posting_id for line in payment.now.lines)
    if persons.is_among(by.person, {*steps.people_in(approval), *others}):
        raise InTheChain
    decisions.fill(by=by, approval=approval, part=part, person=by.person)
    now = payment.now
    after = {"version": now.number, "hash": now.hash, "amount": now.amount, **facts}
    seq = record(f"payment.{what}", payment.subject, by=by, after=after)
    step = PaymentStep(
        what=what,
        day=facts["day"],
        way=facts.get("way", ""),
        hash=now.hash,
        person_id=by.person,
        account=str(by),
        at=clock.now(),
        chain_seq=seq,
    )
    payment.steps.append(step)
    payment.state = what
    session.flush()
    return step
