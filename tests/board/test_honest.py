"""The board is honest: nothing late looks punctual, nobody is accused, what changed is said line by line."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.core import clock
from kiosk.core.db import transaction
from kiosk.counters.services import add_canteen, add_counter, change_canteen
from kiosk.postings.services import start_correction
from kiosk.purchasing import queries, services
from kiosk.purchasing.queries import SheetVersion
from kiosk.ratings import tablet
from tests.conftest import LUNCH, actor, canteen, counter
from tests.overview.factories import rate
from tests.purchasing.test_services import CABBAGE, PEOPLE, TOMATO, post

DAY = date(2026, 3, 4)
NEXT_MORNING = datetime(2026, 3, 4, 23, 54, tzinfo=UTC)
"""Thursday 7:54 in Shanghai."""


def correct(version: SheetVersion, *rows: dict[str, str], people: dict[str, str] = PEOPLE) -> SheetVersion:
    """A correction of the sheet, posted."""
    with transaction():
        draft = start_correction(by=actor("chen"), posting=version.posting)
        services.save_draft(by=actor("chen"), draft=draft, rows=rows, people=people, reason="复秤")
        return queries.versions([services.post_sheet(by=actor("chen"), draft=draft)])[0]


def everywhere(client: FlaskClient, version: SheetVersion, language: str = "zh") -> dict[str, str]:
    """Every public page that shows the sheet of DAY."""
    item = version.lines[0].item_id if version.lines else 1
    pages = {
        "board": f"/?day={DAY}",
        "sheet": f"/postings/{version.posting_id}",
        "poster": f"/print/day?day={DAY}&canteen=k1",
        **({"item": f"/items/{item}"} if version.lines else {}),
    }
    client.get(f"/?lang={language}")
    return {name: client.get(url).text for name, url in pages.items()}


@pytest.mark.parametrize(("language", "words"), [("zh", "补公示"), ("en", "osted later")])
def test_what_was_posted_later_than_its_day_says_so(context: Flask, language: str, words: str) -> None:
    with clock.moved_to(NEXT_MORNING):
        version = post(CABBAGE, day=DAY)
        for name, page in everywhere(context.test_client(), version, language).items():
            assert words in page, name
            assert "2026年3月5日" in page or "5 Mar 2026" in page or "2026-03-05" in page, name
        assert "2026年3月5日 07:54 补公示" in context.test_client().get(f"/?day={DAY}").text


def test_nothing_bought_entered_the_next_day_is_no_news_of_that_day(context: Flask) -> None:
    with clock.moved_to(NEXT_MORNING):
        with transaction():
            [version] = queries.versions(
                [services.mark_nothing_bought(by=actor("chen"), canteen=canteen(), day=DAY)]
            )
        for name, page in everywhere(context.test_client(), version).items():
            assert "2026年3月5日 07:54 补公示" in page, name
            assert "未填写" not in page, name
            assert "0 项" not in page, name


def test_machines_are_told_when_it_was_posted_first_and_whether_later(context: Flask) -> None:
    with clock.moved_to(NEXT_MORNING):
        correct(post(CABBAGE, day=DAY), {**CABBAGE, "quantity": "45"})
        post(TOMATO)
        client, span = context.test_client(), {"from": str(DAY), "to": "2026-03-05"}
        late, punctual = client.get("/data/purchases.json", query_string=span).get_json()["purchases"]
        rows = list(
            csv.DictReader(
                io.StringIO(client.get("/data/purchases.csv", query_string=span).text.lstrip("\ufeff"))
            )
        )
    assert (late["posted_later"], punctual["posted_later"]) == (True, False)
    assert late["first_posted_at"].startswith("2026-03-05T07:5")
    assert [row["补公示"] for row in rows] == ["是", ""]


def test_a_correction_neither_hides_the_first_time_nor_makes_it_late(context: Flask) -> None:
    with clock.moved_to(LUNCH - timedelta(hours=4)):
        version = post(CABBAGE)
    with clock.moved_to(NEXT_MORNING):
        correct(version, {**CABBAGE, "quantity": "45"})
        page = context.test_client().get(f"/?day={DAY}").text
        [status] = queries.sheet_status(DAY)
    assert "08:05 公示 · 2026年3月5日 07:54 更正" in page
    assert "补公示" not in page
    assert not status.is_late


def test_the_same_day_after_its_hour_is_said(context: Flask) -> None:
    with clock.moved_to(LUNCH + timedelta(hours=3)):
        post(CABBAGE)
        assert "15:05 公示，晚于 12:00" in context.test_client().get("/").text
        assert queries.sheet_status(DAY)[0].is_late


def test_a_new_canteen_is_not_accused_on_its_first_day_nor_before(context: Flask) -> None:
    with clock.moved_to(LUNCH):
        with transaction():
            add_canteen(by=actor("test"), code="k9", name="新食堂")
            add_counter(by=actor("test"), code="c9", name="新窗口", kind="shop")
        client = context.test_client()
        for address in ("/", "/?day=2026-03-03", "/?day=2025-11-03"):
            page = client.get(address).text
            assert "新食堂 · 采购" not in page, address
            assert "该食堂 2026年3月4日 在本系统登记" in page, address
        assert "新窗口" not in client.get("/?day=2026-03-03").text
        assert [one.state for one in queries.sheet_status(DAY)] == ["late", "new"]
    with clock.moved_to(LUNCH + timedelta(days=1)):
        assert "新食堂 · 采购" in client.get("/").text
        assert [one.state for one in queries.sheet_status(DAY)] == ["missing", "new"]


def test_a_canteen_that_was_closed_owes_nothing_of_that_time(context: Flask) -> None:
    def switch(active: bool, at: datetime) -> None:
        with clock.moved_to(at), transaction():
            one = canteen()
            change_canteen(by=actor("test"), canteen=one, name=one.name, name_en="", active=active)

    switch(False, LUNCH)
    switch(True, LUNCH + timedelta(days=2))
    switch(False, LUNCH + timedelta(days=6))
    switch(True, LUNCH + timedelta(days=6))
    with clock.moved_to(LUNCH + timedelta(days=12)):
        states = {
            day.day: rows[0].state for day, rows in queries.statuses(DAY, DAY + timedelta(days=6)).items()
        }
    assert states == {4: "missing", 5: "none", 6: "none", 7: "none", 8: "none", 9: "missing", 10: "missing"}


def test_what_a_closed_canteen_posted_stays_on_the_board(context: Flask) -> None:
    with clock.moved_to(LUNCH):
        post(CABBAGE)
        with transaction():
            change_canteen(by=actor("test"), canteen=canteen(), name="第一食堂", name_en="", active=False)
        assert "大白菜" in context.test_client().get("/").text


def test_a_correction_shows_line_by_line_what_changed(context: Flask) -> None:
    with clock.moved_to(LUNCH):
        first = post(CABBAGE, TOMATO)
        last = correct(
            first,
            {**CABBAGE, "quantity": "45"},
            {**CABBAGE, "item": "土豆"},
            people={**PEOPLE, "purchaser": "王采购"},
        )
        client = context.test_client()
        for address in (f"/postings/{last.posting_id}", "/print/day?canteen=k1"):
            page = client.get(address).text
            changes = page.split('class="differences"')[1].split("</ul>")[0]
            for words in (
                "<strong>采购人</strong> <del>采购员</del> → <ins>王采购</ins>",
                "数量 <del>50</del> → <ins>45</ins>",
                "<ins>新增</ins> 土豆",
                "<del>删去</del> 大西红柿",
            ):
                assert words in changes, address
        page = client.get(f"/postings/{last.posting_id}").text
        assert "第 1 版全文" in page
        assert page.count("325.00") >= 2, "the old version is there whole"


def test_a_mark_says_what_it_compares_with(context: Flask) -> None:
    for ago, price in ((30, "2.2"), (25, "2.3"), (20, "2.3"), (15, "2.4"), (10, "2.3"), (5, "2.55")):
        with clock.moved_to(LUNCH - timedelta(days=ago)):
            post({**CABBAGE, "unit_price": price})
    with clock.moved_to(LUNCH):
        post({**CABBAGE, "unit_price": "2.55"}, TOMATO)
        client = context.test_client()
        for address in ("/", "/postings/7", "/print/day?canteen=k1"):
            assert "高于近几周常价 2.30 +11%" in client.get(address).text, address
        assert "above the usual of the last weeks, 2.30 +11%" in client.get("/?lang=en").text
        marked = client.get("/postings/7?lang=zh").text.split('class="marked"')[1].split("</tr>")[0]
        assert ">0<" not in marked


@pytest.fixture
def two_sheets(context: Flask) -> FlaskClient:
    """Two sheets of one canteen and day, each with its own hour and people."""
    with clock.moved_to(LUNCH - timedelta(hours=4)):
        post(CABBAGE)
    with clock.moved_to(LUNCH - timedelta(hours=1)), transaction():
        draft = services.start_sheet(by=actor("chen"), canteen=canteen(), day=DAY)
        people = {**PEOPLE, "purchaser": "王采购", "receiver1": "李验收"}
        services.save_draft(by=actor("chen"), draft=draft, rows=[TOMATO], people=people)
        services.post_sheet(by=actor("chen"), draft=draft)
    return context.test_client()


def test_two_sheets_of_a_day_are_two(two_sheets: FlaskClient) -> None:
    with clock.moved_to(LUNCH):
        board, poster, phone = (two_sheets.get(one).text for one in ("/", "/print/day", "/c/c1"))
        told: dict[str, Any] = tablet._purchases(counter("c1")) or {}
    for page in (board, poster, phone):
        first, second = page.index("08:05 公示"), page.index("11:05 公示")
        assert first < page.index("采购 王采购")
        assert page.index("采购 采购员") < page.index("采购 王采购")
        assert second > first
    assert "2 张公示单" in board
    assert "第 2 张，共 2 张" in poster
    first, _cabbage, second, _tomato = told["lines"]
    assert "08:05 公示" in first[0]
    assert "11:05 公示 · 采购 王采购 · 验收 李验收" in second[0]
    assert "2 张公示单" in told["summary"][0]


def test_a_marked_line_is_never_behind_more(context: Flask) -> None:
    rows = [{**CABBAGE, "item": f"菜{n:02}"} for n in range(20)]
    with clock.moved_to(LUNCH - timedelta(days=1)):
        post(*rows)
    with clock.moved_to(LUNCH):
        post(*[{**row, "unit_price": "9"} if row["item"] == "菜15" else row for row in rows])
        client = context.test_client()
        for address in ("/", "/c/c1"):
            page = client.get(address).text
            seen = page[: page.index("<details", page.index("菜00"))].rsplit("<ul", 1)[1]
            assert "菜15" in seen, address
            assert "菜14" not in seen, address
            assert "高于上次 2.50" in seen, address


def test_unit_stands_before_quantity_in_every_table(context: Flask) -> None:
    with clock.moved_to(LUNCH):
        post(CABBAGE)
        client = context.test_client()
        for address in ("/", "/postings/1", "/print/day"):
            head = client.get(address).text.split("<thead>")[1].split("</thead>")[0]
            assert head.index("单位") < head.index("数量") < head.index("单价") < head.index("金额"), address
        assert client.get("/data/purchases.csv").text.index("单位") < client.get(
            "/data/purchases.csv"
        ).text.index("数量")


def test_a_chart_over_years_names_them(context: Flask) -> None:
    for day in (date(2024, 5, 6), date(2025, 5, 6), DAY):
        with clock.moved_to(LUNCH):
            post(CABBAGE, day=day)
    chart = context.test_client().get("/items/1").text.split("<svg")[1].split("</svg>")[0]
    for words in ("2024-05-06", "2026-03-04", ">2025<"):
        assert words in chart


def test_scores_count_ratings_not_people(context: Flask) -> None:
    rate(context, "c1", [5, 5, 4, 4, 3])
    with clock.moved_to(LUNCH):
        for address in ("/", "/c/c1"):
            assert "5 次评价" in context.test_client().get(address).text
            assert "5 人" not in context.test_client().get(address).text
