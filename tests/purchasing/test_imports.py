"""Bringing in real files: what is shown first, what is mended, what is kept."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from kiosk.cli import main
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.errors import NotFound
from kiosk.counters.models import Canteen
from kiosk.counters.services import add_canteen
from kiosk.postings.models import Posting
from kiosk.purchasing import imports, queries, services
from kiosk.purchasing.imports import naming
from kiosk.purchasing.models import Line, PurchaseImport, Sheet
from kiosk.school.queries import today
from tests.conftest import LUNCH, ROOT, actor, canteen, csrf

pytestmark = pytest.mark.usefixtures("signers")
ADDRESS = "/office/purchasing/import"
FOUR = {"purchaser": "采购员", "custodian": "保管员", "receiver1": "验收员甲", "receiver2": "验收员乙"}


def second_canteen() -> None:
    """Another canteen beside the first."""
    with transaction():
        add_canteen(by=actor("test"), code="k2", name="第二食堂", name_en="Canteen Two")


def ledger(bad: int = 0, lines: int = 34) -> bytes:
    """A paper form of `lines` lines as .xlsx, the first `bad` of them unusable."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "入库单"
    sheet.append(["入 库 单"])
    sheet.append(["学校名称：", "某小学", "", "2026年 3 月 2 日  单位：元", "", "编号：R0301"])
    sheet.append(["类型", "食材名称", "计量单位", "数 量", "单 价", "金  额"])
    for number in range(lines):
        quantity: object = "一些" if number < bad else 10
        sheet.append(["蔬菜类" if number == 0 else None, f"菜{number}", "市斤", quantity, 2.5, 25])
    sheet.append(["合计", None, None, None, None, 25 * lines])
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def upload(client: FlaskClient, data: bytes, name: str = "台账.xlsx") -> str:
    """Send a file through the form; the address of its preview."""
    form = {"canteen": "k1", "file": (io.BytesIO(data), name), "csrf_token": csrf(client, ADDRESS)}
    answer = client.post(ADDRESS, data=form, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


@pytest.fixture
def chen(signed_in: Callable[[str], FlaskClient], context: Flask, at_lunch: object) -> FlaskClient:
    """The canteen manager's browser."""
    return signed_in("chen")


def test_nothing_is_changed_before_it_is_confirmed(chen: FlaskClient) -> None:
    page = chen.get(upload(chen, ledger())).text
    assert "34 行可以导入" in page
    assert "850.00" in page
    assert session.query(Posting).count() == 0


def test_three_bad_lines_of_thirty_four_wait_to_be_mended(chen: FlaskClient) -> None:
    address = upload(chen, ledger(bad=3))
    page = chen.get(address).text
    assert "31 行可以导入" in page
    assert "3 行待改" in page
    assert 'value="一些"' in page, "what was typed is shown where it can be mended"
    token = csrf(chen, address)
    refused = chen.post(address, data={"csrf_token": token, "do": "post"}).text
    assert "还有 3 行要改" in refused
    assert session.query(Posting).count() == 0
    mended = {f"l0-{n}-quantity": "10" for n in range(2)}
    page = chen.post(address, data={"csrf_token": token, "do": "keep", **mended}, follow_redirects=True).text
    assert "33 行可以导入" in page
    done = chen.post(
        address,
        data={"csrf_token": token, "do": "post", "archive": "1", "l0-2-quantity": "4"},
        follow_redirects=True,
    )
    assert "已公示 1 张公示单" in done.text
    session.rollback()  # a new look at the database
    [posted] = queries.posted(session.query(Sheet).one().day)
    assert len(posted.lines) == 34
    assert posted.version.total == 33 * 2500 + 1000


def test_what_was_mended_is_kept_when_it_is_not_ready(chen: FlaskClient) -> None:
    address = upload(chen, ledger(bad=2))
    token = csrf(chen, address)
    chen.post(address, data={"csrf_token": token, "do": "post", "l0-0-quantity": "7"})
    page = chen.get(address).text
    assert "1 行待改" in page
    assert 'name="l0-0-quantity" value="7"' in page


def test_bad_lines_may_be_left_out_on_purpose(chen: FlaskClient) -> None:
    address = upload(chen, ledger(bad=3))
    form = {"csrf_token": csrf(chen, address), "do": "post", "leave_out": "1", "archive": "1"}
    assert chen.post(address, data=form).status_code == 302
    assert session.query(Line).count() == 31


def test_confirming_twice_brings_it_in_once(chen: FlaskClient) -> None:
    address = upload(chen, ledger())
    form = {"csrf_token": csrf(chen, address), "do": "post", "archive": "1"}
    assert [chen.post(address, data=form).status_code for _ in range(2)] == [302, 302]
    assert session.query(Posting).count() == 1
    session.rollback()  # a new look at the database
    assert session.query(PurchaseImport).one().content is None


def test_the_same_paper_is_passed_over_unless_asked_otherwise(chen: FlaskClient) -> None:
    first = upload(chen, ledger())
    chen.post(first, data={"csrf_token": csrf(chen, first), "do": "post", "archive": "1"})
    again = upload(chen, ledger(lines=3))
    page = chen.get(again).text
    assert "这张纸质单已经公示过（850.00 元）" in page
    token = csrf(chen, again)
    assert "这次没有导入" in chen.post(again, data={"csrf_token": token, "do": "post"}).text
    no_reason = {"csrf_token": token, "do": "post", "s0-choice": "correct", "archive": "1"}
    assert "请填更正原因" in chen.post(again, data=no_reason).text
    done = chen.post(again, data={**no_reason, "s0-reason": "多录了"})
    assert done.status_code == 302
    session.rollback()  # a new look at the database
    sheet = session.query(Posting).one()
    assert [version.total for version in queries.posted_versions(sheet)] == [
        7500,
        85000,
    ]


def test_people_named_twice_are_told_at_their_place(chen: FlaskClient) -> None:
    address = upload(chen, ledger())
    form = {
        "csrf_token": csrf(chen, address),
        "do": "post",
        "s0-purchaser": "采购员",
        "s0-custodian": "采购员",
    }
    page = chen.post(address, data=form).text
    assert "必须是不同的人" in page
    assert session.query(Posting).count() == 0


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "x.xlsx", ""),
        (b"%PDF-1.7 whatever", "x.pdf", "PDF"),
        ("标题\n一,二\n三,四\n".encode(), "x.csv", ""),
        (b"PK\x03\x04broken", "x.xlsx", ""),
        (b"\xff\xfe\x00\xd8", "x.txt", ""),
    ],
)
def test_an_unknown_file_is_told_in_words(chen: FlaskClient, data: bytes, name: str, said: str) -> None:
    form = {"canteen": "k1", "file": (io.BytesIO(data), name), "csrf_token": csrf(chen, ADDRESS)}
    answer = chen.post(ADDRESS, data=form, content_type="multipart/form-data", follow_redirects=True)
    assert answer.status_code in (200, 422)
    assert "field-error" in answer.text or "notice-alert" in answer.text
    assert said in answer.text
    assert session.query(Posting).count() == 0


