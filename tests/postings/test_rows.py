"""What a row is about in the next version, what a new posting takes over, and what the wall tells of it."""

import re
from datetime import date, timedelta
from typing import Any

from kiosk.core import clock
from kiosk.core.db import transaction
from kiosk.core.web import KioskApp
from kiosk.postings import queries, services
from kiosk.postings.kinds.bulk import BULK
from kiosk.postings.kinds.menu import MENU
from kiosk.postings.models import Posting
from kiosk.postings.queries import Kind, place_code, places
from kiosk.postings.queries.lines import Lines
from kiosk.school.services import save_term
from tests.conftest import actor, csrf
from tests.postings.conftest import SignIn

WEEK, NEXT = "2026-W10", "2026-W11"
MONDAY = [
    {"day": "mon", "meal": meal, "dishes": dishes, "allergens": ""}
    for meal, dishes in (("breakfast", "馒头"), ("lunch", "番茄炒蛋"), ("dinner", "面条"))
]


def write(kind: Kind, rows: list[dict[str, str]], period: str = "", **fields: str) -> Posting:
    with transaction():
        draft = services.start(by=actor("lin"), kind=kind, place=places(kind)[0], period=period)
        services.save_draft(by=actor("lin"), draft=draft, revision=0, fields=fields, rows=rows)
        if kind.approves:
            services.propose(by=actor("lin"), draft=draft)
        else:
            services.post(by=actor("lin"), draft=draft, revision=draft.revision)
        return draft.posting


def bulk(amount: str) -> Posting:
    row = {"item": "空调", "unit": "台", "quantity": "12", "unit_price": "2,650", "amount": amount}
    return write(BULK, [row], title="空调", method="inquiry", decided="校委会")


def test_a_row_of_a_menu_is_a_meal_of_a_day(inside: KioskApp) -> None:
    found = write(MENU, MONDAY, WEEK)
    with clock.moved_to(clock.now() + timedelta(hours=1)), transaction():
        draft = services.start_correction(by=actor("lin"), posting=found)
        rows = [{**MONDAY[1], "dishes": "红烧带鱼"}, MONDAY[2]]  # no breakfast, and something else for lunch
        services.save_draft(
            by=actor("lin"), draft=draft, revision=draft.revision, fields={}, rows=rows, reason="停早餐"
        )
        services.post(by=actor("lin"), draft=draft, revision=draft.revision)
    lines = Lines(queries.posted(found.id))
    assert [lines.now(1, number) for number in (1, 2, 3)] == [None, 1, 2]
    page = inside.test_client().get(f"/postings/{found.id}?lang=en").text
    assert "Row 1 Monday Lunch" in " ".join(page.replace("<", " <").split())
    assert "馒头" in page.partition("taken out")[2]


def test_an_amount_that_nobody_wrote_is_the_product(inside: KioskApp) -> None:
    draft = bulk("").draft
    assert draft
    assert queries.reading_of(draft).rows[0]["amount"] == 31_800_00


def test_an_amount_that_is_no_product_is_said_and_stays(inside: KioskApp, of: SignIn) -> None:
    right, wrong = bulk("31800").id, bulk("31900").id
    zhou = of("zhou")
    assert "＝ 31,800.00 元" not in zhou.get(f"/office/postings/{right}").text
    page = zhou.get(f"/office/postings/{wrong}").text
    assert "12 × 2,650.00 ＝ 31,800.00 元，所写金额是 31,900.00 元" in page


def form_of(lin: Any, period: str, **more: Any) -> dict[str, Any]:
    place = place_code(places(MENU)[0])
    token = csrf(lin, "/office/postings/new/menu")
    return {"csrf_token": token, "place": place, "period": period, "then": "on", **more}


def test_what_is_typed_for_a_period_that_is_there_stays_on_the_page(inside: KioskApp, of: SignIn) -> None:
    found, lin = write(MENU, MONDAY, WEEK), of("lin")
    typed = {"row_day": ["周二"], "row_meal": ["午餐"], "row_dishes": ["土豆烧牛肉"], "row_allergens": [""]}
    answer = lin.post("/office/postings/new/menu", data=form_of(lin, WEEK, **typed))
    assert answer.status_code == 422
    assert "土豆烧牛肉" in answer.text
    assert f'href="/office/postings/{found.id}"' in answer.text, "and it leads to what is there"
    assert lin.post("/office/postings/new/menu", data=form_of(lin, NEXT, **typed)).status_code == 302


def test_a_new_one_begins_with_the_lines_of_the_last(inside: KioskApp, of: SignIn) -> None:
    lin = of("lin")
    none = lin.post("/office/postings/new/menu", data=form_of(lin, WEEK, then="last"))
    assert "没有可带入的明细" in none.text
    write(MENU, MONDAY, WEEK)
    page = lin.post("/office/postings/new/menu", data=form_of(lin, NEXT, then="last")).text
    assert page.count('value="星期一"') >= 3
    assert "番茄炒蛋" in page
    assert not queries.same(MENU, canteen_id=places(MENU)[0].id, counter_id=None, period=NEXT), (
        "nothing saved"
    )  # type: ignore[union-attr]


def test_the_screen_on_the_wall_tells_what_is_cooked_hangs_and_is_missing(inside: KioskApp) -> None:
    """On a Wednesday with a menu for Monday and Wednesday, of which the week's purchases are missing."""
    write(MENU, [*MONDAY, {"day": "wed", "meal": "lunch", "dishes": "红烧带鱼", "allergens": "鱼"}], WEEK)
    page = inside.test_client().get("/wall").text
    menu, _hr, rest = page.partition('data-page="postings"')
    assert "红烧带鱼" in menu
    assert "番茄炒蛋" not in page, "Monday is over"
    hanging, _hr, owed = rest.partition('data-page="owed"')
    assert "食谱 · 2026年3月2日" in hanging
    assert "采购" in owed


def test_what_a_place_owes_for_days_is_one_line(inside: KioskApp) -> None:
    with transaction():
        save_term(by=actor("lin"), name="春", starts=date(2026, 2, 23), ends=date(2026, 7, 3))
    for address in ("/", "/wall"):
        page = inside.test_client().get(f"{address}?lang=en").text
        told = " ".join(re.sub("<[^>]+>", " ", page).split())
        assert len(re.findall(r"Purchases (· )?\d+ times not posted", told)) == 1, address
        assert "Late: the first was due" in page, address


def test_a_poster_is_headed_as_people_write_it(inside: KioskApp) -> None:
    page = inside.test_client().get(f"/postings/{write(MENU, MONDAY, WEEK).id}/poster").text
    assert "<h1>3月2日至3月8日食谱" in page


def test_where_no_term_is_entered_the_form_says_so(inside: KioskApp, of: SignIn) -> None:
    lin, page = of("lin"), "/office/postings/new/suppliers"
    assert "还没有录入学期" in lin.get(page).text
    sent = {"csrf_token": csrf(lin, page), "then": "on", "row_supplier": ["城南粮油店"]}
    answer = lin.post(page, data=sent)
    assert (answer.status_code, "不是有效的选择" in answer.text) == (422, False)
    assert "城南粮油店" in answer.text
