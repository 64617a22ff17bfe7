"""A rule's way: drafted, in consultation, answered, frozen, voted byte for byte, in force, cited."""

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from kiosk.cases import services as casework
from kiosk.chain.models import ChainText
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.operation.audit import check
from kiosk.rules import queries, rounds, services
from kiosk.rules.models import Opinion, RuleVersion, RuleVoice, RuleWindow
from kiosk.rules.refusals import (
    Changed,
    Closed,
    IsFrozen,
    NoQuorum,
    OpenOpinions,
    OutOfDate,
    StillConsulting,
    TooEarly,
    TooShort,
    WasNotThere,
)
from kiosk.school import queries as calendar
from kiosk.school.services import change_settings
from tests.cases.conftest import opened
from tests.conftest import actor, csrf, tamper
from tests.rules.conftest import (
    NINE,
    Desk,
    Moved,
    again,
    answered,
    begun,
    consulted,
    do,
    frozen,
    key,
    number,
    said,
)

FIVE = [*NINE[:4], "xu"]
SIX = [*NINE[:5], "xu"]


def vote(
    rule: Any, people: list[str], *, yes: int, no: int = 0, by: str = "m1", day: date | None = None
) -> Any:
    return do(
        services.record_vote,
        by,
        rule,
        held_on=day or calendar.today(),
        present=[number(one) for one in people],
        in_favour=yes,
        against=no,
        abstained=len(people) - yes - no,
    )


def confirm(rule: Any, by: str) -> None:
    with transaction():
        way = queries.on_its_way(session.get_one(type(rule), rule.id))
        assert way
        found = queries.vote_of(way)
        assert found
        services.confirm_vote(by=actor(by), vote=found)


def test_the_whole_way_to_a_version_in_force(house: Flask, on_day: Moved) -> None:
    rule = begun()
    with pytest.raises(TooShort) as short:
        consulted(rule, until=date(2026, 3, 9))
    assert "2026年3月10日" in str(short.value), "five school days: the Wednesday is a holiday"
    consulted(rule)
    opinion = said(rule, key(rule, 2), "六点半开门吧")
    with pytest.raises(StillConsulting):
        frozen(rule)
    on_day(9)
    with pytest.raises(Closed):
        said(rule, "", "太晚了")
    with pytest.raises(OpenOpinions) as open_one:
        frozen(rule)
    assert "1" in str(open_one.value)
    assert "开放时间" in str(open_one.value), "it is named"
    one = key(rule, 2)
    seen = next(item for item in again(rule).draft.items if item["key"] == one)
    do(
        services.save_item,
        "lin",
        rule,
        key=one,
        heading="开放时间",
        text="每天六点半开门。",
        seen=queries.item_of(seen).hash,
    )
    answered(rule, opinion)
    frozen(rule)
    with pytest.raises(IsFrozen):
        do(services.add_item, "lin", rule, kind="article", heading="", text="又一条")
    with pytest.raises(TooEarly):
        vote(rule, SIX, yes=6)
    on_day(11)
    with pytest.raises(NoQuorum) as few:
        vote(rule, FIVE, yes=5)
    assert "5" in str(few.value)
    assert "6" in str(few.value)
    with pytest.raises(Invalid):
        do(
            services.record_vote,
            "m1",
            rule,
            held_on=calendar.today(),
            present=[number(one) for one in SIX],
            in_favour=6,
            against=1,
            abstained=0,
        )
    vote(rule, SIX, yes=4, no=2)
    for somebody in ("m1", "m8", "lin"):
        with pytest.raises(WasNotThere):
            confirm(rule, somebody)
    confirm(rule, "m2")
    version = again(rule).versions[-1]
    assert queries.state(version, calendar.today()) == "approved"
    assert queries.state(version, date(2026, 3, 25)) == "in_force"
    assert again(rule).draft is None
    page = queries.said(rule, version, queries.items(version))
    (led,) = page.found[0].led
    assert (led.version, led.changed, led.article.label) == (2, True, "第二条")
    assert check().problems == []


