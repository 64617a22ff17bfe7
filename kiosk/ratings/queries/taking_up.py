"""Which voices ought to be in a case and are in none yet: the rule, for the clock that opens cases and for
the check that looks whether it did.

Of a counter and day, in this order: a word of danger at once, whatever the level; a reason that enough bad
ratings share, or one that has its case already; what an alert has seen; and, once the week is over and the
clock not in doubt, the rest. A rating that is not counted waits until somebody decides; a word of danger
waits for nobody, unless the rater took it back.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import groupby

from sqlalchemy import func, select

from kiosk.cases import queries as cases
from kiosk.cases.models import Case
from kiosk.cases.settings import VOICES
from kiosk.chain.queries import WAITING, Finding
from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.room import clock_in_doubt
from kiosk.counters.models import Counter
from kiosk.presence.queries import GRACE
from kiosk.ratings.models import Alert, VoiceMark
from kiosk.ratings.queries.voices import Pair, Voice, pairs_between, voices
from kiosk.ratings.settings import ALERT_MINUTES
from kiosk.school import queries as school

DANGER, BAD_RATINGS, WEEK = "safety", "ratings", "week"
"""The kinds of cases that ratings open."""
TYPING = timedelta(seconds=30)
"""So long an alert waits for what its raters still say: then it is known what it is about."""
LATEST = timedelta(minutes=5)
"""So long after it was said at the latest a voice is in its case, as long as the server runs."""
LAPSED = timedelta(hours=4)
"""No alert speaks of ratings later than this."""
TOLERATED = timedelta(minutes=1)


@dataclass(frozen=True)
class Group:
    """Voices that belong into one case: one that runs, or a new one, perhaps after one that ended."""

    kind: str
    counter: Counter
    day: date
    """Of a week its Monday."""
    reason: str
    meal: str | None
    voices: tuple[Voice, ...]
    references: tuple[str, ...]
    into: Case | None
    after: Case | None
    alert: Alert | None = None

    @property
    def subject(self) -> str:
        """What the case is about."""
        return f"counter:{self.counter.code}"


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def week_ends(day: date) -> datetime:
    """When the week of a day is over (aware)."""
    return datetime.combine(monday(day) + timedelta(days=7), time(), school.zone())


def meal_is_over(day: date, meal: str, now: datetime) -> bool:
    """Whether those who served may read what was said about it."""
    return seen_from(day, meal) <= now


def seen_from(day: date, meal: str) -> datetime:
    """When those who serve at a counter may see what was said of the meal: once it is closed."""
    return school.meal_ends(day, meal) + GRACE


class _Pending:
    """The voices of a counter and day, and which of them are in no case yet."""

    def __init__(self, pair: Pair, now: datetime) -> None:
        counter_id, self.day = pair
        self.now, self.counter = now, session.get_one(Counter, counter_id)
        self.subject = f"counter:{self.counter.code}"
        self.everything = [one for one in voices(counter_id, self.day) if one.known_at <= now + TOLERATED]
        names = [name for voice in self.everything for name in (voice.reference, voice.words)]
        self.taken = cases.taken(names)

    def left(self) -> list[Voice]:
        """The counted bad voices that are in no case."""
        return [
            one for one in self.everything if one.is_bad and one.counted and one.reference not in self.taken
        ]

    @cached_property
    def cases(self) -> list[Case]:
        """The cases about the counter of this day and of its week, the newest first."""
        return cases.of_voices(self.subject, (self.day, monday(self.day)))

    def running(
        self, kind: str, reason: str = "", *, meal: str | None = None, day: date | None = None
    ) -> Case | None:
        """The case without an answer that such voices join, or None."""
        return next((one for one in self._alike(kind, reason, meal, day) if one.is_open), None)

    def last(
        self, kind: str, reason: str = "", *, meal: str | None = None, day: date | None = None
    ) -> Case | None:
        """The last case of this day about the same, or None."""
        return next(self._alike(kind, reason, meal, day), None)

    def _alike(self, kind: str, reason: str, meal: str | None, day: date | None) -> Iterator[Case]:
        wanted = (kind, reason, day or self.day)
        found = (one for one in self.cases if (one.kind, one.reason, one.day) == wanted)
        return (one for one in found if meal is None or one.meal == meal)

    def group(
        self,
        kind: str,
        found: list[Voice],
        reason: str = "",
        *,
        meal: str | None = None,
        day: date | None = None,
        alert: Alert | None = None,
    ) -> Group:
        """These voices, with the case that they join; they are in a case from now on."""
        running = self.running(kind, reason, meal=meal, day=day)
        names = tuple(one.words if one.reference in self.taken else one.reference for one in found)
        self.taken.update((name, cases.Taken(0, kind)) for name in names)
        return Group(
            kind,
            self.counter,
            day or self.day,
            reason,
            meal or _meal(found),
            tuple(found),
            names,
            running,
            None if running else self.last(kind, reason, meal=meal, day=day),
            alert,
        )


def _meal(found: Iterable[Voice]) -> str | None:
    meals = {one.rating.meal for one in found} - {school.BETWEEN}
    return meals.pop() if len(meals) == 1 else None


def untaken() -> Iterator[Finding]:
    """Voices that a running server would have taken into a case; nothing before the clock first looked."""
    since, then = cases.used_since(), clock.now() - LATEST
    if since is None or session.scalar(select(func.count()).select_from(VoiceMark)) == 0:
        return
    for pair in pairs_between(since, school.local(then).date()):
        for group in pending(pair, then - TOLERATED):
            what = f"{len(group.voices)} of {group.counter.code}, {group.day}: {group.kind}"
            yield Finding("voice", group.references[0], WAITING, what)


def pending(pair: Pair, now: datetime | None = None) -> list[Group]:
    """What of a counter and day belongs into a case and is in none, in the order in which it is taken up."""
    of = _Pending(pair, now or clock.now())
    return [*_danger(of), *_by_reason(of), *_of_alert(of), *_of_week(of)]


def _danger(of: _Pending) -> Iterator[Group]:
    found = [one for one in of.everything if one.comment and not one.taken_back and not _is_told(of, one)]
    said = [one for one in found if cases.safety_words(one.comment)]
    for meal, of_meal in groupby(sorted(said, key=lambda one: one.rating.meal), lambda one: one.rating.meal):
        yield of.group(DANGER, list(of_meal), meal=meal)


def _is_told(of: _Pending, one: Voice) -> bool:
    places = (of.taken.get(name) for name in (one.reference, one.words))
    return any(place is not None and place.kind == DANGER for place in places)


def _by_reason(of: _Pending) -> Iterator[Group]:
    wanted = school.settings()[VOICES]
    shared: dict[str, list[Voice]] = {}
    for one in of.left():
        for reason in one.reasons:
            shared.setdefault(reason, []).append(one)
    for reason in sorted(shared, key=lambda code: (-len(shared[code]), code)):
        found = [one for one in shared[reason] if one.reference not in of.taken]
        running = of.running(BAD_RATINGS, reason)
        found = _ripe(found, running, of.now)
        if found and (running or len(found) >= wanted or of.last(BAD_RATINGS, reason)):
            yield of.group(BAD_RATINGS, found, reason)


def _ripe(found: list[Voice], running: Case | None, now: datetime) -> list[Voice]:
    """Without those whose meal is still on, where a case that the counter sees would take them up now."""
    if running is None or (running.held_until is not None and running.held_until > now):
        return found
    return [one for one in found if meal_is_over(one.rating.day, one.rating.meal, now)]


def _of_alert(of: _Pending) -> Iterator[Group]:
    if not of.left():
        return
    for alert in _alerts(of):
        seen = [one for one in of.everything if one.is_bad and one.counted and _saw(alert, one)]
        found = [one for one in of.left() if _saw(alert, one)]
        reason = "" if of.running(BAD_RATINGS) else _shared(found)
        running = of.running(BAD_RATINGS, reason)
        found = _ripe(found, running, of.now)
        if found and (running or 2 * len(found) >= len(seen)):
            yield of.group(BAD_RATINGS, found, reason, alert=alert)


def _shared(found: list[Voice]) -> str:
    """The reason that half of the voices give, or nothing."""
    named = [reason for one in found for reason in one.reasons]
    most = max(sorted(set(named)), key=named.count, default="")
    return most if most and 2 * named.count(most) >= len(found) else ""


def _alerts(of: _Pending) -> list[Alert]:
    starts = datetime.combine(of.day, time(), school.zone())
    query = select(Alert).where(
        Alert.counter_id == of.counter.id, Alert.opened_at.between(starts, starts + timedelta(days=1))
    )
    return [one for one in session.scalars(query.order_by(Alert.id)) if is_settled(one, of.now)]


def is_settled(alert: Alert, now: datetime) -> bool:
    """Whether an alert has waited for what its raters still say."""
    return alert.opened_at <= now - TYPING


def _saw(alert: Alert, one: Voice) -> bool:
    first = alert.opened_at - timedelta(minutes=school.settings()[ALERT_MINUTES])
    return first <= one.rating.recorded_at <= (alert.closed_at or alert.opened_at + LAPSED)


def _of_week(of: _Pending) -> Iterator[Group]:
    over = week_ends(of.day) + GRACE <= of.now
    if over and (found := of.left()) and not clock_in_doubt():
        yield of.group(WEEK, found, day=monday(of.day))
