"""The inspector's folder: what is in it, that it opens everywhere, and that it is the same twice."""

import csv
import hashlib
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from openpyxl import load_workbook

from kiosk.chain import queries as chain
from kiosk.chain.models import ChainEntry
from kiosk.core.db import session, transaction
from kiosk.core.errors import Invalid
from kiosk.core.field import Until
from kiosk.core.i18n import _
from kiosk.core.web import KioskApp
from kiosk.folder import archive, queries, services
from kiosk.folder.archive import Folder, safe
from kiosk.operation import stored
from kiosk.postings import services as services_of_postings
from kiosk.postings.kinds.notice import NOTICE
from kiosk.postings.kinds.suppliers import SUPPLIERS
from kiosk.postings.models import Posting
from kiosk.postings.queries import Kind
from kiosk.purchasing.kind import PURCHASES
from kiosk.school.services import save_term
from tests.attic.fees import FEES
from tests.conftest import actor, csrf
from tests.postings.conftest import SignIn, house, inside, of, origin, run
from tests.postings.test_attachments import attached, pdf, picture
from tests.postings.test_kinds import begin, corrected, posted, put_up, withdrawn

__all__ = ["house", "inside", "of", "origin", "run"]
MONTH = "2026-03"


def made(period: str = MONTH) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(Folder(period).parts())))


@pytest.fixture
def month(inside: KioskApp) -> dict[str, Posting]:
    """A month with a corrected posting, a withdrawn one, one of rows, one of purchases, and attachments."""
    with transaction():
        papers = put_up(attached(begin(NOTICE), ("依据/3月.pdf", pdf()), ("照片.jpg", picture()))).posting
    return {
        "papers": papers,
        "corrected": corrected(NOTICE),
        "withdrawn": withdrawn(NOTICE),
        "fees": posted(FEES),
        "purchases": posted(PURCHASES),
    }


def page_of(folder: zipfile.ZipFile, number: int) -> tuple[str, str]:
    name = next(name for name in folder.namelist() if re.search(rf"/{number} .*\.html$", name))
    return name, folder.read(name).decode()


def test_everything_of_the_month_is_in_it_and_every_link_leads_somewhere(
    month: dict[str, Posting], inside: KioskApp
) -> None:
    folder = made()
    assert folder.testzip() is None
    names = folder.namelist()
    index = folder.read("index.html").decode()
    for one in month.values():
        path, page = page_of(folder, one.id)
        assert f">{one.id}<" in index
        assert one.versions[0].hash in page
        for link in re.findall(r'href="([^"]+)"', page):
            assert _path(path, link) in names, link
    for link in re.findall(r'href="([^"]+)"', index):
        assert _path("index.html", link) in names, link
    files = [name.rpartition("/")[2] for name in names if name.endswith((".pdf", ".jpg"))]
    assert files == [f"{month['papers'].id}-1 3月.pdf", f"{month['papers'].id}-2 照片.jpg"]
    assert "第一版" in page_of(folder, month["corrected"].id)[1]
    gone = page_of(folder, month["withdrawn"].id)[1]
    assert month["withdrawn"].withdrawal
    assert month["withdrawn"].withdrawal.reason in gone
    assert "第一版" not in gone
    assert "<script" not in index


def _path(page: str, link: str) -> str:
    from urllib.parse import unquote

    found = unquote(link)
    return found.removeprefix("../") if link.startswith("../") else found


