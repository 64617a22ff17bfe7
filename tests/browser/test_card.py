"""A card reader at the tablet in a real browser: it types fast and ends with Enter, wherever the focus is."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from kiosk.core.db import session, transaction
from kiosk.ratings.models import RatingVisitor
from kiosk.school.services import change_settings
from tests.browser.tablets import FACES, rate
from tests.browser.test_tablet import (
    Notes,
    Ratings,
    notes,
    opened,
    ratings,
    soon,
    tablet_context,
)
from tests.conftest import actor

__all__ = ["notes", "ratings", "tablet_context"]
CARD = "1234512345"
"""Digits that are also the keys of the five faces."""

TYPE = """card => {
  for (const key of [...card, 'Enter']) {
    const event = new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true});
    const field = document.activeElement || document.body;
    if (field.dispatchEvent(event) && field.id === 'comment' && key !== 'Enter') {
      field.setRangeText(key, field.selectionStart, field.selectionEnd, 'end');
    }
  }
}"""
"""What a reader does within a few milliseconds."""


@pytest.fixture
def tablet(app: Flask, tablet_context: BrowserContext) -> Page:
    """The tablet of a school with readers."""
    with app.app_context(), transaction():
        change_settings(by=actor("test"), card_reader=True)
    page = opened(tablet_context)
    page.clock.run_for(5000)
    soon(page, lambda: page.evaluate("!!window.kioskTablet.visitor && window.kioskTablet.state().card"), True)
    return page


def visitors(app: Flask) -> Callable[[], int]:
    def read() -> int:
        with app.app_context():
            found = session.query(RatingVisitor.visitor).distinct().count()
            session.remove()
            return found

    return read


def present(page: Page) -> None:
    """Hold the card to the reader."""
    with page.expect_response("**/api/visitors") as answer:
        page.evaluate(TYPE, CARD)
    assert answer.value.status == 201
    expect(page.locator("[data-x=card]")).to_be_visible()


def tap(page: Page, level: int) -> None:
    rate(page, level)
    expect(page.locator("#after")).to_be_visible()


def done(page: Page) -> None:
    page.clock.run_for(3000)
    page.click("[data-press=done]")
    page.clock.run_for(4000)
    expect(page.locator("#rate")).to_be_visible()


def test_a_card_rates_once_and_its_digits_rate_nothing(tablet: Page, app: Flask, ratings: Ratings) -> None:
    for level in (2, 5):
        present(tablet)
        soon(tablet, ratings, [2][: level == 5])  # the digits of a card are no taps
        tap(tablet, level)
        expect(tablet.locator("[data-x=card]")).to_be_hidden()
        done(tablet)
    soon(tablet, ratings, [2, 5])
    soon(tablet, visitors(app), 1)
    tap(tablet, 3)
    done(tablet)
    soon(tablet, ratings, [2, 5, 3])
    with app.app_context():
        assert session.query(RatingVisitor).count() == 2, "the next tap is nobody's"
        session.remove()


def test_nothing_of_the_card_remains(tablet: Page, app: Flask, ratings: Ratings) -> None:
    present(tablet)
    tablet.clock.run_for(20_500)
    expect(tablet.locator("[data-x=card]")).to_be_hidden()
    tap(tablet, 4)
    done(tablet)
    soon(tablet, ratings, [4])
    assert visitors(app)() == 0, "after twenty seconds it is an ordinary tap"
    kept = tablet.evaluate(
        """async () => {
          const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
          for (const info of await indexedDB.databases()) {
            const base = await new Promise(done => {
              const asked = indexedDB.open(info.name); asked.onsuccess = () => done(asked.result); });
            for (const store of base.objectStoreNames) {
              found.push(JSON.stringify(await new Promise(done => {
                const asked = base.transaction(store).objectStore(store).getAll();
                asked.onsuccess = () => done(asked.result); })));
            }
            base.close();
          }
          return found.join(" ") + document.documentElement.outerHTML;
        }"""
    )
    assert CARD not in kept


def test_a_card_held_up_while_somebody_writes_leaves_the_sentence(
    tablet: Page, ratings: Ratings, notes: Notes
) -> None:
    tap(tablet, 3)
    tablet.clock.run_for(1000)
    tablet.fill("#comment", "汤有点咸")
    tablet.focus("#comment")
    tablet.evaluate("document.activeElement.setSelectionRange(4, 4)")
    present_quietly(tablet)
    assert tablet.input_value("#comment") == "汤有点咸"
    tablet.clock.run_for(46_000)
    expect(tablet.locator("#rate")).to_be_visible()
    soon(tablet, notes, [([], "汤有点咸", False)])


def present_quietly(page: Page) -> None:
    with page.expect_response("**/api/visitors"):
        page.evaluate(TYPE, CARD)


def test_without_the_server_a_card_is_no_hindrance(
    tablet: Page, tablet_context: BrowserContext, app: Flask, ratings: Ratings
) -> None:
    tablet_context.set_offline(True)
    tablet.evaluate(TYPE, CARD)
    tablet.click(f"{FACES}[data-level='1']")
    done(tablet)
    tablet_context.set_offline(False)
    soon(tablet, ratings, [1])
    assert visitors(app)() == 0
