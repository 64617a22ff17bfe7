"""Tenders as Open Contracting Data (OCDS 1.1, standard.open-contracting.org/1.1): one release a fact.

A contracting process is a tender. A release is made of one entry of the record that is never changed (a need,
a version of a notice, an opening, an award, a contract, its renewal or end, a rent, a payment), bears its
number, and so stays the same in every export. What is bought outside a contract is no part of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kiosk.chain.queries import entry
from kiosk.core.db import session
from kiosk.core.formats import fen_to_text, milli_to_text, price_to_text
from kiosk.payments.models import PAID, Payment, PaymentLine, PaymentStep, PaymentVersion
from kiosk.postings.models import PostingVersion
from kiosk.purchasing.models import Line, Sheet
from kiosk.school import queries as school
from kiosk.school.settings import IN_USE, NAME
from kiosk.tenders import queries as tenders
from kiosk.tenders.models import (
    BY_PRICE,
    CONCESSION,
    DISCOUNT,
    ENDED,
    NOTICE,
    SUPPLY,
    Tender,
    TenderBid,
    TenderContract,
    TenderOpening,
    TenderPrice,
    TenderRent,
    TenderVersion,
)
from kiosk.tenders.queries import Bought, Need, Wanted
from kiosk.tenders.queries.contents import notice_of

Json = dict[str, Any]
VERSION = "1.1"
EXTENSIONS = (
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_bid_extension/v1.1.5/extension.json",
)
"""Statistics of bids are no part of the core."""
BATCH = 200
"""Tenders, payments or sheets that are read at once: an export of years takes the memory of one of days."""
SCHOOL = "school"


class Place(NamedTuple):
    """Where things stand: the ocid's prefix, and the server's address, empty where none is known."""

    prefix: str
    address: str

    def ocid(self, number: int) -> str:
        """The name of a tender's process, for good."""
        return f"{self.prefix}-{number}"

    def uri(self, path: str) -> str | None:
        """A page as the world reaches it."""
        return f"{self.address}{path}" if self.address else None


def releases(place: Place) -> Iterator[Json]:
    """Every release there is, tender by tender, then what was paid under contracts."""
    last = 0
    while found := _public(last):
        last = found[-1].id
        for one in found:
            yield from _of_tender(place, one)
    yield from _paid(place)


def _public(after: int) -> list[Tender]:
    query = select(Tender).where(Tender.id > after).order_by(Tender.id).limit(BATCH).options(*tenders.WHOLE)
    found = list(session.scalars(query))
    made = [one for one in found if tenders.is_public(one)]
    return made if made or not found else _public(found[-1].id)


def _of_tender(place: Place, found: Tender) -> Iterator[Json]:
    need, notices = tenders.need(found), [one for one in found.versions if one.part == NOTICE]
    rows = [_planning(place, found, need)]
    rows += [_notice(place, found, need, one, notices[0]) for one in notices]
    rows += [_opening(place, found, one) for one in found.openings if one.read_at and one.read_seq]
    rows += [*_award(place, found, need), *_contract(place, found, need), *_cancelled(place, found)]
    yield from sorted(rows, key=lambda one: int(one["id"].rpartition("-")[2]))


def _release(
    place: Place, number: int, seq: int, at: datetime, tag: str, parties: Iterable[Json] = (), **more: Any
) -> Json:
    ocid = place.ocid(number)
    own = {"id": SCHOOL, "name": school.settings()[NAME]}
    return {
        "ocid": ocid,
        "id": f"{ocid}-{seq}",
        "date": _moment(at),
        "tag": [tag],
        "initiationType": "tender",
        "language": "zh",
        "parties": [{**own, "roles": ["buyer", "procuringEntity"]}, *parties],
        "buyer": own,
        **more,
    }


def _moment(at: datetime) -> str:
    return school.local(at).isoformat(timespec="seconds")


def _day(day: date) -> str:
    return datetime.combine(day, time(), school.zone()).isoformat(timespec="seconds")


def _number(text: str) -> float:
    """A JSON number of a decimal text: up to fifteen digits are the same in both."""
    value = float(text.replace(",", ""))
    return int(value) if value.is_integer() else value


