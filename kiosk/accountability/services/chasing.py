"""Reminders, and the entries that they become: each is made once and stands in the record."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from kiosk.accountability import queries
from kiosk.accountability.models import DONE, ENTERED, LAPSED, Chase, Entry
from kiosk.accountability.queries import Owed, start_of
from kiosk.accountability.services.naming import level_above, named
from kiosk.accountability.services.reminding import remind
from kiosk.accountability.settings import ENTRY_DAYS
from kiosk.core import clock
from kiosk.core.actor import KIOSK, Actor
from kiosk.core.db import session
from kiosk.core.i18n import in_language
from kiosk.core.trace import record
from kiosk.school import queries as school


def chase(found: Owed, day: date) -> Chase:
    """Remind of something that is late on a day."""
    one, days = found.one, school.settings()[ENTRY_DAYS]
    before = select(func.count()).select_from(Chase).where(Chase.key == one.key)
    made = Chase(
        key=one.key,
        number=(session.scalar(before) or 0) + 1,
        kind=found.dues.kind,
        subject=one.subject,
        duty=one.duty,
        days=days,
        people=list(one.people),
        post_id=one.post,
        at=start_of(day),
        made_at=clock.now(),
        chain_seq=0,
        due_on=one.due,
        falls_on=falls(one.due, start_of(day), days),
    )
    made.id = (session.scalar(select(func.max(Chase.id))) or 0) + 1
    made.chain_seq = record("chase.made", f"chase:{made.id}", by=KIOSK, after=chase_facts(made))
    session.add(made)
    session.flush()
    remind(made)
    return made


def falls(due: date, at: datetime, days: int) -> date | None:
    """The last day before the entry: so many school days after the due day, and never fewer after a reminder
    that came late because another calendar brought the due day forward."""
    return school.due(max(due, school.local(at).date() - timedelta(days=1)), days).day


def chase_facts(made: Chase) -> dict[str, Any]:
    """What the record says of a reminder when it is made."""
    return {
        "key": made.key,
        "number": made.number,
        "kind": made.kind,
        "subject": made.subject,
        "duty": made.duty,
        "due": made.due_on,
        "days": made.days,
        "falls": made.falls_on,
        "at": made.at.astimezone(UTC),
        "people": made.people,
        "post": made.post_id,
    }


def move(by: Actor, running: Chase, due: date) -> None:
    """Let a reminder follow the calendar; what moved stands in the record, old and new."""
    new = falls(due, running.at, running.days)
    if (due, new) == (running.due_on, running.falls_on):
        return
    before = {"due": running.due_on, "falls": running.falls_on}
    running.due_on, running.falls_on = due, new
    after = {"key": running.key, "due": due, "falls": new}
    record("chase.moved", f"chase:{running.id}", by=by, before=before, after=after)


def end(running: Chase, how: str) -> None:
    """End a reminder."""
    running.ended, running.ended_at = how, clock.now()
    record("chase.ended", f"chase:{running.id}", by=KIOSK, after={"key": running.key, "how": how})


def enter(running: Chase) -> Entry:
    """Make the entry that a reminder has become: whose it was when it became late, and how it was counted."""
    due = school.due(max(running.due_on, school.local(running.at).date() - timedelta(days=1)), running.days)
    assert due.late_from is not None
    with in_language("en"):  # what is no note of the school is said in the reader's language later
        left_out = [[one.day.isoformat(), str(one.why)] for one in due.left_out]
    people = named(running.people, running.post_id, running.due_on)
    made = Entry(
        key=running.key,
        kind=running.kind,
        subject=running.subject,
        duty=running.duty,
        due_on=running.due_on,
        chased_at=running.at,
        at=due.late_from,
        made_at=clock.now(),
        counted={"days": [day.isoformat() for day in due.counted], "left_out": left_out},
        term=_term(running.due_on),
        level=level_above(people),
        named=people,
    )
    made.id = (session.scalar(select(func.max(Entry.id))) or 0) + 1
    after = entry_facts(made)
    made.chain_seq = record("accountability.entered", f"accountability:{made.id}", by=KIOSK, after=after)
    session.add(made)
    end(running, ENTERED)
    session.flush()
    return made


def _term(day: date) -> str:
    return next((term.name for term in school.terms() if term.starts <= day <= term.ends), "")


def entry_facts(made: Entry) -> dict[str, Any]:
    """What the record says of an entry; names of posts and of the term stand beside it and can be erased."""
    return {
        "key": made.key,
        "kind": made.kind,
        "subject": made.subject,
        "duty": made.duty,
        "due": made.due_on,
        "chased": made.chased_at.astimezone(UTC),
        "at": made.at.astimezone(UTC),
        "counted": made.counted["days"],
        "left_out": [{"day": day, "why": why} for day, why in made.counted["left_out"]],
        "people": [one.person_id for one in made.named],
        "posts": [one.post for one in made.named],
        "term": made.term,
        "level": made.level,
    }


def settle(running: Chase, owed: Mapping[str, Owed], since: date, day: date) -> None:
    """What a day brings for a reminder: it follows its due day, lapses, ends, or becomes an entry."""
    found = owed.get(running.key)
    if running.due_on < since or running.kind not in queries.kinds():
        end(running, LAPSED)
        return
    if found is not None:
        move(KIOSK, running, found.one.due)
    if running.falls_on is None or running.falls_on >= day:
        return
    if found is None:
        end(running, DONE)
    else:
        enter(running)
