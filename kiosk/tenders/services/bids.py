"""Sealed envelopes: registered with time, bidder's clerk and picture; late and withdrawn ones stay listed."""

from kiosk.attachments.services import attach
from kiosk.catalogue import queries as catalogue
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid, OtherContent
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.tenders import queries
from kiosk.tenders.models import (
    AWARDED,
    BIDDER,
    CLERK,
    NOTICE,
    PAPER,
    PROTOCOL,
    READING,
    REASON,
    ROLL,
    SCORING,
    Tender,
    TenderBid,
)
from kiosk.tenders.permissions import RUN_TENDERS
from kiosk.tenders.services.keeping import ask_state, person_of

TAKEN = (NOTICE, ROLL, READING, PROTOCOL, SCORING, AWARDED)


def register(
    *, by: Actor, sent: str, tender: Tender, bidder: str, clerk: str, photo: bytes | None
) -> TenderBid:
    """Register a sealed envelope, with a picture of it as a JPEG drawn anew.

    After the deadline it is registered as late, and stays closed. The same form again is the same envelope;
    OtherContent where it said something else before.
    """
    by.needs(RUN_TENDERS, SCHOOL)
    name, hand = BIDDER.read(bidder), CLERK.read(clerk)
    if there := queries.sent_bid(sent):
        if (there.bidder, there.tender_id, there.account) != (name, tender.id, str(by)):
            raise OtherContent
        return there
    ask_state(tender, *TAKEN)
    if not photo:
        raise Invalid(lazy("Please take a picture of the closed envelope."), field="photo")
    now, key = clock.now(), queries.bidder_key(name)
    late = queries.is_over(tender)
    same = [one.id for one in catalogue.suppliers(everything=True) if queries.bidder_key(one.name) == key]
    found = TenderBid(
        sent=sent,
        tender_id=tender.id,
        number=len(tender.bids) + 1,
        way=PAPER,
        bidder=name,
        bidder_key=key,
        supplier_id=same[0] if same else None,
        is_late=late,
        at=now,
        person_id=person_of(by),
        account=str(by),
    )
    picture = f"{tender.id}-{found.number} 信封"
    after = {"number": found.number, "way": PAPER, "bidder": name, "clerk": hand, "late": late, "at": now}
    found.chain_seq = record("tender.bid", tender.subject, by=by, after={**after, "file": picture})
    one = attach(by=by, subject=tender.subject, entry=found.chain_seq, text=picture, data=photo)
    found.photo_id = one.id
    tender.bids.append(found)
    session.flush()
    return found


def withdraw_bid(*, by: Actor, tender: Tender, bid: TenderBid, reason: str) -> None:
    """Note that a bidder takes an envelope back before the deadline; it stays listed, and stays closed."""
    by.needs(RUN_TENDERS, SCHOOL)
    why = REASON.read(reason)
    if bid.withdrawn_at:
        return
    ask_state(tender, NOTICE, ROLL)
    if queries.is_over(tender):
        raise Conflict(lazy("The deadline has passed: a bid stands as it was handed in."))
    bid.withdrawn_at = clock.now()
    after = {"number": bid.number, "bidder": bid.bidder, "reason": why}
    bid.withdrawn_seq = record("tender.bid_withdrawn", tender.subject, by=by, after=after)
    session.flush()
