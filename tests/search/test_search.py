"""What everybody finds: any piece of what is public, at once, and nothing else, alike on both databases."""

import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from kiosk.cases import services as cases
from kiosk.chain.queries.texts import texts_with
from kiosk.chain.services import erase
from kiosk.cli import main
from kiosk.commitments.services import promise
from kiosk.core import clock, config
from kiosk.core.db import db, session, transaction
from kiosk.counters.services import add_canteen, add_counter, change_counter
from kiosk.operation import audit, backups
from kiosk.postings.models import Posting
from kiosk.postings.searched import canteen_of
from kiosk.postings.services import start_correction, withdraw
from kiosk.purchasing import services as purchasing
from kiosk.school.queries import today
from kiosk.school.services import switch
from kiosk.search.folding import excerpt, words
from kiosk.search.models import SearchEntry
from tests.cases.conftest import act, opened
from tests.conftest import actor, counter, tamper
from tests.purchasing.test_services import CABBAGE, PEOPLE, TOMATO, post

CHICKEN = {**TOMATO, "item": "土豆鸡", "specification": "A级", "supplier": "长城食品"}
TITLE = re.compile(r'class="found-title" href="([^"]+)"')


@pytest.fixture
def find(school: Flask) -> Callable[..., list[str]]:
    """The addresses that the page leads to, for these words and more of the query."""
    phone = school.test_client()

    def found(text: str, **more: str) -> list[str]:
        page = phone.get("/search", query_string={"q": text, **more})
        assert page.status_code == 200
        return [unescape(one) for one in TITLE.findall(page.text)]

    return found


Find = Callable[..., list[str]]


def test_any_piece_is_found_and_nothing_else(school: Flask, find: Find) -> None:
    here = [f"/postings/{post(CHICKEN).posting.id}"]
    same = ("土豆鸡", "豆", "豆鸡", "tdj", "TDJ", "ccsp", "a级", "Ａ级", "土豆 长城", "  土豆鸡 ", "200.00")
    assert {text: find(text) for text in same} == dict.fromkeys(same, here)
    for text in (
        "豆土",
        "土豆 冬瓜",
        "xtdj",
        "z",
        "%",
        "_",
        "土%鸡",
        '"',
        "'",
        "土 OR 冬",
        "土*",
        "NEAR(土)",
        "\x00",
        "\\",
    ):
        assert find(text) == [], text
    assert find("土" * 2000) == []
    assert find("土豆鸡\x00") == here, "what cannot be seen is not looked for"


