"""The live view in a real browser: live without reload, stale and mended, comments as text, accessible."""

import json
import re
from collections.abc import Iterator
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from kiosk.core.db import transaction
from kiosk.counters.services import open_enrolment
from tests.browser.axe import assert_accessible
from tests.conftest import PASSWORD, Server, counter, enrol

SCRIPT = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"


def rate(server: Server, key: str, level: int, comment: str = "") -> None:
    """A tap on the tablet of c1, as its page sends it. Each from the queue, so that none is a double tap."""
    body = {"id": str(uuid4()), "counter": "c1", "level": level, "comment": comment, "live": False}
    head = {"Authorization": f"Device {key}", "Content-Type": "application/json"}
    with urlopen(Request(f"{server.url}/api/ratings", json.dumps(body).encode(), head), timeout=10) as answer:
        assert answer.status == 201


@pytest.fixture
def key(app: Flask) -> str:
    """The key of a tablet at c1. Enrolled before the server starts: ask for it before `server`."""
    return enrol(app, "c1")


@pytest.fixture
def office(key: str, server: Server, browser: Browser) -> Iterator[Page]:
    """Lin's browser, signed in, at the live view."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=server.url)
    page = context.new_page()
    page.goto("/sign-in?next=/office/")
    page.fill("input[name=username]", "lin")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    expect(page.locator("[data-live-status-text]")).to_contain_text("实时")
    page.evaluate("window.neverReloaded = true")
    yield page
    context.close()


def test_a_rating_appears_without_reload(office: Page, server: Server, key: str) -> None:
    row = office.locator('[data-rows="counter"] [data-key="c1"]')
    expect(row.locator('[data-t="n"]')).to_have_text("0")
    for number in range(1, 6):
        rate(server, key, 5)
        expect(row.locator('[data-t="n"]')).to_have_text(str(number), timeout=1000)
    expect(row.locator('[data-t="score"]')).to_have_text("5.0")
    expect(row.locator("[data-bar]")).to_be_visible()
    assert office.evaluate("window.neverReloaded")


def test_a_tap_on_the_tablet_appears_in_the_office(
    office: Page, server: Server, browser: Browser, app: Flask
) -> None:
    with app.app_context(), transaction():
        code = open_enrolment(by="lin", counter=counter("c2"))
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=server.url)
    tablet = context.new_page()
    tablet.goto(f"/c/c2?enrol={code}")
    tablet.locator("#enrol button[type=submit]").click()
    seen = office.locator('[data-rows="counter"] [data-key="c2"] [data-t="n"]')
    expect(seen).to_have_text("0")
    expect(tablet.locator("#rate")).to_be_visible()
    tablet.wait_for_timeout(1000)  # a screen that has just appeared takes no taps
    tablet.locator('#rate [data-level="4"]').first.click()
    expect(tablet.locator("#after")).to_be_visible()
    expect(seen).to_have_text("1", timeout=1000)
    assert office.evaluate("window.neverReloaded")
    context.close()


def test_a_script_in_a_comment_is_shown_as_text(office: Page, server: Server, key: str) -> None:
    rate(server, key, 4, SCRIPT)
    said = office.locator('[data-rows="comment"] [data-t="text"]').first
    expect(said).to_have_text(SCRIPT)
    office.reload()
    expect(said).to_have_text(SCRIPT)
    expect(office).not_to_have_title("taken")
    assert office.locator('[data-rows="comment"] img, [data-rows="comment"] script').count() == 0


def test_an_alert_is_told_once_and_acknowledged_in_place(office: Page, server: Server, key: str) -> None:
    for _ in range(4):
        rate(server, key, 1)
    need = office.locator('[data-rows="attention"] .alerting')
    expect(need).to_contain_text("面食")
    expect(office.locator("[data-live-announce]")).to_contain_text("面食")
    need.get_by_role("button").click()
    expect(need).to_have_count(0)
    expect(office.locator('[data-key="c1"] [data-if="alert.acknowledged"]')).to_be_visible()
    assert office.evaluate("window.neverReloaded")


def test_a_lost_server_shows_as_stale_and_mends_itself(office: Page, server: Server, key: str) -> None:
    status = office.locator("[data-live-status]")
    server.stop()
    expect(status).to_have_class(re.compile("is-stale"), timeout=15000)
    expect(status).to_contain_text("数据停在")
    again = Server(server.folder, port=server.port)
    try:
        expect(status).not_to_have_class(re.compile("is-stale"), timeout=30000)
        rate(again, key, 3)
        expect(office.locator('[data-key="c1"] [data-t="n"]')).to_have_text("1")
        assert office.evaluate("window.neverReloaded")
    finally:
        again.stop()


def test_without_a_stream_the_page_asks_for_the_snapshot(office: Page, server: Server, key: str) -> None:
    office.route("**/office/live", lambda route: route.fulfill(status=503, body="full"))
    office.reload()
    expect(office.locator("[data-live-status-text]")).to_contain_text("实时")
    rate(server, key, 5)
    expect(office.locator('[data-key="c1"] [data-t="n"]')).to_have_text("1", timeout=8000)


def test_order_and_canteen_are_chosen_without_reload(office: Page) -> None:
    office.get_by_role("link", name="按得分").click()
    expect(office).to_have_url(re.compile("sort=score"))
    assert office.evaluate("window.neverReloaded")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_are_accessible(office: Page, server: Server, key: str, language: str, theme: str) -> None:
    for level in (5, 5, 4, 1, 1, 1, 1):
        rate(server, key, level, "等了二十分钟")
    office.context.add_cookies([{"name": "theme", "value": theme, "url": server.url}])
    for address in ("/office/", "/office/ratings/", "/office/ratings/counters/c1", "/office/ratings/marks"):
        office.goto(f"{address}?lang={language}")
        assert_accessible(office)
