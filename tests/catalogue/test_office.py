"""The office's pages of items and suppliers: who may, what is refused, and what the rooms above show."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.catalogue import queries
from kiosk.core.db import session
from kiosk.purchasing.models import Line
from tests.conftest import csrf
from tests.purchasing.test_services import TOMATO, post

ITEMS = "/office/purchasing/items"
SUPPLIERS = "/office/purchasing/suppliers"


@pytest.fixture
def chen(context: Flask, signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """The canteen manager, in a school that bought tomatoes."""
    post(TOMATO)
    return signed_in("chen")


def address_of(page: str, name: str) -> str:
    """Where the link of this name leads."""
    return page.split(f'">{name}</a>')[0].rsplit('href="', 1)[1]


def test_an_item_is_found_and_shows_its_prices(chen: FlaskClient) -> None:
    page = chen.get(f"{ITEMS}?q=xhs").text
    address = address_of(page, "大西红柿")
    assert "5.00" in chen.get(address).text, "the prices come from the purchases"
    assert "大西红柿" not in chen.get(f"{ITEMS}?q=qqq").text


def test_an_item_is_changed_and_what_is_posted_stays(chen: FlaskClient) -> None:
    [item] = queries.items()
    edit = f"{ITEMS}/{item.id}/edit"
    form = {"name": "番茄", "item_class": "蔬菜类", "unit": "公斤", "csrf_token": csrf(chen, edit)}
    assert chen.post(edit, data=form).location == f"{ITEMS}/{item.id}"
    session.remove()
    [item] = queries.items(everything=True)
    assert (item.name, item.unit, item.active) == ("番茄", "公斤", False)
    assert session.query(Line.item).scalar() == "大西红柿"


def test_a_name_that_is_taken_is_said_beside_it(chen: FlaskClient) -> None:
    post({**TOMATO, "item": "长茄"})
    [item] = queries.items("长茄")
    edit = f"{ITEMS}/{item.id}/edit"
    answer = chen.post(edit, data={"name": "大西红柿", "csrf_token": csrf(chen, edit)})
    assert answer.status_code == 422
    assert answer.text.count("大西红柿") == 2, "what was typed, and why it cannot be"


def test_a_supplier_is_added_and_changed(chen: FlaskClient) -> None:
    new = SUPPLIERS + "/new"
    form = {"name": "乙商行", "phone": "13900000000", "active": "y", "csrf_token": csrf(chen, new)}
    assert chen.post(new, data=form).location == SUPPLIERS
    page = chen.get(SUPPLIERS).text
    assert "13900000000" in page
    assert "甲配送" in page, "who delivered is there by itself"
    assert chen.post(address_of(page, "乙商行"), data={**form, "name": "乙公司"}).location == SUPPLIERS
    assert {supplier.name for supplier in queries.suppliers()} == {"甲配送", "乙公司"}
    assert chen.post(new, data={**form, "name": "甲配送"}).status_code == 422


def test_its_pages_lie_below_the_purchases(chen: FlaskClient) -> None:
    new, [item] = SUPPLIERS + "/new", queries.items()
    for address in (ITEMS, f"{ITEMS}/{item.id}/edit", SUPPLIERS, new, "/office/purchasing/import"):
        assert '<a href="/office/purchasing/" aria-current="page">' in chen.get(address).text, address
    assert '<a href="/office/purchasing/" aria-current="page">' not in chen.get("/office/ratings/").text


def test_contacts_are_for_those_who_buy(chen: FlaskClient, signed_in: Callable[[str], FlaskClient]) -> None:
    wu = signed_in("wu")
    assert wu.get(ITEMS).status_code == 200
    assert wu.get(SUPPLIERS).status_code == 403
    assert SUPPLIERS not in wu.get(ITEMS).text
    assert SUPPLIERS in chen.get(ITEMS).text
    [item] = queries.items()
    assert "/edit" not in wu.get(f"{ITEMS}/{item.id}").text
    assert wu.get(f"{ITEMS}/{item.id}/edit").status_code == 403
