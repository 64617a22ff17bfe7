"""The screen on the wall in a real browser: it turns, reads from 4 m, and lives on without a person."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser, Error, Page, Route, expect

from kiosk.core import clock
from tests.browser.axe import assert_accessible
from tests.conftest import Server
from tests.overview.factories import rate
from tests.purchasing.test_services import CABBAGE, TOMATO, post

SIZES = [(1920, 1080), (1280, 720), (1080, 1920)]
LINES = [{**CABBAGE, "item": f"很长的品名一二三四{n:02}", "specification": "500g×20袋"} for n in range(60)]


@pytest.fixture
def wall(app: Flask, server: Server, page: Page) -> Page:
    """The wall's page of a crowded day, whose time the test moves."""
    with app.app_context():
        post(*LINES, TOMATO)
        post({**TOMATO, "item": "第二张单的菜"})
        rate(app, "c1", [5, 5, 4, 4, 3], at=clock.now())
        rate(app, "c2", [1, 1], at=clock.now())
    page.clock.install()
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{server.url}/wall")
    return page


def seen(page: Page) -> list[str]:
    """The texts of the lines that stand on the screen."""
    found: list[str] = page.evaluate(
        "Array.from(document.querySelectorAll('[data-lines] > li, .wall-says'))"
        ".filter(e => e.offsetParent && e.getBoundingClientRect().bottom <= innerHeight + 1)"
        ".map(e => e.innerText)"
    )
    return found


def pass_time(page: Page, seconds: int) -> None:
    """So much later; what was due meanwhile happens once."""
    page.clock.fast_forward(seconds * 1000)
    page.clock.run_for(1_700)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_line_comes_by_and_reads_from_four_metres(wall: Page, width: int, height: int) -> None:
    wall.set_viewport_size({"width": width, "height": height})
    pass_time(wall, 1)
    lines: set[str] = set()
    for _ in range(int(wall.locator("[data-count]").inner_text().split("/")[1]) + 1):
        lines |= set(seen(wall))
        assert not wall.evaluate("document.scrollingElement.scrollHeight > innerHeight + 1")
        assert not wall.evaluate("document.documentElement.scrollWidth > innerWidth")
        pass_time(wall, 13)
    text = "\n".join(lines)
    for words in [*(line["item"] for line in LINES), "大西红柿", "第二张单的菜", "5 次评价", "评价太少"]:
        assert words in text, words
    assert "4.2" in text, "five ratings have a score"
    sizes = wall.evaluate(
        "Array.from(document.querySelectorAll('.w-item b, .w-price'))"
        ".map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= min(width, height) / 28, "20 mm high on a screen of 43 inches"


def test_news_come_without_a_hand_and_the_round_goes_on(app: Flask, wall: Page) -> None:
    before = wall.locator("[data-count]").inner_text()
    with app.app_context():
        post({**TOMATO, "item": "刚刚公示的菜"})
    for _ in range(300):
        pass_time(wall, 13)
        wall.wait_for_timeout(100)
        if any("刚刚公示的菜" in line for line in seen(wall)):
            break
    else:
        pytest.fail("what was posted meanwhile never came")
    expect(wall.locator("[data-count]")).not_to_have_text(before)


def test_a_lost_network_says_how_old_the_figures_are_and_mends_itself(wall: Page) -> None:
    wall.route("**/wall*", lambda route: route.abort())
    pass_time(wall, 200)
    old = wall.locator("[data-old-text]")
    expect(old).to_be_visible()
    expect(old).to_contain_text("服务器已")
    assert seen(wall), "what is known stays on the screen"
    wall.unroute("**/wall*")
    pass_time(wall, 61)
    expect(old).to_be_hidden()


def test_an_error_page_is_not_taken_for_the_wall(wall: Page) -> None:
    def broken(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body="<h1>Sign in to this network</h1>")

    wall.route("**/wall*", broken)
    pass_time(wall, 200)
    assert seen(wall)
    expect(wall.locator("[data-old-text]")).to_be_visible()


def was_reloaded(page: Page) -> bool:
    """Whether the page comes anew within a while."""
    for _ in range(400):
        page.wait_for_timeout(100)
        try:
            if not page.evaluate("window.neverReloaded || false"):
                break
        except Error:  # right in between
            break
    else:
        return False
    page.unroute_all(behavior="ignoreErrors")
    return True


def test_it_reloads_itself_after_an_update(wall: Page) -> None:
    wall.evaluate("window.neverReloaded = true")
    wall.evaluate("document.querySelector('[data-wall]').setAttribute('data-version', 'an older one')")
    pass_time(wall, 61)
    assert was_reloaded(wall)


def test_it_begins_anew_each_night(wall: Page) -> None:
    wall.evaluate("window.neverReloaded = true")
    wall.evaluate("document.querySelector('[data-wall]').setAttribute('data-now', 2 * 3600 * 1000)")
    wall.evaluate("document.querySelector('[data-wall]').setAttribute('data-offset', '0')")
    wall.route("**/wall*", at_four)
    pass_time(wall, 61)
    assert was_reloaded(wall)


def at_four(route: Route) -> None:
    """The page as the server makes it at four in the morning; a reload gets the true one."""
    if route.request.is_navigation_request():
        route.continue_()
        return
    text = re.sub(r'data-offset="[^"]*"', 'data-offset="0"', route.fetch().text())
    text = re.sub(r'data-now="[^"]*"', f'data-now="{4 * 3600 * 1000}"', text)
    route.fulfill(body=text, content_type="text/html")


def test_the_clock_is_the_school_s_and_the_day_turns_at_midnight(wall: Page) -> None:
    wall.evaluate(
        "() => { const w = document.querySelector('[data-wall]');"
        " w.setAttribute('data-now', Date.UTC(2026, 2, 4, 15, 58)); w.setAttribute('data-offset', 480); }"
    )
    pass_time(wall, 2)
    expect(wall.locator("[data-clock]")).to_have_text("23:58")


def test_it_turns_without_motion_where_that_is_wished(app: Flask, server: Server, browser: Browser) -> None:
    with app.app_context():
        post(*LINES)
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.clock.install()
    page.goto(f"{server.url}/wall")
    first = seen(page)
    pass_time(page, 13)
    assert page.locator(".is-turning").count() == 0
    assert seen(page) != first
    context.close()


def test_it_can_be_read_without_javascript(app: Flask, server: Server, browser: Browser) -> None:
    with app.app_context():
        post(*LINES)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}/wall")
    assert page.get_by_text("很长的品名一二三四59").is_visible()
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_serious(wall: Page, server: Server, theme: str, language: str) -> None:
    wall.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    wall.goto(f"{server.url}/wall?lang={language}")
    assert_accessible(wall)
