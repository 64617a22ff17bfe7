"""What needs a person, worst first: each row leads to the page where it is done, and is shown to whom may."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for

from kiosk.core import filters
from kiosk.core.actor import KIOSK, Place
from kiosk.core.filters import clock_time, percent
from kiosk.core.i18n import _, ngettext
from kiosk.core.web import named
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter
from kiosk.counters.queries import Silence
from kiosk.overview import queries
from kiosk.overview.permissions import (
    OFFER_DECIDE,
    OFFER_OPERATION,
    OFFER_POSTS,
    OFFER_ROSTER,
    OFFER_TABLETS,
    OFFER_TELL_APART,
    OFFER_WRITE,
    is_offered,
)
from kiosk.overview.queries import CanteenNow
from kiosk.persons.queries import questions
from kiosk.purchasing.queries import PostedSheet
from kiosk.ratings import queries as ratings
from kiosk.school import queries as school
from kiosk.staff import queries as staff

MOST_SILENCES = 3
"""More silent counters than this share a line."""
MOST_VACANT = 5
"""More posts without a holder than this share a line."""
DECIDED_WITHIN = timedelta(days=60)
"""What nobody decided about stands so long."""

Row = dict[str, Any]


def counter_url(counter: Counter) -> str:
    """The counter's page in the office."""
    return url_for("office.ratings.counter", code=counter.code)


def when(moment: datetime) -> str:
    """The time of today's, the day as well of older moments."""
    if school.local(moment).date() == school.today():
        return clock_time(moment)
    return f"{filters.day(moment, 'short')} {clock_time(moment)}"


def needs(canteens: list[CanteenNow], day: date, now: datetime, rights: frozenset[str]) -> list[Row]:
    """What needs a person at the aware moment, but for alerts: those change with every rating."""
    return [
        *_silences(counters.silences(now), rights),
        *(_late(place, day, rights) for place in canteens if queries.state(place, day, now) == "late"),
        *(row for place in canteens for row in _prices(place)),
        *_doubts(day, rights),
        *_left_open(rights),
        *_vacant_posts(day, rights),
        *_unknown_people(rights),
        *_duties(rights),
    ]


def row(kind: str, key: str, text: str, url: str) -> Row:
    """A row of the strip. The key is its name for as long as it stands there."""
    return {"kind": kind, "key": f"{kind}:{key}", "ack": False, "text": text, "url": url, "alert": None}


def _late(place: CanteenNow, day: date, rights: frozenset[str]) -> Row:
    url = (
        url_for("office.purchasing.new", canteen=place.canteen.code, day=day.isoformat())
        if is_offered(OFFER_WRITE, Place(canteen=place.canteen.code), rights)
        else url_for("office.purchasing.index")
    )
    text = _("%(canteen)s has not posted its purchases", canteen=named(place.canteen))
    return row("sheet", place.canteen.code, text, url)


def _prices(place: CanteenNow) -> Iterator[Row]:
    """Each sheet of the day on which a price stands out."""
    for sheet in place.sheets:
        if number := sum(line.is_marked for line in sheet.lines):
            text = ngettext(
                "%(canteen)s: %(num)s price stands out (%(most)s)",
                "%(canteen)s: %(num)s prices stand out (%(most)s …)",
                number,
                canteen=named(place.canteen),
                most=_most(sheet),
            )
            yield row("price", str(sheet.sheet.id), text, _sheet_url(sheet))


def _most(sheet: PostedSheet) -> str:
    """The marked line whose price moved most."""
    line = max(
        (line for line in sheet.lines if line.is_marked), key=lambda line: abs(line.change_beside or 0)
    )
    change = percent(line.change_beside, signed=True)
    return f"{line.line.item} {change}".strip()


def _sheet_url(sheet: PostedSheet) -> str:
    return url_for("office.purchasing.sheet", sheet_id=sheet.sheet.id)


def _doubts(day: date, rights: frozenset[str]) -> Iterator[Row]:
    if OFFER_DECIDE.name not in rights:
        return
    waiting = [doubt for doubt in ratings.doubts(day - DECIDED_WITHIN, day) if doubt.decision is None]
    if waiting:
        text = ngettext(
            "%(num)s doubtful rating waits for a decision",
            "%(num)s doubtful ratings wait for a decision",
            sum(doubt.number for doubt in waiting),
        )
        yield row("doubt", "all", text, url_for("office.ratings.marks", _anchor="doubts"))


def _left_open(rights: frozenset[str]) -> Iterator[Row]:
    """Each counter whose roster still names somebody who left."""
    if OFFER_ROSTER.name in rights:
        for code, line in {line.counter.code: line for line in counters.duties_left_open()}.items():
            text = _("%(counter)s: the roster names somebody who left", counter=named(line.counter))
            yield row("roster", code, text, url_for("office.counters.edit", code=code))


def _vacant_posts(day: date, rights: frozenset[str]) -> Iterator[Row]:
    """Each post without a holder; many are one line."""
    vacant = staff.vacant(day) if OFFER_POSTS.name in rights else []
    if len(vacant) > MOST_VACANT:
        text = ngettext("%(num)s post has no holder", "%(num)s posts have no holder", len(vacant))
        yield row("post", "all", text, url_for("office.posts.index"))
        return
    for post in vacant:
        text = _("Post %(post)s of team %(team)s has no holder", post=post.name, team=post.team.name)
        yield row("post", str(post.id), text, url_for("office.posts.show", post_id=post.id))


def _unknown_people(rights: frozenset[str]) -> Iterator[Row]:
    if OFFER_TELL_APART.name in rights and (number := questions()):
        text = ngettext(
            "%(num)s name waits to be said whose it is",
            "%(num)s names wait to be said whose they are",
            number,
        )
        yield row("names", "all", text, url_for("office.persons.index"))


def _duties(rights: frozenset[str]) -> Iterator[Row]:
    if OFFER_OPERATION.name in rights:
        for duty in queries.duties(KIOSK):
            yield row(f"server-{duty.state}", duty.key, duty.text, duty.url)


def _silences(silences: list[Silence], rights: frozenset[str]) -> Iterable[Row]:
    """Each counter that is silent; many at once (the network is down) are one line."""
    by_counter = {
        silence.counter.id: silence for silence in reversed(silences)
    }  # the tablet's, where there are both
    if len(by_counter) > MOST_SILENCES:
        text = ngettext("%(num)s counter is silent", "%(num)s counters are silent", len(by_counter))
        return [row("silence", "all", text, _silences_url(list(by_counter.values()), rights))]
    return [
        row("silence", silence.counter.code, _silence_text(silence), _silences_url([silence], rights))
        for silence in reversed(by_counter.values())
    ]


def _silences_url(silences: list[Silence], rights: frozenset[str]) -> str:
    if OFFER_TABLETS.name in rights and any(silence.tablet for silence in silences):
        return url_for("office.tablets.index")
    return url_for("office.ratings.index") if len(silences) > 1 else counter_url(silences[0].counter)


def _silence_text(silence: Silence) -> str:
    name = named(silence.counter)
    text: str = (
        _("%(counter)s: its tablet has been silent since %(time)s", counter=name, time=when(silence.since))
        if silence.since
        else _("%(counter)s: no ratings this hour, which usually has %(n)s", counter=name, n=silence.usual)
    )
    return text