def test_a_vote_that_is_not_carried_goes_back(house: Flask, on_day: Moved) -> None:
    rule = begun()
    consulted(rule)
    on_day(9)
    frozen(rule)
    on_day(14)
    vote(rule, SIX, yes=3, no=2)
    confirm(rule, "m2")
    rule = again(rule)
    assert rule.versions[-1].ended_how == "returned"
    assert rule.draft is not None, "it is written on"
    do(services.rename, "lin", rule, title="打水管理规程")
    frozen(rule)
    assert [one.number for one in again(rule).versions] == [1, 2, 3]


def test_what_was_published_said_and_voted_cannot_be_changed(house: Flask, on_day: Moved) -> None:
    rule = begun()
    consulted(rule)
    said(rule, "", "挺好的")
    for change in (
        "UPDATE rule_version SET content = '{}'",
        "DELETE FROM rule_version",
        "UPDATE rule_opinion SET article = 'x'",
        "DELETE FROM rule_opinion",
    ):
        with pytest.raises(DBAPIError):
            session.execute(sql(change))
        session.rollback()
    tamper("UPDATE rule_version SET content = replace(content, '七点', '八点')")
    assert any("rule" in str(one) for one in check().problems), "whoever holds the database is found"


def test_an_opinion_follows_its_article(house: Flask) -> None:
    rule = begun()
    consulted(rule)
    third, second = key(rule, 3), key(rule, 2)
    said(rule, third, "插队的要登记")
    do(services.move, "lin", rule, key=third, after="")
    text = list(queries.numbered(queries.item_of(one) for one in again(rule).draft.items))
    page = queries.said(rule, again(rule).versions[-1], text)
    assert [one.label for one in page.found[0].now] == ["第一条"], "renumbered, it is found"
    assert page.found[0].then.label == "第三条"
    seen = queries.find(text, third).item.hash
    parts = "打水须排队。\n\n---\n\n不得插队。"
    do(services.save_item, "lin", rule, key=third, heading="排队", text=parts, seen=seen)
    text = list(queries.numbered(queries.item_of(one) for one in again(rule).draft.items))
    page = queries.said(rule, again(rule).versions[-1], text)
    assert [one.label for one in page.found[0].now] == ["第一条", "第二条"], "split, it hangs on both parts"
    other = page.found[0].now[1].item.key
    assert queries.said(rule, again(rule).versions[-1], text, article=other).of == 1
    said(rule, second, "七点太晚")
    after = next(one.item.key for one in text if one.item.text.startswith("为了"))
    do(services.merge_next, "lin", rule, key=after)
    text = list(queries.numbered(queries.item_of(one) for one in again(rule).draft.items))
    found = queries.said(rule, again(rule).versions[-1], text, article=after)
    assert [one.text for one in found.found] == ["七点太晚"], "put together, it hangs on the one"


def test_the_second_of_two_is_told_and_nothing_is_lost(house: Flask, desk: Desk) -> None:
    rule = begun()
    one, lin, gao = key(rule, 2), desk("lin"), desk("gao")
    address = f"/office/rules/{rule.id}/text/{one}"
    page = lin.get(address).text
    seen = re.search(r'name="seen"[^>]*value="([0-9a-f]+)"', page)[1]
    form = {"csrf_token": csrf(lin, address), "kind": "article", "heading": "开放时间", "seen": seen}
    theirs = {**form, "csrf_token": csrf(gao, address), "text": "每天八点开门。"}
    assert gao.post(address, data=theirs).status_code == 302
    answer = lin.post(address, data={**form, "text": "每天六点开门。"})
    assert answer.status_code == 409
    assert "每天八点开门。" in answer.text, "what stands there now"
    assert "每天六点开门。</textarea>" in answer.text, "what was typed"
    assert "<del>八</del><ins>六</ins>" in answer.text
    seen = re.search(r'name="seen"[^>]*value="([0-9a-f]+)"', answer.text)[1]
    assert lin.post(address, data={**form, "seen": seen, "text": "每天六点开门。"}).status_code == 302
    with pytest.raises(OutOfDate), transaction():
        services.remove(by=actor("lin"), rule=again(rule), key=one, revision=1)
    with pytest.raises(Changed), transaction():
        services.save_item(by=actor("lin"), rule=again(rule), key=one, heading="", text="新", seen="0" * 16)


