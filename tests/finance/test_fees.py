"""Fees: posted in the first week, collected only if they are; what is not posted may not be charged."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from kiosk.chain.models import ChainEntry
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.finance import queries, services
from kiosk.finance.kinds.agency import AGENCY_FEES
from kiosk.finance.kinds.fees import FEES
from kiosk.finance.models import FeeCollection, FeeItem
from kiosk.operation.audit import check
from kiosk.postings import services as postings
from kiosk.school.models import Term
from kiosk.school.services import switch
from tests.conftest import actor, csrf, tamper
from tests.finance.conftest import AUTUMN, NEXT_WEEK, SPRING, SignIn, approve, correct, put_up, rows_of

BOOKS = ("作业本费", "15", "每生每学期", "全体学生", "县发改〔2012〕30号")
BOARD = ("住宿费", "300", "每生每学期", "住校生", "县价〔2008〕127号")
PRACTICE = ("教辅材料费", "", "据实收取", "自愿购买的学生", "省价〔2013〕38号")


def term(period: str = SPRING) -> Term:
    return session.get_one(Term, int(period[1:]))


def collect(
    item: str = "作业本费", whom: str = "全体学生", times: int = 800, fen: int = 1_200_000, by: str = "qian"
) -> FeeCollection:
    with transaction():
        return services.collect(by=actor(by), item=item, whom=whom, times=times, amount=fen)


def test_only_what_is_posted_for_this_term_is_marked_collected(house: Flask) -> None:
    put_up(FEES, [BOARD], AUTUMN)
    for item, whom in (("作业本费", "全体学生"), ("住宿费", "住校生")):
        with pytest.raises(services.NotPosted, match="不得收取"):
            collect(item, whom)
    put_up(FEES, [BOOKS])
    mark = collect("作业 本费", "全体学生")
    assert (mark.standard, mark.times, mark.amount, mark.version) == (1_500, 800, 1_200_000, 1)
    entry = session.get_one(ChainEntry, mark.chain_seq)
    assert "作业本费" in entry.body, "who, when and what stands in the record"
    with pytest.raises(services.NotPosted):
        collect("住宿费", "住校生")


def test_more_than_the_posted_standard_is_refused(house: Flask) -> None:
    put_up(FEES, [BOOKS, PRACTICE])
    collect(times=10, fen=15_000)
    with pytest.raises(Invalid, match=r"150\.00"):
        collect(times=10, fen=15_001)
    collect("教辅材料费", "自愿购买的学生", 1, 9_999_999)
    for times, fen in ((0, 1), (1_000_001, 1), (1, 0), (1, -5)):
        with pytest.raises(Invalid):
            collect(times=times, fen=fen)
    with pytest.raises(Invalid), transaction():
        services.collect(
            by=actor("qian"),
            item="作业本费",
            whom="全体学生",
            times=1,
            amount=1,
            day=clock.now().date() + timedelta(days=2),
        )
    fees = queries.fees_of(term())
    assert [(one.item.name, one.collected) for one in fees.fees] == [
        ("作业本费", 15_000),
        ("教辅材料费", 9_999_999),
    ]


def test_a_mark_is_taken_back_once_and_stays(house: Flask) -> None:
    put_up(FEES, [BOOKS])
    mark = collect()
    with pytest.raises(Invalid), transaction():
        services.take_back(by=actor("qian"), collection=mark, reason=" ")
    for _twice in range(2):
        with transaction():
            services.take_back(by=actor("wu"), collection=mark, reason="输错了")
    assert queries.fees_of(term()).collected == 0
    assert [one.taken_back_because for one in queries.collections(term())] == ["输错了"]
    taken = session.query(ChainEntry).filter(ChainEntry.body.contains("fee.taken_back")).count()
    assert taken == 1


def test_who_may_do_what(house: Flask, of: SignIn) -> None:
    put_up(FEES, [BOOKS])
    for username in ("lin", "zheng", "chen", "admin"):
        with pytest.raises(Forbidden):
            collect(by=username)
    for username in ("zheng", "chen"):
        with pytest.raises(Forbidden), transaction():
            services.say(by=actor(username), term=term(), item="校服费", is_charged=True)
    with pytest.raises(Forbidden), transaction():
        postings.start(by=actor("chen"), kind=FEES, period=AUTUMN)
    statuses = {username: of(username).get("/office/fees/").status_code for username in ("chen", "qian")}
    assert statuses == {"chen": 403, "qian": 200}


def test_nobody_approves_the_own_list(house: Flask) -> None:
    with transaction():
        draft = postings.start(by=actor("lin"), kind=FEES, period=SPRING)
        postings.save_draft(by=actor("lin"), draft=draft, revision=0, fields={}, rows=rows_of(FEES, [BOOKS]))
        postings.propose(by=actor("lin"), draft=draft)
    with pytest.raises(Forbidden), transaction():
        approve(draft.posting, "lin")
    with transaction():
        approve(draft.posting, "gao")
    assert draft.posting.versions


def test_what_was_charged_last_term_and_is_not_posted_may_not_be_charged(house: Flask) -> None:
    put_up(FEES, [BOOKS, BOARD], AUTUMN)
    put_up(AGENCY_FEES, [("体检费", "新生", "100", "100")], AUTUMN)
    with transaction():
        services.say(by=actor("wu"), term=term(), item="校服费", is_charged=True)
        services.say(by=actor("wu"), term=term(), item="住宿费", is_charged=False)
    assert queries.missing(term()) == [], "the first week is not over"
    with clock.moved_to(NEXT_WEEK):
        assert queries.missing(term()) == ["作业本费", "体检费", "校服费"]
        text = house.test_client().get("/").text
        assert "没有公示，不得收取" in text
        assert "校服费" in text
    put_up(FEES, [BOOKS])
    assert queries.missing(term()) == ["体检费", "校服费"], "as soon as a list is posted"
    with transaction():
        services.say(by=actor("wu"), term=term(), item="校服费", is_charged=False)
    page = house.test_client().get("/fees/").text
    assert "体检费" in page
    assert "校服费" not in page


def test_a_school_that_switches_it_on_later_owes_no_list_for_this_term(house: Flask) -> None:
    with transaction():
        switch(by=actor("test"), name="fees", on=False)
    with clock.moved_to(NEXT_WEEK):
        assert house.test_client().get("/fees/").status_code == 200, "agency fees are on"
        with transaction():
            switch(by=actor("test"), name="fees", on=True)
            services.say(by=actor("wu"), term=term(), item="校服费", is_charged=True)
        assert queries.missing(term()) == []
        assert queries.fees_of(term()).due is None
        with pytest.raises(services.NotPosted):
            collect()
        put_up(FEES, [BOOKS])
        assert queries.missing(term()) == ["校服费"]
        assert collect().amount


def test_a_correction_shows_what_was_collected_above_it(house: Flask) -> None:
    posting = put_up(FEES, [BOOKS, BOARD])
    collect(times=10, fen=15_000)
    collect("住宿费", "住校生", 2, 60_000)
    correct(FEES, posting, [(BOOKS[0], "12", *BOOKS[2:])])
    fees = queries.fees_of(term())
    assert [(one.item.name, one.is_above) for one in fees.fees] == [("作业本费", True)]
    assert fees.gone == [("住宿费", 60_000)]
    assert fees.collected == 75_000
    page = house.test_client().get("/fees/").text
    assert "高于现行标准" in page
    assert "已收取 600.00 元" in page
    with pytest.raises(services.NotPosted):
        collect("住宿费", "住校生", 1, 1)


def test_what_is_withdrawn_may_not_be_charged_any_more(house: Flask) -> None:
    posting = put_up(FEES, [BOOKS])
    collect()
    with transaction():
        postings.withdraw(by=actor("zheng"), posting=posting, reason="标准有误")
    with pytest.raises(services.NotPosted):
        collect()
    assert queries.fees_of(term()).gone == [("作业本费", 1_200_000)]
    assert check().problems == []


def test_a_list_that_lacks_something_is_not_posted(house: Flask) -> None:
    bad = [
        ("作业本费", "", "", "全体学生", "文"),
        ("住宿费", "1", "", "", ""),
        ("作业本费", "2", "", "全体 学生", "文"),
    ]
    with transaction():
        draft = postings.start(by=actor("wu"), kind=FEES, period=SPRING)
        postings.save_draft(by=actor("wu"), draft=draft, revision=0, fields={}, rows=rows_of(FEES, bad))
    assert set(postings.unready(draft)) == {(0, "amount"), (1, "whom"), (1, "basis"), (2, "item")}
    with pytest.raises(Conflict):
        put_up(FEES, [BOOKS])


ALTERED = (
    "UPDATE fee_collection SET amount = 1 WHERE id = 1",
    "UPDATE fee_collection SET key = 'x' WHERE id = 1",
    "UPDATE fee_collection SET collected_by = 'wu' WHERE id = 1",
    "DELETE FROM fee_collection WHERE id = 1",
    "UPDATE fee_collection SET taken_back_at = collected_at WHERE id = 1",
    "UPDATE fee_collection SET taken_back_at = NULL WHERE id = 2",
    "UPDATE fee_collection SET chain_seq = (SELECT chain_seq FROM fee_collection WHERE id = 1)",
    "UPDATE fee_item SET standard = 9999",
    "UPDATE fee_name SET is_charged = NOT is_charged",
    "DELETE FROM fee_name",
)


@pytest.mark.parametrize("change", ALTERED)
def test_the_check_finds_what_was_altered(house: Flask, change: str) -> None:
    put_up(FEES, [BOOKS])
    collect()
    wrong = collect(times=2, fen=3_000)
    with transaction():
        services.take_back(by=actor("qian"), collection=wrong, reason="错记")
        services.say(by=actor("wu"), term=term(), item="校服费", is_charged=True)
    assert check().problems == []
    tamper(change)
    assert change.split()[2 if change.startswith("DELETE") else 1] in " ".join(map(str, check().problems))


def test_the_pages_lead_the_cashier_through_it(house: Flask, of: SignIn) -> None:
    qian = of("qian")
    assert "公示之前不得收费" in qian.get("/office/fees/").text
    assert qian.get("/office/fees/?term=77").status_code == 404
    put_up(FEES, [BOOKS])
    page = "/office/fees/"
    key = session.query(FeeItem).one().key
    form = {"csrf_token": csrf(qian, page), "fee": key, "times": "10", "day": ""}
    refused = qian.post("/office/fees/collect", data={**form, "amount": "150.01"})
    assert refused.status_code == 422
    assert "最多 150.00 元" in refused.text
    assert 'value="150.01"' in refused.text, "what was typed is still there"
    seen = re.findall('name="seen"[^>]* value="([0-9]+)"', refused.text)[0]
    for _click in range(2):
        sent = {**form, "amount": "150", "seen": seen}
        assert qian.post("/office/fees/collect", data=sent).status_code == 302
    session.remove()
    assert session.query(FeeCollection).count() == 1, "pressed twice, it is marked once"
    assert "150.00" in house.test_client().get("/fees/").text
    session.remove()
    number = queries.collections(term())[0].id
    back = f"/office/fees/marks/{number}/take-back"
    assert qian.get(back).status_code == 200
    assert qian.post(back, data={"csrf_token": csrf(qian, back), "reason": "重复"}).status_code == 302
    assert "已撤回" in qian.get(page).text
    named = {"csrf_token": csrf(qian, page), "item": "校服费", "charged": "yes"}
    assert qian.post("/office/fees/names", data=named).status_code == 302
    assert "校服费" in house.test_client().get("/fees/").text
    assert of("lin").get("/office/fees/").status_code == 200
    assert house.test_client().get("/fees/?lang=en").status_code == 200
