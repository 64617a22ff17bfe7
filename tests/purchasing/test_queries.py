"""Prices beside their own past, what is posted and what is missing, in a fixed number of queries."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.postings.services import start_correction, withdraw
from kiosk.purchasing import queries, services
from kiosk.school.queries import today
from tests.conftest import actor, canteen
from tests.purchasing.test_services import CABBAGE, PEOPLE, TOMATO, draft, post


def test_prices_stand_beside_the_last_comparable_one(context: Flask) -> None:
    days: Sequence[int] = (3, 2)
    for back, price in zip(days, ("3.6", "3.6"), strict=True):
        post({**TOMATO, "unit_price": price}, day=today() - timedelta(days=back))
    post({**TOMATO, "unit_price": "99", "unit": "箱"}, day=today() - timedelta(days=1))
    post(
        TOMATO, {**TOMATO, "unit": "公斤", "unit_price": "7.2"}, {**TOMATO, "specification": "特级"}, CABBAGE
    )
    lines = queries.posted(today())[0].lines
    assert [line.last_price for line in lines] == [36_000, 72_000, None, None]
    assert [line.is_marked for line in lines] == [True, False, False, False]
    assert lines[0].change == pytest.approx(0.3889, abs=1e-4)


def test_the_number_of_queries_does_not_grow_with_the_lines(context: Flask) -> None:
    from sqlalchemy import event

    from kiosk.core.db import db

    def queries_for(number: int, day: date) -> int:
        post(*({**CABBAGE, "item": f"物{n}"} for n in range(number)), day=day)
        session.remove()
        seen: list[str] = []

        def listen(*arguments: object) -> None:
            seen.append(str(arguments[2]))

        event.listen(db.engine, "before_cursor_execute", listen)
        try:
            assert sum(len(sheet.lines) for sheet in queries.posted(day)) == number
        finally:
            event.remove(db.engine, "before_cursor_execute", listen)
        return len(seen)

    assert queries_for(1, today() - timedelta(days=2)) == queries_for(9, today() - timedelta(days=400))


def test_a_price_outside_its_own_eight_weeks_is_marked(context: Flask) -> None:
    for back, price in enumerate(("2.5", "2.52", "2.48", "2.5", "2.51", "2.49"), start=1):
        post({**CABBAGE, "unit_price": price}, day=today() - timedelta(days=back))
    post({**CABBAGE, "unit_price": "2.3"}, {**CABBAGE, "unit_price": "2.53"})
    lines = queries.posted(today())[0].lines
    assert [line.is_marked for line in lines] == [True, False], "far below is as remarkable as far above"
    assert lines[0].median == 25_000


def test_a_correction_takes_the_wrong_price_out_of_the_comparison(context: Flask) -> None:
    first = post({**CABBAGE, "unit_price": "25"}, day=today() - timedelta(days=1))
    with transaction():
        second = start_correction(by=actor("chen"), posting=first.posting)
        services.save_draft(by=actor("chen"), draft=second, rows=[CABBAGE], people=PEOPLE, reason="小数点")
        services.post_sheet(by=actor("chen"), draft=second)
    post(CABBAGE)
    assert queries.posted(today())[0].lines[0].last_price == 25_000


def test_a_withdrawn_price_is_compared_with_no_more(context: Flask) -> None:
    first = post({**CABBAGE, "unit_price": "25"}, day=today() - timedelta(days=1))
    post(CABBAGE)
    assert queries.posted(today())[0].lines[0].last_price == 250_000
    with transaction():
        withdraw(by=actor("lin"), posting=first.posting, reason="发错了")
    assert queries.posted(today())[0].lines[0].last_price is None


def test_what_was_not_bought_for_long_is_compared_with_its_last_time(context: Flask) -> None:
    post({**CABBAGE, "unit_price": "2"}, day=today() - timedelta(days=100))
    post(CABBAGE)
    line = queries.posted(today())[0].lines[0]
    assert (line.last_price, line.last_day) == (20_000, today() - timedelta(days=100))


WEDNESDAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("day", "at", "state"),
    [
        (WEDNESDAY, (3, 59), "open"),
        (WEDNESDAY, (4, 1), "late"),
        (WEDNESDAY - timedelta(days=1), (3, 0), "missing"),
        (date(2026, 3, 1), (3, 0), "none"),
    ],
)
def test_a_canteen_that_posted_nothing(context: Flask, day: date, at: tuple[int, int], state: str) -> None:
    with clock.moved_to(datetime(2026, 3, 4, *at, tzinfo=UTC)):
        assert [status.state for status in queries.sheet_status(day)] == [state]


def test_a_draft_is_not_posted(context: Flask, at_lunch: datetime) -> None:
    with transaction():
        begun = draft(CABBAGE)
    [status] = queries.sheet_status(today())
    assert (status.state, status.sheet_ids, status.draft_ids) == ("late", [], [begun.posting_id])
    assert queries.posted(today()) == []
    with transaction():
        version = services.post_sheet(by=actor("chen"), draft=begun)
    [status] = queries.sheet_status(today())
    assert (status.state, status.total, status.draft_ids) == ("posted", 12_500, [])
    assert [one.version.id for one in queries.posted(today())] == [version.id]


def test_the_last_sheet_is_the_newest_with_lines(context: Flask) -> None:
    post(TOMATO, day=today() - timedelta(days=3))
    with transaction():
        services.mark_nothing_bought(by=actor("chen"), canteen=canteen(), day=today() - timedelta(days=1))
    last = queries.last_posted(canteen().id, today())
    assert last is not None
    assert [line.item for line in last[1]] == ["大西红柿"]
    assert queries.last_posted(canteen().id, today() - timedelta(days=9)) is None


def test_price_history_keeps_specifications_and_units_apart(context: Flask) -> None:
    version = post(TOMATO, {**TOMATO, "unit": "公斤"}, day=today() - timedelta(days=1))
    post({**TOMATO, "unit_price": "6"})
    history = queries.price_history(version.lines[0].item_id)
    assert {key: [point.price for point in points] for key, points in history.items()} == {
        ("", "市斤"): [50_000, 60_000],
        ("", "公斤"): [50_000],
    }
    session.remove()