def test_pseudonyms_masking_limits_and_the_end_of_the_key(house: Flask, on_day: Moved) -> None:
    rule = begun()
    consulted(rule)
    first, other = said(rule, "", "希望早点开门"), said(rule, "", "同意", browser="two")
    assert (first.voice, other.voice) == (1, 2)
    assert said(rule, "", "希望早点开门！").id == first.id, "said twice it stands once"
    with pytest.raises(casework.Masked) as masked:
        said(rule, "", "打我电话13912345678")
    assert "13912345678" not in masked.value.masked
    with transaction():
        change_settings(by=actor("lin"), rule_opinions_a_day=2)
    said(rule, "", "还有一点")
    with pytest.raises(services.opinions.SaidEnough):
        said(rule, "", "再说一点")
    with transaction():
        version = queries.on_its_way(again(rule))
        typed = services.type_in(
            by=actor("lin"), version=version, article="", text="纸上的话", sheet="7"
        ).opinion
    assert (typed.channel, typed.voice) == ("paper", 3)
    assert not rounds.look_after()
    on_day(9)
    assert rounds.look_after()
    assert session.query(RuleWindow).count() == session.query(RuleVoice).count() == 0
    assert session.query(Opinion).count() == 4, "what was said stays"


def test_a_team_drafts_its_own_and_the_head_approves(house: Flask, on_day: Moved, desk: Desk) -> None:
    with pytest.raises(Forbidden):
        begun(by="he")
    with pytest.raises(Forbidden):
        begun(by="ding", team="开水房组")
    rule = begun(by="he", team="开水房组")
    consulted(rule, by="he")
    on_day(9)
    frozen(rule, by="he")
    with pytest.raises(Conflict):
        vote(rule, SIX, yes=6)
    lin = desk("lin")
    inbox = lin.get("/office/inbox").text
    (step,) = set(re.findall(r"/office/steps/(\d+)", inbox))
    page = lin.get(f"/office/steps/{step}").text
    assert "每天七点开门" in page, "what is decided about stands there"
    data = {"csrf_token": csrf(lin, f"/office/steps/{step}"), "decision": "approve"}
    assert lin.post(f"/office/steps/{step}/decide", data=data).status_code == 302
    assert again(rule).versions[-1].approved_on == calendar.today()
    assert check().problems == []


def test_cases_go_by_an_article_of_a_version(house: Flask, on_day: Moved, desk: Desk) -> None:
    rule = begun(by="he", team="开水房组")
    consulted(rule, by="he")
    case = opened()
    on_day(9)
    frozen(rule, by="he", days=1)
    with transaction():
        approval = services.publishing.steps.running(f"rule:{rule.id}")
        services.publishing.decisions.decide(by=actor("lin"), approval=approval, approves=True)
    version = again(rule).versions[-1]
    on_day(11)
    lin = desk("lin")
    data = {
        "csrf_token": csrf(lin, f"/office/cases/{case.id}"),
        "subject": f"case:{case.id}",
        "article": f"{version.id}:{key(rule, 2)}",
    }
    assert "开放时间" in lin.get(f"/office/cases/{case.id}").text
    assert lin.post("/office/rules/citations", data=data).status_code == 302
    assert desk("ding").post("/office/rules/citations", data=data).status_code in (400, 403)
    page = house.test_client().get(f"/cases/{case.id}").text
    assert f"/rules/{rule.slug}/2?article={key(rule, 2)}" in page
    assert "第二条 开放时间" in page


