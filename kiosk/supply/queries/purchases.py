"""Purchases as they stand: what waits to be accepted, what goes into which sheet."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, selectinload

from kiosk.attachments.models import Attachment
from kiosk.attachments.queries import attachments
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.postings.models import Posting, PostingDraft
from kiosk.supply.models import Acceptance, Purchase, SupplySheet


def purchase(number: int) -> Purchase:
    """The purchase with this number, or NotFound."""
    found = session.get(Purchase, number)
    if found is None:
        raise NotFound
    return found


def purchases(since: date, canteens: Iterable[int]) -> list[Purchase]:
    """What these canteens bought for this day or later, the latest first."""
    return _purchases(Purchase.day >= since, Purchase.canteen_id.in_(list(canteens)))


def _purchases(*conditions: Any) -> list[Purchase]:
    of_it = (
        selectinload(Purchase.lines),
        selectinload(Purchase.acceptances).selectinload(Acceptance.lines),
    )
    query = select(Purchase).where(*conditions).options(*of_it)
    return list(session.scalars(query.order_by(Purchase.day.desc(), Purchase.id.desc())))


def purchase_sent(sent: str) -> Purchase | None:
    """The purchase that a form noted when it was sent before."""
    return session.scalar(select(Purchase).where(Purchase.sent == sent))


def purchase_subject(found: Purchase) -> str:
    """A purchase in the record."""
    return f"purchase:{found.id}"


def newest(found: Purchase) -> Acceptance | None:
    """What was weighed last, confirmed or not."""
    return next(iter(found.acceptances), None)


def sheet_of(found: Purchase) -> SupplySheet | None:
    """Into which sheet it goes."""
    return session.get(SupplySheet, found.id)


def sheets_of(posting_ids: Iterable[int]) -> dict[int, list[SupplySheet]]:
    """What goes into these postings, by posting."""
    found: dict[int, list[SupplySheet]] = {}
    query = select(SupplySheet).where(SupplySheet.posting_id.in_(list(posting_ids)))
    for one in session.scalars(query.order_by(SupplySheet.purchase_id)):
        found.setdefault(one.posting_id, []).append(one)
    return found


def sheets_waiting(canteens: Iterable[int]) -> list[Posting]:
    """The sheets of these canteens with a draft that purchases go into, the oldest first."""
    query = (
        select(Posting)
        .join(PostingDraft, PostingDraft.posting_id == Posting.id)
        .where(
            Posting.id.in_(select(SupplySheet.posting_id)),
            Posting.canteen_id.in_(list(canteens)),
        )
        .order_by(Posting.period, Posting.id)
    )
    return list(session.scalars(query))


def acceptance_sent(sent: str) -> Acceptance | None:
    """The acceptance that a form noted when it was sent before."""
    return session.scalar(select(Acceptance).where(Acceptance.sent == sent))


def photo_subject(found: Acceptance, position: int) -> str:
    """Under what the pictures of a line of an acceptance are kept."""
    return f"acceptance:{found.id}.{position}"


def photos_of(found: Acceptance) -> dict[int, list[Attachment]]:
    """The pictures of an acceptance by line; those of the ones that it corrects stand with them."""
    return {line.position: attachments(photo_subject(found, line.position)) for line in found.lines}


def is_open(link: SupplySheet | None) -> bool:
    """Whether the sheet into which a purchase goes has a draft that is to be posted."""
    return link is not None and session.get(PostingDraft, link.posting_id) is not None


def waiting_purchases(first: date, last: date, canteens: Iterable[int]) -> list[Purchase]:
    """What these canteens bought for these days and nobody accepted or corrected to the end."""
    done = (
        select(Acceptance.purchase_id)
        .where(Acceptance.purchase_id == Purchase.id, Acceptance.confirmed_at.is_not(None))
        .exists()
    )
    open_ = (
        select(Acceptance.purchase_id)
        .where(Acceptance.purchase_id == Purchase.id, Acceptance.confirmed_at.is_(None))
        .where(Acceptance.number == _newest_number())
        .exists()
    )
    return _purchases(
        Purchase.day.between(first, last),
        Purchase.canteen_id.in_(list(canteens)),
        Purchase.cancelled_at.is_(None),
        ~done | open_,
    )


def _newest_number() -> Any:
    """The number of the newest acceptance of a purchase."""
    other = aliased(Acceptance)
    return select(func.max(other.number)).where(other.purchase_id == Purchase.id).scalar_subquery()
