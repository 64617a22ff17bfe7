"""Typed prices beside their last ones; a correction beside the version it corrects."""

from datetime import timedelta

import pytest
from flask import Flask

from kiosk.core.db import transaction
from kiosk.postings import queries as postings
from kiosk.postings.queries import Difference
from kiosk.postings.services import start_correction
from kiosk.purchasing import comparing, services
from kiosk.purchasing.checks import check_lines
from kiosk.purchasing.queries import SheetVersion
from kiosk.school.queries import today
from tests.conftest import actor
from tests.purchasing.test_services import CABBAGE, PEOPLE, TOMATO, post


@pytest.mark.parametrize(
    ("price", "asked"), [("3.25", False), ("3.26", True), ("1.75", False), ("1.74", True), ("2.5", False)]
)
def test_a_price_is_asked_about_beyond_thirty_per_cent(context: Flask, price: str, asked: bool) -> None:
    post(CABBAGE, day=today() - timedelta(days=1))
    checked = check_lines([{}, {**CABBAGE, "unit_price": price}])
    jumps = comparing.jumps(checked.lines, today())
    assert [(jump.row, jump.last.price) for jump in jumps] == ([(1, 25_000)] if asked else [])


def test_only_what_can_be_compared_is_compared(context: Flask) -> None:
    post(CABBAGE, day=today() - timedelta(days=1))
    typed = [
        (0, "大白菜", "", "公斤"),
        (1, "大白菜", "", "箱"),
        (2, "大白菜", "特级", "市斤"),
        (3, "没见过", "", "市斤"),
    ]
    assert {row: past.price for row, past in comparing.last_prices(typed, today()).items()} == {0: 50_000}
    assert comparing.last_prices(typed, today() - timedelta(days=1)) == {}, "never with its own day or later"


def test_the_newest_price_of_each_kind_is_remembered(context: Flask) -> None:
    for back, price in ((3, "2"), (2, "3")):
        post({**CABBAGE, "unit_price": price, "supplier": f"{back}号店"}, day=today() - timedelta(days=back))
    version = post({**CABBAGE, "unit": "箱", "unit_price": "40"}, day=today() - timedelta(days=4))
    kept = comparing.remembered(today())[version.lines[0].item_id]
    assert [(one.unit, one.price, one.supplier) for one in kept] == [
        ("市斤", 30_000, "2号店"),
        ("箱", 400_000, ""),
    ]


def corrected(first: SheetVersion, *rows: dict[str, str]) -> Difference:
    """What a correction to these rows changed."""
    with transaction():
        second = start_correction(by=actor("chen"), posting=first.posting)
        services.save_draft(by=actor("chen"), draft=second, rows=rows, people=PEOPLE, reason="抄错")
        services.post_sheet(by=actor("chen"), draft=second)
    return postings.differences(postings.posted(first.posting_id).versions)[2]


def test_differences_are_told_line_by_line(context: Flask) -> None:
    first = post(CABBAGE, TOMATO, {**CABBAGE, "quantity": "20"})
    found = corrected(
        first, {**CABBAGE, "quantity": "20"}, {**CABBAGE, "unit_price": "2.4"}, {**TOMATO, "item": "南瓜"}
    )
    cells = [[(cell.old, cell.new) for cell in row.cells] for row in found.rows if row.before and row.after]
    assert cells == [[("2.50", "2.40"), ("125.00", "120.00")]]
    assert [row.after["item"] for row in found.rows if row.before is None and row.after] == ["南瓜"]
    assert [row.before["item"] for row in found.rows if row.after is None and row.before] == ["大西红柿"]
    assert [(cell.old, cell.new) for cell in found.fields] == [("375.00", "370.00")], "the total"


def test_the_same_lines_in_another_order_are_no_difference(context: Flask) -> None:
    assert corrected(post(CABBAGE, TOMATO), TOMATO, CABBAGE).is_empty
