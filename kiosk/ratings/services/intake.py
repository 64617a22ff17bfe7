"""The intake: a rating is stored once, however often it is sent, and one voice counts once a meal.

Ratings come in groups (`core.writer`): each step looks at the whole group at once, so that a group costs a
dozen statements and one commit, however many it holds.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, bindparam, func, insert, select

from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import Problem
from kiosk.core.security import fingerprint
from kiosk.counters.models import Counter, Tablet
from kiosk.presence.models import SpentPass
from kiosk.presence.services import Visitor
from kiosk.ratings import queries
from kiosk.ratings.models import ErasedComment, Rating, RatingMark, RatingNote, Recorded, Stored
from kiosk.ratings.services.admission import Passes, extra_of, tap_of_tablet
from kiosk.ratings.services.alerts import watch
from kiosk.ratings.services.counting import Tallies, count_reasons, counts_at, mark_row
from kiosk.ratings.services.judging import judge
from kiosk.ratings.services.presses import Extra, OtherContent, Outcome, Press, Tap
from kiosk.ratings.services.snapshot import Snapshot, place, snapshot
from kiosk.ratings.services.taking_back import take_back
from kiosk.ratings.services.voices import remember


def take_all(presses: Sequence[Press]) -> list[Outcome | Problem]:
    """Store ratings, each once, however often it is sent; for each what became of it, or why it was refused.

    The same id again is answered with what is stored; reasons, a comment and the person served by are added
    where there were none; anything else that differs is refused (OtherContent). Unknown reasons and people
    off the roster are left out: no rating is lost for them. A pass is spent on one rating, which may be
    repeated and amended, even when the pass is meanwhile over. A tablet's tap may be taken back.
    """
    current = snapshot()
    passes = Passes(current, (press.phone_pass for press in presses if press.phone_pass))
    taps: list[Tap | Problem] = []
    for press in presses:
        try:
            taps.append(passes.admit(press) if press.phone_pass else tap_of_tablet(press, current))
        except Problem as problem:
            taps.append(problem)
    stored = iter(_store([tap for tap in taps if isinstance(tap, Tap)], current))
    return [tap if isinstance(tap, Problem) else next(stored) for tap in taps]


def take(
    *,
    counter: Counter,
    channel: str,
    tablet: Tablet | None = None,
    visitor: Visitor | None = None,
    **press: object,
) -> Outcome:
    """Take one rating whose authority is beyond doubt; raises the Problem it meets (see `take_all`)."""
    sent, spot = Press(counter=counter.code, **press), place(counter)  # type: ignore[arg-type]
    tap = Tap(sent, spot, channel, extra_of(spot, sent), tablet.id if tablet else None, visitor)
    tap.pressed_at = sent.pressed_at
    return _or_raise(_store([tap], snapshot())[0])


def take_press(press: Press) -> Outcome:
    """Take one rating by its authority; raises the Problem it meets (see `take_all`)."""
    return _or_raise(take_all([press])[0])


def _or_raise(outcome: Outcome | Problem) -> Outcome:
    if isinstance(outcome, Problem):
        raise outcome
    return outcome


_STORED = select(Rating.id).where(Rating.id.in_(bindparam("ids", expanding=True)))
_NEWEST = select(func.max(Rating.seq))


def _store(taps: list[Tap], current: Snapshot) -> list[Outcome | Problem]:
    """Store the taps whose id is new, then look at the repeats, which may be repeats of one another."""
    _leave_erased(taps)
    ids = [tap.press.id for tap in taps]
    stored = set(session.connection().execute(_STORED, {"ids": ids}).scalars())
    fresh: dict[UUID, Tap] = {}
    for tap in taps:
        if tap.press.id not in stored:
            fresh.setdefault(tap.press.id, tap)
    if fresh:
        _store_fresh(list(fresh.values()), current)
    return [
        Outcome(tap.rating, tap.place.code, created=True, mark=tap.mark) if tap.rating else _repeat(tap)
        for tap in taps
    ]


def _leave_erased(taps: list[Tap]) -> None:
    """A comment that was erased comes back with nobody: what is sent again arrives without it."""
    again = {tap.press.id for tap in taps if tap.extra.comment and not tap.press.live}
    query = select(ErasedComment.rating_id).where(ErasedComment.rating_id.in_(again))
    erased = set(session.scalars(query)) if again else set()
    for tap in taps:
        if tap.press.id in erased:
            tap.extra = replace(tap.extra, comment="")


def _store_fresh(taps: list[Tap], current: Snapshot) -> None:
    """Store new ratings, and change in the same transaction all that follows from them."""
    now = clock.now()
    seq = session.connection().execute(_NEWEST).scalar() or 0  # the lock all writers share leaves no gap
    for number, tap in enumerate(taps, seq + 1):
        tap.rating = _recorded(number, tap, now, current)
    judge(taps, current)
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


def _recorded(seq: int, tap: Tap, now: datetime, current: Snapshot) -> Recorded:
    """The new row of a tap, which says where it counts."""
    press, local = tap.press, counts_at(tap.pressed_at, now).astimezone(current.zone)
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
        day=local.date(),
        hour=local.hour,
        meal=current.meal_at(local.time()),
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


def _repeat(tap: Tap) -> Outcome | Problem:
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
    return Outcome(rating, tap.place.code, created=False, amended=bool(missing))


def _missing(notes: list[RatingNote], extra: Extra) -> Extra:
    """What of the extra is not there yet; OtherContent where something else is."""
    reasons = next((note.reasons for note in notes if note.reasons), [])
    comment = next((note for note in notes if note.comment_hash), None)
    person = next((note.staff_id for note in notes if note.staff_id), None)
    if reasons and extra.reasons and set(reasons) != set(extra.reasons):
        raise OtherContent
    if comment and extra.comment and comment.comment not in ("", extra.comment):
        raise OtherContent
    if person and extra.staff_id and person != extra.staff_id:
        raise OtherContent
    return Extra(
        [] if reasons else extra.reasons, "" if comment else extra.comment, None if person else extra.staff_id
    )
