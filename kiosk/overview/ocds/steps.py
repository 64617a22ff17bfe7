"""The steps of a tender as releases: need, notice, opening, award, contract, its renewal and end, rents."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from kiosk.chain.queries import entry
from kiosk.core.db import session
from kiosk.core.formats import milli_to_text, price_to_text
from kiosk.core.masking import mask
from kiosk.overview.ocds.release import (
    BATCH,
    Json,
    Party,
    Place,
    Under,
    buyer,
    decimal,
    parties,
    release,
    told_day,
    told_moment,
    transaction,
    yuan,
)
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
from kiosk.tenders.queries import Need, Wanted
from kiosk.tenders.queries.contents import notice_of


def _public(after: int) -> list[Tender]:
    query = select(Tender).where(Tender.id > after).order_by(Tender.id).limit(BATCH).options(*tenders.WHOLE)
    found = list(session.scalars(query))
    made = [one for one in found if tenders.is_public(one)]
    return made if made or not found else _public(found[-1].id)


def steps(place: Place) -> Iterator[Json]:
    """The releases of all tenders that are public, tender by tender."""
    last = 0
    while found := _public(last):
        last = found[-1].id
        for one in found:
            yield from _of_tender(place, one)


def _of_tender(place: Place, found: Tender) -> Iterator[Json]:
    need, notices = tenders.need(found), [one for one in found.versions if one.part == NOTICE]
    rows = [_planning(place, found, need)]
    rows += [_notice(place, found, need, one, notices[0]) for one in notices]
    rows += [_opening(place, found, one) for one in found.openings if one.read_at and one.read_seq]
    rows += [*_award(place, found, need), *_contract(place, found, need), *_cancelled(place, found)]
    yield from sorted(rows, key=lambda one: int(one["id"].rpartition("-")[2]))


def _planning(place: Place, found: Tender, need: Need) -> Json:
    row = tenders.need_row(found)
    budget = {"description": need.title, "amount": yuan(need.estimate)}
    planning = {"rationale": mask(need.why), "budget": budget}
    return release(place, found.id, row.chain_seq, row.at, "planning", planning=planning)


def _items(need: Need) -> list[Json]:
    return [_item(number, line) for number, line in enumerate(tenders.lines_of(need), 1)]


def _item(number: int, line: Wanted) -> Json:
    item: Json = {"id": str(number), "description": line.label}
    if line.item_class:
        name = line.item_class
        item["classification"] = {"scheme": "x-school-class", "id": name, "description": name}
    if line.quantity:
        item["quantity"] = decimal(milli_to_text(line.quantity))
    if line.unit:
        item["unit"] = {"name": line.unit}
    return item


def _notice(place: Place, found: Tender, need: Need, row: TenderVersion, first: TenderVersion) -> Json:
    said = notice_of(row.content)
    by_price = all(one.by == BY_PRICE for one in said.criteria)
    tender: Json = {
        "id": str(found.id),
        "title": need.title,
        "description": mask(said.terms),
        "status": "active",
        "procuringEntity": buyer(),
        "items": _items(need),
        "value": yuan(need.estimate),
        "procurementMethod": "open",
        "mainProcurementCategory": "goods" if need.subject == SUPPLY else "services",
        "awardCriteria": "priceOnly" if by_price else "ratedCriteria",
        "awardCriteriaDetails": "；".join(f"{one.name} {one.weight}" for one in said.criteria),
        "submissionMethod": ["written"],
        "submissionMethodDetails": said.place,
        "tenderPeriod": {"startDate": told_moment(first.at), "endDate": told_moment(said.deadline)},
        "awardPeriod": {"startDate": told_moment(said.opens)},
        "contractPeriod": {"durationInDays": need.months * 30},
        "documents": _documents(place, found.posting_id, "tenderNotice", first.at),
    }
    if need.subject == CONCESSION:
        tender["additionalProcurementCategories"] = ["concession"]
    if row is first:
        return release(place, found.id, row.chain_seq, row.at, "tender", tender=tender)
    why = mask(said.reason) or ("开标改期" if said.postponed else "")
    tender["amendments"] = [{"id": str(row.number), "date": told_moment(row.at), "rationale": why}]
    return release(place, found.id, row.chain_seq, row.at, "tenderAmendment", tender=tender)


def _documents(place: Place, posting: int | None, kind: str, at: datetime) -> list[Json]:
    uri = place.uri(f"/postings/{posting}") if posting else None
    document = {
        "id": f"posting-{posting}",
        "documentType": kind,
        "url": uri,
        "datePublished": told_moment(at),
    }
    return [{**document, "language": "zh", "format": "text/html"}] if uri else []


def _organization(found: Tender, bid: TenderBid) -> Json:
    """A bidder: a supplier of the catalogue by its number, another by its envelope."""
    number = f"supplier-{bid.supplier_id}" if bid.supplier_id else f"bidder-{found.id}-{bid.number}"
    return {"id": number, "name": bid.bidder}


def _opening(place: Place, found: Tender, opening: TenderOpening) -> Json:
    """How many bids there were, and whose counted. Everything of it lies before the opening, and stays."""
    assert opening.read_at
    assert opening.read_seq
    counted, at = tenders.counted(found), told_moment(opening.read_at)
    in_all = sum(one.at <= opening.read_at for one in found.bids)
    bidders = [_organization(found, one) for one in counted]
    figures = {"bids": in_all, "validBids": len(counted), "bidders": len(bidders)}
    tender = {"id": str(found.id), "numberOfTenderers": len(bidders), "tenderers": bidders}
    statistics = [
        {"id": name, "measure": name, "value": value, "date": at} for name, value in figures.items()
    ]
    return release(
        place,
        found.id,
        opening.read_seq,
        opening.read_at,
        "tenderUpdate",
        parties("tenderer", *bidders),
        tender=tender,
        bids={"statistics": statistics},
    )


def _award(place: Place, found: Tender, need: Need) -> Iterator[Json]:
    award = found.award
    if award is None:
        return
    bid, ended = award.bid, {"id": str(found.id), "status": "complete" if award.bid else "unsuccessful"}
    if bid is None:
        yield release(place, found.id, award.chain_seq, award.at, "tenderUpdate", tender=ended)
        return
    winner = _organization(found, bid)
    told: Json = {
        "id": f"{found.id}-award",
        "title": need.title,
        "status": "active",
        "date": told_moment(award.at),
        "suppliers": [winner],
        "items": _items(need),
        "documents": _documents(place, found.award_id, "awardNotice", award.at),
    }
    offer = tenders.agreed(bid)
    if offer and need.pricing != DISCOUNT:
        told["value"] = yuan(tenders.figure(need, offer))
    more = {"tender": ended, "awards": [told]}
    yield release(place, found.id, award.chain_seq, award.at, "award", parties("supplier", winner), **more)


def _contract(place: Place, found: Tender, need: Need) -> Iterator[Json]:
    contract = found.contract
    if contract is None:
        return
    told: Json = {
        **_under(contract).named,
        "title": need.title,
        "status": "active",
        "period": {"startDate": told_day(contract.first), "endDate": told_day(contract.last)},
        "items": [_priced(one) for one in contract.prices],
        "dateSigned": told_moment(contract.at),
    }
    if contract.amount is not None:
        told["value"] = yuan(contract.amount)
    who = parties("supplier", _under(contract).party.told)
    yield release(place, found.id, contract.chain_seq, contract.at, "contract", who, contracts=[told])
    for step in contract.steps:
        change = {"id": str(step.number), "date": told_moment(step.at), "rationale": mask(step.reason)}
        until = {**_under(contract).named, "period": {"endDate": told_day(step.day)}, "amendments": [change]}
        tag = "contractTermination" if step.what == ENDED else "contractAmendment"
        until["status"] = "terminated" if step.what == ENDED else "active"
        yield release(place, found.id, step.chain_seq, step.at, tag, contracts=[until])
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
        value = {"amount": decimal(price_to_text(one.price)), "currency": "CNY"}
        item["unit"] = {"name": one.unit, "value": value}
    elif one.unit:
        item["unit"] = {"name": one.unit}
    return item


def _cancelled(place: Place, found: Tender) -> Iterator[Json]:
    there = entry(found.withdrawn_seq) if found.withdrawn_seq else None
    if there:
        tender = {"id": str(found.id), "status": "cancelled"}
        yield release(place, found.id, there.seq, there.at, "tenderCancellation", tender=tender)


def _under(contract: TenderContract) -> Under:
    supplier = contract.supplier_id
    name = f"supplier-{supplier}" if supplier else f"contractor-{contract.id}"
    return Under(contract.id, contract.tender_id, Party(name, contract.party))


def _rent(place: Place, contract: TenderContract, rent: TenderRent) -> Json:
    assert rent.received_at
    assert rent.received_seq
    under = _under(contract)
    made = {
        "id": f"rent-{contract.id}-{rent.position}",
        "date": told_day(rent.received_on or rent.due),
        "value": yuan(rent.amount),
        "payer": under.party.told,
        "payee": buyer(),
    }
    return transaction(place, under, rent.received_seq, rent.received_at, made)
