"""Marking fees collected: only what is posted for the term that runs, and never above its standard."""

from datetime import date
from typing import Any

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.formats import fen_to_text
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.finance.models import TAKEN_BACK, FeeCollection, FeeItem
from kiosk.finance.names import key_of
from kiosk.finance.permissions import COLLECT_FEES
from kiosk.finance.services.typed import hold
from kiosk.postings import queries as postings
from kiosk.postings.queries.rhythms import TERM, period_at
from kiosk.school import queries as school

MOST_TIMES = 1_000_000


class NotPosted(Conflict):
    """A fee that does not stand in the list of the term that runs."""

    code = "fee-not-posted"
    message = lazy("“%(item)s” is not posted for this term: it may not be charged. Nothing was saved.")


def collect(
    *,
    by: Actor,
    item: str,
    whom: str = "",
    times: int,
    amount: int,
    day: date | None = None,
    seen: int | None = None,
) -> FeeCollection:
    """Mark a fee of the term that runs collected: so many times its unit, so much in fen in all.

    The same once more from whoever had `seen` no later mark than this is the same mark.
    NotPosted for what the list in force does not have, Invalid for more than it allows, or a day ahead.
    """
    by.needs(COLLECT_FEES, SCHOOL)
    today = school.today()
    found = _held(item, whom, period_at(TERM, today))
    if not 1 <= times <= MOST_TIMES:
        text = lazy("Please enter a whole number from %(least)s to %(most)s.", least=1, most=MOST_TIMES)
        raise Invalid(text, field="times")
    if amount <= 0:
        raise Invalid(lazy("A number is missing."), field="amount")
    if found.standard is not None and amount > found.standard * times:
        raise Invalid(
            lazy("Posted are %(standard)s each, for %(times)s at most %(most)s. More may not be charged."),
            field="amount",
            standard=fen_to_text(found.standard),
            times=times,
            most=fen_to_text(found.standard * times),
        )
    if day and day > today:
        raise Invalid(lazy("This day has not come yet."), field="day")
    said = {"times": times, "amount": amount, "day": day or today}
    return _there(by, found, said, seen) or _keep(by, found, said)


def _held(item: str, whom: str, period: str) -> FeeItem:
    """The posted fee, which nobody withdraws or corrects before this transaction ends."""
    query = select(FeeItem).where(FeeItem.period == period, FeeItem.key == key_of(item, whom))
    found = session.scalars(query).first() if period else None
    if found is not None:
        hold(found.posting_id)
        found = session.scalars(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotPosted(item=item)
    return found


def _there(by: Actor, found: FeeItem, said: dict[str, Any], seen: int | None) -> FeeCollection | None:
    """The mark with which the same form was answered before, if it was."""
    if seen is None:
        return None
    query = select(FeeCollection).filter_by(
        posting_id=found.posting_id, key=found.key, collected_by=str(by), taken_back_at=None, **said
    )
    return session.scalars(query.where(FeeCollection.id > seen)).first()


def _keep(by: Actor, found: FeeItem, said: dict[str, Any]) -> FeeCollection:
    version = postings.posted(found.posting_id).in_force.row.version
    facts = {"version": version, "standard": found.standard, **said}
    after = {"item": found.name, "whom": found.whom, **facts}
    row = FeeCollection(
        posting_id=found.posting_id,
        key=found.key,
        name=found.name,
        whom=found.whom,
        **facts,
        collected_by=str(by),
        collected_name=by.name or str(by),
        collected_at=clock.now(),
        chain_seq=record("fee.collected", f"posting:{found.posting_id}", by=by, after=after),
    )
    session.add(row)
    session.flush()
    return row


def take_back(*, by: Actor, collection: FeeCollection, reason: str) -> None:
    """Take a mark back that was wrong, with a reason; done twice is the same."""
    by.needs(COLLECT_FEES, SCHOOL)
    because = TAKEN_BACK.read(reason)
    session.refresh(collection, with_for_update=True)
    if collection.taken_back_at is not None:
        return
    before = {"item": collection.name, "whom": collection.whom, "amount": collection.amount}
    collection.taken_back_at, collection.taken_back_because = clock.now(), because
    collection.taken_back_seq = record(
        "fee.taken_back",
        f"posting:{collection.posting_id}",
        by=by,
        before={**before, "mark": collection.chain_seq},
        after={"reason": because},
    )
    session.flush()
