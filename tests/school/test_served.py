"""Meals served: typed in a grid, brought in a file once, changed beside the old, and what follows."""

import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.core.actor import Grant
from kiosk.core.db import session, transaction
from kiosk.core.errors import Forbidden
from kiosk.core.tabular import write_csv, write_xlsx
from kiosk.counters import served_recount
from kiosk.overview import queries as overview
from kiosk.ratings import queries as ratings
from kiosk.ratings.services import take
from kiosk.school import queries, served_files, services
from kiosk.school.models import TYPED, MealsServed
from kiosk.school.queries import Slot
from tests.conftest import actor, counter, csrf, tamper

WEDNESDAY, TUESDAY = date(2026, 3, 4), date(2026, 3, 3)
LUNCH = Slot(TUESDAY, "k1", "lunch")
PAGE = "/office/meals-served/k1"
SignIn = Callable[[str], FlaskClient]
pytestmark = pytest.mark.usefixtures("at_lunch")


@pytest.fixture(name="app")
def counting(app: Flask) -> Flask:
    """The school counts its meals since Monday."""
    with app.app_context(), transaction():
        services.switch(by=actor("lin"), name="meals-served", on=True)
        since = {**queries.in_use(), "meals-served": date(2026, 3, 2)}
        services.change_settings(by=actor("lin"), in_use={name: str(day) for name, day in since.items()})
    return app


def enter(slot: Slot, number: int | None, **seen: int) -> None:
    with transaction():
        services.enter_served(by=actor("chen"), numbers={slot: number}, source=TYPED)


def send(client: FlaskClient, **cells: str) -> int:
    form = {"csrf_token": csrf(client, PAGE), **cells}
    return client.post(PAGE, data=form).status_code


def test_a_week_is_typed_in_one_grid_and_the_old_number_stays(app: Flask, signed_in: SignIn) -> None:
    chen = signed_in("chen")
    monday = {"2026-03-02-lunch": "812", "2026-03-02-dinner": "640", "2026-03-03-lunch": "790"}
    assert send(chen, **monday) == 302
    assert send(chen, **{"2026-03-03-lunch": "799", "seen-2026-03-03-lunch": "1"}) == 302
    with app.app_context():
        assert queries.served_on("k1", TUESDAY) == 799
        assert queries.served_on("k1", date(2026, 3, 2)) == 1452
        assert [row.number for row in queries.served_versions(TUESDAY, TUESDAY)[LUNCH]] == [790, 799]
    page = chen.get(PAGE).text
    assert "<s>790</s>" in page
    assert 'value="799"' in page
    row = chen.get("/data/meals.json?from=2026-03-03&to=2026-03-03").json["meals"][0]
    assert (row["number"], row["version"], row["earlier"]) == (799, 2, [790])


def test_what_is_no_number_saves_nothing(app: Flask, signed_in: SignIn) -> None:
    chen = signed_in("chen")
    for text in ("12_0", "-1", "８００", "1e3", "800份"):
        assert send(chen, **{"2026-03-02-lunch": "812", "2026-03-03-lunch": text}) == 422
    assert send(chen, **{"2026-03-03-lunch": "999999"}) == 422
    with app.app_context():
        assert queries.served(date(2026, 3, 2), WEDNESDAY) == {}


def test_of_two_who_type_at_once_the_second_is_told(app: Flask, signed_in: SignIn) -> None:
    chen, lin = signed_in("chen"), signed_in("lin")
    assert send(chen, **{"2026-03-03-lunch": "790", "seen-2026-03-03-lunch": "0"}) == 302
    assert send(lin, **{"2026-03-03-lunch": "800", "seen-2026-03-03-lunch": "0"}) == 409
    assert send(lin, **{"2026-03-03-lunch": "790", "seen-2026-03-03-lunch": "0"}) == 302
    with app.app_context():
        assert [row.number for row in queries.served_versions(TUESDAY, TUESDAY)[LUNCH]] == [790]


def test_only_who_is_of_the_canteen_enters(app: Flask, context: Flask) -> None:
    other = actor("chen").__class__("hao", 1, "Hao", (Grant("canteen_manager", "k2"),))
    with pytest.raises(Forbidden):
        services.enter_served(by=other, numbers={LUNCH: 700}, source=TYPED)


CARDS = [
    ("2026-03-03 12:01:07", "1号机", "消费", "9001"),
    ("2026-03-03 12:01:09", "1号机", "消费", "9002"),
    ("2026-03-03 12:01:09", "1号机", "消费", "9002"),
    ("2026-03-03 17:40:00", "2号机", "消费", "9003"),
    ("2026-03-03 15:00:00", "1号机", "消费", "9004"),
    ("2026-03-03 12:20:00", "1号机", "退款", "9005"),
]


def test_each_card_is_counted_once_and_nothing_is_left_out_in_silence(context: Flask) -> None:
    data = write_csv(("交易时间", "终端名称", "交易类型", "流水号"), CARDS)
    found = served_files.read(data, "cards.csv")
    assert found.numbers == {(TUESDAY, "1号机", "lunch"): 2, (TUESDAY, "2号机", "dinner"): 1}
    assert (found.rows, found.twice, dict(found.left_out)) == (6, 1, {"退款": 1})
    assert [one.row for one in found.unread] == [6]


