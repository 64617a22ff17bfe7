"""Reads of ratings: counts with their uncertainty, the last hour, comments, alerts, receipts, the recount.

Whatever a live page asks is answered from tallies (`Tally` by the hour, `Pulse` by the minute) or through an
index, so that it costs the same with a thousand ratings and with a million.
"""

import hashlib
import math
from collections import Counter as Tallier
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select

from kiosk.chain.models import ChainEntry
from kiosk.core.db import session
from kiosk.core.masking import mask
from kiosk.core.security import ALPHABET, fingerprint
from kiosk.counters.models import Counter
from kiosk.ratings.models import (
    BAD,
    COMMENTED,
    LEVELS,
    Alert,
    MealKey,
    Pulse,
    Rating,
    RatingMark,
    RatingNote,
    RatingVisitor,
    ReasonTally,
    Seal,
    SpentPass,
    Tally,
)
from kiosk.school import queries as school

Z = 1.959964
"""Two-sided 95 % of the normal distribution."""

RANKED_FROM = 30
"""Scores are put in order from this many ratings on."""

BIN_MINUTES = 5
BINS = 12

GRACE = timedelta(minutes=15)
"""A meal is closed this long after its end: by then every phone pass given out in it is used or over."""

NO_SEAL = "0" * 64


def student(freedom: int) -> float:
    """The two-sided 95 % quantile of Student's t (Cornish-Fisher; within 1 % from 3 degrees on)."""
    exact = {1: 12.7062, 2: 4.3027}
    if freedom in exact:
        return exact[freedom]
    return float(
        Z
        + (Z**3 + Z) / (4 * freedom)
        + (5 * Z**5 + 16 * Z**3 + 3 * Z) / (96 * freedom**2)
        + (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / (384 * freedom**3)
    )


@dataclass(frozen=True)
class Counts:
    """How many counted ratings of each level there are, and what can honestly be said from them."""

    n1: int = 0
    n2: int = 0
    n3: int = 0
    n4: int = 0
    n5: int = 0

    @property
    def levels(self) -> tuple[int, int, int, int, int]:
        """The counts from level 1 to level 5."""
        return (self.n1, self.n2, self.n3, self.n4, self.n5)

    @property
    def total(self) -> int:
        """n, the number of counted ratings."""
        return sum(self.levels)

    @property
    def bad(self) -> int:
        """Ratings of level 1 and 2."""
        return self.n1 + self.n2

    @property
    def mean(self) -> float | None:
        """The mean level, 1 to 5; None without ratings."""
        if not self.total:
            return None
        return sum(level * n for level, n in enumerate(self.levels, 1)) / self.total

    @property
    def half_width(self) -> float | None:
        """Half the 95 % confidence interval of the mean: Student's t times s/√n; None below two ratings.

        Ratings that all agree have s = 0 but do not make the mean certain: s² is taken as 1/n at least, as
        if one of the n had been one level away.
        """
        n, mean = self.total, self.mean
        if n < 2 or mean is None:
            return None
        spread = sum(count * (level - mean) ** 2 for level, count in enumerate(self.levels, 1)) / (n - 1)
        return student(n - 1) * math.sqrt(max(spread, 1 / n) / n)

    @property
    def good_share(self) -> float | None:
        """The share of levels 3 to 5 (好评率), 0 to 1."""
        return (self.total - self.bad) / self.total if self.total else None

    @property
    def top_share(self) -> float | None:
        """The share of levels 4 and 5 (customer satisfaction, CSAT), 0 to 1."""
        return (self.n4 + self.n5) / self.total if self.total else None

    @property
    def wilson_lower(self) -> float | None:
        """The lower end of Wilson's 95 % interval of the good share: what rankings are ordered by."""
        n, share = self.total, self.good_share
        if share is None:
            return None
        middle = share + Z * Z / (2 * n)
        margin = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
        return max(0.0, (middle - margin) / (1 + Z * Z / n))

    def shown(self, hidden_below: int) -> bool:
        """Whether there are enough ratings to show more than how many there are."""
        return self.total >= hidden_below

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(one + two for one, two in zip(self.levels, other.levels, strict=True)))


_SUMS = [func.coalesce(func.sum(column), 0) for column in (Tally.n1, Tally.n2, Tally.n3, Tally.n4, Tally.n5)]


