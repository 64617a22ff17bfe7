"""Whether tenders stand as the record says, and what can be added up adds up."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Finding, KnownHead, opened
from kiosk.core.db import session
from kiosk.steps import models as decided
from kiosk.steps.models import Approval
from kiosk.steps.services import digest
from kiosk.tenders import queries
from kiosk.tenders.models import (
    APPROVED,
    AWARDED,
    CLOSED,
    CONTRACT,
    FAILED,
    NEED,
    NOTICE,
    POSTPONED,
    RETURNED,
    SCORING,
    WITHDRAWN,
    Tender,
    TenderAward,
    TenderBid,
    TenderContract,
    TenderContractStep,
    TenderOpened,
    TenderScore,
    TenderTyped,
    TenderVersion,
)
from kiosk.tenders.queries import Ranked, canonical
from kiosk.tenders.services import protocol_of, told_contract

AFTER = {decided.OPEN: NEED, decided.RETURNED: RETURNED, decided.APPROVED: APPROVED}
WRITTEN = {
    *("tender.needed", "tender.need_changed", "tender.noticed", "tender.notice_changed", "tender.bid"),
    *("tender.bid_opened", "tender.bid_typed", "tender.scored", "tender.awarded", "tender.contract"),
    *("tender.renewed", "tender.ended"),
}
"""The actions whose entries each have a row."""
Told = dict[str, Any]


def recount() -> Iterator[Finding]:
    """Versions, envelopes, offers, points, awards and contracts against the record and each other."""
    entries = opened(session.scalars(select(ChainEntry).where(ChainEntry.action.in_(WRITTEN))))
    approvals = _approvals()
    for one in reversed(queries.tenders()):
        for where, seq, stored in _stored(one):
            yield from _differs(where, entries.pop(seq, None), one.subject, stored)
        if one.state != _follows(one, approvals.get(one.subject)):
            yield Finding("tender", str(one.id), "altered", "state")
        yield from _opening(one)
        yield from _award(one)
        yield from _contract(one)
    for seq in sorted(entries):
        yield Finding("tender", f"entry {seq}", "missing")


def _approvals() -> dict[str, str]:
    rows = session.execute(select(Approval.subject, Approval.state).where(Approval.subject.like("tender:%")))
    return {subject: state for subject, state in rows}


def _differs(where: str, entry: Told | None, subject: str, stored: Told) -> Iterator[Finding]:
    if entry is None or entry["subject"] != subject:
        yield Finding("tender", where, "unknown")
        return
    after = entry.get("after") or {}
    if wrong := [name for name, value in stored.items() if after.get(name) != value]:
        yield Finding("tender", where, "altered", ", ".join(wrong))


def _stored(one: Tender) -> Iterator[tuple[str, int, Told]]:
    """Every row that stands in the record: where it is, its entry, and what that says."""
    for row in one.versions:
        where = f"{one.id}, version {row.number}"
        yield where, row.chain_seq, {"version": row.number, "hash": digest(row.content.encode())}
    for bid in one.bids:
        where = f"{one.id}, envelope {bid.number}"
        facts = {"number": bid.number, "way": bid.way, "late": bid.is_late, "at": bid.at.isoformat()}
        yield where, bid.chain_seq, facts
        if bid.opened:
            yield f"{where}, opened", bid.opened.chain_seq, {"number": bid.number}
        for typed in bid.typed:
            yield f"{where}, typed", typed.chain_seq, {"number": bid.number, "offer": typed.offer}
    for score in one.scores:
        yield f"{one.id}, points", score.chain_seq, {"points": score.points}
    if one.award:
        yield f"{one.id}, award", one.award.chain_seq, {"hash": digest(one.award.content.encode())}
    if one.contract:
        own = digest(canonical(told_contract(one.contract)).encode())
        yield f"{one.id}, contract", one.contract.chain_seq, {"hash": own, "amount": one.contract.amount}
        for step in one.contract.steps:
            yield f"{one.id}, {step.what}", step.chain_seq, {"day": step.day.isoformat()}


def _follows(one: Tender, approval: str | None) -> str:
    """How a tender stands by its facts."""
    if one.withdrawn_seq:
        return WITHDRAWN
    if one.contract:
        return CONTRACT
    if one.award:
        return AWARDED if one.award.bid_id else FAILED
    opening = one.openings[-1] if one.openings else None
    if opening and opening.state != POSTPONED:
        return SCORING if opening.state == CLOSED else opening.state
    return NOTICE if queries.notice(one) else AFTER.get(approval or "", "")


def _opening(one: Tender) -> Iterator[Finding]:
    """The protocol says what was typed, its hash is its own, and only envelopes that count were opened."""
    opening = queries.sitting(one)
    counted = {bid.id for bid in queries.counted(one)}
    for bid in one.bids:
        if bid.opened and bid.id not in counted:
            yield Finding(
                "tender", f"{one.id}, envelope {bid.number}", "altered", "opened, but does not count"
            )
    if opening is None or opening.protocol is None:
        return
    kept = json.loads(opening.protocol)
    now = json.loads(canonical(protocol_of(one, opening)))
    wrong = [name for name in ("bids", "quorum", "opening") if kept.get(name) != now[name]]
    wrong += ["hash"] if digest(opening.protocol.encode()) != opening.hash else []
    if wrong:
        yield Finding("tender", f"{one.id}, protocol", "altered", ", ".join(wrong))


def _award(one: Tender) -> Iterator[Finding]:
    """The ranking of an award is what points and offers come to; a lot gave the number that it says."""
    if one.award is None:
        return
    told = json.loads(one.award.content)
    wrong = []
    if told["ranking"] != [_ranked(each) for each in queries.ranking(one)]:
        wrong.append("points")
    bid = one.award.bid
    if told["bid"] != (bid.number if bid else None):
        wrong.append("bid")
    if wrong:
        yield Finding("tender", f"{one.id}, award", "altered", ", ".join(wrong))


def _ranked(one: Ranked) -> Told:
    return {"number": one.bid.number, "figure": one.figure, "points": one.points, "by": dict(one.by)}


def _contract(one: Tender) -> Iterator[Finding]:
    """A contract's prices are those of the winning bid, its rents come to what was offered."""
    found = one.contract
    if found is None or one.award is None or one.award.bid is None:
        return
    need, offer = queries.need(one), queries.agreed(one.award.bid) or []
    amount = None if need.pricing == "discount" else queries.figure(need, offer)
    wrong = [] if amount == found.amount else ["amount"]
    if found.rents and sum(rent.amount for rent in found.rents) != found.amount:
        wrong.append("rents")
    if need.lines and offer != [row.price if row.discount is None else row.discount for row in found.prices]:
        wrong.append("prices")
    if wrong:
        yield Finding("tender", f"{one.id}, contract", "altered", ", ".join(wrong))


def heads() -> Iterator[KnownHead]:
    """The entries that tenders point to: a record that ends before them was cut."""
    tables: tuple[Any, ...] = (TenderVersion, TenderBid, TenderOpened, TenderTyped, TenderScore)
    for table in (*tables, TenderAward, TenderContract, TenderContractStep):
        for seq in session.scalars(select(table.chain_seq)):
            yield KnownHead(seq, "", table.__tablename__)
