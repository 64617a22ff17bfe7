"""What went wrong with files of other people's programs: each kind, and its neighbours."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.workbook.workbook import Workbook

from kiosk.core.tables import UnreadableFile
from kiosk.core.tabular import read
from kiosk.purchasing.checks import check_lines
from kiosk.purchasing.ledger import (
    MOST_LINES,
    Known,
    Preview,
    content_key,
    preview_json,
    read_paste,
    recognise,
    recognise_rows,
)

Rows = list[list[Any]]
TODAY = date(2026, 11, 30)
HEAD = ["日期", "品名", "规格", "单位", "数量", "单价", "金额", "供货商"]
DAY = date(2026, 11, 23)
GOODS: Rows = [
    [DAY, "土豆", None, "斤", 50, 1.2, 60, "甲蔬菜行"],
    [DAY, "鸡蛋", "散", "斤", 30, 4.5, 135, "乙粮油店"],
    [DAY, "大米", "25kg", "袋", 4, 120, 480, "乙粮油店"],
]
TITLE = ["示例小学食堂采购明细表"]


def book_of(rows: Rows = GOODS, head: list[str] = HEAD, title: str = TITLE[0]) -> Workbook:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "采购"
    for row in ([title], head, *rows):
        sheet.append(row)
    return book


def saved(book: Workbook) -> bytes:
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def changed(data: bytes, **parts: tuple[str, str]) -> bytes:
    """A workbook with texts in its parts replaced, by the end of a part's name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            for ending, (before, after) in parts.items():
                text = text.replace(before, after) if name.endswith(f"{ending}.xml") else text
            new.writestr(name, text)
    return packed.getvalue()


def found_in(data: bytes, name: str = "采购.xlsx", **options: Any) -> Preview:
    return recognise(read(data, name), default_day=TODAY, **options)


def text_file(*rows: list[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def counts(found: Preview) -> tuple[int, int]:
    return found.ready, found.to_mend


def places(found: Preview, severity: str = "error") -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.code) for one in found.problems if one.severity == severity]


def codes(found: Preview) -> list[str]:
    return [problem.code for problem in found.problems]


def items(found: Preview) -> list[str]:
    return [line.item for sheet in found.sheets for line in sheet.lines]


# Error cells


ERRORS = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!"]


@pytest.mark.parametrize(("error", "column"), list(zip(ERRORS, "ABCDEFGH", strict=True)))
def test_an_error_in_any_column_is_a_problem_at_that_cell(error: str, column: str) -> None:
    book = book_of()
    cell = book.worksheets[0][f"{column}4"]
    cell.value, cell.data_type = error, "e"
    found = found_in(saved(book))
    assert counts(found) == (2, 1)
    assert (4, column, "error-cell") in places(found)


def test_an_error_takes_nothing_from_the_row_above() -> None:
    rows = [[*row] for row in GOODS]
    rows[1][0] = "#REF!"
    rows[2][0] = None
    found = found_in(text_file(HEAD, *rows), "a.csv")
    assert [(sheet.date, len(sheet.lines), len(sheet.bad_lines)) for sheet in found.sheets] == [
        (DAY, 1, 0),
        (None, 0, 2),
    ]
    assert places(found) == [(3, "A", "error-cell"), (4, "A", "error-cell")]


def test_errors_of_the_old_format_are_seen() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("采购")
    for row, cells in enumerate([HEAD, ["2026-11-23", *GOODS[0][1:]], ["2026-11-23", *GOODS[1][1:]]]):
        for column, cell in enumerate(cells):
            if cell is not None:
                sheet.write(row, column, cell)
    sheet.row(3).set_cell_error(4, 0x2A)
    for column, cell in ((0, "2026-11-23"), (1, "大米"), (3, "袋"), (5, 120)):
        sheet.write(3, column, cell)
    sheet.row(2).hidden = True
    packed = io.BytesIO()
    book.save(packed)
    found = found_in(packed.getvalue(), "a.xls")
    assert places(found) == [(4, "E", "error-cell")]
    assert (counts(found), found.hidden_rows) == ((2, 1), 1)


def test_a_column_too_narrow_to_show_its_number_is_an_error() -> None:
    assert places(recognise_rows([HEAD, ["2026-11-23", "土豆", "", "斤", "####", "1.2", "", ""]])) == [
        (2, "E", "error-cell")
    ]


def test_rows_that_lookups_left_empty_are_no_lines() -> None:
    rows = [*GOODS, [None, None, "#N/A", "#N/A", None, "#N/A", "#N/A", None]]
    assert counts(recognise_rows([HEAD, *rows])) == (3, 0)


