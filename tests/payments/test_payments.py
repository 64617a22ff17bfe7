"""What may be paid: never more than was accepted, once an invoice, by different people, all or nothing."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from kiosk.chain.queries import Finding
from kiosk.core.db import session, transaction
from kiosk.core.errors import Forbidden, Invalid, OtherContent
from kiosk.payments import checks, queries, services
from kiosk.payments.models import Payment
from kiosk.payments.services import Picked, Wish
from kiosk.steps import queries as steps
from kiosk.steps import services as decisions
from tests.conftest import PASSWORD, actor, tamper
from tests.payments import conftest as school
from tests.payments.conftest import ask, decide, enter, other, pay, picked, state, wish

SHEET = 1


def faults() -> list[Finding]:
    session.remove()
    return list(checks.recount())


def test_no_more_is_paid_than_was_accepted(house: Flask) -> None:
    with pytest.raises(services.TooMuch) as refused:
        ask(wish(lines=picked(大白菜=30_00)))
    said = {"quantity": "10", "price": "2.50", "owed": "25.00", "open": "25.00", "asked": "30.00"}
    assert said.items() <= refused.value.params.items()
    first = ask(wish(lines=picked(大白菜=20_00)))
    assert (first.now.amount, [one.open for one in queries.open_lines(school.supplier().id)]) == (
        42_00,
        [5_00],
    )
    rest = picked()
    with pytest.raises(services.TooMuch):
        ask(wish(invoice="2", lines=[rest[0]._replace(amount=5_01)]))
    with pytest.raises(services.SheetChanged):
        ask(wish(invoice="2", lines=[rest[0]._replace(version=2)]))
    with pytest.raises(services.SheetChanged):
        ask(wish("鲜肉部", invoice="2", lines=rest))
    ask(wish(invoice="2", lines=rest))
    assert not queries.open_lines(school.supplier().id)
    with transaction():
        services.take_back(by=actor("zhao"), payment=queries.payment(first.id), reason="开错了")
    assert [one.open for one in queries.open_lines(school.supplier().id)] == [20_00, 22_00]
    assert faults() == []


def test_an_invoice_is_paid_once_and_a_form_counts_once(house: Flask) -> None:
    asked = wish()
    first = ask(asked, sent="f1")
    assert ask(asked, sent="f1").id == first.id
    for changed in (replace(asked, lines=()), replace(asked, about="别的")):
        with pytest.raises(OtherContent):
            ask(changed, sent="f1")
    for number in ("No 001", " no001", "ＮＯ００１"):
        with pytest.raises(services.SameInvoice):
            ask(other(5_00, payee="菜农合作社", invoice=number))
    ask(wish("鲜肉部"))
    assert session.query(Payment).count() == 2


def test_amounts_ask_for_more_people_and_nobody_of_the_chain(house: Flask) -> None:
    small, middle, big = (ask(other(amount)) for amount in (500_00, 10_000_00, 10_001_00))
    ways = [
        [one.level.roles for one in steps.standing(queries.approval_of(one)).levels]
        for one in (small, middle, big)
    ]
    assert ways == [[("head",)], [("head",), ("principal",)], [("head",), ("principal",), ("council",)]]
    assert steps.standing(queries.approval_of(big)).levels[-1].level.least == 3
    food = ask(wish())
    approval = queries.approval_of(food)
    assert [one.name for one in steps.could_decide(approval)] == ["林"], "高 received the goods"
    assert {one.approval.id for one in steps.waiting_for(actor("gao"))} == {1, 2, 3}
    with pytest.raises(decisions.HasAPart):
        decide(food, "gao")
    with pytest.raises(decisions.NotAsked):
        decide(food, "admin")
    decide(big, "gao", "zheng", "xu", "zhou")
    assert state(big.id) == "requested"
    decide(big, "sun")
    assert state(big.id) == "approved"


def test_a_change_voids_what_was_signed_and_keeps_its_ladder(house: Flask) -> None:
    found = ask(other(900_00))
    decide(found, "lin")
    with transaction():
        decisions.set_ladder(by=actor("lin"), name="", tiers=[decisions_tier()])
        services.change(by=actor("zhao"), payment=queries.payment(found.id), seen=1, wish=other(800_00))
    session.remove()
    found = queries.payment(found.id)
    now = steps.standing(queries.approval_of(found))
    assert ([one.person.name for one in now.void], now.asked and now.asked.number) == (["林"], 1)
    assert [one.level.roles for one in now.levels] == [("head",), ("principal",)], "it keeps its ladder"
    with pytest.raises(services.Changed), transaction():
        services.change(by=actor("zhao"), payment=found, seen=1, wish=other(700_00))
    decide(found, "lin", approves=False, why="缺发票")
    assert state(found.id) == "returned"
    with transaction():
        services.change(by=actor("zhao"), payment=queries.payment(found.id), seen=2, wish=other(790_00))
    assert state(found.id) == "requested"
    assert faults() == []


def decisions_tier() -> Any:
    from kiosk.steps.settings import Tier

    return Tier(None, "principal")


def test_paid_by_one_entered_by_another_each_once(house: Flask) -> None:
    found = ask(wish())
    with pytest.raises(services.Changed):
        pay(found)
    decide(found, "lin")
    with pytest.raises(Forbidden):
        pay(found, by="wu")
    with pytest.raises(services.Changed):
        pay(found, seen="0" * 64)
    pay(found)
    pay(found)
    with pytest.raises(services.Changed):
        pay(found, way="cash")
    with pytest.raises(Forbidden):
        enter(found, by="qian")
    enter(found)
    enter(found)
    assert (state(found.id), len(queries.payment(found.id).steps)) == ("entered", 2)
    assert [one.state for one in queries.stations(queries.payment(found.id))] == ["done"] * 5
    assert "B-77" not in repr([row for row in session.execute(Payment.__table__.select())])
    assert faults() == []


def test_one_person_fills_one_place_whatever_the_roles(house: Flask) -> None:
    from kiosk.auth.queries import account
    from kiosk.auth.services import add_account

    with transaction():
        for role, name in (("cashier", "lin"), ("accountant", "qian")):
            person = account(name).person
            add_account(by=actor("test"), username=f"{name}2", password=PASSWORD, role=role, person=person)
    found = ask(wish())
    decide(found, "lin")
    with pytest.raises(services.InTheChain):
        pay(found, by="lin2")
    pay(found)
    with pytest.raises(services.InTheChain):
        enter(found, by="qian2")


def test_nothing_is_half_paid(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    found = ask(wish())
    number = found.id
    decide(found, "lin")

    def dies(*_arguments: object, **_more: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("kiosk.payments.services.paying.PaymentStep", dies)
    with pytest.raises(KeyboardInterrupt):
        pay(found)
    monkeypatch.undo()
    assert state(number) == "approved"
    assert faults() == []
    pay(queries.payment(number))


def test_a_correction_after_the_payment_is_told_and_stops_what_is_not_paid(house: Flask) -> None:
    paid, waiting = ask(wish()), ask(wish("鲜肉部"))
    for one in (paid, waiting):
        decide(one, "lin")
    pay(paid)
    fewer = [
        ("葱", "4", "5.5", "菜农合作社"),
        ("大白菜", "8", "2.5", "菜农合作社"),
        ("猪肉", "29", "13", "鲜肉部"),
    ]
    school.correct(SHEET, fewer)
    told = [(one.item, one.row, one.claimed, one.owed, one.payments) for one in queries.excesses()]
    assert told == [("大白菜", 2, 25_00, 20_00, (1,)), ("猪肉", 3, 390_00, 377_00, (2,))]
    with pytest.raises(services.Exceeds):
        pay(waiting)
    assert not queries.open_lines(school.supplier().id)
    assert faults() == [], "a correction is told on the pages"
    tamper("DELETE FROM sheet WHERE id = 1")
    assert [one.row for one in queries.excesses()] == [0, 0, 0]


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("UPDATE payment_line SET amount = amount + 500 WHERE id = 1", "posting 1, line 1"),
        ("UPDATE payment SET state = 'paid'", "1"),
        ("DELETE FROM payment_step", "entry"),
        ("UPDATE payment_step SET way = 'cash'", "1, paid"),
    ],
)
def test_the_check_names_what_differs(house: Flask, sql: str, what: str) -> None:
    found = ask(wish())
    decide(found, "lin")
    pay(found)
    if "'paid'" in sql:
        enter(found)
    tamper(sql)
    assert any(one.place.startswith(what) for one in faults()), faults()


def test_who_may_ask(house: Flask) -> None:
    for name in ("wu", "qian", "zheng", "admin"):
        with pytest.raises(Forbidden):
            ask(other(5_00), by=name)
    with pytest.raises(Invalid):
        ask(Wish(payee="供电所", about="电费"))
    with pytest.raises(Invalid):
        ask(wish(lines=[Picked(SHEET, 1, 1, 0)]))
