"""What was entered at the table: the marks from the row, the words from the record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from kiosk.cases.models import Case, CaseVoice
from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Erased, opened
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.i18n import _
from kiosk.core.masking import mask
from kiosk.dining.models import LEADER, MARKS, ParentsDay, SharedMeal
from kiosk.school import queries as school


@dataclass(frozen=True)
class Entry:
    """An entry as it is read: the row, what was written, and what it was before it was amended."""

    row: SharedMeal
    name: str
    """Who ate, as it was written then."""
    dishes: str
    words: str
    concern: str
    before: tuple["Entry", ...] = ()
    """The earlier ones, the newest first."""

    @property
    def marks(self) -> dict[str, int]:
        """What was marked."""
        found = ((name, getattr(self.row, name)) for name in MARKS)
        return {name: mark for name, mark in found if mark is not None}

    @property
    def first_at(self) -> datetime:
        """When it was first entered."""
        return (self.before[-1] if self.before else self).row.written_at

    @property
    def is_late(self) -> bool:
        """Whether it was first entered on a later day than that of the meal."""
        return school.local(self.first_at).date() > self.row.day

    @property
    def is_leader(self) -> bool:
        """Whether it fills the meal: a parent's does not."""
        return self.row.role == LEADER

    @property
    def changed(self) -> list[tuple[str, Any, Any]]:
        """What the last amendment changed: what, before, now."""
        if not self.before:
            return []
        old = self.before[0]
        names = (*MARKS, "paid", "dishes", "words")
        pairs = ((name, old.value(name), self.value(name)) for name in names)
        return [(name, was, now) for name, was, now in pairs if was != now]

    def value(self, name: str) -> Any:
        """A mark, an amount or a text by its name."""
        return getattr(self, name) if name in ("dishes", "words") else getattr(self.row, name)


def read_entries(rows: Iterable[SharedMeal]) -> list[Entry]:
    """Those of the rows that nothing follows, each with what came before it; in order of writing."""
    found = sorted(rows, key=lambda row: row.id)
    bodies = opened(
        session.scalars(select(ChainEntry).where(ChainEntry.seq.in_([row.chain_seq for row in found])))
    )
    by_id = {row.id: _entry(row, bodies.get(row.chain_seq, {})) for row in found}
    followed = {row.follows_id for row in found}
    return [_with_earlier(one, by_id) for one in by_id.values() if one.row.id not in followed]


def _entry(row: SharedMeal, body: dict[str, Any]) -> Entry:
    after = body.get("after") or {}
    name, dishes, words, concern = (_said(after.get(name)) for name in ("name", "dishes", "words", "concern"))
    return Entry(row, name, dishes, words, concern)


def _said(text: Any) -> str:
    return _("erased") if isinstance(text, Erased) else mask(str(text or ""))


def _with_earlier(one: Entry, by_id: dict[int, Entry]) -> Entry:
    before, last = [], one.row.follows_id
    while last is not None and last in by_id:
        before.append(by_id[last])
        last = by_id[last].row.follows_id
    return Entry(one.row, one.name, one.dishes, one.words, one.concern, tuple(before))


def entries(first: date, last: date, canteen_id: int | None = None) -> list[Entry]:
    """What was entered for the days from the first to the last."""
    query = select(SharedMeal).where(SharedMeal.day.between(first, last)).order_by(SharedMeal.id)
    if canteen_id is not None:
        query = query.where(SharedMeal.canteen_id == canteen_id)
    return read_entries(session.scalars(query))


def entry(number: int) -> Entry:
    """The entry in force of which this row is a part, or NotFound."""
    row = session.get(SharedMeal, number)
    if row is None:
        raise NotFound
    found = entries(row.day, row.day, row.canteen_id)
    return next(one for one in found if number in {one.row.id, *(old.row.id for old in one.before)})


def case_of(entry: Entry) -> Case | None:
    """The case that an entry, or what it amends, became; None for none."""
    rows = (entry.row, *(old.row for old in entry.before))
    references = [f"shared_meal:{row.id}" for row in rows]
    query = select(Case).join(CaseVoice, CaseVoice.case_id == Case.id)
    return session.scalar(query.where(CaseVoice.reference.in_(references)).limit(1))


def usual_price(canteen_id: int, day: date, meal: str) -> int | None:
    """What pupils pay for such a meal, as far as it is known: as posted for parents, else as last entered."""
    posted = select(ParentsDay.price).where(ParentsDay.canteen_id == canteen_id, ParentsDay.meal == meal)
    posted = posted.where(ParentsDay.day == day, ParentsDay.called_off_at.is_(None))
    last = select(SharedMeal.paid).where(SharedMeal.canteen_id == canteen_id, SharedMeal.meal == meal)
    last = last.where(SharedMeal.paid.is_not(None), SharedMeal.day <= day)
    last = last.order_by(SharedMeal.day.desc(), SharedMeal.id.desc())
    found: int | None = session.scalar(posted.limit(1))
    return session.scalar(last.limit(1)) if found is None else found


def sent_before(sent: str) -> SharedMeal | None:
    """What this form became already, or None."""
    return session.scalar(select(SharedMeal).where(SharedMeal.sent == sent))