# Formulas without a value


def formulas(**options: Any) -> bytes:
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed)
    sheet = book.add_worksheet("采购")
    sheet.write_row(0, 0, HEAD)
    sheet.write_row(1, 0, ["2026-11-23", "土豆", "", "斤", None, 1.2])
    sheet.write_formula("E2", "=25*2", None, options.get("quantity", 0))
    sheet.write_formula("G2", "=E2*F2")
    sheet.write_row(2, 0, ["2026-11-23", "鸡蛋", "", "斤", 30, 4.5])
    sheet.write_formula("G3", "=E3*F3")
    book.close()
    return packed.getvalue()


def test_a_formula_that_a_library_saved_as_0_was_never_calculated() -> None:
    found = found_in(formulas())
    assert (counts(found), places(found)) == ((1, 1), [(2, "E", "formula")])
    assert counts(found_in(formulas(quantity=50))) == (2, 0)


@pytest.mark.parametrize("asked", ['forceFullCalc="1"', 'calcCompleted="0"', 'fullCalcOnLoad="true"'])
def test_every_way_to_ask_for_calculation_is_heard(asked: str) -> None:
    data = changed(formulas(), workbook=('fullCalcOnLoad="1"', asked))
    assert places(found_in(data)) == [(2, "E", "formula")]


def test_a_0_that_a_spreadsheet_calculated_is_a_0_and_is_said() -> None:
    found = found_in(changed(formulas(), workbook=(' fullCalcOnLoad="1"', "")))
    assert places(found, "warning") == [(2, "E", "not-bought")]
    assert items(found) == ["鸡蛋"]


def test_formulas_of_the_old_format_without_a_value() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("采购")
    for column, name in enumerate(HEAD):
        sheet.write(0, column, name)
    for column, cell in enumerate(["2026-11-23", "土豆", "", "斤", xlwt.Formula("25*2"), 1.2]):
        sheet.write(1, column, cell)
    for column, cell in enumerate(["2026-11-23", "鸡蛋", "", "斤", 30, 4.5, xlwt.Formula("E3*F3")]):
        sheet.write(2, column, cell)
    packed = io.BytesIO()
    book.save(packed)
    found = found_in(packed.getvalue(), "a.xls")
    assert (counts(found), places(found)) == ((1, 1), [(2, "E", "formula")])


# Quotes


@pytest.mark.parametrize(
    ("line", "row"),
    [
        (2, '2026-11-23,"土豆,,斤,50,1.2,60,甲'),
        (2, '"2026-11-23,土豆,,斤,50,1.2,60,甲'),
        (3, '2026-11-23,鸡蛋,"散,斤,30,4.5,135,乙粮油店'),
        (4, '2026-11-23,大米,25kg,袋,4,120,480,"乙粮油店'),
    ],
)
def test_an_open_quote_is_named_by_its_line(line: int, row: str) -> None:
    rows = [",".join(HEAD), *(f"2026-11-23,菜{n},,斤,1,1,1,甲" for n in range(3))]
    rows[line - 1] = row
    for text in ("\n".join(rows), "\n".join([*rows, '2026-11-23,葱,"大",斤,1,1,1,甲'])):
        with pytest.raises(UnreadableFile) as fault:
            read(text.encode(), "a.csv")
        assert f"In line {line} " in str(fault.value)


def test_quotes_within_cells_stay() -> None:
    rows = [HEAD, ["2026-11-23", '12" 托盘', "两行,\n一格", "个", 1, 2, 2, '"甲"行']]
    (sheet,) = found_in(text_file(*rows), "a.csv").sheets
    assert (sheet.lines[0].item, sheet.lines[0].specification) == ('12" 托盘', "两行, 一格")
    assert sheet.lines[0].supplier == '"甲"行'
    (table,) = read('品名,单位\n"特级"大米,袋\n24"托盘,个\n'.encode(), "a.csv")
    assert [row[0] for row in table.rows] == ["品名", "特级大米", '24"托盘']


def test_a_paste_with_an_open_quote_keeps_its_lines() -> None:
    text = '品名\t规格\t单位\t数量\t单价\n鸡蛋\t"散\t斤\t30\t4.5\n大米\t25kg\t袋\t4\t120\n'
    assert [line.texts["item"] for line in read_paste(text).lines] == ["鸡蛋", "大米"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "gb18030", "utf-8"])
def test_texts_without_a_mark_of_their_encoding(encoding: str) -> None:
    rows = [",".join(HEAD), "2026-11-23,土豆,,斤,50,1.2,60,甲"]
    for text in ("\n".join(rows), "\r".join(rows), "sep=;\r\n" + "\r\n".join(rows).replace(",", ";")):
        assert items(found_in(text.encode(encoding), "a.csv")) == ["土豆"]


