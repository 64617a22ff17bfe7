"""What waits for whom of the purchases: sheets that are owed, drafts, prices that stand out."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, load_only

from kiosk.auth.queries import is_work_of, names_of
from kiosk.chain import queries as chain
from kiosk.core import filters
from kiosk.core.actor import Actor, Place
from kiosk.core.db import session
from kiosk.core.duty import WARN, Duties, Duty
from kiosk.core.filters import percent, when
from kiosk.core.i18n import _, ngettext
from kiosk.core.recent import Recent
from kiosk.core.web import named
from kiosk.counters.models import Canteen
from kiosk.counters.queries import canteens, within
from kiosk.postings.models import Posting, PostingDraft, PostingVersion
from kiosk.postings.queries import last_writer, place_at
from kiosk.purchasing import queries
from kiosk.purchasing.permissions import EDIT_DRAFTS, POST_PURCHASES, WATCH_PRICES
from kiosk.purchasing.queries import CanteenStatus, PostedSheet
from kiosk.school import queries as school

DAYS = 14
"""So many days back a sheet that was never posted is asked for."""
MOST_DRAFTS = 5
"""More drafts of others than this share a line."""
MOST_OWN = 50
"""So many of one's own stand there at most, the last written first."""

OWED = frozenset({"open", "late", "missing"})


def sheets(who: Actor) -> Iterator[Duty]:
    """What each canteen still owes, today and for the days before, and drafts that belong to no such day."""
    today = school.today()
    days = queries.statuses(today - timedelta(days=DAYS), today)
    owed = [(day, one) for day, found in sorted(days.items()) for one in found if one.state in OWED]
    for canteen in canteens():
        if who.may(EDIT_DRAFTS, place_at(canteen)):
            found = {day: status for day, status in owed if status.canteen.id == canteen.id}
            if now := found.pop(today, None):
                yield _todays(who, canteen, today, now)
            if found:
                yield _missing(who, canteen, found)
    shown = [number for _day, status in owed for number in status.draft_ids[:1]]
    yield from _drafts_of(who, Posting.id.not_in(shown))


def _todays(who: Actor, canteen: Canteen, day: date, status: CanteenStatus) -> Duty:
    text = (
        _("%(canteen)s has not posted its purchases", canteen=named(canteen))
        if status.state == "late"
        else _(
            "%(canteen)s: today's purchases are to be posted by %(time)s",
            canteen=named(canteen),
            time=filters.clock_time(status.due),
        )
    )
    return _owed(who, canteen, canteen.code, text, day, status)


def _missing(who: Actor, canteen: Canteen, days: dict[date, CanteenStatus]) -> Duty:
    first = min(days)
    missing = {"canteen": named(canteen), "num": len(days), "day": filters.day(first)}
    text = (
        _("%(canteen)s: the purchases of %(day)s were never posted", **missing)
        if len(days) == 1
        else _("%(canteen)s: the purchases of %(num)s days were never posted, the first %(day)s", **missing)
    )
    return _owed(who, canteen, f"{canteen.code}:missing", text, first, days[first])


def _owed(who: Actor, canteen: Canteen, key: str, text: str, day: date, status: CanteenStatus) -> Duty:
    """It leads to the draft where there is one, else to a new sheet."""
    begun = status.draft_ids[:1]
    draft = next(iter(_drafts(Posting.id.in_(begun))), None) if begun else None
    url = (
        url_for("office.purchasing.sheet", sheet_id=draft.posting_id)
        if draft
        else url_for("office.purchasing.new", canteen=canteen.code, day=day.isoformat())
    )
    return Duty(
        key,
        WARN,
        text,
        url,
        place_at(canteen),
        named(canteen),
        _written(draft, names_of([draft.changed_by])) if draft else "",
        status.due,
        is_work_of(who, EDIT_DRAFTS, place_at(canteen)),
    )


def _drafts(*conditions: Any, most: int = 1) -> list[PostingDraft]:
    """Drafts of sheets, the last changed first, without what was typed into them."""
    query = (
        _of_sheets(select(PostingDraft), *conditions)
        .options(load_only(PostingDraft.changed_by, PostingDraft.changed_name, PostingDraft.changed_at))
        .options(contains_eager(PostingDraft.posting).contains_eager(Posting.canteen))
        .order_by(PostingDraft.changed_at.desc())
        .limit(most)
    )
    return list(session.scalars(query))


