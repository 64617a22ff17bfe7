"""What is posted: by number, by kind, by day, and what hangs on the board."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import String, and_, cast, false, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, selectinload

from kiosk.auth.queries import names_of
from kiosk.chain import queries as chain
from kiosk.chain.queries.words import actors
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.i18n import Text, _, listed
from kiosk.counters.models import Canteen, Counter
from kiosk.counters.queries import within
from kiosk.persons import queries as persons
from kiosk.postings.models import Posting, PostingDraft, PostingVersion, PostingWithdrawal
from kiosk.postings.queries.contents import Version, version
from kiosk.postings.queries.duties import answering, post_label
from kiosk.postings.queries.kinds import Kind, declared_kinds, kind_of
from kiosk.postings.queries.rhythms import span_of
from kiosk.postings.times import Times
from kiosk.school import queries as school
from kiosk.steps.models import OPEN, RETURNED, Approval

PAGE = 30
SEVERAL = 100
"""Postings that are read at a time."""
_FIRST, _LATER = aliased(PostingVersion), aliased(PostingVersion)
_WITH_FIRST = select(Posting).join(_FIRST, (_FIRST.posting_id == Posting.id) & (_FIRST.version == 1))
_NEWEST = select(func.max(_LATER.version)).where(_LATER.posting_id == Posting.id).scalar_subquery()


@dataclass(frozen=True)
class Posted:
    """A posting with all its versions, the newest first; at least one."""

    posting: Posting
    kind: Kind
    versions: list[Version]

    @property
    def in_force(self) -> Version:
        """The newest version."""
        return self.versions[0]

    @property
    def first_at(self) -> datetime:
        """When it was posted for the first time."""
        return self.versions[-1].row.posted_at

    @property
    def updated_at(self) -> datetime:
        """When it was posted, corrected or withdrawn last."""
        gone = self.posting.withdrawal
        return gone.withdrawn_at if gone else self.in_force.row.posted_at

    @property
    def times(self) -> Times:
        """When it was posted, corrected, and by when it was owed."""
        owed, span = self.kind.owed_by(self.posting.place, self.posting.period), span_of(self.posting.period)
        day = owed.due.date() if owed else span.last if span else school.local(self.first_at).date()
        return Times(day, self.first_at, self.in_force.row.posted_at, owed.due if owed else None)

    @property
    def answers(self) -> Text:
        """What the post is called that answers for it now."""
        return post_label(answering(self.kind, self.posting.place, school.today()))

    def is_over(self, day: date) -> bool:
        """Whether the day until which it holds is past."""
        return self.in_force.until is not None and self.in_force.until < day


def posting(number: int) -> Posting:
    """The posting with this number, drafted or posted, or NotFound."""
    found = any_posting(number)
    if found.is_discarded:
        raise NotFound
    return found


def any_posting(number: int) -> Posting:
    """The same, or one whose draft was thrown away."""
    found = session.get(Posting, number)
    if found is None:
        raise NotFound
    return found


def posted(number: int) -> Posted:
    """What is posted under this number, withdrawn or not, or NotFound."""
    found = posting(number)
    if not found.versions:
        raise NotFound
    return _posted(found)


def several(numbers: Iterable[int]) -> dict[int, Posted]:
    """The same of several that are posted, by their numbers."""
    wanted = set(numbers)
    found = _all(select(Posting).where(Posting.id.in_(wanted))) if wanted else []
    return {one.posting.id: one for one in found}


def _posted(found: Posting) -> Posted:
    return Posted(found, kind_of(found.kind), [version(row) for row in found.versions])


def _all(query: Any) -> list[Posted]:
    return [_posted(found) for found in session.scalars(query.options(selectinload(Posting.versions)))]


def _first() -> Any:
    """Postings, each beside its first version."""
    return _WITH_FIRST, _FIRST


def listed_postings(
    kinds: Sequence[Kind], *, place: str = "", month: date | None = None, page: int = 1, size: int = PAGE
) -> tuple[list[Posted], bool]:
    """The postings of these kinds, the last posted first, and whether there are more on a later page.

    Of one `place` alone (`canteen:k1`, `counter:c1`, `school`), and of one month (its first day) if given.
    """
    query, first = _first()
    query = query.where(*_narrowed(kinds, place, month, first))
    query = query.order_by(first.posted_at.desc(), Posting.id.desc())
    found = _all(query.offset((page - 1) * size).limit(size + 1))
    return found[:size], len(found) > size


def counted_postings(kinds: Sequence[Kind], *, place: str = "", month: date | None = None) -> dict[str, int]:
    """How many postings of each kind that list has."""
    query, first = _first()
    query = query.with_only_columns(Posting.kind, func.count())
    query = query.where(*_narrowed(kinds, place, month, first)).group_by(Posting.kind)
    found = {slug: number for slug, number in session.execute(query)}
    return {kind.slug: found.get(kind.slug, 0) for kind in kinds}


def _narrowed(kinds: Sequence[Kind], place: str, month: date | None, first: Any) -> list[Any]:
    conditions = [Posting.kind.in_([kind.slug for kind in kinds])]
    scope, _colon, code = place.partition(":")
    places: dict[str, list[Any]] = {
        "school": [Posting.canteen_id.is_(None), Posting.counter_id.is_(None)],
        "canteen": [Posting.canteen_id.in_(select(Canteen.id).where(Canteen.code == code))],
        "counter": [Posting.counter_id.in_(select(Counter.id).where(Counter.code == code))],
    }
    conditions += places.get(scope, [])
    if month:
        begin, end = school.month_span(month)
        conditions += [first.posted_at >= begin, first.posted_at < end]
    return conditions


def first_posted() -> date | None:
    """The day on which anything was posted for the first time."""
    moment = session.scalar(select(func.min(PostingVersion.posted_at)))
    return school.local(moment).date() if moment else None


def of_days(kind: Kind, first_day: date, last_day: date) -> list[Posted]:
    """What was first posted on these days of the school, the oldest first; withdrawn postings, too."""
    return list(each_of_days(kind, first_day, last_day))


def each_of_days(kind: Kind, first_day: date, last_day: date) -> Iterator[Posted]:
    """The same, some at a time: no span is too long for the memory."""
    query, first = _first()
    begin = datetime.combine(first_day, time(), school.zone())
    end = datetime.combine(last_day, time(), school.zone()) + timedelta(days=1)
    query = query.where(Posting.kind == kind.slug, first.posted_at >= begin, first.posted_at < end)
    query = query.order_by(first.posted_at, Posting.id)
    numbers = list(session.scalars(query.with_only_columns(Posting.id)))
    for start in range(0, len(numbers), SEVERAL):
        yield from _all(query.where(Posting.id.in_(numbers[start : start + SEVERAL])))


def hanging(kinds: Sequence[Kind], day: date) -> list[Posted]:
    """What stands on the board of a day: posted by then, neither over nor withdrawn; the newest first."""
    query, first = _first()
    end = datetime.combine(day, time(), school.zone()) + timedelta(days=1)
    query = (
        query.join(PostingVersion, PostingVersion.posting_id == Posting.id)
        .where(PostingVersion.hangs_until >= day, PostingVersion.version == _NEWEST)
        .where(Posting.kind.in_([kind.slug for kind in kinds]), first.posted_at < end)
        .where(~select(PostingWithdrawal).where(PostingWithdrawal.posting_id == Posting.id).exists())
    )
    return _all(query.order_by(first.posted_at.desc(), Posting.id.desc()))


def recent(kinds: Sequence[Kind], most: int, *, page: int = 1) -> tuple[list[Posted], bool]:
    """The postings of these kinds that were posted, corrected or withdrawn last, the newest first.

    A page of `most`, and whether there are more.
    """
    changed = func.coalesce(PostingWithdrawal.withdrawn_at, func.max(PostingVersion.posted_at))
    query = (
        select(Posting.id)
        .join(PostingVersion, PostingVersion.posting_id == Posting.id)
        .outerjoin(PostingWithdrawal, PostingWithdrawal.posting_id == Posting.id)
        .where(Posting.kind.in_([kind.slug for kind in kinds]))
        .group_by(Posting.id, PostingWithdrawal.withdrawn_at)
        .order_by(changed.desc(), Posting.id.desc())
        .offset((page - 1) * most)
        .limit(most + 1)
    )
    numbers = list(session.scalars(query))
    found = {one.posting.id: one for one in _all(select(Posting).where(Posting.id.in_(numbers)))}
    return [found[number] for number in numbers[:most]], len(numbers) > most


def changed_at(kinds: Sequence[Kind]) -> datetime | None:
    """When anything of these kinds was posted, corrected or withdrawn last, or a text was erased."""
    of_kinds = Posting.kind.in_([kind.slug for kind in kinds])
    posted = select(func.max(PostingVersion.posted_at)).join(Posting).where(of_kinds)
    gone = select(func.max(PostingWithdrawal.withdrawn_at)).join(
        Posting, Posting.id == PostingWithdrawal.posting_id
    )
    moments = (session.scalar(posted), session.scalar(gone.where(of_kinds)), chain.last_erased())
    return max((one for one in moments if one), default=None)


def drafts() -> list[PostingDraft]:
    """The drafts of the kinds in use, the last changed first."""
    query = (
        select(PostingDraft)
        .join(Posting)
        .where(Posting.kind.in_([kind.slug for kind in declared_kinds()]))
        .order_by(PostingDraft.changed_at.desc())
    )
    return list(session.scalars(query))


def drafts_of(who: Actor, *conditions: Any, most: int) -> list[PostingDraft]:
    """The drafts that an actor may write in and nobody is asked to decide about, the last changed first."""
    numbers = select(PostingDraft.posting_id).join(PostingDraft.posting).where(*_open_to(who), *conditions)
    query = (
        select(PostingDraft)
        .join(PostingDraft.posting)
        .options(contains_eager(PostingDraft.posting))
        .where(PostingDraft.posting_id.in_(numbers.order_by(PostingDraft.changed_at.desc()).limit(most)))
    )
    return list(session.scalars(query.order_by(PostingDraft.changed_at.desc())))


class Several(NamedTuple):
    """How many drafts there are, and the number of one of them."""

    number: int = 0
    one: int = 0


def several_drafts(who: Actor, *conditions: Any) -> tuple[Several, Several]:
    """How many of them an actor wrote last, and how many others did."""
    own = PostingDraft.changed_by == who.account
    query = select(own, func.count(), func.min(PostingDraft.posting_id)).join(PostingDraft.posting)
    query = query.where(*_open_to(who), *conditions).group_by(own)
    found = {bool(is_own): Several(*numbers) for is_own, *numbers in session.execute(query)}
    return found.get(True, Several()), found.get(False, Several())


def _open_to(who: Actor) -> list[Any]:
    running = select(Approval).where(
        Approval.subject == "posting:" + cast(Posting.id, String), Approval.state.in_((OPEN, RETURNED))
    )
    is_free = or_(PostingDraft.proposed.is_(None), ~running.exists())
    return [or_(false(), *(_may_write(who, kind) for kind in declared_kinds())), is_free]


def _may_write(who: Actor, kind: Kind) -> Any:
    """Of a posting: that it is of the kind, and belongs to a place where an actor writes such postings."""
    places = who.places(kind.drafts)
    if SCHOOL in places and kind.may(kind.drafts, who, SCHOOL):
        return Posting.kind == kind.slug
    of_canteens = select(Canteen.id).where(within(places))
    named = Counter.code.in_([place.counter for place in places if place.counter])
    of_counters = select(Counter.id).where(named | Counter.canteen_id.in_(of_canteens))
    theirs: list[Any] = [Posting.canteen_id.in_(of_canteens), Posting.counter_id.in_(of_counters)]
    if SCHOOL in places:
        theirs.append(Posting.counter_id.is_not(None))
    if kind.may(kind.drafts, who, SCHOOL):
        theirs.append(Posting.canteen_id.is_(None) & Posting.counter_id.is_(None))
    return and_(Posting.kind == kind.slug, or_(*theirs))


def withdrawn_by(gone: PostingWithdrawal) -> str:
    """What is called who withdrew something: by name, as everybody who posts is."""
    return names_of([gone.withdrawn_by]).get(gone.withdrawn_by, gone.withdrawn_by)


def last_writer(draft: PostingDraft) -> str:
    """Who wrote in a draft last: by name, or in words what did; then with those who wrote before it."""
    part = actors().get(draft.changed_by)
    if part is None:
        return draft.changed_name or draft.changed_by
    names = listed(persons.person(number).name for number in draft.writers)
    return str(_("%(names)s, then: %(part)s", names=names, part=part) if names else part)


def begun(by: Actor, kind: Kind, period: str, **whose: int | None) -> list[Posting]:
    """The postings of this kind, place and period that were begun just now, the newest first."""
    since = clock.now() - clock.TWICE
    query = (
        select(Posting).filter_by(kind=kind.slug, period=period, **whose).where(Posting.created_at >= since)
    )
    return [
        one
        for one in session.scalars(query.order_by(Posting.id.desc()))
        if not one.withdrawal and _wrote(by, one)
    ]


def _wrote(by: Actor, one: Posting) -> bool:
    """Whether it is an actor who wrote it, and nobody else."""
    if one.draft:
        return one.draft.changed_by == str(by)
    return [version.posted_by for version in one.versions] == [str(by)]


def same(kind: Kind, *, canteen_id: int | None, counter_id: int | None, period: str) -> Posting | None:
    """The posting of this kind for the same place and period, neither withdrawn nor discarded, or None."""
    query = select(Posting).where(
        Posting.kind == kind.slug,
        Posting.canteen_id == canteen_id,
        Posting.counter_id == counter_id,
        Posting.period == period,
    )
    found = (one for one in session.scalars(query) if not (one.withdrawal or one.is_discarded))
    return next(found, None)