# Hidden


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_named_and_read_only_when_chosen(state: str) -> None:
    book = book_of()
    old = book.create_sheet("上月")
    for row in (TITLE, HEAD, *([date(2026, 10, 20), *row[1:]] for row in GOODS * 20)):
        old.append(row)
    old.sheet_state = state
    found = found_in(saved(book))
    assert (counts(found), found.hidden_tables, found.tables) == ((3, 0), ["上月"], ["采购"])
    assert "hidden-table" in codes(found)
    assert found_in(saved(book), sheet="上月").ready == 60


def test_hidden_rows_and_columns_are_read_and_said() -> None:
    book = book_of([*GOODS, [date(2026, 11, 20), "白菜", None, "斤", 10, 1, 10, "甲"]])
    book.worksheets[0].row_dimensions[6].hidden = True
    book.worksheets[0].column_dimensions["H"].hidden = True
    found = found_in(saved(book))
    assert (found.ready, found.hidden_rows) == (4, 1)
    said = {one.code: one.message for one in found.problems}
    assert "1 rows that are hidden in the file are included: 6." in said["hidden-rows"]
    assert "H 供货商" in said["hidden-columns"]


# Titles


@pytest.mark.parametrize(
    "title",
    [
        "示例县农村义务教育学生营养改善计划食堂供餐台帐",
        "学生营养餐计划大宗食品采购台账",
        "免费午餐计划食材采购验收单",
        "蛋奶工程入库验收登记表",
        "入库存根联",
        "学生营养改善计划食品原材料进货查验记录",
        "食堂大宗物资采购订单",
    ],
)
def test_forms_of_programmes_are_purchases(title: str) -> None:
    book = book_of(title=title)
    book.worksheets[0].insert_rows(2)
    book.worksheets[0]["A2"] = "主食原料（米、面、油）采购及入库验收台帐"
    found = found_in(saved(book))
    assert (found.taken_for, counts(found)) == ("purchase", (3, 0))


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("下周食材采购计划", "plan"),
        ("十二月用料计划表", "plan"),
        ("学生营养改善计划采购计划表", "plan"),
        ("领料出库单", "issue"),
        ("出入库登记台账", "register"),
    ],
)
def test_what_is_refused_by_its_title_can_be_read_all_the_same(title: str, kind: str) -> None:
    data = saved(book_of(title=title))
    found = found_in(data)
    assert (found.taken_for, found.ready, found.may_read_as_purchases) == (kind, 0, True)
    assert counts(found_in(data, as_purchases=True)) == (3, 0)


def test_a_skipped_form_of_a_read_table_is_named() -> None:
    rows = [["采购单"], HEAD, *GOODS, [], ["领料出库单"], HEAD, *GOODS]
    found = recognise_rows(rows)
    assert (found.ready, codes(found)) == (3, ["form-skipped"])


# Canteens


CANTEENS = ["日期", "食堂", "品名", "单位", "数量", "单价", "金额"]


def test_lines_go_to_the_canteens_that_they_name() -> None:
    names = ["第一食堂", "第二食堂", "第一食堂", "教工食堂"]
    rows = [["2026-11-24", name, "土豆", "斤", 40, 1.3, 52] for name in names]
    found = recognise_rows([CANTEENS, *rows])
    assert [(sheet.canteen, len(sheet.lines)) for sheet in found.sheets] == [
        ("第一食堂", 2),
        ("第二食堂", 1),
        ("教工食堂", 1),
    ]
    assert found.canteens == ["第一食堂", "第二食堂", "教工食堂"]


def test_a_merged_canteen_is_every_row_s_and_an_error_is_none() -> None:
    book = book_of([], CANTEENS)
    sheet = book.worksheets[0]
    for name in ("第一食堂", None, "第二食堂", "#N/A"):
        sheet.append([DAY, name, "土豆", "斤", 1, 1, 1])
    sheet.merge_cells("B3:B4")
    found = found_in(saved(book))
    assert [(one.canteen, len(one.lines), len(one.bad_lines)) for one in found.sheets] == [
        ("第一食堂", 2, 0),
        ("第二食堂", 1, 0),
        ("", 0, 1),
    ]


def test_each_sheet_of_one_file_has_its_own_people() -> None:
    head = [*CANTEENS, "采购人", "验收人"]
    rows = [
        ["2026-11-24", "甲堂", "土豆", "斤", 1, 1, 1, "张三", "李四、王五"],
        ["2026-11-24", "乙堂", "土豆", "斤", 1, 1, 1, "赵六", "孙七、周八"],
    ]
    found = recognise_rows([head, *rows])
    assert [(one.purchaser, one.receivers) for one in found.sheets] == [
        ("张三", ["李四", "王五"]),
        ("赵六", ["孙七", "周八"]),
    ]