def _counts(numbers: Iterable[int]) -> Counts:
    return Counts(*numbers)


def counts(counter_id: int, first: date, last: date) -> Counts:
    """A counter's ratings from the first to the last day, both included."""
    query = select(*_SUMS).where(Tally.counter_id == counter_id, Tally.day.between(first, last))
    return _counts(session.execute(query).one())


def counts_by_counter(first: date, last: date) -> dict[int, Counts]:
    """The same for every counter that has ratings in the span."""
    query = select(Tally.counter_id, *_SUMS).where(Tally.day.between(first, last)).group_by(Tally.counter_id)
    return {key: _counts(numbers) for key, *numbers in session.execute(query)}


def ranking(counts: dict[int, Counts]) -> dict[int, int]:
    """Places by the Wilson lower bound, 1 the best, of those with RANKED_FROM ratings or more."""
    ranked = {key: one for key, one in counts.items() if one.total >= RANKED_FROM}
    order = sorted(ranked, key=lambda key: ranked[key].wilson_lower or 0, reverse=True)
    return {key: place for place, key in enumerate(order, start=1)}


def counts_by_day(counter_id: int, first: date, last: date) -> dict[date, Counts]:
    """A counter's ratings day by day; days without are left out."""
    query = (
        select(Tally.day, *_SUMS)
        .where(Tally.counter_id == counter_id, Tally.day.between(first, last))
        .group_by(Tally.day)
        .order_by(Tally.day)
    )
    return {key: _counts(numbers) for key, *numbers in session.execute(query)}


def by_hour(counter_id: int, day: date) -> dict[int, Counts]:
    """A counter's day by local hour; hours without ratings are left out."""
    query = (
        select(Tally.hour, Tally.n1, Tally.n2, Tally.n3, Tally.n4, Tally.n5)
        .where(Tally.counter_id == counter_id, Tally.day == day)
        .order_by(Tally.hour)
    )
    return {key: _counts(numbers) for key, *numbers in session.execute(query)}


def heat(counter_id: int, first: date, last: date) -> dict[tuple[int, int], Counts]:
    """A counter's ratings by (weekday, local hour), Monday = 0."""
    query = select(Tally).where(Tally.counter_id == counter_id, Tally.day.between(first, last))
    found: dict[tuple[int, int], Counts] = defaultdict(Counts)
    for row in session.scalars(query):
        found[row.day.weekday(), row.hour] += Counts(row.n1, row.n2, row.n3, row.n4, row.n5)
    return dict(found)


