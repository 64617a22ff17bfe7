"""The live view's reads: the right figures, and the same number of queries for one and for many."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from kiosk.core import clock
from kiosk.core.db import db, transaction
from kiosk.counters.services import add_canteen, add_counter
from kiosk.overview import queries
from kiosk.ratings import services
from kiosk.ratings.queries import Counts, alerts_now
from kiosk.school.services import change_settings, set_day
from tests.conftest import LUNCH, actor
from tests.overview.factories import post_sheet, rate

DAY = date(2026, 3, 4)


def live(app: Flask) -> queries.Live:
    with app.app_context():
        return queries.live(clock.now())


def state(app: Flask, at: datetime = LUNCH) -> str:
    with app.app_context(), clock.moved_to(at):
        return queries.state(
            queries.canteens_now(queries.school.today())[0], queries.school.today(), clock.now()
        )


def test_counters_beside_last_week(app: Flask, at_lunch: datetime) -> None:
    rate(app, "c1", [3, 3], at=LUNCH - timedelta(days=7))
    rate(app, "c1", [5, 4, 1])
    first, second, water = live(app).counters
    assert (first.counts, first.week_ago) == (Counts(n1=1, n4=1, n5=1), Counts(n3=2))
    assert sum(count for count, _ in first.last_hour) == 3
    assert (second.counts, second.last_hour, second.alert, second.rank) == (Counts(), [], None, None)
    assert [one.counter.code for one in (first, second, water)] == ["c1", "c2", "water"]


def test_an_alert_stands_at_its_counter_and_lapses(app: Flask, at_lunch: datetime) -> None:
    rate(app, "c1", [1, 2, 1, 5])
    alert = live(app).counters[0].alert
    assert alert is not None
    assert (alert.bad, alert.total) == (3, 4)
    with clock.moved_to(LUNCH + timedelta(minutes=16)):
        assert live(app).counters[0].alert is None


def test_where_a_posting_stands(app: Flask, at_lunch: datetime) -> None:
    morning = LUNCH - timedelta(hours=1)
    assert state(app, morning) == "open"
    assert state(app) == "late"
    assert state(app, LUNCH - timedelta(days=3)) == "closed", "a Sunday"
    post_sheet(app, DAY, ())
    assert state(app) == "nothing"
    post_sheet(app, DAY)
    assert state(app) == "posted"


def test_the_hour_of_posting_is_a_setting(app: Flask, at_lunch: datetime) -> None:
    with app.app_context(), transaction():
        change_settings(by=actor("test"), posting_due="13:00")
    assert state(app) == "open"
    with app.app_context(), transaction():
        set_day(by=actor("test"), day=DAY, is_school_day=False)
    assert state(app) == "closed"


def test_the_token_follows_every_change(app: Flask, at_lunch: datetime) -> None:
    seen: list[str] = []

    def changed() -> bool:
        with app.app_context():
            seen.append(queries.token(LUNCH))
        return len(seen) == len(set(seen))

    assert changed()
    rate(app, "c1", [1])
    assert changed()
    rate(app, "c1", [1, 1, 1], comment="too cold")
    assert changed()
    with app.app_context(), transaction():
        services.acknowledge_alert(by=actor("lin"), alert=alerts_now(LUNCH)[0].alert)
    assert changed()
    with app.app_context(), transaction():
        add_counter(by=actor("test"), code="new", name="新窗口", kind="canteen")
    assert changed()
    with app.app_context():
        assert queries.token(LUNCH) == seen[-1]
        assert queries.token(LUNCH + timedelta(minutes=1)) != seen[-1]


@pytest.mark.parametrize("read", [queries.live, queries.token])
def test_the_number_of_queries_does_not_grow(app: Flask, at_lunch: datetime, read: object) -> None:
    def asked() -> int:
        number = [0]

        def count(*_: object) -> None:
            number[0] += 1

        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", count)
            read(LUNCH)  # type: ignore[operator]
            event.remove(db.engine, "before_cursor_execute", count)
        return number[0]

    rate(app, "c1", [1, 1, 1, 1], comment="cold")
    post_sheet(app, DAY - timedelta(days=1))
    post_sheet(app, DAY)
    with_one = asked()
    with app.app_context(), transaction():
        for code in ("k2", "k3"):
            add_canteen(by=actor("test"), code=code, name=code)
    rate(app, "c2", [1, 1, 1, 1, 5], comment="colder")
    rate(app, "water", [1, 1, 1, 1], comment="coldest")
    for code in ("k2", "k3"):
        post_sheet(app, DAY, code=code)
    assert asked() == with_one