def test_the_same_content_has_the_same_key() -> None:
    rows = [["2026-11-23", *row[1:]] for row in GOODS]
    key = content_key(found_in(text_file(HEAD, *rows), "a.csv"))
    assert key == content_key(found_in(saved(book_of()), "b.xlsx"))
    assert key == content_key(recognise_rows([HEAD, *reversed(rows)]))
    rows[0][4] = 51
    assert key != content_key(recognise_rows([HEAD, *rows]))


# Amounts, prices, gifts


def amounts(*rows: list[Any]) -> Preview:
    head = ["日期", "品名", "单位", "数量", "单价", "金额", "备注"]
    return recognise_rows([head, *(["2026-11-23", *row] for row in rows)])


@pytest.mark.parametrize(
    ("unit", "quantity", "amount", "read"),
    [
        ("克", 25_000, "113.00", ("公斤", "25", "4.52")),
        ("克", 2000, "0.09", ("公斤", "2", "0.045")),
        ("毫升", 1500, "7.77", ("升", "1.5", "5.18")),
        ("斤", 50, "60", ("斤", "50", "1.2")),
    ],
)
def test_the_paper_s_amount_is_kept(unit: str, quantity: int, amount: str, read: tuple[str, ...]) -> None:
    found = amounts(["食盐", unit, quantity, None, amount, None])
    (line,) = found.sheets[0].lines
    assert (line.unit, f"{line.quantity.normalize():f}", f"{line.unit_price.normalize():f}") == read
    assert line.amount == line.written
    assert ("larger-unit" in codes(found)) == (unit != line.unit)


def test_an_amount_that_cannot_be_kept_is_said() -> None:
    found = amounts(["鸡蛋", "个", 1000, None, 433.33, None])
    assert str(found.sheets[0].lines[0].written) == "433.33"
    assert "Typed 433.33, computed 433.30." in [one.message for one in found.problems]


def test_a_price_that_rounds_to_0_waits_to_be_mended() -> None:
    found = amounts(["牙签", "根", 90_000, None, 0.09, None], ["葱", "根", 1, 0.00001, None, None])
    assert places(found) == [(2, "E", "price-zero"), (3, "E", "price-zero")]
    assert found.to_mend == 2


@pytest.mark.parametrize("word", ["赠送", "爱心捐赠", "厂家赠品", "买十赠一", "gift"])
@pytest.mark.parametrize("price", [0, "0.00", None, "赠送"])
def test_a_gift_costs_nothing(word: str, price: Any) -> None:
    found = amounts(["酱油", "瓶", 2, price, None, word])
    assert [(line.gift, line.unit_price, line.amount) for line in found.sheets[0].lines] == [(True, 0, 0)]
    assert codes(found) == ["gift"]


def test_what_is_no_gift_needs_a_price() -> None:
    assert places(amounts(["酱油", "瓶", 2, 0, 0, None])) == [(2, "E", "no-price")]
    assert places(amounts(["酱油", "瓶", 2, 0, 0, "非赠送"])) == [(2, "E", "no-price")]
    assert amounts(["酱油", "瓶", 2, 3, 6, "赠送一瓶"]).sheets[0].total_fen == 600


# Words of headers, totals, columns


@pytest.mark.parametrize("word", ["食材", "食品", "物品", "商品", "原料", "采购", "验收", "实收"])
def test_words_before_header_words_change_nothing(word: str) -> None:
    head = ["采购日期", "食材名称", *(word + name for name in ("单位", "数量", "单价")), "小计"]
    (line,) = recognise_rows([["采购清单"], head, ["2026-11-23", "土豆", "斤", 50, 1.2, 60]]).sheets[0].lines
    assert (line.unit, line.quantity, line.amount) == ("斤", 50, 60)


def test_columns_that_were_not_read_are_named() -> None:
    rows = [["序号", *HEAD, "检疫证号", ""], [1, "2026-11-23", *GOODS[0][1:], "A-77", "随便"]]
    found = recognise_rows(rows)
    assert [(one.letter, one.name) for one in found.unread] == [("A", "序号"), ("J", "检疫证号"), ("K", "")]
    assert [one.message for one in found.problems] == ["Columns that were not read: J 检疫证号, K."]
    assert preview_json(found)["not_read"]["columns"] == ["A 序号", "J 检疫证号", "K"]


