"""What waits for whom of the ratings: alerts, counters that are silent, ratings that are doubtful."""

from collections.abc import Iterator
from datetime import timedelta

from flask import url_for

from kiosk.auth.queries import is_work_of
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.duty import ALERT, WARN, Duties, Duty
from kiosk.core.filters import clock_time, when
from kiosk.core.i18n import _, ngettext
from kiosk.core.web import named
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter
from kiosk.counters.queries import Silence, place_of
from kiosk.ratings import queries
from kiosk.ratings.permissions import ACKNOWLEDGE_ALERT, DECIDE_MARKS, WATCH_COUNTERS
from kiosk.ratings.settings import ALERT_MINUTES
from kiosk.school import queries as school

MOST_SILENCES = 3
"""More silent counters than this share a line."""
DECIDED_WITHIN = timedelta(days=60)
"""What nobody decided about stands so long."""


def alerts(who: Actor) -> Iterator[Duty]:
    """Each alert that nobody has seen yet."""
    by_number = {one.id: one for one in counters.counters(everything=True)}
    for alert in queries.alerts_now(clock.now()):
        counter = by_number[alert.counter_id]
        if alert.alert.acknowledged_at is None and who.may(ACKNOWLEDGE_ALERT, place_of(counter)):
            yield Duty(
                str(alert.alert.id),
                ALERT,
                _(
                    "%(counter)s since %(time)s: %(text)s",
                    counter=named(counter),
                    time=clock_time(alert.since),
                    text=figures(alert),
                ),
                _page_of(counter),
                place_of(counter),
                named(counter),
                mine=is_work_of(who, ACKNOWLEDGE_ALERT, place_of(counter)),
            )


def figures(alert: queries.AlertNow) -> str:
    """4 of 4 bad in 15 min."""
    minutes = school.settings()[ALERT_MINUTES]
    text: str = _(
        "%(bad)s of %(total)s bad in %(minutes)s min", bad=alert.bad, total=alert.total, minutes=minutes
    )
    return text


def _page_of(counter: Counter) -> str:
    return url_for("office.ratings.counter", code=counter.code)


def silences(who: Actor) -> Iterator[Duty]:
    """Each counter that is silent; many at once (the network is down) are one line."""
    found: dict[int, Silence] = {}
    for silence in counters.silences(clock.now()):  # the tablet's comes first, where there are both
        if who.may(WATCH_COUNTERS, place_of(silence.counter)):
            found.setdefault(silence.counter.id, silence)
    if len(found) <= MOST_SILENCES:
        yield from (_silence(who, silence) for silence in found.values())
        return
    first = place_of(next(iter(found.values())).counter)
    text = ngettext("%(num)s counter is silent", "%(num)s counters are silent", len(found))
    has_tablet = any(silence.tablet for silence in found.values())
    url = url_for("office.tablets.index" if has_tablet else "office.ratings.index")
    yield Duty("all", WARN, text, url, first, mine=is_work_of(who, WATCH_COUNTERS, first))


def _silence(who: Actor, silence: Silence) -> Duty:
    name, at = named(silence.counter), place_of(silence.counter)
    if silence.since:
        text = _(
            "%(counter)s: its tablet has been silent since %(time)s",
            counter=name,
            time=when(silence.since),
        )
    else:
        text = _("%(counter)s: no ratings this hour, which usually has %(n)s", counter=name, n=silence.usual)
    url = url_for("office.tablets.index") if silence.tablet else _page_of(silence.counter)
    mine = is_work_of(who, WATCH_COUNTERS, at)
    return Duty(silence.counter.code, WARN, text, url, at, name, mine=mine)


def doubts(who: Actor) -> Iterator[Duty]:
    """One line for all ratings that wait for a decision."""
    today = school.today()
    waiting = [one for one in queries.doubts(today - DECIDED_WITHIN, today) if one.decision is None]
    places = {one.id: place_of(one) for one in counters.counters(everything=True)} if waiting else {}
    waiting = [one for one in waiting if who.may(DECIDE_MARKS, places[one.counter_id])]
    if not waiting:
        return
    text = ngettext(
        "%(num)s doubtful rating waits for a decision",
        "%(num)s doubtful ratings wait for a decision",
        sum(one.number for one in waiting),
    )
    at = SCHOOL if who.may(DECIDE_MARKS, SCHOOL) else places[waiting[0].counter_id]
    url = url_for("office.ratings.marks", _anchor="doubts")
    yield Duty("all", WARN, text, url, at, mine=is_work_of(who, DECIDE_MARKS, at))


DUTIES = (
    Duties("alert", ACKNOWLEDGE_ALERT, alerts),
    Duties("silence", WATCH_COUNTERS, silences),
    Duties("doubt", DECIDE_MARKS, doubts),
)
