"""What everybody reads of cases: the list, a case, figures, open data and the feed; and what nobody does."""

import csv
import io
import re
from xml.etree import ElementTree as ET

from flask import Flask

from kiosk.cases import queries, services
from kiosk.cases.queries import Share
from kiosk.core import clock
from kiosk.core.db import transaction
from tests.cases.conftest import act, day, number, opened
from tests.cases.test_asking import text_of
from tests.conftest import counter

ATOM = "{http://www.w3.org/2005/Atom}"
SAID = "三班张伟说米饭有点硬，电话13812345678"


def ids(feed: bytes) -> list[str | None]:
    """The names of a feed's entries."""
    return [entry.findtext(f"{ATOM}id") for entry in ET.fromstring(feed).iter(f"{ATOM}entry")]


def test_the_askers_words_stand_nowhere_before_somebody_released_them(school: Flask) -> None:
    case, phone = opened(text=SAID), school.test_client()
    act(services.acknowledge, "lin", case)
    act(services.reply, "lin", case, text="正在看情况")
    act(services.note, "lin", case, text="同事才看的话")
    pages = (
        "/cases/",
        f"/cases/{case.id}",
        "/data/cases.json?from=2026-03-01",
        "/data/cases.csv?from=2026-03-01",
        "/feeds/cases.atom",
    )
    for address in pages:
        page = phone.get(address)
        assert page.status_code == 200, address
        for words in ("米饭", "张伟", "13812345678", "同事才看", "林"):
            assert words not in page.text, (address, words)
    assert "正在看" in phone.get(f"/cases/{case.id}").text
    act(services.release, "lin", case, text="三班*说米饭有点硬，电话*")
    for address in pages:
        assert "三班＊＊＊说米饭有点硬，电话＊＊＊" in phone.get(address).text, address


def test_a_case_says_posts_days_and_how_it_was_counted(school: Flask) -> None:
    case, phone = opened(), school.test_client()
    act(services.acknowledge, "lin", case)
    act(services.offer, "lin", case, to=number("chen"))
    act(services.accept, "chen", case)
    page = text_of(phone.get(f"/cases/{case.id}").text)
    for words in ("第 0 天，共 3 天", "3月4日 校运会", "总务主任"):
        assert words in page, words
    for name in ("林", "陈", "09:0"):
        assert name not in page, name
    act(services.answer, "chen", case, text="换了新锅", outcome="mended")
    act(services.correct, "chen", case, text="换了两口锅")
    act(services.tell, "chen", case, note="当面")
    page = text_of(phone.get(f"/cases/{case.id}").text)
    for words in ("换了新锅", "换了两口锅", "已整改"):
        assert words in page, words


def test_the_list_is_searched_by_public_words_place_kind_and_number(school: Flask) -> None:
    phone = school.test_client()
    rice, lamp = opened(), opened(kind="repair", subject="school:all", text="灯坏了")
    act(services.release, "lin", rice, text="米饭有点硬")
    wanted: dict[str, list[str]] = {
        "q=米饭": [str(rice.id)],
        "q=灯坏": [],
        "q=lin": [],
        f"q={lamp.id}": [str(lamp.id)],
        "place=counter:c1": [str(rice.id)],
        "kind=repair": [str(lamp.id)],
        "q=%25": [],
        "view=answered": [],
    }
    found = {
        query: re.findall(r'href="/cases/(\d+)"', phone.get(f"/cases/?{query}").text) for query in wanted
    }
    assert found == wanted


def test_late_ones_come_first(school: Flask) -> None:
    old, phone = opened(), school.test_client()
    with clock.moved_to(day(14)):
        new = opened()
        assert re.findall(r'href="/cases/(\d+)"', phone.get("/cases/").text) == [str(old.id), str(new.id)]
        assert len(phone.get("/cases/").data) < 60_000


def test_figures_name_a_share_from_thirty_cases_on(school: Flask) -> None:
    cases = [opened() for _number in range(4)]
    for case in cases[:3]:
        act(services.acknowledge, "lin", case)
        act(services.answer, "lin", case, text="换了新锅", outcome="mended")
    with clock.moved_to(day(30)):
        (one,) = queries.figures().values()
        assert one.shares["in_time"] == Share(3, 4)
        page = text_of(school.test_client().get("/cases/figures").text)
        assert "4 件中 3 件" in page
        assert "75" not in page
    assert Share(27, 30).is_enough
    assert not Share(29, 29).is_enough


def test_open_data_and_the_feed_keep_their_names(school: Flask) -> None:
    case, phone = opened(text="=1+1"), school.test_client()
    act(services.release, "lin", case, text="=1+1")
    rows = list(csv.reader(io.StringIO(phone.get("/data/cases.csv").text.lstrip("\ufeff"))))
    assert rows[1][rows[0].index("反映内容")] == "'=1+1"
    (row,) = phone.get("/data/cases.json").json["cases"]
    assert (row["number"], row["day"], row["state"], row["asked"]) == (
        case.id,
        "2026-03-02",
        "received",
        "=1+1",
    )
    before = [
        entry.findtext(f"{ATOM}id")
        for entry in ET.fromstring(phone.get("/feeds/cases.atom").data).iter(f"{ATOM}entry")
    ]
    act(services.acknowledge, "lin", case)
    assert ids(phone.get("/feeds/cases.atom").data) == before
    assert phone.get("/feeds/cases.atom").headers["ETag"]


def test_what_nobody_sees_breaks_no_feed(school: Flask) -> None:
    with transaction():
        counter().name = "一号\x0b窗口\ufffe"
    opened()
    feed = school.test_client().get("/feeds/cases.atom")
    assert len(ids(feed.data)) == 1


def test_other_pages_lead_there(school: Flask) -> None:
    phone = school.test_client()
    opened()
    for address in ("/", "/c/c1", "/data/"):
        page = phone.get(address)
        assert "/ask" in page.text or "/data/cases.csv" in page.text, address