@pytest.mark.parametrize("name", ["当日鲜牛奶", "本地鸡蛋", "今日面包", "本月菜豆", "总统鱼", "合肥豆干"])
def test_an_item_whose_name_begins_like_a_total_is_an_item(name: str) -> None:
    found = recognise_rows([HEAD, ["2026-11-23", name, "", "盒", 100, 3, 300, "乙"], *GOODS[1:]])
    assert items(found) == [name, "鸡蛋", "大米"]


@pytest.mark.parametrize(
    "name", ["合计", "合计：", "本日合计", "当日小计", "总计金额", "本月累计", "Total", "当天"]
)
def test_a_total_is_no_item(name: str) -> None:
    found = recognise_rows([HEAD, *GOODS, [None, name, None, None, None, None, 675, None]])
    assert (counts(found), places(found)) == ((3, 0), [])


def test_a_row_that_names_an_item_is_never_nothing() -> None:
    found = recognise_rows([HEAD, GOODS[0], ["2026-11-23", "茄子", None, "斤", None, 2, None, "甲"]])
    assert [(one.row, one.column, one.message) for one in found.problems] == [
        (3, "E", "“茄子” has neither quantity nor amount here; the row was left out.")
    ]


# Days


@pytest.mark.parametrize(
    "text",
    [
        "二〇二六年十一月二十三日",
        "二○二六年十一月廿三日",
        "贰零贰陆年十一月二十三日",
        "2026年十一月23日",
        "２０２６年１１月２３日",
        "二〇二六年十一月二十三日（星期一）",
    ],
)
def test_days_in_chinese_numbers(text: str) -> None:
    assert [one.date for one in recognise_rows([HEAD, [text, *GOODS[0][1:]]]).sheets] == [DAY]
    titled = [["采购单"], [f"日期：{text}"], HEAD[1:], GOODS[0][1:]]
    assert [one.date for one in recognise_rows(titled).sheets] == [DAY]


@pytest.mark.parametrize(
    "text", ["十十月十日", "二〇二六年三十五月一日", "二〇二六年十一月", "廿日", "一二三四年五月六日"]
)
def test_what_only_looks_like_a_day_is_none(text: str) -> None:
    assert places(recognise_rows([HEAD, [text, *GOODS[0][1:]]])) == [(2, "A", "bad-day")]


@pytest.mark.parametrize("cell", [44_887, DAY, datetime(2026, 11, 23, 7, 30)])
def test_days_count_from_the_workbook_s_own_epoch(cell: Any) -> None:
    book = book_of([[cell, *row[1:]] for row in GOODS])
    book.epoch = datetime(1904, 1, 1)
    found = found_in(saved(book))
    assert [one.date for one in found.sheets] == [DAY]


# Characters that nobody sees, and texts that only look like formulas


UNSEEN = (
    "\u200b\ufeff\u2060\u00ad\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufe0f"
)


@pytest.mark.parametrize("sign", UNSEEN, ids=lambda sign: f"U+{ord(sign):04X}")
def test_characters_that_nobody_sees_are_stripped_alike(sign: str) -> None:
    texts = {
        "item": f"大{sign}米",
        "unit": f"{sign}袋",
        "quantity": f"{sign}4{sign}",
        "unit_price": f"1{sign}20.5",
    }
    rows = [["日期", "品名", "单位", "数量", "单价"], ["2026-11-23", *texts.values()]]
    (line,) = recognise_rows(rows).sheets[0].lines
    checked = check_lines([texts])
    (pasted,) = read_paste("\n".join("\t".join(row[1:]) for row in rows)).lines
    assert (line.item, line.unit, line.quantity, str(line.unit_price)) == ("大米", "袋", 4, "120.5000")
    assert [(one.texts["item"], one.quantity, one.unit_price) for one in checked.lines] == [
        ("大米", 4000, 1_205_000)
    ]
    assert pasted.texts == {"item": "大米", "unit": "袋", "quantity": "4", "unit_price": "120.5"}


def test_a_text_written_as_a_formula_is_that_text() -> None:
    text = '单号,日期,品名,单位,数量,单价,金额\n="001",2026-11-23,土豆,斤,="50",1.2,60\n'
    (sheet,) = found_in(text.encode(), "a.csv").sheets
    assert (sheet.number, sheet.lines[0].quantity) == ("001", 50)
    (sheet,) = recognise_rows([["单号", *HEAD], ['="001"', *GOODS[0][:4], '="50"', *GOODS[0][5:]]]).sheets
    assert (sheet.number, sheet.lines[0].quantity) == ("001", 50)


