"""The pages as Chrome 70 draws them: newer declarations are taken out of the style sheets on their way."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from kiosk.core.db import session, transaction
from kiosk.core.samples import PASSWORD
from kiosk.counters.models import Tablet
from tests.browser.conftest import PLAIN
from tests.browser.tablets import enrolled, opened, plain, soon
from tests.conftest import Server, copy_school
from tests.postgres import Cluster
from tests.stylesheets import as_read_in_2018

TOUCHING = """() => {
  const boxes = [...document.querySelectorAll("body *")].map((one) => {
    const style = getComputedStyle(one);
    const gaps = [style.columnGap, style.rowGap].map((gap) => parseFloat(gap) || 0);
    return { one: one, gaps: /flex/.test(style.display) ? gaps : [0, 0] };
  }).filter((box) => box.gaps[0] || box.gaps[1]);
  boxes.forEach((box) => { box.one.style.gap = "0px"; });
  const close = [];
  boxes.forEach((parent) => {
    const seen = [...parent.one.children].map((child) => child.getBoundingClientRect());
    seen.filter((box) => box.width > 1 && box.height > 1).forEach((box, i, all) => {
      if (!i || box.bottom <= all[i - 1].top + 2) { return; }
      const before = all[i - 1];
      const aside = Math.min(before.bottom, box.bottom) - Math.max(before.top, box.top) > 2;
      const space = aside ? box.left - before.right : box.top - before.bottom;
      const wanted = parent.gaps[aside ? 0 : 1];
      const name = parent.one.tagName + "." + parent.one.className;
      if (wanted >= 4 && space < 3.9) { close.push([name, aside, space]); }
    });
  });
  return close;
}"""
"""Takes the gaps out of flex boxes, as before Chrome 84; then names what stands closer than 4 px."""
SIZES = """(selector) => {
  const found = [...document.querySelectorAll(selector)].filter((one) => one.getBoundingClientRect().width);
  return found.map((one) => {
    const box = one.getBoundingClientRect();
    return [parseFloat(getComputedStyle(one).fontSize), box.width, box.height, box.right, box.bottom,
      one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight];
  });
}"""


def grow_old(context: BrowserContext) -> None:
    """Let the context's pages have the style sheets as Chrome 70 reads them."""

    def older(route: Route) -> None:
        answer = route.fetch(url=route.request.url.replace(PLAIN, "127.0.0.1"))
        route.fulfill(response=answer, body=as_read_in_2018(answer.text()))

    context.route("**/*.css*", older)


def least(page: Page, selector: str) -> tuple[float, float, float]:
    """The smallest letters, the smallest side of what is shown, and how much of it is cut off."""
    found = page.evaluate(SIZES, selector)
    assert found, selector
    viewport = page.viewport_size
    assert viewport
    assert all(one[3] <= viewport["width"] + 1 and one[4] <= viewport["height"] + 1 for one in found), (
        selector
    )
    return (
        min(one[0] for one in found),
        min(min(one[1:3]) for one in found),
        max(max(one[5:]) for one in found),
    )


@pytest.fixture
def tablet(browser: Browser, app: Flask, server: Server) -> Iterator[BrowserContext]:
    """A tablet that nobody updated."""
    context = enrolled(browser, app, plain(server))
    grow_old(context)
    yield context
    context.close()


@pytest.mark.parametrize("scale", [100, 150])
@pytest.mark.parametrize(
    ("size", "face", "words"), [((800, 480), 105, 14), ((1280, 800), 120, 22), ((800, 1280), 120, 22)]
)
def test_a_tablet_of_2018_keeps_its_sizes(
    tablet: BrowserContext, app: Flask, scale: int, size: tuple[int, int], face: int, words: int
) -> None:
    with app.app_context(), transaction():
        session.query(Tablet).one().scale = scale
    page = opened(tablet)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for language in range(2):
        _, side, cut = least(page, ".t-face")
        assert side >= face
        assert cut <= 1
        assert least(page, ".t-face span")[0] >= words
        assert least(page, ".t-lang")[0] >= 13
        assert page.evaluate(TOUCHING) == []
        if not language:
            page.click("[data-press=language]")
    page.wait_for_timeout(600)
    page.tap("[data-press=level][data-level='3']")
    expect(page.locator("#after")).to_be_visible()
    assert least(page, ".t-reason")[0] >= words * 0.75
    assert least(page, ".t-go")[1] >= 56
    assert least(page, ".t-done h2")[0] >= 24
    assert least(page, ".t-done .tick")[1] >= 60
    assert least(page, "#comment")[0] >= 16
    assert page.evaluate(TOUCHING) == []


MENU = """() => {
  localStorage.setItem("kiosk.pin", JSON.stringify({ salt: "00", rounds: 1, hash: "" }));
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true, altKey: true }));
}"""
"""A tablet with a number calls its menu, in one go: the server's next news would take the number away."""


@pytest.mark.parametrize(("size", "key"), [((800, 480), 105), ((1280, 800), 120), ((480, 800), 105)])
def test_its_menu_keeps_the_size_of_its_keys(tablet: BrowserContext, size: tuple[int, int], key: int) -> None:
    page = opened(tablet)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate(MENU)
    expect(page.locator("[data-view=keypad]")).to_be_visible()
    # The page is laid out anew after the window has changed, when the browser comes to it.
    soon(page, lambda: least(page, "[data-view=keypad] button")[1] >= key, True)
    assert least(page, "[data-view=keypad] button")[0] >= 17


@pytest.fixture(scope="module")
def sampled(
    sample: Path, tmp_path_factory: pytest.TempPathFactory, cluster: Cluster | None
) -> Iterator[Server]:
    """The sample school, with something on every page."""
    running = Server(copy_school(cluster, sample, tmp_path_factory.mktemp("old") / "instance").folder)
    yield running
    running.stop()


PAGES = [
    "/?day=2026-03-25",
    "/c/c1",
    "/items",
    "/data/",
    "/record",
    "/print/day?day=2026-03-25",
    "/postings/",
    "/postings/2",
    "/office/postings/",
    "/office/",
    "/office/accounts/",
    "/office/counters/",
    "/office/counters/c1",
    "/office/counters/posters",
    "/office/counters/tablets",
    "/office/operation/",
    "/office/purchasing/",
    "/office/purchasing/items",
    "/office/purchasing/sheets/new",
    "/office/ratings/",
    "/office/school/days",
]


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_sticks_together_before_flex_boxes_knew_gaps(
    browser: Browser, sampled: Server, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, base_url=sampled.url)
    grow_old(context)
    page = context.new_page()
    page.goto("/sign-in?next=/office/counters/")
    page.fill("[name=username]", "lin")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/office/counters/")
    close, wide = {}, []
    for address in PAGES:
        page.goto(address)
        close[address] = page.evaluate(TOUCHING)
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"):
            wide.append(address)
    context.close()
    assert {address: found for address, found in close.items() if found} == {}
    assert wide == []
