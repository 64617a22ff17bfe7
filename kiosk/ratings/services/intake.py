"""The intake: a rating is stored once, however often it is sent, and one voice counts once a meal.

Ratings come in groups (`core.writer`): each step looks at the whole group at once, so that a group costs a
dozen statements and one commit, however many it holds.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Insert, bindparam, func, insert, select

from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden, Invalid, Problem, SignInNeeded
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean
from kiosk.core.security import fingerprint
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter, Duty, Tablet
from kiosk.persons.models import Person
from kiosk.presence.models import SpentPass
from kiosk.presence.services import Pass, PassInvalid, Visitor, read_card_visitor
from kiosk.ratings import queries
from kiosk.ratings.models import LEVELS, ErasedComment, Rating, RatingMark, RatingNote, Recorded, Stored
from kiosk.ratings.services.alerts import watch
from kiosk.ratings.services.configured import Configured, Place, configured, place
from kiosk.ratings.services.counting import Tallies, count_reasons, counts_at, mark_row
from kiosk.ratings.services.taking_back import take_back
from kiosk.ratings.services.voices import remember
from kiosk.ratings.settings import DOUBLE_TAP_SECONDS

MOST_COMMENT = 500
"""Characters of a comment."""


REST = 0.4
"""Seconds in which a screen that has only just come takes no finger (0.5 in tablet.js, less what timers are
off): once after the tap, when it thanks, and once when it asks the next person."""

OUTSIDE = timedelta(minutes=15)
"""A tap is still taken for one of the opening hours this long before and after them."""


class NoAuthority(SignInNeeded):
    """No device key and no pass, or a key that opens nothing."""

    code = "no-authority"
    message = lazy("This tablet is not enrolled, or its key was revoked.")


class OtherCounter(Forbidden):
    """The key or pass of another counter."""

    code = "other-counter"
    message = lazy("This key or code belongs to another counter.")


class PassExpired(Forbidden):
    """A pass that is over."""

    code = "pass-expired"
    message = lazy("This code is too old. Please scan the counter's code again.")


class PassSpent(Conflict):
    """A pass that has carried another rating."""

    code = "spent"
    message = lazy("This code has already been used.")


class OtherContent(Conflict):
    """The id of a stored rating with something else in it."""

    code = "other-content"
    message = lazy("This rating is already stored, with different content.")


@dataclass(frozen=True)
class Taken:
    """What became of a rating that came in: stored now, or stored before and perhaps amended."""

    rating: Stored
    counter: str
    """The counter's code."""
    created: bool
    amended: bool = False
    mark: str | None = None
    """Why a new rating is kept and not counted; of one stored before, its receipt knows."""


@dataclass(frozen=True)
class Press:
    """A rating as it comes in, with what gives it authority: a tablet's key or a pass.

    `pressed_at` decides the day, hour and meal it counts in if it can be true.
    """

    id: UUID
    level: int
    counter: str | None = None
    """The code of the counter it names; a pass may leave that out."""
    device: str | None = None
    """The fingerprint of a tablet's key."""
    phone_pass: Pass | None = None
    card: str = ""
    """The token of a card that was held to the tablet's reader."""
    reasons: Sequence[str] = ()
    comment: str = ""
    staff_id: int | None = None
    tablet_seq: int = 0
    pressed_at: datetime | None = None
    live: bool = False
    returned: int | None = None
    """Milliseconds, by the tablet's own unwavering clock, for which its question had stood there again; None
    from a page of version 0.2.0, which does not tell."""
    taken_back: bool = False
    """The rater takes it back: it is kept, marked, and not counted."""


@dataclass(frozen=True)
class Extra:
    """Reasons, comment and person, cleaned and checked."""

    reasons: list[str] = field(default_factory=list)
    comment: str = ""
    staff_id: int | None = None

    def __bool__(self) -> bool:
        return bool(self.reasons or self.comment or self.staff_id)


@dataclass
class _Tap:
    """A press whose authority was found good: where it counts, and what came of it."""

    press: Press
    place: Place
    channel: str
    extra: Extra
    tablet_id: int | None = None
    visitor: Visitor | None = None
    pressed_at: datetime | None = None
    spends: bool = False
    """Its pass is spent with it."""
    rating: Recorded | None = None
    """The new row; None while it is not stored, and for a repeat."""
    mark: str | None = None

    @property
    def stored(self) -> Recorded:
        assert self.rating is not None
        return self.rating