def test_a_tab_at_a_cell_s_end_parts_nothing() -> None:
    rows = [f"2026112300{n}\t,2026-11-23,菜{n},,斤,50,1.2,60,甲蔬菜行," for n in range(3)]
    text = "\n".join(["----------示例系统导出----------", "单号," + ",".join(HEAD) + ",", *rows])
    found = found_in(text.encode("gbk"), "a.csv")
    assert [sheet.number for sheet in found.sheets] == ["20261123000", "20261123001", "20261123002"]
    assert [sheet.lines[0].supplier for sheet in found.sheets] == ["甲蔬菜行"] * 3


# Parts of a workbook that nobody needs


def with_parts(**parts: bytes) -> bytes:
    packed = io.BytesIO(saved(book_of()))
    with zipfile.ZipFile(packed, "a") as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/"), content)
    return packed.getvalue()


def test_parts_that_hold_no_cells_are_not_looked_at() -> None:
    drawing = b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "x" "y"><svg/>'
    query = "<DataMashup/>".encode("utf-16")
    data = with_parts(xl__media__logo=drawing, customXml__item1=query, xl__vbaProject=b"\0" * 50_000)
    assert counts(found_in(data)) == (3, 0)


@pytest.mark.parametrize("name", ["xl\\{}", "XL/{}", "/xl/{}"])
def test_names_of_parts_are_written_in_many_ways(name: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(book_of()))) as old, zipfile.ZipFile(packed, "w") as new:
        for part in old.namelist():
            renamed = name.format(part[3:]) if part.startswith("xl/") else part
            new.writestr(zipfile.ZipInfo(renamed), old.read(part))
    assert counts(found_in(packed.getvalue())) == (3, 0)


def test_a_workbook_part_of_another_name_is_found() -> None:
    data = saved(book_of())
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "_rels/.rels":
                content = content.replace(b"workbook.xml", b"workbook2.xml")
            new.writestr(re.sub(r"workbook\.xml", "workbook2.xml", part), content)
    assert counts(found_in(packed.getvalue())) == (3, 0)


@pytest.mark.parametrize(
    "start", ["MIME-Version: 1.0\r\n", "From: <Saved by WPS>\nSubject: \nMIME-Version: 1.0\n", ""]
)
def test_a_saved_web_page_is_named_with_its_way_out(start: str) -> None:
    text = f'{start}Content-Type: multipart/related; boundary="b1"\r\n\r\n--b1\r\nContent-Type: text/html\r\n'
    with pytest.raises(UnreadableFile) as fault:
        read(text.encode(), "a.xls")
    assert ".xlsx" in str(fault.value)
    assert "web page" in str(fault.value)


# Many lines


def test_a_day_of_700_lines_makes_two_sheets_and_says_so() -> None:
    rows = [["2026-11-25", f"菜{n}", "", "斤", 1, 2, 2, ""] for n in range(700)]
    found = recognise_rows([HEAD, *rows])
    assert [(one.part, len(one.lines), one.date) for one in found.sheets] == [
        (1, MOST_LINES, date(2026, 11, 25)),
        (2, 200, date(2026, 11, 25)),
    ]
    assert codes(found) == ["split"]


# Columns without a header


BARE = [
    *(
        ["土豆", "斤", "50", "1.2", "60"],
        ["鸡蛋", "斤", "30", "4.5", "135"],
        ["大米", "袋", "4", "120", "480"],
    ),
    *(["大白菜", "斤", "80", "0.85", "68"], ["猪后腿肉", "斤", "25", "13.9", "347.5"]),
]
FIVE = ["item", "unit", "quantity", "unit_price", "amount"]


def fields(found: Any) -> list[str]:
    return [column.field for column in found.columns]


def tabbed(rows: Rows) -> str:
    return "\n".join("\t".join(map(str, row)) for row in rows)


def test_columns_without_a_header_are_guessed_and_asked_about() -> None:
    found = recognise_rows(BARE, TODAY)
    paste = read_paste(tabbed(BARE), first="item")
    assert (fields(found), fields(paste)) == (FIVE, FIVE)
    assert found.guessed
    assert (
        [one.code for one in found.questions] == [one.code for one in paste.questions] == ["columns-guessed"]
    )
    assert sum(sheet.total_fen for sheet in found.sheets) == 109_050
    assert [line.texts["quantity"] for line in paste.lines] == ["50", "30", "4", "80", "25"]