def _yuan(fen: int) -> Json:
    return {"amount": _number(fen_to_text(fen)), "currency": "CNY"}


def _planning(place: Place, found: Tender, need: Need) -> Json:
    row = tenders.need_row(found)
    budget = {"description": need.title, "amount": _yuan(need.estimate)}
    planning = {"rationale": need.why, "budget": budget}
    return _release(place, found.id, row.chain_seq, row.at, "planning", planning=planning)


def _items(need: Need) -> list[Json]:
    return [_item(number, line) for number, line in enumerate(tenders.lines_of(need), 1)]


def _item(number: int, line: Wanted) -> Json:
    item: Json = {"id": str(number), "description": line.label}
    if line.item_class:
        name = line.item_class
        item["classification"] = {"scheme": "x-school-class", "id": name, "description": name}
    if line.quantity:
        item["quantity"] = _number(milli_to_text(line.quantity))
    if line.unit:
        item["unit"] = {"name": line.unit}
    return item


def _notice(place: Place, found: Tender, need: Need, row: TenderVersion, first: TenderVersion) -> Json:
    said = notice_of(row.content)
    by_price = all(one.by == BY_PRICE for one in said.criteria)
    tender: Json = {
        "id": str(found.id),
        "title": need.title,
        "description": said.terms,
        "status": "active",
        "procuringEntity": {"id": SCHOOL, "name": school.settings()[NAME]},
        "items": _items(need),
        "value": _yuan(need.estimate),
        "procurementMethod": "open",
        "mainProcurementCategory": "goods" if need.subject == SUPPLY else "services",
        "awardCriteria": "priceOnly" if by_price else "ratedCriteria",
        "awardCriteriaDetails": "；".join(f"{one.name} {one.weight}" for one in said.criteria),
        "submissionMethod": ["written"],
        "submissionMethodDetails": said.place,
        "tenderPeriod": {"startDate": _moment(first.at), "endDate": _moment(said.deadline)},
        "awardPeriod": {"startDate": _moment(said.opens)},
        "contractPeriod": {"durationInDays": need.months * 30},
        "documents": _documents(place, found.posting_id, "tenderNotice", first.at),
    }
    if need.subject == CONCESSION:
        tender["additionalProcurementCategories"] = ["concession"]
    if row is first:
        return _release(place, found.id, row.chain_seq, row.at, "tender", tender=tender)
    why = said.reason or ("开标改期" if said.postponed else "")
    tender["amendments"] = [{"id": str(row.number), "date": _moment(row.at), "rationale": why}]
    return _release(place, found.id, row.chain_seq, row.at, "tenderAmendment", tender=tender)


def _documents(place: Place, posting: int | None, kind: str, at: datetime) -> list[Json]:
    uri = place.uri(f"/postings/{posting}") if posting else None
    document = {"id": f"posting-{posting}", "documentType": kind, "url": uri, "datePublished": _moment(at)}
    return [{**document, "language": "zh", "format": "text/html"}] if uri else []


def _organization(found: Tender, bid: TenderBid) -> Json:
    """A bidder: a supplier of the catalogue by its number, another by its envelope."""
    number = f"supplier-{bid.supplier_id}" if bid.supplier_id else f"bidder-{found.id}-{bid.number}"
    return {"id": number, "name": bid.bidder}


def _parties(role: str, *organizations: Json) -> list[Json]:
    return [{**one, "roles": [role]} for one in organizations]


def _opening(place: Place, found: Tender, opening: TenderOpening) -> Json:
    """How many bids there were, and whose counted. Everything of it lies before the opening, and stays."""
    assert opening.read_at
    assert opening.read_seq
    counted, at = tenders.counted(found), _moment(opening.read_at)
    in_all = sum(one.at <= opening.read_at for one in found.bids)
    bidders = [_organization(found, one) for one in counted]
    figures = {"bids": in_all, "validBids": len(counted), "bidders": len(bidders)}
    tender = {"id": str(found.id), "numberOfTenderers": len(bidders), "tenderers": bidders}
    statistics = [
        {"id": name, "measure": name, "value": value, "date": at} for name, value in figures.items()
    ]
    return _release(
        place,
        found.id,
        opening.read_seq,
        opening.read_at,
        "tenderUpdate",
        _parties("tenderer", *bidders),
        tender=tender,
        bids={"statistics": statistics},
    )


