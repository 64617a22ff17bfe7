"""What tests of the tablet share: one that was enrolled as an IT teacher does it, and its queue."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kiosk.core.db import session, transaction
from kiosk.counters.services import open_enrolment
from kiosk.ratings.models import Rating
from tests.browser.conftest import PLAIN
from tests.conftest import Server, actor, counter

FACES = "[data-press=level]"

ADD = """async (numbers) => {
  const queue = window.kioskTablet.queue;
  for (const n of numbers) {
    const id = "0192b5a0-0000-7000-8000-" + n.toString(16).padStart(12, "0");
    await queue.add({ rating: { id: id, counter: "c1", level: 1 + n % 5, seq: n }, at: Date.now() });
  }
}"""
"""Puts presses into the page's own queue: number n has the level 1 + n % 5."""

COUNT = """(name) => window.kioskTablet.queue.keep((store) => {
  const found = store(name).count();
  return () => found.result;
}, "readonly")"""


NO_POINTERS = """delete window.PointerEvent;
["pointerdown", "pointermove", "pointerup", "pointercancel"].forEach((name) =>
  window.addEventListener(name, (event) => event.stopImmediatePropagation(), true));"""
"""Makes a browser one that has touches and a mouse, but no pointer events (iOS 12)."""


def plain(server: Server) -> str:
    """The server's address as a school's network has it: no secure context, so no Web Locks, no worker."""
    return f"http://{PLAIN}:{server.port}"


def enrolled(browser: Browser, app: Flask, base: str, **options: Any) -> BrowserContext:
    """A browser that is the tablet of c1."""
    options = {"service_workers": "block", "has_touch": True, "locale": "zh-CN", **options}
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=base, **options)
    page = context.new_page()
    enrol(page, app)
    page.close()
    return context


def enrol(page: Page, app: Flask) -> None:
    """Open the one-time address and press its button; the page that comes is ready for a finger."""
    with app.app_context(), transaction():
        code = open_enrolment(by=actor("test"), counter=counter())
    page.goto(f"/c/c1?enrol={code}")
    page.click("button[type=submit]")
    expect(page.locator("#rate")).to_be_visible()
    page.wait_for_load_state()  # its words stand there before its scripts run


def opened(context: BrowserContext) -> Page:
    """The tablet's page with everything that is fetched later."""
    page = context.new_page()
    page.goto("/c/c1")
    expect(page.locator("#rate")).to_be_visible()
    expect(page.locator(".c-veil")).to_be_attached()
    return page


def rate(page: Page, level: int) -> None:
    """Tap a face and wait for the server's answer: a clock that is moved on before would give the line up."""
    with page.expect_response("**/api/ratings"):
        page.tap(f"{FACES}[data-level='{level}']")


def a_moment(page: Page) -> None:
    """Half a second, in which a screen that has only just come takes no touch."""
    page.wait_for_timeout(520)


def add(page: Page, *numbers: int) -> None:
    """Press so often, as fast as the browser keeps it."""
    page.evaluate(ADD, list(numbers))


def waiting(page: Page, name: str = "queue") -> int:
    """How many entries a store of the queue holds."""
    return int(page.evaluate(COUNT, name))


FACT = """(name) => window.kioskTablet.queue.keep((store) => {
  const found = store("facts").get(name);
  return () => found.result;
}, "readonly")"""


def fact(page: Page, name: str) -> Any:
    """What the queue noted under a name."""
    return page.evaluate(FACT, name)


def stored(app: Flask) -> list[int]:
    """The numbers of the presses that the server has, in the order of recording."""
    with app.app_context():
        found = session.query(Rating.tablet_seq).order_by(Rating.seq).all()
        session.remove()
        return [one.tablet_seq for one in found]


def soon(page: Page, check: Callable[[], Any], wanted: Any, seconds: float = 40) -> None:
    """Wait until a check gives what is wanted."""
    until = monotonic() + seconds
    while check() != wanted and monotonic() < until:
        page.wait_for_timeout(100)
    assert check() == wanted
