"""Purchase ledgers in the layouts that schools use, made here; and the real one, where it is at hand."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt

from kiosk.core.tables import Table
from kiosk.core.tabular import read
from kiosk.purchasing.ledger import (
    Preview,
    judge_texts,
    preview_json,
    read_paste,
    recognise,
    recognise_rows,
)

SHARED_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
LEDGER = SHARED_DATA / "school_ledger_2024-01.xlsx"
real = pytest.mark.skipif(not LEDGER.exists(), reason="the shared data stands not beside the repository")

Rows = list[list[Any]]
GOODS = [
    ("大白菜", "斤", "50", "2.5", "125"),
    ("鸡蛋", "个", "240", "0.85", "204"),
    ("大米", "袋", "2", "136.8", "273.6"),
]
TITLE = "第一小学食堂采购清单"
DAY = "日期：2024年1月3日"
HEAD = ["品名", "单位", "数量", "单价", "金额"]
BODY: Rows = [[item, unit, float(q), float(p), float(a)] for item, unit, q, p, a in GOODS]


def workbook(*sheets: tuple[str, Rows], merge: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for cells in merge:
            sheet.merge_cells(cells)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def old_workbook(rows: Rows) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("采购")
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if cell is not None:
                sheet.write(row, column, cell)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def delimited(rows: Rows, mark: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=mark, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)


def preview(data: bytes, name: str = "x.xlsx", **options: Any) -> Preview:
    return recognise(read(data, name), **options)


def lines(found: Preview) -> list[tuple[str, str, Decimal, Decimal, Decimal]]:
    return [
        (line.item, line.unit, line.quantity, line.unit_price, line.amount)
        for sheet in found.sheets
        for line in sheet.lines
    ]


WANTED = [(item, unit, Decimal(q), Decimal(p), Decimal(a)) for item, unit, q, p, a in GOODS]


def plain_form() -> bytes:
    return workbook(("采购", [[TITLE], [DAY], HEAD, *BODY, ["合计", None, None, None, 602.6]]))


def spaced_headers() -> bytes:
    head = ["品  名", "计量　单位", "数 量", "单　价（元）", "金  额 (元)"]
    return workbook(("采购", [["食 堂 采 购 公 示"], [DAY], head, *BODY]))


def gbk_csv() -> bytes:
    return delimited([[TITLE], [DAY], HEAD, *BODY], encoding="gb18030")


def utf8_bom_csv() -> bytes:
    return delimited([[TITLE], [DAY], HEAD, *BODY], encoding="utf-8-sig")


def utf16_tsv() -> bytes:
    return delimited([["日期", *HEAD], *[["2024-01-03", *row] for row in BODY]], "\t", "utf-16")


def pasted_from_wps() -> bytes:
    return delimited([[*HEAD, "日期"], *[[*row, "2024/1/3"] for row in BODY]], "\t")


def semicolons() -> bytes:
    return delimited([["日期", *HEAD], *[["2024.1.3", *row] for row in BODY]], ";")


def old_xls() -> bytes:
    return old_workbook([[TITLE], [DAY], HEAD, *BODY])


def html_called_xls() -> bytes:
    cells = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in [HEAD, *BODY])
    top = f"<tr><td colspan=5>{TITLE} {DAY}</td></tr>"
    return f"<html><meta charset=gb2312><table>{top}{cells}</table></html>".encode("gb18030")


def day_column_merged() -> bytes:
    rows = [[TITLE], ["采购日期", *HEAD], ["2024年1月3日", *BODY[0]], [None, *BODY[1]], [None, *BODY[2]]]
    return workbook(("采购", rows), merge=("A3:A5",))


def real_dates() -> bytes:
    return workbook(("采购", [["进货日期", *HEAD], *[[datetime(2024, 1, 3), *row] for row in BODY]]))


def serial_dates() -> bytes:
    return workbook(("采购", [["日期", *HEAD], *[[45294, *row] for row in BODY]]))


def packed_dates() -> bytes:
    return workbook(("采购", [["日期", *HEAD], *[[20240103, *row] for row in BODY]]))


def weekday_dates() -> bytes:
    return workbook(("采购", [["日期", *HEAD], *[["2024年 1 月 3 日 星期三", *row] for row in BODY]]))


def short_days() -> bytes:
    rows = [["2024年1月份食材采购明细"], ["日期", *HEAD], *[["1月3日", *row] for row in BODY]]
    return workbook(("采购", rows))


def two_digit_years() -> bytes:
    return workbook(("采购", [["购买日期", *HEAD], *[["24.1.3", *row] for row in BODY]]))


def two_level_header() -> bytes:
    rows: Rows = [
        ["食材验收单"],
        [DAY],
        ["序号", "食材名称", "单位", "数量", None, "价格", None, "备注"],
        [None, None, None, "应收", "实收", "单价（元）", "金额（元）", None],
    ]
    rows += [[n, r[0], r[1], 999.0, r[2], r[3], r[4], None] for n, r in enumerate(BODY, 1)]
    return workbook(("验收", rows), merge=("A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:G3", "H3:H4"))


def group_over_figures() -> bytes:
    rows: Rows = [
        [TITLE + " 2024.1.3"],
        ["物品名称", "采购情况", None, None, None, "供货商"],
        [None, "计量单位", "数量", "单价", "金额", None],
    ]
    rows += [[*r, "某某粮油店"] for r in BODY]
    return workbook(("采购", rows), merge=("B2:E2", "A2:A3", "F2:F3"))


def expected_and_received() -> bytes:
    head = ["品名", "单位", "应收数量", "实收数量", "单价", "小计"]
    return workbook(("收货", [["送货单 2024-1-3"], head, *[[r[0], r[1], 7.0, *r[2:]] for r in BODY]]))


def side_by_side() -> bytes:
    rows: Rows = [
        [TITLE],
        [DAY],
        [*HEAD, *HEAD],
        [*BODY[0], *BODY[2]],
        [*BODY[1], None, None, None, None, None],
        ["合计", None, None, None, 329.0, "合计", None, None, None, 273.6],
    ]
    return workbook(("采购", rows))


def class_rows_and_subtotals() -> bytes:
    rows: Rows = [
        [TITLE],
        [DAY],
        HEAD,
        ["一、蔬菜类"],
        BODY[0],
        ["小计", None, None, None, 125.0],
        ["蛋奶类"],
        BODY[1],
        ["小计", None, None, None, 204.0],
        ["粮食类"],
        BODY[2],
        ["粮食类小计", None, None, None, 273.6],
        ["合计（大写）：陆佰零贰元陆角", None, None, None, 602.6],
        ["采购人：采购员    验收人：验收员甲、验收员乙    保管人：保管员"],
    ]
    return workbook(("采购", rows))


def no_cached_values() -> bytes:
    rows: Rows = [[TITLE], [DAY], HEAD]
    rows += [[*r[:4], f"=C{n}*D{n}"] for n, r in enumerate(BODY, 4)]
    rows += [[None, None, None, None, f"=C{n}*D{n}"] for n in range(7, 12)]
    return workbook(("采购", [*rows, ["合计", None, None, None, "=SUM(E4:E11)"]]))


def zero_cached_values() -> bytes:
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed)
    sheet = book.add_worksheet("采购")
    for row, cells in enumerate([[TITLE], [DAY], HEAD, *[r[:4] for r in BODY]]):
        sheet.write_row(row, 0, cells)
    for row in range(4, 20):
        sheet.write_formula(row - 1, 4, f"=C{row}*D{row}")
    sheet.write(20, 0, "合计")
    sheet.write_formula(20, 4, "=SUM(E4:E19)")
    book.close()
    return packed.getvalue()


def written_numbers() -> bytes:
    rows = [
        ["大白菜", "50斤", "￥2.50", "￥125.00元"],
        ["鸡蛋", "２４０ 个", "0.85元/个", "204"],
        ["大米", "2 袋", "¥ 136.80", "273.60"],
    ]
    return workbook(("采购", [[TITLE], [DAY], ["品名", "数量", "单价", "金额"], *rows]))


def units_in_headers() -> bytes:
    head = ["品名", "规格（单位）", "数量", "单价(元)", "金额(元)"]
    return workbook(("采购", [[TITLE], [DAY], head, *BODY]))


def english() -> bytes:
    head = ["Date", "Item", "Unit", "Qty", "Unit Price", "Amount"]
    return delimited([head, *[["2024-01-03", *row] for row in BODY]])


def serials_and_notes() -> bytes:
    rows: Rows = [[TITLE], [DAY], ["序号", *HEAD, "备注"]]
    rows += [[n, *r, None] for n, r in enumerate(BODY, 1)]
    rows += [[n, None, None, None, None, 0.0, None] for n in range(4, 9)]
    rows += [["注：单价含税"], ["审核人：          经办人：采购员"]]
    return workbook(("采购", rows))


def one_sheet_a_day() -> bytes:
    return workbook(*[(f"1月{day}日", [["2024年食堂进货单"], HEAD, row]) for day, row in enumerate(BODY, 3)])


def split_title() -> bytes:
    rows: Rows = [["某某中学"], [TITLE], ["供货单位：某某粮油店", None, "2024年", "1月", "3日"], HEAD, *BODY]
    return workbook(("采购", rows), merge=("A1:E1", "A2:E2"))


def wide_and_reference_prices() -> bytes:
    head = ["日期", "商品编码", *HEAD[:3], "市场参考价", "上次单价", "单价", "金额", "是否合格", "验收人"]
    rows = [["2024-01-03", 4811.0, *r[:3], 9.0, 8.0, *r[3:], "合格", "验收员甲 验收员乙"] for r in BODY]
    return workbook(("采购", [head, *rows]))


LAYOUTS: list[Callable[[], bytes]] = [
    *(plain_form, spaced_headers, gbk_csv, utf8_bom_csv, utf16_tsv, pasted_from_wps, semicolons, old_xls),
    *(html_called_xls, day_column_merged, real_dates, serial_dates, packed_dates, weekday_dates, short_days),
    *(two_digit_years, two_level_header, group_over_figures, expected_and_received, no_cached_values),
    *(class_rows_and_subtotals, zero_cached_values, written_numbers, units_in_headers, english),
    *(serials_and_notes, split_title, wide_and_reference_prices),
]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_every_layout_gives_the_same_lines(layout: Callable[[], bytes]) -> None:
    found = preview(layout(), "采购.csv")
    assert lines(found) == WANTED
    assert [sheet.date for sheet in found.sheets] == [date(2024, 1, 3)]
    assert [one for one in found.problems if one.code != "columns-unread"] == []
    assert found.sheets[0].total_fen == 60_260


def test_blocks_side_by_side() -> None:
    found = preview(side_by_side())
    assert lines(found) == [WANTED[0], WANTED[1], WANTED[2]]
    assert [line.row for line in found.sheets[0].lines] == [4, 5, 4]
    assert found.problems == []


def test_a_sheet_for_each_day() -> None:
    found = preview(one_sheet_a_day())
    assert [sheet.date for sheet in found.sheets] == [date(2024, 1, 3), date(2024, 1, 4), date(2024, 1, 5)]
    assert lines(found) == WANTED
    assert found.problems == []


def test_forms_repeated_down_a_sheet() -> None:
    rows: Rows = []
    for number, row in enumerate(BODY, 1):
        rows += [
            ["入 库 单"],
            [f"2024年 1 月 {number} 日  单位：元", None, "编号：R010" + str(number)],
            HEAD,
            row,
        ]
        rows += [
            ["", "", "", "", 0.0],
            ["合计", None, None, None, row[4]],
            ["审核人：    经办人：采购员"],
            [],
            [],
        ]
    found = preview(workbook(("入库单", rows)))
    assert [(str(sheet.date), sheet.number, sheet.purchaser) for sheet in found.sheets] == [
        ("2024-01-01", "R0101", "采购员"),
        ("2024-01-02", "R0102", "采购员"),
        ("2024-01-03", "R0103", "采购员"),
    ]
    assert [line.row for sheet in found.sheets for line in sheet.lines] == [4, 13, 22]
    assert found.problems == []


def test_classes_are_filled_down_and_people_are_read() -> None:
    sheet = preview(class_rows_and_subtotals()).sheets[0]
    assert [line.item_class for line in sheet.lines] == ["蔬菜类", "蛋奶类", "粮食类"]
    assert (sheet.purchaser, sheet.custodian, sheet.receivers) == (
        "采购员",
        "保管员",
        ["验收员甲", "验收员乙"],
    )


def test_merged_classes_and_a_class_subtotal_column() -> None:
    head = ["类型", *HEAD, "合计"]
    rows: Rows = [["入库单"], [DAY], head]
    rows += [["蔬菜类", *BODY[0], 329.0], [None, *BODY[1], None], ["粮食类", *BODY[2], 273.6]]
    found = preview(workbook(("入库单", rows), merge=("A4:A5", "G4:G5")))
    assert lines(found) == WANTED
    assert [line.item_class for line in found.sheets[0].lines] == ["蔬菜类", "蔬菜类", "粮食类"]


def test_the_supplier_of_the_title_is_every_line_s() -> None:
    assert {line.supplier for line in preview(split_title()).sheets[0].lines} == {"某某粮油店"}


def test_units_stand_in_headers() -> None:
    rows: Rows = [
        [TITLE],
        [DAY],
        ["品名", "数量（公斤）", "单价（元/公斤）", "金额"],
        ["白菜", 5.0, 2.0, 10.0],
    ]
    assert lines(preview(workbook(("采购", rows))))[0][:2] == ("白菜", "公斤")


def test_specification_and_unit_in_one_column() -> None:
    rows: Rows = [
        [TITLE],
        [DAY],
        ["品名", "规格/单位", "数量", "单价", "金额"],
        ["盐", "500g/袋", 5.0, 2.0, 10.0],
    ]
    line = preview(workbook(("采购", rows))).sheets[0].lines[0]
    assert (line.specification, line.unit) == ("500g/袋", "袋")


def thirty_four(bad: dict[int, list[Any]]) -> bytes:
    rows: Rows = [[TITLE], [DAY], HEAD]
    rows += [bad.get(n, [f"食材{n}", "斤", float(n + 1), 2.5, (n + 1) * 2.5]) for n in range(34)]
    return workbook(("采购", [*rows, ["合计", None, None, None, 9999.0]]))


def test_three_bad_lines_of_34_wait_to_be_mended() -> None:
    bad = {
        3: ["土豆", "斤", "约十斤", 2.0, 20.0],
        17: ["番茄", "斤", 12.0, None, None],
        30: [None, "斤", 12.0, 2.0, 24.0],
    }
    found = preview(thirty_four(bad))
    assert (found.ready, found.to_mend) == (31, 3)
    assert [(p.row, p.column, p.code) for p in found.problems] == [
        (7, "C", "no-number"),
        (21, "D", "no-price"),
        (34, "A", "no-item"),
    ]
    assert found.sheets[0].bad_lines[0].texts["quantity"] == "约十斤"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        *((-5.0, "negative"), ("-5", "negative"), ("1_000", "no-number"), ("NaN", "no-number")),
        *(("1e309", "no-number"), (2.0**63, "too-large"), (1_000_001.0, "too-large"), ("3-4", "no-number")),
        *(("0x10", "no-number"), ("十斤", "no-number"), (True, "no-number"), ("+5", "no-number")),
    ],
)
def test_odd_quantities_are_refused(cell: Any, code: str) -> None:
    found = recognise_rows([["日期", *HEAD], ["2024-1-3", "土豆", "斤", cell, 2.0, None]])
    assert [(p.row, p.column, p.code) for p in found.problems] == [(2, "D", code)]
    assert (found.ready, found.to_mend) == (0, 1)


def test_blank_zero_and_unbought_rows_are_no_lines() -> None:
    rows: Rows = [
        ["日期", *HEAD],
        ["2024-1-3", *BODY[0]],
        ["2024-1-3", "茄子", "斤", None, None, None],
        ["2024-1-3", "冬瓜", "斤", None, 2.5, 0.0],
        ["2024-1-3", "南瓜", "斤", "/", "—", 0.0],
        [None, None, None, None, None, 0.0],
        [None, None, None, None, None, 125.0],
    ]
    found = recognise_rows(rows)
    assert lines(found) == WANTED[:1]
    assert [(one.row, one.column, one.code) for one in found.problems] == [
        (row, "D", "not-bought") for row in (3, 4, 5)
    ]


def test_amounts_are_computed_and_compared() -> None:
    found = recognise_rows(
        [
            ["日期", *HEAD],
            ["2024-1-3", "土豆", "斤", 50.0, 2.38, 120.0],
            ["2024-1-3", "米", "袋", 3.0, None, 100.0],
        ]
    )
    assert [(p.row, p.severity, p.code) for p in found.problems] == [
        (2, "warning", "amount-differs"),
        (3, "warning", "price-computed"),
    ]
    assert found.problems[0].message == "Typed 120.00, computed 119.00."
    assert [line.amount for line in found.sheets[0].lines] == [Decimal("119.00"), Decimal("100.00")]
    assert found.sheets[0].lines[1].unit_price == Decimal("33.3333")


def test_a_total_that_differs_is_said() -> None:
    found = recognise_rows([[TITLE], [DAY], HEAD, *BODY, ["合计", None, None, None, 700.0]])
    assert [(p.row, p.column, p.code, p.severity) for p in found.problems] == [
        (7, "E", "total-differs", "warning")
    ]


def test_floats_of_a_spreadsheet_are_rounded_sanely() -> None:
    found = recognise_rows(
        [["日期", *HEAD], ["2024-1-3", "蚝油", "瓶", 1.0, 7.40666666666667, 7.40666666666667]]
    )
    line = found.sheets[0].lines[0]
    assert (line.unit_price, line.amount, found.problems) == (Decimal("7.4067"), Decimal("7.41"), [])


def test_a_year_that_is_not_written_is_assumed_aloud() -> None:
    rows: Rows = [["日期", *HEAD], ["1月3日", *BODY[0]]]
    found = recognise_rows(rows, default_day=date(2025, 9, 1))
    assert found.sheets[0].date == date(2025, 1, 3)
    assert [p.code for p in found.problems] == ["year-assumed"]
    assert [p.code for p in recognise_rows(rows).errors] == ["bad-day"]


def test_a_form_without_a_day_says_so() -> None:
    rows: Rows = [[TITLE], HEAD, *BODY]
    found = recognise_rows(rows)
    assert (found.sheets[0].date, [p.code for p in found.errors]) == (None, ["no-day"])
    dated = recognise_rows(rows, default_day=date(2025, 9, 1))
    assert dated.sheets[0].date == date(2025, 9, 1)
    assert [(p.code, p.severity) for p in dated.problems] == [("day-assumed", "warning")]


def test_a_week_s_span_is_no_day() -> None:
    found = recognise_rows([["2024年1月1日-1月5日采购公示"], HEAD, *BODY])
    assert [p.code for p in found.errors] == ["no-day"]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        *(("出 库 单", "issue"), ("食材领用登记表", "issue"), ("食材盘存表", "stocktaking")),
        *(
            ("出入库台账", "register"),
            ("采购计划表", "plan"),
            ("一月采购汇总表", "summary"),
            ("退货单", "return"),
        ),
    ],
)
def test_other_forms_are_no_purchases(title: str, kind: str) -> None:
    found = recognise_rows([[title], [DAY], HEAD, *BODY])
    assert (found.sheets, found.taken_for) == ([], kind)
    assert [p.code for p in found.problems] == ["not-purchases"]


@pytest.mark.parametrize(
    "title", ["食品采购台账", "进货查验台账", "未入库明细表", "食材采购价格公示表", "今日菜金"]
)
def test_forms_of_purchases_bear_many_names(title: str) -> None:
    assert lines(recognise_rows([[title], [DAY], HEAD, *BODY])) == WANTED


def test_a_register_with_in_and_out_columns_is_no_purchase() -> None:
    rows: Rows = [
        ["材料名称：大米"],
        ["名称", "入库", None, None, "出库", None, None],
        [None, "数量", "单价", "金额", "数量", "单价", "金额"],
        ["大米", 1.0, 2.0, 2.0, 1.0, 2.0, 2.0],
    ]
    table = Table("母表", rows, [(1, 1, 1, 3), (1, 4, 1, 6)])
    assert recognise([table]).taken_for == "register"


def test_an_unknown_table_says_what_is_missing() -> None:
    found = recognise_rows([["品名", "单位", "产地"], ["白菜", "斤", "本地"]])
    assert found.sheets == []
    assert [p.code for p in found.problems] == ["missing-columns"]
    assert "quantity" in found.problems[0].message
    assert [p.code for p in recognise_rows([["你好"]]).problems] == ["no-header"]
    assert [p.code for p in recognise_rows([]).problems] == ["no-header"]


def test_the_best_table_is_read_and_the_others_are_named() -> None:
    data = workbook(
        ("封面", [["2024年1月采购统计"], ["类别", "金额"], ["蔬菜类", 5.0]]),
        ("零星采购", [["零星采购单"], [DAY], HEAD, BODY[0]]),
        ("入库单", [["入库单"], [DAY], HEAD, *BODY]),
        ("出库单", [["出库单"], [DAY], HEAD, *BODY, *BODY]),
    )
    found = preview(data)
    assert (found.table, found.candidates, lines(found)) == ("入库单", ["零星采购"], WANTED)
    assert lines(preview(data, sheet="零星采购")) == WANTED[:1]
    assert preview(data, sheet="出库单").taken_for == "issue"
    assert [p.code for p in preview(data, sheet="别的").problems] == ["no-sheet"]


def test_the_preview_as_json() -> None:
    told = preview_json(recognise_rows([["单号", "日期", *HEAD], ["R1", "2024-1-3", *BODY[0]]]))
    assert told == {
        **told,
        "sheets": [
            {
                "date": "2024-01-03",
                "number": "R1",
                "canteen": "",
                "total_fen": 12_500,
                "lines": [
                    {
                        **{"row": 2, "class": "", "item": "大白菜", "specification": "", "unit": "斤"},
                        **{"quantity": "50", "unit_price": "2.50", "amount": "125.00", "supplier": ""},
                    }
                ],
            }
        ],
        "problems": [],
    }


def test_a_mended_line() -> None:
    line, problems = judge_texts({"item": "土豆", "quantity": "１２斤", "unit_price": "2.5"}, row=7)
    assert problems == []
    assert line is not None
    assert (line.row, line.unit, line.amount) == (7, "斤", Decimal("30.00"))
    line, problems = judge_texts({"item": "", "quantity": "x", "unit_price": ""})
    assert line is None
    assert [p.code for p in problems] == ["no-item", "no-number", "no-price"]


def pasted(text: str, **options: Any) -> list[dict[str, str]]:
    return [line.texts for line in read_paste(text, **options).lines]


def test_a_paste_with_and_without_header_words() -> None:
    headed = "入库单\n品 名\t数量\t单价\t备注\n白菜\t5斤\t2.5\t\n土豆\t\t\t\n合计\t\t\t\n"
    assert pasted(headed) == [
        {"item": "白菜", "quantity": "5", "unit_price": "2.5", "unit": "斤"},
        {"item": "土豆"},
    ]
    assert [(one.row, one.why) for one in read_paste(headed).other_rows] == [
        (1, "title"),
        (2, "header"),
        (5, "total"),
    ]
    bare = "白菜\t\t斤\t5\t2.5\t12.5\t某店\r\n\r\n土豆\t大\t斤\t1\t2\t2\r\n"
    assert pasted(bare) == [
        {
            **{"item": "白菜", "unit": "斤", "quantity": "5", "unit_price": "2.5"},
            **{"amount": "12.5", "supplier": "某店"},
        },
        {
            **{"item": "土豆", "specification": "大", "unit": "斤", "quantity": "1"},
            **{"unit_price": "2", "amount": "2"},
        },
    ]
    assert pasted("1\t白菜\n2\t土豆") == [{"item": "白菜"}, {"item": "土豆"}]
    assert pasted("") == []


def wanted(name: str, *columns: str) -> list[tuple[Any, ...]]:
    with (SHARED_DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return [
            (*(row[column] for column in columns), *(Decimal(row[c]) for c in ("数量", "单价", "金额")))
            for row in csv.DictReader(file)
        ]


@real
def test_the_real_ledger_gives_exactly_its_receipts() -> None:
    found = preview_json(preview(LEDGER.read_bytes()))
    got = [
        (
            *(sheet["date"], sheet["number"], line["class"], line["item"], line["unit"]),
            *(Decimal(line[name]) for name in ("quantity", "unit_price", "amount")),
        )
        for sheet in found["sheets"]
        for line in sheet["lines"]
    ]
    assert got == wanted("school_ledger_2024-01_receipts.csv", "日期", "单号", "类型", "食材名称", "计量单位")
    assert [sheet["total_fen"] for sheet in found["sheets"]] == [531_112, 308_260]
    assert [line["row"] for line in found["sheets"][1]["lines"]][:2] == [32, 33]
    assert found["problems"] == []


@real
def test_the_real_ledger_s_other_sheets() -> None:
    tables = read(LEDGER.read_bytes())
    direct = recognise(tables, "未入库明细表")
    got = [
        (sheet.date.strftime("%Y.%-m.%-d") if sheet.date else "", line.item, line.unit, line.quantity)
        for sheet in direct.sheets
        for line in sheet.lines
    ]
    expected = wanted("school_ledger_2024-01_direct.csv", "采购日期", "名称", "计量单位")
    assert got == [row[:4] for row in expected]
    assert recognise(tables).candidates == ["未入库明细表"]
    assert recognise(tables, "出库单").taken_for == "issue"
    assert recognise(tables, "食材盘存表").taken_for == "stocktaking"
    assert recognise(tables, "材料台账母表").taken_for == "register"


def test_the_foot_of_a_form_gives_day_and_people() -> None:
    foot = ["经手人：", "采购员", "验收人：", "验收员甲", "验收员乙  2024年3月5日"]
    found = recognise_rows([["食堂采购单"], HEAD, *BODY, [], foot])
    sheet = found.sheets[0]
    assert (sheet.date, sheet.purchaser, sheet.receivers) == (
        date(2024, 3, 5),
        "采购员",
        ["验收员甲", "验收员乙"],
    )
    assert found.problems == []


def test_a_production_date_lends_no_year() -> None:
    rows: Rows = [["日期", *HEAD, "生产日期"], ["1月3日", *BODY[0], "2023-12-20"]]
    found = recognise_rows(rows, default_day=date(2024, 2, 1))
    assert (found.sheets[0].date, found.sheets[0].lines[0].batch) == (date(2024, 1, 3), "2023-12-20")


def test_canteens_one_under_the_other() -> None:
    rows: Rows = []
    for name, row in zip(("第一食堂", "第二食堂"), BODY, strict=False):
        rows += [
            [f"食堂名称：{name}  日期：2024-3-5"],
            HEAD,
            row,
            ["采购员：采购员甲", None, "库管员：保管员"],
            [],
        ]
    found = recognise_rows(rows)
    assert [(sheet.canteen, sheet.custodian) for sheet in found.sheets] == [
        ("第一食堂", "保管员"),
        ("第二食堂", "保管员"),
    ]


def test_days_change_within_a_column_and_subtotals_stand_between() -> None:
    rows: Rows = [
        ["采购日期", *HEAD],
        ["2024.3.5", *BODY[0]],
        ["", *BODY[1]],
        ["小计", "", "", "", "", 329.0],
    ]
    rows += [["2024.3.6", *BODY[2]], ["小计", "", "", "", "", 273.6], ["总计", "", "", "", "", 602.6]]
    found = recognise_rows(rows)
    assert [(str(sheet.date), sheet.total_fen) for sheet in found.sheets] == [
        ("2024-03-05", 32_900),
        ("2024-03-06", 27_360),
    ]
    assert found.problems == []