def _award(place: Place, found: Tender, need: Need) -> Iterator[Json]:
    award = found.award
    if award is None:
        return
    bid, ended = award.bid, {"id": str(found.id), "status": "complete" if award.bid else "unsuccessful"}
    if bid is None:
        yield _release(place, found.id, award.chain_seq, award.at, "tenderUpdate", tender=ended)
        return
    winner = _organization(found, bid)
    told: Json = {
        "id": f"{found.id}-award",
        "title": need.title,
        "status": "active",
        "date": _moment(award.at),
        "suppliers": [winner],
        "items": _items(need),
        "documents": _documents(place, found.award_id, "awardNotice", award.at),
    }
    offer = tenders.agreed(bid)
    if offer and need.pricing != DISCOUNT:
        told["value"] = _yuan(tenders.figure(need, offer))
    more = {"tender": ended, "awards": [told]}
    yield _release(place, found.id, award.chain_seq, award.at, "award", _parties("supplier", winner), **more)


def _names(contract: TenderContract) -> Json:
    """A contract's own name, and its award's: what every release about it begins with."""
    return {"id": f"HT-{contract.id}", "awardID": f"{contract.tender_id}-award"}


def _contract(place: Place, found: Tender, need: Need) -> Iterator[Json]:
    contract = found.contract
    if contract is None:
        return
    told: Json = {
        **_names(contract),
        "title": need.title,
        "status": "active",
        "period": {"startDate": _day(contract.first), "endDate": _day(contract.last)},
        "items": [_priced(one) for one in contract.prices],
        "dateSigned": _moment(contract.at),
    }
    if contract.amount is not None:
        told["value"] = _yuan(contract.amount)
    parties = _parties("supplier", _named(_party(contract)))
    yield _release(place, found.id, contract.chain_seq, contract.at, "contract", parties, contracts=[told])
    for step in contract.steps:
        change = {"id": str(step.number), "date": _moment(step.at), "rationale": step.reason}
        until = {**_names(contract), "period": {"endDate": _day(step.day)}, "amendments": [change]}
        tag = "contractTermination" if step.what == ENDED else "contractAmendment"
        until["status"] = "terminated" if step.what == ENDED else "active"
        yield _release(place, found.id, step.chain_seq, step.at, tag, contracts=[until])
    for rent in contract.rents:
        if rent.received_at and rent.received_seq:
            yield _rent(place, contract, rent)


def _priced(one: TenderPrice) -> Json:
    """A price of a contract: of an item, or so much below the market for a class."""
    label = " ".join(filter(None, (one.item or one.item_class, one.specification)))
    item: Json = {"id": str(one.position), "description": label}
    if one.discount is not None:
        item["description"] = f"{label}，低于当日市场均价 {tenders.percent_to_text(one.discount)}%"
    if one.price is not None:
        value = {"amount": _number(price_to_text(one.price)), "currency": "CNY"}
        item["unit"] = {"name": one.unit, "value": value}
    elif one.unit:
        item["unit"] = {"name": one.unit}
    return item


def _cancelled(place: Place, found: Tender) -> Iterator[Json]:
    there = entry(found.withdrawn_seq) if found.withdrawn_seq else None
    if there:
        tender = {"id": str(found.id), "status": "cancelled"}
        yield _release(place, found.id, there.seq, there.at, "tenderCancellation", tender=tender)


class Party(NamedTuple):
    """With whom a contract is: the same name for the same one in every release."""

    id: str
    name: str


class Under(NamedTuple):
    """The contract under which money flows: its number, its tender's, and with whom it is."""

    contract: int
    tender: int
    party: Party


def _party(contract: TenderContract) -> Party:
    supplier = contract.supplier_id
    return Party(f"supplier-{supplier}" if supplier else f"contractor-{contract.id}", contract.party)


def _named(party: Party) -> Json:
    return party._asdict()


