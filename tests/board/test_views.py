"""The public board, as a parent reads it."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.postings.models import Posting
from kiosk.postings.services import start_correction
from kiosk.purchasing import services
from kiosk.school.queries import today
from kiosk.school.services import switch
from tests.conftest import LUNCH, actor, canteen
from tests.overview.factories import post_sheet
from tests.purchasing.test_services import CABBAGE, PEOPLE, TOMATO, post


@pytest.fixture
def board(context: Flask, at_lunch: object) -> FlaskClient:
    """The board at a Wednesday's lunch, with one sheet posted."""
    post(CABBAGE, TOMATO)
    return context.test_client()


def test_what_was_bought_is_there_without_a_tap(board: FlaskClient) -> None:
    page = board.get("/").text
    for words in (
        "大白菜",
        "2.50 元/市斤",
        "125.00 元",
        "甲配送",
        "采购 采购员",
        "验收 验收员甲、验收员乙",
        "325.00 元",
        "首次",
    ):
        assert words in page


def test_a_new_school_s_board_says_what_is_missing(client: FlaskClient, at_lunch: object) -> None:
    page = client.get("/").text
    assert "已逾期，应于 12:00 前公示" in page
    assert "还没有公示，应于 12:00 前公示。" in page


def test_before_noon_the_sheet_is_due_and_not_late(client: FlaskClient) -> None:
    with clock.moved_to(LUNCH - timedelta(hours=2)):
        page = client.get("/").text
    assert "应于 12:00 前公示" in page
    assert "已逾期，应于 12:00 前公示" not in page


def test_what_was_never_posted_stays_late_on_the_board(board: FlaskClient) -> None:
    page = board.get("/").text
    assert re.search("已逾期，最早的应于[0-9]+月[0-9]+日公示", page)
    assert 'action="/search"' in page
    assert "次没有公示" in page, "the days of a canteen are one line"


def test_nothing_is_due_on_a_weekend(client: FlaskClient) -> None:
    with clock.moved_to(LUNCH + timedelta(days=3)):
        page = client.get("/").text
    assert "这天不上学，不需要公示" in page
    assert page.index("不上学") < page.index("买了什么"), "said where one looks first"
    assert "12:00 前公示" not in page


def test_an_earlier_day_stays_readable(board: FlaskClient) -> None:
    with clock.moved_to(LUNCH + timedelta(days=1)):
        today = board.get("/?lang=en").text
        assert today.index("Last posted: ") < today.index("大白菜"), "what is old is said to be it"
        assert "大白菜" in board.get("/?day=2026-03-04").text


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "9999-12-31", "0001-01-01", "", "２０２６-03-04"])
def test_a_day_that_is_none_is_no_error(board: FlaskClient, day: str) -> None:
    assert board.get("/", query_string={"day": day}).status_code == 200


def test_a_correction_stays_visible(board: FlaskClient) -> None:
    from kiosk.purchasing.models import Sheet

    with transaction():
        sheet = session.query(Sheet).one()
        draft = start_correction(by=actor("chen"), posting=session.get_one(Posting, sheet.id))
        rows, people = [{**CABBAGE, "unit_price": "2.4"}], PEOPLE
        services.save_draft(by=actor("chen"), draft=draft, rows=rows, people=people, reason="单价抄错")
        services.post_sheet(by=actor("chen"), draft=draft)
    assert "更正 1 次" in board.get("/").text
    page = board.get(f"/postings/{sheet.id}").text
    assert "单价抄错" in page
    assert page.index("2.40") < page.index("2.50"), "the version in force stands first"


def test_a_draft_is_not_public(context: Flask) -> None:
    with transaction():
        draft = services.start_sheet(by=actor("chen"), canteen=canteen(), day=today())
        services.save_draft(by=actor("chen"), draft=draft, rows=[CABBAGE], people={})
    client = context.test_client()
    assert client.get(f"/sheets/{draft.posting_id}").status_code == 404
    assert "大白菜" not in client.get("/").text


def test_items_are_found_by_pinyin_and_show_their_prices(board: FlaskClient) -> None:
    found = board.get("/items?q=dbc").text
    assert "大白菜" in found
    assert "大西红柿" not in found
    address = found.split('class="chip" href="')[1].split('"')[0]
    assert "2.50" in board.get(address).text
    assert board.get("/items/999").status_code == 404


@pytest.mark.parametrize(
    "address", ["/", "/items", "/about-scores", "/privacy", "/data/", "/print/day?size=a3"]
)
def test_pages_speak_both_languages(board: FlaskClient, address: str) -> None:
    chinese = board.get(address)
    assert chinese.status_code == 200
    assert 'lang="zh-Hans"' in chinese.text
    separator = "&" if "?" in address else "?"
    assert '<html lang="en"' in board.get(f"{address}{separator}lang=en").text


def test_the_poster_carries_totals_people_and_the_chain(board: FlaskClient) -> None:
    page = board.get("/print/day?canteen=k1").text
    for words in ("325.00", "采购员", "存证"):
        assert words in page
    assert board.get("/print/day?canteen=nowhere").status_code == 404


def test_before_todays_sheet_the_last_one_is_shown_and_said_to_be_it(app: Flask, at_lunch: datetime) -> None:
    post_sheet(app, LUNCH.date() - timedelta(days=5))
    browser = app.test_client()
    page = browser.get("/?lang=en").text
    assert "Last posted: Fri 27 Feb" in page
    assert "大西红柿" in page
    post_sheet(app, LUNCH.date())
    assert "Last posted" not in browser.get("/?lang=en").text


def test_the_top_of_the_board_leads_to_what_is_below(board: FlaskClient) -> None:
    for name in ("dining", "cases", "daily_control"):
        with transaction():
            switch(by=actor("lin"), name=name, on=True)
    page = board.get("/?lang=en").text
    jumps = re.findall(r'<a href="#([a-z-]+)">', page)
    assert {"ask-title", "scores-title", "kitchen-title"} <= set(jumps)
    assert [one for one in jumps if f'id="{one}"' not in page] == []
    assert "rules-title" not in jumps, "what is off, or empty, is led to by nothing"
