"""A counter's sentence of the week: who says it, where it stands, how it ends, and what the record keeps."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError

from kiosk.auth.queries import account
from kiosk.auth.services import add_account, change_account
from kiosk.chain import services as chain
from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import texts_with
from kiosk.core import clock
from kiosk.core.actor import Actor, Place
from kiosk.core.db import session, transaction
from kiosk.counters.queries import poster_token
from kiosk.ratings import queries, services
from kiosk.ratings.models import CounterSentence
from kiosk.school import queries as school
from kiosk.staff import services as staff
from kiosk.staff.models import Post
from kiosk.staff.queries import first_day, school_year
from tests.conftest import LUNCH, PASSWORD, actor, counter, csrf, sign_in, tamper

Browser = Callable[[str], FlaskClient]
PAGE = "/office/ratings/counters/c1"
FORM = f"{PAGE}/sentence"
WORDS = "这周起面条现点现煮，请多等一分钟。"


@pytest.fixture
def held(app: Flask, at_lunch: object) -> Iterator[Flask]:
    """Wang, who serves, holds the post responsible for c1; nobody holds that of c2."""
    with app.app_context():
        with transaction():
            day = school.today()
            team = staff.add_team(by=actor("test"), year=school_year(day), name="第一食堂组")
            post = staff.add_post(by=actor("test"), team=team, name="面食窗口", duties=["热情"])
            wang = add_account(
                by=actor("test"),
                username="wang",
                password=PASSWORD,
                role="counter_staff",
                at=Place("k1", "c1"),
                name="王小面",
            )
            since = first_day(school_year(day))
            staff.appoint(by=actor("test"), post=post, person=wang.person, since=since)
            counter("c1").post_id = post.id
        yield app
        session.remove()


def say(who: str | Actor, text: str, code: str = "c1") -> None:
    by = actor(who) if isinstance(who, str) else who
    with transaction():
        services.say(by=by, counter=counter(code), text=text)


def said(code: str = "c1") -> str | None:
    session.rollback()  # what was read before belongs to an older moment
    found = queries.sentence(counter(code), school.today())
    return found.text if found else None


def send(browser: FlaskClient, address: str, **fields: str) -> tuple[int, str]:
    fields["csrf_token"] = csrf(browser, PAGE)
    answer = browser.post(address, data=fields, follow_redirects=True)
    return answer.status_code, answer.text


def test_the_holder_says_it_and_everybody_reads_it_with_the_post_and_no_name(
    held: Flask, client: FlaskClient
) -> None:
    wang = sign_in(held.test_client(), "wang")
    for address in ("/", "/c/c1"):
        assert "窗口的话" not in client.get(address).text, "empty by default"
    assert "本周还没有公布" in wang.get(PAGE).text
    status, page = send(wang, FORM, text=f"  {WORDS} ")
    assert (status, said()) == (200, WORDS)
    assert "已公布" in page
    scanned = client.get(f"/q/c1?p={poster_token(counter())}")
    phone = client.post(scanned.headers["Location"], data={"level": "4"}, follow_redirects=True).text
    for shown in (client.get("/").text, client.get("/c/c1").text, phone):
        assert WORDS in shown
        assert "窗口的话 · 面食窗口 · 3月4日" in shown
        assert "王小面" not in shown
    assert WORDS not in client.get("/c/c2").text


def test_nobody_else_speaks_for_a_counter_whatever_address_is_tried(held: Flask, signed_in: Browser) -> None:
    say("wang", WORDS)
    wang = sign_in(held.test_client(), "wang")
    for who in ("lin", "chen", "wu", "admin"):
        browser = signed_in(who)
        assert 'name="text"' not in browser.get(FORM).text
        assert send(browser, FORM, text="别人写的")[0] == 403
        assert send(browser, f"{FORM}/take-back")[0] == 403
        assert FORM not in browser.get(PAGE).text, "no form is offered"
    for code in ("c2", "c2/../c2"):
        assert send(wang, f"/office/ratings/counters/{code}/sentence", text="别人的窗口")[0] in (403, 404)
        assert send(wang, f"/office/ratings/counters/{code}/sentence/take-back")[0] in (403, 404)
    assert send(wang, "/office/ratings/counters/nowhere/sentence", text="没有")[0] == 404
    assert (said(), said("c2")) == (WORDS, None)
    with pytest.raises(services.SpeaksForAnother):
        say(Actor("command line"), "没有人说的")


def test_the_head_speaks_while_nobody_holds_the_post(held: Flask, client: FlaskClient) -> None:
    with pytest.raises(services.SpeaksForAnother):
        say("chen", "不是我的窗口", "c2")
    say("lin", "下周一开始供应小份菜。", "c2")
    assert "窗口的话 · 总务主任 · 3月4日" in client.get("/c/c2").text


def test_a_post_whose_holder_cannot_sign_in_is_spoken_for(held: Flask, client: FlaskClient) -> None:
    """The stand-in does it, and without one who can, the head; everybody reads who did."""
    with transaction():
        change_account(by=actor("lin"), account=account("wang"), name="王小面", active=False)
    with pytest.raises(services.SpeaksForAnother):
        say("chen", "不是我的窗口")
    lin = sign_in(held.test_client(), "lin")
    assert send(lin, FORM, text=WORDS)[0] == 200
    assert "面食窗口（总务主任代发） · 3月4日" in client.get("/c/c1").text
    with transaction():
        post = session.get_one(Post, counter("c1").post_id)
        staff.change_post(
            by=actor("lin"),
            post=post,
            name=post.name,
            duties=post.duties,
            daily=post.daily,
            stand_in=account("chen").person,
            reason="替班",
        )
    assert send(lin, FORM, text="主任再说")[0] == 403
    say("chen", "小份也能点。")
    assert "面食窗口（替岗人代发） · 3月4日" in client.get("/").text
    assert [str(one) for one in queries.recount_sentences()] == []


def test_what_could_lead_to_a_person_is_masked_and_shown_before_it_is_stored(held: Flask) -> None:
    wang = sign_in(held.test_client(), "wang")
    status, page = send(wang, FORM, text="有事加微信：noodle2026，电话13812345678")
    assert (status, said()) == (422, None)
    assert 'value="有事加微信：＊＊＊，电话＊＊＊"' in page
    assert "请核对后再提交一次" in page
    assert send(wang, FORM, text="有事加微信：＊＊＊，电话＊＊＊")[0] == 200
    assert said() == "有事加微信：＊＊＊，电话＊＊＊"
    for wrong in ("", "  ", "面" * 81):
        status, page = send(wang, FORM, text=wrong)
        assert (status, wrong.strip() in page) == (422, True)
    assert said() == "有事加微信：＊＊＊，电话＊＊＊", "what is refused changes nothing"
    assert send(wang, FORM, text="面" * 80)[0] == 200


def test_another_sentence_takes_its_place_with_a_trace_and_the_same_again_leaves_none(held: Flask) -> None:
    for text in (WORDS, WORDS, "改成了小份也能点。"):
        say("wang", text)
    assert said() == "改成了小份也能点。"
    first, second = session.query(ChainEntry).filter_by(action="sentence.said").order_by(ChainEntry.seq)
    assert f'"before":{{"entry":{first.seq}}}' in second.body
    assert first.subject == "counter:c1"
    assert WORDS not in first.body, "words stand beside the record, where they can be erased"


def test_it_is_taken_back_once_and_can_be_said_again(held: Flask, client: FlaskClient) -> None:
    say("wang", WORDS)
    wang = sign_in(held.test_client(), "wang")
    for _press in range(2):
        assert send(wang, f"{FORM}/take-back")[0] == 200
    assert said() is None
    assert WORDS not in client.get("/").text + client.get("/c/c1").text
    assert session.query(ChainEntry).filter_by(action="sentence.taken_back").count() == 1
    say("wang", WORDS)
    assert said() == WORDS
    assert list(queries.recount_sentences()) == []


def test_it_ends_with_sunday_by_the_schools_clock_and_is_offered_as_a_start(
    held: Flask, client: FlaskClient
) -> None:
    say("wang", WORDS)
    wang = sign_in(held.test_client(), "wang")
    sunday = LUNCH + timedelta(days=4, hours=11, minutes=54)  # 23:59 in Shanghai
    with clock.moved_to(sunday):
        assert said() == WORDS
        assert WORDS in client.get("/c/c1").text
    monday = sunday + timedelta(minutes=1)
    with clock.moved_to(monday):
        wang = sign_in(held.test_client(), "wang")
        assert said() is None
        assert WORDS not in client.get("/").text + client.get("/c/c1").text
        page = wang.get(PAGE).text
        assert f'value="{WORDS}"' in page
        assert "上周的话已放进输入框" in page
        assert send(wang, FORM, text=WORDS)[0] == 200
        assert said() == WORDS
    with clock.moved_to(monday + timedelta(days=14)):
        assert WORDS not in sign_in(held.test_client(), "wang").get(PAGE).text, "older weeks are not offered"


def test_what_is_erased_is_shown_nowhere(held: Flask, client: FlaskClient) -> None:
    say("wang", WORDS)
    with transaction():
        chain.erase(by=actor("admin"), texts=texts_with(WORDS), reason="本人要求")
    assert said() is None
    assert "窗口的话" not in client.get("/c/c1").text
    assert list(queries.recount_sentences()) == []


def test_no_row_changes_and_the_recount_finds_what_was_changed_behind_it(held: Flask) -> None:
    say("wang", WORDS)
    for change in (lambda row: setattr(row, "says", False), session.delete):
        with pytest.raises(DBAPIError, match="never changes"), transaction():
            change(session.query(CounterSentence).one())
        session.rollback()
    tamper("UPDATE counter_sentence SET week = '2026-02-23'")
    assert [one.kind for one in queries.recount_sentences()] == ["sentence"]
    tamper("DELETE FROM counter_sentence")
    (gone,) = queries.recount_sentences()
    assert gone.problem == "missing"
