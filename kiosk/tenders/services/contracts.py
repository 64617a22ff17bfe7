"""Contracts: signed with validity, prices and rents; renewed, ended; rents that came in."""

import json
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Invalid, OtherContent
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.counters import queries as counters
from kiosk.school import queries as school
from kiosk.steps.services import digest
from kiosk.tenders import queries
from kiosk.tenders.models import (
    AWARDED,
    CONCESSION,
    CONTRACT,
    DISCOUNT,
    ENDED,
    FIXED,
    LAST,
    REASON,
    RENEWAL,
    RENEWED,
    Tender,
    TenderContract,
    TenderContractStep,
    TenderPrice,
    TenderRent,
)
from kiosk.tenders.permissions import AWARD_TENDERS, NOTE_RENT
from kiosk.tenders.queries import canonical
from kiosk.tenders.refusals import NoContract
from kiosk.tenders.services.keeping import ask_state, person_of
from kiosk.tenders.services.publish import AWARD, put_up
from kiosk.tenders.services.wording import award_fields, award_rows

MOST_RENTS, MOST_GOODS = 60, 200


class Good(NamedTuple):
    """Something that a concession sells: item, specification, unit, and its price in 0.0001 yuan."""

    item: str
    specification: str
    unit: str
    price: int


class Due(NamedTuple):
    """A rent that is due on a day, in fen."""

    day: date
    amount: int


def sign(
    *,
    by: Actor,
    tender: Tender,
    first: date | None,
    last: date | None,
    renewal: str,
    counter: str = "",
    rents: Sequence[Due] = (),
    goods: Sequence[Good] = (),
) -> TenderContract:
    """Enter the contract with whoever was awarded: prices as they were read out at the opening.

    A concession's rents come to what was offered, to the fen. Sent twice it is one contract; OtherContent
    where it says something else.
    """
    by.needs(AWARD_TENDERS, SCHOOL)
    need = queries.need(tender)
    found = _made(by, tender, first, last, RENEWAL.read(renewal))
    if need.subject == CONCESSION:
        found.counter_id = counters.counter(counter).id if counter else None
        found.rents = _rents(found, rents)
        found.prices = _goods(goods)
    else:
        found.prices = _prices(tender)
    own = digest(canonical(told_contract(found)).encode())
    if tender.contract is not None:
        if tender.contract.hash != own:
            raise OtherContent
        return tender.contract
    ask_state(tender, AWARDED)
    found.hash = own
    after = {"bidder": found.party, "first": first, "last": last, "amount": found.amount, "hash": own}
    found.chain_seq = record("tender.contract", tender.subject, by=by, after=after)
    tender.contract, tender.state = found, CONTRACT
    session.flush()
    _post(by, tender, "合同已签订")
    return found


def _made(by: Actor, tender: Tender, first: date | None, last: date | None, renewal: str) -> TenderContract:
    if first is None or last is None or last < first:
        raise Invalid(lazy("The last day is not before the first."), field=LAST.name)
    bid, need = tender.award.bid if tender.award else None, queries.need(tender)
    if bid is None:
        ask_state(tender, AWARDED)
        raise Invalid(lazy("Nothing was awarded."))
    offer = queries.agreed(bid)
    assert offer is not None
    return TenderContract(
        supplier_id=bid.supplier_id,
        party=bid.bidder,
        pricing=need.pricing,
        first=first,
        last=last,
        renewal=renewal,
        amount=None if need.pricing == DISCOUNT else queries.figure(need, offer),
        person_id=person_of(by),
        account=str(by),
        at=clock.now(),
        prices=[],
        rents=[],
        steps=[],
    )


def _prices(tender: Tender) -> list[TenderPrice]:
    """The prices of the winning bid, line by line; of services the one price is the contract's amount."""
    need = queries.need(tender)
    if need.pricing not in (FIXED, DISCOUNT):
        return []
    assert tender.award
    assert tender.award.bid
    offer = queries.agreed(tender.award.bid) or []
    fixed = need.pricing == FIXED
    return [
        TenderPrice(
            position=place,
            item=line.item,
            specification=line.specification,
            unit=line.unit,
            item_class=line.item_class,
            price=value if fixed else None,
            discount=None if fixed else value,
        )
        for place, (line, value) in enumerate(zip(queries.lines_of(need), offer, strict=True), 1)
    ]


