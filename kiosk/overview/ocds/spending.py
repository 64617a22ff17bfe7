"""Money under contracts as releases: what was paid, and of days before payments were kept what was bought."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kiosk.core.db import session
from kiosk.overview.ocds.release import (
    BATCH,
    Json,
    Party,
    Place,
    Under,
    buyer,
    told_day,
    transaction,
    yuan,
)
from kiosk.payments.models import PAID, Payment, PaymentLine, PaymentStep, PaymentVersion
from kiosk.postings.models import Posting, PostingVersion
from kiosk.purchasing import queries as purchases
from kiosk.purchasing.models import Line
from kiosk.school import queries as school
from kiosk.school.settings import IN_USE
from kiosk.tenders import queries as tenders
from kiosk.tenders.queries import Bought


def spending(place: Place) -> Iterator[Json]:
    """What was paid under contracts; of days on which no payments were kept, what was bought."""
    began = school.settings()[IN_USE].get("payments")
    yield from _of_sheets(place, began)
    if began:
        yield from _of_payments(place, began)


def _of_sheets(place: Place, before: date | None) -> Iterator[Json]:
    """What was bought, by every version of every sheet, of days before payments were kept."""
    query = select(Posting).where(Posting.kind == purchases.SLUG).options(selectinload(Posting.versions))
    if before:
        query = query.where(Posting.period < before.isoformat())
    last = 0
    while found := list(session.scalars(query.where(Posting.id > last).order_by(Posting.id).limit(BATCH))):
        last = found[-1].id
        lines = _lines(version.id for one in found for version in one.versions)
        for one in found:
            yield from _of_sheet(place, one, lines)


def _of_sheet(place: Place, posting: Posting, lines: dict[int, list[tuple[Bought, int]]]) -> Iterator[Json]:
    """What each version says of each contract; 0 where a later one, or a withdrawal, takes it back."""
    day, told = date.fromisoformat(posting.period), dict[Under, int]()

    def made(under: Under, amount: int) -> Json:
        return _money(f"sheet-{posting.id}", place.uri(f"/postings/{posting.id}"), day, amount, under)

    for version in reversed(posting.versions):
        amounts = _by_contract(lines.get(version.id, []), day)
        for under in dict.fromkeys((*told, *amounts)):
            amount, new = amounts.get(under, 0), under not in told
            yield transaction(
                place, under, version.chain_seq, version.posted_at, made(under, amount), is_new=new
            )
            told[under] = amount
    if gone := posting.withdrawal:
        for under in told:
            yield transaction(place, under, gone.chain_seq, gone.withdrawn_at, made(under, 0), is_new=False)


def _tuples(query: Any) -> list[Any]:
    return list(session.execute(query).all())


def _lines(versions: Iterable[int]) -> dict[int, list[tuple[Bought, int]]]:
    """By version its lines, each with its amount in fen."""
    found: dict[int, list[tuple[Bought, int]]] = {}
    query = select(Line).where(Line.version_id.in_(list(versions))).order_by(Line.position)
    for one in session.scalars(query):
        bought = Bought(one.item, one.specification, one.unit, one.item_class, one.supplier_id)
        found.setdefault(one.version_id, []).append((bought, one.amount))
    return found


def _by_contract(lines: Sequence[tuple[Bought, int]], day: date) -> dict[Under, int]:
    """What of these lines, in fen, falls under which contract with the very supplier."""
    made: dict[Under, int] = {}
    prices = tenders.contract_prices([line for line, _amount in lines], day)
    for found, (line, amount) in zip(prices, lines, strict=True):
        if found and found.is_party:
            party = Party(f"supplier-{line.supplier_id}", found.party)
            key = Under(found.contract, found.tender, party)
            made[key] = made.get(key, 0) + amount
    return made


def _money(name: str, uri: str | None, day: date, amount: int, under: Under) -> Json:
    made: Json = {
        "id": name,
        "date": told_day(day),
        "value": yuan(amount),
        "payer": buyer(),
        "payee": under.party.told,
    }
    return {**made, "source": uri} if uri else made


def _of_payments(place: Place, began: date) -> Iterator[Json]:
    """What was paid for lines of sheets from the day on which payments were kept."""
    versions = selectinload(Payment.versions).selectinload(PaymentVersion.lines)
    query = select(Payment, PaymentStep).join(PaymentStep, PaymentStep.payment_id == Payment.id)
    query = query.where(PaymentStep.what == PAID).options(versions).order_by(PaymentStep.id).limit(BATCH)
    last = 0
    while rows := _tuples(query.where(PaymentStep.id > last)):
        last = rows[-1][1].id
        classes = _classes(chain.from_iterable(payment.now.lines for payment, _step in rows))
        for payment, step in rows:
            for under, amount in _by_contracts(payment.now, classes, began).items():
                uri = place.uri(f"/payments/{payment.id}")
                made = _money(f"payment-{payment.id}", uri, step.day, amount, under)
                yield transaction(place, under, step.chain_seq, step.at, made)


def _classes(lines: Iterable[PaymentLine]) -> dict[tuple[int, int, int], tuple[date, str]]:
    """By sheet, version and row of what is paid: the day, and the class."""
    query = select(Posting.id, PostingVersion.version, Line.position, Posting.period, Line.item_class)
    query = query.join(PostingVersion, PostingVersion.posting_id == Posting.id)
    query = query.join(Line, Line.version_id == PostingVersion.id)
    rows = session.execute(query.where(Posting.id.in_({one.posting_id for one in lines})))
    return {
        (sheet, version, at + 1): (date.fromisoformat(day), name) for sheet, version, at, day, name in rows
    }


def _by_contracts(
    paid: PaymentVersion, classes: dict[tuple[int, int, int], tuple[date, str]], began: date
) -> dict[Under, int]:
    """What of a payment, in fen, falls under which contract."""
    by_day: dict[date, list[tuple[Bought, int]]] = {}
    for one in paid.lines:
        day, name = classes[one.posting_id, one.sheet_version, one.row]
        if day >= began:
            bought = Bought(one.item, one.specification, one.unit, name, paid.supplier_id)
            by_day.setdefault(day, []).append((bought, one.amount))
    made: dict[Under, int] = {}
    for day, lines in by_day.items():
        for under, amount in _by_contract(lines, day).items():
            made[under] = made.get(under, 0) + amount
    return made
