"""A purchase in real Chromium: planned, approved, ordered, weighed by two on their phones, posted."""

import re
from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from kiosk.auth.services import add_account
from kiosk.core import clock, config
from kiosk.core.db import db, session, transaction
from kiosk.school.services import switch
from kiosk.supply import queries
from tests.browser.axe import assert_accessible
from tests.browser.shared import instance
from tests.conftest import PASSWORD, actor, free_port, make_app
from tests.supply.conftest import DAY, MONDAY, PEOPLE

__all__ = ["instance"]


@pytest.fixture(scope="module")
def url(instance: config.Instance) -> Iterator[str]:
    """A school whose purchases go through every gate, served here, so that its clock can stand still."""
    instance.values["kiosk_public_url"] = f"http://127.0.0.1:{free_port()}"
    app: Flask = make_app(instance)
    with clock.moved_to(MONDAY), app.app_context(), transaction():
        for username, (role, name) in PEOPLE.items():
            add_account(by=actor("lin"), username=username, password=PASSWORD, role=role, name=name)
        for one in queries.GATES:
            switch(by=actor("lin"), name=one.name, on=True)
    address = str(instance.public_url)
    server = make_server("127.0.0.1", int(address.rpartition(":")[2]), app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    with clock.moved_to(MONDAY):
        yield address
    server.shutdown()
    with app.app_context():
        session.remove()
        db.engine.dispose()


def signed_in(browser: Browser, url: str, username: str, *, phone: bool = False) -> Page:
    size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
    context: BrowserContext = browser.new_context(viewport=size, base_url=url, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(re.compile("/office"))
    return page


def plan(page: Page) -> None:
    """Chen plans the lunch and sends it for approval."""
    page.goto("/office/supply/")
    page.get_by_role("link", name="编制采购计划").first.click()
    page.fill("[name=first]", DAY.isoformat())
    page.check("[name=days][value='1']")
    page.get_by_role("button", name="拟定数量").click()
    page.fill("[name=purpose]", "周一午餐")
    page.fill(f"[name='expected-{DAY}']", "800")
    for row, line in enumerate((("土豆", "公斤", "40", "3"), ("鸡蛋", "公斤", "20", "10"))):
        for name, text in zip(("item", "unit", "quantity", "unit_price"), line, strict=True):
            page.fill(f"[name='{name}-{DAY}-{row}']", text)
    assert_accessible(page)
    page.get_by_role("button", name="提交审批").click()
    expect(page.locator("main")).to_contain_text("等待审批")


def test_from_the_plan_to_the_posted_sheet(browser: Browser, url: str) -> None:
    chen, lin = signed_in(browser, url, "chen"), signed_in(browser, url, "lin")
    plan(chen)
    lin.goto("/office/inbox")
    lin.get_by_role("link", name=re.compile("采购计划")).first.click()
    expect(lin.locator("main")).to_contain_text("土豆")
    lin.get_by_role("button", name="同意").click()

    ma = signed_in(browser, url, "ma")
    ma.goto("/office/supply/plans/1")
    ma.get_by_role("link", name="按计划采购").click()
    ma.fill("[name=supplier]", "绿源农产品有限公司")
    ma.get_by_role("button", name="记下").click()
    expect(ma.locator(".stations")).to_contain_text("采购")

    he = signed_in(browser, url, "he", phone=True)
    he.goto("/office/inbox")
    he.get_by_role("link", name=re.compile("过秤验收")).first.click()
    for name, text in (("delivered-0", "40"), ("back-0", "2"), ("why-0", "不新鲜"), ("delivered-1", "20")):
        he.fill(f"[name={name}]", text)
    assert he.evaluate("document.documentElement.scrollWidth") <= 390
    assert_accessible(he)
    he.get_by_role("button", name="过秤完成").click()
    expect(he.locator("main")).to_contain_text("另一名验收人")

    ding = signed_in(browser, url, "ding", phone=True)
    ding.goto("/office/inbox")
    ding.get_by_role("link", name=re.compile("确认到货")).first.click()
    assert_accessible(ding)
    ding.get_by_role("button", name="本人在场").click()
    expect(ding.locator("main")).to_contain_text("验收完成")

    lin.goto("/office/supply/purchases/1")
    lin.get_by_role("link", name="核对公示单并公示").click()
    lin.click("[data-post]")
    lin.wait_for_url(re.compile("/office/postings/"))
    expect(lin.locator("main")).to_contain_text("314.00")
    ma.goto("/")
    expect(ma.locator("main")).to_contain_text("已经过：计划、审批、采购、验收")
    for page in (chen, lin, ma, he, ding):
        page.context.close()
