"""Files of every kind: title rows, merged heads, sums, units and days as schools write them."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result

from kiosk.chain import queries as chain
from kiosk.core import field
from kiosk.core.db import session, transaction
from kiosk.core.errors import Forbidden
from kiosk.core.i18n import in_every_language
from kiosk.core.web import KioskApp
from kiosk.postings import queries, services
from kiosk.postings.files import NothingRecognised
from kiosk.postings.models import PostingDraft, PostingImport
from kiosk.postings.queries import Kind
from kiosk.school import queries as school
from tests.attic.fees import FEES
from tests.conftest import actor, csrf
from tests.postings.conftest import SignIn
from tests.postings.test_kinds import KINDS, begin, posted, rows_of

Book = Callable[..., bytes]
of_kinds_with_rows = pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.takes_files], ids=lambda kind: kind.slug
)


def book(rows: list[list[Any]], *merged: str, hidden: str = "") -> bytes:
    """A workbook with one sheet of these rows, and a hidden one if it is named."""
    made, packed = openpyxl.Workbook(), io.BytesIO()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    if hidden:
        made.create_sheet(hidden).append(["旧数据", 1])
        made[hidden].sheet_state = "hidden"
    made.save(packed)
    return packed.getvalue()


def read_in(kind: Kind, data: bytes, name: str = "收费.xlsx", period: str | None = None) -> PostingImport:
    place = queries.places(kind)[0]
    period = (school.today().isoformat() if kind.rhythm else "") if period is None else period
    return services.keep_file(
        by=actor("lin"), kind=kind, place=place, period=period, data=data, file_name=name
    )


def plain_table(kind: Kind, language: int) -> list[list[Any]]:
    """The table that a kind's own words make, with two lines."""
    heads = [in_every_language(one.label)[language] for one in kind.columns]
    return [heads, *([row[one.name] for one in kind.columns] for row in rows_of(kind, "甲", "乙"))]


@of_kinds_with_rows
@pytest.mark.parametrize("language", [0, 1])
def test_its_own_heads_are_found_in_every_language_and_every_format(
    inside: KioskApp, kind: Kind, language: int
) -> None:
    table = plain_table(kind, language)
    title = [["某某学校公示表"], *table]
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in title)
    for data in (book(title), text.encode("gb18030"), text.encode("utf-8-sig")):
        with transaction():
            waiting = read_in(kind, data)
            found = waiting.read
        assert found["columns"] == [one.name for one in kind.columns]
        assert (found["rows"], found["title"]) == ([3, 4], "某某学校公示表")
        assert [one for one in found["remarks"] if one["problem"]] == []
        values = queries.read(kind, {}, found["texts"]).rows
        assert values == queries.read(kind, {}, rows_of(kind, "甲", "乙")).rows


@of_kinds_with_rows
def test_a_file_becomes_a_draft_only_when_it_is_confirmed(inside: KioskApp, kind: Kind, of: SignIn) -> None:
    lin, page, place = of("lin"), f"/office/postings/files/new/{kind.slug}", queries.places(kind)[0]
    form = {"csrf_token": csrf(lin, page), "period": school.today().isoformat()}
    form["place"] = f"canteen:{place.code}" if place else ""
    data = book([*plain_table(kind, 0), ["无此列", "x"]])
    sent = lin.post(page, data={**form, "file": (io.BytesIO(data), "C:\\表\\收费.xlsx")})
    assert sent.status_code == 302
    preview = lin.get(sent.location)
    assert "甲" in preview.text
    session.remove()
    assert queries.drafts() == []
    confirmed = lin.post(f"{sent.location}/confirm", data={**form, "how": "add"})
    session.remove()
    (draft,) = queries.drafts()
    assert confirmed.location.endswith(f"/office/postings/{draft.posting_id}/draft")
    assert len(draft.rows) >= 2
    again = lin.post(page, data={**form, "file": (io.BytesIO(data), "又一次.xlsx")})
    told = lin.get(again.location).text
    assert "这份文件之前已经导入过" in told
    assert bool(kind.rhythm) == ("将接着写这份草稿" in told)
    for username, status in (("wu", 403), ("chen", 200)):
        assert of(username).get(again.location).status_code == status, username
    assert chain.verify().findings == []


