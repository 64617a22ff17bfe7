"""The end of the N-th school day, by the school's own calendar, with every day that did not count."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from kiosk.cli import main
from kiosk.core import config
from kiosk.core.db import transaction
from kiosk.core.errors import Invalid
from kiosk.school import queries, services
from kiosk.school.queries import Due
from tests.conftest import actor

FRIDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 30)
AUTUMN = (date(2026, 9, 1), date(2027, 1, 22))


@pytest.fixture
def term(context: Flask) -> None:
    """An autumn term; the last Monday of November is a holiday, and a Saturday makes up for it."""
    with transaction():
        services.save_term(by=actor("lin"), name="秋季学期", starts=AUTUMN[0], ends=AUTUMN[1])
        services.set_day(by=actor("lin"), day=MONDAY, is_school_day=False, note="校庆")
        services.set_day(by=actor("lin"), day=date(2026, 12, 5), is_school_day=True, note="补课")


def why(found: Due) -> list[tuple[str, str]]:
    return [(str(left.day), str(left.why)) for left in found.left_out]


def test_friday_afternoon_and_a_holiday_on_monday(term: None) -> None:
    received = datetime(2026, 11, 27, 17, tzinfo=queries.zone())
    found = queries.due(received, 1)
    assert found.day == date(2026, 12, 1)
    assert found.late_from == datetime(2026, 12, 2, tzinfo=queries.zone())
    assert found.counted == (date(2026, 12, 1),)
    assert why(found) == [("2026-11-28", "周末"), ("2026-11-29", "周末"), ("2026-11-30", "校庆")]
    assert not found.is_late(datetime(2026, 12, 1, 15, 59, 59, tzinfo=UTC))
    assert found.is_late(datetime(2026, 12, 1, 16, 0, tzinfo=UTC))


def test_the_hour_of_receipt_changes_nothing_and_its_day_is_the_schools(term: None) -> None:
    late_in_utc = datetime(2026, 11, 26, 16, 30, tzinfo=UTC)  # 00:30 of Friday at school
    assert queries.due(late_in_utc, 3) == queries.due(FRIDAY, 3)


def test_a_make_up_saturday_counts(term: None) -> None:
    found = queries.due(date(2026, 12, 3), 2)
    assert found.counted == (date(2026, 12, 4), date(2026, 12, 5))


def test_no_day_at_all_is_the_end_of_the_day_of_receipt(term: None) -> None:
    found = queries.due(MONDAY, 0)
    assert (found.day, found.late_from) == (MONDAY, datetime(2026, 12, 1, tzinfo=queries.zone()))


def test_which_day_it_is(term: None) -> None:
    found = queries.due(FRIDAY, 5)
    days = [FRIDAY, date(2026, 11, 29), date(2026, 12, 1), date(2026, 12, 4), date(2026, 12, 20)]
    assert [found.day_of(day) for day in days] == [0, 0, 1, 4, 5]


def test_past_the_last_term_it_is_open_and_is_not_late(term: None) -> None:
    found = queries.due(date(2027, 1, 20), 3)
    assert (found.day, found.late_from) == (None, None)
    assert found.counted == (date(2027, 1, 21), date(2027, 1, 22))
    assert found.left_out == ()
    assert not found.is_late(datetime(2030, 1, 1, tzinfo=UTC))


def test_holidays_between_terms_do_not_count(term: None) -> None:
    with transaction():
        services.save_term(by=actor("lin"), name="春季学期", starts=date(2027, 2, 22), ends=date(2027, 7, 2))
    found = queries.due(date(2027, 1, 22), 1)
    assert found.day == date(2027, 2, 22)
    assert len(found.left_out) == 30
    assert {str(left.why) for left in found.left_out} == {"周末", "不在学期内"}
    assert len(found.stretches) == 9, "weeks and weekends in turn"


def test_it_agrees_with_the_days_one_by_one(term: None) -> None:
    """Every day from receipt to due day is counted or left out, once, as the calendar says."""
    for number in range(1, 30):
        found = queries.due(FRIDAY, number)
        assert found.day
        between = [FRIDAY + timedelta(days=n) for n in range(1, (found.day - FRIDAY).days + 1)]
        assert sorted([*found.counted, *(left.day for left in found.left_out)]) == between
        assert [day for day in between if queries.is_school_day(day)] == list(found.counted)


def test_a_school_that_never_opens_ends_the_search(context: Flask) -> None:
    with transaction():
        services.change_settings(by=actor("lin"), weekdays=[])
    found = queries.due(FRIDAY, 5)
    assert (found.day, found.counted) == (None, ())


@pytest.mark.parametrize("number", [-1, 367])
def test_numbers_out_of_range_are_refused(context: Flask, number: int) -> None:
    with pytest.raises(Invalid):
        queries.due(FRIDAY, number)


@pytest.mark.parametrize("year", [1, 1999, 2101, 9999])
def test_days_out_of_range_are_refused(context: Flask, year: int) -> None:
    with pytest.raises(Invalid):
        queries.due(date(year, 12, 31), 1)


def run(instance: config.Instance, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Any:
    monkeypatch.setenv("KIOSK_INSTANCE", str(instance.folder))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    return CliRunner().invoke(main, ["school", "due", *arguments], catch_exceptions=False)


def test_the_command(term: None, instance: config.Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    for received in ("2026-11-27", "2026-11-27T17:00", "2026-11-27 17:00", "2026-11-27T09:00:00Z"):
        told = json.loads(run(instance, monkeypatch, received, "1", "--json").stdout)
        assert told == {
            "due": "2026-12-01",
            "late_from": "2026-12-02T00:00:00+08:00",
            "counted": ["2026-12-01"],
            "left_out": [
                {"day": "2026-11-28", "why": "weekend"},
                {"day": "2026-11-29", "why": "weekend"},
                {"day": "2026-11-30", "why": "校庆"},
            ],
        }
    lines = run(instance, monkeypatch, "2026-11-27", "1").stdout.splitlines()
    assert lines[0] == "due by the end of 2026-12-01 Tue"
    told = json.loads(run(instance, monkeypatch, "2027-01-20", "9", "--json").stdout)
    assert (told["due"], told["late_from"], told["note"]) == (
        None,
        None,
        "open until the next term is entered",
    )


@pytest.mark.parametrize("received", ["27.11.2026", "2026-02-30", "2026-11-27T25:00", "", "2026-11-2٧"])
def test_a_day_that_is_none_is_named(
    context: Flask, instance: config.Instance, monkeypatch: pytest.MonkeyPatch, received: str
) -> None:
    done = run(instance, monkeypatch, received, "1")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "2026-11-27T17:00" in done.stderr
