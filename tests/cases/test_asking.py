"""Asking without an account, and the way back: the form, the private receipt, what can be done there."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.cases import queries, services
from kiosk.cases.models import Case
from kiosk.cases.recount import recount
from kiosk.cases.rounds import hang, settle
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.security import fingerprint
from kiosk.school.services import change_settings
from tests.cases.conftest import MONDAY, act, day, fresh, photo, post
from tests.conftest import LUNCH, actor, sign_in

WORDS = "米饭有点硬，能不能多蒸一会儿？"
Asking = Callable[..., Any]


def text_of(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    return found[1] if found else ""


def send(client: FlaskClient, at: str = "?at=c1", page: str = "", **typed: Any) -> Any:
    """Open the form, fill it in as a browser would, and send it."""
    page = page or client.get(f"/ask{at}").text
    form = {name: hidden(page, name) for name in ("sent", "looked", "subject")}
    return client.post("/ask", data={**form, "kind": "complaint", "text": WORDS, **typed})


def handed_in(client: FlaskClient, **typed: Any) -> tuple[Case, str]:
    """The case of something handed in, and its private address."""
    answer = send(client, **typed)
    assert answer.status_code == 303, text_of(answer.text)
    session.rollback()
    address = answer.location.partition("?")[0]
    return queries.receipt(address.rpartition("/")[2]).case, address


def cases() -> int:
    session.rollback()
    return session.query(Case).count()


def test_a_parent_asks_by_the_counters_code(school: Flask) -> None:
    phone = school.test_client()
    page = phone.get("/ask?at=c1").text
    assert "另选地点" in text_of(page)
    answer = send(phone, page=page)
    assert answer.status_code == 303
    receipt = phone.get(answer.location)
    session.rollback()
    (case,) = session.query(Case)
    said = text_of(receipt.text)
    for words in (f"编号 {case.id} 已收到", WORDS, "总务主任", "第 0 天，共 1 天", "3月17日"):
        assert words in said, words
    assert (case.kind, case.subject, case.owner.name) == ("complaint", "counter:c1", "林")
    key = answer.location.partition("?")[0].rpartition("/")[2]
    assert (case.key_hash, len(key)) == (fingerprint(key), 22)
    assert receipt.headers["Cache-Control"] == "no-store"
    assert receipt.headers["Referrer-Policy"] == "no-referrer"
    assert "ETag" not in receipt.headers
    assert list(recount()) == []


def test_a_second_click_is_the_same_case_and_other_words_are_another(school: Flask) -> None:
    phone = school.test_client()
    page = phone.get("/ask?at=c1").text
    first, second = send(phone, page=page), send(phone, page=page)
    assert (first.location, cases()) == (second.location, 1)
    assert send(phone, page=page, text="窗口太少").location != first.location
    assert cases() == 2, "the page of before, sent with other words, is no repeat"
    other = send(school.test_client(), sent="")
    assert (other.status_code, cases()) == (303, 3), "a form without a number is nobody else's"


def test_what_would_be_masked_is_shown_once_before_it_is_sent(school: Flask) -> None:
    phone = school.test_client()
    page = send(phone, text=f"{WORDS}打我电话13812345678")
    assert (page.status_code, cases()) == (422, 0)
    assert "打我电话＊＊＊" in page.text
    assert "13812345678" in page.text, "what was typed is kept"
    again = send(phone, page=page.text, text=f"{WORDS}请打13912345678")
    assert (again.status_code, cases()) == (422, 0), "other words are looked at anew"
    sent = send(phone, page=again.text, text=f"{WORDS}请打13912345678")
    assert (sent.status_code, cases()) == (303, 1)
    (case,) = session.query(Case)
    assert "13912345678" not in phone.get(f"/cases/{case.id}").text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"text": " "}, "请写下是什么事"),
        ({"kind": ""}, "请选择类别"),
        ({"kind": "question"}, "请选择类别"),
        ({"subject": ""}, "请选择反映的对象"),
        ({"subject": "counter:nowhere"}, "请选择反映的对象"),
        ({"subject": "person:1"}, "请选择反映的对象"),
        ({"subject": "posting:1"}, "请选择反映的对象"),
        ({"text": "长" * 2001}, "2000"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(
    school: Flask, typed: dict[str, str], words: str
) -> None:
    answer = send(school.test_client(), **typed)
    assert (answer.status_code, cases()) == (422, 0)
    assert words in text_of(answer.text)
    assert typed.get("text", WORDS).strip() in answer.text


def test_all_that_is_missing_and_what_would_be_masked_is_told_at_once(school: Flask) -> None:
    phone = school.test_client()
    page = send(phone, subject="", kind="", text="饭硬，打13812345678")
    for words in ("请选择类别", "请选择反映的对象", "饭硬，打＊＊＊", "13812345678"):
        assert words in page.text, words
    sent = send(phone, page=page.text, text="饭硬，打13812345678", subject="counter:c1", masked="1")
    assert (sent.status_code, cases()) == (303, 1)
    receipt = phone.get(sent.location).text
    assert ("饭硬，打＊＊＊" in receipt, "13812345678" in receipt) == (True, False), "sent as it was shown"


def test_a_send_that_is_repeated_without_its_photo_is_the_same_case(school: Flask) -> None:
    phone = school.test_client()
    page = phone.get("/ask?at=c1").text
    first = send(phone, page=page, photo=(photo((60, 40)), "IMG_1.jpg"))
    assert (first.status_code, send(phone, page=page).location, cases()) == (303, first.location, 1)
    other = phone.get("/ask?at=c1").text
    without = send(phone, page=other, text="窗口太少")
    assert (
        send(phone, page=other, text="窗口太少", photo=(photo((60, 40)), "IMG_1.jpg")).location
        == without.location
    )
    assert "/photo/" in phone.get(without.location).text, "a photo that comes later is kept"
    assert (cases(), list(recount())) == (2, [])


def test_what_is_far_too_large_leads_back_in_both_languages(school: Flask) -> None:
    phone = school.test_client()
    page = phone.get("/ask?at=c1").text
    for language, words in (("zh", "内容太大"), ("en", "too large")):
        phone.get(f"/ask?lang={language}")
        answer = send(phone, page=page, photo=(io.BytesIO(bytes(25 * 2**20)), "IMG_1.jpg"))
        assert (answer.status_code, cases()) == (413, 0)
        assert words in text_of(answer.text)
        assert 'href="/ask"' in answer.text


def test_a_school_behind_one_address_is_not_shut_out_and_a_browser_is_slowed(school: Flask) -> None:
    with clock.moved_to(MONDAY):
        phone = school.test_client()
        for number in range(10):
            assert send(phone, text=f"第{number}件事").status_code == 303
        refused = send(phone, text="第十一件事")
        assert (refused.status_code, "第十一件事" in refused.text) == (429, True)
        assert int(refused.headers["Retry-After"]) <= 3600
        assert send(school.test_client(), text="别人的事").status_code == 303
    with clock.moved_to(MONDAY + timedelta(minutes=61)):
        assert send(phone, text="第十一件事").status_code == 303


def test_a_flood_becomes_one_case_in_which_nothing_is_lost(school: Flask) -> None:
    with transaction():
        change_settings(by=actor("test"), cases_alike=2)
    with transaction():
        found = [
            services.ask(sent=str(n), kind="complaint", subject="counter:c1", text=f"第{n}个人")
            for n in range(6)
        ]
    assert [one.case.id for one in found] == [1, 2, 2, 2, 2, 2]
    case = session.get_one(Case, 2)
    assert (cases(), case.voices) == (2, 4)
    phone = school.test_client()
    for number, one in enumerate(found):
        page = phone.get(f"/cases/mine/{one.key}").text
        assert f"第{number}个人" in page
        assert f"第{(number + 1) % 6}个人" not in page, "others' words are not shown"
    assert phone.post(f"/cases/mine/{found[1].key}/withdraw").status_code == 409
    assert list(recount()) == []


def test_the_answer_is_opened_by_a_press_and_better_is_said_once(school: Flask) -> None:
    phone = school.test_client()
    case, address = handed_in(phone)
    act(services.answer, "lin", case, text="换了电饭锅", outcome="mended")
    act(services.correct, "lin", case, text="换的是两口锅")
    page = phone.get(address)
    assert "换了电饭锅" not in page.text
    assert fresh(case).state == "answered", "looking tells nobody"
    assert phone.post(f"{address}/better").status_code == 409, "nobody has read the answer"
    assert phone.post(f"{address}/open").status_code == 303
    assert fresh(case).state == "told"
    page = text_of(phone.get(address).text)
    for words in ("换了电饭锅", "换的是两口锅", "现在好些了吗"):
        assert words in page, words
    assert phone.post(f"{address}/worse", data={"text": "还是硬"}).status_code == 303
    again = fresh(case)
    assert (again.state, again.reopened) == ("work", True)
    refused = phone.post(f"{address}/better", data={"text": "又好了"})
    assert (refused.status_code, "又好了" in refused.text) == (409, True)
    assert [one.step.verb for one in queries.history(fresh(case))][-1] == "worse"
    assert list(recount()) == []


def test_better_closes_what_has_an_outcome_and_only_within_a_week(school: Flask) -> None:
    phone = school.test_client()
    (case, address), (other, late) = handed_in(phone), handed_in(phone, text="另一件事")
    for one, where in ((case, address), (other, late)):
        act(services.answer, "lin", one, text="换了电饭锅", outcome="mended")
        phone.post(f"{where}/open")
    phone.post(f"{address}/better")
    assert fresh(case).state == "closed"
    with clock.moved_to(MONDAY + timedelta(days=7, minutes=1)):
        assert phone.post(f"{late}/worse").status_code == 409
        assert "现在好些了吗" not in phone.get(late).text
    assert fresh(other).state == "told"


def test_answered_and_not_told_is_late_and_listed_until_it_hung(school: Flask) -> None:
    phone = school.test_client()
    case, _address = handed_in(phone)
    act(services.answer, "lin", case, text="换了电饭锅", outcome="mended")
    with clock.moved_to(day(5)):
        assert hang() is False, "nobody finds the own matter before the words are released"
        page = text_of(phone.get("/cases/?view=late").text)
        assert (f"编号{case.id}" in page, "逾期" in page) == (True, True)
        act(services.release, "lin", case, text=WORDS)
    with clock.moved_to(day(8)):
        assert hang() is False
    with clock.moved_to(day(11)):
        assert hang() is True
        assert fresh(case).state == "told"
        assert hang() is False
        assert settle() is False
    assert list(recount()) == []


def test_the_asker_adds_replies_and_takes_back(school: Flask) -> None:
    phone = school.test_client()
    case, address = handed_in(phone)
    act(services.wait, "lin", case, text="是哪一天？")
    assert "是哪一天？" in phone.get(address).text
    assert phone.post(f"{address}/add", data={"text": "星期三"}).status_code == 303
    assert phone.post(f"{address}/add", data={"text": "星期三"}).status_code == 303
    found = fresh(case)
    assert (found.waits, [step.verb for step in found.steps]) == (False, ["open", "wait", "added"])
    lin = sign_in(school.test_client(), "lin")
    assert "星期三" in lin.get(f"/office/cases/{case.id}").text
    assert phone.post(f"{address}/withdraw").status_code == 303
    assert (fresh(case).state, fresh(case).outcome) == ("closed", "withdrawn")
    page = phone.post(f"{address}/add", data={"text": "还有一句"})
    assert (page.status_code, "还有一句" in page.text) == (409, True)
    assert post(lin, case, "answer", text="好", outcome="withdrawn").status_code in (409, 422)
    assert list(recount()) == []


def test_a_complaint_made_at_lunch_is_seen_there_after_lunch(school: Flask) -> None:
    with clock.moved_to(LUNCH):
        case, address = handed_in(school.test_client())
        repair, _other = handed_in(school.test_client(), kind="praise")
        lin, he = sign_in(school.test_client(), "lin"), sign_in(school.test_client(), "he")
        assert lin.get(f"/office/cases/{case.id}").status_code == 200
        assert he.get(f"/office/cases/{case.id}").status_code == 403
        phone = school.test_client()
        assert phone.get(f"/cases/{case.id}").status_code == 404
        assert phone.get(f"/cases/{repair.id}").status_code == 200
        assert [one["number"] for one in phone.get("/data/cases.json").json["cases"]] == [repair.id]
        assert f"/cases/{case.id}<" not in phone.get("/feeds/cases.atom").text
        assert phone.get(address).status_code == 200
    with clock.moved_to(LUNCH + timedelta(hours=3)):
        assert phone.get(f"/cases/{case.id}").status_code == 200


def test_nobody_guesses_a_receipt(school: Flask) -> None:
    phone = school.test_client()
    case, address = handed_in(phone)
    key = address.rpartition("/")[2]
    for guess in (str(case.id), key[:-1], key[:-1] + "!", key.swapcase(), case.key_hash, "a" * 22):
        assert phone.get(f"/cases/mine/{guess}").status_code == 404, guess
        assert phone.post(f"/cases/mine/{guess}/withdraw").status_code == 404, guess
    assert fresh(case).state == "received"