def _of_sheets(query: Any, *conditions: Any) -> Any:
    return (
        query.join(PostingDraft.posting)
        .join(Posting.canteen)
        .where(Posting.kind == queries.SLUG, *conditions)
    )


def _written(draft: PostingDraft, names: dict[str, str]) -> str:
    name = names.get(draft.changed_by) or last_writer(draft)
    text: str = _("draft, last written by %(name)s, %(time)s", name=name, time=when(draft.changed_at))
    return text


def _drafts_of(who: Actor, further: Any) -> Iterator[Duty]:
    """The drafts that one wrote last, and those of others; many of others are one line."""
    is_new = ~select(PostingVersion.id).where(PostingVersion.posting_id == Posting.id).exists()
    may_correct = within(who.places(POST_PURCHASES))
    shown = (within(who.places(EDIT_DRAFTS)), is_new | may_correct, further)
    by_others = (*shown, PostingDraft.changed_by != who.account)
    own = _drafts(*shown, PostingDraft.changed_by == who.account, most=MOST_OWN)
    yield from _each(own, mine=True)
    others = _drafts(*by_others, most=MOST_DRAFTS + 1)
    if len(others) <= MOST_DRAFTS:
        yield from _each(others, mine=False)
        return
    number = _of_sheets(select(func.count()).select_from(PostingDraft), *by_others)
    text = ngettext(
        "%(num)s draft of a purchase sheet by others is not posted",
        "%(num)s drafts of purchase sheets by others are not posted",
        session.scalar(number) or 0,
    )
    canteen = others[0].posting.canteen
    assert canteen
    yield Duty("drafts", WARN, text, url_for("office.purchasing.index"), place_at(canteen))


def _each(drafts: Iterable[PostingDraft], *, mine: bool) -> Iterator[Duty]:
    drafts = list(drafts)
    names = names_of(draft.changed_by for draft in drafts)
    for draft in drafts:
        canteen, day = draft.posting.canteen, filters.day(queries.day_of(draft.posting))
        assert canteen
        text = (
            _("%(canteen)s: a correction of %(day)s is not posted", canteen=named(canteen), day=day)
            if draft.posting.versions
            else _("%(canteen)s: the sheet of %(day)s is not posted", canteen=named(canteen), day=day)
        )
        url, key = url_for("office.purchasing.sheet", sheet_id=draft.posting_id), f"draft-{draft.posting_id}"
        yield Duty(key, WARN, text, url, place_at(canteen), named(canteen), _written(draft, names), mine=mine)


class Marked(NamedTuple):
    """A posted sheet on which prices stand out: how many, and the one that moved most."""

    sheet_id: int
    code: str
    name: str
    name_en: str
    number: int
    item: str
    change: float | None


_marked: Recent[tuple[Marked, ...]] = Recent(4)


def prices(who: Actor) -> Iterator[Duty]:
    """Each sheet of the day on which a price stands out."""
    today = school.today()
    # the same for everybody until something is written, and dearer than all the rest
    for sheet in _marked.of((chain.head(), today), lambda: tuple(_marked_of(queries.posted(today)))):
        text = ngettext(
            "%(canteen)s: %(num)s price stands out (%(most)s)",
            "%(canteen)s: %(num)s prices stand out (%(most)s …)",
            sheet.number,
            canteen=named(sheet),
            most=f"{sheet.item} {percent(sheet.change, signed=True)}".strip(),
        )
        url = url_for("office.purchasing.sheet", sheet_id=sheet.sheet_id)
        yield Duty(str(sheet.sheet_id), WARN, text, url, Place(canteen=sheet.code), named(sheet))


def _marked_of(sheets: list[PostedSheet]) -> Iterator[Marked]:
    for posted in sheets:
        lines = [line for line in posted.lines if line.is_marked]
        if lines:
            most = max(lines, key=lambda line: abs(line.change_beside or 0))
            canteen = posted.sheet.canteen
            yield Marked(
                posted.sheet.id,
                canteen.code,
                canteen.name,
                canteen.name_en,
                len(lines),
                most.line.item,
                most.change_beside,
            )


DUTIES = (
    Duties("sheet", EDIT_DRAFTS, sheets),
    Duties("price", WATCH_PRICES, prices),
)
