"""Words of thanks reach whom they name: after the meal, masked, by the meal, and never of too few."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from kiosk.auth.queries import account
from kiosk.core.actor import KIOSK
from kiosk.core.clock import moved_to
from kiosk.core.db import session, transaction
from kiosk.counters.services import add_duty
from kiosk.ratings import services
from kiosk.school.services import switch
from kiosk.thanks import queries
from tests.conftest import actor, add_staff, counter, csrf, sign_in
from tests.ratings.conftest import tap
from tests.thanks.test_done import text_of

__all__ = ["tap"]
Tap = Callable[..., services.Outcome]
EVENING = timedelta(hours=6)


@pytest.fixture
def serving(context: Flask, at_lunch: datetime) -> int:
    """Chen serves at c1, and somebody without an account beside; thanks are in use."""
    with moved_to(at_lunch - timedelta(hours=1)), transaction():
        for name in ("cases", "thanks"):
            switch(by=actor("test"), name=name, on=True)
        number = account("chen").person.number
        for one in (number, add_staff("打饭员甲", "07").id):
            add_duty(by=actor("test"), counter=counter(), staff_id=one)
    return number


def close(at: datetime) -> None:
    with moved_to(at), transaction():
        services.close_meals(by=KIOSK)


def read_at(moment: datetime, person: int) -> queries.Read:
    session.rollback()
    with moved_to(moment):
        return queries.thanks_to(person)


def test_they_are_read_once_the_meal_is_closed_masked_and_by_the_meal(
    serving: int, tap: Tap, at_lunch: datetime
) -> None:
    tap(5, seconds=0, staff_id=serving, comment="谢谢叔叔，我的电话 13912345678")
    tap(5, seconds=10, staff_id=serving, comment="打得很满，谢谢")
    for number in range(2, 5):
        tap(4, seconds=10 * number, staff_id=serving, comment="还行")
    assert read_at(at_lunch + timedelta(minutes=20), serving) == ((), 2), "the meal is still on"
    evening = at_lunch + EVENING
    close(evening)
    found = read_at(evening, serving)
    assert [(one.day, one.meal) for one in found.thanks] == [(at_lunch.date(), "lunch")]
    assert found.thanks[0].words == ("打得很满，谢谢", "谢谢叔叔，我的电话 ＊＊＊"), (
        "sorted, not as they came"
    )
    assert found.waiting == 0
    assert read_at(evening, serving + 1).thanks == ()


def test_words_of_a_meal_with_few_ratings_wait_for_the_week(
    serving: int, tap: Tap, at_lunch: datetime
) -> None:
    tap(5, seconds=0, staff_id=serving, comment="谢谢")
    for number in range(1, 4):
        tap(3, seconds=10 * number)
    evening = at_lunch + EVENING
    close(evening)
    assert read_at(evening, serving) == ((), 1)
    tap(3, seconds=86_400)
    close(evening + timedelta(days=1))
    assert read_at(evening + timedelta(days=1), serving) == ((), 1), "the week goes on"
    (week,) = read_at(evening + timedelta(days=5), serving).thanks
    monday = at_lunch.date() - timedelta(days=at_lunch.weekday())
    assert (week.day, week.meal, week.words) == (monday, "", ("谢谢",))
    assert read_at(evening + timedelta(days=40), serving).thanks == ()


def test_too_few_in_the_whole_week_are_never_told(serving: int, tap: Tap, at_lunch: datetime) -> None:
    tap(5, staff_id=serving, comment="谢谢")
    close(at_lunch + EVENING)
    assert read_at(at_lunch + timedelta(days=8), serving) == ((), 1)


def test_the_pages_say_them_to_the_person_and_print_those_of_others(
    serving: int, tap: Tap, app: Flask, at_lunch: datetime
) -> None:
    other = session.query(type(account("chen").person)).filter_by(name="打饭员甲").one().id
    tap(5, seconds=0, staff_id=serving, comment="谢谢陈叔叔")
    tap(5, seconds=10, staff_id=other, comment="阿姨辛苦了")
    for number in range(2, 5):
        tap(4, seconds=10 * number)
    evening = at_lunch + EVENING
    close(evening)
    with moved_to(evening):
        chen, wu = sign_in(app.test_client(), "chen"), sign_in(app.test_client(), "wu")
        own = text_of(chen.get("/office/thanks/").text)
        assert "谢谢陈叔叔" in own
        assert "午餐" in own
        assert "12:0" not in own.split("写给我的感谢", 1)[1].split("公开姓名", 1)[0]
        assert "阿姨辛苦了" not in own
        assert "谢谢陈叔叔" not in wu.get("/office/thanks/").text
        sheet = text_of(chen.get("/office/thanks/print").text)
        assert "阿姨辛苦了" in sheet
        assert "打饭员甲" in sheet
        assert "谢谢陈叔叔" not in sheet, "who has an account reads it there"
        assert wu.get("/office/thanks/print").status_code == 403
        token = csrf(chen, "/office/thanks/")
        chen.post("/office/thanks/named", data={"csrf_token": token})
        assert "不再公开我的姓名" in chen.get("/office/thanks/").text
        chen.post("/office/thanks/named/withdraw", data={"csrf_token": token})
        assert "同意公开我的姓名" in chen.get("/office/thanks/").text