ORDERS: list[tuple[Callable[[list[str]], list[str]], list[str]]] = [
    (lambda row: [row[0], "10", *row[1:]], ["item", "", *FIVE[1:]]),
    (lambda row: ["2026-11-23", *row, "甲蔬菜行"], ["day", *FIVE, "supplier"]),
    (
        lambda row: ["蔬菜类", row[0], "散", *row[1:], "乙公司", "好"],
        ["item_class", "item", "specification", *FIVE[1:], "supplier", "remark"],
    ),
    (lambda row: [row[0], row[2] + row[1], row[3], row[4]], ["item", "quantity", "unit_price", "amount"]),
    (
        lambda row: [row[0], row[1], row[3], row[2], row[4]],
        ["item", "unit", "unit_price", "quantity", "amount"],
    ),
]


@pytest.mark.parametrize(("order", "wanted"), ORDERS, ids=range(len(ORDERS)))
def test_many_orders_of_columns(order: Callable[[list[str]], list[str]], wanted: list[str]) -> None:
    rows = [order(row) for row in BARE]
    found = recognise_rows(rows, TODAY)
    assert fields(found) == fields(read_paste(tabbed(rows))) == wanted
    assert (found.ready, sum(sheet.total_fen for sheet in found.sheets)) == (5, 109_050)


def test_known_items_and_suppliers_name_their_columns() -> None:
    rows = [[row[0], "红星", row[2], row[3]] for row in BARE]
    known = Known(frozenset({"土豆", "大米"}), frozenset({"红星"}))
    assert fields(recognise_rows(rows, TODAY, known=known)) == ["item", "supplier", "quantity", "unit_price"]


def test_items_that_are_all_new_where_items_are_known_are_asked_about() -> None:
    known = Known(frozenset({"茄子", "冬瓜"}), frozenset())
    assert [one.code for one in recognise_rows(BARE, TODAY, known=known).questions] == [
        "columns-guessed",
        "all-first-time",
    ]


def test_what_does_not_prove_itself_is_unsure_and_stands_against_an_import() -> None:
    found = recognise_rows([row[:4] for row in BARE], TODAY)
    assert [(one.code, one.severity) for one in found.questions] == [("columns-unsure", "error")]


def test_named_columns_are_read_as_named() -> None:
    rows = [[row[0], row[3], row[2], row[1]] for row in BARE]
    found = recognise(read(tabbed(rows).encode()), columns=["item", "unit_price", "quantity", "unit"])
    assert (found.guessed, found.questions, codes(found)) == (False, [], ["no-day"])
    found = recognise(
        read(tabbed(rows).encode()), None, TODAY, columns=["item", "unit_price", "quantity", "unit"]
    )
    assert sum(sheet.total_fen for sheet in found.sheets) == 109_050
    assert codes(recognise(read(tabbed(rows).encode()), columns=["item", "nonsense"])) == ["no-columns"]
    assert codes(recognise(read(tabbed(rows).encode()), columns=["item", "unit"])) == ["columns-missing"]


def test_a_header_can_be_overruled() -> None:
    head = ["日期", "品名", "单位", "单价", "数量", "金额"]
    rows = [head, ["2026-11-23", "土豆", "斤", 50, 1.2, 60]]
    columns = ["day", "item", "unit", "quantity", "unit_price", "amount"]
    found = recognise(read(text_file(*rows)), None, TODAY, columns=columns)
    assert [(line.quantity, str(line.unit_price)) for line in found.sheets[0].lines] == [(50, "1.2000")]


def test_a_number_is_no_unit() -> None:
    found = recognise_rows([HEAD, ["2026-11-23", "土豆", "斤", "10", "50", "1.2", "60", ""]])
    assert places(found) == [(2, "D", "unit-number")]
    assert (0, "unit") in check_lines(
        [{"item": "土豆", "unit": "10", "quantity": "1", "unit_price": "1"}]
    ).errors


def test_one_column_pasted_into_a_chosen_one_asks_nothing() -> None:
    paste = read_paste("50\n30\n", first="quantity")
    assert [line.texts for line in paste.lines] == [{"quantity": "50"}, {"quantity": "30"}]
    assert (paste.guessed, paste.problems) == (False, [])


def test_no_row_of_a_paste_vanishes() -> None:
    rows = ["采购单", "", "品名\t单位\t数量\t单价", "土豆\t斤\t50\t1.2", "茄子\t斤\t\t2"]
    text = "\n".join([*rows, "合计\t\t\t60", "采购人：张三\t\t\t", ""])
    paste = read_paste(text)
    assert [line.row for line in paste.lines] == [4, 5]
    assert [(one.row, one.why) for one in paste.other_rows] == [
        (1, "title"),
        (3, "header"),
        (6, "total"),
        (7, "signature"),
    ]


# One judge of numbers