def test_everybody_reads_compares_and_speaks(house: Flask, on_day: Moved, desk: Desk) -> None:
    parts = begun.__defaults__[2]  # type: ignore[index]
    script = parts[0]._replace(kind="article", heading="", text="<script>alert(1)</script> **要紧**")
    rule = begun(parts=(*parts, script))
    anybody = house.test_client()
    address = f"/rules/{rule.slug}"
    assert anybody.get(address).status_code == 404, "nobody sees a draft"
    assert anybody.get("/rules/").status_code == 200
    consulted(rule)
    page = anybody.get(address).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <strong>要紧</strong>" in page
    assert "/rules/" in anybody.get("/").text, "the board asks for a say"
    form = {"csrf_token": csrf(anybody, address), "article": key(rule, 2), "sent": "x" * 20}
    refused = anybody.post(f"{address}/opinions", data={**form, "text": "电话13912345678"})
    assert refused.status_code == 422
    assert "13912345678" not in refused.text
    told = anybody.post(f"{address}/opinions", data={**form, "text": "太晚了"})
    assert told.status_code == 303
    assert anybody.post(f"{address}/opinions", data={**form, "text": "太晚了"}).status_code == 303
    session.rollback()
    assert session.query(Opinion).count() == 1, "sent twice it stands once"
    assert "太晚了" in anybody.get(address).text
    for other in (f"{address}/form", f"{address}/1/poster", "/data/rules.csv", "/feeds/rules.atom"):
        assert "打水规程" in anybody.get(other).text, other
    assert anybody.get("/data/rules.json").json["rules"][0]["state"] == "consultation"
    on_day(9)
    closed = anybody.post(f"{address}/opinions", data={**form, "text": "晚了一步"})
    assert closed.status_code == 409
    assert "晚了一步" in closed.text, "what was typed is still there"
    lin = desk("lin")
    token = {"csrf_token": csrf(lin, f"/office/rules/{rule.id}")}
    since = {"since": "2026-04-01", "why": "改好了文字"}
    refused = lin.post(f"/office/rules/{rule.id}/freeze", data={**token, **since})
    assert refused.status_code == 422
    assert "第二条 开放时间" in refused.text
    answered(rule, session.query(Opinion).one(), outcome="not")
    one = key(rule, 2)
    seen = queries.item_of(next(item for item in again(rule).draft.items if item["key"] == one)).hash
    do(services.save_item, "lin", rule, key=one, heading="开放时间", text="每天六点半开门。", seen=seen)
    assert lin.post(f"/office/rules/{rule.id}/freeze", data={**token, **since}).status_code == 302
    stale = anybody.post(f"{address}/opinions", data={"text": "页面早就打开了"})
    assert stale.status_code == 409, "nothing is taken of a frozen text, with or without a token"
    assert "页面早就打开了" in stale.text, "and what was written is still there"
    edit = {**token, "kind": "article", "text": "偷改", "seen": seen, "heading": ""}
    assert lin.post(f"/office/rules/{rule.id}/text/{one}", data=edit).status_code == 409
    page = anybody.get(f"{address}/2?against=1").text
    assert "每天<del>七点</del><ins>六点半</ins>开门" in page
    session.rollback()
    assert session.query(RuleVersion).filter_by(number=2).one().hash in anybody.get(f"{address}/2").text
    words = {"csrf_token": csrf(lin, f"/office/rules/{rule.id}"), "withdraw-reason": "另行起草"}
    assert lin.post(f"/office/rules/{rule.id}/withdraw", data=words).status_code == 302
    gone = anybody.get(f"{address}/2")
    assert gone.status_code == 410
    assert "另行起草" in gone.text
    session.rollback()
    assert session.query(ChainText).filter(ChainText.text == "太晚了").count() == 1
    assert check().problems == []
