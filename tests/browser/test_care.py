"""The menu behind the PIN, the lock for cleaning, and the page that opens without network."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from kiosk.core import config
from kiosk.core.db import session, transaction
from kiosk.counters.services import set_pin
from kiosk.ratings.models import Rating
from tests.browser.axe import assert_accessible
from tests.browser.tablets import NO_POINTERS, add, enrolled, opened, plain, soon, stored, waiting
from tests.conftest import Server, actor, counter

LEAST = {(1280, 800): 120, (800, 480): 105, (480, 800): 105}
"""20 mm in pixels of a 10-inch and of 7-inch tablets."""


def office_sets(app: Flask, pin: str) -> None:
    with app.app_context(), transaction():
        set_pin(by=actor("lin"), pin=pin)


@pytest.fixture
def tablet(browser: Browser, app: Flask, server: Server) -> Iterator[BrowserContext]:
    """A tablet over plain http whose office has set the PIN 2468."""
    office_sets(app, "2468")
    context = enrolled(browser, app, plain(server))
    yield context
    context.close()


@pytest.fixture
def page(tablet: BrowserContext) -> Page:
    """Its page, with a clock that can be moved on and the PIN known."""
    return with_pin(tablet)


def with_pin(tablet: BrowserContext) -> Page:
    """The page of a tablet that has heard the PIN."""
    page = tablet.new_page()
    page.clock.install()
    page.goto("/c/c1")
    page.clock.run_for(3100)
    expect(page.locator(".c-veil")).to_be_attached()
    soon(page, lambda: page.evaluate("localStorage.getItem('kiosk.pin') !== null"), True)
    return page


def view(page: Page, name: str) -> None:
    """Wait until a view of the veil is shown, or none."""
    if name:
        expect(page.locator(f"[data-view={name}]")).to_be_visible()
    else:
        expect(page.locator(".c-veil")).to_be_hidden()


def type_pin(page: Page, pin: str) -> None:
    page.keyboard.type(pin)
    page.keyboard.press("Enter")


def unlocked(page: Page) -> None:
    """Open the menu by keyboard."""
    page.keyboard.press("Control+Alt+k")
    view(page, "keypad")
    type_pin(page, "2468")
    view(page, "menu")


def hold_sign(page: Page, milliseconds: int) -> None:
    box = page.locator("#rate .t-sign").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.clock.run_for(milliseconds)
    page.mouse.up()


def test_the_sign_held_for_three_seconds_asks_for_the_pin(page: Page, app: Flask) -> None:
    hold_sign(page, 2500)
    page.clock.run_for(3000)
    view(page, "")
    hold_sign(page, 3100)
    view(page, "keypad")
    for key in "2468":
        page.tap(f"[data-view=keypad] [data-care='{key}']")
    page.tap("[data-care=enter]")
    view(page, "menu")
    expect(page.locator("[data-view=menu] [data-c=name]")).to_have_text("面食")
    expect(page.locator("dd[data-c=unsent]")).to_have_text("0")
    page.tap("[data-view=menu] [data-care=close]")
    view(page, "")
    assert stored(app) == [], "the digits of the PIN are no ratings"
    page.touchscreen.tap(640, 30)
    full = page.locator("html:fullscreen")
    expect(full, "the first touch fills the screen, over plain http too").to_have_count(1)


def test_before_pointer_events_the_menu_opens_by_touch_all_the_same(
    tablet: BrowserContext, app: Flask
) -> None:
    tablet.add_init_script(NO_POINTERS)
    page = with_pin(tablet)
    cdp, sign = tablet.new_cdp_session(page), page.locator("#rate .t-sign").bounding_box()
    assert sign
    point = {"x": sign["x"] + sign["width"] / 2, "y": sign["y"] + sign["height"] / 2}
    cdp.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    page.clock.run_for(3_100)
    cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    view(page, "keypad")
    for key in "2468":
        page.tap(f"[data-view=keypad] [data-care='{key}']")
    page.tap("[data-care=enter]")
    view(page, "menu")
    page.tap("[data-care=clean]")
    view(page, "clean")
    page.touchscreen.tap(640, 400)
    page.clock.run_for(61_000)
    view(page, "")
    assert stored(app) == []


def test_leaving_needs_the_pin_and_leads_to_the_public_board(page: Page) -> None:
    unlocked(page)
    page.click("[data-care=leave]")
    page.wait_for_url("**/")
    expect(page.locator("h1").first).to_be_visible()


def test_wrong_pins_cost_more_and_more_time_even_over_a_reload(page: Page) -> None:
    page.keyboard.press("Control+Alt+k")
    for _ in range(2):
        type_pin(page, "1111")
        expect(page.locator("[data-c=wrong]")).to_be_visible()
        expect(page.locator("[data-c=wait]")).to_be_hidden()
    for wait in (2, 4, 8):
        type_pin(page, "1111")
        expect(page.locator("[lang=zh-Hans] > [data-c=seconds]")).to_have_text(str(wait))
        type_pin(page, "2468")
        view(page, "keypad")
        page.clock.run_for(wait * 1000 + 500)
    type_pin(page, "1111")
    page.reload()
    page.clock.run_for(3100)
    expect(page.locator(".c-veil")).to_be_attached()
    page.keyboard.press("Control+Alt+k")
    expect(page.locator("[data-c=wait]")).to_be_visible()
    page.clock.run_for(17_000)
    type_pin(page, "2468")
    view(page, "menu")


def test_a_forgotten_pin_is_replaced_in_the_office(page: Page, app: Flask) -> None:
    known = page.evaluate("localStorage.getItem('kiosk.pin')")
    assert known
    office_sets(app, "97531")
    page.clock.run_for(46_000)
    soon(page, lambda: page.evaluate("localStorage.getItem('kiosk.pin')") not in (None, known), True)
    page.keyboard.press("Control+Alt+k")
    type_pin(page, "2468")
    view(page, "keypad")
    type_pin(page, "97531")
    view(page, "menu")


def test_the_pin_is_checked_without_network(page: Page) -> None:
    page.context.set_offline(True)
    page.keyboard.press("Control+Alt+k")
    type_pin(page, "1111")
    view(page, "keypad")
    type_pin(page, "2468")
    view(page, "menu")


def test_a_menu_that_did_not_come_is_asked_for_again(tablet: BrowserContext) -> None:
    page, tries = tablet.new_page(), list[str]()

    def line(route: Route) -> None:
        tries.append(route.request.url)
        if len(tries) == 1:
            route.abort()
        else:
            route.continue_()

    tablet.route("**/c/c1/care", line)
    page.clock.install()
    page.goto("/c/c1")
    page.clock.run_for(3100)
    soon(page, lambda: len(tries), 1)
    page.wait_for_timeout(300)
    page.clock.run_for(31_000)
    expect(page.locator(".c-veil")).to_be_attached()
    assert len(tries) == 2


def test_without_a_pin_nobody_leaves(browser: Browser, app: Flask, server: Server) -> None:
    context = enrolled(browser, app, plain(server))
    page = opened(context)
    page.keyboard.press("Control+Alt+k")
    view(page, "none")
    expect(page.locator("[data-care=leave]")).to_be_hidden()
    context.close()


def test_the_lock_for_cleaning_lets_no_touch_through_and_ends_by_itself(page: Page, app: Flask) -> None:
    unlocked(page)
    page.click("[data-care=clean]")
    view(page, "clean")
    for _ in range(3):
        for place in (200, 640, 1100):
            page.touchscreen.tap(place, 400)
        page.keyboard.press("5")
        page.keyboard.press("Escape")
        page.keyboard.press("Control+Alt+k")
        page.clock.run_for(15_000)
        view(page, "clean")
    page.clock.run_for(16_000)
    view(page, "")
    assert stored(app) == []
    expect(page.locator("#rate, #attract").locator("visible=true")).to_have_count(1)


def test_the_menu_closes_when_nobody_touches_it(page: Page) -> None:
    unlocked(page)
    page.clock.run_for(61_000)
    view(page, "")


def test_the_menu_is_large_accessible_and_shows_what_was_refused(page: Page) -> None:
    page.evaluate("""() => window.kioskTablet.queue.add({ at: Date.now(), rating:
        { id: "0192b5a0-0000-7000-8000-000000000001", counter: "c1", level: 9, seq: 1 } })""")
    soon(page, lambda: waiting(page, "refused"), 1)
    page.keyboard.press("Control+Alt+k")
    view(page, "keypad")
    for name in ("keypad", "menu"):
        for (width, height), least in LEAST.items():
            page.set_viewport_size({"width": width, "height": height})
            card = page.locator(f"[data-view={name}]").bounding_box()
            assert card
            assert card["y"] >= 0
            assert card["y"] + card["height"] <= height, (name, width, height)
            for one in page.locator(f"[data-view={name}] button:visible").all():
                box = one.bounding_box()
                assert box
                assert min(box["width"], box["height"]) >= least, (name, width, height, one.inner_text())
                assert box["x"] >= 0
                assert box["x"] + box["width"] <= width
                assert box["y"] + box["height"] <= height, (name, width, height, one.inner_text())
        page.set_viewport_size({"width": 1280, "height": 800})
        assert_accessible(page)
        if name == "keypad":
            type_pin(page, "2468")
    expect(page.locator("[data-c=tray] li")).to_have_count(1)
    page.tap("[data-care=retry]")
    soon(page, lambda: (waiting(page), waiting(page, "refused")), (0, 1))  # it is refused again, not lost


# Where https (here: this machine itself) allows a service worker.


@pytest.fixture
def trusted(browser: Browser, app: Flask, instance: config.Instance) -> Iterator[tuple[Server, Page]]:
    """A tablet whose browser may keep the page, once it has."""
    server = Server(instance.folder)
    context = enrolled(browser, app, server.url, service_workers="allow")
    page = opened(context)
    soon(page, lambda: kept(page), True)
    yield server, page
    context.close()
    if server.process.poll() is None:
        server.stop()


def kept(page: Page) -> bool:
    """Whether the worker has the page, the menu and the four bundles."""
    return bool(
        page.evaluate("""async () => {
          const keys = await (await caches.open("kiosk-tablet")).keys();
          const paths = keys.map((one) => new URL(one.url).pathname);
          return !!navigator.serviceWorker.controller
            && ["/c/c1", "/c/c1/care"].every((one) => paths.includes(one))
            && paths.filter((one) => one.startsWith("/bundle/")).length === 4;
        }""")
    )


def test_the_page_opens_without_its_server_and_takes_ratings(
    trusted: tuple[Server, Page], app: Flask, instance: config.Instance
) -> None:
    server, page = trusted
    server.stop()
    page.wait_for_timeout(7000)  # the kept page grows old
    page.reload()
    expect(page.locator("#rate")).to_be_visible()
    assert page.evaluate("document.getElementById('state').hasAttribute('data-kept')")
    page.wait_for_timeout(700)
    before = datetime.now(UTC)
    page.tap("[data-press=level][data-level='2']")
    expect(page.locator("#after")).to_be_visible()
    after = datetime.now(UTC)
    soon(page, lambda: waiting(page), 1)
    again = Server(instance.folder, port=server.port)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    soon(page, lambda: len(stored(app)), 1)
    with app.app_context():
        rating = session.query(Rating).one()
        slack = timedelta(seconds=4)
        assert before - slack < rating.pressed_at < after + slack, "the kept page's time is old, not wrong"
    again.stop()


def test_the_worker_keeps_nothing_of_the_api_and_the_server_has_the_last_word(
    trusted: tuple[Server, Page], app: Flask
) -> None:
    _server, page = trusted
    add(page, 1)
    soon(page, lambda: stored(app), [1])
    addresses = page.evaluate(
        """async () => (await (await caches.open("kiosk-tablet")).keys()).map((one) => one.url)"""
    )
    assert [one for one in addresses if "/api/" in one or "/office" in one] == []
    with app.app_context(), transaction():
        counter().name = "米线"
    page.reload()
    expect(page.locator("#rate [data-x=name]")).to_have_text("米线")
    assert not page.evaluate("document.getElementById('state').hasAttribute('data-kept')")
