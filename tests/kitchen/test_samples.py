"""Food samples: entered at once for a meal, kept for 48 hours, thrown away, or held back for a case."""

import re
from datetime import timedelta

import pytest
import zxingcpp
from flask import Flask
from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.kitchen.checks import recount
from kiosk.kitchen.models import FoodSample
from kiosk.kitchen.services import name_posts
from kiosk.persons import queries as persons
from kiosk.staff.services import add_post, add_team, appoint
from tests.cases.conftest import number, opened
from tests.conftest import actor, tamper
from tests.counters.test_posters import draw
from tests.kitchen.conftest import DISHES, LUNCH, Desk, fresh, noon, send, tapped

BOXES = "/office/kitchen/samples/boxes"
THROW = "/office/kitchen/samples/throw"


def inbox(desk: Desk, username: str = "chen") -> list[str]:
    """What waits of samples for somebody."""
    items = desk(username).get("/office/inbox.json?lang=en").json["items"]
    return [one["text"] for one in items if one["key"].startswith("food-samples:")]


def test_a_meal_is_entered_at_once_and_twice_counts_once(house: Flask, desk: Desk) -> None:
    chen = desk("chen")
    page = chen.get(f"{LUNCH}?lang=en").text
    assert [page.count(f'value="{dish}"') for dish in DISHES] == [2, 2, 2, 2], "kept or not served"
    form = tapped(*DISHES[:2], **{"grams-1": "110", "absent-3": "米饭"})
    said = send(chen, f"{LUNCH}?lang=en", **form).text
    assert "2 samples were entered. 1 has less than 125 g; that is marked." in said
    assert len(send(chen, LUNCH, **form).history) == 1
    rows = [(one.dish, one.grams, one.is_kept, one.place) for one in session.scalars(select(FoodSample))]
    assert rows == [
        ("红烧肉", 125, True, "1号冰箱"),
        ("清炒小白菜", 110, True, "1号冰箱"),
        ("米饭", 0, False, ""),
    ]
    board = desk("chen").get("/?lang=en").text
    assert "2 of 3 dishes" in board
    assert "less than 125 g" in chen.get("/office/kitchen/samples/?lang=en").text


def test_what_is_missing_waits_for_whoever_answers_once_the_meal_is_over(house: Flask, desk: Desk) -> None:
    assert inbox(desk) == []
    with clock.moved_to(noon() + timedelta(hours=3)):
        assert inbox(desk) == ["Canteen One, Lunch: of 4 dishes no sample is entered"]
        send(desk("chen"), LUNCH, **tapped(*DISHES))
        assert inbox(desk) == []


def test_bad_input_is_told_and_nothing_is_kept(house: Flask, desk: Desk) -> None:
    chen = desk("chen")
    for form in (tapped(), tapped("红烧肉", place=""), tapped("红烧肉", **{"grams-0": "１2５"})):
        assert send(chen, LUNCH, **form).status_code == 422
    assert send(chen, LUNCH, **tapped("红烧肉", **{"grams-0": "0"})).status_code == 422
    assert send(chen, LUNCH.replace("lunch", "brunch"), **tapped("红烧肉")).status_code == 404
    assert send(chen, LUNCH.replace("03-02", "03-05"), **tapped("红烧肉")).status_code == 422, "to come"
    assert send(desk("wu"), LUNCH, **tapped("红烧肉")).status_code == 403
    assert send(desk("he"), LUNCH, **tapped("红烧肉")).status_code == 403, "his role is at a counter"
    assert session.scalars(select(FoodSample)).all() == []


def test_entered_later_shows_both_times(house: Flask, desk: Desk) -> None:
    with clock.moved_to(noon(1)):
        chen = desk("chen")
        assert send(chen, LUNCH, **tapped("红烧肉")).status_code == 422, "not today: when?"
        assert send(chen, LUNCH, **tapped("红烧肉", taken="11:30")).status_code == 200
        page = desk("lin").get("/office/kitchen/samples/1?lang=en").text
    assert re.search(r"Put away at</dt><dd>2 Mar 11:30 · 陈", page)
    assert re.search(r"Entered later</dt><dd>12:00", page)
    assert re.search(r"Kept until</dt><dd>4 Mar 11:30", page)


def test_thrown_away_in_two_taps_when_its_time_is_over(house: Flask, desk: Desk) -> None:
    send(desk("chen"), LUNCH, **tapped(*DISHES))
    with clock.moved_to(noon(2) + timedelta(minutes=1)):
        assert inbox(desk) == ["Canteen One: 4 food samples are to be thrown away"]
        page = desk("chen").get(BOXES).text
        ticked = re.findall(r'name="sample" value="(\d+)" checked', page)
        assert ticked == ["1", "2", "3", "4"]
        send(desk("chen"), THROW, sample=ticked)
        assert inbox(desk) == []
        assert "thrown away" in desk("lin").get("/office/kitchen/samples/2?lang=en").text
    assert (fresh(1).end.is_early, fresh(1).end.person.name) == (False, "陈")


