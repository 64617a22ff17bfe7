"""Forms of the store, and what a month came to."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload, selectinload

from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.stock.models import (
    COUNTED,
    GOES_OUT,
    RECEIVED,
    WAITING,
    StockForm,
    StockItem,
    StockLine,
    StockMove,
)

MOST = 60


def subject(found: StockForm) -> str:
    """What the record calls a form."""
    return f"stock:{found.id}"


def form(number: int) -> StockForm:
    """The form with this number, or NotFound."""
    found = session.get(StockForm, number)
    if found is None:
        raise NotFound
    return found


def form_sent(sent: str) -> StockForm | None:
    """The form that was sent under this key."""
    return session.scalar(select(StockForm).where(StockForm.sent == sent))


def form_like(canteen_id: int, kind: str, day: date, number: str, digest: str) -> StockForm | None:
    """The form of the same kind and day with the same number, or without one that says the same."""
    query = select(StockForm).where(
        StockForm.canteen_id == canteen_id, StockForm.kind == kind, StockForm.day == day
    )
    same = StockForm.number == number if number else StockForm.digest == digest
    return session.scalars(query.where(same).order_by(StockForm.id)).first()


def forms_of_day(canteen_id: int, kind: str, day: date) -> list[StockForm]:
    """The forms of a kind of a day."""
    query = select(StockForm).where(
        StockForm.canteen_id == canteen_id, StockForm.kind == kind, StockForm.day == day
    )
    return list(session.scalars(query.order_by(StockForm.id)))


def of_posting(posting_id: int) -> list[StockForm]:
    """What was drawn of a posted sheet, version by version."""
    query = select(StockForm).where(StockForm.posting_id == posting_id)
    return list(session.scalars(query.order_by(StockForm.id)))


def forms(canteen_id: int, text: str = "", kind: str = "", most: int = MOST) -> list[StockForm]:
    """The last forms of a store; by number on paper or item, where a text is given."""
    query = select(StockForm).where(StockForm.canteen_id == canteen_id).options(selectinload(StockForm.lines))
    if kind:
        query = query.where(StockForm.kind == kind)
    if found := text.strip():
        lines = select(StockLine.form_id).where(StockLine.item.contains(found, autoescape=True))
        query = query.where(StockForm.number.contains(found, autoescape=True) | StockForm.id.in_(lines))
    return list(session.scalars(query.order_by(StockForm.day.desc(), StockForm.id.desc()).limit(most)))


def waiting(canteen_ids: Collection[int]) -> list[StockForm]:
    """Forms that wait for the second person, the oldest first."""
    query = select(StockForm).where(StockForm.state == WAITING, StockForm.canteen_id.in_(canteen_ids))
    return list(session.scalars(query.order_by(StockForm.id).limit(MOST)))


def shortages(canteen_ids: Collection[int]) -> list[StockForm]:
    """Corrections of sheets that take back more than is left, since the last count of the store."""
    query = (
        select(StockForm)
        .where(StockForm.kind == RECEIVED, StockForm.canteen_id.in_(canteen_ids))
        .where(select(StockLine.id).where(StockLine.form_id == StockForm.id, StockLine.short > 0).exists())
    )
    last = select(func.max(StockForm.id)).where(
        StockForm.kind == COUNTED, StockForm.canteen_id.in_(canteen_ids)
    )
    return list(session.scalars(query.where(StockForm.id > func.coalesce(last.scalar_subquery(), 0))))


class MonthLine(NamedTuple):
    """What a thing came to in a span: quantities in thousandths of the base unit, amounts in fen."""

    item: StockItem
    opening: int
    came: int
    went: int
    counted: int
    closing: int
    opening_worth: int
    came_worth: int
    went_worth: int
    counted_worth: int
    closing_worth: int


def month_lines(canteen_id: int, first: date, last: date) -> list[MonthLine]:
    """The ledger of a span, thing by thing: opening, received, issued, counted differences, closing."""
    after, within = StockMove.day > last, StockMove.day.between(first, last)
    counted, out = StockForm.kind == COUNTED, StockForm.kind.in_(GOES_OUT)
    figures = [
        func.sum(case((condition, column), else_=0))
        for column in (StockMove.quantity, StockMove.amount)
        for condition in (after, within & ~counted & ~out, within & out, within & counted)
    ]
    query = (
        select(StockMove.item_id, *figures)
        .join(StockForm, StockForm.id == StockMove.form_id)
        .where(StockForm.canteen_id == canteen_id, StockMove.day >= first)
        .group_by(StockMove.item_id)
    )
    sums = {row[0]: [int(one) for one in row[1:]] for row in session.execute(query)}
    things = session.scalars(select(StockItem).where(StockItem.canteen_id == canteen_id))
    found = [_month_line(one, sums.get(one.id, [0] * 8)) for one in things]
    found.sort(key=lambda one: (one.item.item, one.item.specification, one.item.base))
    return [one for one in found if any(one[1:])]


def _month_line(one: StockItem, sums: list[int]) -> MonthLine:
    after, came, went, counted, after_worth, came_worth, went_worth, counted_worth = sums
    closing, closing_worth = one.balance - after, one.worth - after_worth
    return MonthLine(
        one,
        closing - came - went - counted,
        came,
        -went,
        counted,
        closing,
        closing_worth - came_worth - went_worth - counted_worth,
        came_worth,
        -went_worth,
        counted_worth,
        closing_worth,
    )


def moves_between(canteen_id: int, first: date, last: date) -> Sequence[tuple[StockMove, StockItem]]:
    """Every move of a span with its thing, in order."""
    query = (
        select(StockMove, StockItem)
        .join(StockItem, StockItem.id == StockMove.item_id)
        .where(StockItem.canteen_id == canteen_id, StockMove.day.between(first, last))
        .options(joinedload(StockMove.batch))
        .order_by(StockMove.day, StockMove.id)
    )
    return [(move, thing) for move, thing in session.execute(query)]
