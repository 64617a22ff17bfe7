"""The opening: the council's roll, the quorum, envelopes opened one by one, read out and typed by two."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.security import fingerprint
from kiosk.core.security import new_code as readable
from kiosk.core.trace import record
from kiosk.persons import queries as persons
from kiosk.school import queries as school
from kiosk.steps.services import digest
from kiosk.tenders import queries
from kiosk.tenders.models import (
    AWAY,
    BY_ACCOUNT,
    BY_CODE,
    CLOSED,
    HERE,
    INTERESTS,
    NOTICE,
    POSTPONED,
    PROTOCOL,
    READING,
    REASONS,
    RECUSED,
    ROLL,
    SCORING,
    Tender,
    TenderBid,
    TenderOpened,
    TenderOpening,
    TenderSeat,
    TenderTyped,
)
from kiosk.tenders.permissions import RUN_TENDERS, SIT_AT_TABLE, TYPE_BIDS
from kiosk.tenders.queries import canonical
from kiosk.tenders.refusals import BadCode, Changed, NoQuorum, NotAtTable, NotInTurn, NotYet, TypedTwice
from kiosk.tenders.services.keeping import ask_state, keep, person_of
from kiosk.tenders.services.notices import change_posting
from kiosk.tenders.services.publish import PROTOCOL as POSTED_PROTOCOL
from kiosk.tenders.services.publish import put_up
from kiosk.tenders.services.wording import postponed_text, protocol_fields, protocol_rows
from kiosk.tenders.settings import QUORUM

CODE_LENGTH = 10
Codes = dict[int, str]
"""The codes for the slips, by the seat's number: shown once, kept as hashes."""