def test_it_opens_with_unzip_and_its_sums_are_those_of_the_record(
    month: dict[str, Posting], tmp_path: Path
) -> None:
    data = b"".join(Folder(MONTH).parts())
    (tmp_path / "夹.zip").write_bytes(data)
    folder = zipfile.ZipFile(io.BytesIO(data))
    assert all(one.flag_bits & 0x800 for one in folder.infolist() if not one.filename.isascii())
    if shutil.which("unzip"):
        run = ["unzip", "-q", "-O", "UTF-8", "夹.zip", "-d", "out"]
        plain = ["unzip", "-q", "夹.zip", "-d", "out"]
        done = subprocess.run(run, cwd=tmp_path, check=False, capture_output=True)
        if done.returncode:
            subprocess.run(plain, cwd=tmp_path, check=True, capture_output=True)
    else:
        folder.extractall(tmp_path / "out")
    subprocess.run(["sha256sum", "-c", "--quiet", "sha256sums.txt"], cwd=tmp_path / "out", check=True)
    for line in (tmp_path / "out" / "sha256sums.txt").read_text("utf-8").splitlines():
        own, _space, path = line.partition("  ")
        assert hashlib.sha256(folder.read(path)).hexdigest() == own
    heads = folder.read(f"{archive.RECORD}/{archive.HEADS}.txt").decode()
    for one in month.values():
        for row in one.versions:
            entry = session.get(ChainEntry, row.chain_seq)
            assert entry
            assert f"{entry.seq}:{entry.hash}  {one.id}-{row.version}  {row.hash}" in heads
    assert chain.verify().findings == []


def test_the_same_record_gives_the_same_bytes(month: dict[str, Posting], of: SignIn) -> None:
    assert b"".join(Folder(MONTH).parts()) == b"".join(Folder(MONTH).parts())


def workbook(kind: Kind) -> list[list[Any]]:
    folder, label = made(), safe(str(kind.label))
    book = load_workbook(io.BytesIO(folder.read(f"{archive.WORKBOOKS}/{label}.xlsx")))
    return [list(row) for row in book.active.iter_rows()]


def test_amounts_are_numbers_and_days_are_days(month: dict[str, Posting]) -> None:
    heads, first, _second = workbook(FEES)
    cells = dict(zip([head.value for head in heads], first, strict=True))
    amount, paid = cells[str(FEES.columns[1].label)], cells[str(FEES.columns[4].label)]
    assert (amount.value, amount.data_type, amount.number_format) == (1080.5, "n", "0.00")
    assert isinstance(paid.value, datetime)
    assert isinstance(cells[_("For")].value, datetime)
    assert first[0].value == month["fees"].id
    heads, bought = workbook(PURCHASES)[:2]
    cells = dict(zip([head.value for head in heads], bought, strict=True))
    assert cells[_("Unit price")].number_format == "0.0000"
    assert isinstance(cells[_("Unit price")].value, int | float)


def test_no_end_is_said_in_words_and_nothing_as_nothing(inside: KioskApp) -> None:
    until = Until(name="until", label=SUPPLIERS.label)
    assert queries.value_of(until, "9999-12-31") == "长期"
    assert queries.value_of(until, "2026-03-04") == date(2026, 3, 4)
    with transaction():
        draft = begin(FEES)
        services_of_postings.save_draft(
            by=actor("lin"), draft=draft, revision=1, fields={}, rows=[], nothing=True
        )
        put_up(draft)
    heads, only = workbook(FEES)
    cells = dict(zip([head.value for head in heads], [cell.value for cell in only], strict=True))
    assert cells[_("Nothing to post")] == "是"


def test_a_cell_is_never_a_formula(inside: KioskApp) -> None:
    with transaction():
        put_up(begin(NOTICE, title="=HYPERLINK(1)", text="+1"))
    rows = workbook(NOTICE)
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n", "d", "inlineStr"}
    assert "'=HYPERLINK(1)" in [cell.value for cell in rows[1]]