def test_a_pasted_table_is_read_too(chen: FlaskClient) -> None:
    text = "品名\t单位\t数量\t单价\t金额\n大白菜\t市斤\t50\t2.5\t125\n"
    form = {"canteen": "k1", "pasted": text, "csrf_token": csrf(chen, ADDRESS)}
    page = chen.post(ADDRESS, data=form, follow_redirects=True).text
    assert "1 行可以导入" in page
    assert "这是哪一天采购的？" in page or 'value="2026-03-04"' in page


def test_strangers_and_other_roles_are_refused(
    client: FlaskClient, signed_in: Callable[[str], FlaskClient]
) -> None:
    assert client.get(ADDRESS).status_code == 302
    assert signed_in("wu").get(ADDRESS).status_code == 403


def test_another_table_of_the_workbook_can_be_chosen(chen: FlaskClient, shared_data: Path) -> None:
    address = upload(chen, (shared_data / "school_ledger_2024-01.xlsx").read_bytes())
    page = chen.get(address).text
    assert "34 行可以导入" in page
    assert "未入库明细表" in page
    form = {"csrf_token": csrf(chen, address), "table": "未入库明细表"}
    assert "8 行可以导入" in chen.post(address + "/table", data=form, follow_redirects=True).text


def table(*rows: str, header: str = "日期,品名,规格,单位,数量,单价,金额,供货商") -> bytes:
    """A plain table as CSV."""
    return ("\ufeff" + "\n".join((header, *rows)) + "\n").encode()


