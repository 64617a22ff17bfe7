"""Plans: proposed from what was bought, approved by others, bought by a third, and no more than that."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, Forbidden, OtherContent
from kiosk.school.queries import Slot
from kiosk.school.services import enter_served, switch
from kiosk.steps import queries as steps
from kiosk.supply import queries, services
from kiosk.supply.models import APPROVED, CLOSED, DRAFT, RETURNED, WAITING
from kiosk.supply.refusals import Changed, NotApproved, PlanNeeded, TooDear, TooMuch
from tests.conftest import actor, canteen
from tests.supply.conftest import (
    DAY,
    LINES,
    MONDAY,
    approved,
    begun,
    bought,
    decided,
    fresh,
    proposed,
    send,
    sheet,
    wanted,
)


def test_quantities_are_the_last_same_weekdays_for_the_meals_expected(house: Flask) -> None:
    before = DAY - timedelta(days=7)
    with clock.moved_to(MONDAY - timedelta(days=7)):
        sheet(before)
        with transaction():
            switch(by=actor("test"), name="meals-served", on=True)
            enter_served(by=actor("chen"), source="typed", numbers={Slot(before, "k1", "lunch"): 800})

    assert [line.quantity for line in queries.proposal(canteen(), DAY, 1000).lines] == [50_000]
    assert [line.quantity for line in queries.proposal(canteen(), DAY, None).lines] == [40_000]
    assert queries.scaled(3_000, "箱", 1000, 800) == 4_000  # pieces are whole
    assert queries.said(begun(days=7).versions[0]).expected[DAY] == 800  # as many as then


def test_a_plan_goes_up_the_schools_ladder_and_nobody_approves_the_own_one(house: Flask) -> None:
    dear = (replace_quantity(LINES[0], 4_000_000),)  # 12,000 yuan
    own, large = proposed("lin", "p1"), proposed("chen", "p2", dear)

    with pytest.raises(Forbidden):
        decided(own, "lin")
    with pytest.raises(Forbidden):
        decided(own, "admin")
    decided(large, "lin")
    decided(large, "qin")
    assert fresh(large).state == WAITING  # a collective of three is asked now
    approval = steps.running(queries.subject(large))
    assert approval
    assert steps.standing(approval).asked.level.least == 3  # type: ignore[union-attr]


def replace_quantity(line: queries.PlanLine, quantity: int) -> queries.PlanLine:
    return line._replace(quantity=quantity)


def test_a_change_after_a_signature_voids_it(house: Flask) -> None:
    plan = proposed(lines=(replace_quantity(LINES[0], 400_000),))  # 1,200 yuan: head, then principal
    decided(plan, "lin")
    said = queries.said(plan.versions[0])

    with transaction():
        more = replace(said, lines=(replace_quantity(LINES[0], 410_000),))
        services.change_plan(by=actor("chen"), plan=plan, seen=2, said=more)

    approval = steps.running(queries.subject(plan))
    assert approval
    assert (approval.level, [one.person.name for one in steps.standing(approval).void]) == (1, ["林"])
    decided(plan, "lin", approves=False, why="数量太多")
    assert fresh(plan).state == RETURNED
    with pytest.raises(Conflict), transaction():  # nothing is proposed again as it was
        services.propose_plan(by=actor("chen"), plan=plan, seen=3)


def test_what_was_changed_meanwhile_is_said_and_nothing_is_lost(
    house: Flask, desk: Callable[[str], FlaskClient]
) -> None:
    plan = begun()
    form = {"seen": "1", "purpose": "周一午餐", f"expected-{DAY}": "800", f"item-{DAY}-0": "土豆"}
    form |= {f"unit-{DAY}-0": "公斤", f"quantity-{DAY}-0": "40", f"unit_price-{DAY}-0": "3"}
    address, chen, lin = f"/office/supply/plans/{plan.id}/edit", desk("chen"), desk("lin")

    assert send(chen, address, **form, keep="1").status_code == 302
    assert send(chen, address, **form, keep="1").status_code == 302  # a second click
    assert fresh(plan).versions[0].number == 2
    late = send(lin, address, **{**form, f"quantity-{DAY}-0": "45"}, keep="1")
    assert (late.status_code, "陈刚刚改动了" in late.text, 'value="45"' in late.text) == (409, True, True)
    assert send(lin, address, **{**form, "seen": "2", f"quantity-{DAY}-0": "x"}, keep="1").status_code == 422
    assert send(lin, address, **{**form, "seen": "2"}, propose="1").status_code == 302
    assert fresh(plan).state == WAITING
    with pytest.raises(Changed), transaction():
        services.propose_plan(by=actor("chen"), plan=plan, seen=1)


def test_who_planned_or_approved_does_not_buy(house: Flask, desk: Callable[[str], FlaskClient]) -> None:
    plan = approved()
    form = {"plan": plan.id, "canteen": "k1", "day": "2026-03-02", "way": "market", "sent": "o9"}
    form |= {"item-0": "土豆", "unit-0": "公斤", "quantity-0": "40", "unit_price-0": "3", "planned-0": "0"}
    address = f"/office/supply/purchases/new?plan={plan.id}"

    for planner_or_head in ("chen", "lin"):
        assert send(desk(planner_or_head), address, **form).status_code == 403
    assert send(desk("ma"), address, **form).status_code == 302
    assert send(desk("ma"), address, **form).status_code == 302
    [purchase] = queries.purchases_of(fresh(plan))  # sent twice, noted once
    assert (purchase.buyer.name, purchase.amount, queries.left(plan).lines) == (
        "马",
        120_00,
        {0: 0, 1: 20_000},
    )
    assert {one.name for one in steps.approvals("plan:1")[0].parts} == {"plan", "purchase"}


def test_no_more_is_bought_than_was_approved(house: Flask) -> None:
    with pytest.raises(PlanNeeded):
        bought(None, 1_000)
    with pytest.raises(NotApproved):
        bought(proposed(sent="p0"), 1_000)
    plan = approved()
    bought(plan, 30_000)
    with pytest.raises(TooMuch):
        bought(plan, 11_000, sent="o2")
    dearer = [replace(one, unit_price=150_000) for one in wanted(0, 20_000)]  # 300 yuan of the 230 left
    with pytest.raises(TooDear), transaction():
        services.buy(
            by=actor("ma"), sent="o3", canteen=canteen(), day=DAY, way="market", lines=dearer, plan=plan
        )
    second = bought(plan, 10_000, 20_000, sent="o4")
    with transaction():
        services.cancel(by=actor("ma"), purchase=second)
    assert queries.left(fresh(plan)).lines == {0: 10_000, 1: 20_000}

    with pytest.raises(Conflict), transaction():  # bought of it: what is added is planned by itself
        said = replace(queries.said(plan.versions[0]), purpose="x")
        services.change_plan(by=actor("chen"), plan=plan, seen=2, said=said)
    session.rollback()
    with transaction():
        services.close_plan(by=actor("chen"), plan=plan)
    assert fresh(plan).state == CLOSED


def test_an_approved_plan_that_is_changed_is_approved_anew(house: Flask) -> None:
    plan = approved()
    assert fresh(plan).state == APPROVED
    with transaction():
        said = replace(queries.said(plan.versions[0]), purpose="周一午餐和晚餐")
        version = services.change_plan(by=actor("chen"), plan=plan, seen=2, said=said)
    assert fresh(plan).state == DRAFT
    with transaction():
        services.propose_plan(by=actor("chen"), plan=plan, seen=version.number)
    decided(plan, "lin")
    assert (fresh(plan).state, len(steps.approvals("plan:1"))) == (APPROVED, 2)


def test_what_was_planned_is_never_changed(house: Flask) -> None:
    begun()
    with pytest.raises(DatabaseError, match="never changes"), transaction():
        session.execute(text("UPDATE supply_plan_version SET amount = 1"))


def test_the_same_form_for_other_days_is_refused(house: Flask) -> None:
    assert begun(days=7).id == begun(days=7).id
    with pytest.raises(OtherContent):
        begun(first=DAY + timedelta(days=7), days=7)