@pytest.mark.parametrize(
    ("typed", "quantity"),
    [("3。5", 3500), ("12斤", 12_000), ("１２．５", 12_500), ("1 030", 1_030_000), ("1，030", 1_030_000)],
)
def test_numbers_as_people_type_them(typed: str, quantity: int) -> None:
    rows = [["日期", "品名", "单位", "数量", "单价"], ["2026-11-23", "土豆", "斤", typed, "1.2"]]
    (line,) = recognise_rows(rows).sheets[0].lines
    checked = check_lines([{"item": "土豆", "unit": "斤", "quantity": typed, "unit_price": "1.2"}])
    assert [one.quantity for one in checked.lines] == [quantity] == [int(line.quantity * 1000)]
    assert checked.lines[0].texts["unit"] == "斤"


@pytest.mark.parametrize("typed", ["-4", "−4", "0", "０"])
def test_what_is_not_more_than_0_is_told_so(typed: str) -> None:
    checked = check_lines([{"item": "土豆", "quantity": typed, "unit_price": "1"}])
    assert str(checked.errors[0, "quantity"]) == "This must be more than 0."
    rows = [["日期", "品名", "单位", "数量", "单价"], ["2026-11-23", "土豆", "斤", typed, "1.2"]]
    assert {"negative", "not-bought"} & set(codes(recognise_rows(rows)))


@pytest.mark.parametrize("typed", ["2 3", "5²", "约5", "3-4", "1.2.3", "⑤", "NaN", "1e3"])
def test_what_is_no_number_is_no_number(typed: str) -> None:
    checked = check_lines([{"item": "土豆", "quantity": typed, "unit_price": "1"}])
    assert "is not a number" in str(checked.errors[0, "quantity"])


def test_a_unit_behind_a_number_may_be_no_other() -> None:
    line = {"item": "土豆", "unit": "公斤", "quantity": "12斤", "unit_price": "1"}
    assert str(check_lines([line]).errors[0, "quantity"]) == "This cell says 斤, but the unit is 公斤."
    rows = [["日期", "品名", "单位", "数量", "单价"], ["2026-11-23", "土豆", "公斤", "12斤", "1.2元/斤"]]
    assert places(recognise_rows(rows)) == [(2, "D", "unit-differs")]
    assert check_lines([{**line, "unit": "市斤"}]).lines[0].quantity == 12_000


def test_lines_count_whether_good_or_to_mend() -> None:
    good = {"item": "土豆", "quantity": "1", "unit_price": "1"}
    checked = check_lines(
        [good, {**good, "quantity": "x"}, {"item": "葱"}, {**good, "unit": "5", "quantity": ""}]
    )
    assert (len(checked.lines), checked.filled) == (1, 3)


def test_a_rounded_number_is_said() -> None:
    checked = check_lines([{"item": "土豆", "quantity": "1.23456", "unit_price": "1"}])
    assert str(checked.warnings[0, "quantity"]) == "1.23456 was rounded to 1.235."


CASES = Path(__file__).resolve().parents[3] / "shared" / "data" / "cases"
WANTED = {
    **{
        "amount_only_small_unit.xlsx": (3, 0),
        "chinese_date.xlsx": (3, 0),
        "date1904_plain_number.xlsx": (3, 0),
    },
    **{"err_day_takes_day_above.xlsx": (2, 1), "err_price_and_amount.xlsx": (2, 1)},
    **{
        "err_quantity_and_amount.xlsx": (2, 1),
        "filtered_row.xlsx": (4, 0),
        "formula_uncalculated.xls": (1, 1),
    },
    **{"gift_price0.xlsx": (4, 0), "header_food_words.xlsx": (3, 0), "hidden_sheet_larger.xlsx": (3, 0)},
    **{"hidden_sheet_same_form.xlsx": (3, 0), "invisible_chars.xlsx": (3, 0), "item_like_total.xlsx": (3, 0)},
    **{"lib_formula_zero_quantity.xlsx": (1, 1), "lines_700.csv": (700, 0), "eq_quoted.csv": (3, 0)},
    **{"powerquery_utf16_customxml.xlsx": (3, 0), "svg_logo_doctype.xlsx": (3, 0), "tiny_price.csv": (2, 0)},
    **{"title_nutrition_plan_form.xlsx": (3, 0), "trailing_tab_ids.csv": (3, 0), "twice.csv": (3, 0)},
    "two_canteens.csv": (2, 0),
}


@pytest.mark.skipif(not CASES.exists(), reason="the shared data stands not beside the repository")
@pytest.mark.parametrize("name", WANTED)
def test_the_files_that_went_wrong(name: str) -> None:
    assert counts(found_in((CASES / name).read_bytes(), name)) == WANTED[name]
