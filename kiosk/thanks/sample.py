"""The sample school's share: what was put right is told; Chen agreed to be named."""

from collections.abc import Iterator
from datetime import date, time

from sqlalchemy import select

from kiosk.auth import queries as auth
from kiosk.cases import services as casework
from kiosk.cases.models import MENDED, Case
from kiosk.core.db import session
from kiosk.core.samples import BY, Event, Share, Span, at
from kiosk.staff import services as staff

SAID = {
    "counter:water": "这一周住校生的用水发黄，饭菜和洗漱都受影响，希望尽快解决。",
    "canteen:k1": "孩子说饭菜不好吃。只要做得好，多出一点伙食费也愿意。",
}
"""What everybody may read, by the subject of the case."""


def _release() -> None:
    """Whoever answered lets everybody read what was asked."""
    for subject, text in SAID.items():
        query = select(Case).where(Case.subject == subject, Case.outcome == MENDED, ~Case.released)
        for case in session.scalars(query).all():
            answerer = "lin" if subject == "counter:water" else "chen"
            casework.release(by=auth.account(answerer).actor, case=case, text=text)


def _agree() -> None:
    staff.agree_to_be_named(by=BY, person=auth.account("chen").person)


def _events(of: Span, day: date) -> Iterator[Event]:
    if day == of.days[-7]:
        yield Event(at(day, time(9, 45)), _release)
        yield Event(at(day, time(10, 0)), _agree)


SHARE = Share(events=_events)
