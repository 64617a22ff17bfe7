"""Reasons, rosters and opening hours."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from kiosk.core.db import transaction
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.hours import hours_from_text, hours_to_text
from kiosk.counters import queries, services
from tests.conftest import actor, add_staff, counter

WEDNESDAY_LUNCH = datetime(2026, 3, 4, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("", []),
        ("11:20-13:00", [["11:20", "13:00"]]),
        ("6:30–8:00\n11:20 — 13:00\n", [["06:30", "08:00"], ["11:20", "13:00"]]),
        ("11：20－13：00；17:00至18:30", [["11:20", "13:00"], ["17:00", "18:30"]]),
        ("11:20~13:00,17.00到18.30", [["11:20", "13:00"], ["17:00", "18:30"]]),
    ],
)
def test_opening_hours_are_read_as_people_write_them(text: str, hours: list[list[str]]) -> None:
    assert hours_from_text(text) == hours
    assert hours_from_text(hours_to_text(hours)) == hours


@pytest.mark.parametrize(
    "text", ["noon", "11-13", "11:20", "11:20-25:00", "11:70-12:00", "11:20-13:00-14:00"]
)
def test_what_is_no_span_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        hours_from_text(text)


def names(kind: str = "canteen") -> list[str]:
    return [one.name for one in queries.reasons(kind)]


def test_at_most_six_reasons_are_in_use(context: Flask) -> None:
    assert len(names()) == 6
    with pytest.raises(Conflict), transaction():
        services.add_reason(by=actor("lin"), kind="canteen", name="温度")
    with transaction():
        first = queries.reasons("canteen")[0]
        services.change_reason(by=actor("lin"), reason=first, name=first.name, name_en="", active=False)
        services.add_reason(by=actor("lin"), kind="canteen", name="温度")
    assert names()[-1] == "温度"
    with pytest.raises(Conflict), transaction():
        services.change_reason(by=actor("lin"), reason=first, name=first.name, name_en="", active=True)


def test_a_reason_stands_once_and_keeps_its_code(context: Flask) -> None:
    with pytest.raises(Conflict), transaction():
        services.change_reason(
            by=actor("lin"), reason=queries.reasons("canteen")[1], name=names()[0], name_en="", active=True
        )
    with transaction():
        reason = queries.reasons("canteen")[0]
        services.change_reason(by=actor("lin"), reason=reason, name="等候", name_en="Waiting", active=True)
    assert (queries.reasons("canteen")[0].code, names()[0]) == ("queue", "等候")


def test_a_reason_moves_up_one_place(context: Flask) -> None:
    before = names()
    with transaction():
        services.raise_reason(by=actor("lin"), reason=queries.reasons("canteen")[2])
    assert names() == [before[0], before[2], before[1], *before[3:]]
    with transaction():
        services.raise_reason(by=actor("lin"), reason=queries.reasons("canteen")[0])
    assert names()[0] == before[0]


@pytest.mark.parametrize(
    ("line", "there"),
    [
        ({}, True),
        ({"weekday": 2}, True),
        ({"weekday": 3}, False),
        ({"meal": "lunch"}, True),
        ({"meal": "dinner"}, False),
        ({"starts": date(2026, 3, 5)}, False),
        ({"ends": date(2026, 3, 3)}, False),
        ({"starts": date(2026, 3, 4), "ends": date(2026, 3, 4)}, True),
    ],
)
def test_the_roster_says_who_serves_now(context: Flask, line: dict[str, object], there: bool) -> None:
    with transaction():
        person = add_staff("打饭员甲", "01")
        services.add_duty(by=actor("lin"), counter=counter(), staff_id=person.id, **line)  # type: ignore[arg-type]
    found = [one.name for one in queries.on_duty(counter().id, WEDNESDAY_LUNCH)]
    assert found == (["打饭员甲"] if there else [])


def test_a_duty_does_not_end_before_it_begins(context: Flask) -> None:
    with pytest.raises(Invalid), transaction():
        person = add_staff("打饭员甲")
        services.add_duty(
            by=actor("lin"),
            counter=counter(),
            staff_id=person.id,
            starts=date(2026, 3, 5),
            ends=date(2026, 3, 4),
        )


def test_a_revoked_tablet_opens_nothing(context: Flask) -> None:
    with transaction():
        key = services.add_tablet(by=actor("lin"), counter=counter())
    tablet = queries.tablet_with(key)
    assert tablet
    with transaction():
        services.revoke_tablet(by=actor("lin"), tablet=queries.tablet(tablet.id))
    assert queries.tablet_with(key) is None
    assert [one.id for one in queries.tablets()] == []
