"""Files that went wrong, each of a kind, through the import page: what is read is right, the rest is said."""

import base64
import datetime
import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import xlwt
from flask import Flask
from flask.testing import FlaskClient
from openpyxl.utils.datetime import CALENDAR_MAC_1904, to_excel

from kiosk.core.db import session
from kiosk.postings.models import Posting, PostingDraft
from kiosk.postings.queries import reading_of
from kiosk.purchasing import imports
from kiosk.purchasing.imports import Review
from kiosk.purchasing.models import Line, PurchaseImport, Sheet
from tests.purchasing.test_imports import ADDRESS, confirm, people, second_canteen, upload

pytestmark = pytest.mark.usefixtures("signers")
TITLE = "示例小学食堂采购明细表"
HEAD = ["日期", "品名", "规格", "单位", "数量", "单价", "金额", "供货商"]
DAY = datetime.datetime(2026, 3, 4)
EARLIER = datetime.datetime(2026, 2, 26)
POTATO: list[Any] = [DAY, "土豆", None, "斤", 50, 1.2, 60, "甲蔬菜行"]
EGGS: list[Any] = [DAY, "鸡蛋", "散", "斤", 30, 4.5, 135, "乙粮油店"]
RICE: list[Any] = [DAY, "大米", "25kg", "袋", 4, 120, 480, "乙粮油店"]
GOODS = [POTATO, EGGS, RICE]


def book(rows: list[list[Any]], *, title: str = TITLE, head: list[Any] = HEAD) -> openpyxl.Workbook:
    """A workbook with one titled table."""
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.title = "采购"
    for row in ([title], head, *rows):
        sheet.append(row)
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    """The workbook as a file."""
    packed = io.BytesIO()
    made.save(packed)
    return packed.getvalue()


def plus(data: bytes, name: str, content: bytes) -> bytes:
    """The same package with one more part."""
    packed = io.BytesIO(data)
    with zipfile.ZipFile(packed, "a") as package:
        package.writestr(name, content)
    return packed.getvalue()


def with_row(place: int, **cells: Any) -> bytes:
    """The goods with one row changed."""
    rows = [dict(zip(HEAD, row, strict=True)) for row in GOODS]
    rows[place].update(cells)
    return saved(book([list(row.values()) for row in rows]))


def err_quantity_and_amount() -> bytes:
    return with_row(1, 数量="#N/A", 金额="#N/A")


def err_price_and_amount() -> bytes:
    return with_row(1, 单价="#REF!", 金额="#REF!")


def err_day_takes_day_above() -> bytes:
    rows = [[EARLIER, *POTATO[1:]], ["#N/A", *EGGS[1:]], RICE]
    return saved(book(rows))


def formula_uncalculated() -> bytes:
    made = xlwt.Workbook()
    sheet = made.add_sheet("采购")
    for column, text in enumerate(HEAD[1:]):
        sheet.write(0, column, text)
    for row, cells in enumerate((POTATO, EGGS), 1):
        for column, cell in enumerate(cells[1:]):
            if cell is not None:
                sheet.write(row, column, cell)
    sheet.write(3, 0, "大米")
    sheet.write(3, 3, xlwt.Formula("2+2"))
    sheet.write(3, 4, 120)
    packed = io.BytesIO()
    made.save(packed)
    return packed.getvalue()


def lib_formula_zero_quantity() -> bytes:
    rows = [POTATO, EGGS, [DAY, "大米", "25kg", "袋", "=2+2", 120, "=E5*F5", "乙粮油店"]]
    return saved(book(rows))


def unclosed_quote_end() -> bytes:
    return text_table("2026-03-04,土豆,,斤,50,1.2,60,甲", '2026-03-04,鸡蛋,"散,斤,30,4.5,135,乙')


def text_table(*rows: str, head: str = ",".join(HEAD)) -> bytes:
    """A CSV with a header."""
    return ("\ufeff" + "\n".join((head, *rows)) + "\n").encode()


def hidden_sheet(name: str, count: int) -> bytes:
    """The goods, and a hidden table of older ones beside them."""
    made = book(GOODS)
    old = made.create_sheet(name)
    for row in ([TITLE], HEAD, *([EARLIER, f"旧菜{n}", None, "斤", 1, 1, 1, "丙"] for n in range(count))):
        old.append(row)
    old.sheet_state = "hidden"
    return saved(made)


def hidden_sheet_same_form() -> bytes:
    return hidden_sheet("上月", 3)


def hidden_sheet_larger() -> bytes:
    return hidden_sheet("旧表", 40)


def filtered_row() -> bytes:
    made = book([*GOODS, [EARLIER, "白菜", None, "斤", 10, 1, 10, "甲蔬菜行"]])
    made.worksheets[0].row_dimensions[6].hidden = True
    return saved(made)


