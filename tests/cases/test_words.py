"""The asker's words: whose they are, who reads them, and that they are gone once they are taken back."""

from collections.abc import Callable
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.cases import queries, services
from kiosk.cases.models import Case
from kiosk.cases.recount import recount
from kiosk.cases.services.steps import take
from kiosk.core import clock
from kiosk.core.actor import KIOSK
from kiosk.core.db import session, transaction
from kiosk.core.errors import Invalid
from kiosk.core.masking import veiled
from tests.cases.conftest import MONDAY, act, fresh, number, opened, post
from tests.cases.test_asking import handed_in, text_of
from tests.cases.test_photos import photo, with_photo
from tests.cases.test_public import ATOM
from tests.conftest import actor

Browser = Callable[[str], FlaskClient]
SAID = "小明说一号窗口的米饭有点硬，问13812345678"
SHOWN = "＊＊＊说一号窗口的米饭有点硬，问＊＊＊"
PUBLIC = (
    "/cases/",
    "/cases/?q=米饭",
    "/cases/{0}",
    "/data/cases.json",
    "/data/cases.csv",
    "/feeds/cases.atom",
)


def asked(text: str = SAID) -> tuple[Case, str]:
    """The case of a complaint, and its private address."""
    with transaction():
        found = services.ask(sent="a" * 22, kind="complaint", subject="counter:c1", text=text)
    return fresh(found.case), f"/cases/mine/{found.key}"


def pages(phone: FlaskClient, case: Case) -> dict[str, str]:
    return {address: phone.get(address.format(case.id)).text for address in PUBLIC}


def test_what_is_taken_back_is_nowhere_and_nothing_is_done_with_it(school: Flask, desk: Browser) -> None:
    phone, lin = school.test_client(), desk("lin")
    case, address = asked()
    act(services.answer, "lin", case, text="换了新锅", outcome="mended")
    act(services.release, "lin", case, text=SHOWN)
    assert all("米饭" in page for page in pages(phone, case).values())
    phone.post(f"{address}/open")
    phone.post(f"{address}/worse")
    assert phone.post(f"{address}/withdraw").status_code == 303
    found = pages(phone, case)
    assert {where for where, page in found.items() if "米饭有点硬" in page} == set()
    assert f"/cases/{case.id}" not in found["/cases/?q=米饭"]
    assert "反映人已撤回" in text_of(found["/cases/{0}"])
    for verb, form in {
        "correct": {"text": "换了两口锅"},
        "reopen": {"reason": "还是硬"},
        "release": {"text": SHOWN},
        "note": {"reason": "算了"},
        "answer": {"text": "好", "outcome": "mended"},
        "tell": {},
        "close": {"outcome": "mended"},
    }.items():
        refused = post(lin, case, verb, **form)
        assert (refused.status_code, "反映人已撤回" in text_of(refused.text)) == (409, True), verb
    assert fresh(case).outcome == "withdrawn"
    page = lin.get(f"/office/cases/{case.id}").text
    assert "<form" not in page.partition("<main")[2]
    assert list(recount()) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (SAID, SAID),
        ("*说一号窗口的米饭有点硬，问*", SHOWN),
        ("▇▇说一号窗口的米饭有点硬，问█", SHOWN),
        ("小明说＊＊＊", "小明说＊＊＊"),
        ("＊＊＊138＊", "＊＊＊138＊＊＊"),
        ("一号窗口的米饭有点硬", None),
        ("小*明说一号窗口的米饭有点硬，问13812345678", None),
        ("小明说一号窗口的米饭很好，问*", None),
        ("*米饭*窗口*", None),
        ("", None),
    ],
)
def test_only_what_was_asked_stands_there_and_parts_of_it_masked(text: str, shown: str | None) -> None:
    assert veiled(text, SAID) == shown


def test_a_star_of_the_words_themselves_stays() -> None:
    assert veiled("每箱5kg*4袋，▇说的", "每箱5kg*4袋，小明说的") == "每箱5kg*4袋，＊＊＊说的"


def test_whoever_releases_masks_and_writes_nothing(school: Flask, desk: Browser) -> None:
    phone, lin = school.test_client(), desk("lin")
    case, address = asked()
    page = lin.get(f"/office/cases/{case.id}").text
    assert "小明说一号窗口的米饭有点硬，问＊＊＊</textarea>" in page, "masked as far as the house can"
    refused = post(lin, case, "release", text="学生说米饭很好")
    assert (refused.status_code, "学生说米饭很好" in refused.text) == (422, True)
    assert post(lin, case, "release", text=SAID).status_code == 422, "the number is masked first"
    assert post(lin, case, "release", text="*").status_code == 422
    assert post(lin, case, "release", text="小明说一号窗口的米饭有点硬，问*").status_code == 302
    for _click in range(2):
        assert post(lin, case, "release", text="*说一号窗口的米饭有点硬，问*").status_code == 302
    assert [step.verb for step in fresh(case).steps] == ["open", "release", "release"]
    for where in (f"/cases/{case.id}", address):
        page = text_of(phone.get(where).text)
        assert page.count("总务主任公开了反映的内容，其中部分已遮盖") == 2, where
    assert SHOWN in phone.get(f"/cases/{case.id}").text
    assert "小明" not in phone.get("/cases/?q=小明").text.partition("case-list")[2], "what was let out before"
    assert list(recount()) == []


