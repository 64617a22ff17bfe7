"""A receipt is checked in the rater's own browser, over plain http and without any help of the browser's."""

import hashlib
import json
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from kiosk.core import clock
from kiosk.core.db import transaction
from kiosk.ratings.services import close_meals, take
from tests.browser.axe import assert_accessible
from tests.conftest import LUNCH, ROOT, Server, actor, counter, tamper


@pytest.fixture
def ids(app: Flask) -> list[str]:
    """Six ratings, the last of them not sealed yet."""
    with app.app_context():
        with clock.moved_to(LUNCH), transaction():
            taken = [take(id=uuid4(), counter=counter(), level=n, channel="poster") for n in (5, 4, 3, 2, 1)]
            close_meals(by=actor("kiosk"), everything=True)
        with transaction():
            taken.append(take(id=uuid4(), counter=counter(), level=4, channel="poster"))
        return [str(one.rating.id) for one in taken]


@pytest.fixture
def phone(browser: Browser, server: Server) -> Page:
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=server.url)
    return context.new_page()


def test_sha256_and_pbkdf2_are_those_of_the_books(page: Page) -> None:
    page.add_script_tag(path=ROOT / "static/vendor/sha256.js")
    page.add_script_tag(path=ROOT / "static/js/lib/pbkdf.js")
    for pin, rounds in (("2468", 10_000), ("13579246", 3), ("0000", 1)):
        wanted = hashlib.pbkdf2_hmac("sha256", pin.encode(), bytes.fromhex("00ff10a7"), rounds).hex()
        assert page.evaluate("([pin, rounds]) => pbkdf2(pin, '00ff10a7', rounds)", [pin, rounds]) == wanted
    for length in [*range(0, 130), 1000, 100_000]:
        message = bytes((n * 7 + length) % 256 for n in range(length))
        made = page.evaluate("m => window.sha256.array(new Uint8Array(m))", list(message))
        assert bytes(made) == hashlib.sha256(message).digest(), length


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_checks_every_sealed_rating(phone: Page, ids: list[str], language: str) -> None:
    for id in ids[:5]:
        phone.goto(f"/receipt/{id}?lang={language}")
        phone.click("#check")
        expect(phone.locator("#checked")).to_have_class("notice notice-good")
    assert_accessible(phone)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.goto(f"/receipt/{ids[5]}?lang={language}")
    expect(phone.locator("#sealed")).to_be_visible()
    expect(phone.locator("#check")).to_have_count(0)
    assert_accessible(phone)


def test_it_says_when_the_rating_shown_is_not_the_sealed_one(app: Flask, phone: Page, ids: list[str]) -> None:
    with app.app_context():
        tamper("UPDATE rating SET level = 5 WHERE level = 1")
    phone.goto(f"/receipt/{ids[4]}")
    phone.click("#check")
    expect(phone.locator("#checked")).to_have_class("notice notice-alert")
    phone.goto(f"/receipt/{ids[3]}")
    phone.click("#check")
    expect(phone.locator("#checked")).to_have_class("notice notice-good")


@pytest.mark.parametrize("part", ["line", "path", "previous", "parts", "entry", "digest"])
def test_a_server_that_lies_in_any_part_is_found(phone: Page, ids: list[str], part: str) -> None:
    def lie(route: object) -> None:
        answer = route.fetch()  # type: ignore[attr-defined]
        told = json.loads(answer.body())
        seal = told["seal"]
        seal[part] = json.loads(_other(json.dumps(seal[part])))
        route.fulfill(response=answer, json=told)  # type: ignore[attr-defined]

    phone.route("**/api/ratings/*", lie)
    phone.goto(f"/receipt/{ids[1]}")
    phone.click("#check")
    expect(phone.locator("#checked")).to_have_class("notice notice-alert")


def _other(text: str) -> str:
    """The same text with its last digit another one."""
    place = max(text.rfind(digit) for digit in "0123456789")
    return text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]


def test_without_a_script_it_tells_the_same_and_gives_the_proof(
    browser: Browser, server: Server, ids: list[str]
) -> None:
    page = browser.new_context(base_url=server.url, java_script_enabled=False).new_page()
    page.goto(f"/receipt/{ids[0]}")
    expect(page.locator("#check")).to_be_hidden()
    with page.expect_download() as download:
        page.click("a[download]")
    proof = json.loads(download.value.path().read_text("utf-8"))
    assert (proof["id"], proof["seal"]["number"]) == (ids[0], 1)
    assert proof["seal"]["digest"].startswith(page.locator(".p-code code").inner_text().replace(" ", ""))


def test_a_lost_server_is_no_verdict(phone: Page, ids: list[str]) -> None:
    phone.goto(f"/receipt/{ids[0]}")
    phone.route("**/api/ratings/*", lambda route: route.abort())
    phone.click("#check")
    expect(phone.locator("#checked")).to_have_class("notice notice-warn")
    expect(phone.locator("#check")).to_be_enabled()