def test_what_was_typed_is_shown_as_text(school: Flask) -> None:
    page = school.test_client().get("/search", query_string={"q": '<script>alert(1)</script>"><b>'}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_correction_is_found_at_once_and_a_withdrawal_is_gone(school: Flask, find: Find) -> None:
    first = post(CHICKEN)
    with transaction():
        draft = start_correction(by=actor("chen"), posting=first.posting)
        purchasing.save_draft(by=actor("chen"), draft=draft, rows=[CABBAGE], people=PEOPLE, reason="写错了")
        assert find("土豆鸡") != []
        purchasing.post_sheet(by=actor("chen"), draft=draft)
    assert (find("土豆鸡"), len(find("大白菜")), len(find("写错"))) == ([], 1, 1)
    with transaction():
        withdraw(by=actor("lin"), posting=first.posting, reason="作废的单子")
    assert (find("大白菜"), find("作废")) == ([], [])
    assert audit.check().problems == []


def test_what_is_undone_is_not_found(school: Flask, find: Find) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        add_counter(by=actor("lin"), code="c77", name="豆浆", kind="canteen")
        raise ZeroDivisionError
    with transaction():
        add_counter(by=actor("lin"), code="c78", name="油条", kind="canteen")
    assert (find("豆浆"), find("油条")) == ([], ["/c/c78"])


def test_of_a_case_only_what_everybody_reads_is_found(school: Flask, find: Find) -> None:
    held = clock.now() + timedelta(hours=3)
    case = opened(text="米饭里有石子，找王老师", held_until=held)
    act(cases.release, "lin", case, text="米饭里有石子，找*")
    act(cases.note, "lin", case, text="他是三班的")
    assert find("石子") == [], "its meal is still on"
    with clock.moved_to(held):
        assert (find("石子"), find("王老师"), find("三班")) == ([f"/cases/{case.id}"], [], [])
        act(cases.answer, "lin", case, text="换了筛子", outcome="mended")
        assert find("筛子") == find("hlsz") == [f"/cases/{case.id}"]
        with transaction():
            erase(by=actor("lin"), texts=texts_with("换了筛子", whole=True), reason="本人要求")
        assert (find("筛子"), find("石子")) == ([], [f"/cases/{case.id}"])
    assert audit.check().problems == []


def test_what_is_erased_comes_back_with_no_backup(
    app: Flask, instance: config.Instance, school: Flask
) -> None:
    case = opened(text="汤里有虫子")
    act(cases.release, "lin", case, text="汤里有虫子")
    session.remove()
    db.engine.dispose()
    if instance.uses_sqlite:
        backups.make(instance)
    kept = sorted((instance.folder / "backups").glob("*.sqlite3"))
    run = CliRunner().invoke
    arguments = ["record", "erase", "--words", "汤里有虫子", "--reason", "本人要求", "--yes"]
    assert run(main, arguments, env={"KIOSK_INSTANCE": str(instance.folder)}).exit_code == 0
    files = [file for file in instance.folder.rglob("*") if file.is_file()]
    assert [file for file in files if "虫子".encode() in file.read_bytes()] == []
    for file in kept:
        session.remove()
        db.engine.dispose()
        aside = shutil.copy(file, instance.folder.parent / "elsewhere.sqlite3")
        assert run(main, ["restore", str(aside)], env={"KIOSK_INSTANCE": str(instance.folder)}).exit_code == 0
        assert session.scalar(select(SearchEntry).where(SearchEntry.subject == "counter:c1"))
        assert audit.check().problems == []


def test_what_is_off_is_not_found(school: Flask, find: Find) -> None:
    with transaction():
        switch(by=actor("lin"), name="commitments", on=True)
        promise(by=actor("lin"), place=counter(), since=today(), values={"text": "加汤不要钱"})
    assert find("加汤") == ["/commitments/#c1"]
    with transaction():
        switch(by=actor("lin"), name="commitments", on=False)
    assert find("加汤") == []


def test_results_are_grouped_filtered_and_turned_page_by_page(school: Flask, find: Find) -> None:
    numbers = [post(CHICKEN, day=today() - timedelta(days=back)).posting.id for back in range(24)]
    case = opened(text="土豆鸡太咸")
    act(cases.release, "lin", case, text="土豆鸡太咸")
    with clock.moved_to(clock.now() + timedelta(days=40)):
        later = post(CHICKEN).posting.id
        newest = [f"/postings/{number}" for number in (later, *reversed(numbers))]
        assert find("土豆鸡") == [*newest[:5], f"/cases/{case.id}"], "a few of each, the newest first"
        assert find("土豆鸡", what="purchases") == newest[:20]
        assert find("土豆鸡", what="purchases", page="2") == newest[20:]
        assert find("土豆鸡", what="cases") == [f"/cases/{case.id}"]
        assert find("土豆鸡", month="2026-04") == newest[:1]
        assert find("土豆鸡", what="purchases", canteen="k1", month="2026-03") == newest[1:21]
        assert find("土豆鸡", what="nothing", canteen="nowhere", month="x", page="-1") == find("土豆鸡")
        assert find("土豆鸡", what="purchases", page="99") == []


def test_an_empty_result_says_what_to_try(school: Flask) -> None:
    page = school.test_client().get("/search?q=佛跳墙").text
    assert "没有公开的内容提到“佛跳墙”" in page
    assert 'href="/ask"' in page
    assert "xhs" in school.test_client().get("/search?lang=en").text


@pytest.mark.parametrize(
    ("line", "typed", "hit"),
    [
        ("土豆鸡 · 市斤", "tdj", "土豆鸡"),
        ("鲜长茄两箱", "cq", "长茄"),
        ("ＡＢＣ 级", "bc", "ＢＣ"),
        ("每份 ㎏ 计", "kg", "㎏"),
        ("前" * 200 + "土豆" + "后" * 200, "土豆", "土豆"),
    ],
)
def test_the_hit_stands_in_its_sentence(line: str, typed: str, hit: str) -> None:
    parts = excerpt(["别的一行", line], words(typed))
    assert [part.text for part in parts if part.is_hit] == [hit]
    assert len("".join(part.text for part in parts)) <= 130


def test_what_came_at_once_keeps_its_order_when_it_is_made_anew(school: Flask, find: Find) -> None:
    tamper("UPDATE search_entry SET at = (SELECT min(at) FROM search_entry)")
    before = find("窗口")
    assert len(before) > 1
    tamper("UPDATE search_entry SET id = 10000 - id")
    assert find("窗口") == before


def test_what_is_missing_or_stale_is_noticed_and_made_anew(school: Flask) -> None:
    post(CHICKEN)
    tamper("DELETE FROM search_entry WHERE subject = 'counter:c1'")
    tamper("UPDATE search_entry SET lines = '别的' WHERE what = 'purchases'")
    tamper("UPDATE search_entry SET subject = 'posting:999' WHERE subject = 'counter:c2'")
    problems = sorted(audit.check().problems)
    assert [problem.partition(":")[0] for problem in problems] == ["search counter"] * 2 + [
        "search posting"
    ] * 2
    folder = str(config.current().folder)
    session.remove()
    assert CliRunner().invoke(main, ["search", "rebuild"], env={"KIOSK_INSTANCE": folder}).exit_code == 0
    assert audit.check().problems == []
    assert session.scalar(select(SearchEntry.lines).where(SearchEntry.subject == "counter:c1"))


def test_what_people_call_otherwise_is_found_and_said(school: Flask, find: Find) -> None:
    case = opened(text="十月伙食费收错了")
    act(cases.release, "lin", case, text="十月伙食费收错了")
    here = [f"/cases/{case.id}"]
    for text in ("伙食费", "午餐费", "餐费", "十月餐费"):
        assert find(text) == here, text
    page = school.test_client().get("/search?q=十月午餐费").text
    assert "同时查找了：十月伙食费、十月餐费、十月饭费" in page
    assert "<mark>十月伙食费</mark>" in page
    assert "同时查找了" not in school.test_client().get("/search?q=土豆").text
    assert find("举报") == here, "by its kind, which people call otherwise"


def test_what_hangs_at_a_counter_is_found_with_its_canteen(school: Flask, find: Find) -> None:
    with transaction():
        switch(by=actor("lin"), name="commitments", on=True)
        promise(by=actor("lin"), place=counter(), since=today(), values={"text": "加汤不要钱"})
    canteen = counter().canteen
    assert canteen
    assert find("加汤", canteen=canteen.code) == ["/commitments/#c1"]
    with transaction():
        own, other = counter(), add_canteen(by=actor("lin"), code="k9", name="北区食堂")
        change_counter(
            by=actor("lin"),
            counter=own,
            name=own.name,
            name_en=own.name_en,
            sign=own.sign,
            canteen=other,
            hours=own.hours,
            school_days_only=own.school_days_only,
            active=True,
        )
    assert find("加汤", canteen="k9") == ["/commitments/#c1"], "it goes with its counter"
    assert audit.check().problems == []
    assert canteen_of(Posting(kind="notice", counter=counter())) == "k9", "what is posted for it, too"
