"""What the budget is told of purchases: what sources are called, which lack papers, who had a place."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kiosk.budgets.queries import CHAIN, PAPERS, SOURCES, Lack, Source
from kiosk.core.db import session
from kiosk.core.filters import day as told_day
from kiosk.core.formats import whole
from kiosk.core.i18n import _, lazy, listed
from kiosk.core.room import Switch, is_on, on_since
from kiosk.postings.models import Posting
from kiosk.school import queries as school
from kiosk.supply.models import Acceptance, Plan, PlanVersion, Purchase, SupplySheet
from kiosk.supply.queries import ACCEPTANCE, PLANS

AFTER = timedelta(days=3)
"""So long after its day a purchase has what it needs."""


def sources(texts: Iterable[str]) -> dict[str, Source]:
    """What orders and sheets are called, and where they stand; a plan is called as its ladder says."""
    numbers: dict[str, dict[int, str]] = {}
    for text in texts:
        kind, _colon, rest = text.removesuffix(":rest").partition(":")
        number = whole(rest)
        if number is not None:
            numbers.setdefault(kind, {})[number] = text
    found, of_orders = {}, numbers.get("order", {})
    for one in session.scalars(select(Purchase).where(Purchase.id.in_(of_orders))):
        found[of_orders[one.id]] = Source(_title(one), url_for("office.orders.show", number=one.id))
    for sheet, text in numbers.get("sheet", {}).items():
        title = str(_("Sheet no. %(number)s", number=sheet))
        found[text] = Source(title, url_for("office.postings.posting", number=sheet))
    return found


def _title(one: Purchase) -> str:
    who, day = one.supplier or str(_("Market")), told_day(one.day)
    return str(_("%(who)s, %(day)s", who=who, day=day))


def lacking(first: date, last: date) -> list[Lack]:
    """The purchases of these days that lack a plan, an acceptance by two, or their posted sheet."""
    last = min(last, school.today() - AFTER)
    query = select(Purchase).where(Purchase.day.between(first, last), Purchase.cancelled_at.is_(None))
    query = query.options(selectinload(Purchase.acceptances)).order_by(Purchase.day, Purchase.id)
    posted = set(
        session.scalars(
            select(SupplySheet.purchase_id)
            .join(Posting, Posting.id == SupplySheet.posting_id)
            .where(Posting.versions.any())
        )
    )
    found = []
    for one in session.scalars(query):
        if lacks := list(_lacks(one, posted)):
            address = url_for("office.orders.show", number=one.id)
            found.append(Lack(f"{_title(one)} · {one.canteen.name}", listed(lacks), address))
    return found


def _lacks(one: Purchase, posted: set[int]) -> Iterable[object]:
    if one.version_id is None and _asked(PLANS, one.day):
        yield lazy("no approved plan")
    if _asked(ACCEPTANCE, one.day) and not any(each.confirmed_at for each in one.acceptances):
        yield lazy("not accepted by two")
    if one.id not in posted:
        yield lazy("no posted sheet")


def _asked(gate: Switch, day: date) -> bool:
    """Whether a gate was asked for on a day."""
    since = on_since(gate) if is_on(gate) else None
    return since is not None and since <= day


def people(first: date, last: date) -> set[int]:
    """Who planned, bought and took in on these days, by number."""
    planned = (
        select(PlanVersion.person_id)
        .join(Plan, Plan.id == PlanVersion.plan_id)
        .where(Plan.last >= first, Plan.first <= last)
    )
    of_days = Purchase.day.between(first, last)
    bought = select(Purchase.buyer_id).where(of_days)
    took = [
        select(column).join(Purchase, Purchase.id == Acceptance.purchase_id).where(of_days)
        for column in (Acceptance.person_id, Acceptance.second_id)
    ]
    return {number for query in (planned, bought, *took) for number in session.scalars(query) if number}


MEASURES: Mapping[str, Callable[..., Any]] = {
    f"{SOURCES}:supply": sources,
    f"{PAPERS}:supply": lacking,
    f"{CHAIN}:supply": people,
}
