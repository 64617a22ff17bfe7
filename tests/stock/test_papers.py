"""Paper forms come in by the ledger's reader: seen first, once, and never beyond what is there."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from kiosk.core.db import session, transaction
from kiosk.purchasing import queries as purchasing
from kiosk.stock import checks, queries, services
from kiosk.stock.models import ISSUED, OPENED, RECEIVED, STRAIGHT, WAITING, StockForm
from kiosk.stock.services import Brought, Wanted
from tests.conftest import actor, canteen, csrf
from tests.stock.conftest import DAY, balances, issued, opened, post, send

HEAD = "日期,单号,类型,食材名称,计量单位,数量,单价,金额\n"
RECEIPTS = HEAD + "2026-03-01,R1,蔬菜类,大白菜,市斤,50,2.5,125\n2026-03-01,R1,粮食类,大米,公斤,100,6,600\n"
ISSUES = (
    HEAD + "2026-03-01,C1,蔬菜类,大白菜,公斤,10,5,50\n2026-03-01,C1,粮食类,大米,公斤,30,6,180\n"
    "2026-03-02,C2,蔬菜类,大白菜,市斤,20,2.5,50\n2026-03-02,C2,调味类,食盐,包,4,2,8\n"
)
LACKED = {"料酒", "白象盐", "菜家村上等菜籽油", "蚝油", "加加生抽"}
"""What the real ledger issues before, or without, ever receiving it."""


def brought(kind: str, text: str, name: str) -> list[Brought]:
    return [
        Brought(
            kind,
            sheet.date or DAY,
            sheet.number,
            tuple(
                Wanted(
                    line.item,
                    line.specification,
                    line.unit,
                    int(line.quantity * 1000),
                    unit_price=int(line.unit_price * 10_000),
                )
                for line in sheet.lines
            ),
        )
        for paper in purchasing.papers(text.encode(), name)
        for sheet in paper.sheets
    ]


def take(*papers: Brought, **more: bool) -> list[StockForm]:
    with transaction():
        return services.bring_in(by=actor("bao"), canteen=canteen(), papers=papers, **more)


def number_of_forms() -> int:
    return session.scalar(select(func.count()).select_from(StockForm)) or 0


def test_receipts_and_issues_come_in_once_in_their_order(house: Flask) -> None:
    receipts, issues = brought(RECEIVED, RECEIPTS, "入库单.csv"), brought(ISSUED, ISSUES, "出库单.csv")
    seen = services.outlook(canteen(), [*issues, *receipts])
    assert [(one.paper.number, one.state) for one in seen.forms] == [
        ("R1", "new"),
        ("C1", "new"),
        ("C2", "lacks"),
    ]
    with pytest.raises(Exception, match="超过了库存"):
        take(*issues, *receipts)
    assert number_of_forms() == 0

    made = take(*issues, *receipts, opening=True)
    assert [(one.kind, one.day, one.state) for one in made[:1]] == [(OPENED, date(2026, 3, 1), WAITING)]
    assert balances() == {"大白菜": (10_000, 25_00), "大米": (70_000, 420_00), "食盐": (0, 0)}
    assert take(*receipts, *issues) == []
    assert [one.state for one in services.outlook(canteen(), [*receipts, *issues]).forms] == ["there"] * 3
    assert list(checks.recount()) == []


def test_a_number_with_other_lines_is_named_and_left_out(house: Flask) -> None:
    take(*brought(RECEIVED, RECEIPTS, "a.csv"))
    other = brought(RECEIVED, RECEIPTS.replace("大白菜,市斤,50,2.5,125", "大白菜,市斤,60,2.5,150"), "a.csv")
    assert [one.state for one in services.outlook(canteen(), other).forms] == ["other"]
    assert take(*other) == []
    assert balances()["大白菜"] == (50_000, 125_00)


def test_the_print_of_a_posted_sheet_is_not_received_twice(house: Flask) -> None:
    post(("大白菜", "市斤", "50", "2.5"), ("大米", "公斤", "100", "6"), day=DAY, number="R1")
    receipts = brought(RECEIVED, RECEIPTS.replace("2026-03-01", "2026-03-02"), "a.csv")
    assert [one.state for one in services.outlook(canteen(), receipts).forms] == ["there"]
    assert take(*receipts) == []


def test_a_sheet_that_is_posted_after_its_paper_came_in_moves_the_difference(house: Flask) -> None:
    take(*brought(RECEIVED, RECEIPTS.replace("2026-03-01", "2026-03-02"), "a.csv"))
    sheet = post(("大白菜", "市斤", "52", "2.5"), ("大米", "公斤", "100", "6"), day=DAY, number="R1")
    assert balances() == {"大白菜": (52_000, 130_00), "大米": (100_000, 600_00)}
    assert len(queries.of_posting(sheet)) == 2


def test_what_went_straight_takes_only_what_the_day_s_sheet_put_into_store(house: Flask) -> None:
    opened(Wanted("小葱花", "", "市斤", 5_000, unit_price=60_000), day=date(2026, 3, 1))
    post(("小葱花", "市斤", "3", "6"))
    text = "采购日期,名称,计量单位,数量,单价,金额\n2026.3.2,小葱花,市斤,3,6,18\n2026.3.2,香菜,市斤,2,7.5,15\n"
    [made] = take(*brought(STRAIGHT, text, "未入库明细表.csv"))
    assert balances() == {"小葱花": (5_000, 30_00)}
    assert [(line.item, line.item_id is None, line.amount) for line in made.lines] == [
        ("小葱花", False, 18_00),
        ("香菜", True, 15_00),
    ]
    assert list(checks.recount()) == []


@pytest.mark.once
def test_the_page_shows_first_and_writes_on_a_word(house: Flask, desk: Callable[[str], FlaskClient]) -> None:
    bao = desk("bao")
    opened(Wanted("大白菜", "", "市斤", 100_000, unit_price=25_000), day=date(2026, 3, 1))
    opened(Wanted("大米", "", "公斤", 30_000, unit_price=60_000), day=date(2026, 3, 1), sent="o2")

    def chosen(text: str, name: str) -> str:
        form = {"csrf_token": csrf(bao, "/office/accounts/"), "canteen": canteen().code}
        answer = bao.post(
            "/office/stock/papers",
            data={**form, "file": (io.BytesIO(text.encode()), name)},
            content_type="multipart/form-data",
        )
        assert answer.status_code == 303, answer.text
        return str(answer.location)

    address = chosen(ISSUES, "出库单.csv")
    before = number_of_forms()
    page = bao.get(address).text
    assert "将导入 2 张单据" in page
    assert "食盐：库存 0 包，还差 4" in page
    assert number_of_forms() == before
    assert send(bao, address, do="bring").status_code == 409
    assert send(bao, address, do="bring", opening="1").status_code == 302
    assert balances()["大白菜"] == (60_000, 150_00)
    assert "这些单据以前都已导入" in bao.get(address).text
    assert (
        "没有找到出库单"
        in bao.post(
            "/office/stock/papers",
            data={
                "csrf_token": csrf(bao, "/office/accounts/"),
                "canteen": canteen().code,
                "file": (io.BytesIO(b"a,b\n1,2\n"), "x.csv"),
            },
            content_type="multipart/form-data",
        ).text
    )


@pytest.mark.once
def test_the_real_ledger_comes_in_whole(house: Flask, shared_data: Path) -> None:
    """Receipts 34 lines, issues 112, straight 8; what nobody saw come in is an opening balance."""
    kinds = {"receipts": RECEIVED, "issues": ISSUED, "direct": STRAIGHT}
    papers = [
        paper
        for name, kind in kinds.items()
        for paper in brought(
            kind, (shared_data / f"school_ledger_2024-01_{name}.csv").read_text("utf-8"), f"{name}.csv"
        )
    ]
    assert [sum(len(one.lines) for one in papers if one.kind == kind) for kind in kinds.values()] == [
        34,
        112,
        8,
    ]
    made = take(*papers, opening=True)
    assert {line.item for line in made[0].lines} == LACKED
    assert all(one.balance >= 0 for one in queries.items(canteen().id, everything=True))
    assert take(*papers) == []
    assert list(checks.recount()) == []
    with pytest.raises(Exception, match="无法照此出库"):
        issued(("白象盐", "包", 1_000))