def test_meals_side_by_side_are_read_and_the_sum_is_not(context: Flask) -> None:
    rows = [
        ("2026/3/2", "500", 812, "640", 1952),
        ("2026/3/3", "", "790人", 600.5, 0),
        ("合计", 500, 1602, 640, 0),
    ]
    found = served_files.read(
        write_xlsx("三月", ("日期", "早餐", "中餐(份)", "晚餐", "小计"), rows), "m.xlsx"
    )
    monday = date(2026, 3, 2)
    assert {(day, meal): n for (day, _place, meal), n in found.numbers.items()}[monday, "dinner"] == 640
    assert [one.row for one in found.unread] == [3]
    assert dict(found.left_out) == {"合计行": 1}


def bring(client: FlaskClient, data: bytes, **choices: str) -> str:
    """Send a file through its preview; the last page."""
    form = {"csrf_token": csrf(client, "/office/meals-served/file"), "canteen": "k1"}
    sent = client.post("/office/meals-served/file", data={**form, "file": (io.BytesIO(data), "m.csv")})
    assert sent.status_code == 303, sent.text
    answer = client.post(sent.location, data={**form, **choices}, follow_redirects=True)
    return answer.text


def test_the_same_file_twice_counts_once_and_a_terminal_is_asked_for_once(
    app: Flask, signed_in: SignIn
) -> None:
    chen = signed_in("chen")
    data = write_csv(("交易时间", "终端名称", "交易类型", "流水号"), CARDS)
    assert 'name="do" value="all"' not in bring(chen, data, do="look")
    places = {"place-0": "k1", "place-1": "-"}
    assert "已录入 1 个数" in bring(chen, data, do="all", **places)
    assert "早已录入" in bring(chen, data, do="look")
    with app.app_context():
        assert queries.served(TUESDAY, TUESDAY) == {LUNCH: 2}
        assert session.query(MealsServed).count() == 1
        assert queries.terminals(["1号机", "2号机"]) == {"1号机": "k1", "2号机": ""}


def test_a_file_changes_a_number_only_where_it_is_told_to(app: Flask, signed_in: SignIn) -> None:
    chen = signed_in("chen")
    with app.app_context():
        enter(LUNCH, 700)
    data = write_csv(("日期", "餐次", "就餐人数"), [("2026-03-03", "午餐", 790), ("2026-03-03", "晚餐", 640)])
    assert "700" in bring(chen, data, do="look")
    bring(chen, data, do="new")
    with app.app_context():
        assert queries.served(TUESDAY, TUESDAY) == {LUNCH: 700, LUNCH._replace(meal="dinner"): 640}
    bring(chen, data, do="all")
    with app.app_context():
        assert queries.served(TUESDAY, TUESDAY)[LUNCH] == 790


def test_the_command_says_what_differs_and_changes_it_when_told(
    app: Flask, kiosk: Callable[..., object], tmp_path: Path
) -> None:
    file = tmp_path / "m.csv"
    file.write_bytes(write_csv(("日期", "餐次", "份数"), [("2026-03-03", "午餐", 790)]))
    assert kiosk("meals", "import", str(file), "--json").exit_code == 0  # type: ignore[attr-defined]
    file.write_bytes(write_csv(("日期", "餐次", "份数"), [("2026-03-03", "午餐", 795)]))
    assert kiosk("meals", "import", str(file)).exit_code == 1  # type: ignore[attr-defined]
    assert kiosk("meals", "import", str(file), "--replace").exit_code == 0  # type: ignore[attr-defined]
    with app.app_context():
        assert queries.served(TUESDAY, TUESDAY) == {LUNCH: 795}


def test_coverage_is_ratings_by_meals_where_these_are_known(app: Flask, at_lunch: datetime) -> None:
    with app.app_context():
        today = Slot(WEDNESDAY, "k1", "lunch")
        assert ratings.coverage(WEDNESDAY, WEDNESDAY) == {}
        for level in (5, 4, 1):
            with transaction():
                take(id=uuid4(), counter=counter(), level=level, channel="phone")
        enter(today, 60)
        enter(today._replace(meal="dinner"), None)
        (found,) = ratings.coverage(WEDNESDAY, WEDNESDAY).values()
        assert (found.ratings, found.served, found.meals, found.share) == (3, 60, 1, 0.05)
        assert counter().canteen_id in ratings.coverage(WEDNESDAY, WEDNESDAY)
    page = app.test_client().get("/about-scores").text
    assert "参评率" in page


def test_days_that_nobody_entered_wait_for_the_canteens_manager(app: Flask) -> None:
    with app.test_request_context():
        (duty,) = [one for one in overview.duties(actor("chen")) if one.kind == "meals-served"]
        assert duty.mine
        assert "2 天" in duty.text
        enter(LUNCH, 700)
        enter(LUNCH._replace(day=date(2026, 3, 2)), 700)
        assert [one for one in overview.duties(actor("chen")) if one.kind == "meals-served"] == []


def test_a_number_that_was_changed_behind_the_record_is_found(app: Flask) -> None:
    with app.app_context():
        enter(LUNCH, 700)
        assert list(served_recount.recount()) == []
        tamper("UPDATE meals_served SET number = 900")
        assert [one.problem for one in served_recount.recount()] == ["altered", "missing"]


def test_off_it_is_nowhere(signed_in: SignIn, app: Flask) -> None:
    with app.app_context(), transaction():
        services.switch(by=actor("lin"), name="meals-served", on=False)
    assert signed_in("chen").get(PAGE).status_code == 404
    assert app.test_client().get("/data/meals.csv").status_code == 404