def test_earlier_takes_a_reason_and_is_marked(house: Flask, desk: Desk) -> None:
    send(desk("chen"), LUNCH, **tapped(*DISHES))
    chen = desk("chen")
    assert send(chen, THROW, sample="1", then="sample").status_code == 422
    assert fresh(1).is_there
    said = send(chen, f"{THROW}?lang=en", sample="1", then="sample", reason="盒子打翻了")
    assert "before its time" in said.text
    assert "盒子打翻了" in said.text
    assert fresh(1).end.is_early


def test_a_case_finds_its_samples_and_holds_them_back(house: Flask, desk: Desk) -> None:
    send(desk("chen"), LUNCH, **tapped(*DISHES))
    case = opened(meal="lunch")
    page = desk("lin").get(f"/office/cases/{case.id}?lang=en").text
    assert re.findall(r'href="/office/kitchen/samples/(\d)"', page) == ["1", "2", "3", "4"]
    assert send(desk("wu"), f"/office/kitchen/samples/cases/{case.id}/hold").status_code == 403
    said = send(desk("lin"), f"/office/kitchen/samples/cases/{case.id}/hold?lang=en").text
    assert said.count(f"held back: case no. {case.id}") == 4
    with clock.moved_to(noon(3)):
        assert inbox(desk) == [], "nobody is asked to throw away what is held back"
        assert send(desk("chen"), THROW, sample="1").status_code == 409
        release = f"/office/kitchen/samples/cases/{case.id}/release"
        assert send(desk("chen"), release, reason="查完了").status_code == 403
        assert send(desk("lin"), release).status_code == 422
        send(desk("lin"), release, reason="检测合格")
        assert inbox(desk) == ["Canteen One: 4 food samples are to be thrown away"]


def test_a_mistake_stays_to_be_read_and_counts_no_more(house: Flask, desk: Desk) -> None:
    send(desk("chen"), LUNCH, **tapped(*DISHES))
    send(desk("chen"), "/office/kitchen/samples/1/void", reason="点错了菜")
    assert "3 of 4 dishes" in desk("chen").get("/?lang=en").text
    assert send(desk("chen"), "/office/kitchen/samples/1/void", reason="点错了菜").status_code == 409
    send(desk("chen"), LUNCH, **tapped("红烧肉"))
    assert "4 of 4 dishes" in desk("chen").get("/?lang=en").text


def test_a_label_leads_to_what_everybody_may_read(
    house: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_PUBLIC_URL", "http://kiosk.school.test")
    send(desk("chen"), LUNCH, **tapped(*DISHES))
    sheet = desk("chen").get(f"{LUNCH}/labels?lang=en").text
    codes = re.findall(r'<svg xmlns[^>]*class="qr".*?</svg>', sheet)
    addresses = [zxingcpp.read_barcodes(draw(one, 4))[0].text for one in codes]
    assert addresses == [f"http://kiosk.school.test/kitchen/samples/{number}" for number in range(1, 5)]
    page = house.test_client().get("/kitchen/samples/1?lang=en").text
    assert ("红烧肉" in page, "1号冰箱" in page, "4 Mar 12:00" in page) == (True, True, True)
    assert ("陈" in page, "/office/kitchen" in page) == (False, False)


def test_the_recount_finds_what_was_changed_behind_the_record(house: Flask, desk: Desk) -> None:
    send(desk("chen"), LUNCH, **tapped(*DISHES))
    with clock.moved_to(noon(3)):
        send(desk("chen"), THROW, sample=["1", "2"])
    assert list(recount()) == []
    tamper(
        "UPDATE food_sample SET grams = 200 WHERE id = 1; DELETE FROM food_sample_step WHERE sample_id = 2"
    )
    tamper("DELETE FROM food_sample WHERE id = 3")
    found = [(one.place, one.problem, one.detail) for one in recount()]
    seq = session.scalar(select(ChainEntry.seq).where(ChainEntry.action == "food_sample.kept"))
    assert found == [
        ("1", "altered", ""),
        ("番茄蛋汤", "missing", f"entry {seq}"),
        ("2", "missing", "thrown"),
    ]


def test_the_inbox_is_that_of_the_post_that_answers(house: Flask, desk: Desk) -> None:
    with transaction():
        team = add_team(by=actor("lin"), year=2025, name="食堂", leader=None)
        post = add_post(by=actor("lin"), team=team, name="留样员", duties=(), daily=(), stand_in=None)
        appoint(by=actor("lin"), post=post, person=persons.person(number("gao")), since=clock.now().date())
        name_posts(by=actor("lin"), task="samples", posts={None: post.id})
    with clock.moved_to(noon() + timedelta(hours=3)):
        mine = {
            name: [
                one["mine"]
                for one in desk(name).get("/office/inbox.json").json["items"]
                if one["key"].startswith("food-samples:")
            ]
            for name in ("gao", "chen")
        }
    assert mine == {"gao": [True], "chen": [False]}
