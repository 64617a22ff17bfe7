"""What is due as a calendar (RFC 5545): the public duties, or one's own inbox."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from icalendar import Calendar, Event

from kiosk.chain import queries as chain
from kiosk.core import clock, config
from kiosk.core.actor import Actor
from kiosk.core.i18n import _, listed, ngettext
from kiosk.core.recent import Recent
from kiosk.core.security import derived_key, mac
from kiosk.core.web import locale, named
from kiosk.overview.inbox import inbox
from kiosk.postings import queries as postings
from kiosk.school import queries as school

BACK, AHEAD = timedelta(days=14), timedelta(days=14)
"""So far back what was never posted is told of, and so far ahead what will be due."""
END_OF_DAY = time(23, 59)


class Entry(NamedTuple):
    """A line of a calendar: its name for as long as it stands, what is due, when, and where it is done.

    A day instead of a moment is the whole day.
    """

    key: str
    text: str
    when: datetime | date
    url: str = ""
    detail: str = ""


_public: Recent[bytes] = Recent(8)


def public() -> bytes:
    """What is to be posted, of every kind, as a calendar for everybody; kept like the inbox."""
    minute = clock.now().replace(second=0, microsecond=0)
    key = (chain.head(), minute, locale(), config.current().folder)
    return _public.of(key, lambda: _calendar(_("What is due"), _public_entries(minute)))


def _public_entries(now: datetime) -> Iterable[Entry]:
    today = school.today()
    for due in postings.unposted(today - BACK, today + AHEAD):
        whose = named(due.place) if due.place else ""
        key = f"{due.kind.slug}:{due.at.counter or due.at.canteen or 'school'}:{due.period}"
        what = " · ".join(filter(None, (whose, str(due.kind.label), due.period_words)))
        yield _entry(key, what, due.due, now, detail=_("Answers for it: %(who)s", who=due.answers))


def personal(who: Actor) -> bytes:
    """An actor's inbox as a calendar: what has a date at its date, all the rest in one line of today."""
    now, duties = clock.now(), [duty for duty in inbox(who) if duty.mine]
    entries = [
        _entry(f"{duty.key}:{school.local(duty.due).date()}", duty.text, duty.due, now, duty.url, duty.detail)
        for duty in duties
        if duty.due is not None
    ]
    late = sum(duty.is_late(now) for duty in duties)
    undated = sum(duty.due is None for duty in duties)
    told = [ngettext("%(num)s late", "%(num)s late", late)] if late else []
    told += [ngettext("%(num)s without a date", "%(num)s without a date", undated)] if undated else []
    if told:
        entries.append(
            Entry("inbox", _("Inbox: %(what)s", what=listed(told)), school.today(), "/office/inbox")
        )
    return _calendar(_("My inbox"), entries)


def _entry(key: str, text: str, due: datetime, now: datetime, url: str = "", detail: str = "") -> Entry:
    local = school.local(due)
    told = _("Late: %(what)s", what=text) if due < now else text
    return Entry(key, told, local.date() if local.time() >= END_OF_DAY else local, url, detail)


def _calendar(name: str, entries: Iterable[Entry]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Sunlit Counter//due//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", str(school.zone()))
    calendar.add("refresh-interval;value=duration", "PT1H")
    for entry in entries:
        calendar.add_component(_event(entry))
    calendar.add_missing_timezones()
    found: bytes = calendar.to_ical()
    return found


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", f"{mac(derived_key('calendar'), entry.key).hex()}@due.ics")
    event.add("dtstamp", clock.now().replace(microsecond=0))
    event.add("dtstart", entry.when)
    event.add("summary", entry.text)
    event.add("transp", "TRANSPARENT")
    if entry.detail:
        event.add("description", entry.detail)
    if entry.url and (public := config.current().public_url):
        event.add("url", f"{public}{entry.url}")
    return event