def test_a_table_as_schools_draw_it(inside: KioskApp) -> None:
    pupils, state, day = (in_every_language(one.label)[0] for one in FEES.columns[2:])
    posted_word = in_every_language(FEES.columns[3].options["paid"])[0]
    table = [
        ["2026年春季收费公示表", None, None, None, None, None, None],
        ["填报单位：总务处", None, None, "单位：元", None, None, None],
        ["序号", "项目", "收费情况", None, state, day, "文号"],
        [None, None, "金额（万元）", f"{pupils}（人）", None, None, None],
        [1, "校 服", 1.2, "120人", posted_word, "2026年3月2日", "教〔2026〕1号"],
        [2, "保险", "0.8", 30, "同上", "二〇二六年三月三日", ""],
        [None, "小计", 2, None, None, None, None],
        [3, "课本", "八百", 5, "不知道", "3月4日", ""],
        [None, "合计", 2.5, 155, None, None, None],
        ["注：以上费用按学期收取", None, None, None, None, None, None],
        ["制表人：吴", None, "审核人：林", None, None, None, None],
    ]
    data = book(table, "A1:G1", "C3:D3", "A3:A4", "B3:B4", "E3:E4", "F3:F4", hidden="旧表")
    with transaction():
        found = read_in(FEES, data).read
    assert found["rows"] == [5, 6, 8]
    assert [one["item"] for one in found["texts"]] == ["校 服", "保险", "课本"]
    assert [one["amount"] for one in found["texts"]] == ["12000.00", "8000.00", "八百"]
    assert [one["pupils"] for one in found["texts"]] == ["120", "30", "5"]
    assert [one["state"] for one in found["texts"]] == ["paid", "paid", "不知道"]
    assert [one["paid_on"] for one in found["texts"]] == ["2026-03-02", "2026-03-03", "2026-03-04"]
    problems = {(one["row"], one["column"]) for one in found["remarks"] if one["problem"]}
    assert problems == {(8, "C"), (8, "E")}
    said = " ".join(one["text"] for one in found["remarks"])
    assert "G 文号" in said, "a column that nobody can place"
    assert "旧表" in said, "a hidden sheet"
    assert [row for row, _text in found["others"]] == [7, 9, 10, 11]


def test_a_total_that_does_not_add_up_is_said_and_not_mended(inside: KioskApp) -> None:
    rows = [["项目", "金额"], ["甲", 10], ["乙", 20.5], ["小计", 30.5], ["丙", 1], ["合计", 31]]
    with transaction():
        found = read_in(FEES, book(rows)).read
    (remark,) = [one for one in found["remarks"] if one["row"] == 6]
    assert (remark["column"], remark["problem"]) == ("B", False)
    assert "31.50" in remark["text"]
    assert [one["amount"] for one in found["texts"]] == ["10.00", "20.50", "1.00"]


def test_what_is_no_table_of_the_kind_is_refused_with_the_heads_that_it_needs(inside: KioskApp) -> None:
    with pytest.raises(NothingRecognised) as refused, transaction():
        read_in(FEES, book([["姓名", "班级"], ["张三", "七（1）"]]))
    assert "金额" in str(refused.value)
    with pytest.raises(Forbidden), transaction():
        services.keep_file(
            by=actor("wu"),
            kind=FEES,
            place=queries.places(FEES)[0],
            period=school.today().isoformat(),
            data=book(plain_table(FEES, 0)),
            file_name="x.xlsx",
        )


def _brought(data: bytes, *, replace: bool = False) -> PostingDraft:
    with transaction():
        return services.bring_in(by=actor("lin"), waiting=read_in(FEES, data), replace=replace)


def test_the_same_period_twice_continues_the_draft_and_counts_no_line_twice(inside: KioskApp) -> None:
    rows = [["项目", "金额"], ["甲", 10], ["甲", 10], ["乙", "1,020.50"]]
    first = _brought(book(rows))
    again = _brought(book([*rows, ["丙", 3]]))
    assert first.posting_id == again.posting_id
    assert [row["item"] for row in again.rows] == ["甲", "甲", "乙", "丙"]
    assert [row["item"] for row in _brought(book(rows[:2]), replace=True).rows] == ["甲"]


def test_a_file_for_what_is_posted_begins_a_correction(inside: KioskApp) -> None:
    found = posted(FEES)
    draft = _brought(book([["项目", "金额"], ["甲", 10]]), replace=True)
    assert (draft.posting_id, len(draft.posting.versions), len(draft.rows)) == (found.id, 1, 1)


def test_the_command_says_everything_and_posts_all_or_nothing(
    inside: KioskApp, run: Callable[..., Result], tmp_path: Path
) -> None:
    place, today = queries.places(FEES)[0], school.today().isoformat()
    assert place
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(book([["项目", "金额", "文号"], ["甲", "许多", "1"]]))
    words = ("--scope", place.code, "--period", today, "--json")
    refused = run("posting", "import", FEES.slug, bad, *words, "--post")
    assert refused.exit_code == 1
    session.remove()
    assert queries.drafts() == []
    kept = run("posting", "import", FEES.slug, bad, *words)
    told = json.loads(kept.stdout)
    assert (kept.exit_code, told["posted"], told["lines"]) == (0, False, 1)
    assert "C 文号" in kept.stderr
    assert "许多" in kept.stderr
    for kind, period, hint in (
        ("spending", "2026-3", "2026-03"),
        ("menu", "2026-03", "2026-W10"),
        ("fees", "T9", "T3"),
        ("inquiry", "T3", "leave the period out"),
    ):
        wrong = run("posting", "import", kind, bad, "--period", period, *words[:2] * (kind == "menu"))
        assert (wrong.exit_code, hint in wrong.stderr) == (1, True), wrong.stderr
    assert run("posting", "import", FEES.slug, bad, "--scope", "nowhere", "--period", today).exit_code == 1


def test_a_draft_is_begun_with_what_was_typed(inside: KioskApp) -> None:
    with transaction():
        draft = begin(FEES)
    rows = [*draft.rows]
    again = _brought(book([["项目", "金额"], ["丙", 3]]))
    assert again.rows[: len(rows)] == rows
    assert isinstance(FEES.columns[0], field.Line)
