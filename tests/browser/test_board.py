"""The public board in a real browser: nothing serious for axe, no sideways scrolling, no script needed."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from kiosk.auth.services import add_account
from kiosk.core.db import transaction
from kiosk.postings.queries import kind_of
from kiosk.school.services import switch
from tests.browser.axe import assert_accessible
from tests.conftest import PASSWORD, Server, actor
from tests.postings.test_kinds import corrected, withdrawn
from tests.purchasing.test_services import CABBAGE, TOMATO, post

PAGES = (
    "/",
    "/items?q=dbc",
    "/items/1",
    "/sheets/1",
    "/postings/",
    "/postings/1",
    "/postings/2",
    "/postings/1/poster",
    "/about-scores",
    "/privacy",
    "/data/",
    "/print/day",
    "/sign-in",
    "/nowhere",
)


@pytest.fixture
def posted(app: Flask, server: Server) -> Server:
    """A running school with a crowded sheet, a corrected notice and a withdrawn one."""
    with app.app_context():
        post(
            CABBAGE,
            TOMATO,
            *(
                {**CABBAGE, "item": f"很长的品名一二三四五{n}", "specification": "500g×20袋"}
                for n in range(30)
            ),
        )
        with transaction():
            add_account(by=actor("test"), username="zhou", password=PASSWORD, role="council", name="周")
            for name in ("notice", "cases"):
                switch(by=actor("lin"), name=name, on=True)
        corrected(kind_of("notice"))
        withdrawn(kind_of("notice"))
    return server


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_serious(posted: Server, browser: Browser, language: str) -> None:
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    for address in PAGES:
        page.goto(f"{posted.url}{address}{'&' if '?' in address else '?'}lang={language}")
        assert_accessible(page, themes=True)
    context.close()


@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 640), (1280, 800), (1920, 1080)])
def test_pages_do_not_scroll_sideways(posted: Server, page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    for address in PAGES:
        if address.startswith("/print") or address.endswith("/poster"):
            continue  # paper has its own width
        page.goto(posted.url + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_a_parent_finds_everything_without_javascript(posted: Server, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(posted.url)
    assert page.get_by_text("2.50 元/市斤").first.is_visible()
    page.get_by_text("另外 26 项").click()
    assert page.get_by_text("很长的品名一二三四五29").first.is_visible()
    page.get_by_role("link", name="大白菜").first.click()
    page.get_by_role("heading", name="大白菜").wait_for()
    context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sentence_is_wide_enough_beside_its_button_on_a_phone(
    posted: Server, page: Page, language: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{posted.url}/?lang={language}")
    asks = page.locator(".case-ask > .grow")
    assert asks.evaluate("e => e.offsetWidth") > 180, "a sentence is no column of single words"
