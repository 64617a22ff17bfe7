"""Writes of ratings: the intake, passes and tokens, alerts, and what happens when a meal is closed.

A rating is a fact that is stored once and never changed. Everything that follows from it — tallies, marks,
alerts — changes in the transaction that stores it.
"""

import secrets
from collections import Counter as Tallier
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from statistics import median
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from kiosk.chain.services import append
from kiosk.core import clock, config
from kiosk.core.db import db, session
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean
from kiosk.core.security import derived_key, encode, fingerprint, mac, same, sign, unsign
from kiosk.core.trace import record
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter, Duty, Tablet
from kiosk.ratings import queries
from kiosk.ratings.models import (
    BAD,
    CHANNELS,
    LEVELS,
    MARKS,
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
from kiosk.staff.models import StaffMember

MOST_COMMENT = 500
"""Characters of a comment."""

PRESS_AGE = timedelta(days=8)
PRESS_AHEAD = timedelta(minutes=2)
"""A tablet's own time is believed from eight days ago (a week's queue) to two minutes ahead of ours."""

OUTSIDE = timedelta(minutes=15)
"""A tap is still taken for one of the opening hours this long before and after them."""

PASS_LIFE = timedelta(minutes=10)
PASS_KEPT = timedelta(hours=1)
"""How long a spent pass is remembered beyond its end, so that a repeat is still recognised."""

FRESH_VISITORS = 10
FRESH_SHARE = 0.4
"""At least so many fresh visitors, and more than this share, make a counter's meal doubtful."""


class PassInvalid(Forbidden):
    """A pass that nobody issued, or one of another counter."""

    code = "pass-invalid"
    message = lazy("This code is not valid. Please scan the counter's code again.")


class PassExpired(Forbidden):
    """A pass that is over."""

    code = "pass-expired"
    message = lazy("This code is too old. Please scan the counter's code again.")


class PassSpent(Conflict):
    """A pass that has carried another rating."""

    code = "spent"
    message = lazy("This code has been used already.")


class OtherContent(Conflict):
    """The id of a stored rating with something else in it."""

    code = "other-content"
    message = lazy("This rating is stored already, with another content.")


# Proof of presence: QR tokens, visitors, passes. All are signed and none is stored.


@dataclass(frozen=True)
class QrToken:
    """The token in the QR that a tablet shows until `expires_at`."""

    text: str
    expires_at: datetime


def _token(counter: Counter, purpose: str, *parts: str) -> str:
    return encode(mac(derived_key(purpose), counter.code, *parts, length=10))


def _period(now: datetime) -> tuple[int, float]:
    length = config.current().qr_period
    return int(now.timestamp() // length), length


def qr_token(counter: Counter, now: datetime | None = None) -> QrToken:
    """The token of the period that runs: HMAC (80 bits) over the counter and the number of the period."""
    number, length = _period(now or clock.now())
    expires_at = datetime.fromtimestamp((number + 1) * length, UTC)
    return QrToken(_token(counter, "qr", f"{length:g}", str(number)), expires_at)


def check_qr_token(counter: Counter, token: str, now: datetime | None = None) -> bool:
    """Whether the token is this counter's, of the period that runs or the one before."""
    number, length = _period(now or clock.now())
    valid = [_token(counter, "qr", f"{length:g}", str(one)) for one in (number, number - 1)]
    return any([same(one, token) for one in valid])


def poster_token(counter: Counter) -> str:
    """The token of a printed poster. It never ends and proves no presence: a pass from it says so."""
    return _token(counter, "poster")


def check_poster_token(counter: Counter, token: str) -> bool:
    """Whether the token is that of the counter's poster."""
    return same(poster_token(counter), token)


@dataclass(frozen=True)
class Visitor:
    """One phone: `tag` is derived from its cookie; `fresh` when the cookie was made only just now."""

    tag: bytes
    fresh: bool


def new_visitor(now: datetime | None = None) -> str:
    """A cookie for a phone seen for the first time: 128 random bits and the minute, signed."""
    minute = queries.minute_of(now or clock.now())
    return sign("visitor", secrets.token_bytes(16) + minute.to_bytes(4, "big"))


def read_visitor(cookie: str | None, now: datetime | None = None) -> Visitor | None:
    """The phone that brought this cookie, or None if we did not make it.

    A cookie is fresh until it is KIOSK_KNOWN_VISITOR_AGE seconds old (an hour); its minute counts from the
    end, so that nobody is known too early.
    """
    try:
        raw = unsign("visitor", cookie or "")
    except ValueError:
        return None
    made = datetime.fromtimestamp(int.from_bytes(raw[16:], "big") * 60, UTC)
    age = ((now or clock.now()) - made).total_seconds()
    tag = mac(derived_key("visitor tag"), encode(raw), length=12)
    return Visitor(tag, age < config.current().known_visitor_age)


@dataclass(frozen=True)
class Pass:
    """The right to one rating at one counter. It says nothing that is not signed."""

    text: str
    channel: str
    counter_id: int
    issued_at: datetime
    expires_at: datetime
    tag: bytes
    fresh: bool

    def expired(self, now: datetime | None = None) -> bool:
        """Whether its time is over."""
        return (now or clock.now()) >= self.expires_at

    @property
    def visitor(self) -> Visitor:
        """Who carries it."""
        return Visitor(self.tag, self.fresh)


def _slip_ends(now: datetime) -> datetime:
    tomorrow = school.local(now).date() + timedelta(days=1)
    return datetime.combine(tomorrow + timedelta(days=1), time(), school.zone()).astimezone(UTC)


def issue_pass(
    *, counter: Counter, channel: str = "phone", visitor: Visitor | None = None, now: datetime | None = None
) -> str:
    """A pass for the counter, as text for an address: ten minutes for phones, until tomorrow's end on a slip.

    Signed with 96 bits. It holds the channel, the counter, its times, four random bytes and the visitor's
    tag; a pass without a visitor (a slip) is a visitor of its own.
    """
    issued = (now or clock.now()).replace(second=0, microsecond=0)
    ends = _slip_ends(issued) if channel == "slip" else (now or clock.now()) + PASS_LIFE
    visitor = visitor or Visitor(secrets.token_bytes(12), fresh=False)
    numbers = (
        (CHANNELS.index(channel) << 1 | visitor.fresh, 1),
        (counter.id, 4),
        (queries.minute_of(issued), 4),
        (int(ends.timestamp()), 5),
    )
    head = b"".join(value.to_bytes(size, "big") for value, size in numbers)
    return sign("pass", head + secrets.token_bytes(4) + visitor.tag)


def read_pass(pass_text: str) -> Pass:
    """What a pass says. PassInvalid if we did not issue it; ask `expired()` whether its time is over."""
    try:
        raw = unsign("pass", pass_text)
    except ValueError as error:
        raise PassInvalid from error
    return Pass(
        text=pass_text,
        channel=CHANNELS[raw[0] >> 1],
        counter_id=int.from_bytes(raw[1:5], "big"),
        issued_at=datetime.fromtimestamp(int.from_bytes(raw[5:9], "big") * 60, UTC),
        expires_at=datetime.fromtimestamp(int.from_bytes(raw[9:14], "big"), UTC),
        tag=raw[18:],
        fresh=bool(raw[0] & 1),
    )


# The intake.


@dataclass(frozen=True)
class Taken:
    """What became of a rating that came in: stored now, or stored before and perhaps amended."""

    rating: Rating
    created: bool
    amended: bool = False


@dataclass(frozen=True)
class _Extra:
    """Reasons, comment and person, cleaned and checked."""

    reasons: list[str]
    comment: str
    staff_id: int | None

    def __bool__(self) -> bool:
        return bool(self.reasons or self.comment or self.staff_id)


def take(
    *,
    id: UUID,
    counter: Counter,
    level: int,
    channel: str,
    tablet: Tablet | None = None,
    visitor: Visitor | None = None,
    reasons: Sequence[str] = (),
    comment: str = "",
    staff_id: int | None = None,
    tablet_seq: int = 0,
    pressed_at: datetime | None = None,
    live: bool = False,
) -> Taken:
    """Store a rating once, however often it is sent.

    The same id again is answered with what is stored; reasons, a comment and the person served by are added
    where there were none; anything else that differs raises OtherContent. `pressed_at` decides the day, hour
    and meal it counts in if it can be true. Unknown reasons and people off the roster are left out: no
    rating is lost for them. Raises Invalid for a level or a comment out of range.
    """
    if level not in LEVELS:
        raise Invalid(lazy("The level lies between 1 and 5."), field="level")
    extra = _extra(counter, reasons, comment, staff_id)
    rating = _store(id, counter, level, channel, tablet, tablet_seq, pressed_at, live)
    if rating is None:
        return _repeat(id, counter, level, tablet_seq, extra)
    mark = _mark_at_once(rating, counter)
    if mark:
        _add_mark(rating, mark)
    if visitor:
        _remember(rating, visitor, supersedes=mark is None)
    if mark is None:
        _count(rating, 1)
    if extra:
        _add_note(rating, extra, counted=mark is None)
    if mark is None:
        _watch(rating)
    return Taken(rating, created=True)


def take_with_pass(
    *,
    phone_pass: Pass,
    id: UUID,
    level: int,
    counter: str | None = None,
    reasons: Sequence[str] = (),
    comment: str = "",
    staff_id: int | None = None,
) -> Taken:
    """Take a rating that shows a pass, and spend the pass.

    The rating a pass was spent on may be repeated and amended, even when the pass is meanwhile over. Raises
    PassInvalid for the pass of another counter than the one named, PassSpent for a second rating, and
    PassExpired.
    """
    here = session.get(Counter, phone_pass.counter_id)
    if here is None or counter not in (None, here.code):
        raise PassInvalid
    pass_hash = fingerprint(phone_pass.text)
    spent = session.get(SpentPass, pass_hash)
    if spent is not None and spent.rating_id != id:
        raise PassSpent
    if spent is None and phone_pass.expired():
        raise PassExpired
    taken = take(
        id=id,
        counter=here,
        level=level,
        channel=phone_pass.channel,
        visitor=phone_pass.visitor,
        reasons=reasons,
        comment=comment,
        staff_id=staff_id,
        pressed_at=None if phone_pass.channel == "slip" else phone_pass.issued_at,
    )
    if taken.created:
        session.add(SpentPass(pass_hash=pass_hash, rating_id=id, expires_at=phone_pass.expires_at))
        session.flush()
    return taken


def _extra(counter: Counter, reasons: Sequence[str], comment: str, staff_id: int | None) -> _Extra:
    comment = clean(comment)
    if len(comment) > MOST_COMMENT:
        raise Invalid(lazy("A comment has 500 characters at most."), field="comment")
    known = {reason.code for reason in counters.reasons(counter.kind)} if reasons else set()
    chosen = [code for code in dict.fromkeys(reasons) if code in known]
    return _Extra(chosen[: counters.MOST_REASONS], comment, _on_roster(counter, staff_id))


def _on_roster(counter: Counter, staff_id: int | None) -> int | None:
    if staff_id is None or not 0 < staff_id < 2**31:
        return None
    query = select(Duty.staff_id).join(StaffMember, StaffMember.id == Duty.staff_id)
    query = query.where(Duty.counter_id == counter.id, Duty.staff_id == staff_id, StaffMember.active)
    found: int | None = session.scalar(query.limit(1))
    return found


def counts_at(pressed_at: datetime | None, recorded_at: datetime) -> datetime:
    """The moment a rating counts at: when it was pressed if that can be true, else when it was recorded."""
    if pressed_at is None:
        return recorded_at
    believed = recorded_at - PRESS_AGE <= pressed_at <= recorded_at + PRESS_AHEAD
    return pressed_at if believed else recorded_at


def _insert(table: Any) -> Any:
    """An INSERT that can meet a row that is there already, in the words of the database used."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def _store(
    id: UUID,
    counter: Counter,
    level: int,
    channel: str,
    tablet: Tablet | None,
    tablet_seq: int,
    pressed_at: datetime | None,
    live: bool,
) -> Rating | None:
    """The new row, or None if the id is stored already."""
    now = clock.now()
    here = school.local(counts_at(pressed_at, now))
    values = {
        "id": id,
        "counter_id": counter.id,
        "level": level,
        "tablet_id": tablet.id if tablet else None,
        "channel": channel,
        "tablet_seq": tablet_seq,
        "pressed_at": pressed_at,
        "recorded_at": now,
        "day": here.date(),
        "hour": here.hour,
        "meal": school.meal_code_at(here),
        "live": live,
    }
    statement = _insert(Rating).values(values).on_conflict_do_nothing(index_elements=["id"])
    found: Rating | None = session.scalars(statement.returning(Rating)).one_or_none()
    return found


def _repeat(id: UUID, counter: Counter, level: int, tablet_seq: int, extra: _Extra) -> Taken:
    rating = queries.rating(id)
    assert rating is not None
    other_place = bool(tablet_seq and rating.tablet_seq and tablet_seq != rating.tablet_seq)
    if (rating.counter_id, rating.level) != (counter.id, level) or other_place:
        raise OtherContent
    missing = _missing(queries.notes(rating.seq), extra)
    if missing:
        mark = queries.mark_in_force(rating.seq)
        _add_note(rating, missing, counted=mark is None or mark.counted)
    return Taken(rating, created=False, amended=bool(missing))


def _missing(notes: list[RatingNote], extra: _Extra) -> _Extra:
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
    return _Extra(
        [] if reasons else extra.reasons, "" if said else extra.comment, None if person else extra.staff_id
    )


def _add_note(rating: Rating, extra: _Extra, *, counted: bool) -> None:
    salt = secrets.token_bytes(16) if extra.comment else None
    note = RatingNote(
        rating_seq=rating.seq,
        counter_id=rating.counter_id,
        reasons=extra.reasons,
        comment=extra.comment,
        comment_salt=salt,
        comment_hash=queries.comment_hash(salt, extra.comment) if salt else "",
        staff_id=extra.staff_id,
        added_at=clock.now(),
    )
    session.add(note)
    session.flush()
    if counted:
        _count_reasons(rating, extra.reasons, 1)


def _mark_at_once(rating: Rating, counter: Counter) -> str | None:
    """Why a rating is kept and not counted from its first moment on, or None."""
    if _too_soon(rating):
        return "misuse"
    if counter.hours and not _near_hours(counter, counts_at(rating.pressed_at, rating.recorded_at)):
        return "outside_hours"
    return None


def _too_soon(rating: Rating) -> bool:
    """A second live tap on one tablet within the seconds of the settings; replays are never compared."""
    if not rating.live or rating.tablet_id is None:
        return False
    near = timedelta(minutes=2)
    query = (
        select(Rating)
        .where(
            Rating.counter_id == rating.counter_id,
            Rating.recorded_at.between(rating.recorded_at - near, rating.recorded_at + near),
            Rating.tablet_id == rating.tablet_id,
            Rating.live,
            Rating.seq < rating.seq,
        )
        .order_by(Rating.seq.desc())
        .limit(1)
    )
    before = session.scalar(query)
    if before is None:
        return False
    if rating.pressed_at and before.pressed_at:
        apart = rating.pressed_at - before.pressed_at
    else:
        apart = rating.recorded_at - before.recorded_at
    return abs(apart.total_seconds()) < school.settings().double_tap_seconds


def _near_hours(counter: Counter, moment: datetime) -> bool:
    here = school.local(moment).replace(tzinfo=None)
    for starts, ends in counter.hours:
        first = datetime.combine(here.date(), school.parse_time(starts)) - OUTSIDE
        last = datetime.combine(here.date(), school.parse_time(ends)) + OUTSIDE
        if first <= here <= last:
            return True
    return False


def _add_mark(
    rating: Rating, mark: str, *, counted: bool = False, by: str | None = None, reason: str = ""
) -> None:
    session.add(
        RatingMark(
            rating_seq=rating.seq,
            counter_id=rating.counter_id,
            day=rating.day,
            mark=mark,
            counted=counted,
            at=clock.now(),
            decided_by=by,
            reason=reason,
        )
    )
    session.flush()


def uncount(rating: Rating, mark: str, *, by: str | None = None, reason: str = "") -> None:
    """Keep a counted rating but count it no longer; the mark says why."""
    if mark not in MARKS:
        raise ValueError(mark)
    _add_mark(rating, mark, by=by, reason=reason)
    _count(rating, -1)
    for note in queries.notes(rating.seq):
        _count_reasons(rating, note.reasons, -1)


def _change(table: Any, key: dict[str, Any], amounts: dict[str, int]) -> None:
    """Add to the counting columns of a row; what is taken away must have been there."""
    columns = table.__table__.c
    if min(amounts.values()) < 0:
        found = [columns[name] == value for name, value in key.items()]
        new = {name: columns[name] + amount for name, amount in amounts.items()}
        session.execute(update(table.__table__).where(*found).values(new))
        return
    statement = _insert(table.__table__).values(**key, **amounts)
    new = {name: columns[name] + statement.excluded[name] for name in amounts}
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=new))


def _count(rating: Rating, sign: int) -> None:
    where = {"counter_id": rating.counter_id}
    _change(Tally, {**where, "day": rating.day, "hour": rating.hour}, {f"n{rating.level}": sign})
    minute = queries.minute_of(counts_at(rating.pressed_at, rating.recorded_at))
    bad = sign * (rating.level in BAD)
    amounts = {"total": sign, "bad": bad, "level_sum": sign * rating.level}
    _change(Pulse, {"minute": minute, **where}, amounts)


def _count_reasons(rating: Rating, reasons: list[str], sign: int) -> None:
    side = "bad" if rating.level in BAD else "good"
    for reason in reasons:
        key = {"counter_id": rating.counter_id, "day": rating.day, "reason": reason}
        _change(ReasonTally, key, {side: sign})


# One voice a meal.


def _meal_key(day: date, meal: str) -> MealKey:
    """The key of a meal; made when its first phone comes, and anew if it comes after the closing."""
    key = session.scalar(select(MealKey).where(MealKey.day == day, MealKey.meal == meal))
    if key is None:
        key = MealKey(day=day, meal=meal, opened_at=clock.now())
        session.add(key)
    if key.key is None:
        key.key, key.closed_at = secrets.token_bytes(32), None
    session.flush()
    return key


def _remember(rating: Rating, visitor: Visitor, *, supersedes: bool) -> None:
    """Note whose rating it is for the length of the meal; the visitor's earlier one is counted no longer."""
    key = _meal_key(rating.day, rating.meal)
    assert key.key is not None
    who = mac(key.key, encode(visitor.tag), str(rating.counter_id), length=16)
    if supersedes:
        query = (
            select(Rating)
            .join(RatingVisitor, RatingVisitor.rating_seq == Rating.seq)
            .where(RatingVisitor.meal_key_id == key.id, RatingVisitor.visitor == who)
        )
        for earlier in session.scalars(query).all():
            mark = queries.mark_in_force(earlier.seq)
            if mark is None or mark.counted:
                uncount(earlier, "superseded")
    session.add(RatingVisitor(rating_seq=rating.seq, meal_key_id=key.id, visitor=who, fresh=visitor.fresh))
    session.flush()


# Alerts.


def _watch(rating: Rating) -> None:
    """Open, close or reopen the counter's alert after a counted rating.

    Only a tap of the last minutes has a say: a drained queue raises no alarm about hours ago.
    """
    now = rating.recorded_at
    length = timedelta(minutes=school.settings().alert_minutes)
    if counts_at(rating.pressed_at, now) <= now - length:
        return
    total, bad = queries.recent(now, rating.counter_id).get(rating.counter_id, (0, 0))
    holds = queries.rule_holds(total, bad)
    last = queries.latest_alert(rating.counter_id)
    if last is not None and last.closed_at is None:
        held = queries.rule_holds(total - 1, bad - (rating.level in BAD))
        lapsed = not held and last.opened_at <= now - length
        if not holds or lapsed:
            last.closed_at = now - length if lapsed else now
        if not lapsed:
            session.flush()
            return
    if not holds:
        return
    if last is not None and last.closed_at and now - length < last.closed_at < now:
        last.closed_at = None
    else:
        session.add(Alert(counter_id=rating.counter_id, opened_at=now, bad=bad, total=total))
    session.flush()


def acknowledge_alert(*, by: str, alert: Alert) -> None:
    """Somebody has seen the alert and looks after it. The first one who says so is remembered."""
    if alert.acknowledged_at is not None:
        return
    alert.acknowledged_at, alert.acknowledged_by = clock.now(), by
    session.flush()
    record("alert.acknowledged", f"alert:{alert.id}", by=by, after={"bad": alert.bad, "total": alert.total})


def close_alerts(now: datetime) -> int:
    """Close the alerts whose rule holds no longer; how many were closed."""
    holding = {one.alert.id for one in queries.alerts_now(now)}
    lapsed = [
        one
        for one in session.scalars(select(Alert).where(Alert.closed_at.is_(None)))
        if one.id not in holding
    ]
    for alert in lapsed:
        alert.closed_at = now
    session.flush()
    return len(lapsed)


# When a meal is closed.


class ClosedMeal(NamedTuple):
    """A meal that was closed, and how many of its ratings were marked as doubtful."""

    day: date
    meal: str
    marked: int


@dataclass(frozen=True)
class Closing:
    """What `close_meals` did; false if there was nothing to do."""

    meals: list[ClosedMeal]
    seal: Seal | None

    def __bool__(self) -> bool:
        return bool(self.meals or self.seal)


def close_meals(*, by: str, now: datetime | None = None, everything: bool = False) -> Closing:
    """Close every meal that is over (or every one): decide marks, destroy its key, and seal its ratings."""
    now = now or clock.now()
    due = [key for key in queries.open_meals() if everything or queries.is_over(key.day, key.meal, now)]
    meals = [_close(key, by=by, now=now) for key in due]
    seal = _seal(by=by, now=now) if everything or queries.seal_is_due(now) else None
    if meals or seal:
        _forget(now)
        close_alerts(now)
    return Closing(meals, seal)


def _close(key: MealKey, *, by: str, now: datetime) -> ClosedMeal:
    marked = _mark_fresh_visitors(key)
    session.execute(delete(RatingVisitor).where(RatingVisitor.meal_key_id == key.id))
    key.key, key.closed_at = None, now
    session.flush()
    record("meal.closed", f"meal:{key.day}/{key.meal}", by=by, after={"fresh_visitors": marked})
    return ClosedMeal(key.day, key.meal, sum(marked.values()))


def doubtful(visitors: dict[int, tuple[int, int]]) -> set[int]:
    """The counters with unusually many fresh visitors in a meal, from {counter: (fresh, all)}.

    Ten at least, and a share above 40 % and above twice the median of all counters that had visitors
    (threats.md). On a day when every phone is new, nobody stands out.
    """
    shares = {key: fresh / everyone for key, (fresh, everyone) in visitors.items() if everyone}
    if not shares:
        return set()
    limit = max(FRESH_SHARE, 2 * median(shares.values()))
    return {key for key, share in shares.items() if visitors[key][0] >= FRESH_VISITORS and share > limit}


def _mark_fresh_visitors(key: MealKey) -> dict[str, int]:
    """Mark the counted ratings of fresh visitors at doubtful counters; how many, by the counter's code."""
    rows = session.execute(
        select(Rating, RatingVisitor.visitor, RatingVisitor.fresh)
        .join(RatingVisitor, RatingVisitor.rating_seq == Rating.seq)
        .where(RatingVisitor.meal_key_id == key.id)
        .order_by(Rating.seq)
    ).all()
    fresh, everyone = _distinct(rows, only_fresh=True), _distinct(rows, only_fresh=False)
    figures = {counter_id: (fresh[counter_id], number) for counter_id, number in everyone.items()}
    suspects = doubtful(figures)
    marked: Tallier[str] = Tallier()
    for rating, _visitor, is_fresh in rows:
        if not is_fresh or rating.counter_id not in suspects:
            continue
        mark = queries.mark_in_force(rating.seq)
        if mark is None or mark.counted:
            uncount(rating, "fresh_visitors", reason="{}/{}".format(*figures[rating.counter_id]))
            marked[session.get_one(Counter, rating.counter_id).code] += 1
    return dict(marked)


def _distinct(rows: Iterable[Any], *, only_fresh: bool) -> Tallier[int]:
    return Tallier(
        counter_id
        for counter_id, _ in {(row[0].counter_id, row[1]) for row in rows if row[2] or not only_fresh}
    )


def _forget(now: datetime) -> None:
    """Remove what has served: passes that are over, and the pulse of earlier days."""
    session.execute(delete(SpentPass).where(SpentPass.expires_at < now - PASS_KEPT))
    day = 24 * 60
    minute = queries.minute_of(now)
    session.execute(delete(Pulse).where((Pulse.minute < minute - day) | (Pulse.minute > minute + day)))


def _seal(*, by: str, now: datetime) -> Seal | None:
    """Seal what is not sealed yet; None if there is nothing new."""
    if db.engine.dialect.name == "postgresql":
        session.execute(text("LOCK TABLE rating, rating_note IN SHARE ROW EXCLUSIVE MODE"))
    last = queries.last_seal()
    before = (last.last_seq, last.last_note) if last else (0, 0)
    newest = session.execute(
        select(
            select(func.max(Rating.seq)).scalar_subquery(),
            select(func.max(RatingNote.id)).scalar_subquery(),
        )
    ).one()
    last_seq, last_note = (max(new or 0, old) for new, old in zip(newest, before, strict=True))
    if (last_seq, last_note) == before:
        return None
    previous, number = (last.digest, last.number + 1) if last else (queries.NO_SEAL, 1)
    ranges = (before[0] + 1, last_seq), (before[1] + 1, last_note)
    digest, count = queries.digest(previous, *ranges)
    told = {"ratings": list(ranges[0]), "notes": list(ranges[1]), "count": count, "digest": digest}
    entry = append(action="ratings.sealed", subject=f"seal:{number}", actor=by, after=told)
    seal = Seal(
        number=number,
        first_seq=ranges[0][0],
        last_seq=last_seq,
        first_note=ranges[1][0],
        last_note=last_note,
        ratings=count,
        digest=digest,
        previous=previous,
        chain_seq=entry.seq,
        at=now,
    )
    session.add(seal)
    session.flush()
    return seal


def erase_comments(*, by: str, before: datetime) -> int:
    """Erase the comments older than a moment (they are kept one school year); seals stay verifiable."""
    statement = (
        update(RatingNote)
        .where(RatingNote.comment != "", RatingNote.added_at < before)
        .values(comment="", comment_salt=None)
        .execution_options(synchronize_session=False)
    )
    done: Any = session.execute(statement)
    number = int(done.rowcount)
    if number:
        record("comments.erased", "ratings", by=by, after={"before": before, "number": number})
    return number


# Ratings of the past, in bulk.


class Past(NamedTuple):
    """A rating of the past, for sample schools and measurements. Days and hours are the school's."""

    id: UUID
    counter_id: int
    level: int
    recorded_at: datetime
    day: date
    hour: int
    meal: str
    channel: str = "tablet"
    tablet_id: int | None = None
    tablet_seq: int = 0
    reasons: tuple[str, ...] = ()
    comment: str = ""


def load_history(rows: Iterable[Past], *, by: str) -> int:
    """Store many past ratings, all counted, with their tallies, and seal them; how many.

    The ids must be new. Far quicker than `take`, and nothing but a sample or a measurement may use it: no
    rule is applied.
    """
    seq = session.scalar(select(func.max(Rating.seq))) or 0
    hours: Tallier[tuple[int, date, int, int]] = Tallier()
    pulses: Tallier[tuple[int, int, int]] = Tallier()
    reasons: Tallier[tuple[int, date, str, str]] = Tallier()
    number = 0
    recent = clock.now() - timedelta(days=1)
    source = iter(rows)
    while some := list(islice(source, 5000)):
        session.execute(insert(Rating), [_row(seq + n, row) for n, row in enumerate(some, 1)])
        said = [_note_row(seq + n, row) for n, row in enumerate(some, 1) if row.reasons or row.comment]
        if said:
            session.execute(insert(RatingNote), said)
        for row in some:
            hours[row.counter_id, row.day, row.hour, row.level] += 1
            side = "bad" if row.level in BAD else "good"
            reasons.update((row.counter_id, row.day, reason, side) for reason in row.reasons)
            if row.recorded_at > recent:
                pulses[queries.minute_of(row.recorded_at), row.counter_id, row.level] += 1
        seq, number = seq + len(some), number + len(some)
    for (counter_id, day, hour, level), n in hours.items():
        _change(Tally, {"counter_id": counter_id, "day": day, "hour": hour}, {f"n{level}": n})
    for (counter_id, day, reason, side), n in reasons.items():
        _change(ReasonTally, {"counter_id": counter_id, "day": day, "reason": reason}, {side: n})
    for (minute, counter_id, level), n in pulses.items():
        amounts = {"total": n, "bad": n * (level in BAD), "level_sum": n * level}
        _change(Pulse, {"minute": minute, "counter_id": counter_id}, amounts)
    _seal(by=by, now=clock.now())
    return number


def _row(seq: int, row: Past) -> dict[str, Any]:
    return {
        "seq": seq,
        "id": row.id,
        "counter_id": row.counter_id,
        "level": row.level,
        "tablet_id": row.tablet_id,
        "channel": row.channel,
        "tablet_seq": row.tablet_seq,
        "pressed_at": None,
        "recorded_at": row.recorded_at,
        "day": row.day,
        "hour": row.hour,
        "meal": row.meal,
        "live": row.channel == "tablet",
    }


def _note_row(seq: int, row: Past) -> dict[str, Any]:
    salt = secrets.token_bytes(16) if row.comment else None
    return {
        "rating_seq": seq,
        "counter_id": row.counter_id,
        "reasons": list(row.reasons),
        "comment": row.comment,
        "comment_salt": salt,
        "comment_hash": queries.comment_hash(salt, row.comment) if salt else "",
        "staff_id": None,
        "added_at": row.recorded_at,
    }
