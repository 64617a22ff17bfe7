"""Questions on posted lines: asked once, answered by the owner in public, twenty at a time."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from kiosk.accountability.models import Jump
from kiosk.accountability.rounds import keep_time
from kiosk.accountability.services import confirm
from kiosk.cases import services as cases
from kiosk.cases.models import Case
from kiosk.chain import queries as chain
from kiosk.chain import services as record
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.web import KioskApp
from kiosk.messages.models import Message
from kiosk.postings import queries, questions_recount, rounds, services
from kiosk.postings.kinds.notice import NOTICE
from kiosk.postings.models import Posting, QuestionAsker, QuestionWindow
from kiosk.school.services import change_settings, save_term, switch
from tests.attic.fees import FEES
from tests.conftest import actor, tamper
from tests.postings.conftest import SignIn
from tests.postings.test_kinds import posted

WEEK = timedelta(days=7)


@pytest.fixture
def asking(inside: KioskApp) -> KioskApp:
    """The house, in which everybody may ask."""
    with transaction():
        for name in ("cases", "questions"):
            switch(by=actor("lin"), name=name, on=True)
        today = clock.now().date()
        save_term(by=actor("lin"), name="春", starts=today - 4 * WEEK, ends=today + 12 * WEEK)
    return inside


@pytest.fixture
def fees(asking: KioskApp) -> Posting:
    """A posting with two lines, 甲 and 乙."""
    return posted(FEES)


def token(browser: FlaskClient, number: int) -> dict[str, str]:
    page = browser.get(f"/postings/{number}").text
    return {
        name: found[1]
        for name in ("csrf_token", "sent")
        if (found := re.search(rf'name="{name}"[^>]*value="([^"]+)"', page))
    }


def send(browser: FlaskClient, number: int, row: object = 1, words: str = "为什么涨价？", **more: str) -> Any:
    data = {**token(browser, number), "row": row, "text": words, **more}
    return browser.post(f"/postings/{number}/questions", data=data)


def answer(case_id: int, by: str = "lin", words: str = "批发价涨了。") -> None:
    with transaction():
        case = session.get_one(Case, case_id)
        cases.answer(by=actor(by), case=case, text=words, outcome="explained")


def shown(number: int) -> queries.Questions:
    session.rollback()
    session.expire_all()
    return queries.questions_on(queries.posted(number))


def test_a_question_stands_under_its_line_and_so_does_the_answer(fees: Posting, asking: KioskApp) -> None:
    browser, number = asking.test_client(), fees.id
    page = browser.get(f"/postings/{number}").text
    assert 'id="row-2"' in page
    assert "?row=2#ask" in page
    sent = send(browser, number, 2)
    assert sent.status_code == 303
    assert re.fullmatch(rf"/postings/{number}/questions/[\w-]{{22}}\?sent=1", sent.location)
    (one,) = shown(number).asked
    assert (one.line, one.question.asker, one.text, one.is_answered) == (2, 1, "为什么涨价？", False)
    assert one.due is not None
    page = browser.get(f"/postings/{number}").text
    assert 'href="#questions-2"' in page
    assert "为什么涨价？" in page
    answer(one.case.id)
    page = browser.get(f"/postings/{number}").text
    assert "批发价涨了。" in page
    receipt = browser.get(sent.location).location
    browser.post(f"{receipt.partition('?')[0]}/open")
    assert "批发价涨了。" in browser.get(receipt, follow_redirects=True).text
    told = browser.get(f"/postings/{number}", headers={"Accept": "application/json"}).json
    (asked,) = told["questions"]
    assert (asked["row"], asked["answered"], asked["said"][0]["text"]) == (2, True, "批发价涨了。")
    assert "asked-mark" not in browser.get(f"/postings/{number}/poster").text
    assert "poster-asked" in browser.get(f"/postings/{number}/poster").text


def test_only_the_owner_answers_and_corrections_follow(fees: Posting, asking: KioskApp, of: SignIn) -> None:
    send(asking.test_client(), fees.id)
    (one,) = shown(fees.id).asked
    links = [f"/{where}/{one.case.id}" for where in ("office/cases", "cases")]
    pages = [of(name).get(f"/office/postings/{fees.id}").text for name in ("lin", "wu")]
    for link, page in zip(links, pages, strict=True):
        assert (f'"{link}"' in page, "前答复" in page) == (True, True)
    with pytest.raises(cases.NotYours):
        answer(one.case.id, by="zhou")
    answer(one.case.id)
    assert links[0] not in of("lin").get(f"/office/postings/{fees.id}").text
    with transaction():
        case = session.get_one(Case, one.case.id)
        cases.correct(by=actor("lin"), case=case, text="更正：批发价没有涨。")
    (one,) = shown(fees.id).asked
    assert [verb for verb, _day, _text in one.answers] == ["answer", "correct"]
    page = of("lin").get(f"/office/cases/{one.case.id}").text
    assert "甲" in page
    assert f"/postings/{fees.id}#row-1" in page


def test_an_answer_that_was_not_sufficient_says_so_and_until_when_a_new_one_is_due(
    fees: Posting, asking: KioskApp
) -> None:
    browser = asking.test_client()
    send(browser, fees.id)
    (one,) = shown(fees.id).asked
    answer(one.case.id)
    with transaction():
        case = session.get_one(Case, one.case.id)
        cases.reopen(by=actor("lin"), case=case, reason="没有说明涨了多少")
    (one,) = shown(fees.id).asked
    assert ([said.text for said in one.before], one.answers) == (["批发价涨了。"], ())
    page = browser.get(f"/postings/{fees.id}", query_string={"lang": "en"}).text
    for words in ("批发价涨了。", "was found not sufficient", "a new answer is due", "due by"):
        assert words in page, words
    assert "no answer yet" not in page
    answer(one.case.id, words="每斤涨了两毛钱。")
    told = browser.get(f"/postings/{fees.id}", headers={"Accept": "application/json"}).json["questions"][0]
    assert [said["text"] for said in told["said"]] == ["批发价涨了。", "每斤涨了两毛钱。"]


def test_a_browser_has_one_number_on_a_posting_and_another_key_on_the_next(
    fees: Posting, asking: KioskApp
) -> None:
    first, other, notice = asking.test_client(), asking.test_client(), posted(NOTICE)
    send(first, fees.id, 1, "一问")
    send(other, fees.id, 1, "二问")
    send(first, fees.id, 2, "三问")
    send(first, notice.id, 0, "四问")
    assert [one.question.asker for one in shown(fees.id).asked] == [1, 2, 1]
    marks = {one.mark for one in session.scalars(select(QuestionAsker))}
    assert len(marks) == 3
    keys = {one.key for one in session.scalars(select(QuestionWindow))}
    assert len(keys) == 2


def test_a_second_click_asks_once(fees: Posting, asking: KioskApp) -> None:
    fresh = asking.test_client()
    data = {**token(fresh, fees.id), "row": 1, "text": "为什么？"}
    sent = [fresh.post(f"/postings/{fees.id}/questions", data=data) for _ in range(2)]
    fresh.delete_cookie("asker", path="/postings")
    sent.append(fresh.post(f"/postings/{fees.id}/questions", data=data))
    assert len({one.location for one in sent}) == 1
    assert send(fresh, fees.id, 1, "为什么?").location == sent[0].location
    assert len(shown(fees.id).asked) == 1


@pytest.mark.parametrize(
    ("row", "words", "status", "kept"),
    [
        (1, "", 422, ""),
        (1, "？！", 422, "？！"),
        (9, "为什么？", 422, "为什么？"),
        ("x", "为什么？", 422, "为什么？"),
        (1, "我是13812345678的家长", 422, "我是＊＊＊的家长"),
        (1, "长" * 501, 422, "长" * 501),
    ],
)
def test_what_cannot_be_taken_comes_back(
    fees: Posting, asking: KioskApp, row: object, words: str, status: int, kept: str
) -> None:
    answered = send(asking.test_client(), fees.id, row, words)
    assert answered.status_code == status
    assert kept in answered.text
    assert shown(fees.id).asked == []


def test_without_a_token_the_text_comes_back(fees: Posting, asking: KioskApp) -> None:
    answered = send(asking.test_client(), fees.id, words="别丢了我", csrf_token="x")
    assert answered.status_code == 422
    assert "别丢了我" in answered.text
    assert shown(fees.id).asked == []


def test_twenty_are_open_the_rest_wait_and_take_their_turn(fees: Posting, asking: KioskApp) -> None:
    posting = queries.posted(fees.id)
    with transaction():
        for n in range(60):
            services.ask(posted=posting, row=1, text=f"第{n}问", browser=f"b{n}")
        late = services.ask(posted=posting, row=1, text="第 59 问！", browser="other")
    found = shown(fees.id)
    assert (found.open, found.waiting) == (20, 41)
    assert late.question.alike_id is not None
    page = asking.test_client().get(f"/postings/{fees.id}").text
    assert "20" in page
    assert "41" in page
    assert queries.before_in_turn(late.question) == 39
    assert not rounds.look_after()
    answer(found.asked[0].case.id)
    assert rounds.look_after()
    found = shown(fees.id)
    assert (found.open, found.answered, found.waiting) == (20, 1, 40)
    assert found.asked[-1].text == "第20问"


def test_a_word_of_danger_waits_for_no_turn(fees: Posting, asking: KioskApp) -> None:
    posting = queries.posted(fees.id)
    with transaction():
        change_settings(by=actor("lin"), question_most=2)
        for n in range(4):
            services.ask(posted=posting, row=1, text=f"第{n}问", browser=f"b{n}")
        for n in range(3):
            services.ask(posted=posting, row=2, text=f"肉里有异物，第{n}问", browser=f"d{n}")
    found = shown(fees.id)
    assert [one.text for one in found.asked if one.case.severity == "safety"] == [
        "肉里有异物，第0问",
        "肉里有异物，第1问",
    ], "and a script cannot send the head any number"
    assert (found.open, found.waiting) == (4, 3)
    assert session.query(Message).count() == 2
    answer(found.asked[-1].case.id)
    assert not rounds.look_after()


def test_equal_ones_are_answered_together_until_there_is_an_answer(fees: Posting, asking: KioskApp) -> None:
    browsers = [asking.test_client() for _ in range(4)]
    send(browsers[0], fees.id, 1, "为什么涨价？")
    send(browsers[1], fees.id, 1, "为什么 涨价")
    send(browsers[2], fees.id, 2, "为什么涨价？")
    one, other = shown(fees.id).asked
    assert (one.others, one.case.voices, other.others) == (1, 1, 0)
    answer(one.case.id)
    send(browsers[3], fees.id, 1, "为什么涨价？")
    assert len(shown(fees.id).asked) == 3


def test_who_asks_the_same_as_another_reads_it_on_the_receipt(fees: Posting, asking: KioskApp) -> None:
    send(asking.test_client(), fees.id, 1, "为什么涨价？")
    second = asking.test_client()
    page = second.get(send(second, fees.id, 1, "为什么 涨价").location, follow_redirects=True).text
    assert "为什么涨价？" in page.partition('id="wrote"')[2]
    with transaction():
        case = session.get_one(Case, shown(fees.id).asked[0].case.id)
        cases.release(by=actor("lin"), case=case, text="为什么*？")
    assert "涨价" not in second.get(f"/postings/{fees.id}").text, "what is masked later is masked everywhere"


def test_what_was_answered_or_taken_back_can_be_asked_again(fees: Posting, asking: KioskApp) -> None:
    browser = asking.test_client()
    first = send(browser, fees.id, 1, "为什么涨价？")
    browser.post(f"{browser.get(first.location).location.partition('?')[0]}/withdraw")
    second = send(browser, fees.id, 1, "为什么涨价？")
    assert send(browser, fees.id, 1, "为什么涨价？").location == second.location, "a second click"
    gone, one = shown(fees.id).asked
    assert (gone.text, gone.is_taken_back, one.text, one.is_taken_back) == ("", True, "为什么涨价？", False)
    answer(one.case.id)
    third = send(browser, fees.id, 1, "为什么涨价？")
    assert len({first.location, second.location, third.location}) == 3
    assert [found.is_answered for found in shown(fees.id).asked] == [False, True, False]
    assert list(questions_recount.recount()) == []


def test_a_correction_keeps_the_question_on_its_line(fees: Posting, asking: KioskApp) -> None:
    send(asking.test_client(), fees.id, 2)
    with clock.moved_to(clock.now() + timedelta(hours=1)), transaction():
        draft = services.start_correction(by=actor("lin"), posting=session.get_one(Posting, fees.id))
        rows = [{**draft.rows[0], "item": "丙"}, *draft.rows]
        rows[2] = {**rows[2], "amount": "999.00"}
        services.save_draft(
            by=actor("lin"),
            draft=draft,
            revision=draft.revision,
            fields=draft.fields,
            rows=rows,
            reason="漏项",
        )
        services.post(by=actor("lin"), draft=draft, revision=draft.revision)
    (one,) = shown(fees.id).asked
    assert one.line == 3
    page = asking.test_client().get(f"/postings/{fees.id}").text
    assert "1,080.50" in page.partition("question-who")[2]


def test_the_box_closes_with_the_time_and_the_key_dies(fees: Posting, asking: KioskApp) -> None:
    browser = asking.test_client()
    send(browser, fees.id, 1, "还开着吗")
    data = {**token(browser, fees.id), "row": 1, "text": "太晚了吗"}
    window = queries.window(queries.posted(fees.id))
    assert window.until
    days = (window.until - clock.now().date()).days
    with clock.moved_to(clock.now() + timedelta(days=days)):
        assert not rounds.look_after()
        assert send(browser, fees.id, 2, "最后一天").status_code == 303
    with clock.moved_to(clock.now() + timedelta(days=days + 1)):
        refused = browser.post(f"/postings/{fees.id}/questions", data=data)
        assert refused.status_code == 409
        assert "太晚了吗" in refused.text
        assert 'id="ask"' not in browser.get(f"/postings/{fees.id}").text
        assert rounds.look_after()
        assert session.scalar(select(QuestionAsker)) is None
        assert session.scalar(select(QuestionWindow)) is None
        (one, _other) = shown(fees.id).asked
        assert one.is_late
        answer(one.case.id)
        (one, _other) = shown(fees.id).asked
        assert (one.is_answered, one.is_late) == (True, True)


def test_a_clock_that_was_ahead_destroys_no_key(fees: Posting, asking: KioskApp) -> None:
    send(asking.test_client(), fees.id)
    with transaction():
        switch(by=actor("lin"), name="accountability", on=True)
    keep_time()
    with clock.moved_to(clock.now() + timedelta(days=366)):
        assert not rounds.look_after()
        keep_time()
        assert not rounds.look_after()
        with transaction():
            confirm(by=actor("lin"), jump=session.query(Jump).one())
        assert rounds.look_after()


def test_what_is_withdrawn_is_closed_and_keeps_its_questions(fees: Posting, asking: KioskApp) -> None:
    browser = asking.test_client()
    send(browser, fees.id, 1, "这笔是什么")
    data = {**token(browser, fees.id), "row": 1, "text": "还有呢"}
    with transaction():
        services.withdraw(by=actor("lin"), posting=session.get_one(Posting, fees.id), reason="公示有误")
    assert browser.post(f"/postings/{fees.id}/questions", data=data).status_code == 409
    page = browser.get(f"/postings/{fees.id}")
    assert page.status_code == 410
    assert "这笔是什么" in page.text
    assert "1,080.50" not in page.text


def test_where_nobody_may_ask_there_is_no_box(fees: Posting, asking: KioskApp) -> None:
    browser = asking.test_client()
    data = {**token(browser, fees.id), "row": 1, "text": "能问吗"}
    with transaction():
        switch(by=actor("lin"), name="questions", on=False)
    assert 'id="questions"' not in browser.get(f"/postings/{fees.id}").text
    assert browser.post(f"/postings/{fees.id}/questions", data=data).status_code == 404


def test_the_school_says_how_many_days_and_how_many_at_once(fees: Posting) -> None:
    with transaction():
        change_settings(by=actor("lin"), question_days=1, question_answer=2, question_most=1)
        posting = queries.posted(fees.id)
        for words in ("一", "二"):
            services.ask(posted=posting, row=0, text=words, browser=words)
    found = shown(fees.id)
    assert (found.open, found.waiting) == (1, 1)
    assert found.asked[0].case.figures["simple"] == 2


def test_erasing_a_question_erases_it_wherever_it_was_taken_up(fees: Posting, asking: KioskApp) -> None:
    browser = asking.test_client()
    send(browser, fees.id, 1, "某同学的家长想问退费")
    (one,) = shown(fees.id).asked
    with transaction():
        texts = [
            found
            for found in chain.texts_of([one.question.chain_seq])[one.question.chain_seq]
            if found.text == "某同学的家长想问退费"
        ]
        record.erase(by=actor("lin"), texts=texts, reason="涉及个人")
    assert chain.texts_with("某同学的家长想问退费") == []
    assert "某同学" not in browser.get(f"/postings/{fees.id}").text
    assert list(questions_recount.recount()) == []


@pytest.mark.parametrize("column", ["row = 2", "asker = 9", "version = 7", "key_hash = 'x'", "case_id = 99"])
def test_the_recount_notices_an_altered_question(fees: Posting, asking: KioskApp, column: str) -> None:
    send(asking.test_client(), fees.id, 1)
    assert list(questions_recount.recount()) == []
    with pytest.raises(DatabaseError, match="never changes"), transaction():
        session.execute(text(f"UPDATE question SET {column}"))
    if "99" not in column:
        tamper(f"UPDATE question SET {column}")
        (found,) = questions_recount.recount()
        assert found.problem == "altered"


def test_what_is_asked_most_stands_on_the_board(asking: KioskApp, fees: Posting) -> None:
    browser = asking.test_client()
    assert "问得最多" not in browser.get("/").text
    sent = send(browser, fees.id)
    assert sent.status_code < 400, sent.text
    page = browser.get("/").text
    assert "1 个质询" in page[page.index("问得最多") :]
    with transaction():
        services.withdraw(by=actor("lin"), posting=fees, reason="发错了")
    assert "问得最多" not in browser.get("/").text