def take_all(presses: Sequence[Press]) -> list[Taken | Problem]:
    """Store ratings, each once, however often it is sent; for each what became of it, or why it was refused.

    The same id again is answered with what is stored; reasons, a comment and the person served by are added
    where there were none; anything else that differs is refused (OtherContent). Unknown reasons and people
    off the roster are left out: no rating is lost for them. A pass is spent on one rating, which may be
    repeated and amended, even when the pass is meanwhile over. A tablet's tap may be taken back.
    """
    known = configured()
    passes = _Passes(known, (press.phone_pass for press in presses if press.phone_pass))
    taps: list[_Tap | Problem] = []
    for press in presses:
        try:
            taps.append(passes.admit(press) if press.phone_pass else _from_tablet(press, known))
        except Problem as problem:
            taps.append(problem)
    stored = iter(_store([tap for tap in taps if isinstance(tap, _Tap)], known))
    return [tap if isinstance(tap, Problem) else next(stored) for tap in taps]


def take(
    *,
    counter: Counter,
    channel: str,
    tablet: Tablet | None = None,
    visitor: Visitor | None = None,
    **press: object,
) -> Taken:
    """Take one rating whose authority is beyond doubt; raises the Problem it meets (see `take_all`)."""
    sent, here = Press(counter=counter.code, **press), place(counter)  # type: ignore[arg-type]
    tap = _Tap(sent, here, channel, cleaned(here, sent), tablet.id if tablet else None, visitor)
    tap.pressed_at = sent.pressed_at
    return _or_raise(_store([tap], configured())[0])


def take_press(press: Press) -> Taken:
    """Take one rating by its authority; raises the Problem it meets (see `take_all`)."""
    return _or_raise(take_all([press])[0])


def _or_raise(taken: Taken | Problem) -> Taken:
    if isinstance(taken, Problem):
        raise taken
    return taken


# Authority.


def _from_tablet(press: Press, known: Configured) -> _Tap:
    tablet = known.tablets.get(press.device or "")
    if tablet is None:
        raise NoAuthority
    tablet_id, here = tablet
    if here.code != press.counter:
        raise OtherCounter
    extra = cleaned(here, press)
    visitor = read_card_visitor(press.card, here.code) if press.card else None
    return _Tap(press, here, "tablet", extra, tablet_id, visitor, press.pressed_at)


class _Passes:
    """The passes of a group: which are spent, and on what."""

    def __init__(self, known: Configured, passes: Iterable[Pass]) -> None:
        self._places = known.places
        hashes = {fingerprint(one.text) for one in passes}
        query = select(SpentPass).where(SpentPass.pass_hash.in_(hashes))
        self._spent = {one.pass_hash: one.rating_id for one in session.scalars(query)} if hashes else {}
        self._ids: set[UUID] = set()

    def admit(self, press: Press) -> _Tap:
        """The press with its pass; PassInvalid, PassSpent, PassExpired, or OtherContent where an id alone
        would give a right: it is somebody else's."""
        shown = press.phone_pass
        assert shown is not None
        here = self._places.get(shown.counter_id)
        if here is None or press.counter not in (None, here.code):
            raise PassInvalid
        if press.taken_back:
            raise Invalid(
                lazy("On a phone nothing is taken back: rate again, and the last one counts."),
                field="taken_back",
            )
        pass_hash = fingerprint(shown.text)
        spent_on = self._spent.get(pass_hash)
        if spent_on not in (None, press.id):
            raise PassSpent
        if spent_on is None:
            if shown.expired():
                raise PassExpired
            if press.id in self._ids or queries.rating(press.id) is not None:
                raise OtherContent
        extra = cleaned(here, press)
        self._spent[pass_hash] = press.id
        self._ids.add(press.id)
        pressed_at = None if shown.channel == "slip" else shown.issued_at
        return _Tap(press, here, shown.channel, extra, None, shown.visitor, pressed_at, spends=not spent_on)


def cleaned(here: Place, press: Press) -> Extra:
    """What was said with a press, as far as it is offered at the counter. Invalid out of range."""
    if press.level not in LEVELS:
        raise Invalid(lazy("The level lies between 1 and 5."), field="level")
    if not (press.reasons or press.comment or press.staff_id):
        return NOTHING
    comment = clean(press.comment)
    if len(comment) > MOST_COMMENT:
        raise Invalid(lazy("A comment can have at most 500 characters."), field="comment")
    known = {reason.code for reason in counters.reasons(here.kind)} if press.reasons else set()
    chosen = [code for code in dict.fromkeys(press.reasons) if code in known]
    return Extra(chosen[: counters.MOST_REASONS], comment, _on_roster(here, press.staff_id))


NOTHING = Extra()


