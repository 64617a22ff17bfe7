"""What everybody may read: how many entries a post had in a term, and nobody's name."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from kiosk.accountability.models import DONE, ENTERED, LAPSED, RUNNING, Chase, Entry, Named, Verdict
from kiosk.auth.models import ROLES
from kiosk.core.db import session
from kiosk.core.i18n import Text, lazy


class Count(NamedTuple):
    """The entries of a post in a term."""

    term: str
    post: Text
    entries: int
    decided: int
    since: date
    """The first of their due days."""


def counts(first: date | None = None, last: date | None = None) -> list[Count]:
    """Entries by term and post, the newest term first, then by the post's name: no order of merit.

    `first` and `last` narrow it to due days. One entry counts once for a post, however many hold it.
    """
    number, done = func.count(Entry.id.distinct()), func.count(Verdict.entry_id.distinct())
    since = func.min(Entry.due_on)
    query = (
        select(Entry.term, Named.post, Named.office, number, done, since)
        .join(Named, Named.entry_id == Entry.id)
        .outerjoin(Verdict, Verdict.entry_id == Entry.id)
        .group_by(Entry.term, Named.post, Named.office)
    )
    query = query.where(Entry.due_on >= first) if first else query
    query = query.where(Entry.due_on <= last) if last else query
    rows = session.execute(query)
    return _ordered(
        Count(term, label(post, office), entries, decided, day)
        for term, post, office, entries, decided, day in rows
    )


def _ordered(rows: Iterable[Count]) -> list[Count]:
    found = list(rows)
    newest: dict[str, date] = {}
    for one in found:
        newest[one.term] = max(newest.get(one.term, one.since), one.since)
    return sorted(found, key=lambda one: (-newest[one.term].toordinal(), str(one.post)))


def label(post: str, office: str) -> Text:
    """What is said in public of who answers: the post, else the role, never the person."""
    return post or ROLES.get(office, lazy("no post"))


class Reminders(NamedTuple):
    """How many reminders there were, and how they ended."""

    running: int
    done: int
    entered: int
    lapsed: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self)


def reminders() -> Reminders:
    """How many reminders there were since accountability began."""
    query = select(Chase.ended, func.count()).group_by(Chase.ended)
    found = {ended: number for ended, number in session.execute(query)}
    return Reminders(*(found.get(one, 0) for one in (RUNNING, DONE, ENTERED, LAPSED)))
