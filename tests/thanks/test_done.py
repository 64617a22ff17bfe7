"""You said, we did: what was put right within thirty days, in released words, and who agreed to be named."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from kiosk.auth.queries import account
from kiosk.cases import services as casework
from kiosk.cases.models import EXPLAINED, MENDED, PLANNED, Case
from kiosk.cases.queries import receipt
from kiosk.cases.services.asking import judge, open_answer
from kiosk.chain import queries as chain
from kiosk.chain.services import erase
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.security import fingerprint
from kiosk.counters.services import open_enrolment
from kiosk.staff.services import agree_to_be_named, save_person, withdraw_naming
from kiosk.thanks import queries
from tests.cases.conftest import act, day, opened
from tests.conftest import actor, add_staff, counter, csrf

RAW = "三班的小明说米饭太硬，咬不动"
ASKED = "三班的＊＊＊说米饭太硬，咬不动"
DONE = "蒸饭时间加了十分钟，今天试吃合格。"


def text_of(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def ended(outcome: str = MENDED, *, asked: str = ASKED, **more: Any) -> Case:
    """A case that was answered, released, told and closed on that Monday."""
    case = opened(text=asked if asked and asked != ASKED else RAW, **more)
    planned = {"day": clock.now().date() + timedelta(days=3)} if outcome == PLANNED else {}
    act(casework.answer, "lin", case, text=DONE, outcome=outcome, **planned)
    if asked:
        act(casework.release, "lin", case, text=asked)
    if "key_hash" in more:
        with transaction():
            open_answer(receipt("a key"))
    else:
        act(casework.tell, "lin", case, note="当面")
    return act(casework.close, "lin", case, **planned)


def test_what_was_put_right_is_told_everywhere_in_released_words(house: Flask, client: FlaskClient) -> None:
    empty = text_of(client.get("/done/").text)
    assert "近 30 天还没有提出后已经解决并办结的事项。" in empty
    assert "你说我做" not in client.get("/").text
    case = ended()
    for address in ("/done/", "/", "/done/poster", "/done/poster?size=a4"):
        page = client.get(address).text
        told = text_of(page)
        for words in (ASKED, DONE, f"编号{case.id}", "总务主任", "3月2日"):
            assert words in told, address
        for hidden in ("小明", "林"):
            assert hidden not in told, address
    for size in ("a3", "a4"):
        assert re.search(r"存证 第 \d+ 号", text_of(client.get(f"/done/poster?size={size}").text))


def test_only_what_ended_well_lately_and_was_released(house: Flask) -> None:
    ended(EXPLAINED)
    ended(asked="")
    case = ended()
    act(casework.answer, "lin", opened(), text=DONE, outcome=MENDED)  # not closed yet
    assert [one.number for one in queries.done()] == [case.id]
    with clock.moved_to(day(30)):
        assert [one.number for one in queries.done()] == [case.id]
    with clock.moved_to(day(30) + timedelta(minutes=1)):
        assert queries.done() == []


def test_a_plan_counts_once_its_asker_says_that_it_is_better(house: Flask) -> None:
    case = ended(PLANNED, key_hash=fingerprint("a key"))
    assert queries.done() == []
    with clock.moved_to(day(4)):
        with transaction():
            judge(receipt("a key"), better=True)
        assert [(one.number, one.day) for one in queries.done()] == [(case.id, day(4).date())]


def test_erased_words_are_told_no_longer(house: Flask) -> None:
    ended()
    with transaction():
        erase(by=actor("test"), texts=chain.texts_with(ASKED), reason="本人要求")
    assert queries.done() == []


def test_who_mended_is_named_only_while_agreeing(house: Flask, desk: Any) -> None:
    ended()
    lin = desk("lin")
    number = account("lin").person.number
    assert queries.done()[0].name == ""
    token = csrf(lin, f"/office/staff/{number}")
    refused = lin.post(f"/office/staff/{number}/naming", data={"csrf_token": token})
    assert refused.status_code == 422
    assert queries.done()[0].name == ""
    lin.post(f"/office/staff/{number}/naming", data={"csrf_token": token, "agreed": "y"})
    session.rollback()
    assert queries.done()[0].name == "林"
    assert "总务主任 林" in text_of(house.test_client().get("/done/poster").text)
    lin.post(f"/office/staff/{number}/naming/withdraw", data={"csrf_token": token})
    session.rollback()
    assert queries.done()[0].name == ""


def test_who_left_is_named_no_longer(house: Flask) -> None:
    from kiosk.staff.queries import named

    with transaction():
        person = add_staff("打饭员甲", "07")
        agree_to_be_named(by=actor("test"), person=person)
        assert agree_to_be_named(by=actor("test"), person=person)  # twice is the same
    assert named([person.id, 10**6]) == {person.id: "打饭员甲"}
    with transaction():
        save_person(by=actor("test"), person=session.merge(person), name="打饭员甲", badge="07", active=False)
    assert named([person.id]) == {}
    with transaction():
        assert withdraw_naming(by=actor("test"), person=session.merge(person)) is False


def test_the_tablet_tells_what_is_nearest_and_says_nothing_without(house: Flask) -> None:
    tablet = house.test_client()
    with transaction():
        code = open_enrolment(by=actor("test"), counter=counter())
    key = tablet.post("/api/tablets", json={"code": code}).json["key"]
    headers = {"Authorization": f"Device {key}"}

    def told() -> str:
        return str(tablet.get("/c/c1/state.json", headers=headers).json["told"])

    before = told()
    page = tablet.get("/c/c1").text
    assert 'id="attract"' in page
    assert "t-told" not in page
    ended(subject="school:all", asked="校门口积水，能不能修一下？")
    ended(asked=ASKED)
    ended(subject="school:all", asked="校门口的灯坏了，能不能修一下？")
    page = tablet.get("/c/c1").text
    assert ASKED in page
    assert "积水" not in page
    assert "校门口的灯" not in page
    assert told() != before
    english = tablet.get("/c/c1/state.json?lang=en", headers={**headers, "Accept-Language": "en"}).json[
        "told"
    ]
    assert english == told(), "or a tablet in English would load its page again and again"


def test_what_is_off_leaves_nothing(school: Flask, client: FlaskClient) -> None:
    ended()
    assert client.get("/done/").status_code == 404
    assert ASKED not in client.get("/").text
