"""The store: drawn from sheets, issued first in first out, never below zero, counted."""

from datetime import date, timedelta

import pytest
from flask import Flask

from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, OtherContent
from kiosk.school.services import change_settings
from kiosk.stock import checks, queries, services
from kiosk.stock.models import BACK, CLOSED, DONE, LOST, WAITING
from kiosk.stock.refusals import ClosedBefore, Moved, NotThere, SamePerson
from kiosk.stock.services import Wanted
from kiosk.stock.services.counts import Counted
from tests.conftest import actor, canteen, tamper
from tests.stock.conftest import DAY, balances, correct, issued, opened, post, withdrawn

RICE, CABBAGE = ("大米", "公斤", "50", "6"), ("大白菜", "市斤", "40", "2.5")


def test_a_posted_sheet_comes_into_store_and_corrections_move_the_difference_once(house: Flask) -> None:
    sheet = post(RICE, CABBAGE)
    assert balances() == {"大米": (50_000, 300_00), "大白菜": (40_000, 100_00)}
    issued(("大白菜", "公斤", 15_000))  # 30 市斤
    assert balances()["大白菜"] == (10_000, 25_00)

    correct(sheet, ("大米", "公斤", "48", "6"), ("大白菜", "市斤", "36", "2.5"))
    correct(sheet, ("大米", "公斤", "48", "6"), ("大白菜", "市斤", "36", "2.5"))
    assert balances() == {"大米": (48_000, 288_00), "大白菜": (6_000, 15_00)}
    correct(sheet, ("大米", "公斤", "48", "7"), ("大白菜", "市斤", "20", "2.5"))
    assert balances() == {"大米": (48_000, 336_00), "大白菜": (0, 0)}
    [short] = [line for form in queries.shortages([canteen().id]) for line in form.lines if line.short]
    assert (short.item, short.short_shown) == ("大白菜", 10_000)
    withdrawn(sheet)
    assert balances() == {"大米": (0, 0), "大白菜": (0, 0)}
    assert list(checks.recount()) == []


def test_what_goes_straight_to_the_kitchen_and_what_was_before_the_store_stays_out(house: Flask) -> None:
    with transaction():
        change_settings(by=actor("lin"), stock_straight="蔬菜类、水果类")
    post(CABBAGE, item_class="蔬菜类")
    post(RICE, day=DAY - timedelta(days=3))
    assert balances() == {}
    post(RICE, item_class="粮食类", number="R1")
    assert balances() == {"大米": (50_000, 300_00)}


def test_what_ends_first_goes_first_and_what_is_over_never_to_the_kitchen(house: Flask) -> None:
    opened(
        Wanted("牛奶", "", "盒", 10_000, unit_price=20_000, expires=DAY + timedelta(days=9)),
        Wanted("牛奶", "", "盒", 10_000, unit_price=30_000, expires=DAY + timedelta(days=2)),
        Wanted("牛奶", "", "盒", 5_000, unit_price=10_000, expires=DAY - timedelta(days=1)),
    )
    found = issued(("牛奶", "", 12_000))
    assert found.amount == 10 * 3_00 + 2 * 2_00
    with pytest.raises(NotThere) as refused:
        issued(("牛奶", "盒", 9_000), sent="i2")
    assert str(refused.value.errors[0, "quantity"]) == "可领 8 盒；另有 5 盒已过保质期。"
    lost = issued(("牛奶", "盒", 5_000), sent="l1", kind=LOST, reason="过期")
    assert (lost.amount, balances()["牛奶"]) == (5_00, (8_000, 16_00))
    assert [one.quantity for one in queries.expiring([canteen().id], DAY)] == []


def test_nothing_is_issued_beyond_what_is_there_and_the_same_form_is_one(house: Flask) -> None:
    post(CABBAGE)
    with pytest.raises(NotThere) as refused:
        issued(("大白菜", "公斤", 20_001), ("冬瓜", "市斤", 1_000), ("大白菜", "把", 1_000))
    assert {place: str(text) for place, text in refused.value.errors.items()} == {
        (0, "quantity"): "库中现有 20 公斤。",
        (1, "item"): "库中没有“冬瓜”。",
        (2, "unit"): "库中只有：市斤。",
    }
    assert balances()["大白菜"] == (40_000, 100_00)
    first = issued(("大白菜", "市斤", 10_000), number="C1")
    assert issued(("大白菜", "市斤", 10_000), number="C1").id == first.id
    with pytest.raises(OtherContent):
        issued(("大白菜", "市斤", 11_000), number="C1")
    assert balances()["大白菜"] == (30_000, 75_00)


