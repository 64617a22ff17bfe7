"""Opening cases for what raters said: after the rating's commit, in transactions of their own, in order.

Where it stopped is noted (`VoiceMark`); whatever was recorded since is looked at, counter by counter and day
by day. Doing so again changes nothing: a voice is in one case. So a server that was killed, or off for two
days, makes up for all of it.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from kiosk.cases import queries as cases
from kiosk.cases import services as casework
from kiosk.cases.models import ORDINARY, SAFETY, SIMPLE, Case
from kiosk.core import clock
from kiosk.core.actor import KIOSK
from kiosk.core.db import session, transaction
from kiosk.core.i18n import _, ngettext
from kiosk.core.room import clock_in_doubt
from kiosk.counters import queries as counters
from kiosk.messages.services import in_school_language
from kiosk.persons.models import Person
from kiosk.presence.queries import GRACE
from kiosk.ratings import queries
from kiosk.ratings.models import Alert, VoiceMark
from kiosk.ratings.queries import BAD_RATINGS, DANGER, WEEK, Group, Pair
from kiosk.school import queries as school

PATIENT = 30
SEVERITY = {DANGER: SAFETY, BAD_RATINGS: ORDINARY, WEEK: SIMPLE}
"""How grave each kind is; it decides how long the answer may take."""


def take_up() -> int:
    """Let every voice that belongs into a case be in one; how many there were. It opens its transactions."""
    number = 0
    for pair in (found := _found()).pairs:
        if queries.pending(pair):  # looked at before anybody has to wait for it
            with transaction(wait=PATIENT):
                number += _take_pair(pair)
    if found.is_new:
        with transaction(wait=PATIENT):
            _note(found.until)
    return number


def take_up_here() -> int:
    """The same in the transaction that runs."""
    found = _found()
    number = sum(_take_pair(pair) for pair in found.pairs)
    _note(found.until)
    return number


class Found(NamedTuple):
    """What there is to look at, and up to where everything has been looked at after that."""

    pairs: list[Pair]
    until: dict[str, int]
    is_new: bool


def _found() -> Found:
    since, now = cases.used_since(), clock.now()
    if since is None:
        return Found([], {}, False)
    before = {one.name: one.number for one in session.scalars(select(VoiceMark))}
    until = {**queries.newest(), "alert": _settled_alerts(now)}
    recorded = any(before.get(name) != number for name, number in until.items())
    until["minute"] = clock.minute_of(now)
    if before and clock_in_doubt():
        until["minute"] = before["minute"]
    pairs = list(dict.fromkeys(_to_look_at(since, before, until)))
    return Found(pairs, until, recorded or bool(pairs))


def _take_pair(pair: Pair) -> int:
    return sum(len(_take(group)) for group in queries.pending(pair))


def _note(found: dict[str, int]) -> None:
    for name, number in found.items():
        session.merge(VoiceMark(name=name, number=number))
    session.flush()


def _settled_alerts(now: datetime) -> int:
    """The number up to which alerts have waited for what their raters still say."""
    last = 0
    for alert in session.scalars(select(Alert).order_by(Alert.id.desc()).limit(100)):
        if queries.is_settled(alert, now):
            last = max(last, alert.id)
    return last


def _to_look_at(since: date, before: dict[str, int], found: dict[str, int]) -> Iterator[Pair]:
    """The counters and days of which anything is new; all since cases are in use at first, and where the
    clock had been ahead."""
    today = school.today()
    if not before or before["minute"] > found["minute"]:
        yield from queries.pairs_between(since, today + timedelta(days=1))
        return
    yield from queries.touched(since, before, found)
    alerts = select(Alert).where(Alert.id > before["alert"], Alert.id <= found["alert"])
    for alert in session.scalars(alerts.order_by(Alert.id)):
        if (day := school.local(alert.opened_at).date()) >= since:
            yield alert.counter_id, day
    yield from _that_ended(since, _moment(before["minute"]), _moment(found["minute"]))


def _moment(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)


def _that_ended(since: date, before: datetime, now: datetime) -> Iterable[Pair]:
    """Counters and days whose meal or week ended between the moments: what waited for that."""
    first, last = school.local(before).date(), school.local(now).date()
    found: list[Pair] = []
    if any(before < queries.week_ends(day) + GRACE <= now for day in _mondays(first, last)):
        start = queries.monday(first) - timedelta(days=7)
        found += queries.pairs_between(max(since, start), last)
    elif any(before < queries.seen_from(day, meal) <= now for day, meal in _meals(first, last)):
        found += queries.pairs_between(max(since, first - timedelta(days=1)), last)
    return found


def _mondays(first: date, last: date) -> Iterator[date]:
    """A day of each week that can have ended between the days."""
    day = queries.monday(first) - timedelta(days=7)
    while day <= last:
        yield day
        day += timedelta(days=7)


def _meals(first: date, last: date) -> Iterator[tuple[date, str]]:
    codes = [meal.code for meal in school.meals()] + [school.BETWEEN]
    for number in range(min((last - first).days, 7) + 2):
        yield from ((last - timedelta(days=number), code) for code in codes)


def _take(group: Group) -> tuple[str, ...]:
    """Let voices join their case, or open one for them."""
    if group.into is not None:
        casework.join(by=KIOSK, case=group.into, references=group.references)
    else:
        _open(group)
    return group.references


def _open(group: Group) -> Case:
    now = clock.now()
    with in_school_language():
        inside, outside = _told(group), _told_to_all(group)
    case = casework.open_case(
        by=KIOSK,
        kind=group.kind,
        subject=group.subject,
        text=inside,
        severity=SEVERITY[group.kind],
        received_at=min(now, _received(group)),
        day=group.day,
        meal=group.meal,
        reason=group.reason,
        named=_served_by(group),
        held_until=_held_until(group),
        again_of=group.after,
        voices=group.references,
        figures=dict.fromkeys(("acknowledge", "reply"), 0) if group.kind == WEEK else {},
    )
    casework.release(by=KIOSK, case=case, text=outside)
    return case


def _received(group: Group) -> datetime:
    """When it was so far: with the voice that made it a case, with the alert, at the end of the week."""
    known = max(one.known_at for one in group.voices)
    if group.kind == WEEK:
        return max(known, queries.week_ends(group.day))
    return max(known, group.alert.opened_at) if group.alert else known


def _held_until(group: Group) -> datetime | None:
    if group.kind == WEEK:
        return None
    return max(queries.seen_from(one.rating.day, one.rating.meal) for one in group.voices)


def _served_by(group: Group) -> set[int]:
    """The numbers of the persons whom the raters named."""
    rows = {number for one in group.voices for number in one.served_by}
    people = session.scalars(select(Person).where(Person.id.in_(rows))) if rows else ()
    return {one.number for one in people}


def _told(group: Group) -> str:
    """What the case is about, for who works on it: figures and codes, and nobody's words."""
    if group.kind == DANGER:
        words = (word for one in group.voices for word in cases.safety_words(one.comment))
        return str(_("A rating speaks of %(what)s.", what=cases.danger(words)))
    if group.kind == WEEK:
        return _told_to_all(group)
    if group.alert:
        figures: dict[str, Any] = {"bad": group.alert.bad, "total": group.alert.total}
        text = _("Alert: %(bad)s of %(total)s ratings within minutes were bad.", **figures)
        return f"{text} {_reason(group)}".strip()
    return _told_to_all(group)


def _told_to_all(group: Group) -> str:
    if group.kind == DANGER:
        return str(_("A rating of the meal speaks of food safety."))
    if group.kind == WEEK:
        return str(_("The dissatisfied ratings of a week, answered together."))
    if group.after is not None:
        text = str(_("Dissatisfied ratings again, after an answer on the same day."))
    else:
        text = ngettext("%(num)s dissatisfied rating.", "%(num)s dissatisfied ratings.", len(group.voices))
    return f"{text} {_reason(group)}".strip()


def _reason(group: Group) -> str:
    known = {one.code: one for one in counters.all_reasons(group.counter.kind)}
    found = known.get(group.reason)
    return str(_("Reason: %(reason)s.", reason=found.name)) if found else ""
