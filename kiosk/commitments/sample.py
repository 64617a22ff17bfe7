"""The sample school's commitments: kept, not always kept, too few to tell, and not measured."""

from collections.abc import Iterator
from datetime import date, time, timedelta

from kiosk.auth import queries as auth
from kiosk.commitments import queries, services
from kiosk.core.actor import Actor
from kiosk.core.samples import Event, Share, Span, at

LUNCH = [["11:30", "12:50"]]
EARLY = [["11:00", "12:50"], ["17:10", "18:30"]]
BOTH = [*LUNCH, ["17:10", "18:30"]]
SHORTER = [["11:30", "12:50"], ["17:10", "18:15"]]
WHY = "冬季晚餐提前收餐，多出的时间用于清洗餐具。"


def _lin() -> Actor:
    return auth.account("lin").actor


def _promise(code: str, since: date, **values: object) -> None:
    services.promise(by=_lin(), place=queries.place_named(code), since=since, values=values)


def _begin(today: date) -> None:
    """On the first day: the canteen for all its counters, and each counter its own."""
    _promise("canteen:k1", today, answer=3)
    _promise("counter:c1", today, hours=EARLY, queue=10)
    _promise("counter:c2", today, hours=BOTH, queue=10)
    _promise("counter:c5", today, hours=[["06:30", "07:45"], ["11:30", "12:50"]])
    _promise("counter:c8", today, hours=LUNCH, text="果盘按当天公示的进价加工费定价，不另外加价。")
    _promise("counter:water", today, temperature=90, queue=5)
    _promise("counter:repair", today, answer=5)


def _shorten(today: date) -> None:
    one = queries.commitments(queries.place_named("counter:c2"))[0]
    services.change(by=_lin(), commitment=one, value=SHORTER, since=today + timedelta(days=1), reason=WHY)


def _events(of: Span, day: date) -> Iterator[Event]:
    """The first commitments on the first day, a change in the second week, a late one three days ago."""
    if day == of.days[0]:
        yield Event(at(day, time(7, 40)), lambda: _begin(day))
    if day == of.days[len(of.days) // 2]:
        yield Event(at(day, time(15, 5)), lambda: _shorten(day))
    if day == of.days[-4]:
        yield Event(at(day, time(9, 25)), lambda: _promise("counter:c6", day, hours=LUNCH))


SHARE = Share(events=_events)