def posted_before(*rows: dict[str, str], back: int = 2) -> None:
    """A sheet that was posted some days ago."""
    with transaction():
        draft = services.start_sheet(by=actor("chen"), canteen=canteen(), day=today() - timedelta(days=back))
        services.save_draft(by=actor("chen"), draft=draft, rows=rows, people=FOUR)
        services.post_sheet(by=actor("chen"), draft=draft)


def confirm(client: FlaskClient, address: str, do: str = "post", **typed: str) -> str:
    """Send the page's form with what is typed; the answer's text after all redirects."""
    form = {"csrf_token": csrf(client, address), "do": do, **typed}
    return client.post(address, data=form, follow_redirects=True).text


def people(sheet: int = 0) -> dict[str, str]:
    """Four names for a sheet of the page."""
    return {f"s{sheet}-{role}": name for role, name in FOUR.items()}


def test_a_sheet_of_today_needs_four_people(chen: FlaskClient) -> None:
    address = upload(chen, table("2026-03-04,土豆,,斤,50,1.2,60,甲"), "a.csv")
    page = confirm(chen, address, **{"s0-purchaser": "采购员"})
    assert page.count("请填姓名") == 3
    assert session.query(Posting).count() == 0
    assert "已公示 1 张公示单" in confirm(chen, address, **people())