def minute_of(moment: datetime) -> int:
    """The number of an aware moment's minute since 1970, as `Pulse` counts them."""
    return int(moment.timestamp() // 60)


def last_hour(now: datetime) -> dict[int, list[tuple[int, float | None]]]:
    """For each counter rated within the hour: 12 bins of 5 minutes, the newest last, as (count, mean)."""
    end = minute_of(now) + 1
    start = end - BIN_MINUTES * BINS
    query = select(Pulse).where(Pulse.minute >= start, Pulse.minute < end)
    bins: dict[int, list[list[int]]] = defaultdict(lambda: [[0, 0] for _ in range(BINS)])
    for row in session.scalars(query):
        one = bins[row.counter_id][(row.minute - start) // BIN_MINUTES]
        one[0] += row.total
        one[1] += row.level_sum
    return {
        counter_id: [(total, levels / total if total else None) for total, levels in rows]
        for counter_id, rows in bins.items()
    }


@dataclass(frozen=True)
class ReasonCount:
    """How often a reason was chosen after good (3–5) and after bad (1–2) ratings."""

    good: int
    bad: int

    @property
    def total(self) -> int:
        """How often it was chosen at all."""
        return self.good + self.bad


def reason_counts(counter_id: int, first: date, last: date) -> dict[str, ReasonCount]:
    """The chosen reasons of a counter in a span, by code, the most frequent first."""
    good, bad = func.sum(ReasonTally.good), func.sum(ReasonTally.bad)
    query = (
        select(ReasonTally.reason, good, bad)
        .where(ReasonTally.counter_id == counter_id, ReasonTally.day.between(first, last))
        .group_by(ReasonTally.reason)
        .order_by((good + bad).desc(), ReasonTally.reason)
    )
    return {code: ReasonCount(*numbers) for code, *numbers in session.execute(query)}


@dataclass(frozen=True)
class Said:
    """A comment as the office may read it: masked. `seq` is the rating's, to page on."""

    seq: int
    counter_id: int
    level: int
    comment_masked: str
    reasons: list[str]
    recorded_at: datetime


def latest_comments(
    limit: int,
    counter_id: int | None = None,
    before_seq: int | None = None,
    levels: tuple[int, ...] | None = None,
) -> list[Said]:
    """The newest comments, of one counter or of all, older than `before_seq`, of some levels or of all."""
    query = (
        select(Rating.seq, Rating.counter_id, Rating.level, RatingNote.comment, Rating.recorded_at)
        .join(Rating, Rating.seq == RatingNote.rating_seq)
        .where(COMMENTED)
        .order_by(RatingNote.rating_seq.desc())
        .limit(limit)
    )
    if counter_id is not None:
        query = query.where(RatingNote.counter_id == counter_id)
    if before_seq is not None:
        query = query.where(RatingNote.rating_seq < before_seq)
    if levels is not None:
        query = query.where(Rating.level.in_(levels))
    rows = session.execute(query).all()
    reasons = _reasons_of([row.seq for row in rows])
    return [
        Said(row.seq, row.counter_id, row.level, mask(row.comment), reasons.get(row.seq, []), row.recorded_at)
        for row in rows
    ]


def _reasons_of(seqs: list[int]) -> dict[int, list[str]]:
    query = select(RatingNote.rating_seq, RatingNote.reasons).where(RatingNote.rating_seq.in_(seqs))
    return {seq: reasons for seq, reasons in session.execute(query) if reasons}


@dataclass(frozen=True)
class AlertNow:
    """An alert whose rule holds at this moment, with the figures of this moment."""

    counter_id: int
    bad: int
    total: int
    since: datetime
    alert: Alert


def rule_holds(total: int, bad: int) -> bool:
    """The alert's rule: enough ratings within the minutes of the settings, enough of them bad."""
    settings = school.settings()
    return total >= settings.alert_ratings and bad * 100 >= settings.alert_bad_percent * total and bad > 0


def recent(now: datetime, counter_id: int | None = None) -> dict[int, tuple[int, int]]:
    """Counted ratings within the alert's minutes up to now, by counter: (total, bad)."""
    end = minute_of(now)
    query = (
        select(Pulse.counter_id, func.sum(Pulse.total), func.sum(Pulse.bad))
        .where(Pulse.minute > end - school.settings().alert_minutes, Pulse.minute <= end)
        .group_by(Pulse.counter_id)
    )
    if counter_id is not None:
        query = query.where(Pulse.counter_id == counter_id)
    return {key: (total, bad) for key, total, bad in session.execute(query)}


def latest_alert(counter_id: int) -> Alert | None:
    """The newest alert of a counter."""
    return session.scalar(
        select(Alert).where(Alert.counter_id == counter_id).order_by(Alert.id.desc()).limit(1)
    )


def alerts_now(now: datetime) -> list[AlertNow]:
    """The alerts whose rule holds now, the oldest first; one that lapsed with no further tap is left out."""
    figures = recent(now)
    query = select(Alert).where(Alert.closed_at.is_(None)).order_by(Alert.opened_at, Alert.id)
    found = []
    for alert in session.scalars(query):
        total, bad = figures.get(alert.counter_id, (0, 0))
        if rule_holds(total, bad):
            found.append(AlertNow(alert.counter_id, bad, total, alert.opened_at, alert))
    return found


def alert(alert_id: int) -> Alert | None:
    """The alert with this number, or None."""
    return session.get(Alert, alert_id)


def marked_counts(first: date, last: date) -> dict[int, dict[str, int]]:
    """Ratings of a span that are kept and not counted, by counter and mark."""
    newest = (
        select(func.max(RatingMark.id))
        .where(RatingMark.day.between(first, last))
        .group_by(RatingMark.rating_seq)
    )
    query = (
        select(RatingMark.counter_id, RatingMark.mark, func.count())
        .where(RatingMark.id.in_(newest), ~RatingMark.counted)
        .group_by(RatingMark.counter_id, RatingMark.mark)
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for counter_id, mark, number in session.execute(query):
        found[counter_id][mark] = number
    return dict(found)


def change_token(now: datetime | None = None) -> str:
    """Changes whenever something the live view shows of ratings changes; with `now`, each minute as well."""
    newest = [select(func.max(key)).scalar_subquery() for key in (Rating.seq, RatingNote.id, RatingMark.id)]
    alerts = [
        select(func.max(column)).scalar_subquery()
        for column in (Alert.id, Alert.acknowledged_at, Alert.closed_at)
    ]
    row = session.execute(select(*newest, *alerts)).one()
    return "-".join([*(str(value or 0) for value in row), *([str(minute_of(now))] if now else [])])


def rating(rating_id: UUID) -> Rating | None:
    """The rating with this id, or None."""
    return session.scalar(select(Rating).where(Rating.id == rating_id))


def rating_of_pass(pass_text: str) -> Rating | None:
    """The rating that a pass was spent on, or None while it is unspent."""
    query = select(Rating).join(SpentPass, SpentPass.rating_id == Rating.id)
    return session.scalar(query.where(SpentPass.pass_hash == fingerprint(pass_text)))


def mark_in_force(rating_seq: int) -> RatingMark | None:
    """The last mark of a rating: it decides whether it is counted. None: counted, as nearly all are."""
    query = select(RatingMark).where(RatingMark.rating_seq == rating_seq)
    return session.scalar(query.order_by(RatingMark.id.desc()).limit(1))


def notes(rating_seq: int) -> list[RatingNote]:
    """What was said after the tap, in the order it came."""
    query = select(RatingNote).where(RatingNote.rating_seq == rating_seq)
    return list(session.scalars(query.order_by(RatingNote.id)))


@dataclass(frozen=True)
class Receipt:
    """What a rater gets to come back to. Whoever knows the rating's id may read it."""

    id: UUID
    counter: Counter
    level: int
    status: str
    """counted, or not_counted with a `mark`; the rating is kept in both cases."""
    mark: str | None
    recorded_at: datetime
    seal: Seal | None
    reasons: list[str]
    comment: str

    @property
    def code(self) -> str:
        """Eight characters to note down, drawn from the random end of the id."""
        bits = self.id.int
        return "".join(ALPHABET[bits >> 5 * place & 31] for place in range(8))


def receipt(rating: Rating) -> Receipt:
    """The receipt of a stored rating."""
    mark, said = mark_in_force(rating.seq), notes(rating.seq)
    counted = mark is None or mark.counted
    return Receipt(
        id=rating.id,
        counter=session.get_one(Counter, rating.counter_id),
        level=rating.level,
        status="counted" if counted else "not_counted",
        mark=None if mark is None or counted else mark.mark,
        recorded_at=rating.recorded_at,
        seal=seal_of(rating.seq),
        reasons=next((note.reasons for note in said if note.reasons), []),
        comment=next((note.comment for note in said if note.comment), ""),
    )


def seal_of(rating_seq: int) -> Seal | None:
    """The seal that holds a rating, or None while its meal is open."""
    query = select(Seal).where(Seal.last_seq >= rating_seq).order_by(Seal.last_seq, Seal.number)
    return session.scalar(query.limit(1))


def last_seal() -> Seal | None:
    """The newest seal."""
    return session.scalar(select(Seal).order_by(Seal.number.desc()).limit(1))


def is_over(day: date, meal: str, now: datetime) -> bool:
    """Whether a meal's time is over and may be closed; so may a day that a wrong clock put in the future."""
    return school.meal_ends(day, meal) + GRACE <= now or day > school.local(now).date() + timedelta(days=1)


def _sitting_over(moment: datetime, now: datetime) -> bool:
    """Whether a meal has ended, or the day, since the moment."""
    here = school.local(moment)
    ends = [datetime.combine(here.date(), meal.ends, here.tzinfo) for meal in school.meals()]
    midnight = datetime.combine(here.date() + timedelta(days=1), time(), here.tzinfo)
    end = min(end for end in [*ends, midnight] if end > here)
    return end + GRACE <= now or moment > now + timedelta(minutes=2)


def open_meals() -> list[MealKey]:
    """The meals whose visitors can still be told apart, the oldest first."""
    return list(session.scalars(select(MealKey).where(MealKey.key.is_not(None)).order_by(MealKey.id)))


def seal_is_due(now: datetime) -> bool:
    """Whether something unsealed was recorded before the last meal's end."""
    last = last_seal()
    rating_seq, note_id = (last.last_seq, last.last_note) if last else (0, 0)
    firsts = (
        select(Rating.recorded_at).where(Rating.seq > rating_seq).order_by(Rating.seq).limit(1),
        select(RatingNote.added_at).where(RatingNote.id > note_id).order_by(RatingNote.id).limit(1),
    )
    moments = [moment for moment in map(session.scalar, firsts) if moment is not None]
    return any(_sitting_over(moment, now) for moment in moments)


def anything_to_close(now: datetime) -> bool:
    """Whether `services.close_meals` would do anything now; cheap, for a clock that asks each minute."""
    return any(is_over(key.day, key.meal, now) for key in open_meals()) or seal_is_due(now)


_SEALED_RATING = (
    Rating.seq,
    Rating.id,
    Rating.counter_id,
    Rating.level,
    Rating.tablet_id,
    Rating.channel,
    Rating.tablet_seq,
    Rating.pressed_at,
    Rating.recorded_at,
    Rating.day,
    Rating.hour,
    Rating.meal,
    Rating.live,
)
_SEALED_NOTE = (
    RatingNote.id,
    RatingNote.rating_seq,
    RatingNote.reasons,
    RatingNote.comment_hash,
    RatingNote.staff_id,
    RatingNote.added_at,
)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, list):
        return ",".join(value)
    return "" if value is None else str(value)


def _streamed(query: Any) -> Iterator[Any]:
    return iter(session.execute(query.execution_options(yield_per=2000)))


def digest(previous: str, ratings: tuple[int, int], notes: tuple[int, int]) -> tuple[str, int]:
    """The digest of a seal over ranges of ratings and notes (both ends included), and how many ratings.

    SHA-256 over the previous digest and one line for each row, its columns parted by tabs. Of a comment only
    its salted hash enters, so that a comment can be erased and the seal still be verified.
    """
    made, number = hashlib.sha256(f"{previous}\n".encode()), 0
    for row in _streamed(select(*_SEALED_RATING).where(Rating.seq.between(*ratings)).order_by(Rating.seq)):
        made.update(("\t".join(map(_plain, row)) + "\n").encode())
        number += 1
    for row in _streamed(select(*_SEALED_NOTE).where(RatingNote.id.between(*notes)).order_by(RatingNote.id)):
        made.update(("note\t" + "\t".join(map(_plain, row)) + "\n").encode())
    return made.hexdigest(), number


def comment_hash(salt: bytes, comment: str) -> str:
    """What a seal commits to instead of a comment."""
    return hashlib.sha256(salt + comment.encode()).hexdigest()


def _newest_marks() -> Any:
    newest = select(func.max(RatingMark.id)).group_by(RatingMark.rating_seq)
    return (
        select(RatingMark.rating_seq, RatingMark.mark, RatingMark.counted)
        .where(RatingMark.id.in_(newest))
        .subquery()
    )


def export() -> Iterator[dict[str, Any]]:
    """Every stored rating in the order of recording."""
    marks = _newest_marks()
    comments = select(RatingNote.rating_seq, RatingNote.comment).where(COMMENTED).subquery()
    query = (
        select(
            Rating.id,
            Counter.code,
            Rating.level,
            comments.c.comment,
            Rating.tablet_seq,
            marks.c.mark,
            marks.c.counted,
        )
        .join(Counter, Counter.id == Rating.counter_id)
        .outerjoin(marks, marks.c.rating_seq == Rating.seq)
        .outerjoin(comments, comments.c.rating_seq == Rating.seq)
        .order_by(Rating.seq)
    )
    for rating_id, code, level, comment, tablet_seq, mark, counted in _streamed(query):
        yield {
            "id": str(rating_id),
            "counter": code,
            "level": level,
            "comment": comment or "",
            "seq": tablet_seq,
            "counted": counted is None or counted,
            "mark": None if counted is None or counted else mark,
        }


def stored() -> int:
    """How many ratings are stored."""
    return session.scalar(select(func.count()).select_from(Rating)) or 0


def tallied() -> int:
    """How many ratings the tallies count."""
    return session.scalar(select(func.sum(Tally.n1 + Tally.n2 + Tally.n3 + Tally.n4 + Tally.n5))) or 0


def recount() -> list[str]:
    """Count everything again and compare; what differs, one line each. Nothing: all is well."""
    return [
        *_recount_tallies(),
        *_recount_reasons(),
        *_verify_seals(),
        *_find_orphans(),
    ]


def _counted_ratings(*columns: Any) -> Select[Any]:
    marks = _newest_marks()
    return (
        select(*columns)
        .select_from(Rating)
        .outerjoin(marks, marks.c.rating_seq == Rating.seq)
        .where(marks.c.counted.is_(None) | marks.c.counted)
    )


def _recount_tallies() -> Iterator[str]:
    place = (Rating.counter_id, Rating.day, Rating.hour, Rating.level)
    found = {
        tuple(key): number
        for *key, number in session.execute(_counted_ratings(*place, func.count()).group_by(*place))
    }
    told = {
        (row.counter_id, row.day, row.hour, level): getattr(row, f"n{level}")
        for row in session.scalars(select(Tally))
        for level in LEVELS
        if getattr(row, f"n{level}")
    }
    for key in sorted(found.keys() | told.keys()):
        if found.get(key, 0) != told.get(key, 0):
            counter_id, day, hour, level = key
            yield (
                f"tally: counter {counter_id}, {day} {hour}:00, level {level}: "
                f"{told.get(key, 0)} tallied, {found.get(key, 0)} ratings"
            )


def _recount_reasons() -> Iterator[str]:
    query = _counted_ratings(Rating.counter_id, Rating.day, Rating.level, RatingNote.reasons).join(
        RatingNote, RatingNote.rating_seq == Rating.seq
    )
    found: Tallier[tuple[int, date, str, str]] = Tallier()
    for counter_id, day, level, reasons in _streamed(query):
        found.update((counter_id, day, reason, "bad" if level in BAD else "good") for reason in reasons)
    told = {
        (row.counter_id, row.day, row.reason, side): getattr(row, side)
        for row in session.scalars(select(ReasonTally))
        for side in ("good", "bad")
        if getattr(row, side)
    }
    for key in sorted(found.keys() | told.keys()):
        if found.get(key, 0) != told.get(key, 0):
            yield (
                f"reasons: counter {key[0]}, {key[1]}, {key[2]} ({key[3]}): "
                f"{told.get(key, 0)} tallied, {found.get(key, 0)} chosen"
            )


def _verify_seals() -> Iterator[str]:
    previous, rating_seq, note_id = NO_SEAL, 0, 0
    for seal in session.scalars(select(Seal).order_by(Seal.number)):
        if seal.first_seq != rating_seq + 1 or seal.first_note != note_id + 1:
            yield f"seal {seal.number}: does not follow the seal before it"
        found, number = digest(previous, (seal.first_seq, seal.last_seq), (seal.first_note, seal.last_note))
        if (seal.digest, seal.previous, seal.ratings) != (found, previous, number):
            yield f"seal {seal.number}: the ratings are not those that were sealed"
        entry = session.get(ChainEntry, seal.chain_seq)
        if entry is None or entry.subject != f"seal:{seal.number}" or seal.digest not in entry.body:
            yield f"seal {seal.number}: the chain does not have its digest"
        previous, rating_seq, note_id = seal.digest, seal.last_seq, seal.last_note


def _find_orphans() -> Iterator[str]:
    for table in (RatingNote, RatingMark, RatingVisitor):
        query = select(func.count()).select_from(table).outerjoin(Rating, Rating.seq == table.rating_seq)
        number = session.scalar(query.where(Rating.seq.is_(None)))
        if number:
            yield f"{table.__tablename__}: {number} rows without their rating"
    moved = (
        select(func.count())
        .select_from(RatingNote)
        .join(Rating, and_(Rating.seq == RatingNote.rating_seq, Rating.counter_id != RatingNote.counter_id))
    )
    if number := session.scalar(moved):
        yield f"rating_note: {number} rows at another counter than their rating"
    for note in session.scalars(select(RatingNote).where(COMMENTED).execution_options(yield_per=1000)):
        if note.comment_salt is None or comment_hash(note.comment_salt, note.comment) != note.comment_hash:
            yield f"rating_note {note.id}: the comment is not the one that was written"
    kept = select(func.count()).select_from(RatingVisitor).join(MealKey).where(MealKey.key.is_(None))
    if number := session.scalar(kept):
        yield f"rating_visitor: {number} rows of meals that are closed"
