"""What stands behind a posted sheet: its people, its gates in public, and the budget that counted it once."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.budgets import queries as budgets
from kiosk.budgets.services import Typed
from kiosk.catalogue.models import Item
from kiosk.core.db import session, transaction
from kiosk.school.services import switch
from kiosk.steps import queries as steps
from kiosk.supply import checks, queries, services
from kiosk.supply.models import DRAFT, RETURNED, WAITING, Plan
from kiosk.supply.queries import Said
from kiosk.supply.refusals import BeyondBudget
from kiosk.supply.services import Weighed
from tests.budgets.conftest import decide_all, line
from tests.budgets.conftest import plan as budget
from tests.conftest import actor, tamper
from tests.supply.conftest import (
    DAY,
    LINES,
    approved,
    begun,
    bought,
    confirmed,
    decided,
    fresh,
    posted,
    send,
    sheet,
    weighed,
)

AMOUNT = 320_00
"""What the plan costs."""


def number(username: str) -> int:
    found = actor(username).person
    assert found
    return found


def test_a_posted_sheet_tells_its_people_to_rooms_and_its_gates_by_post_to_everybody(
    house: Flask, desk: Callable[[str], FlaskClient]
) -> None:
    purchase = bought(approved(), 12_000)
    weighed(purchase, Weighed(12_000, 2_000, "不新鲜"))
    confirmed(purchase)
    posting = posted(purchase)

    assert queries.people_of(posting) == {
        "plan": {number("chen")},
        "approval": {number("lin")},
        "purchase": {number("ma")},
        "receiver": {number("he"), number("ding")},
    }
    assert [(one.item, one.quantity, one.amount) for one in queries.accepted(posting)] == [
        ("土豆", 10_000, 30_00)
    ]
    visitor = house.test_client()
    public, board = visitor.get(f"/postings/{posting}").text, visitor.get("/").text
    way = public.split('class="stations"')[1].split("</ol>")[0]
    assert [post in way for post in ("食堂经理", "总务主任", "采购人", "部分退回")] == [True] * 4
    assert not any(name in way for name in ("陈", "林", "马", "何", "丁"))
    assert "已经过：计划、审批、采购、验收" in board
    assert "马" in desk("lin").get(f"/office/supply/purchases/{purchase.id}").text


def test_a_sheet_by_hand_goes_on_as_before_and_says_so(
    house: Flask, desk: Callable[[str], FlaskClient]
) -> None:
    sheet(DAY)
    assert "本单未经计划、订单和验收环节登记" in house.test_client().get("/").text
    with transaction():
        for one in queries.GATES:
            switch(by=actor("test"), name=one.name, on=False)
    assert "未经计划" not in house.test_client().get("/").text
    assert desk("lin").get("/office/supply/").status_code == 404


def test_what_waits_stands_before_who_can_do_it(house: Flask, desk: Callable[[str], FlaskClient]) -> None:
    purchase = bought(approved(), 12_000)

    def waiting(username: str) -> list[str]:
        page = desk(username).get("/office/inbox.json").get_json()
        return [one["text"] for one in page["items"] if one["kind"] == "deliveries"]

    assert [len(waiting(one)) for one in ("he", "ding", "chen", "lin", "ma")] == [1, 1, 0, 0, 0]
    weighed(purchase)
    assert [len(waiting(one)) for one in ("he", "ding")] == [0, 1]
    confirmed(purchase)
    assert waiting("ding") == []


def position() -> tuple[int, int]:
    found = budgets.position(line("蔬菜"))
    return found.committed, found.available


def test_the_budget_counts_one_thing_once(house: Flask) -> None:
    with transaction():
        switch(by=actor("lin"), name="budgets", on=True)
    decide_all(f"budget:{budget(Typed(None, '蔬菜', 100_000)).id}")
    plan = begun()

    def proposed(*lines: object) -> None:
        said = Said("午餐", {DAY: 800}, lines, line("蔬菜"))  # type: ignore[arg-type]
        version = services.change_plan(by=actor("chen"), plan=plan, seen=plan.versions[0].number, said=said)
        services.propose_plan(by=actor("chen"), plan=plan, seen=version.number)

    with pytest.raises(BeyondBudget), transaction():
        proposed(LINES[0]._replace(quantity=400_000))
    with transaction():
        proposed(*LINES)
    assert position() == (0, 100_000)
    decided(plan, "lin")
    assert position() == (AMOUNT, 100_000 - AMOUNT)
    first, second = bought(plan, 12_000), bought(plan, 28_000, 20_000, sent="o2")
    assert position() == (AMOUNT, 100_000 - AMOUNT)  # at no moment twice
    weighed(first, Weighed(12_000, 2_000, "不新鲜"))
    confirmed(first)
    link = queries.sheet_of(first)
    assert link
    assert (budgets.committed(f"sheet:{link.posting_id}"), budgets.committed("plan:1")) == (30_00, 6_00)
    weighed(first, Weighed(12_000, 1_000, "不新鲜"), reason="复秤")
    confirmed(first)
    assert (budgets.committed(f"sheet:{link.posting_id}"), budgets.committed("plan:1")) == (33_00, 3_00)
    with transaction():
        services.cancel(by=actor("ma"), purchase=second)
        services.close_plan(by=actor("chen"), plan=plan)
    assert position() == (33_00, 100_000 - 33_00)


@pytest.mark.once
def test_what_the_budget_cannot_give_is_said_before_and_at_the_signature(
    house: Flask, desk: Callable[[str], FlaskClient]
) -> None:
    """On the page of the decision, where the comment that was typed stays and it can be sent back."""
    with transaction():
        switch(by=actor("lin"), name="budgets", on=True)
    rows = (Typed(None, "蔬菜", 400_00), Typed(None, "油", 900_00, "油类", earmarked=True))
    decide_all(f"budget:{budget(*rows).id}")
    chen = desk("chen")

    def propose(number: str, sent: str) -> Plan:
        plan = begun(sent=sent)
        form = {
            "purpose": "午餐",
            "seen": "1",
            "propose": "1",
            "budget_line": number,
            f"expected-{DAY}": "800",
        }
        for row, one in enumerate(LINES):
            told = (("item", one.item), ("unit", one.unit), ("quantity", "20"), ("unit_price", "9"))
            form |= {f"{name}-{DAY}-{row}": text for name, text in told}
        answer = send(chen, f"/office/supply/plans/{plan.id}/edit", **form)
        said.append((answer.status_code, "不在现行预算内" in answer.text))
        return fresh(plan)

    said: list[tuple[int, bool]] = []
    for number in ("9999", "x"):
        assert propose(number, number).state == DRAFT
    with transaction():
        session.add(Item(name="土豆", item_class="蔬菜类", specification="", unit="公斤"))
    mixed = propose(str(line("油")), "oil")  # eggs have no class: the potatoes are no oil all the same
    assert mixed.state == DRAFT
    first, second = (propose(str(line("蔬菜")), sent) for sent in ("p1", "p2"))
    assert said == [(422, True), (422, True), (422, False), (302, False), (302, False)]
    decided(first, "lin")
    approval = steps.running(queries.subject(second))
    assert approval
    address = f"/office/steps/{approval.id}"
    answer = send(desk("lin"), f"{address}/decide", decision="approve", comment="请尽快")
    assert (answer.status_code, "请尽快" in answer.text, "可用余额40.00元" in answer.text) == (
        422,
        True,
        True,
    )
    assert 'value="return"' in answer.text
    assert fresh(second).state == WAITING
    answer = send(desk("lin"), f"{address}/decide", decision="return", comment="先申请例外")
    assert (answer.status_code, fresh(second).state) == (302, RETURNED)
    assert "林退回：先申请例外" in chen.get(f"/office/supply/plans/{second.id}").text


def test_the_recount_names_what_was_altered(house: Flask) -> None:
    purchase = bought(approved(), 12_000)
    weighed(purchase)
    assert list(checks.recount()) == []
    tamper("UPDATE supply_acceptance_line SET accepted = 13000; UPDATE supply_purchase_line SET amount = 1")
    assert [(one.place, one.problem) for one in checks.recount()] == [
        ("supply_purchase 1", "altered"),
        ("supply_acceptance 1", "altered"),
    ]