def test_only_old_sheets_may_name_fewer_people(
    context: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    began = services.first_day(canteen())
    with clock.moved_to(datetime.combine(began + timedelta(days=9), time(4), UTC)):
        chen = signed_in("chen")
        for days, archive, is_posted in ((9, "1", False), (3, "", False), (3, "1", True), (-1, "", True)):
            day = began + timedelta(days=days)
            address = upload(chen, table(f"{day},土豆{days},,斤,50,1.2,60,甲"), f"{days}{archive}.csv")
            page = confirm(chen, address, archive=archive)
            assert ("已公示 1 张公示单" in page) == is_posted, (days, archive)
            chen.post(f"{address}/discard", data={"csrf_token": csrf(chen, ADDRESS)})


def test_what_was_confirmed_is_not_said_to_be_gone(chen: FlaskClient) -> None:
    address = upload(chen, table("2026-03-04,土豆,,斤,50,1.2,60,甲"), "a.csv")
    confirm(chen, address, do="draft")
    token = csrf(chen, ADDRESS)
    page = chen.post(f"{address}/discard", data={"csrf_token": token}, follow_redirects=True).text
    assert "没有导入任何内容" not in page
    assert "这次导入已经结束" in page
    assert session.query(Posting).count() == 1


def test_what_was_discarded_meanwhile_cannot_be_confirmed(chen: FlaskClient) -> None:
    upload(chen, table("2026-03-04,土豆,,斤,50,1.2,60,甲"), "a.csv")
    waiting = session.query(PurchaseImport).one()
    with pytest.raises(NotFound), transaction():
        session.execute(delete(PurchaseImport))
        imports.confirm(by=actor("chen"), waiting=waiting, post=False)
    assert session.query(Posting).count() == 0


def test_a_jump_in_price_is_asked_once_and_answered_by_a_tick(chen: FlaskClient) -> None:
    posted_before({"item": "西红柿", "unit": "斤", "quantity": "20", "unit_price": "3.6", "supplier": "甲"})
    address = upload(chen, table("2026-03-04,西红柿,,斤,20,36,720,甲"), "a.csv")
    page = confirm(chen, address, **people())
    assert "还有 1 个问题要回答" in page
    assert "上次（3月2日）3.60，这次涨跌 +900%" in page
    assert session.query(Posting).count() == 1, "nothing is posted before somebody looked"
    [question] = re.findall(r'name="l0-0-sure" value="([^"]+)"', page)
    mended = confirm(chen, address, do="keep", **{"l0-0-sure": question, "l0-0-unit_price": "35"})
    assert 'name="l0-0-sure" value="35.00|3.60">' in mended, "another price is another question"
    assert "已公示 1 张公示单" in confirm(chen, address, **{"l0-0-unit_price": "3.7"})
    session.rollback()  # a new look at the database
    assert [line.unit_price for line in session.query(Line).order_by(Line.id)] == [36_000, 37_000]


def test_the_day_before_in_the_same_file_is_the_last_time(context: Flask, at_lunch: object) -> None:
    rows = [
        f"2026-03-0{day},西红柿,,{unit},20,{price},,甲" for day, unit, price in ((2, "斤", 3), (3, "公斤", 9))
    ]
    with transaction():
        waiting = imports.keep(by=actor("chen"), canteen=canteen(), data=table(*rows), file_name="a.csv")
    first, second = (sheet.lines[0] for sheet in imports.review_of(waiting).sheets)
    assert first.last is None
    assert second.last
    assert (second.last.price, round(second.change or 0, 2)) == (60_000, 0.5)


def test_a_line_takes_over_what_is_usual_and_is_compared(chen: FlaskClient) -> None:
    usual = {"item": "猪后腿肉", "specification": "鲜", "unit": "公斤", "supplier": "乙肉铺"}
    posted_before({**usual, "quantity": "10", "unit_price": "27.8"})
    address = upload(
        chen, table("2026-03-04,猪后腿肉,,斤,20,7.25,145,", "2026-03-04,猪后腿肉,,箱,1,90,90,"), "a.csv"
    )
    page = chen.get(address).text
    assert page.count("adopted") == 2, "specification and supplier of the line that can be the same thing"
    assert "13.90" in page
    assert "上次（3月2日）13.90，这次涨跌 −48%" in page
    assert "此前 27.80/鲜 公斤" in page, "what cannot be compared is not called new"
    confirm(chen, address, do="keep", **{"l0-0-supplier": "丙肉铺", "l0-0-specification": "鲜"})
    assert chen.get(address).text.count("adopted") == 1


def test_items_that_are_all_known_and_never_compare_are_asked_about(chen: FlaskClient) -> None:
    names = ("土豆", "鸡蛋", "大米")
    posted_before(*({"item": name, "unit": "斤", "quantity": "10", "unit_price": "2"} for name in names))
    address = upload(chen, table(*(f"2026-03-04,{name},,盒,2,10,20,甲" for name in names)), "a.csv")
    assert "还有 1 个问题要回答" in confirm(chen, address, **people())
    assert "已公示 1 张公示单" in confirm(chen, address, **{"s0-strangers": "、".join(names)})


def test_a_line_that_stands_twice_is_asked_about(chen: FlaskClient) -> None:
    rows = ["2026-03-04,土豆,,斤,50,1.2,60,甲", "2026-03-04,鸡蛋,,斤,30,4.5,135,乙"]
    address = upload(chen, table(rows[0], *rows), "a.csv")
    page = confirm(chen, address, **people())
    assert "还有 1 个问题要回答" in page
    assert "有完全相同的行：土豆。确实送了不止一次。" in page
    assert session.query(Posting).count() == 0
    assert "还有 1 个问题要回答" in confirm(chen, address, **{"s0-twice": "鸡蛋"}), (
        "another question's answer"
    )
    assert "已公示 1 张公示单" in confirm(chen, address, **{"s0-twice": "土豆"})
    session.rollback()  # a new look at the database
    assert session.query(Line).count() == 3


def test_a_line_that_stands_twice_is_asked_about_on_old_sheets_too(chen: FlaskClient) -> None:
    address = upload(chen, table(*["2025-03-04,土豆,,斤,50,1.2,60,甲"] * 2), "a.csv")
    assert "还有 1 个问题要回答" in confirm(chen, address)
    confirm(chen, address, do="keep", **{"l0-1-out": "1"})
    assert "已公示 1 张公示单" in confirm(chen, address)


def test_a_unit_that_was_left_out_is_asked_about(chen: FlaskClient) -> None:
    rice = {"item": "大米", "specification": "25kg", "unit": "袋", "quantity": "4", "unit_price": "120"}
    posted_before(rice)
    address = upload(chen, table("2026-03-04,大米,50kg,,4,200,800,甲"), "a.csv")
    page = confirm(chen, address, **people())
    assert "还有 1 个问题要回答" in page
    assert "这些品名以前有单位，这次没有：大米" in page
    assert session.query(Posting).count() == 1
    assert "已公示 1 张公示单" in confirm(chen, address, **{"s0-unitless": "大米"})


def test_only_the_lines_that_are_not_there_yet_can_be_brought_in(chen: FlaskClient) -> None:
    rows = [f"2026-03-04,{item},,斤,50,1.2,60,甲" for item in ("土豆", "白菜", "萝卜")]
    confirm(chen, upload(chen, table(*rows[:2]), "a.csv"), **people())
    address = upload(chen, table(*rows), "b.csv")
    page = chen.get(address).text
    assert page.count("已有</span>") == 2, "each line that is there is marked"
    assert "已有 2 行" in page
    assert "只导入还没有的 1 行" in page
    confirm(chen, address, **people(), **{"s0-choice": "rest"})
    session.rollback()  # a new look at the database
    assert [line.item for line in session.query(Line).order_by(Line.id)] == ["土豆", "白菜", "萝卜"]
    assert session.query(Posting).count() == 2


@pytest.fixture
def lin(signed_in: Callable[[str], FlaskClient], chen: FlaskClient) -> FlaskClient:
    """Another one who may write sheets, with a browser of her own."""
    return signed_in("lin")


def revision(page: str) -> str:
    """The state of an import that a page was made of."""
    return re.findall(r'name="revision" value="(\d+)"', page)[0]


def test_what_another_mended_meanwhile_is_not_overwritten_in_silence(
    chen: FlaskClient, lin: FlaskClient
) -> None:
    rows = [f"2026-03-04,菜{n},,斤,10,2,20,甲" for n in range(3)]
    address = upload(chen, table(*rows), "a.csv")
    seen = revision(lin.get(address).text)
    confirm(
        lin, address, do="keep", revision=seen, **people(), **{"l0-0-item": "白菜", "l0-1-quantity": "12"}
    )
    typed = {
        **{"l0-0-item": "菜0", "l0-1-quantity": "15", "l0-2-unit_price": "3"},
        **{f"s0-{role}": "" for role in FOUR},
    }
    form = {"csrf_token": csrf(chen, address), "do": "post", "revision": seen, **typed}
    answer = chen.post(address, data=form)
    assert answer.status_code == 409
    assert "lin 改了" in answer.text
    assert "“10” → “12”。您填的是“15”" in answer.text, "both values of what both changed"
    assert "“菜0” → “白菜”" in answer.text
    assert session.query(Posting).count() == 0, "nothing is posted that nobody saw"
    now = revision(answer.text)
    form = {"csrf_token": csrf(chen, address), "do": "post", "revision": now}
    assert chen.post(address, data=form).status_code == 302
    session.rollback()  # a new look at the database
    lines = session.query(Line).order_by(Line.position).all()
    assert [(line.item, line.quantity, line.unit_price) for line in lines] == [
        ("白菜", 10_000, 20_000),
        ("菜1", 15_000, 20_000),
        ("菜2", 10_000, 30_000),
    ]
    assert queries.posted_versions(session.query(Posting).one())[0].names == FOUR


def test_who_mends_alone_is_never_told_of_himself(chen: FlaskClient) -> None:
    address = upload(chen, table("2026-03-04,土豆,,斤,10,2,20,甲"), "a.csv")
    for quantity in ("11", "12"):
        seen = revision(chen.get(address).text)
        form = {"csrf_token": csrf(chen, address), "do": "keep", "revision": seen, "l0-0-quantity": quantity}
        assert chen.post(address, data=form).status_code == 302


def test_lines_that_were_read_anew_take_nothing_that_was_typed_for_others(
    chen: FlaskClient, lin: FlaskClient
) -> None:
    address = upload(chen, table("2026-03-04,土豆,,斤,10,2,20,甲", "2026-03-04,鸡蛋,,斤,5,4,20,甲"), "a.csv")
    seen = revision(chen.get(address).text)
    columns = ["day", "item", "specification", "unit", "unit_price", "quantity", "amount", "supplier"]
    form = {"csrf_token": csrf(lin, address), "columns": "1", "column": columns, "revision": seen}
    assert lin.post(address + "/table", data=form).status_code == 302
    form = {"csrf_token": csrf(chen, address), "do": "keep", "revision": seen, "l0-0-remark": "早市"}
    answer = chen.post(address, data=form)
    assert (answer.status_code, "没有采用" in answer.text, "早市" in answer.text) == (409, True, True)
    session.rollback()  # a new look at the database
    assert "早市" not in json.dumps(session.query(PurchaseImport).one().preview["sheets"], ensure_ascii=False)


def test_an_import_that_another_mended_is_not_discarded_unseen(chen: FlaskClient, lin: FlaskClient) -> None:
    address = upload(chen, table("2026-03-04,土豆,,斤,10,2,20,甲"), "a.csv")
    seen = revision(chen.get(address).text)
    confirm(lin, address, do="keep", revision=seen, **{"l0-0-quantity": "12"})
    form = {"csrf_token": csrf(chen, address), "revision": seen}
    answer = chen.post(f"{address}/discard", data=form)
    assert (answer.status_code, "别人改过" in answer.text) == (409, True)
    form["revision"] = revision(answer.text)
    assert chen.post(f"{address}/discard", data=form).status_code == 302


def test_who_typed_while_another_finished_is_told_so(chen: FlaskClient, lin: FlaskClient) -> None:
    address = upload(chen, table("2026-03-04,土豆,,斤,10,2,20,甲"), "a.csv")
    seen = revision(chen.get(address).text)
    confirm(lin, address, do="draft", revision=seen)
    form = {"csrf_token": csrf(chen, ADDRESS), "do": "post", "revision": seen, "l0-0-quantity": "12"}
    assert "lin 已经完成了这次导入" in chen.post(address, data=form, follow_redirects=True).text


def test_every_line_can_be_mended_or_left_out(chen: FlaskClient) -> None:
    rows = [f"2026-03-04,菜{n},,斤,10,2,20,甲" for n in range(3)]
    address = upload(chen, table(*rows), "a.csv")
    opened = chen.post(address, data={"csrf_token": csrf(chen, address), "open": "0-1"})
    assert opened.headers["Location"].endswith("#l0-1")
    assert 'name="l0-1-quantity" value="10"' in chen.get(address).text
    confirm(chen, address, **people(), **{"l0-1-quantity": "11", "l0-1-item": "白菜", "l0-2-out": "1"})
    session.rollback()  # a new look at the database
    lines = session.query(Line).order_by(Line.position).all()
    assert [(line.item, line.quantity, line.amount) for line in lines] == [
        ("菜0", 10_000, 2000),
        ("白菜", 11_000, 2200),
    ]


@pytest.mark.parametrize("before", ["posted", "draft", "grid"])
@pytest.mark.parametrize("number", ["R7", ""])
def test_the_same_lines_are_never_brought_in_twice_by_default(
    chen: FlaskClient, before: str, number: str
) -> None:
    header = "日期,单号,品名,规格,单位,数量,单价,金额,供货商"
    rows = [f"2026-03-04,{number},土豆,,斤,50,1.2,60,甲", f"2026-03-04,{number},鸡蛋,散,斤,30,4.5,135,乙"]
    if before == "grid":
        posted_before(
            {"item": "土豆", "unit": "公斤", "quantity": "25", "unit_price": "2.4"},
            {"item": "鸡蛋", "unit": "斤", "quantity": "30", "unit_price": "4.5"},
            back=0,
        )
    else:
        first = upload(chen, table(*rows, header=header), "a.csv")
        confirm(chen, first, do="post" if before == "posted" else "draft", **people())
    again = upload(chen, table(*rows, "", header=header), "另一个名字.csv")
    page = chen.get(again).text
    assert "跳过" in page
    assert "这次没有导入" in confirm(chen, again, **people())
    assert session.query(Posting).count() == 1
    confirm(chen, again, do="draft", **{"s0-choice": "new"})
    session.rollback()  # a new look at the database
    assert session.query(Posting).count() == 2, "who means it again can say so"


def test_the_same_file_is_noticed_on_another_day(
    chen: FlaskClient, signed_in: Callable[[str], FlaskClient]
) -> None:
    paste = table("牛奶,箱,10,60,600", header="品名,单位,数量,单价,金额")
    confirm(chen, upload(chen, paste, "a.csv"), **people())
    with clock.moved_to(LUNCH + timedelta(days=1)):
        chen = signed_in("chen")
        again = upload(chen, paste, "b.csv")
        assert "这个文件已于 2026-03-04" in chen.get(again).text
        assert "这次没有导入" in confirm(chen, again, **people())
    session.rollback()  # a new look at the database
    assert session.query(Posting).count() == 1


def test_the_same_lines_twice_in_one_file_count_once(context: Flask, at_lunch: object) -> None:
    rows = [f"2026-03-04,{number},土豆,,斤,50,1.2,60,甲" for number in ("R1", "R2")]
    data = table(*rows, header="日期,单号,品名,规格,单位,数量,单价,金额,供货商")
    with transaction():
        waiting = imports.keep(by=actor("chen"), canteen=canteen(), data=data, file_name="a.csv")
    assert [sheet.choice for sheet in imports.review_of(waiting).sheets] == ["new", "skip"]


def test_nothing_bought_and_lines_of_the_day_contradict_each_other(chen: FlaskClient) -> None:
    with transaction():
        services.mark_nothing_bought(by=actor("chen"), canteen=canteen(), day=today())
    address = upload(chen, table("2026-03-04,土豆,,斤,50,1.2,60,甲"), "a.csv")
    assert "这一天已公示为“当日无采购”" in chen.get(address).text
    assert "请填更正原因" in confirm(chen, address, **people())
    confirm(chen, address, **{"s0-reason": "误点"})
    session.rollback()  # a new look at the database
    [sheet] = session.query(Posting).all()
    assert [version.nothing_bought for version in queries.posted_versions(sheet)] == [False, True]


def test_a_form_of_another_canteen_is_asked_about(chen: FlaskClient) -> None:
    second_canteen()
    titled = "测试中学2食堂采购明细表\n".encode() + table("2026-03-04,土豆,,斤,50,1.2,60,甲")[3:]
    address = upload(chen, titled, "a.csv")
    assert "文件里写的是“第二食堂”，这是哪个食堂的？" in chen.get(address).text
    assert session.query(Posting).count() == 0
    confirm(chen, address, **people())
    assert session.query(Posting).count() == 0
    confirm(chen, address, **{"s0-canteen": "k2"})
    session.rollback()  # a new look at the database
    assert session.query(Posting).one().canteen.code == "k2"


def test_after_several_sheets_the_page_leads_to_them(chen: FlaskClient) -> None:
    rows = [f"2026-03-0{day},土豆,,斤,5{day},1.2,,甲" for day in (2, 3, 4)]
    address = upload(chen, table(*rows), "a.csv")
    page = confirm(chen, address, **people(2), archive="1")
    assert "生成了 3 张公示单" in page
    for sheet in session.query(Sheet):
        assert f'href="/office/purchasing/sheets/{sheet.id}"' in page
    assert chen.get(address).text.count("/office/purchasing/sheets/") >= 3, "and is still there later"


def test_a_day_of_many_lines_is_split_into_sheets(chen: FlaskClient) -> None:
    rows = [f"2026-03-04,菜{n},,斤,1,2,2,甲" for n in range(700)]
    address = upload(chen, table(*rows), "a.csv")
    confirm(chen, address, **people(0), **people(1))
    session.rollback()  # a new look at the database
    lines = queries.lines_of(session.scalars(select(Sheet.version_id)))
    assert [len(found) for _version, found in sorted(lines.items())] == [500, 200]
    assert session.query(Line).count() == 700


def test_names_of_canteens_are_found_in_titles(context: Flask) -> None:
    canteens = [
        Canteen(code=f"k{n}", name=name, name_en="") for n, name in enumerate(("第一食堂", "第十一食堂"))
    ]
    for said, wanted in (
        ("某校1食堂采购单", "第一食堂"),
        ("第 十一 食堂", "第十一食堂"),
        ("十一食堂（东）", "第十一食堂"),
        ("三食堂", None),
        ("一食堂与十一食堂", None),
    ):
        found = naming.canteen_in([said], canteens)
        assert (found.name if found else None) == wanted, said


def run(*arguments: str) -> tuple[int, str, str]:
    """The command line: status, output, error output."""
    done = CliRunner().invoke(main, arguments)
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def command_line(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The command line on the test's instance."""
    monkeypatch.setenv("KIOSK_INSTANCE", str(app.instance.folder))
    return app


@pytest.mark.slow
def test_the_real_ledger_comes_in_as_its_csv_says(command_line: Flask, shared_data: Path) -> None:
    file = str(shared_data / "school_ledger_2024-01.xlsx")
    status, output, _ = run("purchases", "preview", file, "--json")
    assert status == 0
    found = json.loads(output)
    with (shared_data / "school_ledger_2024-01_receipts.csv").open(encoding="utf-8-sig") as wanted:
        rows = list(csv.DictReader(wanted))
    lines = [(sheet, line) for sheet in found["sheets"] for line in sheet["lines"]]
    assert [
        (
            *(sheet["date"], sheet["number"], line["class"], line["item"], line["unit"]),
            *(Decimal(line[name]) for name in ("quantity", "unit_price", "amount")),
        )
        for sheet, line in lines
    ] == [
        (
            *(row["日期"], row["单号"], row["类型"], row["食材名称"], row["计量单位"]),
            *(Decimal(row[name]) for name in ("数量", "单价", "金额")),
        )
        for row in rows
    ]
    assert [sheet["total_fen"] for sheet in found["sheets"]] == [531112, 308260]
    assert lines[0][1]["row"] == 4
    assert found["problems"] == []
    status, output, _ = run("purchases", "import", file, "--canteen", "k1", "--post", "--json")
    assert status == 0
    assert [sheet["total_fen"] for sheet in json.loads(output)["sheets"]] == [531112, 308260]
    status, output, _ = run("purchases", "import", file, "--canteen", "k1", "--post", "--json")
    assert (status, json.loads(output)) == (
        0,
        {"sheets": [], "passed_over": ["R0101", "R0102"], "missing": []},
    )
    with command_line.app_context():
        assert session.query(Line).count() == 34


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("purchases", "preview", "/nowhere.xlsx"), "/nowhere.xlsx"),
        (("purchases", "import", __file__, "--canteen", "k9"), "k9"),
        (("purchases", "preview", str(ROOT / "pyproject.toml")), "pyproject"),
        (("prices", "import", __file__), "发布日期"),
    ],
)
def test_bad_input_ends_with_one_clear_line(
    command_line: Flask, arguments: tuple[str, ...], said: str
) -> None:
    status, _, error = run(*arguments)
    assert status == 1
    assert said in error.splitlines()[-1]
    assert "Traceback" not in error