def title_nutrition_plan_form() -> bytes:
    return saved(book(GOODS, title="示例县农村义务教育学生营养改善计划食堂供餐台帐（表一）采购及入库验收"))


def two_canteens() -> bytes:
    rows = ("2026-03-04,第一食堂,土豆,斤,50,1.2,60", "2026-03-04,第二食堂,土豆,斤,40,1.3,52")
    return text_table(*rows, head="日期,食堂,品名,单位,数量,单价,金额")


def amount_only_small_unit() -> bytes:
    salt = [DAY, "食盐", None, "克", 25000, None, 113, "乙粮油店"]
    return saved(book([salt, [DAY, "鸡蛋", None, "个", 1000, None, 433.33, "乙粮油店"]]))


def tiny_price() -> bytes:
    rows = ("2026-03-04,食盐,克,2000,,0.09", "2026-03-04,牙签,支,9000,,0.09", "2026-03-04,土豆,斤,50,1.2,60")
    return text_table(*rows, head="日期,品名,单位,数量,单价,金额")


def header_food_words() -> bytes:
    head = ["采购日期", "食材名称", "食材单位", "食材数量", "食材单价", "小计", "检疫证号"]
    rows = [[row[0], row[1], row[3], *row[4:7], "A12"] for row in GOODS]
    return saved(book(rows, title="采购清单", head=head))


def trailing_tab_ids() -> bytes:
    rows = [f"202603040001\t,2026-03-04,{row[1]},,{row[3]},{row[4]},{row[5]},{row[6]},甲," for row in GOODS]
    return text_table(*rows, head="单号,日期,品名,规格,单位,数量,单价,金额,供货商,")


def powerquery_utf16_customxml() -> bytes:
    part = '<?xml version="1.0" encoding="utf-16"?><DataMashup>AAAA</DataMashup>'.encode("utf-16")
    return plus(saved(book(GOODS)), "customXml/item1.xml", part)


def svg_logo_doctype() -> bytes:
    logo = b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd"><svg/>'
    return plus(saved(book(GOODS)), "xl/media/image1.svg", logo)


def item_like_total() -> bytes:
    return saved(book([POTATO, EGGS, [DAY, "当日鲜牛奶", None, "箱", 3, 52, 156, "乙粮油店"]]))


def date1904_plain_number() -> bytes:
    made = book([])
    made.epoch = CALENDAR_MAC_1904
    for row in GOODS:
        made.worksheets[0].append([to_excel(DAY, CALENDAR_MAC_1904), *row[1:]])
    return saved(made)


def invisible_chars() -> bytes:
    return with_row(1, 品名="\u202a鸡蛋\u202c", 数量="\u202a30\u202c")


def mhtml() -> bytes:
    page = base64.encodebytes("<table><tr><td>品名</td></tr></table>".encode()).decode()
    head = 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b1"; type="text/html"\n\n--b1\n'
    return f"{head}Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n{page}\n--b1--\n".encode()


def eq_quoted() -> bytes:
    rows = [f'="00{n}",2026-03-04,{row[1]},{row[3]},="{row[4]}",{row[5]}' for n, row in enumerate(GOODS)]
    return text_table(*rows, head="单号,日期,品名,单位,数量,单价")


def gift_price0() -> bytes:
    return saved(book([*GOODS, [DAY, "赠送酱油", None, "瓶", 2, 0, 0, "乙粮油店"]]))


def chinese_date() -> bytes:
    return saved(book([["二〇二六年三月四日", *row[1:]] for row in GOODS]))


def lines_700() -> bytes:
    rows = (f"2026-03-04,菜{n},斤,1,2,2" for n in range(700))
    return text_table(*rows, head="日期,品名,单位,数量,单价,金额")


def twice() -> bytes:
    return saved(book(GOODS))