def test_the_bureaus_form_is_set_once_and_followed(month: dict[str, Posting], of: SignIn) -> None:
    lin, address = of("lin"), f"/office/folder/forms/{FEES.slug}"
    page = lin.get(address).text
    names = re.findall(r'name="column" value="([^"]+)"', page)
    assert names == list(queries.columns_of(FEES))
    wish = {"amount": ("1", "收费金额（元）"), "item": ("2", "收费项目名称")}
    sent = {
        "csrf_token": csrf(lin, address),
        "column": names,
        "number": [wish.get(name, ("", ""))[0] for name in names],
        "heading": [wish.get(name, ("", name))[1] for name in names],
    }
    assert lin.post(address, data=sent).status_code == 302
    session.rollback()
    rows = workbook(FEES)
    told = [[cell.value for cell in row] for row in rows[:2]]
    assert told == [["收费金额（元）", "收费项目名称"], [1080.5, "甲"]]
    again = {**sent, "heading": ["同名" if name in wish else name for name in names]}
    refused = lin.post(address, data={**again, "csrf_token": csrf(lin, address)})
    assert refused.status_code == 422
    assert "同名" in refused.text
    assert lin.post(address, data={**sent, "ours": "1", "csrf_token": csrf(lin, address)}).status_code == 302
    session.rollback()
    assert len(workbook(FEES)[0]) == len(names)
    actions = [one.action for one in session.query(ChainEntry).filter_by(subject=f"posting-kind:{FEES.slug}")]
    assert actions == ["folder.form_set", "folder.form_set"]


def test_whoever_may_takes_it_and_it_is_noted_who_looked(month: dict[str, Posting], of: SignIn) -> None:
    lin = of("lin")
    sent = {"period": MONTH, "csrf_token": csrf(lin, "/office/folder/")}
    answer = lin.post("/office/folder/take", data=sent)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    assert zipfile.ZipFile(io.BytesIO(answer.data)).testzip() is None
    session.rollback()
    assert [one.exports for one in stored.accesses() if one.account == "lin"] == [1]
    bad = {"period": "2026-03-04", "csrf_token": csrf(lin, "/office/folder/")}
    assert lin.post("/office/folder/take", data=bad).status_code == 422
    assert of("zhou").get("/office/folder/").status_code == 403


def test_the_command_writes_it_whole_or_not_at_all(
    month: dict[str, Posting], run: Callable[..., Result], tmp_path: Path
) -> None:
    file = tmp_path / "三月.zip"
    assert run("folder", file, "--month", MONTH).exit_code == 0
    assert zipfile.ZipFile(file).testzip() is None
    assert run("folder", file, "--month", "2026-13").exit_code == 1
    assert run("folder", file).exit_code == 1
    assert run("folder", tmp_path / "no" / "x.zip", "--month", MONTH).exit_code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["三月.zip"]


def test_a_term_is_offered_and_has_what_its_months_have(month: dict[str, Posting]) -> None:
    with transaction():
        save_term(by=actor("lin"), name="春季学期", starts=date(2026, 2, 23), ends=date(2026, 7, 3))
    offered = queries.offered()
    assert offered[0].startswith("T")
    assert MONTH in offered
    assert "春季学期" in Folder(offered[0]).title
    rows = [made(period).read("index.html").decode().count("<tr>") for period in (offered[0], MONTH)]
    assert rows[0] == rows[1]


def test_another_month_has_nothing_of_it(month: dict[str, Posting]) -> None:
    assert [name for name in made("2026-01").namelist() if name.endswith((".xlsx", ".pdf"))] == []


@pytest.mark.once
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("../../etc", "etc"),
        ('a/b\\c:d*e?"<>|', "a b c d e"),
        ("", "—"),
        ("\u202egnp.exe", "gnp.exe"),
    ],
)
def test_names_of_files_are_names_everywhere(text: str, name: str) -> None:
    assert safe(text).strip() == name


def test_a_heading_that_cannot_be_is_refused(inside: KioskApp) -> None:
    with pytest.raises(Invalid):
        services.set_form(by=actor("lin"), kind=FEES, columns=[("amount", " ")])


def test_amounts_are_those_of_the_open_data(month: dict[str, Posting], inside: KioskApp) -> None:
    table = inside.test_client().get(f"/data/{FEES.slug}.csv?from=2026-03-01&to=2026-03-31&lang=en").text
    amounts = [row["Amount"] for row in csv.DictReader(io.StringIO(table.lstrip("\ufeff")))]
    heads, *rows = workbook(FEES)
    place = [head.value for head in heads].index(_("Amount"))
    assert [f"{row[place].value:.2f}" for row in rows] == amounts
