"""The pages of cases: taken down at a desk, worked on, refused with a reason; and the command line."""

import json
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from kiosk.cases import queries, services
from kiosk.core import clock
from tests.cases.conftest import act, day, fresh, number, opened, post
from tests.conftest import csrf

PAGE = "/office/cases/"
Browser = Callable[[str], FlaskClient]


def text_of(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_whoever_hears_it_first_owns_it(desk: Browser) -> None:
    he = desk("he")
    form = {"text": "米饭有点硬，我的电话13812345678", "subject": "counter:c1", "kind": "complaint"}
    token = {"csrf_token": csrf(he, f"{PAGE}new"), "severity": "ordinary"}
    answer = he.post(f"{PAGE}new", data={**form, **token})
    assert answer.status_code == 302
    assert he.post(f"{PAGE}new", data={**form, **token}).location == answer.location, "the same click twice"
    page = text_of(he.get(answer.location).text)
    for words in ("米饭有点硬", "何", "责任人已确认", "第 0 天，共 3 天", "3月4日 校运会"):
        assert words in page, words
    assert "13812345678" not in he.get(PAGE).text, "lists are masked"
    assert he.post(f"{PAGE}new", data={**form, **token, "text": " "}).status_code == 422


def test_the_documented_verbs_lead_from_receipt_to_the_end(school: Flask, desk: Browser) -> None:
    case, lin, chen = opened(), desk("lin"), desk("chen")
    assert post(lin, case, "acknowledge").status_code == 302
    assert post(lin, case, "offer", to=str(number("chen"))).status_code == 302
    assert post(desk("wu"), case, "accept").status_code == 403
    assert post(chen, case, "refuse", reason="不归我").status_code == 302
    assert post(lin, case, "offer", to="chen").status_code == 302
    assert post(chen, case, "accept").status_code == 302
    assert post(chen, case, "plan", text="下周换新锅", date="2026-03-09").status_code == 302
    assert post(chen, case, "answer", text="已经换好了", outcome="mended").status_code == 302
    assert post(chen, case, "tell", reason="当面").status_code == 302
    assert post(chen, case, "close").status_code == 302
    assert post(chen, case, "reopen", reason="米饭还是硬").status_code == 302
    found = fresh(case)
    assert (found.state, found.owner_id, found.planned_on) == ("work", number("chen"), None)
    page = text_of(lin.get(f"{PAGE}{case.id}").text)
    for words in ("下周换新锅", "已经换好了", "米饭还是硬", "请陈接手", "不归我"):
        assert words in page, words


def test_what_is_refused_keeps_what_was_typed(school: Flask, desk: Browser) -> None:
    case, lin = act(services.acknowledge, "lin", opened()), desk("lin")
    answer = post(lin, case, "close", text="已经换了电饭锅", outcome="mended")
    assert (answer.status_code, fresh(case).state) == (422, "acknowledged")
    assert "已经换了电饭锅" in answer.text
    assert "请先答复" in text_of(answer.text)
    answer = post(lin, case, "answer", text="详情请打13812345678", outcome="mended")
    assert (answer.status_code, fresh(case).state) == (422, "acknowledged")
    assert "详情请打＊＊＊" in answer.text
    answer = post(lin, case, "plan", text="下周换新锅", date="")
    assert (answer.status_code, "下周换新锅" in answer.text) == (422, True)
    answer = post(lin, case, "tell")
    assert (answer.status_code, "责任人已确认" in text_of(answer.text)) == (409, True)


def test_whoever_was_on_duty_decides_nothing(school: Flask, desk: Browser) -> None:
    case = opened()
    assert post(desk("he"), case, "answer", text="没有此事", outcome="invalid").status_code == 403
    assert post(desk("he"), case, "close", outcome="invalid").status_code == 403
    assert post(desk("xu"), case, "decide", text="没有此事", outcome="invalid").status_code == 302


def test_strangers_to_a_case_are_refused(school: Flask, desk: Browser) -> None:
    case = opened(subject="counter:c2")
    for who in ("he", "ding"):
        assert desk(who).get(f"{PAGE}{case.id}").status_code == 403
        assert post(desk(who), case, "acknowledge").status_code == 403
    assert desk("lin").get(f"{PAGE}{case.id + 1}").status_code == 404


def test_lists_are_narrowed_and_what_is_late_is_said(school: Flask, desk: Browser) -> None:
    late = opened(text="很久以前的事")
    with clock.moved_to(day(7)):
        opened(kind="wish", subject="canteen:k1", text="想吃面")
        lin = desk("lin")
        assert "很久以前的事" in (page := lin.get(f"{PAGE}?view=late").text)
        assert "想吃面" not in page
        assert "想吃面" in (page := lin.get(f"{PAGE}?view=all&kind=wish&place=canteen:k1&state=open").text)
        assert "很久以前的事" not in page
        assert lin.get(f"{PAGE}?view=all&page=99999999999999999999").status_code == 200
        assert f'href="{PAGE}{late.id}"' in lin.get("/office/").text + lin.get(PAGE).text


def test_the_command_line_tells_of_cases(kiosk: Any, app: Flask, school: Flask) -> None:
    case = act(services.acknowledge, "lin", opened())
    with clock.moved_to(day(7)):
        (told,) = json.loads(kiosk("case", "list", "--late", "--json").output)
        assert told == {
            "number": case.id,
            "kind": "complaint",
            "subject": "counter:c1",
            "state": "acknowledged",
            "owner": "林",
            "received_at": "2026-03-02T09:00:00+08:00",
            "due": date(2026, 3, 6).isoformat(),
            "late": True,
            "accountability": None,
        }
        shown = json.loads(kiosk("case", "show", str(case.id), "--json").output)
        assert [one["verb"] for one in shown["steps"]] == ["open", "acknowledge"]
    assert kiosk("case", "show", "99").exit_code != 0
    assert not queries.is_late(fresh(case))


def test_an_offer_is_answered_in_the_inbox(school: Flask, desk: Browser) -> None:
    ding, case = desk("ding"), opened()
    for answer in ("refuse", "accept"):
        act(services.offer, "lin", case, to=number("ding"), note=answer)
        page = ding.get("/office/inbox?lang=en").text
        form = re.search(rf'action="/office/cases/{case.id}/{answer}">(.*?)</form>', page, re.S)
        assert form
        assert "Offered to you: " in page
        sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[1]))
        if answer == "refuse":
            assert ding.post(f"/office/cases/{case.id}/refuse", data=sent).status_code == 422
            sent["reason"] = "不归财务"
        done = ding.post(f"/office/cases/{case.id}/{answer}", data=sent)
        assert done.location == "/office/inbox"
        assert "Offered to you: " not in ding.get("/office/inbox?lang=en").text
    assert fresh(case).owner_id == number("ding")


def test_the_navigation_opens_the_group_in_which_one_is(school: Flask, desk: Browser) -> None:
    def links(page: str, below: str) -> list[str]:
        found = re.search(rf'<nav class="office-nav[^"]*" aria-label="{below}">(.*?)</nav>', page, re.S)
        return re.findall(r'aria-current="(\w+)">([^<]+?) ?<', found[1]) if found else []

    lin = desk("lin")
    page = lin.get("/office/cases/?lang=en").text
    assert links(page, "Office") == [("true", "Voices and answers")]
    assert links(page, "Voices and answers") == [("page", "Cases")]
    page = lin.get("/office/inbox?lang=en").text
    assert links(page, "Office") == [("page", "Inbox")]
    assert "office-group" not in page
