"""Bringing in real files: what is shown first, what is mended, what is kept."""

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from kiosk.cli import main
from kiosk.core.db import session, transaction
from kiosk.purchasing import imports, queries
from kiosk.purchasing.models import Line, PurchaseImport, Sheet
from tests.conftest import ROOT, canteen, csrf

ADDRESS = "/office/purchasing/import"


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
    assert session.query(Sheet).count() == 0


def test_three_bad_lines_of_thirty_four_wait_to_be_mended(chen: FlaskClient) -> None:
    address = upload(chen, ledger(bad=3))
    page = chen.get(address).text
    assert "31 行可以导入" in page
    assert "3 行要改" in page
    assert 'value="一些"' in page, "what was typed is shown where it can be mended"
    token = csrf(chen, address)
    refused = chen.post(address, data={"csrf_token": token, "do": "post"}).text
    assert "还有 3 行要改" in refused
    assert session.query(Sheet).count() == 0
    mended = {f"l0-{n}-quantity": "10" for n in range(2)}
    page = chen.post(address, data={"csrf_token": token, "do": "keep", **mended}, follow_redirects=True).text
    assert "33 行可以导入" in page
    done = chen.post(
        address, data={"csrf_token": token, "do": "post", "l0-2-quantity": "4"}, follow_redirects=True
    )
    assert "已公示 1 张单子" in done.text
    session.rollback()  # a new look at the database
    [posted] = queries.posted(session.query(Sheet).one().day)
    assert len(posted.lines) == 34
    assert posted.version.total == 33 * 2500 + 1000


def test_what_was_mended_is_kept_when_it_is_not_ready(chen: FlaskClient) -> None:
    address = upload(chen, ledger(bad=2))
    token = csrf(chen, address)
    chen.post(address, data={"csrf_token": token, "do": "post", "l0-0-quantity": "7"})
    page = chen.get(address).text
    assert "1 行要改" in page
    assert 'name="l0-0-quantity" value="7"' in page


def test_bad_lines_may_be_left_out_on_purpose(chen: FlaskClient) -> None:
    address = upload(chen, ledger(bad=3))
    form = {"csrf_token": csrf(chen, address), "do": "post", "leave_out": "1"}
    assert chen.post(address, data=form).status_code == 302
    assert session.query(Line).count() == 31


def test_confirming_twice_brings_it_in_once(chen: FlaskClient) -> None:
    address = upload(chen, ledger())
    form = {"csrf_token": csrf(chen, address), "do": "post"}
    assert [chen.post(address, data=form).status_code for _ in range(2)] == [302, 302]
    assert session.query(Sheet).count() == 1
    session.rollback()  # a new look at the database
    assert session.query(PurchaseImport).one().content is None


def test_the_same_paper_is_passed_over_unless_asked_otherwise(chen: FlaskClient) -> None:
    first = upload(chen, ledger())
    chen.post(first, data={"csrf_token": csrf(chen, first), "do": "post"})
    again = upload(chen, ledger(lines=3))
    page = chen.get(again).text
    assert "这张纸质单已经公示过（850.00 元）" in page
    token = csrf(chen, again)
    assert "没有可导入的内容" in chen.post(again, data={"csrf_token": token, "do": "post"}).text
    no_reason = {"csrf_token": token, "do": "post", "s0-choice": "correct"}
    assert "请填更正原因" in chen.post(again, data=no_reason).text
    done = chen.post(again, data={**no_reason, "s0-reason": "多录了"})
    assert done.status_code == 302
    session.rollback()  # a new look at the database
    sheet = session.query(Sheet).one()
    assert [version.total for version in queries.posted_versions(sheet)] == [7500, 85000]


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
    assert session.query(Sheet).count() == 0


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
    assert session.query(Sheet).count() == 0


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


def run(*arguments: str) -> tuple[int, str, str]:
    """The command line: status, output, error output."""
    done = CliRunner().invoke(main, arguments)
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def command_line(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The command line on the test's instance."""
    monkeypatch.setenv("KIOSK_INSTANCE", str(app.extensions["kiosk_instance"].folder))
    return app


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
    assert (status, json.loads(output)) == (0, {"sheets": [], "passed_over": ["R0101", "R0102"]})
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
        assert session.query(Sheet).count() == 1
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
            by="chen", canteen=canteen(), data=ledger(), file_name="..\\..\\etc/passwd\n.xlsx"
        )
    assert waiting.file_name == "passwd.xlsx"
