"""Paper: posters and pages as a printer gets them, also one that knows less than Chromium."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page

from kiosk.commitments.services import promise
from kiosk.core.db import transaction
from kiosk.school.queries import today
from kiosk.school.services import switch
from tests.conftest import PASSWORD, Server, actor, counter

PAPER = {"a4": (210, 297), "a3": (297, 420)}
HIGHEST = {"a4": 250.5, "a3": 350.5}
"""In millimetres: WebKit prints with margins of its own, and cuts in two what does not fit."""
SHEETS = """[...document.querySelectorAll(".sheet")].map((one) => {
  const style = getComputedStyle(one);
  return [one.getBoundingClientRect().height / 96 * 25.4, style.breakInside];
})"""
PAGES = """[...document.styleSheets].map((sheet) => [...sheet.cssRules]
  .filter((rule) => rule.type === CSSRule.PAGE_RULE).map((rule) => rule.selectorText)).flat()"""
BLOCKS = """[document.body, document.querySelector("main")].map((one) => getComputedStyle(one).display)"""


def sign_in(page: Page, server: Server) -> None:
    """Enter the office as the head of logistics."""
    page.goto(f"{server.url}/sign-in?next=/office/counters/")
    page.fill("[name=username]", "lin")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/office/counters/")


@pytest.mark.parametrize("size", ["a4", "a3"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_stand_is_one_sheet_of_its_paper(
    app: Flask, server: Server, page: Page, size: str, language: str
) -> None:
    """The paper's size stands in a page without a name: Firefox reads no other. With what is promised."""
    with app.app_context(), transaction():
        for name in ("cases", "commitments"):
            switch(by=actor("lin"), name=name, on=True)
        values = {"answer": 3, "queue": 10, "text": "每天中午有一样素菜，价格不高于三元，卖完当场补上。"}
        promise(by=actor("lin"), place=counter(), since=today(), values=values)
    sign_in(page, server)
    page.goto(f"{server.url}/office/counters/posters?size={size}&lang={language}")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 3
    (box,) = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed))
    assert tuple(round(float(side) / 72 * 25.4) for side in box) == PAPER[size]
    assert "a3" not in page.evaluate(PAGES), "it has no name"
    page.emulate_media(media="print")
    page.set_viewport_size({"width": round((PAPER[size][0] - 36) / 25.4 * 96), "height": 900})
    assert page.evaluate(BLOCKS) == ["block", "block"]
    sheets = page.evaluate(SHEETS)
    assert len(sheets) == 3
    assert all(height <= HIGHEST[size] and inside == "avoid" for height, inside in sheets)


def test_a_page_prints_without_its_buttons_and_light_in_every_theme(server: Server, page: Page) -> None:
    colours = "[document.documentElement, document.querySelector('h1')].map((one) => getComputedStyle(one))"
    seen = []
    for theme in ("light", "dark"):
        page.context.add_cookies([{"name": "theme", "value": theme, "url": server.url}])
        page.goto(f"{server.url}/privacy")
        assert page.evaluate("document.documentElement.dataset.theme") == theme
        page.emulate_media(media="print")
        assert page.locator("button:visible, header:visible, footer:visible").count() == 0
        seen.append(page.evaluate(f"{colours}.map((one) => [one.color, one.backgroundColor])"))
        page.emulate_media(media="screen")
    assert seen[0] == seen[1]
    assert seen[0][0][1] == "rgba(0, 0, 0, 0)"
