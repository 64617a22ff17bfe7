"""The live view in a real browser: live without reload, stale and mended, comments as text, accessible."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from kiosk.core import clock
from kiosk.core.db import transaction
from kiosk.counters.services import add_canteen, open_enrolment
from kiosk.school import queries as school
from kiosk.school.services import change_settings, set_day
from tests.browser.axe import assert_accessible
from tests.conftest import PASSWORD, Server, actor, counter, enrol

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


def counted(page: Page, code: str = "c1") -> Locator:
    """Where the live view says how many rated at a counter."""
    return page.locator(f'[data-rows="counter"] [data-key="{code}"] [data-t="n"]')


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
        expect(row.locator('[data-t="n"]')).to_have_text(str(number))
    expect(row.locator('[data-t="score"]')).to_have_text("5.0")
    expect(row.locator("[data-bar]")).to_be_visible()
    assert office.evaluate("window.neverReloaded")


def test_a_tap_on_the_tablet_appears_in_the_office(
    office: Page, server: Server, browser: Browser, app: Flask
) -> None:
    with app.app_context(), transaction():
        code = open_enrolment(by=actor("lin"), counter=counter("c2"))
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
    expect(seen).to_have_text("1")
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
    expect(status).to_have_class(re.compile("is-stale"))
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
    expect(office.locator('[data-key="c1"] [data-t="n"]')).to_have_text("1")


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


TABS = 8
"""More than the six connections that a browser gives a server over HTTP/1.1."""


def test_eight_tabs_share_one_stream_and_leave_the_site_open(office: Page, server: Server, key: str) -> None:
    streams: list[str] = []
    office.context.on(
        "request", lambda asked: streams.append(asked.url) if asked.url.endswith("/office/live") else None
    )
    tabs = [office, *more_tabs(office.context, TABS - 1)]
    rate(server, key, 5)
    for tab in tabs:
        expect(counted(tab)).to_have_text("1")
    plain = office.context.new_page()
    plain.goto("/office/ratings/")
    expect(plain.locator("h1")).to_be_visible()
    assert streams == [], "the first tab's stream is enough for all"


@pytest.mark.parametrize("bus", ["channel", "storage"])
def test_another_tab_takes_over_and_misses_nothing(office: Page, server: Server, key: str, bus: str) -> None:
    if bus == "storage":
        office.context.add_init_script("delete window.BroadcastChannel")
        office.reload()
        expect(office.locator("[data-live-status-text]")).to_contain_text("实时")
    tabs = more_tabs(office.context, 2)
    for tab in tabs:
        tab.evaluate(
            """() => {
              const box = document.querySelector('[data-live-announce]');
              window.told = [];
              new MutationObserver(() => window.told.push(box.textContent)).observe(box, {childList: true});
            }"""
        )
    for _ in range(4):
        rate(server, key, 1)
    for tab in tabs:
        expect(tab.locator('[data-rows="attention"] .alerting')).to_contain_text("面食")
    office.close()
    rate(server, key, 1)
    for tab in tabs:
        expect(counted(tab)).to_have_text("5")
        expect(tab.locator("[data-live-status]")).not_to_have_class(re.compile("is-stale"))
        assert len(tab.evaluate("window.told")) == 1, "the alert was told once"
    kept = "Object.keys(localStorage).filter(name => name.startsWith('kiosk-live'))"
    assert tabs[0].evaluate(kept) == [], "nothing stays behind for whoever sits here next"


def test_without_a_way_to_talk_tabs_ask_for_the_snapshot(office: Page, server: Server, key: str) -> None:
    office.context.add_init_script(
        """delete window.BroadcastChannel;
        Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked'); }});"""
    )
    tabs = more_tabs(office.context, TABS)
    rate(server, key, 5)
    for tab in tabs:
        expect(counted(tab)).to_have_text("1")


def more_tabs(context: BrowserContext, number: int) -> list[Page]:
    """More tabs of the browser, each with the live view open."""
    tabs = [context.new_page() for _ in range(number)]
    for tab in tabs:
        tab.goto("/office/")
        expect(tab.locator("[data-live-status-text]")).to_contain_text("实时")
    return tabs


@pytest.fixture
def late_canteens(app: Flask) -> None:
    """Three canteens that were there long before and have posted nothing today. Ask before `server`."""
    today = clock.now()
    with app.app_context(), transaction():
        with clock.moved_to(today - timedelta(days=30)):
            for code in ("k2", "k3"):
                add_canteen(by=actor("test"), code=code, name=f"食堂{code}")
        set_day(by=actor("test"), day=school.today(), is_school_day=True)
        change_settings(by=actor("test"), posting_due="00:01")


def test_ten_redraws_leave_each_need_once(
    late_canteens: None, office: Page, server: Server, key: str
) -> None:
    needs = office.locator('[data-rows="attention"] [data-key]')
    late = office.locator('[data-rows="attention"] li', has_text=re.compile("食堂k.："))
    expect(late).to_have_count(2)
    for number in range(1, 11):
        rate(server, key, 1 if number > 3 else 3)
        expect(counted(office)).to_have_text(str(number))
    keys = needs.evaluate_all("rows => rows.map(row => row.dataset.key)")
    assert len(keys) == len(set(keys)), keys
    expect(late).to_have_count(1)  # the alert has come first, and the strip is one line
    fresh = office.evaluate("fetch('/office/live.json').then(r => r.json())")
    assert keys == [one["key"] for one in fresh["parts"]["attention"]]