def test_another_person_confirms_or_gives_back(house: Flask) -> None:
    post(CABBAGE)
    form = issued(("大白菜", "市斤", 10_000), by="chen")
    with pytest.raises(SamePerson), transaction():
        services.confirm(by=actor("chen"), form=form)
    with transaction():
        services.give_back(by=actor("ding"), form=queries.form(form.id), reason="拿错了")
    assert (queries.form(form.id).state, balances()["大白菜"]) == (BACK, (40_000, 100_00))
    with pytest.raises(Conflict), transaction():
        services.confirm(by=actor("lin"), form=queries.form(form.id))
    second = issued(("大白菜", "市斤", 10_000), sent="i2")
    assert second.state == WAITING
    for _twice in range(2):
        with transaction():
            services.confirm(by=actor("ding"), form=queries.form(second.id))
    assert queries.form(second.id).state == DONE
    assert list(checks.recount()) == []


def counted(**quantities: int | tuple[int, str]) -> dict[int, Counted]:
    count = queries.open_count(canteen().id)
    assert count
    meant = {}
    for line in count.lines:
        said = quantities.get(line.item.item, line.item.in_unit(line.item.balance))
        meant[line.id] = Counted(*said) if isinstance(said, tuple) else Counted(said)
    return meant


def test_a_count_explains_its_differences_and_closes_what_was_before(house: Flask) -> None:
    post(RICE, CABBAGE)
    with transaction():
        count = services.begin_count(by=actor("bao"), sent="c1", canteen=canteen(), day=DAY)
    with pytest.raises(NotThere), transaction():
        services.sign_count(by=actor("bao"), count=count, revision=0, typed=counted(大米=49_500))
    with transaction():
        services.save_count(by=actor("bao"), count=count, revision=0, typed=counted(大米=49_500))
    with pytest.raises(Moved), transaction():
        services.save_count(by=actor("chen"), count=count, revision=0, typed=counted())
    with transaction():
        typed = counted(大米=(49_500, "撒漏"), 大白菜=(41_000, "验收时少记"))
        services.sign_count(by=actor("bao"), count=count, revision=1, typed=typed)
    with pytest.raises(SamePerson), transaction():
        services.close_count(by=actor("bao"), count=count, revision=count.revision)
    for _twice in range(2):
        with transaction():
            services.close_count(by=actor("wu"), count=count, revision=count.revision)
    assert balances() == {"大米": (49_500, 297_00), "大白菜": (41_000, 102_50)}
    assert (count.state, queries.closed_until(canteen().id)) == (CLOSED, DAY)

    with pytest.raises(ClosedBefore):
        issued(("大白菜", "市斤", 1_000))
    assert issued(("大白菜", "市斤", 1_000), reason="当日漏记").reason == "当日漏记"
    assert list(checks.recount()) == []


def test_the_month_s_end_is_due_until_it_is_counted(house: Flask) -> None:
    due = queries.count_due(canteen().id, date(2026, 4, 2))
    assert due is not None
    assert due.date() == date(2026, 4, 5)
    assert queries.count_due(canteen().id, date(2026, 3, 30)) is None


def test_the_recount_names_the_first_that_differs(house: Flask) -> None:
    post(RICE, CABBAGE)
    assert list(checks.recount()) == []
    for statement, said in (
        ("UPDATE stock_item SET balance = balance + 1", ("stock item", "1 大米", "differs")),
        ("UPDATE stock_batch SET worth = worth - 1", ("stock batch", "1 大米", "differs")),
        ("UPDATE stock_line SET quantity = 1", ("stock form", "1", "altered")),
        ("UPDATE stock_move SET position = 5", ("stock form", "1", "altered")),
    ):
        tamper(statement)
        session.expire_all()
        assert said in [(one.kind, one.place, one.problem) for one in checks.recount()]
