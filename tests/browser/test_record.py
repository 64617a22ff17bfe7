"""The record's public page and the office's: by keyboard, in both languages, light and dark."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from kiosk.chain.queries import head
from kiosk.core.db import session
from tests.browser.axe import assert_accessible
from tests.conftest import PASSWORD, Server


@pytest.mark.parametrize(("language", "scheme"), [("zh", "light"), ("en", "dark")])
def test_a_parent_compares_a_poster_by_keyboard(
    app: Flask, server: Server, browser: Browser, language: str, scheme: str
) -> None:
    with app.app_context():
        printed = head()
        session.remove()
    page = browser.new_context(
        viewport={"width": 390, "height": 844},
        base_url=server.url,
        color_scheme=scheme,  # type: ignore[arg-type]
    ).new_page()
    page.goto(f"/?lang={language}")
    page.click(".site-foot a[href='/record']")
    assert_accessible(page)
    for characters, kind in ((printed.short, "good"), ("0000 1111 2222", "alert"), ("abc", "warn")):
        page.focus("[name=seq]")
        page.keyboard.press("Control+A")
        page.keyboard.type(str(printed.seq))
        page.keyboard.press("Tab")
        page.keyboard.press("Control+A")
        page.keyboard.type(characters)
        page.keyboard.press("Enter")
        expect(page.locator(f"main .notice-{kind}")).to_be_visible()
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_auditor_verifies_and_takes_the_record_away(server: Server, browser: Browser) -> None:
    page = browser.new_context(base_url=server.url).new_page()
    page.goto("/sign-in?next=/office/chain/")
    page.fill("[name=username]", "wu")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/chain/")
    page.click("[name=verify]")
    expect(page.locator(".notice-good")).to_be_visible()
    assert_accessible(page)
    with page.expect_download() as download:
        page.click("form[action$='/export'] button")
    lines = download.value.path().read_text("utf-8").splitlines()
    assert lines[0].startswith('["record",2,')
    assert any("record.exported" in line for line in lines)
