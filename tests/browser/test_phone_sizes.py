"""The phone's page on every phone: all five faces are seen at once, or none is seen before the others."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from kiosk.counters.queries import poster_token
from tests.conftest import Server, counter

SIZES = [
    (320, 480),
    (320, 568),
    (360, 640),
    (375, 667),
    (390, 844),
    (412, 732),
    (480, 320),
    (568, 320),
    (640, 360),
    (667, 375),
    (732, 412),
    (844, 390),
    (568, 250),  # on its side with the browser's own bars
    (768, 1024),
    (1280, 720),
]
BOXES = """[...document.querySelectorAll(".p-face")].map((one) => {
  const box = one.getBoundingClientRect();
  return [box.left, box.top, box.right, box.bottom];
})"""
CUT = """[...document.querySelectorAll("body *")].filter((one) => one.offsetWidth > 1 && (
  one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline" ||
  one.getBoundingClientRect().right > innerWidth + 1)).map((one) => one.tagName + "." + one.className)"""
LARGE = "document.documentElement.style.setProperty('--scale', 2)"
"""Letters of 200 %."""


def asked(app: Flask, server: Server, browser: Browser, language: str) -> tuple[BrowserContext, Page]:
    """A phone that has scanned a poster."""
    with app.app_context():
        token = poster_token(counter())
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=server.url)
    page = context.new_page()
    page.goto(f"/?lang={language}")
    page.goto(f"/q/c1?p={token}")
    return context, page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_five_faces_are_seen_at_once(app: Flask, server: Server, browser: Browser, language: str) -> None:
    context, page = asked(app, server, browser, language)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        boxes = page.evaluate(BOXES)
        assert len(boxes) == 5
        assert min(box[0] for box in boxes) >= 0, (width, height)
        assert max(box[2] for box in boxes) <= width, (width, height)
        assert max(box[3] for box in boxes) <= height, (width, height)
        sides = [(box[2] - box[0], box[3] - box[1]) for box in boxes]
        assert min(min(side) for side in sides) >= 44, (width, height)
        assert max(side[0] for side in sides) - min(side[0] for side in sides) < 1
        assert page.evaluate(CUT) == [], (width, height)
    context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_letters_of_twice_the_size_are_not_cut_off(
    app: Flask, server: Server, browser: Browser, language: str
) -> None:
    context, page = asked(app, server, browser, language)
    for screen in range(2):
        page.evaluate(LARGE)
        for width, height in ((320, 480), (390, 844), (480, 320), (844, 390)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(CUT) == [], (screen, width, height)
        if not screen:
            page.locator(".p-face").first.click()
            page.wait_for_selector(".p-reasons")
    context.close()


BROKEN = """[...document.querySelectorAll(".site-head a, .site-head span")].flatMap((one) => {
  const text = one.firstChild, range = document.createRange();
  return [...text.data.matchAll(/[A-Za-z]+/g)].filter((word) => {
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return range.getClientRects().length > 1;
  }).map((word) => word[0]);
})"""
"""Words of the page's head that do not stand on one line."""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_schools_name_is_not_broken_letter_by_letter(
    server: Server, browser: Browser, language: str
) -> None:
    page = browser.new_page(base_url=server.url)
    page.goto(f"/ask?lang={language}")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(BROKEN) == [], (width, height)
        assert page.locator(".site-head").bounding_box()["height"] < 100, (width, height)
    page.close()