def test_a_bad_line_stops_the_command_and_nothing_is_stored(command_line: Flask, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(ledger(bad=1))
    status, _, error = run("purchases", "import", str(file), "--canteen", "k1")
    assert status == 1
    assert "4" in error
    assert run("purchases", "import", str(file), "--canteen", "k1", "--skip-bad")[0] == 0
    with command_line.app_context():
        assert session.query(Posting).count() == 1
        assert session.query(PurchaseImport).filter_by(confirmed_at=None).count() == 0


def test_prices_with_exchanged_headers_are_read_rightly(command_line: Flask, tmp_path: Path) -> None:
    header = "发布日期,一级分类,品名,最低价,平均价,最高价,单位,产地\n"
    rows = "2026-03-04,蔬菜,大白菜,0.6,0.8,0.7,斤,冀\n2026-03-04,蔬菜,大白菜,0.6,0.8,0.7,斤,冀\n"
    file = tmp_path / "p.csv"
    file.write_bytes((header + rows).encode("gb18030"))
    status, output, _ = run("prices", "import", str(file), "--json")
    assert (status, json.loads(output)) == (0, {"rows": 2, "added": 1, "swapped": True})
    with command_line.app_context():
        from kiosk.purchasing.models import MarketPrice

        [price] = session.query(MarketPrice).all()
        assert (price.lowest, price.average, price.highest) == (6000, 7000, 8000)


def test_a_file_name_is_never_a_path(context: Flask) -> None:
    with transaction():
        waiting = imports.keep(
            by=actor("chen"), canteen=canteen(), data=ledger(), file_name="..\\..\\etc/passwd\n.xlsx"
        )
    assert waiting.file_name == "passwd.xlsx"


def test_names_that_are_new_are_asked_about_once_in_a_file(chen: FlaskClient) -> None:
    days = [f"{day}\t土豆\t斤\t1\t2" for day in ("2026-03-03", "2026-03-04")]
    address = upload(chen, "\n".join(["日期\t品名\t单位\t数量\t单价", *days]).encode(), name="a.txt")
    people = {f"s{place}-{part}": name for place in (0, 1) for part, name in FOUR.items()}
    people |= {"s0-purchaser": "采够员", "s1-purchaser": "采够员"}
    page = confirm(chen, address, **people)
    assert "还有 1 个问题要回答" in page
    assert "这些人员是新的：采够员（已有：采购员）" in page
    assert "已公示 2 张公示单" in confirm(chen, address, **people, **{"s0-new_people": "采够员"})
