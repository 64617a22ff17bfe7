"""Payments on their pages: from the posted sheet to the books, and what everybody reads of it."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.core.db import transaction
from kiosk.school.services import switch
from tests.conftest import actor, csrf, sign_in
from tests.payments.conftest import ask, correct, decide, enter, other, pay, supplier, wish

Desk = Callable[[str], FlaskClient]


@pytest.fixture
def desk(house: Flask) -> Desk:
    """A browser of each account, in English."""

    def opened(name: str) -> FlaskClient:
        client = sign_in(house.test_client(), name)
        client.get("/?lang=en")
        return client

    return cache(opened)


def send(client: FlaskClient, address: str, page: str = "", **form: Any) -> Any:
    return client.post(address, data={"csrf_token": csrf(client, page or address), **form})


def test_from_the_sheet_to_the_books(house: Flask, desk: Desk) -> None:
    """Asked for on the form, decided, paid, entered: each on a page, and read by everybody by post."""
    buyer, number = desk("zhao"), supplier().id
    assert "菜农合作社" in buyer.get("/office/payments/new").text
    page = buyer.get(f"/office/payments/new?of={number}").text
    keys = re.findall(r'name="line" value="([^"]+)" checked', page)
    assert keys == ["1-1-1", "1-1-3"]
    typed = {"sent": "f", "line": keys, "amount-1-1-1": "30", "amount-1-1-3": "22", "about": "菜款"}
    form = {**typed, "invoice": "88", "payee": "菜农合作社", "purpose": "food"}
    address = f"/office/payments/new?of={number}"
    refused = send(buyer, address, **form)
    assert refused.status_code == 422
    assert "25.00 yuan can be paid, 30.00 were asked for" in refused.text
    assert 'value="30"' in refused.text, "what was typed is still there"
    assert send(buyer, address, **{**form, "amount-1-1-1": "25"}).status_code == 302
    assert "大白菜" in desk("lin").get("/office/steps/1").text
    assert "/office/steps/1" in desk("lin").get("/office/inbox").text
    assert send(desk("gao"), "/office/steps/1/decide", "/office/", decision="approve").status_code == 403
    assert (
        send(desk("lin"), "/office/steps/1/decide", "/office/steps/1", decision="approve").status_code == 302
    )
    assert "Pay 47.00 yuan to 菜农合作社" in desk("qian").get("/office/inbox").text
    assert house.test_client().get("/payments/1").status_code == 404, "nothing is public before it is paid"
    seen = re.findall(r'name="seen"[^>]*value="([^"]+)"', desk("qian").get("/office/payments/1").text)[0]
    paid = {"seen": seen, "day": "2026-03-02", "way": "transfer", "reference": "6222020200"}
    for _twice in range(2):
        assert send(desk("qian"), "/office/payments/1/pay", "/office/payments/", **paid).status_code == 302
    again = send(desk("qian"), "/office/payments/1/pay", "/office/payments/", **{**paid, "way": "cash"})
    assert again.status_code == 409
    entered = {"seen": seen, "booked": "J-12"}
    assert send(desk("wu"), "/office/payments/1/enter", "/office/payments/1", **entered).status_code == 302
    assert "6222020200" in desk("wu").get("/office/payments/1").text
    assert "6222020200" not in desk("zhao").get("/office/payments/1").text
    everybody = house.test_client()
    public = everybody.get("/payments/1?lang=en").text + everybody.get("/payments/?lang=en").text
    public += everybody.get("/data/payments.csv").text + everybody.get("/postings/1").text
    for word in ("Head of logistics", "Cashier", "大白菜", "47.00 yuan", "of 437.00 yuan"):
        assert word in public, word
    for word in ("6222020200", "J-12", "林", "钱"):
        assert word not in everybody.get("/payments/1").text + everybody.get("/data/payments.json").text, word
    assert "大白菜" in everybody.get("/search?q=大白菜").text


def test_a_request_is_changed_and_comes_back_with_what_it_had(house: Flask, desk: Desk) -> None:
    found = ask(wish())
    decide(found, "lin", approves=False, why="缺发票")
    page = desk("zhao").get("/office/payments/1/edit").text
    assert re.findall(r'name="line" value="([^"]+)" checked', page) == ["1-1-1", "1-1-3"]
    form = {"version": "1", "line": "1-1-1", "amount-1-1-1": "25", "payee": "-", "about": "菜款"}
    sent = {**form, "invoice": "9", "purpose": "food"}
    assert send(desk("zhao"), "/office/payments/1/edit", **sent).status_code == 302
    assert send(desk("zhao"), "/office/payments/1/edit", **sent).status_code == 409
    back = send(desk("zhao"), "/office/payments/1/take-back", "/office/payments/1", reason="不买了")
    assert back.status_code == 302
    assert "taken back" in desk("wu").get("/office/payments/").text


def test_the_month_is_drawn_from_what_was_paid(house: Flask, desk: Desk) -> None:
    """The draft of the month's spending takes the payments to the fen, and says where it differs."""
    with transaction():
        switch(by=actor("lin"), name="spending", on=True)
    for one in (ask(wish()), ask(other(320_50))):
        decide(one, "lin")
        pay(one)
    accountant, month = desk("wu"), "2026-03"
    new = "/office/postings/new/spending"
    page = send(accountant, new, place="school", period=month, then="drawn").text
    assert re.findall(r'name="row_amount" value="([^"]+)"', page) == ["47.00", "320.50"]
    rows = {"row_item": ["食堂食材", "水电燃气"], "row_amount": ["47.00", "300"]}
    more = {"row_payee": ["", ""], "row_paid_on": ["", ""], "row_remark": ["", ""]}
    saved = send(accountant, new, place="school", period=month, then="keep", **rows, **more)
    page = accountant.get(saved.location).text
    assert "水电燃气: paid 320.50 yuan, written 300.00 yuan" in page
    assert "食堂食材: paid" not in page


def test_what_exceeds_since_a_correction_is_said(house: Flask, desk: Desk) -> None:
    found = ask(wish())
    decide(found, "lin")
    pay(found)
    enter(found)
    correct(
        1,
        [
            ("大白菜", "8", "2.5", "菜农合作社"),
            ("葱", "4", "5.5", "菜农合作社"),
            ("猪肉", "30", "13", "鲜肉部"),
        ],
    )
    said = "大白菜: 5.00 yuan too much since the sheet was corrected"
    for name, address in (
        ("wu", "/office/inbox"),
        ("wu", "/office/payments/1"),
        ("lin", "/payments/1"),
        ("lin", "/postings/1"),
    ):
        assert said in desk(name).get(address).text, address
