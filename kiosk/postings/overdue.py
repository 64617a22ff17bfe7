"""What was to be posted and is not, for whoever asks after what is owed (`Room.dues`)."""

from collections.abc import Iterator
from datetime import date

from flask import url_for

from kiosk.core.i18n import _, lazy, named
from kiosk.core.overdue import Dues, Overdue
from kiosk.counters import queries as counters
from kiosk.postings import queries
from kiosk.postings.queries import Due
from kiosk.school import queries as school

POST = "post"
SCHOOL = "school"


def overdue(first: date, last: date) -> Iterator[Overdue]:
    """Each period that was to be posted by one of these days and is not, drafted or not."""
    for one in queries.unposted(first, last):
        people = tuple(person.number for person in one.people)
        day = school.local(one.due).date()
        yield Overdue(_key(one), _key(one), POST, day, people, one.post.id if one.post else None)


def _key(one: Due) -> str:
    place = f"counter/{one.at.counter}" if one.at.counter else f"canteen/{one.at.canteen}"
    return f"posting:{one.kind.slug}:{place if one.place else SCHOOL}:{one.period}"


def _title(subject: str, _duty: str) -> str:
    _posting, slug, place, period = subject.split(":", 3)
    kind = next((one for one in queries.all_kinds() if one.slug == slug), None)
    what = str(kind.label) if kind else slug
    label = _place(place)
    whose = f"{label} · " if label else ""
    return str(_("Post it: %(what)s, %(period)s", what=f"{whose}{what}", period=period))


def _place(place: str) -> str:
    """What the canteen or counter of a key is called; nothing for the whole school."""
    kind, _slash, code = place.partition("/")
    known = counters.counters() if kind == "counter" else counters.canteens()
    return next((named(one) for one in known if one.code == code), code)


def _address(_subject: str) -> str:
    return url_for("office.postings.index")


DUES = Dues(kind="posting", label=lazy("Postings"), of=overdue, title=_title, address=_address)
