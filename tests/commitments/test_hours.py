"""Opening hours that were promised, as tablets and ratings tell of them."""

from datetime import date, datetime, time
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.room import measure
from kiosk.core.web import KioskApp
from kiosk.counters.models import Heard, Tablet
from kiosk.counters.services import add_tablet, hear, note_heartbeat
from kiosk.ratings import services as ratings
from kiosk.school import queries as school
from kiosk.school.services import set_day
from tests.conftest import actor, counter

MEALS = [["06:30", "07:45"], ["11:30", "12:45"]]
DAY = date(2026, 3, 3)


def at(clock_time: str, day: date = DAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock_time), ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def tablets(inside: KioskApp) -> dict[str, Tablet]:
    """A tablet at c1, one at c2."""
    with transaction():
        for code in ("c1", "c2"):
            add_tablet(by=actor("test"), counter=counter(code))
    return {tablet.counter.code: tablet for tablet in session.query(Tablet)}


def heard(tablet: Tablet, *spans: str) -> None:
    with transaction():
        for span in spans:
            begins, _dash, ends = span.partition("-")
            hear(tablet=tablet, since=at(begins), until=at(ends))


def rated(*times: str) -> None:
    for moment in times:
        with clock.moved_to(at(moment)), transaction():
            ratings.take(id=uuid4(), counter=counter(), level=4, channel="poster", live=True)


def verdicts(first: date = DAY, last: date = DAY) -> list[tuple[date, bool | None]]:
    hours_kept = measure("counters.hours_kept")
    assert hours_kept
    return list(hours_kept(counter(), first, last, MEALS))


def test_heard_throughout_and_rated_at_both_meals_is_kept(tablets: dict[str, Tablet]) -> None:
    heard(tablets["c1"], "06:20-13:00")
    rated("06:50", "12:10")
    assert verdicts() == [(DAY, True)]


def test_a_tablet_that_is_on_all_day_tells_nothing_of_who_stands_there(tablets: dict[str, Tablet]) -> None:
    heard(tablets["c1"], "00:10-23:50")
    assert verdicts() == [(DAY, None)]
    rated("12:10")
    assert verdicts() == [(DAY, None)], "ratings from lunch tell nothing of breakfast"


def test_a_tablet_that_is_off_is_not_measured_whatever_was_rated(tablets: dict[str, Tablet]) -> None:
    heard(tablets["c2"], "06:00-20:00")
    rated("06:50", "12:10")
    assert verdicts() == [(DAY, None)]


def test_opened_late_is_not_kept(tablets: dict[str, Tablet]) -> None:
    heard(tablets["c1"], "06:20-08:00", "12:00-13:00")
    heard(tablets["c2"], "06:00-20:00")
    rated("06:50", "12:10")
    assert verdicts() == [(DAY, False)], "the rating of ten past twelve tells nothing of half past eleven"
    rated("11:40")
    assert verdicts() == [(DAY, None)], "somebody was served, only the tablet was off"


def test_another_tablet_proves_that_the_server_was_there(tablets: dict[str, Tablet]) -> None:
    heard(tablets["c1"], "07:00-13:00")
    rated("12:10", "07:20")
    heard(tablets["c2"], "06:00-06:40")
    assert verdicts() == [(DAY, None)], "for ten minutes of thirty only"
    heard(tablets["c2"], "06:40-06:55")
    assert verdicts() == [(DAY, False)]


def test_a_server_that_was_off_is_nobodys_fault(tablets: dict[str, Tablet]) -> None:
    for tablet in tablets.values():
        heard(tablet, "06:20-07:00", "11:20-13:00")
    rated("07:20", "12:10")
    assert verdicts() == [(DAY, None)]


def test_a_moment_without_network_is_forgiven(tablets: dict[str, Tablet]) -> None:
    heard(tablets["c1"], "06:20-12:00", "12:14-13:00")
    heard(tablets["c2"], "06:00-20:00")
    rated("06:50", "12:40")
    assert verdicts() == [(DAY, True)]


def test_only_school_days_that_are_over_count(tablets: dict[str, Tablet]) -> None:
    with transaction():
        set_day(by=actor("test"), day=date(2026, 3, 2), is_school_day=False)
    found = verdicts(date(2026, 2, 27), date(2026, 3, 4))
    assert [day for day, _kept in found] == [date(2026, 2, 27), DAY], "no weekend, no holiday, not today"


def test_signs_of_life_shortly_after_each_other_are_one_stretch(tablets: dict[str, Tablet]) -> None:
    for moment in ("11:00", "11:01", "11:10", "11:25"):
        with clock.moved_to(at(moment)), transaction():
            note_heartbeat(tablet=tablets["c1"], unsent=0, refused=0, version="", ahead=0)
    assert stretches() == ["11:00-11:10", "11:25-11:25"]
    for moment in ("09:00", "09:01"):  # the clock was ahead and was put right
        with clock.moved_to(at(moment)), transaction():
            note_heartbeat(tablet=tablets["c1"], unsent=0, refused=0, version="", ahead=0)
    assert stretches() == ["11:00-11:10", "11:25-11:25", "09:00-09:01"]


def stretches() -> list[str]:
    found = session.query(Heard).order_by(Heard.id)
    return ["-".join(f"{school.local(moment):%H:%M}" for moment in (one.since, one.until)) for one in found]