def _transaction(
    place: Place, under: Under, seq: int, at: datetime, made: Json, *, is_new: bool = True
) -> Json:
    """A release that tells of money under a contract."""
    told = {"id": f"HT-{under.contract}", "awardID": f"{under.tender}-award"}
    contract = {**told, "implementation": {"transactions": [made]}}
    tag, parties = (
        "implementation" if is_new else "implementationUpdate",
        _parties("supplier", _named(under.party)),
    )
    return _release(place, under.tender, seq, at, tag, parties, contracts=[contract])


def _rent(place: Place, contract: TenderContract, rent: TenderRent) -> Json:
    assert rent.received_at
    assert rent.received_seq
    under = Under(contract.id, contract.tender_id, _party(contract))
    made = {
        "id": f"rent-{contract.id}-{rent.position}",
        "date": _day(rent.received_on or rent.due),
        "value": _yuan(rent.amount),
        "payer": _named(under.party),
        "payee": {"id": SCHOOL, "name": school.settings()[NAME]},
    }
    return _transaction(place, under, rent.received_seq, rent.received_at, made)


def _paid(place: Place) -> Iterator[Json]:
    """What was paid under contracts; of days on which no payments were kept, what was bought."""
    began = school.settings()[IN_USE].get("payments")
    yield from _of_sheets(place, began)
    if began:
        yield from _of_payments(place, began)


def _of_sheets(place: Place, before: date | None) -> Iterator[Json]:
    """What was bought, by every version of every sheet, of days before payments were kept."""
    query = select(PostingVersion, Sheet.day).join(Sheet, Sheet.id == PostingVersion.posting_id)
    if before:
        query = query.where(Sheet.day < before)
    last = 0
    while rows := _tuples(query.where(PostingVersion.id > last).order_by(PostingVersion.id).limit(BATCH)):
        last = rows[-1][0].id
        lines = _lines(version.id for version, _day in rows)
        for version, day in rows:
            amounts = _by_contract(lines.get(version.id, []), day)
            for under, amount in amounts.items():
                uri = place.uri(f"/postings/{version.posting_id}")
                made = _money(f"sheet-{version.posting_id}", uri, day, amount, under)
                seq, at, new = version.chain_seq, version.posted_at, version.version == 1
                yield _transaction(place, under, seq, at, made, is_new=new)


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
        "date": _day(day),
        "value": _yuan(amount),
        "payer": {"id": SCHOOL, "name": school.settings()[NAME]},
        "payee": _named(under.party),
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
            for under, amount in _under(payment.now, classes, step.day, began).items():
                uri = place.uri(f"/payments/{payment.id}")
                made = _money(f"payment-{payment.id}", uri, step.day, amount, under)
                yield _transaction(place, under, step.chain_seq, step.at, made)


def _classes(lines: Iterable[PaymentLine]) -> dict[tuple[int, int, int], tuple[date, str]]:
    """By sheet, version and row of what is paid: the day, and the class."""
    query = select(Sheet.id, PostingVersion.version, Line.position, Sheet.day, Line.item_class)
    query = query.join(PostingVersion, PostingVersion.posting_id == Sheet.id)
    query = query.join(Line, Line.version_id == PostingVersion.id)
    numbers = {one.posting_id for one in lines}
    rows = session.execute(query.where(Sheet.id.in_(numbers)))
    return {(sheet, version, at + 1): (day, name) for sheet, version, at, day, name in rows}


def _under(
    paid: PaymentVersion, classes: dict[tuple[int, int, int], tuple[date, str]], day: date, began: date
) -> dict[Under, int]:
    """What of a payment, in fen, falls under which contract; `day` where the sheet is gone."""
    by_day: dict[date, list[tuple[Bought, int]]] = {}
    for one in paid.lines:
        bought_on, name = classes.get((one.posting_id, one.sheet_version, one.row), (day, ""))
        if bought_on >= began:
            bought = Bought(one.item, one.specification, one.unit, name, paid.supplier_id)
            by_day.setdefault(bought_on, []).append((bought, one.amount))
    made: dict[Under, int] = {}
    for bought_on, lines in by_day.items():
        for under, amount in _by_contract(lines, bought_on).items():
            made[under] = made.get(under, 0) + amount
    return made