def test_what_is_not_the_askers_own_is_said_to_be_a_summary(school: Flask) -> None:
    phone = school.test_client()
    case, _address = asked()
    with transaction():
        take(by=actor("lin"), case=fresh(case), verb="release", text="有人说米饭硬")
    taken = opened("chen", owner=number("chen"), text=SAID)
    act(services.release, "chen", taken, text=SHOWN)
    told = {one["number"]: one["asked_by"] for one in phone.get("/data/cases.json").json["cases"]}
    assert (told[case.id], told[taken.id][:4]) == ("概括人：总务主任", "记录人：")
    for where in ("/cases/", f"/cases/{case.id}", "/feeds/cases.atom"):
        assert "概括人：总务主任" in phone.get(where).text, where


def test_only_who_works_on_it_reads_it_as_it_was_said(school: Flask, desk: Browser) -> None:
    phone = school.test_client()
    sent = with_photo(phone, photo((60, 40)), text=SAID, looked="")
    sent = with_photo(phone, photo((60, 40)), page=sent.text, text=SAID)
    case = queries.receipt(sent.location.partition("?")[0].rpartition("/")[2]).case
    address = sent.location.partition("?")[0]
    phone.post(f"{address}/add", data={"text": "问13912345678"})
    where = f"/office/cases/{case.id}"

    def reads(who: str) -> tuple[bool, bool, int]:
        page = desk(who).get(where)
        assert page.status_code == 200
        asked = desk(who).get(f"{where}/photo/1").status_code
        return "13812345678" in page.text, "13912345678" in page.text, asked

    with clock.moved_to(MONDAY + timedelta(hours=6)):
        masked = {who: reads(who) for who in ("he", "chen", "xu")}
        assert masked == dict.fromkeys(("he", "chen", "xu"), (False, False, 403))
        act(services.offer, "lin", case, to=number("chen"))
        assert [reads(who) for who in ("lin", "gao", "chen")] == [(True, True, 200)] * 3
        act(services.release, "lin", case, text=SHOWN)
        page = desk("he").get(where).text
        assert ("小明" in page, SHOWN in page) == (False, True), "what was masked by hand is masked here, too"
        assert "小明" not in desk("he").get("/office/cases/?view=all").text


def test_when_the_asker_did_something_is_told_by_the_day(school: Flask) -> None:
    phone = school.test_client()
    case, address = handed_in(phone)
    with clock.moved_to(MONDAY + timedelta(hours=3, minutes=17)):
        phone.post(f"{address}/add", data={"text": "晚上孩子还拉肚子了"})
        assert fresh(case).severity == "safety"
        feed = ET.fromstring(phone.get("/feeds/cases.atom").data)
        page = text_of(phone.get(f"/cases/{case.id}").text)
    assert {one.text for one in feed.iter(f"{ATOM}updated")} == {"2026-03-02T00:00:00+08:00"}
    assert "系统调整了严重程度" in page
    assert "总务主任调整了严重程度" not in page


def test_the_receipt_has_all_that_was_written(school: Flask) -> None:
    phone = school.test_client()
    case, address = handed_in(phone)
    act(services.answer, "lin", case, text="换了新锅", outcome="mended")
    phone.post(f"{address}/open")
    phone.post(f"{address}/worse", data={"text": "今天又是硬的"})
    assert "今天又是硬的" in phone.get(address).text


def test_the_same_form_after_it_was_taken_back_is_another_case(school: Flask) -> None:
    given = {"sent": "a" * 22, "kind": "complaint", "subject": "counter:c1", "text": "米饭有点硬"}
    with transaction():
        first = services.ask(**given)
        services.withdraw(queries.receipt(first.key))
        again, click = services.ask(**given), services.ask(**given)
    assert (again.is_new, click.is_new, click.key) == (True, False, again.key)
    assert again.case.id != first.case.id


def test_what_the_house_lets_out_is_its_own(school: Flask) -> None:
    case = opened(text="评价 5 条")
    with transaction():
        services.release(by=KIOSK, case=session.get_one(Case, case.id), text="不满意评价 5 条。")
    with pytest.raises(Invalid):
        act(services.release, "lin", case, text="大家都很满意")
    assert "系统" in text_of(school.test_client().get(f"/cases/{case.id}").text)
