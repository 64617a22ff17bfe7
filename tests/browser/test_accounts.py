"""An account in real Chromium: begun and laid open, drawn and found by the congress, read by a parent."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from kiosk.accounts import queries, services
from kiosk.core import clock, config
from kiosk.core.db import db, session, transaction
from tests.accounts.conftest import GROUP, HEAD_AT, IN_SESSION, MONDAY, furnish, number_of
from tests.browser.axe import assert_accessible
from tests.browser.shared import instance
from tests.conftest import PASSWORD, actor, free_port, make_app

__all__ = ["instance"]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def app(instance: config.Instance) -> Iterator[Flask]:
    """The school with its delegates."""
    instance.values["kiosk_public_url"] = f"http://127.0.0.1:{free_port()}"
    app = make_app(instance)
    with clock.moved_to(MONDAY), app.app_context(), transaction():
        furnish()
    yield app
    with app.app_context():
        session.remove()
        db.engine.dispose()


@pytest.fixture
def url(app: Flask, instance: config.Instance) -> Iterator[str]:
    """The address of the served school."""
    address = str(instance.public_url)
    server = make_server("127.0.0.1", int(address.rpartition(":")[2]), app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield address
    server.shutdown()


def opened(browser: Browser, url: str, name: str, size: dict[str, int], path: str) -> Page:
    """A page as somebody sees it, who signed in where a name is given."""
    page = browser.new_context(viewport=size, base_url=url, locale="zh-CN").new_page()  # type: ignore[arg-type]
    if name:
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


def write(page: Page, number: str, amount: str) -> None:
    page.fill("[name=number][required], form[action$=vouchers] [name=number]", number)
    page.fill("[name=day]", "2026-01-12")
    page.fill("[name=purpose]", "上旬蔬菜")
    page.fill("[name=amount]", amount)
    with page.expect_navigation():
        page.get_by_role("button", name="登记", exact=True).click()


def test_an_account_is_walked_from_the_first_voucher_to_the_finding(
    browser: Browser, app: Flask, url: str
) -> None:
    with clock.moved_to(MONDAY):
        wu = opened(browser, url, "wu", DESK, "/office/books/new?book=1")
        wu.select_option("[name=period]", "2026-01")
        wu.fill("[name=opening]", "1000")
        seen(wu, DESK)
        wu.get_by_role("button", name="建立").click()
        for number, amount in (("记-1", "120.50"), ("记-2", "80"), ("记-1", "7")):
            write(wu, number, amount)
        expect(wu.get_by_text("凭证记-1在这本账簿里已经有了")).to_be_visible()
        seen(wu, DESK)
        wu.goto("/office/books/1/lay")
        seen(wu, DESK)
        wu.get_by_role("button", name="公布账目").click()
        expect(wu.get_by_text("已公布，大家都能看到")).to_be_visible()
    with clock.moved_to(MONDAY), app.app_context(), transaction():
        services.convene(
            by=actor("gu"),
            sent="walk",
            held_on=MONDAY.date(),
            head_at=HEAD_AT,
            accounts={1: 2},
            group=[number_of(name) for name in GROUP],
        )
        found = queries.meetings()[0]
        codes = dict(services.new_codes(by=actor("gu"), found=found))
        for seat in found.seats:
            if not seat.in_group:
                services.attend(by=actor("gu"), found=found, code=codes[seat])
    with clock.moved_to(IN_SESSION):
        pages = {name: opened(browser, url, name, PHONE, "/office/congress/1/sit") for name in GROUP}
        for page in pages.values():
            page.get_by_role("button", name="我已到会").click()
            expect(page.get_by_text("您已签到。")).to_be_visible()
        for name in ("gu", "meng"):
            pages[name].goto("/office/congress/1")
            seen(pages[name], PHONE)
            pages[name].fill("form[action$=number] [name=number]", "48213")
            pages[name].get_by_role("button", name="确认这个数字").click()
        expect(pages["meng"].get_by_text("抽查凭证已经产生")).to_be_visible()
        tan = pages["tan"]
        tan.goto("/office/congress/1/audits/1")
        tan.get_by_role("button", name="凭证记-1无误").click()
        expect(tan.get_by_text("凭证记-1已登记结果。")).to_be_visible()
        tan.get_by_label("对凭证记-2的意见").fill("缺少验收单")
        tan.locator("#t1, #t2").filter(has_text="记-2").get_by_role("button", name="提出意见").click()
        expect(tan.get_by_text("凭证记-2已登记结果。")).to_be_visible()
        for name, value in (("in_favour", "9"), ("against", "0"), ("abstained", "0")):
            tan.fill(f"[name={name}]", value)
        tan.select_option("[name=finding]", "remarked")
        tan.fill("textarea[name=text]", "同意，一处请补验收单。")
        seen(tan, PHONE)
        tan.get_by_role("button", name="公示审核结论").click()
        expect(tan.get_by_text("而到会代表是10人")).to_be_visible()
        tan.fill("[name=abstained]", "1")
        tan.get_by_role("button", name="公示审核结论").click()
        expect(tan.get_by_text("审核结论已公示。")).to_be_visible()
    with clock.moved_to(IN_SESSION + timedelta(hours=1)):
        parent = opened(browser, url, "", PHONE, "/accounts/1")
        expect(parent.get_by_text("缺少验收单")).to_be_visible()
        expect(parent.get_by_role("link", name="事项 1 号")).to_be_visible()
        seen(parent, PHONE)
        parent.goto("/accounts/1?lang=en")
        expect(parent.get_by_text("accepted with remarks")).to_be_visible()
        seen(parent, PHONE)
        parent.goto("/accounts/years/2026")
        seen(parent, PHONE)
