"""What a text says of itself and of what was adopted, before it is frozen; how a rule ends."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from kiosk.core.errors import Conflict
from kiosk.rules import queries, services
from kiosk.rules.checks import recount
from kiosk.rules.desk import drafted
from kiosk.rules.models import Rule
from kiosk.rules.refusals import AdoptedInVain
from kiosk.rules.services import Part
from kiosk.school import queries as calendar
from tests.conftest import csrf
from tests.rules.conftest import (
    Desk,
    Moved,
    again,
    answered,
    begun,
    consulted,
    do,
    frozen,
    key,
    said,
)
from tests.rules.test_rules import SIX, confirm, vote


def in_force(rule: Rule, on_day: Moved) -> Rule:
    """The rule, voted and in force on the thirtieth day."""
    consulted(rule)
    on_day(9)
    frozen(rule)
    on_day(14)
    vote(rule, SIX, yes=6)
    confirm(rule, "m2")
    on_day(30)
    return again(rule)


def test_a_rule_is_repealed_by_the_vote_that_made_it(house: Flask, on_day: Moved, desk: Desk) -> None:
    rule = in_force(begun(), on_day)
    since = calendar.today() + timedelta(days=10)
    do(services.repeal, "lin", rule, why="已并入后勤管理办法。", since=since)
    with pytest.raises(Conflict):
        do(services.repeal, "lin", rule, why="再废止一次。", since=since)
    with pytest.raises(Conflict):
        do(services.send_back, "lin", rule, reason="再想想")
    assert "decided about ending this rule" in desk("lin").get(f"/rules/{rule.slug}?lang=en").text
    on_day(35)
    vote(rule, SIX, yes=6)
    confirm(rule, "m2")
    page = house.test_client().get(f"/rules/{rule.slug}?lang=en").text
    assert "in force until the end of the day before" in page
    assert queries.in_force(again(rule), calendar.today())
    on_day(45)
    rule = again(rule)
    assert queries.in_force(rule, calendar.today()) is None
    assert [queries.state(one, calendar.today()) for one in rule.versions[1:]] == ["repealed", "repealed"]
    page = house.test_client().get(f"/rules/{rule.slug}?lang=en").text
    assert "not in force any more since" in page
    assert "已并入后勤管理办法。" in page
    assert "打水须排队" in page, "its text stays to be read"
    assert "repealed" in house.test_client().get("/search?q=打水规程&lang=en").text
    assert house.test_client().get(f"/rules/{rule.slug}/3").status_code == 200
    assert list(recount()) == []
    do(services.revise, "lin", rule)
    assert len(again(rule).draft.items) == 4


def test_what_was_adopted_changes_the_text_or_is_answered_again(house: Flask, on_day: Moved) -> None:
    rule = begun()
    consulted(rule)
    one = said(rule, key(rule, 2), "六点半开门吧")
    answered(rule, one)
    on_day(9)
    with pytest.raises(AdoptedInVain) as told:
        frozen(rule)
    assert "开放时间" in str(told.value)
    answered(rule, one)
    frozen(rule)


def test_references_follow_their_articles_in_one_click(house: Flask, on_day: Moved, desk: Desk) -> None:
    says = "违反第三条的，按第2条处理；《食品安全法》第三条另有规定的除外。"
    parts = [Part("article", "", text) for text in ("总则。", "处理。", "排队。", says)]
    rule = in_force(begun(parts=tuple(parts)), on_day)
    do(services.revise, "lin", rule)
    do(services.add_item, "lin", rule, kind="article", heading="", text="新的一条。", after=key(rule, 1))
    found = queries.stale(again(rule), drafted(again(rule)))
    assert [(one.words, one.right) for one in found] == [("第三条", "第四条"), ("第2条", "第3条")]
    lin, page = desk("lin"), f"/office/rules/{rule.id}/text"
    while action := re.search(rf'action="({page}/\w+/reference/\d)"', lin.get(page).text):
        assert lin.post(action[1], data={"csrf_token": csrf(lin, page)}).status_code == 302
    text = again(rule).draft.items[-1]["text"]
    assert text == says.replace("违反第三条", "违反第四条").replace("第2条", "第3条")
