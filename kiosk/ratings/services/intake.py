"""The intake: a rating is stored once, however often it is sent, and one voice counts once a meal."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean
from kiosk.core.security import encode, fingerprint, mac
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter, Duty, Tablet
from kiosk.ratings import queries
from kiosk.ratings.models import (
    LEVELS,
    MealKey,
    Rating,
    RatingNote,
    RatingVisitor,
    SpentPass,
)
from kiosk.ratings.services.alerts import watch
from kiosk.ratings.services.counting import add_mark, count, count_reasons, counts_at, uncount, upsert
from kiosk.ratings.services.presence import Pass, PassInvalid, Visitor
from kiosk.school import queries as school
from kiosk.staff.models import StaffMember

MOST_COMMENT = 500
"""Characters of a comment."""


OUTSIDE = timedelta(minutes=15)
"""A tap is still taken for one of the opening hours this long before and after them."""


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


@dataclass(frozen=True)
class Taken:
    """What became of a rating that came in: stored now, or stored before and perhaps amended."""

    rating: Rating
    created: bool
    amended: bool = False
    mark: str | None = None
    """Why a new rating is kept and not counted; of one stored before, its receipt knows."""


@dataclass(frozen=True)
class Extra:
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
    extra = cleaned(counter, reasons, comment, staff_id)
    rating = _store(id, counter, level, channel, tablet, tablet_seq, pressed_at, live)
    if rating is None:
        return _repeat(id, counter, level, tablet_seq, extra)
    mark = _mark_at_once(rating, counter)
    if mark:
        add_mark(rating, mark)
    if visitor:
        remember(rating, visitor, supersedes=mark is None)
    if mark is None:
        count(rating, 1)
    if extra:
        _add_note(rating, extra, counted=mark is None)
    if mark is None:
        watch(rating)
    return Taken(rating, created=True, mark=mark)


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
    if spent is None and not taken.created:  # somebody else's: an id alone gives no right
        raise OtherContent
    if taken.created:
        session.add(SpentPass(pass_hash=pass_hash, rating_id=id, expires_at=phone_pass.expires_at))
        session.flush()
    return taken


def cleaned(counter: Counter, reasons: Sequence[str], comment: str, staff_id: int | None) -> Extra:
    comment = clean(comment)
    if len(comment) > MOST_COMMENT:
        raise Invalid(lazy("A comment has 500 characters at most."), field="comment")
    known = {reason.code for reason in counters.reasons(counter.kind)} if reasons else set()
    chosen = [code for code in dict.fromkeys(reasons) if code in known]
    return Extra(chosen[: counters.MOST_REASONS], comment, _on_roster(counter, staff_id))


def _on_roster(counter: Counter, staff_id: int | None) -> int | None:
    if staff_id is None or not 0 < staff_id < 2**31:
        return None
    query = select(Duty.staff_id).join(StaffMember, StaffMember.id == Duty.staff_id)
    query = query.where(Duty.counter_id == counter.id, Duty.staff_id == staff_id, StaffMember.active)
    found: int | None = session.scalar(query.limit(1))
    return found


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
    statement = upsert(Rating).values(values).on_conflict_do_nothing(index_elements=["id"])
    found: Rating | None = session.scalars(statement.returning(Rating)).one_or_none()
    return found


def _repeat(id: UUID, counter: Counter, level: int, tablet_seq: int, extra: Extra) -> Taken:
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


def _add_note(rating: Rating, extra: Extra, *, counted: bool) -> None:
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
        count_reasons(rating, extra.reasons, 1)


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


def remember(rating: Rating, visitor: Visitor, *, supersedes: bool) -> None:
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