def _rents(found: TenderContract, rents: Sequence[Due]) -> list[TenderRent]:
    if not 1 <= len(rents) <= MOST_RENTS:
        raise Invalid(lazy("Please say when which rent is due."), field="rents")
    if any(one.amount <= 0 or not found.first <= one.day <= found.last for one in rents):
        raise Invalid(lazy("Each rent has an amount, and a day within the contract."), field="rents")
    total = sum(one.amount for one in rents)
    if total != found.amount:
        text = lazy("The rents come to %(n)s yuan; %(offered)s were offered.")
        offered = found.amount or 0
        raise Invalid(text, field="rents", n=_yuan(total), offered=_yuan(offered))
    return [
        TenderRent(position=place, due=one.day, amount=one.amount)
        for place, one in enumerate(sorted(rents), 1)
    ]


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _goods(goods: Sequence[Good]) -> list[TenderPrice]:
    if len(goods) > MOST_GOODS:
        raise Invalid(lazy("%(n)s lines at most."), field="goods", n=MOST_GOODS)
    if len({one[:3] for one in goods}) < len(goods):
        raise Invalid(lazy("A line stands there twice."), field="goods")
    return [
        TenderPrice(
            position=place,
            item=one.item,
            specification=one.specification,
            unit=one.unit,
            item_class="",
            price=one.price,
        )
        for place, one in enumerate(goods, 1)
    ]


def told_contract(found: TenderContract) -> dict[str, object]:
    """What a contract says, as it is hashed."""
    return {
        "party": found.party,
        "supplier": found.supplier_id,
        "counter": found.counter_id,
        "pricing": found.pricing,
        "first": found.first.isoformat(),
        "last": found.last.isoformat(),
        "renewal": found.renewal,
        "amount": found.amount,
        "prices": [
            [one.item, one.specification, one.unit, one.item_class, one.price, one.discount]
            for one in found.prices
        ],
        "rents": [[one.due.isoformat(), one.amount] for one in found.rents],
    }


def _post(by: Actor, tender: Tender, reason: str) -> None:
    """Say it in public, as a correction of the award."""
    assert tender.award
    fields = award_fields(tender, json.loads(tender.award.content))
    rows = award_rows(tender, queries.ranking(tender))
    put_up(by=by, kind=AWARD, number=tender.award_id, fields=fields, rows=rows, reason=reason)


def renew(*, by: Actor, tender: Tender, until: date | None, reason: str) -> TenderContractStep:
    """Renew a contract before its end until a later day, with the reason."""
    by.needs(AWARD_TENDERS, SCHOOL)
    found = _running(tender)
    if until is None or until <= found.until:
        text = lazy("It is in force until %(day)s; please enter a later day.")
        raise Invalid(text, field="until", day=found.until)
    return _step(by, tender, found, RENEWED, until, reason)


def end(*, by: Actor, tender: Tender, day: date | None, reason: str) -> TenderContractStep:
    """End a contract before its time, with the reason: `day` is the last on which it is in force.

    A day that is over stays what it was: what was bought on it was bought under the contract.
    """
    by.needs(AWARD_TENDERS, SCHOOL)
    found = _running(tender)
    if day is None or not max(found.first, school.today()) <= day < found.until:
        text = lazy("Please enter a day before %(day)s that is not over, and after its beginning.")
        raise Invalid(text, field="until", day=found.until)
    return _step(by, tender, found, ENDED, day, reason)


def _running(tender: Tender) -> TenderContract:
    ask_state(tender, CONTRACT)
    found = tender.contract
    assert found
    if found.has_ended or found.until < school.today():
        raise NoContract(day=found.until)
    return found


def _step(
    by: Actor, tender: Tender, found: TenderContract, what: str, day: date, reason: str
) -> TenderContractStep:
    why = REASON.read(reason)
    step = TenderContractStep(
        number=len(found.steps) + 1,
        what=what,
        day=day,
        reason=why,
        person_id=person_of(by),
        at=clock.now(),
        chain_seq=record(f"tender.{what}", tender.subject, by=by, after={"day": day, "reason": why}),
    )
    found.steps.append(step)
    session.flush()
    word = "合同续期至" if what == RENEWED else "合同提前结束，末日"
    _post(by, tender, f"{word}{day.isoformat()}：{why}"[:200])
    return step


def receive(*, by: Actor, tender: Tender, rent: TenderRent, day: date | None) -> TenderRent:
    """Note that a rent came in on a day. Noted twice it is one; OtherContent for another day."""
    by.needs(NOTE_RENT, SCHOOL)
    if rent.received_on is not None:
        if rent.received_on != day:
            raise OtherContent
        return rent
    if day is None or day > school.today():
        raise Invalid(lazy("It came in on a day that is over, or today."), field="day")
    rent.received_on, rent.received_at, rent.received_by = day, clock.now(), person_of(by)
    after = {"rent": rent.position, "amount": rent.amount, "day": day}
    rent.received_seq = record("tender.rent", tender.subject, by=by, after=after)
    session.flush()
    return rent
