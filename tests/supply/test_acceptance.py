"""What comes is weighed by one and confirmed by another; the day's sheet is what was accepted."""

from collections.abc import Callable
from contextlib import nullcontext
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.core.db import session, transaction
from kiosk.core.errors import Forbidden, Invalid, OtherContent
from kiosk.postings.models import Posting, PostingDraft
from kiosk.purchasing import queries as purchasing
from kiosk.purchasing.services import save_draft
from kiosk.school.services import switch
from kiosk.supply import queries, services
from kiosk.supply.models import Purchase
from kiosk.supply.refusals import Changed, HasAPlace, OnePerson
from kiosk.supply.services import Weighed
from tests.cases.conftest import photo
from tests.conftest import actor, canteen
from tests.supply.conftest import DAY, approved, bought, confirmed, posted, send, wanted, weighed


def came(purchase: Purchase) -> Purchase:
    session.rollback()
    session.expire_all()
    return queries.purchase(purchase.id)


def draft(day: object = DAY) -> PostingDraft:
    [found] = purchasing.new_drafts(DAY, DAY, canteen().id)
    return found


def test_the_sheet_is_what_was_accepted_and_names_the_people_of_the_chain(house: Flask) -> None:
    purchase = bought(approved(), 12_000, 20_000)
    weighed(purchase, Weighed(12_000, 2_000, "not fresh"), Weighed(20_000, batch="3月1日"))
    assert purchasing.new_drafts(DAY, DAY) == []  # one receiver alone accepts nothing
    confirmed(purchase)

    found = draft()
    assert [(row["item"], row["quantity"], row["unit_price"]) for row in found.rows] == [
        ("土豆", "10", "3.00"),
        ("鸡蛋", "20", "10.00"),
    ]
    names = {part: found.fields[part] for part in ("purchaser", "custodian", "receiver1", "receiver2")}
    assert names == {"purchaser": "马", "custodian": "包", "receiver1": "何", "receiver2": "丁"}
    posting = session.get_one(Posting, posted(purchase))
    [version] = purchasing.posted_versions(posting)
    assert (version.total, version.names) == (230_00, names)
    assert queries.left(purchase.version.plan).lines == {0: 30_000, 1: 0}  # type: ignore[union-attr]


def test_lines_typed_beside_what_was_accepted_stay(house: Flask) -> None:
    plan = approved()
    first = bought(plan, 12_000)
    weighed(first, Weighed(12_000))
    confirmed(first)
    [filled] = draft().rows
    own = {"item": "香菜", "unit": "公斤", "quantity": "1", "unit_price": "9.00"}
    with transaction():
        rows = [{**filled, "remark": "小个"}, own]
        save_draft(by=actor("chen"), draft=draft(), rows=rows, people=draft().fields)
    second = bought(plan, 0, 20_000, sent="o2")
    weighed(second, Weighed(20_000), sent="w2")
    confirmed(second)
    found = [(row["item"], row["quantity"], row.get("remark", "")) for row in draft().rows]
    assert found == [("土豆", "12", "小个"), ("鸡蛋", "20", ""), ("香菜", "1", "")]


def test_a_line_typed_like_an_accepted_one_stays_beside_it(house: Flask) -> None:
    plan = approved()
    first = bought(plan, 12_000)
    weighed(first, Weighed(12_000))
    confirmed(first)
    [filled] = draft().rows
    with transaction():
        rows = [filled, {**filled, "quantity": "5", "remark": "另称"}]
        save_draft(by=actor("chen"), draft=draft(), rows=rows, people=draft().fields)
    second = bought(plan, 3_000, sent="o2")
    weighed(second, Weighed(3_000), sent="w2")
    confirmed(second)
    weighed(first, Weighed(12_000, 1_000, "不新鲜"), reason="复秤", sent="w3")
    confirmed(first)
    found = [(row["item"], row["quantity"], row.get("remark", "")) for row in draft().rows]
    assert found == [("土豆", "11", ""), ("土豆", "3", ""), ("土豆", "5", "另称")]


def test_the_same_form_with_other_content_is_refused(house: Flask) -> None:
    plan = approved()
    purchase = bought(plan, 12_000)
    assert bought(plan, 12_000).id == purchase.id
    with pytest.raises(OtherContent):
        bought(plan, 11_000)
    for _time in range(2):
        weighed(purchase, Weighed(12_000), sent="w1")
    assert len(came(purchase).acceptances) == 1
    with pytest.raises(OtherContent):
        weighed(purchase, Weighed(11_000), sent="w1")
    with pytest.raises(OtherContent):
        weighed(purchase, Weighed(12_000), sent="w1", photos={0: [b"another"]})
    second = bought(plan, 1_000, sent="o2")
    for why in ("烂", "少"):
        with pytest.raises(OtherContent) if why == "少" else nullcontext():
            weighed(second, Weighed(1_000, 500, why), sent="w2")


def test_nobody_fills_two_places(house: Flask, desk: Callable[[str], FlaskClient]) -> None:
    purchase = bought(approved(), 12_000)
    address = f"/office/supply/purchases/{purchase.id}"
    form = {"delivered-0": "12", "sent": "w1", "seen": "0"}

    for planned_approved in ("chen", "lin"):
        assert send(desk(planned_approved), f"{address}/receive", **form).status_code == 403
    own = bought_by_chen()
    with pytest.raises(HasAPlace), transaction():  # bought it, and has the right by the role
        services.weigh(by=actor("chen"), purchase=own, sent="w9", seen=0, lines=[Weighed(1_000)])
    assert send(desk("he"), f"{address}/receive", **form).status_code == 302
    assert send(desk("he"), f"{address}/receive", **form).status_code == 302  # twice is once
    assert send(desk("he"), f"{address}/confirm", number="1").status_code == 403  # who weighed it
    assert send(desk("lin"), f"{address}/confirm", number="1").status_code == 403
    assert send(desk("ding"), f"{address}/confirm", number="1").status_code == 302
    assert send(desk("ding"), f"{address}/confirm", number="1").status_code == 302
    assert [one.number for one in came(purchase).acceptances] == [1]
    with pytest.raises(Forbidden):  # what is added to the plan's chain later is refused, too
        bought(purchase.version.plan, 1_000, by="he", sent="o7")  # type: ignore[union-attr]


