"""The import page in real Chromium: read first, changed where one points, and never let go by Enter."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import assert_accessible
from tests.conftest import PASSWORD, Server

FOUR = ("采购员", "保管员", "验收员甲", "验收员乙")


@pytest.fixture
def page(browser: Browser, server: Server) -> Page:
    """The canteen manager before a file of three lines, the last of them to mend."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN").new_page()
    page.goto(f"{server.url}/sign-in")
    page.fill("[name=username]", "chen")
    page.fill("[name=password]", PASSWORD)
    page.click("form .btn-primary")
    page.goto(f"{server.url}/office/purchasing/import")
    page.fill("[name=pasted]", "品名,单位,数量,单价\n土豆,斤,50,1.2\n鸡蛋,斤,30,4.5\n大米,袋,若干,120")
    page.click("main form .btn-primary")
    page.wait_for_url("**/import/*")
    return page


def test_a_line_is_read_first_and_changed_by_pointing_or_by_keyboard(page: Page) -> None:
    field = page.locator("[name='l0-0-quantity']")
    assert field.count() == 0
    page.click("#l0-0 [data-field=quantity]")
    expect(field).to_be_focused()
    field.fill("7")
    page.keyboard.press("Escape")
    expect(page.locator("#l0-0 [data-field=quantity]")).to_have_text("50")
    expect(page.locator("#l0-0 [data-mend]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[name='l0-1-item']")).to_be_focused()
    page.fill("[name='l0-1-quantity']", "40")
    assert_accessible(page)
    page.fill("[name='l0-2-quantity']", "4")
    page.press("[name='l0-2-quantity']", "Enter")
    expect(page.locator(".import-sum")).to_contain_text("3 行可以导入")
    expect(page.locator("#l0-1 [data-field=quantity]")).to_have_text("40")


def test_a_file_is_posted_with_four_people(page: Page) -> None:
    page.check("[name='l0-2-out']")
    page.click("[value=post]")
    expect(page.locator(".notice-alert")).to_contain_text("四个不同的人")
    for role, name in zip(("purchaser", "custodian", "receiver1", "receiver2"), FOUR, strict=True):
        page.fill(f"[name='s0-{role}']", name)
    page.click("[value=post]")
    page.check("[name='s0-new_people']")
    page.click("[value=post]")
    page.wait_for_url("**/office/postings/*")
    expect(page.locator("main")).to_contain_text("195.00")
