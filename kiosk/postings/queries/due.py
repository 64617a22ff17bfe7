"""The posting clock: what is due on a day, whether it is there, and whether it came late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from kiosk.core.actor import SCHOOL, Place
from kiosk.core.db import session
from kiosk.core.i18n import Text
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen, Counter
from kiosk.persons.models import Person
from kiosk.postings.models import Posting, PostingVersion, PostingWithdrawal
from kiosk.postings.queries.duties import Somewhere, answering, key_of, named_posts, post_label
from kiosk.postings.queries.kinds import Kind, declared_kinds
from kiosk.postings.queries.rhythms import DAY, MONTH, TERM, WEEK, Owed, period_words
from kiosk.school import queries as school
from kiosk.staff import queries as staff
from kiosk.staff.models import Post


@dataclass(frozen=True)
class Due:
    """Something that is due: of which kind, whose (None: the school's), for what, and by when."""

    kind: Kind
    place: Somewhere
    period: str
    due: datetime
    posting_id: int | None
    """Where it is posted, or drafted."""
    posted_at: datetime | None
    """When it was posted for the first time."""
    post: Post | None = None
    """The post that answers for it; None: the head of logistics does."""

    @property
    def answers(self) -> Text:
        """What the post is called that answers for it."""
        return post_label(self.post)

    @property
    def people(self) -> list[Person]:
        """Whose duty it is: the holder of the post, else the heads of logistics."""
        return staff.answerable(self.post.id if self.post else None, self.due.date())

    @property
    def at(self) -> Place:
        """Whose it is, as rights are asked for it."""
        if isinstance(self.place, Counter):
            return counters.place_of(self.place)
        return Place(canteen=self.place.code) if self.place else SCHOOL

    @property
    def period_words(self) -> str:
        """For what it is, in words."""
        return period_words(self.period)

    def is_late(self, moment: datetime) -> bool:
        """Posted after its time, or not posted although the time is over."""
        return (self.posted_at or moment) > self.due

    @property
    def is_posted_later(self) -> bool:
        """Posted on a later day than it was due (补公示)."""
        return self.posted_at is not None and school.local(self.posted_at).date() > self.due.date()


def due(day: date) -> list[Due]:
    """Everything that is due on a day, the earliest first."""
    found = [one for kind in declared_kinds() for one in _of_kind(kind, day)]
    return sorted(found, key=lambda one: one.due)


def unposted(first: date, last: date) -> list[Due]:
    """What is owed for the days of a span and not posted, drafted or not, the earliest first.

    The post that answers for it is the one that does on the last of these days.
    """
    return _unposted([(kind, one) for kind in declared_kinds() for one in kind.owed(first, last)], last)


LOOK = {DAY: (14, 0), WEEK: (28, 3), MONTH: (92, 10), TERM: (183, 14)}
"""So many days back, and ahead, what is owed is asked for, by the unit of its periods."""


def to_post(today: date) -> list[Due]:
    """What is to be posted now: what will soon be due, and what was never posted (LOOK).

    What a kind's room puts before whom by itself (`own_duties`) is left out.
    """
    owed = []
    for kind in (kind for kind in declared_kinds() if not kind.own_duties):
        back, ahead = LOOK[kind.rhythm.unit if kind.rhythm else DAY]
        span = today - timedelta(days=back), today + timedelta(days=ahead)
        owed += [(kind, one) for one in kind.owed(*span)]
    return _unposted(owed, today)


def late(day: date) -> list[Due]:
    """What was due before a day and was never posted, as far back as it is asked for (LOOK)."""
    owed = []
    for kind in declared_kinds():
        back, _ahead = LOOK[kind.rhythm.unit if kind.rhythm else DAY]
        span = day - timedelta(days=back), day - timedelta(days=1)
        owed += [(kind, one) for one in kind.owed(*span)]
    return _unposted(owed, day)


@dataclass(frozen=True)
class Gathered:
    """What is owed of a kind by a place: the first of it, and for how many periods."""

    first: Due
    number: int


def gathered(found: Iterable[Due]) -> list[Gathered]:
    """The same, each kind and place once, in the order of what is owed first."""
    sums: dict[tuple[Any, ...], list[Due]] = {}
    for one in found:
        sums.setdefault((one.kind.slug, *key_of(one.place)), []).append(one)
    return [Gathered(several[0], len(several)) for several in sums.values()]


def _unposted(owed: list[tuple[Kind, Owed]], day: date) -> list[Due]:
    """Of what is owed what is not posted, with the post that answers for it on a day."""
    known = _entered({kind.slug for kind, _one in owed}, {one.period for _kind, one in owed})
    named = {kind.slug: named_posts(kind) for kind, _one in owed}
    answers: dict[tuple[Any, ...], Post | None] = {}
    found = []
    for kind, one in owed:
        for place in places(kind):
            if isinstance(place, Canteen) and not counters.owes(place, one.due.date()):
                continue
            number, is_posted = known.get((kind.slug, one.period, *key_of(place)), (None, False))
            if not is_posted:
                key = (kind.slug, *key_of(place))
                if key not in answers:
                    answers[key] = answering(kind, place, day, named[kind.slug])
                found.append(Due(kind, place, one.period, one.due, number, None, answers[key]))
    return sorted(found, key=lambda one: one.due)


def _entered(kinds: set[str], periods: set[str]) -> dict[tuple[Any, ...], tuple[int, bool]]:
    """By kind, period, canteen and counter: the number of what is entered, and whether it is posted."""
    if not kinds:
        return {}
    posted = select(PostingVersion).where(PostingVersion.posting_id == Posting.id).exists()
    query = (
        select(Posting.kind, Posting.period, Posting.canteen_id, Posting.counter_id, Posting.id, posted)
        .where(Posting.kind.in_(kinds), Posting.period.in_(periods))
        .where(~select(PostingWithdrawal).where(PostingWithdrawal.posting_id == Posting.id).exists())
        .order_by(posted, Posting.id)  # where there are several, one that is posted counts
    )
    return {tuple(key): (number, bool(is_posted)) for *key, number, is_posted in session.execute(query)}


def _of_kind(kind: Kind, day: date) -> Iterable[Due]:
    named = named_posts(kind) if kind.rhythm else {}
    for owed in kind.owed(day, day):
        known = _first_posted(kind, owed.period)
        for place in (one for one in places(kind) if kind.owed_by(one, owed.period)):
            number, at = known.get(key_of(place), (None, None))
            post = answering(kind, place, owed.due.date(), named)
            yield Due(kind, place, owed.period, owed.due, number, at, post)


def places(kind: Kind) -> list[Somewhere]:
    """Whose postings of a kind can be."""
    found: list[Somewhere] = [None] if "school" in kind.scopes else []
    found += counters.canteens() if "canteen" in kind.scopes else []
    return found + (counters.counters() if "counter" in kind.scopes else [])


def _first_posted(kind: Kind, period: str) -> dict[tuple[int | None, int | None], tuple[int, datetime]]:
    """By place: the number of what is posted for a period, and when it was posted first."""
    query = (
        select(Posting.canteen_id, Posting.counter_id, Posting.id, PostingVersion.posted_at)
        .join(PostingVersion, PostingVersion.posting_id == Posting.id)
        .where(Posting.kind == kind.slug, Posting.period == period, PostingVersion.version == 1)
        .where(~select(PostingWithdrawal).where(PostingWithdrawal.posting_id == Posting.id).exists())
        .order_by(PostingVersion.posted_at.desc())  # the first of several counts
    )
    return {(canteen, counter): (number, at) for canteen, counter, number, at in session.execute(query)}