def bought_by_chen() -> Purchase:
    with transaction():
        switch(by=actor("test"), name="purchase_plans", on=False)
        purchase = services.buy(
            by=actor("chen"), sent="o5", canteen=canteen(), day=DAY, way="market", lines=wanted(1_000)
        )
        switch(by=actor("test"), name="purchase_plans", on=True)
    return purchase


def test_a_line_that_cannot_be_is_refused_with_what_was_typed(
    house: Flask, desk: Callable[[str], FlaskClient]
) -> None:
    purchase = bought(approved(), 12_000, 20_000)
    address, he = f"/office/supply/purchases/{purchase.id}/receive", desk("he")
    good = {"delivered-0": "12", "delivered-1": "20", "sent": "w1", "seen": "0"}

    for wrong in ({"delivered-0": ""}, {"back-0": "13"}, {"back-0": "2"}, {"delivered-0": "13"}):
        answer = send(he, address, **{**good, **wrong})
        assert (answer.status_code, 'value="20"' in answer.text) == (422, True), wrong
    assert send(he, address, **good, **{"temperature-0": "warm"}).status_code == 422
    file = (photo(), "paper.jpg")
    good |= {"delivered-0": "12.6", "temperature-1": "-18.5"}  # five in a hundred more is weighing
    assert send(he, address, **good, **{"photo-1": file}).status_code == 302
    [found] = came(purchase).acceptances
    assert [(line.accepted, line.temperature) for line in found.lines] == [(12_600, None), (20_000, -185)]
    [kept] = queries.photos_of(found)[1]
    picture = he.get(f"/office/supply/purchases/{purchase.id}/acceptances/{found.id}/1/{kept.id}")
    assert picture.status_code == 200
    assert picture.data[:2] == b"\xff\xd8"
    fake = (BytesIO(b"no picture"), "x.jpg")
    assert send(he, address, **{**good, "sent": "w2", "seen": "1"}, **{"photo-1": fake}).status_code == 422


def test_what_differs_is_weighed_anew_and_the_other_confirms(house: Flask) -> None:
    purchase = bought(approved(), 12_000)
    weighed(purchase)
    with pytest.raises(Changed), transaction():
        services.weigh(by=actor("ding"), purchase=purchase, sent="w5", seen=0, lines=[Weighed(11_000)])
    weighed(purchase, Weighed(11_000), by="ding")
    with pytest.raises(Changed), transaction():  # looked at the first
        services.confirm(by=actor("he"), purchase=purchase, number=1)
    with pytest.raises(OnePerson), transaction():
        services.confirm(by=actor("ding"), purchase=purchase, number=2)
    confirmed(purchase, by="he")
    assert [row["quantity"] for row in draft().rows] == ["11"]


def test_a_correction_mends_the_draft_and_of_what_is_posted_makes_a_version(house: Flask) -> None:
    purchase = bought(approved(), 12_000)
    weighed(purchase)
    confirmed(purchase)
    with pytest.raises(Invalid):  # needs a reason
        weighed(purchase, Weighed(12_000, 1_000, "坏了"))
    weighed(purchase, Weighed(12_000, 1_000, "坏了"), reason="复秤")
    assert [row["quantity"] for row in draft().rows] == ["12"]  # until it is confirmed
    confirmed(purchase)
    assert [row["quantity"] for row in draft().rows] == ["11"]

    posting = session.get_one(Posting, posted(purchase))
    weighed(purchase, Weighed(12_000, 2_000, "坏了"), reason="开袋检查")
    confirmed(purchase)
    assert posting.draft
    assert ([row["quantity"] for row in posting.draft.rows], posting.draft.reason) == (["10"], "开袋检查")
    posted(purchase)
    assert [one.total for one in purchasing.posted_versions(posting)] == [30_00, 33_00]


def test_two_acceptances_of_a_day_join_one_sheet(house: Flask) -> None:
    plan = approved()
    first, second = bought(plan, 12_000), bought(plan, 0, 20_000, sent="o2", supplier="禽蛋批发部")
    for purchase in (first, second):
        weighed(purchase)
        confirmed(purchase)
    assert [(row["item"], row["supplier"]) for row in draft().rows] == [
        ("土豆", "绿源农产品有限公司"),
        ("鸡蛋", "禽蛋批发部"),
    ]
    posted(first)
    third = bought(plan, 5_000, sent="o3")
    weighed(third)
    confirmed(third)
    assert [row["quantity"] for row in draft().rows] == ["5"]  # a further sheet of the day


def test_a_school_without_receivers_here_fills_the_sheet_from_the_order(house: Flask) -> None:
    with transaction():
        switch(by=actor("test"), name="purchase_acceptance", on=False)
    purchase = bought(approved(), 12_000)
    with transaction():
        services.take_as_bought(by=actor("ma"), purchase=purchase)
    assert [row["quantity"] for row in draft().rows] == ["12"]
    assert (draft().fields["purchaser"], draft().fields["receiver1"]) == ("马", "")
