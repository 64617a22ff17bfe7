"""What of accountability waits for whom: a reminder, one's statement, one's decision, a clock in doubt."""

from collections.abc import Iterator
from datetime import date, datetime, time

from flask import url_for

from kiosk.accountability import queries
from kiosk.accountability.models import Entry
from kiosk.accountability.permissions import CONFIRM_CLOCK, DECIDE_ACCOUNTABILITY, USE_ACCOUNTABILITY
from kiosk.core.actor import Actor
from kiosk.core.duty import ALERT, WARN, Duties, Duty
from kiosk.core.filters import day as day_words
from kiosk.core.i18n import _, ngettext
from kiosk.school import queries as school


def reminders(who: Actor) -> Iterator[Duty]:
    """What of one's own is late, in one line, and until when an entry can still be avoided.

    What is late stands in the inbox by itself, too, where it is done.
    """
    own = queries.own_numbers(who)
    mine = [one for one in queries.running() if own.intersection(one.people)] if own else []
    if not mine:
        return
    first = mine[0]
    text = ngettext(
        "%(num)s thing of yours is late: %(what)s",
        "%(num)s things of yours are late, the first: %(what)s",
        len(mine),
        what=queries.title(first),
    )
    falls = day_words(first.falls_on) if first.falls_on else "—"
    detail = _("An entry of accountability is made after %(day)s", day=falls)
    index = url_for("office.accountability.index")
    url = index if len(mine) > 1 else queries.address(first) or index
    yield Duty("all", ALERT, text, url, detail=detail, due=_end(first.due_on), mine=True)


def statements(who: Actor) -> Iterator[Duty]:
    """The entries in which one is named and has said nothing yet."""
    own = queries.own_numbers(who)
    for one in queries.undecided(queries.of_own(who)):
        if not own.intersection(statement.person_id for statement in one.statements):
            text = _("You answer for: %(what)s. What do you say to it?", what=queries.title(one))
            yield _duty(one, text, _end(queries.hearing(one).day))


def decisions(who: Actor) -> Iterator[Duty]:
    """The entries that wait for one's decision."""
    for one in queries.waiting_for(who):
        text = _("Decide about the accountability for: %(what)s", what=queries.title(one))
        yield _duty(one, text, None)


def _duty(entry: Entry, text: str, due: datetime | None) -> Duty:
    return Duty(
        str(entry.id),
        WARN,
        text,
        url_for("office.accountability.show", number=entry.id),
        detail=_("Accountability, no. %(number)s", number=entry.id),
        due=due,
        mine=True,
    )


def _end(day: date | None) -> datetime | None:
    """The last moment of a day."""
    return datetime.combine(day, time.max, school.zone()) if day else None


def clock_in_doubt(_who: Actor) -> Iterator[Duty]:
    """The clock jumped, and nobody has said whether the days are real."""
    if jump := queries.open_jump():
        text = _(
            "The clock jumped from %(before)s to %(after)s. Are these days real?",
            before=day_words(jump.before_at, "date"),
            after=day_words(jump.after_at, "date"),
        )
        yield Duty(str(jump.id), ALERT, text, url_for("office.accountability.index"), mine=True)


DUTIES = (
    Duties("accountability-late", USE_ACCOUNTABILITY, reminders),
    Duties("accountability-statement", USE_ACCOUNTABILITY, statements),
    Duties("accountability-decision", DECIDE_ACCOUNTABILITY, decisions),
    Duties("accountability-clock", CONFIRM_CLOCK, clock_in_doubt),
)
