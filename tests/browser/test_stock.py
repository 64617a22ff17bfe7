"""The store in real Chromium: a form imported, one typed, one refused, a count with a difference."""

import re
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from kiosk.core import clock, config
from kiosk.core.db import db, session, transaction
from tests.browser.axe import assert_accessible
from tests.browser.shared import instance
from tests.conftest import PASSWORD, free_port, make_app
from tests.stock.conftest import MONDAY, post, prepare

__all__ = ["instance"]
FORM = "日期,单号,类型,食材名称,计量单位,数量,单价,金额\n2026-03-02,C0301,蔬菜类,大白菜,公斤,10,5,50\n"


@pytest.fixture(scope="module")
def url(instance: config.Instance) -> Iterator[str]:
    """That school with a posted sheet, served here, so that its clock can stand still."""
    instance.values["kiosk_public_url"] = f"http://127.0.0.1:{free_port()}"
    app: Flask = make_app(instance)
    with clock.moved_to(MONDAY), app.app_context():
        with transaction():
            prepare()
        post(("大白菜", "市斤", "40", "2.5"), ("大米", "公斤", "50", "6"))
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
    page = browser.new_context(viewport=size, base_url=url, locale="zh-CN").new_page()  # type: ignore[arg-type]
    page.goto("/sign-in")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(re.compile("/office"))
    return page


def test_from_the_imported_form_to_the_closed_count(browser: Browser, url: str, tmp_path: Path) -> None:
    file = tmp_path / "出库单.csv"
    file.write_text(FORM, "utf-8")
    bao = signed_in(browser, url, "bao")
    bao.goto("/office/stock/")
    assert_accessible(bao)
    bao.get_by_role("link", name="导入单据").click()
    bao.set_input_files("[name=file]", file)
    bao.get_by_role("button", name="读取").click()
    expect(bao.locator("main")).to_contain_text("将导入 1 张单据")
    assert_accessible(bao)
    with bao.expect_navigation():  # the preview names it, too
        bao.get_by_role("button", name="导入", exact=True).click()
    expect(bao.locator("main")).to_contain_text("C0301")

    bao.goto("/office/stock/forms/new")
    bao.locator("[name=row_item]").first.focus()
    for text in ("大白菜", "", "市斤", "21"):
        bao.keyboard.type(text)
        bao.keyboard.press("Tab")
    bao.get_by_role("button", name="出库", exact=True).click()
    expect(bao.locator(".grid .note")).to_have_text("库中现有 20 市斤。")
    assert_accessible(bao)
    bao.locator("[name=row_quantity]").first.focus()
    bao.keyboard.type("12")
    bao.keyboard.press("Enter")
    bao.get_by_role("button", name="出库", exact=True).click()
    expect(bao.locator("main")).to_contain_text("请领用人确认")

    ding = signed_in(browser, url, "ding", phone=True)
    ding.goto("/office/inbox")
    ding.get_by_role("link", name=re.compile("出库单")).first.click()
    assert_accessible(ding)
    ding.get_by_role("button", name="已如数领到").click()
    expect(ding.locator("main")).to_contain_text("已确认")

    bao.goto("/office/stock/counts/new")
    with bao.expect_navigation():
        bao.get_by_role("button", name="开始盘点").click()
    bao.set_viewport_size({"width": 390, "height": 844})
    bao.get_by_label(re.compile("实盘数量")).nth(0).fill("8")
    bao.get_by_label(re.compile("实盘数量")).nth(1).fill("49.5")
    bao.get_by_label("差异原因").nth(1).fill("撒漏")
    assert bao.evaluate("document.documentElement.scrollWidth") <= 390
    assert_accessible(bao)
    bao.get_by_role("button", name="盘点签字").click()
    expect(bao.locator("main")).to_contain_text("请另一人签字")
    wu = signed_in(browser, url, "wu")
    wu.goto("/office/stock/counts/1?lang=en")
    assert_accessible(wu)
    with wu.expect_navigation():
        wu.get_by_role("button", name="Sign, and book the differences").click()
    expect(wu.locator("main")).to_contain_text("49.5")
    for page in (bao, ding, wu):
        page.context.close()
