"""Statements and decisions: who may, once, and what stays; who sees which names; and what everybody reads."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.accountability import checks, queries, services
from kiosk.accountability.models import Entry
from kiosk.accountability.refusals import (
    Accountable,
    Decided,
    NotAsked,
    NotNamed,
    SaidMeanwhile,
    TooEarly,
)
from kiosk.auth.queries import account
from kiosk.auth.services import add_account
from kiosk.chain.queries import texts_with
from kiosk.chain.services import erase
from kiosk.core.db import session, transaction
from kiosk.core.errors import Invalid
from kiosk.persons.models import Namesake
from kiosk.steps.services import delegate
from tests.accountability.conftest import at, nights, number, only, take
from tests.conftest import PASSWORD, actor, csrf

SAID = "配件缺货，我没有写明。"
WHY = "缺货属实，但没有答复。"


def state(username: str, text: str = SAID) -> None:
    with transaction():
        services.state(by=actor(username), entry=session.query(Entry).one(), text=text)


def decide(username: str, outcome: str = "talk", reason: str = WHY, **more: Any) -> None:
    with transaction():
        entry = session.query(Entry).one()
        services.decide(by=actor(username), entry=entry, outcome=outcome, reason=reason, **more)


def test_the_page_of_a_case_shows_its_entries_and_names_to_those_alone_who_may_read_them(
    entry: Entry, desk: Callable[[str], FlaskClient]
) -> None:
    where, link = "/office/cases/1", f"/office/accountability/{entry.id}"
    with at(11):
        pages = {name: desk(name).get(where).text for name in ("lin", "chen", "admin")}
    cards = {
        name: page.partition('id="entered"')[2].partition("</section>")[0] for name, page in pages.items()
    }
    assert {name: (link in card, "陈" in card) for name, card in cards.items()} == {
        "lin": (True, True),
        "chen": (True, True),
        "admin": (False, False),
    }
    for card in cards.values():
        assert "待情况说明" in card
        assert "食堂管理员" in card


def test_the_named_is_heard_and_one_level_above_decides_once(entry: Entry) -> None:
    with at(11):
        with pytest.raises(TooEarly):
            decide("lin")
        for other in ("lin", "admin", "xu"):
            with pytest.raises(NotNamed):
                state(other)
        state("chen")
        state("chen")
        assert len(only().statements) == 1, "a second click"
        with pytest.raises(SaidMeanwhile):
            decide("lin", seen=0)
        with pytest.raises(Invalid):
            decide("lin", reason="")
        with pytest.raises(Invalid):
            decide("lin", outcome="fired")
        for nobody in ("admin", "xu", "gao", "song"):
            with pytest.raises(NotAsked):
                decide(nobody)
        decide("lin", seen=1)
        decide("lin", seen=1)
        with pytest.raises(Decided):
            decide("lin", outcome="no_fault")
        with pytest.raises(Decided):
            state("chen", "其实我没有错。")
        assert [(one.text, one.statement.person_id) for one in queries.said(only())] == [
            (SAID, number("chen"))
        ]
        (mine,) = queries.of_person(number("chen"))
        assert (mine.outcome, mine.upheld) == ("talk", False)
        assert queries.of_person(number("chen"), date(2026, 3, 6)) == []
        assert list(checks.recount()) == []


def stand_in(absent: str, who: str) -> None:
    """Let somebody sign for somebody absent."""
    first, last = date(2026, 3, 13), date(2026, 3, 30)
    with transaction():
        delegate(by=actor(absent), stand_in=number(who), first=first, last=last, reason="出差")


def test_nobody_decides_about_an_own_entry_by_whatever_door(entry: Entry) -> None:
    with at(11):
        state("chen")
        with transaction():
            person = account("chen").person
            add_account(by=actor("test"), username="chen2", password=PASSWORD, role="head", person=person)
        stand_in("lin", "chen")
        for own in ("chen", "chen2"):
            with pytest.raises(Accountable):
                decide(own)
        stand_in("xu", "gao")
        with pytest.raises(NotAsked):
            decide("gao")
        with transaction():
            session.add(Namesake(person_id=number("chen"), other_id=number("gao")))
        with pytest.raises(Accountable):
            decide("gao")
        assert only().decision is None


def test_the_council_decides_about_the_head_and_others_of_it_about_one_of_it(school: Flask) -> None:
    with at(1):
        take("lin")
        take("xu")
    nights(2, 14)
    found = {entry.named[0].person_id: entry for entry in session.query(Entry)}
    head, council = found[number("lin")], found[number("xu")]
    with at(26), transaction():
        with pytest.raises(Accountable):
            services.decide(by=actor("lin"), entry=head, outcome="no_fault", reason=WHY)
        services.decide(by=actor("xu"), entry=head, outcome="criticism", reason=WHY)
        with pytest.raises(Accountable):
            services.decide(by=actor("xu"), entry=council, outcome="no_fault", reason=WHY)
        with pytest.raises(NotAsked):
            services.decide(by=actor("lin"), entry=council, outcome="no_fault", reason=WHY)
        services.decide(by=actor("song"), entry=council, outcome="appraisal", reason=WHY)
    assert [one.upheld for one in queries.of_person(number("xu"))] == [True]


def test_a_stand_in_decides_on_behalf_and_an_erased_text_is_no_difference(entry: Entry) -> None:
    with at(11):
        stand_in("lin", "gao")
    with at(12):
        state("chen")
        decide("gao")
        made = only().decision
        assert made
        assert (made.person_id, made.absent_id) == (number("gao"), number("lin"))
        with transaction():
            erase(by=actor("lin"), texts=texts_with(SAID, whole=True), reason="含个人信息")
        assert list(checks.recount()) == []


def test_names_are_for_a_few_and_counts_for_everybody(
    entry: Entry, desk: Callable[[str], FlaskClient], school: Flask
) -> None:
    with at(11):
        for username, status in {
            "chen": 200,
            "lin": 200,
            "xu": 200,
            "song": 200,
            "admin": 403,
            "wu": 403,
        }.items():
            browser = desk(username)
            assert browser.get("/office/accountability/1").status_code == status, username
            listed = browser.get("/office/accountability/").text
            assert ("/office/accountability/1" in listed) is (status == 200), username
        visitor = school.test_client()
        page, data = visitor.get("/accountability/").text, visitor.get("/data/accountability.json").json
        assert "食堂管理员" in page
        assert "陈" not in page
        assert data
        assert data["accountability"] == [{"term": "春", "post": "食堂管理员", "entries": 1, "decided": 0}]
        assert "食堂管理员" in visitor.get("/data/accountability.csv").text


def post(browser: FlaskClient, verb: str, **form: Any) -> Any:
    data = {"csrf_token": csrf(browser, "/office/accountability/"), **form}
    return browser.post(f"/office/accountability/{verb}", data=data)


def test_the_way_in_the_office(entry: Entry, desk: Callable[[str], FlaskClient]) -> None:
    with at(11):
        chen, lin = desk("chen"), desk("lin")
        assert "请作情况说明" in chen.get("/office/inbox").text
        assert "待处理的责任追究" not in lin.get("/office/inbox").text
        empty = post(chen, "1/state", text="")
        assert empty.status_code == 422
        early = post(lin, "1/decide", outcome="talk", reason=WHY, seen=0)
        assert (early.status_code, WHY in early.text) == (409, True)
        assert post(chen, "1/state", text=SAID).status_code == 302
        assert "待处理的责任追究" in lin.get("/office/inbox").text
        assert post(chen, "1/decide", outcome="no_fault", reason="没有过错", seen=1).status_code == 403
        assert (
            post(desk("admin"), "1/decide", outcome="no_fault", reason="没有过错", seen=1).status_code == 403
        )
        missing = post(lin, "1/decide", outcome="talk", reason="", seen=1)
        assert missing.status_code == 422
        unseen = post(lin, "1/decide", outcome="talk", reason=WHY, seen=0)
        assert (unseen.status_code, WHY in unseen.text, SAID in unseen.text) == (409, True, True)
        assert post(lin, "1/decide", outcome="talk", reason=WHY, seen=1).status_code == 302
        assert post(lin, "1/decide", outcome="talk", reason=WHY, seen=1).status_code == 302
        late = post(chen, "1/state", text="其实我没有错。")
        assert (late.status_code, "其实我没有错。" in late.text) == (409, True)
        assert WHY in chen.get("/office/accountability/1").text
        assert "请作情况说明" not in chen.get("/office/inbox").text


def test_the_reminder_stands_in_the_inbox_and_the_clock_asks_once(
    school: Flask, desk: Callable[[str], FlaskClient]
) -> None:
    nights(1, 4)
    with at(4):
        waiting = desk("chen").get("/office/inbox.json").json
        assert waiting
        (mine,) = [one for one in waiting["items"] if one["kind"] == "accountability-late"]
        assert (mine["url"], mine["late"], mine["mine"]) == ("/office/cases/1", True, True)
    nights(300, 300)
    with at(300):
        admin = desk("admin")
        assert "这些日子是真实的吗" in admin.get("/office/inbox").text
        assert post(desk("wu"), "clock/1").status_code == 403
        assert post(admin, "clock/1").status_code == 302
        assert post(admin, "clock/1").status_code == 302
        assert post(desk("lin"), "clock/1").status_code == 409
        assert "这些日子是真实的吗" not in admin.get("/office/inbox").text


def test_the_command_line_says_which_entries_a_case_has(entry: Entry, kiosk: Any) -> None:
    with at(11):
        (told,) = json.loads(kiosk("case", "list", "--json").output)
        assert told["accountability"] == [1]
