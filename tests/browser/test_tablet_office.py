"""The office's side of the tablets: a code that runs down and is seen to be used, and what the list tells."""

import json
from urllib.request import Request, urlopen

from flask import Flask
from playwright.sync_api import Page, expect

from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.counters.models import EnrolCode, Tablet
from kiosk.counters.services import note_heartbeat
from tests.browser.axe import assert_accessible
from tests.conftest import PASSWORD, Server, counter


def signed_in(page: Page, server: Server, address: str) -> None:
    """Lin's browser at an address of the office."""
    page.goto(f"{server.url}/sign-in?next={address}")
    page.fill("[name=username]", "lin")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"**{address}")


def asked(page: Page, server: Server) -> str:
    """A code for c1, as the page shows it."""
    signed_in(page, server, "/office/counters/tablets")
    page.select_option("[name=counter]", "c1")
    page.click("form[action$=enrol] [type=submit]")
    expect(page.locator(".qr-box svg")).to_be_visible()
    return page.locator(".big-code").inner_text()


def test_the_page_sees_that_its_code_was_used(page: Page, server: Server) -> None:
    code = asked(page, server)
    expect(page.locator("[data-countdown]")).to_contain_text("还剩 9:")
    assert_accessible(page)
    body = json.dumps({"code": code}).encode()
    urlopen(Request(f"{server.url}/api/tablets", body, {"Content-Type": "application/json"})).close()
    expect(page.locator("[data-state=used]")).to_be_visible()
    expect(page.locator("[data-state=used]")).to_contain_text("面食")
    expect(page.locator(".big-code")).to_be_hidden()


def test_the_page_sees_that_its_code_is_over(page: Page, server: Server, app: Flask) -> None:
    asked(page, server)
    with app.app_context(), transaction():
        session.query(EnrolCode).one().expires_at = clock.now()
    expect(page.locator("[data-state=over]")).to_be_visible()
    expect(page.locator(".qr-box")).to_be_hidden()


def test_the_list_is_accessible(page: Page, server: Server, app: Flask, device_key: str) -> None:
    with app.app_context(), transaction():
        counter().hours = [["00:00", "23:59"]]
        note_heartbeat(tablet=session.query(Tablet).one(), unsent=7, refused=1, version="old", ahead=4000)
    signed_in(page, server, "/office/counters/tablets")
    for width, height in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        assert_accessible(page)
        overflow = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(overflow)
    expect(page.locator("tbody")).to_contain_text("快 66 分钟")
    page.goto(f"{server.url}/office/counters/tablets/1")
    assert_accessible(page)