READ = [
    # what it is, its file's name, lines ready, lines to mend, fen in all, what the page says
    (err_quantity_and_amount, "a.xlsx", 2, 1, 54000, "#N/A"),
    (err_price_and_amount, "a.xlsx", 2, 1, 54000, "#REF!"),
    (err_day_takes_day_above, "a.xlsx", 2, 1, 54000, "#N/A"),
    (formula_uncalculated, "a.xls", 2, 1, 19500, "公式"),
    (lib_formula_zero_quantity, "a.xlsx", 2, 1, 19500, "公式"),
    (hidden_sheet_same_form, "a.xlsx", 3, 0, 67500, "上月"),
    (hidden_sheet_larger, "a.xlsx", 3, 0, 67500, "旧表"),
    (filtered_row, "a.xlsx", 4, 0, 68500, "隐藏"),
    (title_nutrition_plan_form, "a.xlsx", 3, 0, 67500, ""),
    (two_canteens, "a.csv", 2, 0, 11200, "第二食堂"),
    (amount_only_small_unit, "a.xlsx", 2, 0, 54630, "433.33"),
    (tiny_price, "a.csv", 2, 1, 6009, 'name="l0-1-unit_price"'),
    (header_food_words, "a.xlsx", 3, 0, 67500, "检疫证号"),
    (trailing_tab_ids, "a.csv", 3, 0, 67500, "202603040001"),
    (powerquery_utf16_customxml, "a.xlsx", 3, 0, 67500, ""),
    (svg_logo_doctype, "a.xlsx", 3, 0, 67500, ""),
    (item_like_total, "a.xlsx", 3, 0, 35100, "当日鲜牛奶"),
    (date1904_plain_number, "a.xlsx", 3, 0, 67500, 'value="2026-03-04"'),
    (invisible_chars, "a.xlsx", 3, 0, 67500, ""),
    (eq_quoted, "a.csv", 3, 0, 67500, 'value="001"'),
    (gift_price0, "a.xlsx", 4, 0, 67500, "赠品"),
    (chinese_date, "a.xlsx", 3, 0, 67500, 'value="2026-03-04"'),
    (lines_700, "a.csv", 700, 0, 140000, "500"),
    (twice, "a.xlsx", 3, 0, 67500, ""),
]


@pytest.fixture
def chen(signed_in: Callable[[str], FlaskClient], context: Flask, at_lunch: object) -> FlaskClient:
    """The canteen manager's browser, in a school of two canteens."""
    second_canteen()
    return signed_in("chen")


def review() -> Review:
    """The newest import as it stands."""
    session.rollback()  # a new look at the database
    return imports.review_of(session.query(PurchaseImport).order_by(PurchaseImport.id.desc()).first())


@pytest.mark.parametrize(
    ("case", "name", "ready", "to_mend", "fen", "said"), READ, ids=[one[0].__name__ for one in READ]
)
def test_each_kind_of_file_is_read_rightly(
    chen: FlaskClient, case: Callable[[], bytes], name: str, ready: int, to_mend: int, fen: int, said: str
) -> None:
    page = chen.get(upload(chen, case(), name)).text
    found = review()
    assert (found.ready, found.to_mend) == (ready, to_mend)
    assert sum(sheet.total for sheet in found.sheets) == fen
    assert f"{ready} 行可以导入" in page
    assert said in page