def _on_roster(here: Place, staff_id: int | None) -> int | None:
    if staff_id is None or not 0 < staff_id < 2**31:
        return None
    query = select(Duty.staff_id).join(Person, Person.id == Duty.staff_id)
    query = query.where(Duty.counter_id == here.id, Duty.staff_id == staff_id, Person.active)
    found: int | None = session.scalar(query.limit(1))
    return found


# Storing.


_STORED = select(Rating.id).where(Rating.id.in_(bindparam("ids", expanding=True)))
_NEWEST = select(func.max(Rating.seq))


def _store(taps: list[_Tap], known: Configured) -> list[Taken | Problem]:
    """Store the taps whose id is new, then look at the repeats, which may be repeats of one another."""
    _leave_erased(taps)
    ids = [tap.press.id for tap in taps]
    stored = set(session.connection().execute(_STORED, {"ids": ids}).scalars())
    fresh: dict[UUID, _Tap] = {}
    for tap in taps:
        if tap.press.id not in stored:
            fresh.setdefault(tap.press.id, tap)
    if fresh:
        _store_fresh(list(fresh.values()), known)
    return [
        Taken(tap.rating, tap.place.code, created=True, mark=tap.mark) if tap.rating else _repeat(tap)
        for tap in taps
    ]


def _leave_erased(taps: list[_Tap]) -> None:
    """A comment that was erased comes back with nobody: what is sent again arrives without it."""
    again = {tap.press.id for tap in taps if tap.extra.comment and not tap.press.live}
    query = select(ErasedComment.rating_id).where(ErasedComment.rating_id.in_(again))
    erased = set(session.scalars(query)) if again else set()
    for tap in taps:
        if tap.press.id in erased:
            tap.extra = replace(tap.extra, comment="")


def _store_fresh(taps: list[_Tap], known: Configured) -> None:
    """Store new ratings, and change in the same transaction all that follows from them."""
    now = clock.now()
    seq = session.connection().execute(_NEWEST).scalar() or 0  # the lock all writers share leaves no gap
    for number, tap in enumerate(taps, seq + 1):
        tap.rating = _recorded(number, tap, now, known)
    _judge(taps, known)
    counted = [tap for tap in taps if tap.mark is None]
    _insert(Rating, [tap.stored._asdict() for tap in taps])
    _insert(RatingMark, [mark_row(tap.stored, tap.mark) for tap in taps if tap.mark])
    _insert(RatingNote, [_note_row(tap.stored, tap.extra) for tap in taps if tap.extra])
    _insert(SpentPass, [_spent(tap.press) for tap in taps if tap.spends])
    tallies = Tallies()
    for tap in counted:
        tallies.add(tap.stored, tap.extra.reasons, counts_at(tap.pressed_at, now))
    tallies.store()
    for tap in taps:
        if tap.visitor:
            remember(tap.stored, tap.visitor, supersedes=tap.mark is None)
    watch([tap.stored for tap in counted], now)


