"""Pages of accounts: a file is looked at before it is imported, forms that come twice, who may do what."""

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.accounts import queries
from kiosk.core.db import session
from kiosk.core.tabular import write_xlsx
from tests.accounts.conftest import begin, laid, lay, slips, write
from tests.conftest import csrf

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("house")]
HEAD = ("凭证号", "日期", "摘要", "收入", "支出", "收款人", "银行账号")
LINES = (
    ("记-1", "2026-01-05", "学生餐费", "1000", "", "", ""),
    ("记-2", "2026-01-06", "退张家长餐费 13812345678", "", "12.50", "张三", "6222020000000000000"),
    ("", "", "合计", "1000", "12.50", "", ""),
)
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\nstartxref\n9\n%%EOF\n"
SignIn = Callable[[str], FlaskClient]


def bring(client: FlaskClient, data: bytes, name: str = "一月.csv") -> str:
    """Choose a file; where its preview stands."""
    form = {"csrf_token": csrf(client, "/office/books/1"), "file": (io.BytesIO(data), name)}
    answer = client.post("/office/books/1/file", data=form)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def csv(*lines: tuple[str, ...]) -> bytes:
    return "\n".join(",".join(line) for line in (HEAD, *lines)).encode()


def test_a_file_is_shown_first_and_brings_no_names_along(signed_in: SignIn) -> None:
    begin()
    client = signed_in("wu")
    address = bring(client, csv(*LINES))
    page = client.get(address).text
    assert "有意不导入：收款人" in page
    assert "张三" not in page
    assert "6222020000000000000" not in page
    assert "13812345678" not in page
    assert re.search("第 ?4 ?行.*合计", page), "the row of sums is named, not lost"
    assert queries.vouchers(queries.account(1), None) == []
    answer = client.post(address, data={"csrf_token": csrf(client, address)})
    assert answer.status_code == 302
    session.remove()
    assert [one.amount for one in queries.vouchers(queries.account(1), None)] == [100_000, 1_250]
    again = client.post(address, data={"csrf_token": csrf(client, "/office/books/1")})
    assert again.status_code == 422
    assert "已于" in again.text
    assert queries.sums(queries.account(1), None).number == 2


def test_a_workbook_with_faults_is_imported_not_at_all_and_each_fault_has_its_row(signed_in: SignIn) -> None:
    begin()
    rows = (
        ("记-1", "2026-01-05", "菜款", "", "12"),
        ("记-1", "2026-01-06", "菜款", "", "13"),
        ("记-3", "2026-02-01", "菜款", "", "14"),
        ("记-4", "2026-01-07", "菜款", "5", "14"),
        ("记-5", "2026-01-08", "菜款", "", "-3"),
    )
    client = signed_in("wu")
    address = bring(client, write_xlsx("凭证", HEAD[:5], rows), "一月.xlsx")
    page = client.get(address).text
    for row, word in ((3, "记-1在第 ?2 ?行"), (4, "不在本期"), (5, "只能填一项"), (6, "")):
        assert re.search(rf"第 ?{row} ?行：.*{word}", page), (row, word)
    answer = client.post(address, data={"csrf_token": csrf(client, "/office/books/1")})
    assert answer.status_code == 422
    assert queries.sums(queries.account(1), None).number == 0


def test_an_opening_that_differs_comes_back_with_the_difference_beside_it(signed_in: SignIn) -> None:
    laid("2026-01", 1_000)
    client = signed_in("wu")
    address = "/office/books/new?book=1"
    form = {
        "csrf_token": csrf(client, address),
        "sent": "a",
        "book": "1",
        "period": "2026-02",
        "opening": "1000",
    }
    answer = client.post(address, data=form)
    assert answer.status_code == 422
    assert "相差10.00元" in answer.text
    assert 'value="1000"' in answer.text
    answer = client.post(address, data={**form, "opening": "990"})
    assert answer.status_code == 302
    assert (
        client.post(address, data={**form, "opening": "990"}).headers["Location"]
        == answer.headers["Location"]
    )
    assert client.post(address, data={**form, "opening": "5"}).status_code == 409


@pytest.mark.parametrize(("name", "status"), [("qian", 403), ("lin", 403), ("gu", 403), ("wu", 302)])
def test_the_accountant_alone_writes(signed_in: SignIn, name: str, status: int) -> None:
    laid()
    client = signed_in(name)
    assert client.get("/office/books/1").status_code == 200
    answer = client.post("/office/books/1/correct", data={"csrf_token": csrf(client, "/office/books/1")})
    assert answer.status_code == status


def test_everybody_reads_what_is_laid_open_and_nothing_before(app: Flask) -> None:
    client = app.test_client()
    begin()
    assert client.get("/accounts/1").status_code == 404
    assert client.get("/data/account-vouchers.json?account=1").status_code == 404
    write(queries.account(1), slips(700))
    lay(queries.account(1))
    told = client.get("/data/account-vouchers.json?account=1").get_json()
    assert [one["fen"] for one in told["vouchers"]] == [700]
    assert client.get("/accounts/1?version=2").status_code == 404
    assert client.get("/accounts/years/2031").status_code == 404


def test_the_congress_sees_an_attachment_and_the_public_does_not(signed_in: SignIn, app: Flask) -> None:
    found = laid()
    one = queries.vouchers(found, 1)[0]
    address = f"/office/books/{found.id}/vouchers/{one.id}"
    client = signed_in("wu")
    form = {"csrf_token": csrf(client, address), "files": (io.BytesIO(PDF), "验收单.pdf")}
    assert client.post(address, data=form).status_code == 302
    page = signed_in("gu").get(address).text
    link = re.search(rf'href="({address}/files/\d+)"', page)
    assert link
    answer = signed_in("gu").get(link[1])
    assert (answer.status_code, answer.data) == (200, PDF)
    assert signed_in("chen").get(link[1]).status_code == 403
    assert app.test_client().get(link[1]).status_code == 302
    assert client.post(address, data={"csrf_token": csrf(client, address)}).status_code == 422
