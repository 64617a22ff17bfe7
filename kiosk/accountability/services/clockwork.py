"""What the clock does, day by day and once: reminds of what is late, and enters what stays undone.

A day is worked through in a transaction of its own, in order; what the server missed it makes up with the
true times. What was done before the clock came to it is not held against anybody.
"""

from datetime import UTC, date, datetime, timedelta

from kiosk.accountability import queries
from kiosk.accountability.models import BACK, CONFIRMED, Jump, Worked
from kiosk.accountability.queries import LONGEST, start_of
from kiosk.accountability.refusals import OtherJump
from kiosk.accountability.services.chasing import chase, move, settle
from kiosk.core import clock
from kiosk.core.actor import KIOSK, Actor
from kiosk.core.db import session
from kiosk.core.trace import record
from kiosk.school import queries as school


def is_behind() -> bool:
    """Whether there is anything to do: a day to work through, or a jump of the clock to note or to settle."""
    last, jump, first = queries.worked_until(), queries.open_jump(), queries.since()
    if first is None:
        return False
    if jump is not None:
        return queries.is_over(jump, last)
    return last is None or last < first or last != school.today()


def advance() -> bool:
    """Do the next thing that is to be done, and say whether there is more. In a transaction of the caller's.

    Nothing is worked through while nobody has confirmed a jump of the clock.
    """
    last, jump, first = queries.worked_until(), queries.open_jump(), queries.since()
    if first is None:
        return False
    if jump is not None:
        if not queries.is_over(jump, last):
            return False
        _end(jump, BACK, KIOSK)
        return True
    if last is None or last < first:
        _note(first)
        return first != school.today()
    if queries.is_doubtful(last):
        _doubt(last)
        return False
    if last < school.today():
        work_day(last + timedelta(days=1), first)
    return last + timedelta(days=1) < school.today()


def work_day(day: date, first: date) -> None:
    """Work through a day: what falls becomes an entry, what is newly late is chased."""
    owed = queries.owed(first, day)
    for running in queries.running():
        settle(running, owed, first, day)
    chased = {running.key for running in queries.running()}
    for key, found in sorted(owed.items(), key=lambda item: (item[1].one.due, item[0])):
        if key not in chased and found.one.people and not queries.is_entered(key):
            chase(found, day)
    _note(day)


def _note(day: date) -> None:
    session.add(Worked(day=day, made_at=clock.now()))
    session.flush()


def move_with_calendar(by: Actor) -> None:
    """Terms or school days changed: what may still become an entry follows; entries that were made stay."""
    first = queries.since()
    running = queries.running()
    if first is None or not running:
        return
    owed = queries.owed(first, school.today())
    for one in running:
        move(by, one, owed[one.key].one.due if one.key in owed else one.due_on)
    session.flush()


def _doubt(last: date) -> None:
    jump = Jump(before_at=start_of(last), after_at=clock.now())
    session.add(jump)
    session.flush()
    told = {"before": jump.before_at.astimezone(UTC), "after": jump.after_at.astimezone(UTC)}
    record("jump.noticed", f"jump:{jump.id}", by=KIOSK, after=told)


def _end(jump: Jump, how: str, by: Actor) -> None:
    jump.ended, jump.ended_at, jump.person_id = how, clock.now(), by.person
    record("jump.ended", f"jump:{jump.id}", by=by, after={"how": how})
    session.flush()


def confirm(*, by: Actor, jump: Jump, seen: datetime | None = None) -> None:
    """Say that the days after a jump are real: what they missed is then made up, in order.

    A clock that was ahead goes on from today. OtherJump where the doubt is settled, or the clock has moved
    again. A second click does nothing twice.
    """
    if jump.ended == CONFIRMED and by.person is not None and jump.person_id == by.person:
        return
    last = queries.worked_until()
    if jump.ended or last is None or queries.is_over(jump, last):
        raise OtherJump
    if abs(clock.now() - jump.after_at) > timedelta(days=LONGEST):
        raise OtherJump
    if not jump.is_forward:
        _note(school.today())
    _end(jump, CONFIRMED, by)