def begin_roll(*, by: Actor, tender: Tender) -> tuple[TenderOpening, Codes]:
    """Begin the roll of an opening: a seat for each member of the council, and a code for its slip.

    Begun twice it is the same roll, without codes. NotYet before the time of the opening.
    """
    by.needs(RUN_TENDERS, SCHOOL)
    running = queries.sitting(tender)
    if running is not None and running.state == ROLL:
        return running, {}
    ask_state(tender, NOTICE)
    _ask_time(tender)
    members = queries.council()
    if not members:
        raise Conflict(lazy("Nobody holds the role of the school council, so that nothing can be opened."))
    quorum = -(-len(members) * school.settings()[QUORUM] // 100)
    number = len(tender.openings) + 1
    after = {"number": number, "members": [one.id for one in members], "quorum": quorum}
    found = TenderOpening(
        number=number,
        quorum=quorum,
        state=ROLL,
        begun_at=clock.now(),
        person_id=person_of(by),
        chain_seq=record("tender.roll", tender.subject, by=by, after=after),
    )
    tender.openings.append(found)
    session.flush()
    codes = {}
    for one in members:
        code = readable(CODE_LENGTH)
        seat = TenderSeat(person_id=one.id, code_hash=_hash(found, code))
        found.seats.append(seat)
        session.flush()
        codes[seat.id] = code
    tender.state = ROLL
    session.flush()
    return found, codes


def _ask_time(tender: Tender) -> None:
    said = queries.notice(tender)
    assert said
    if clock.now() <= max(said.opens, said.deadline):
        raise NotYet(when=f"{school.local(said.opens):%Y-%m-%d %H:%M}")


def _hash(opening: TenderOpening, code: str) -> str:
    plain = "".join(code.upper().split()).replace("-", "")
    return fingerprint(f"{opening.tender_id}:{opening.number}:{plain}")


def new_code(*, by: Actor, tender: Tender, seat: TenderSeat) -> str:
    """Another code for a member whose slip is lost; the old one opens nothing any more."""
    by.needs(RUN_TENDERS, SCHOOL)
    opening = _opening(tender, ROLL, READING, PROTOCOL)
    code = readable(CODE_LENGTH)
    seat.code_hash = _hash(opening, code)
    record("tender.code", tender.subject, by=by, after={"member": seat.person_id})
    session.flush()
    return code


def _opening(tender: Tender, *states: str) -> TenderOpening:
    found = queries.sitting(tender)
    if found is None or found.state not in states:
        raise Changed(number=tender.id, state=tender.label)
    return found


def _seat_of(opening: TenderOpening, by: Actor) -> TenderSeat:
    """The actor's own seat."""
    for one in opening.seats:
        if persons.is_among(by.person, [one.person_id]):
            return one
    raise NotAtTable


def _seat_by_code(opening: TenderOpening, code: str) -> TenderSeat:
    own = _hash(opening, code)
    found = next((one for one in opening.seats if secrets.compare_digest(one.code_hash, own)), None)
    if found is None:
        raise BadCode(field="code")
    return found


def sit_down(*, by: Actor, tender: Tender, code: str = "") -> TenderSeat:
    """A member says to be at the table: by the own account, or with a slip's code on the table's device."""
    opening = _opening(tender, ROLL)
    seat, how = _who(by, opening, code)
    if seat.state == HERE:
        return seat
    return _note(by, tender, seat, HERE, how=how)


def _who(by: Actor, opening: TenderOpening, code: str) -> tuple[TenderSeat, str]:
    if code:
        by.needs(RUN_TENDERS, SCHOOL)
        return _seat_by_code(opening, code), BY_CODE
    by.needs(SIT_AT_TABLE, SCHOOL)
    return _seat_of(opening, by), BY_ACCOUNT


def _note(
    by: Actor, tender: Tender, seat: TenderSeat, state: str, *, how: str = "", reason: str = ""
) -> TenderSeat:
    seat.state, seat.reason, seat.at = state, reason, clock.now()
    seat.how = how or seat.how
    after = {"member": seat.person_id, "state": state, "how": how, "because": reason}
    record("tender.seat", tender.subject, by=by, after=after)
    session.flush()
    return seat


def mark_absent(*, by: Actor, tender: Tender, seat: TenderSeat, reason: str) -> TenderSeat:
    """Name a member as absent, with the reason; who is at the table is not."""
    by.needs(RUN_TENDERS, SCHOOL)
    _opening(tender, ROLL)
    if reason not in REASONS:
        raise Invalid(lazy("Please choose why somebody is absent."), field="reason")
    if seat.state == HERE:
        raise Conflict(lazy("%(name)s is at the table."), name=seat.person.name)
    if (seat.state, seat.reason) == (AWAY, reason):
        return seat
    return _note(by, tender, seat, AWAY, reason=reason)


def recuse(*, by: Actor, tender: Tender, interest: str, code: str = "") -> TenderSeat:
    """A member steps back for a tie to a bidder: named, outside the quorum, without points to give."""
    opening = _opening(tender, ROLL, READING, PROTOCOL, CLOSED)
    seat, how = _who(by, opening, code)
    if interest not in INTERESTS:
        raise Invalid(lazy("Please choose which tie it is."), field="interest")
    if seat.state == RECUSED:
        return seat
    if persons.is_among(seat.person_id, [one.person_id for one in tender.scores]):
        raise Conflict(lazy("Points were given already: say it before."))
    if tender.award is not None:
        raise Changed(number=tender.id, state=tender.label)
    return _note(
        by, tender, seat, RECUSED, how=how if opening.state == ROLL or seat.how else "", reason=interest
    )


def start(*, by: Actor, tender: Tender) -> TenderOpening:
    """Open: the quorum is at the table, and nobody else joins it. NoQuorum else; nothing is opened then.

    Started twice it is the same.
    """
    by.needs(RUN_TENDERS, SCHOOL)
    running = queries.sitting(tender)
    if running is not None and running.state in (READING, PROTOCOL):
        return running
    opening = _opening(tender, ROLL)
    _ask_time(tender)
    here = queries.present(opening)
    if len(here) < opening.quorum:
        raise NoQuorum(here=len(here), all=len(opening.seats), needed=opening.quorum)
    _settle(by, tender, opening, "tender.opening_started", READING)
    tender.state = READING
    session.flush()
    _finish(by, tender, opening)
    return opening


def _settle(by: Actor, tender: Tender, opening: TenderOpening, action: str, state: str) -> None:
    """Say who is there and who is not; whoever said nothing is absent without a reason."""
    for one in opening.seats:
        if not one.state:
            one.state, one.reason, one.at = AWAY, "unsaid", clock.now()
    after = {
        "number": opening.number,
        "present": [one.person_id for one in queries.present(opening)],
        "absent": [[one.person_id, one.reason] for one in queries.absent(opening)],
        "recused": [[one.person_id, one.reason] for one in queries.recused(opening)],
        "quorum": opening.quorum,
    }
    opening.state, opening.decided_at = state, clock.now()
    opening.decided_seq = record(action, tender.subject, by=by, after=after)
    session.flush()


def postpone(*, by: Actor, tender: Tender, opens: datetime | None = None) -> TenderOpening:
    """Postpone an opening without quorum, in public: who was there, who was not and why, and the new time.

    Without a time it is the same hour of the next school day.
    """
    by.needs(RUN_TENDERS, SCHOOL)
    opening = _opening(tender, ROLL)
    _settle(by, tender, opening, "tender.postponed", POSTPONED)
    before = queries.notice(tender)
    assert before
    later = opens or _next_time(before.opens)
    if later <= clock.now():
        raise Invalid(lazy("The new time is to come."), field="opens")
    text = postponed_text(opening)
    here = {"present": len(queries.present(opening)), "members": len(opening.seats), "quorum": opening.quorum}
    told = {**here, "opening": opening.number, "text": text}
    reason = f"开标改期：到场{here['present']}人，须到{here['quorum']}人"
    said = replace(before, opens=later, postponed=told, reason=reason)
    keep(by, tender, NOTICE, said)
    tender.state = NOTICE
    change_posting(by, tender, said)
    return opening


def _next_time(before: datetime) -> datetime:
    """The same hour on the next school day, or the next weekday where no term is entered."""
    local = school.local(before)
    day = max(local.date(), school.today()) + timedelta(days=1)
    for _ in range(60):
        if school.is_school_day(day):
            break
        day += timedelta(days=1)
    return datetime.combine(day, local.time(), local.tzinfo)


def open_bid(*, by: Actor, tender: Tender, bid: TenderBid) -> TenderOpened:
    """Open the envelope whose turn it is. Opened twice it is the same; NotInTurn for every other."""
    by.needs(RUN_TENDERS, SCHOOL)
    if bid.opened is not None:
        return bid.opened
    opening = _opening(tender, READING)
    if bid.tender_id != tender.id or queries.next_bid(tender) is not bid:
        raise NotInTurn
    found = TenderOpened(
        opening_id=opening.id,
        person_id=person_of(by),
        at=clock.now(),
        chain_seq=record("tender.bid_opened", tender.subject, by=by, after={"number": bid.number}),
    )
    bid.opened = found
    session.flush()
    return found


def type_bid(*, by: Actor, tender: Tender, bid: TenderBid, offer: Sequence[int]) -> TenderTyped:
    """Type what was read out. It counts as soon as two different people typed the same.

    The same again by the same person is the same. TypedTwice where somebody types for two.
    """
    by.needs(TYPE_BIDS, SCHOOL)
    person, values = person_of(by), list(offer)
    mine = [one for one in queries.last_typed(bid) if persons.is_among(person, [one.person_id])]
    if mine and mine[-1].offer == values:
        return mine[-1]
    opening = _opening(tender, READING)
    if bid.opened is None or queries.agreed(bid) is not None:
        raise NotInTurn
    if len(values) != len(queries.lines_of(queries.need(tender))):
        raise Invalid(lazy("Please enter a value in each line."))
    if mine and mine[-1].person_id != person:
        raise TypedTwice
    found = TenderTyped(
        person_id=person,
        account=str(by),
        offer=values,
        at=clock.now(),
        chain_seq=record(
            "tender.bid_typed", tender.subject, by=by, after={"number": bid.number, "offer": values}
        ),
    )
    bid.typed.append(found)
    session.flush()
    _finish(by, tender, opening)
    return found


def _finish(by: Actor, tender: Tender, opening: TenderOpening) -> None:
    """When the last envelope is read, the protocol stands: from now on everybody present confirms it."""
    if queries.next_bid(tender) is not None:
        return
    opening.protocol = canonical(protocol_of(tender, opening))
    opening.hash = digest(opening.protocol.encode())
    opening.state, opening.read_at = PROTOCOL, clock.now()
    after = {"number": opening.number, "hash": opening.hash, "bids": len(queries.counted(tender))}
    opening.read_seq = record("tender.protocol", tender.subject, by=by, after=after)
    tender.state = PROTOCOL
    session.flush()


def protocol_of(tender: Tender, opening: TenderOpening) -> dict[str, object]:
    """What the protocol says."""
    how, offers = queries.standing(tender), queries.offers(tender)
    assert opening.decided_at
    return {
        "tender": tender.id,
        "opening": opening.number,
        "opened_at": opening.decided_at.isoformat(),
        "quorum": opening.quorum,
        "present": [one.person_id for one in opening.seats if one.how],
        "absent": [[one.person_id, one.reason] for one in queries.absent(opening)],
        "bids": [
            {
                "number": one.number,
                "bidder": one.bidder,
                "registered": one.at.isoformat(),
                "standing": how[one.id],
                "offer": offers.get(one.id),
            }
            for one in tender.bids
        ],
    }


def confirm(*, by: Actor, tender: Tender, seen: str, code: str = "") -> TenderSeat:
    """A member who was at the table confirms the protocol, by the own account or with the slip's code.

    `seen` is the hash of the protocol that was looked at. The last one posts it.
    """
    opening = _opening(tender, PROTOCOL, CLOSED)
    seat, how = _who(by, opening, code)
    if not seat.how:
        raise NotAtTable
    if seat.confirmed_at:
        return seat
    if seen != opening.hash:
        raise Changed(number=tender.id, state=tender.label)
    seat.confirmed_at, seat.confirmed_how = clock.now(), how
    after = {"member": seat.person_id, "how": how, "hash": opening.hash}
    record("tender.confirmed", tender.subject, by=by, after=after)
    session.flush()
    if opening.state == PROTOCOL and not queries.unconfirmed(opening):
        _close(by, tender, opening)
    return seat


def _close(by: Actor, tender: Tender, opening: TenderOpening) -> None:
    opening.state = CLOSED
    tender.state = SCORING
    tender.protocol_id = put_up(
        by=by,
        kind=POSTED_PROTOCOL,
        fields=protocol_fields(tender, opening),
        rows=protocol_rows(tender),
    )
    session.flush()


def bids_left(tender: Tender) -> int:
    """How many envelopes are still to be read."""
    return sum(queries.agreed(one) is None for one in queries.counted(tender))