@pytest.mark.parametrize(
    ("case", "name", "said"), [(unclosed_quote_end, "a.csv", "第 3 行"), (mhtml, "a.xls", "另存为")]
)
def test_what_cannot_be_read_is_refused_in_words(
    chen: FlaskClient, case: Callable[[], bytes], name: str, said: str
) -> None:
    form = {"canteen": "k1", "file": (io.BytesIO(case()), name)}
    token = chen.get(ADDRESS).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = chen.post(ADDRESS, data={**form, "csrf_token": token}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert said in answer.text


def test_a_row_without_its_day_comes_in_once_the_day_is_said(chen: FlaskClient) -> None:
    address = upload(chen, err_day_takes_day_above())
    confirm(chen, address, do="draft", **{"s1-day": "2026-03-02"})
    session.rollback()  # a new look at the database
    days = {posting.period for posting in session.query(Posting)}
    assert days == {"2026-02-26", "2026-03-02", "2026-03-04"}


def test_two_canteens_of_one_file_get_a_sheet_each(chen: FlaskClient) -> None:
    address = upload(chen, two_canteens(), "a.csv")
    confirm(chen, address, **people(0), **people(1))
    session.rollback()  # a new look at the database
    found = {sheet.canteen.code: sheet.total for sheet in session.query(Sheet)}
    assert found == {"k1": 6000, "k2": 5200}


def test_what_the_school_posted_itself_is_known_when_it_comes_back(chen: FlaskClient) -> None:
    confirm(chen, upload(chen, two_canteens(), "a.csv"), **people(0), **people(1))
    own = chen.get("/data/purchases.csv?from=2026-03-04&to=2026-03-04").data
    upload(chen, own, "purchases.csv")
    assert [(sheet.canteen.code, sheet.choice) for sheet in review().sheets if sheet.canteen] == [
        ("k1", "skip"),
        ("k2", "skip"),
    ]


def test_an_amount_that_differs_from_the_paper_s_is_asked_about(chen: FlaskClient) -> None:
    address = upload(chen, amount_only_small_unit())
    page = confirm(chen, address, **people())
    assert "还有 1 个问题要回答" in page
    [question] = review().sheets[0].questions
    confirm(chen, address, **{"s0-sure": question.key})
    session.rollback()  # a new look at the database
    lines = session.query(Line).order_by(Line.position).all()
    assert [(line.quantity, line.unit, line.amount) for line in lines] == [
        (25_000, "公斤", 11300),
        (1_000_000, "个", 43330),
    ]


def test_a_price_that_would_be_0_can_be_mended(chen: FlaskClient) -> None:
    address = upload(chen, tiny_price(), "a.csv")
    confirm(
        chen, address, do="draft", **{"l0-1-quantity": "9", "l0-1-unit": "千支", "l0-1-unit_price": "0.01"}
    )
    session.rollback()  # a new look at the database
    assert len(session.query(PostingDraft).one().rows) == 3


def test_a_gift_is_posted_as_one_and_compared_with_nothing(chen: FlaskClient) -> None:
    confirm(chen, upload(chen, gift_price0()), **people())
    session.rollback()  # a new look at the database
    gift = session.query(Line).filter_by(item="赠送酱油").one()
    assert (gift.is_gift, gift.amount) == (True, 0)
    day = "2026-03-04"
    sheet = session.query(Sheet).one()
    for address in (
        f"/?day={day}",
        f"/postings/{sheet.id}",
        f"/print/day?day={day}&canteen=k1",
        f"/office/postings/{sheet.id}",
    ):
        assert "赠品" in chen.get(address).text, address
    assert "赠品" in chen.get(f"/data/purchases.csv?from={day}&to={day}").text


def test_an_old_sheet_says_that_its_paper_does_not_name_everybody(
    chen: FlaskClient, signed_in: Callable[[str], FlaskClient]
) -> None:
    older = text_table("2026-02-26,土豆,,斤,50,1.2,60,甲")
    confirm(chen, upload(chen, older, "a.csv"), archive="1")
    session.rollback()  # a new look at the database
    sheet = session.query(Sheet).one()
    for address in ("/?day=2026-02-26", f"/postings/{sheet.id}", "/print/day?day=2026-02-26&canteen=k1"):
        assert "旧的纸质单" in chen.get(address).text, address


def test_a_hidden_table_is_read_when_it_is_chosen(chen: FlaskClient) -> None:
    address = upload(chen, hidden_sheet_larger())
    form = {"table": "旧表", "csrf_token": confirm_token(chen, address)}
    assert "40 行可以导入" in chen.post(address + "/table", data=form, follow_redirects=True).text


def test_a_refusal_can_be_overruled(chen: FlaskClient) -> None:
    address = upload(chen, saved(book(GOODS, title="食堂采购计划")))
    page = chen.get(address).text
    assert "按采购读取" in page
    form = {"as_purchases": "1", "csrf_token": confirm_token(chen, address)}
    assert "3 行可以导入" in chen.post(address + "/table", data=form, follow_redirects=True).text


def test_guessed_columns_are_shown_and_never_confirmed_unseen(chen: FlaskClient) -> None:
    rows = "".join(f"{row[1]}\t{row[3]}\t{row[4]}\t{row[5]}\t{row[6]}\n" for row in GOODS)
    address = upload(chen, rows.encode(), "a.txt")
    page = chen.get(address).text
    assert "没有表头说明各列是什么" in page
    for do in ("draft", "post"):
        assert "各列的含义是推测的" in confirm(chen, address, do=do, **people())
    assert session.query(Posting).count() == 0
    columns = [one.field for one in review().columns]
    assert columns == ["item", "unit", "quantity", "unit_price", "amount"]
    form = {"columns": "1", "column": columns, "csrf_token": confirm_token(chen, address)}
    chen.post(address + "/table", data=form)
    confirm(chen, address, do="draft")
    session.rollback()  # a new look at the database
    assert reading_of(session.query(PostingDraft).one()).fields["total"] == 67500


def test_columns_that_cannot_be_told_surely_can_be_said_to_be_right(chen: FlaskClient) -> None:
    address = upload(chen, "".join(f"货{n}\t斤\t{n + 3}\t{n + 5}\n" for n in range(4)).encode(), "a.txt")
    columns = [one.field for one in review().columns]
    assert "各列的含义是推测的" in confirm(chen, address, do="draft")
    form = {"columns": "1", "column": columns, "csrf_token": confirm_token(chen, address)}
    chen.post(address + "/table", data=form)
    confirm(chen, address, do="draft")
    session.rollback()  # a new look at the database
    assert session.query(Posting).count() == 1


def confirm_token(client: FlaskClient, address: str) -> str:
    """The page's token."""
    return client.get(address).text.partition('name="csrf_token" value="')[2].partition('"')[0]
