"""A payment in real Chromium: lines ticked and summed, agreed to, paid on a phone, public by post."""

from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from kiosk.auth.services import add_account
from kiosk.core import clock, config
from kiosk.core.db import db, session, transaction
from kiosk.school.services import switch
from tests.browser.axe import assert_accessible
from tests.browser.shared import instance
from tests.conftest import PASSWORD, actor, free_port, make_app
from tests.payments.conftest import ACCOUNTS, LINES, NOON, post

__all__ = ["instance"]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def app(instance: config.Instance) -> Iterator[Flask]:
    """The school that pays what it bought on Monday."""
    instance.values["kiosk_public_url"] = f"http://127.0.0.1:{free_port()}"
    app = make_app(instance)
    with clock.moved_to(NOON), app.app_context(), transaction():
        for username, (role, name) in ACCOUNTS.items():
            add_account(by=actor("test"), username=username, password=PASSWORD, role=role, name=name)
        switch(by=actor("test"), name="payments", on=True)
        post(LINES)
    yield app
    with app.app_context():
        session.remove()
        db.engine.dispose()


@pytest.fixture
def url(app: Flask, instance: config.Instance) -> Iterator[str]:
    """The address of the served school, at that Monday's noon."""
    address = str(instance.public_url)
    with clock.moved_to(NOON):
        server = make_server("127.0.0.1", int(address.rpartition(":")[2]), app, threaded=True)
        Thread(target=server.serve_forever, daemon=True).start()
        yield address
        server.shutdown()


def opened(browser: Browser, url: str, name: str, size: dict[str, int], path: str) -> Page:
    """A page as somebody sees it who signed in."""
    page = browser.new_context(viewport=size, base_url=url, locale="zh-CN").new_page()  # type: ignore[arg-type]
    page.goto(f"/sign-in?next={path}")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.goto(path)
    return page


def seen(page: Page, size: dict[str, int]) -> None:
    """Nothing lies beyond the edge, and everybody can use it."""
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert_accessible(page)


def test_a_payment_is_walked_from_the_lines_to_the_public_page(browser: Browser, url: str) -> None:
    buyer = opened(browser, url, "zhao", PHONE, "/office/payments/new")
    seen(buyer, PHONE)
    buyer.get_by_role("link", name="菜农合作社").click()
    expect(buyer.locator("[data-total]")).to_have_text("47.00")
    buyer.get_by_label("葱", exact=True).uncheck()
    expect(buyer.locator("[data-total]")).to_have_text("25.00")
    buyer.get_by_label("大白菜的支付金额").fill("20.5")
    expect(buyer.locator("[data-total]")).to_have_text("20.50")
    buyer.fill("[name=invoice]", "00817")
    buyer.fill("[name=about]", "周一菜款")
    seen(buyer, PHONE)
    buyer.get_by_role("button", name="提交申请").click()
    expect(buyer.locator(".station.is-now")).to_contain_text("总务主任")
    seen(buyer, PHONE)
    head = opened(browser, url, "lin", DESK, "/office/steps/1")
    expect(head.get_by_text("大白菜")).to_be_visible()
    seen(head, DESK)
    head.locator("button[value=approve]").click()
    head.wait_for_url("**/office/steps/")
    cashier = opened(browser, url, "qian", PHONE, "/office/inbox")
    cashier.get_by_role("link", name="付给菜农合作社").click()
    seen(cashier, PHONE)
    cashier.fill("[name=reference]", "SL20260302")
    cashier.get_by_role("button", name="已付款").click()
    expect(cashier.get_by_text("第 1 号支付已登记付款。")).to_be_visible()
    seen(cashier, PHONE)
    cashier.goto("/payments/1")
    expect(cashier.locator(".station.is-done")).to_have_count(4)
    assert "SL20260302" not in cashier.content()
    seen(cashier, PHONE)
