"""When the clock of a case stands still, who counts as told, and what stays when it is opened again."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.cases import queries, recount, services
from kiosk.cases.models import Case
from kiosk.cases.rounds import hang
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, Invalid
from kiosk.school.services import change_settings
from tests.cases.conftest import act, day, fresh, number, opened, post
from tests.cases.test_asking import WORDS, handed_in, text_of
from tests.conftest import actor

Browser = Callable[[str], FlaskClient]
ANSWER = {"text": "已经换了电饭锅，请再尝一尝。", "outcome": "mended"}
ASKED = {"text": "请问是哪一个窗口？"}


def taken_down(by: str = "lin", **more: str) -> Case:
    """A complaint that somebody was told at a desk."""
    given = {"kind": "complaint", "subject": "counter:c1", "text": "米饭有点硬", **more}
    with transaction():
        return services.take_down(by=actor(by), **given)


def joined(school: Flask) -> list[services.Asked]:
    """A case into which a second and a third asker were put, each with the own address."""
    with transaction():
        change_settings(by=actor("test"), cases_alike=1)
    with transaction():
        words = ("米饭太硬", "米饭没熟", "米饭夹生")
        return [services.ask(sent=one, kind="complaint", subject="counter:c1", text=one) for one in words]


def verbs(case: Case) -> list[str]:
    return [step.verb for step in fresh(case).steps]


def test_the_clock_stands_still_for_five_school_days_at_most(school: Flask) -> None:
    case = act(services.wait, "lin", taken_down(), **ASKED)
    assert (case.waits, case.due_on) == (True, date(2026, 3, 24)), "Wednesday was a holiday"
    with clock.moved_to(day(7)):
        assert fresh(case).waits
        page = text_of(school.test_client().get(f"/cases/{case.id}").text)
        for words in ("最迟到3月10日", "最多 5 个上学日", "3月24日"):
            assert words in page, words
    with clock.moved_to(day(9)):
        assert not fresh(case).waits
        with pytest.raises(Conflict):
            act(services.resume, "lin", case)
    with clock.moved_to(day(23)):
        assert queries.is_late(fresh(case))
    assert list(recount.recount()) == []


def test_a_reply_lets_the_clock_go_on_at_once(school: Flask) -> None:
    phone = school.test_client()
    case, address = handed_in(phone)
    act(services.wait, "lin", case, **ASKED)
    for words in ("3月10日", "请问是哪一个窗口？"):
        assert words in text_of(phone.get(address).text), words
    with clock.moved_to(day(3)):
        assert phone.post(f"{address}/add", data={"text": "二号窗口"}).status_code == 303
        assert (fresh(case).waits, fresh(case).due_on) == (False, date(2026, 3, 19))
        with pytest.raises(Conflict):
            act(services.wait, "lin", case, text="再请问是哪一天？")
    assert list(recount.recount()) == []


def test_nobody_is_waited_for_who_cannot_reply_and_never_for_safety_or_when_late(
    school: Flask, desk: Browser
) -> None:
    grave = taken_down(text="饭里有异物")
    for case in (opened(), opened(voices=["rating:1"]), grave):
        with pytest.raises(Conflict):
            act(services.wait, "lin", case, **ASKED)
        assert "/wait" not in desk("lin").get(f"/office/cases/{case.id}").text
    late = taken_down()
    with clock.moved_to(day(7)), pytest.raises(Conflict):
        act(services.wait, "lin", late, **ASKED)


def test_food_safety_waits_for_nobody(school: Flask) -> None:
    case = act(services.wait, "lin", taken_down(), **ASKED)
    case = act(services.classify, "lin", case, severity="safety", text="说到吃了肚子疼。")
    assert (case.waits, case.due_on) == (False, date(2026, 3, 5))


def test_the_owner_cannot_tell_whoever_has_an_address(school: Flask, desk: Browser) -> None:
    case, _address = handed_in(school.test_client())
    case = act(services.answer, "lin", case, **ANSWER)
    assert post(desk("lin"), case, "tell", reason="贴在食堂门口了").status_code == 409
    assert "/tell" not in desk("lin").get(f"/office/cases/{case.id}").text
    rated = act(services.answer, "lin", opened(voices=["rating:1"]), **ANSWER)
    assert post(desk("lin"), rated, "tell", reason="贴在食堂门口了").status_code == 409
    said = act(services.answer, "lin", taken_down(), **ANSWER)
    assert post(desk("lin"), said, "tell", reason=" 。").status_code == 422
    assert post(desk("lin"), said, "tell", reason="电话").status_code == 302
    assert [fresh(one).state for one in (case, rated, said)] == ["answered", "answered", "told"]


def test_one_askers_opening_tells_nobody_else(school: Flask) -> None:
    first, second, third = joined(school)
    case = act(services.answer, "lin", first.case, **ANSWER)
    phone = school.test_client()
    pages = [f"/cases/mine/{one.key}" for one in (first, second, third)]
    phone.post(f"{pages[1]}/open")
    assert fresh(case).state == "answered"
    assert "现在好些了吗" in phone.get(pages[1]).text
    with clock.moved_to(day(6)):
        for page in (pages[0], pages[2]):
            assert ANSWER["text"] not in phone.get(page).text
            assert phone.post(f"{page}/worse").status_code == 409
            phone.post(f"{page}/open")
        assert fresh(case).state == "told", "now everybody has opened it"
    with clock.moved_to(day(8)):
        assert phone.post(f"{pages[1]}/worse").status_code == 409, "seven days after the own opening"
        assert phone.post(f"{pages[2]}/worse", data={"text": "还是硬的"}).status_code == 303
    assert fresh(case).state == "work"
    assert list(recount.recount()) == []


def test_what_hung_tells_everybody_and_the_own_week_begins_then(school: Flask) -> None:
    phone = school.test_client()
    case, address = handed_in(phone)
    act(services.release, "lin", case, text=WORDS)
    act(services.answer, "lin", case, **ANSWER)
    with clock.moved_to(day(5)):
        assert hang() is True
    with clock.moved_to(day(11)):
        assert ANSWER["text"] in phone.get(address).text
        assert phone.post(f"{address}/worse").status_code == 303
    assert fresh(case).state == "work"


def test_the_owner_reopens_and_the_askers_chance_is_the_askers(school: Flask) -> None:
    phone = school.test_client()
    case, address = handed_in(phone)
    act(services.answer, "lin", case, **ANSWER)
    act(services.reopen, "lin", case, reason="锅又坏了，还没修好")
    act(services.answer, "lin", case, text="新的锅已经到了。", outcome="mended")
    phone.post(f"{address}/open")
    assert "选“没有好转”会重新办理" in text_of(phone.get(address).text)
    assert phone.post(f"{address}/worse", data={"text": "还是硬的"}).status_code == 303
    assert (fresh(case).state, fresh(case).due_on) == ("work", date(2026, 3, 17))
    act(services.answer, "lin", case, text="又换了一口锅。", outcome="mended")
    with pytest.raises(services.WrongState):
        act(services.reopen, "lin", case, reason="还是没有修好")
    assert list(recount.recount()) == []


def test_lateness_that_was_reached_stays_when_it_is_opened_again(school: Flask, desk: Browser) -> None:
    case = taken_down()
    with clock.moved_to(day(20)):
        act(services.answer, "lin", case, **ANSWER)
        act(services.reopen, "lin", case, reason="锅又坏了，还没修好")
        act(services.answer, "lin", case, text="新的锅已经到了。", outcome="mended")
        for page in (
            school.test_client().get(f"/cases/{case.id}").text,
            desk("lin").get(f"/office/cases/{case.id}").text,
        ):
            for words in ("上一次应于3月17日", "实际于3月22日", "逾期答复"):
                assert words in text_of(page), words
        (one,) = queries.figures().values()
        assert one.shares["in_time"] == queries.Share(0, 1)
    (row,) = school.test_client().get("/data/cases.json?from=2026-03-01&to=2026-03-31").json["cases"]
    assert row["was_late"] is True


def test_an_answer_says_something(school: Flask, desk: Browser) -> None:
    case = act(services.acknowledge, "lin", opened())
    for empty in (".", "。。。。。。", "好的", "1234 5678"):
        for verb, more in (
            (services.answer, {"outcome": "mended"}),
            (services.reply, {}),
            (services.plan, {"day": date(2026, 3, 9)}),
            (services.classify, {"severity": "simple"}),
        ):
            with pytest.raises(Invalid):
                act(verb, "lin", case, text=empty, **more)
    answer = post(desk("lin"), case, "answer", text="……", outcome="mended")
    assert (answer.status_code, "请至少写 4 个字" in text_of(answer.text)) == (422, True)
    case = act(services.answer, "lin", case, **ANSWER)
    for empty in (".", "不行"):
        with pytest.raises(Invalid):
            act(services.correct, "lin", case, text=empty)
        with pytest.raises(Invalid):
            act(services.reopen, "lin", case, reason=empty)


def test_no_outcome_is_chosen_before_somebody_chooses(school: Flask, desk: Browser) -> None:
    case = act(services.acknowledge, "lin", opened())
    for who, verb in (("lin", "answer"), ("xu", "decide")):
        page = desk(who).get(f"/office/cases/{case.id}").text
        assert re.search(rf'<select[^>]*id="{verb}-outcome"[^>]*><option value="">', page)
    assert "下一步：认定" not in desk("xu").get(f"/office/cases/{case.id}").text, (
        "nobody is asked to dismiss it"
    )
    page = desk("lin").get("/office/cases/new").text
    assert re.search(r'<select[^>]*id="subject"[^>]*><option value="">', page), "nor is anybody accused"
    answer = post(desk("xu"), case, "decide", text="查过了，没有此事。", outcome="")
    assert (answer.status_code, "查过了，没有此事。" in answer.text) == (422, True)


def test_only_the_two_clicks_commend_and_nobody_praised_decides(school: Flask, desk: Browser) -> None:
    with transaction():
        case = services.open_case(
            by=actor("kiosk"), kind="praise", subject="counter:c1", text="阿姨送还饭卡", owner=number("he")
        )
    for who in ("he", "lin"):
        for verb in ("answer", "close"):
            sent = post(desk(who), case, verb, text="谢谢您的表扬。", outcome="commended")
            assert sent.status_code in (403, 422), (who, verb)
    with pytest.raises(services.Involved):
        act(services.answer, "he", case, text="这是应该做的。", outcome="explained")
    assert fresh(case).is_open


@pytest.mark.parametrize(
    ("verb", "typed"),
    [
        ("answer", {"text": "已经换了电饭锅。", "outcome": "mended"}),
        ("reply", {"text": "正在与厨师找原因。"}),
        ("plan", {"text": "下星期换电饭锅。", "date": "2026-03-09"}),
        ("classify", {"text": "要请厂家来修才行。", "severity": "complex"}),
        ("offer", {"to": "chen", "reason": "请食堂的同事看一下"}),
    ],
)
def test_what_was_typed_stays_when_somebody_was_faster(
    school: Flask, desk: Browser, verb: str, typed: dict[str, str]
) -> None:
    case, lin = act(services.acknowledge, "lin", opened()), desk("lin")
    seen = str(case.revision)
    act(services.reply, "lin", case, text="同事先写了一句话")
    refused = post(lin, case, verb, revision=seen, **typed)
    page = text_of(refused.text)
    assert refused.status_code == 409
    assert typed.get("text", typed.get("reason", "")) in page
    assert page.count("同事先写了一句话") == 2, "beside the form, and in the history"
    now = str(fresh(case).revision)
    assert re.search(rf'<input[^>]*id="{verb}-revision"[^>]*value="{now}"', refused.text)
    assert post(lin, case, verb, revision=now, **typed).status_code == 302


def test_what_no_longer_fits_keeps_what_was_typed_too(school: Flask, desk: Browser) -> None:
    case = act(services.answer, "lin", opened(), **ANSWER)
    refused = post(desk("lin"), case, "answer", text="我也写了一个答复。", outcome="explained", revision="1")
    assert (refused.status_code, "我也写了一个答复。" in refused.text) == (409, True)


def test_a_note_or_what_the_asker_adds_makes_no_answer_stale(school: Flask) -> None:
    phone = school.test_client()
    case, address = handed_in(phone)
    seen = fresh(case).revision
    act(services.note, "xu", case, text="校委会也关注")
    phone.post(f"{address}/add", data={"text": "是二号窗口"})
    assert act(services.answer, "lin", case, seen=seen, **ANSWER).state == "answered"
    session.rollback()
