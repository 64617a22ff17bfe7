"""Tenders as they stand: by number, by state; who sits on the council; which bids count."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kiosk.auth.models import Account, AccountRole
from kiosk.chain.queries import bodies_of
from kiosk.core import clock
from kiosk.core.cells import squeeze
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.persons.models import Person
from kiosk.steps import queries as steps
from kiosk.steps.models import Approval
from kiosk.tenders.models import (
    AWAY,
    CLOSED,
    HERE,
    NEED,
    POSTPONED,
    RECUSED,
    RETURNED,
    WITHDRAWN,
    Tender,
    TenderBid,
    TenderContract,
    TenderOpening,
    TenderSeat,
)
from kiosk.tenders.queries.contents import notice

WHOLE = (
    selectinload(Tender.versions),
    selectinload(Tender.bids).selectinload(TenderBid.opened),
    selectinload(Tender.bids).selectinload(TenderBid.typed),
    selectinload(Tender.openings).selectinload(TenderOpening.seats),
    selectinload(Tender.scores),
    selectinload(Tender.award),
    selectinload(Tender.contract).selectinload(TenderContract.prices),
    selectinload(Tender.contract).selectinload(TenderContract.rents),
    selectinload(Tender.contract).selectinload(TenderContract.steps),
)
COUNTS, LATE, WITHDRAWN_BID, REPLACED = "counts", "late", "withdrawn", "replaced"


def tender(number: int) -> Tender:
    """A tender, or NotFound."""
    found = session.get(Tender, number, options=WHOLE, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def tenders(states: Iterable[str] | None = None) -> list[Tender]:
    """Those in these states, or all; the newest first."""
    query = select(Tender).order_by(Tender.id.desc()).options(*WHOLE)
    if states is not None:
        query = query.where(Tender.state.in_(list(states)))
    return list(session.scalars(query))


def sent(form: str) -> Tender | None:
    """What a form made that was sent before."""
    return session.scalar(select(Tender).where(Tender.sent == form).options(*WHOLE))


def sent_bid(form: str) -> TenderBid | None:
    """The bid that a form registered before."""
    return session.scalar(select(TenderBid).where(TenderBid.sent == form))


def bid_of(number: int, bid: int) -> tuple[Tender, TenderBid]:
    """A tender and one of its bids, or NotFound."""
    found = tender(number)
    one = next((each for each in found.bids if each.id == bid), None)
    if one is None:
        raise NotFound
    return found, one


def is_public(found: Tender) -> bool:
    """Whether everybody may read it: from the approval on; one taken back, once it was posted."""
    if found.state == WITHDRAWN:
        return found.posting_id is not None
    return found.state not in (NEED, RETURNED)


def of_posting(number: int) -> Tender | None:
    """The tender of which this posting is a step."""
    where = (Tender.posting_id == number) | (Tender.protocol_id == number) | (Tender.award_id == number)
    return session.scalar(select(Tender).where(where).options(*WHOLE))


def approval_of(found: Tender) -> Approval:
    """The approval by which a need is decided."""
    return steps.approvals(found.subject)[0]


def bidder_key(name: str) -> str:
    """A bidder, however the name is spaced."""
    return squeeze(name).lower()[:90]


def council() -> list[Person]:
    """The members of the school's council: who holds the role for the whole school, each person once."""
    role = AccountRole.role == "council"
    whole = AccountRole.canteen.is_(None) & AccountRole.counter.is_(None)
    query = select(Account).where(Account.active, Account.roles.any(role & whole))
    people = {one.person.number: one.person for one in session.scalars(query.join(Account.person))}
    return sorted(people.values(), key=lambda one: (one.name, one.id))


def standing(found: Tender) -> dict[int, str]:
    """How each bid stands, by its id: it counts, came late, was withdrawn, or replaced by a later one."""
    made: dict[int, str] = {}
    last: dict[str, int] = {}
    for one in found.bids:
        made[one.id] = LATE if one.is_late else WITHDRAWN_BID if one.withdrawn_at else COUNTS
        if made[one.id] == COUNTS:
            if one.bidder_key in last:
                made[last[one.bidder_key]] = REPLACED
            last[one.bidder_key] = one.id
    return made


def counted(found: Tender) -> list[TenderBid]:
    """The bids that are opened: in time, not withdrawn, the last of each bidder."""
    how = standing(found)
    return [one for one in found.bids if how[one.id] == COUNTS]


def is_over(found: Tender) -> bool:
    """Whether the deadline has passed."""
    said = notice(found)
    return said is not None and clock.now() > said.deadline


def sitting(found: Tender) -> TenderOpening | None:
    """The opening that runs or was held; None while there is none but postponed ones."""
    last = found.openings[-1] if found.openings else None
    return None if last is None or last.state == POSTPONED else last


def seats(opening: TenderOpening, state: str) -> list[TenderSeat]:
    """The seats of an opening in a state."""
    return [one for one in opening.seats if one.state == state]


def present(opening: TenderOpening) -> list[TenderSeat]:
    """Who is at the table."""
    return seats(opening, HERE)


def absent(opening: TenderOpening) -> list[TenderSeat]:
    """Who is not, named with the reason."""
    return [one for one in opening.seats if one.state in (AWAY, "")]


def recused(opening: TenderOpening) -> list[TenderSeat]:
    """Who stepped back because of a tie to a bidder."""
    return seats(opening, RECUSED)


def is_confirmed(opening: TenderOpening) -> bool:
    """Whether everybody who was at the table confirmed the protocol."""
    there = [one for one in opening.seats if one.state == HERE or (one.state == RECUSED and one.how)]
    return bool(there) and all(one.confirmed_at for one in there)


def unconfirmed(opening: TenderOpening) -> list[TenderSeat]:
    """Who was at the table and has not confirmed the protocol."""
    return [one for one in opening.seats if one.how and one.state != AWAY and not one.confirmed_at]


def closed(found: Tender) -> TenderOpening | None:
    """The opening whose protocol everybody confirmed."""
    last = sitting(found)
    return last if last and last.state == CLOSED else None


def private(bids: Sequence[TenderBid]) -> dict[int, str]:
    """Who handed in for the bidder, by the bid's id: the record alone holds it."""
    bodies = bodies_of(one.chain_seq for one in bids)
    return {one.id: _text((bodies.get(one.chain_seq, {}).get("after") or {}).get("clerk")) for one in bids}


def _text(value: Any) -> str:
    return str(value or "")
