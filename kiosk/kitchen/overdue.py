"""What a kitchen owed and did not do, for whoever asks: gaps, looks that nobody signed, missed checks."""

from collections.abc import Iterator
from datetime import date

from flask import url_for

from kiosk.core.filters import day as day_words
from kiosk.core.i18n import _, lazy, named
from kiosk.core.overdue import Dues, Overdue
from kiosk.core.room import on_since
from kiosk.counters import queries as counters
from kiosk.kitchen import queries
from kiosk.kitchen.models import CONTROL, HEALTH, MONTH, WEEK
from kiosk.postings.queries import period_words


def overdue(first: date, last: date) -> Iterator[Overdue]:
    """Each day of daily control without an entry, each week and month that is not signed."""
    since = on_since(queries.DAILY_CONTROL)
    if since is None:
        return
    for canteen, day in queries.gaps(max(first, since), last):
        post, people = _whose(CONTROL, canteen.id, day)
        subject = f"control:{canteen.code}:{day}"
        yield Overdue(subject, subject, CONTROL, day, people, post)
    for kind in (WEEK, MONTH):
        for canteen, period, due in queries.owed(kind, first, last):
            post, people = _whose(kind, canteen.id, due)
            subject = f"control:{canteen.code}:{period}"
            yield Overdue(f"{subject}:{kind}", subject, kind, due, people, post)


def unchecked(first: date, last: date) -> Iterator[Overdue]:
    """Each day on which the morning check of those who work with food was not made."""
    for canteen, day in queries.missed_checks(first, last):
        post, people = _whose(HEALTH, canteen.id, day)
        subject = f"morning:{canteen.code}:{day}"
        yield Overdue(subject, subject, HEALTH, day, people, post)


def _whose(task: str, canteen_id: int, day: date) -> tuple[int | None, tuple[int, ...]]:
    post = queries.answering(task, canteen_id, day)
    return post.id if post else None, tuple(one.number for one in queries.people(task, canteen_id, day))


def _title(subject: str, duty: str) -> str:
    _kind, code, period = subject.split(":", 2)
    known = (one for one in counters.canteens(everything=True) if one.code == code)
    where = next((named(one) for one in known), code)
    if duty in (CONTROL, HEALTH):
        words = {"where": where, "day": day_words(date.fromisoformat(period), "date")}
        if duty == HEALTH:
            return str(_("%(where)s: morning check of %(day)s", **words))
        return str(_("%(where)s: daily control of %(day)s", **words))
    words = {"where": where, "period": period_words(period)}
    if duty == WEEK:
        return str(_("%(where)s: weekly look, %(period)s", **words))
    return str(_("%(where)s: monthly meeting, %(period)s", **words))


DUES = (
    Dues(
        kind="control",
        label=lazy("Daily control"),
        of=overdue,
        title=_title,
        address=lambda _subject: url_for("office.daily_control.index"),
    ),
    Dues(
        kind="morning",
        label=lazy("Morning check"),
        of=unchecked,
        title=_title,
        address=lambda _subject: url_for("office.health.index"),
    ),
)