def _insert(table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(_into(table), rows)


@lru_cache
def _into(table: Any) -> Insert:
    return insert(table.__table__)


def _recorded(seq: int, tap: _Tap, now: datetime, known: Configured) -> Recorded:
    """The new row of a tap, which says where it counts."""
    press, here = tap.press, counts_at(tap.pressed_at, now).astimezone(known.zone)
    return Recorded(
        seq=seq,
        id=press.id,
        counter_id=tap.place.id,
        level=press.level,
        tablet_id=tap.tablet_id,
        channel=tap.channel,
        tablet_seq=press.tablet_seq,
        pressed_at=tap.pressed_at,
        recorded_at=now,
        day=here.date(),
        hour=here.hour,
        meal=known.meal_at(here.time()),
        live=press.live,
    )


def _spent(press: Press) -> dict[str, Any]:
    assert press.phone_pass is not None
    return {
        "pass_hash": fingerprint(press.phone_pass.text),
        "rating_id": press.id,
        "expires_at": press.phone_pass.expires_at,
    }


def _note_row(rating: Stored, extra: Extra) -> dict[str, Any]:
    salt = secrets.token_bytes(16) if extra.comment else None
    return {
        "rating_seq": rating.seq,
        "counter_id": rating.counter_id,
        "reasons": extra.reasons,
        "comment": extra.comment,
        "comment_salt": salt,
        "comment_hash": queries.comment_hash(salt, extra.comment) if salt else "",
        "staff_id": extra.staff_id,
        "added_at": clock.now(),
    }


# The same id again.


def _repeat(tap: _Tap) -> Taken | Problem:
    rating, press = queries.rating(tap.press.id), tap.press
    assert rating is not None
    other_place = bool(press.tablet_seq and rating.tablet_seq and press.tablet_seq != rating.tablet_seq)
    if (rating.counter_id, rating.level) != (tap.place.id, press.level) or other_place:
        return OtherContent()
    try:
        missing = _missing(queries.notes(rating.seq), tap.extra)
        if press.taken_back:
            take_back(rating, tap.tablet_id)
    except Problem as problem:
        return problem
    if missing:
        _insert(RatingNote, [_note_row(rating, missing)])
        mark = queries.mark_in_force(rating.seq)
        if mark is None or mark.counted:
            count_reasons(rating, missing.reasons, 1)
    return Taken(rating, tap.place.code, created=False, amended=bool(missing))


def _missing(notes: list[RatingNote], extra: Extra) -> Extra:
    """What of the extra is not there yet; OtherContent where something else is."""
    reasons = next((note.reasons for note in notes if note.reasons), [])
    said = next((note for note in notes if note.comment_hash), None)
    person = next((note.staff_id for note in notes if note.staff_id), None)
    if reasons and extra.reasons and set(reasons) != set(extra.reasons):
        raise OtherContent
    if said and extra.comment and said.comment not in ("", extra.comment):
        raise OtherContent
    if person and extra.staff_id and person != extra.staff_id:
        raise OtherContent
    return Extra(
        [] if reasons else extra.reasons, "" if said else extra.comment, None if person else extra.staff_id
    )


# Kept, and not counted from the first moment on.


def _judge(taps: list[_Tap], known: Configured) -> None:
    """Say which of the taps to be stored were taken back, second ones in a moment, or outside the hours."""
    seconds = known.settings[DOUBLE_TAP_SECONDS]
    last = _last_live({tap.tablet_id for tap in taps if tap.press.live and tap.tablet_id})
    for tap in taps:
        rating = tap.stored
        if rating.live and rating.tablet_id:
            before, here = last.get(rating.tablet_id), (rating.pressed_at, rating.recorded_at)
            last[rating.tablet_id] = here
            if before and _apart(before, here) < seconds and not _had_returned(tap, before, seconds):
                tap.mark = "misuse"
        if tap.press.taken_back:
            tap.mark = "taken_back"
        if tap.mark is None and tap.place.spans and not _near_hours(tap, known.zone):
            tap.mark = "outside_hours"


Moments = tuple[datetime | None, datetime]
"""When a rating was pressed and when it was recorded."""


_LAST_LIVE = select(Rating.tablet_id, Rating.pressed_at, Rating.recorded_at).where(
    Rating.seq.in_(
        select(func.max(Rating.seq))
        .where(Rating.tablet_id.in_(bindparam("tablets", expanding=True)), Rating.live)
        .group_by(Rating.tablet_id)
    )
)


def _last_live(tablet_ids: set[int]) -> dict[int, Moments]:
    """The last live rating of each tablet; replays are never compared."""
    if not tablet_ids:
        return {}
    rows = session.connection().execute(_LAST_LIVE, {"tablets": list(tablet_ids)})
    return {tablet_id or 0: (pressed, at) for tablet_id, pressed, at in rows}


def _apart(one: Moments, other: Moments) -> float:
    """Seconds between two taps: by the tablet's own clock if it told it, else by ours."""
    if one[0] and other[0]:
        return abs((other[0] - one[0]).total_seconds())
    return abs((other[1] - one[1]).total_seconds())


def _had_returned(tap: _Tap, before: Moments, limit: float) -> bool:
    """Whether the screen had come back to its question since the tap before: what it allows is counted.

    What the tablet tells must fit one of the clocks. A screen that is stuck, or a script with its key, names
    a question that stood there before the other tap, or one that no finger can have met.
    """
    if tap.press.returned is None:
        return False
    stood, here = tap.press.returned / 1000, tap.stored
    by_tablet = _apart(before, (here.pressed_at, here.recorded_at))
    by_server = _apart((None, before[1]), (None, here.recorded_at))
    apart = max(by_tablet, by_server)
    return stood >= REST and apart >= min(stood + REST, limit)


def _near_hours(tap: _Tap, zone: ZoneInfo) -> bool:
    here = counts_at(tap.pressed_at, tap.stored.recorded_at).astimezone(zone).replace(tzinfo=None)
    day = here.date()
    return any(
        datetime.combine(day, starts) - OUTSIDE <= here <= datetime.combine(day, ends) + OUTSIDE
        for starts, ends in tap.place.spans
    )
