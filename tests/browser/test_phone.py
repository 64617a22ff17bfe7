"""A phone at the counter: the code is read from the tablet's pixels, the rest works without JavaScript."""

import io
import re
from time import monotonic

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from kiosk.core.db import session, transaction
from kiosk.counters.services import open_enrolment
from kiosk.ratings.models import Rating
from tests.browser.axe import assert_accessible
from tests.conftest import Server, actor, counter


@pytest.fixture
def code(app: Flask) -> str:
    """A code that enrols a tablet at c1."""
    with app.app_context(), transaction():
        return open_enrolment(by=actor("test"), counter=counter())


def shown(tablet: Page) -> str:
    """What a phone's camera reads from the tablet's screen."""
    expect(tablet.locator("#rate .t-qr img")).to_be_visible()
    until = monotonic() + 20
    while not (found := zxingcpp.read_barcodes(Image.open(io.BytesIO(tablet.screenshot())))):
        assert monotonic() < until, "no camera can read the code"
    (code,) = found
    return code.text


@pytest.mark.parametrize("size", [(800, 480), (1280, 800)])
def test_from_the_tablets_pixels_to_the_receipt(
    app: Flask, code: str, server: Server, browser: Browser, size: tuple[int, int]
) -> None:
    tablet = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, base_url=server.url
    ).new_page()
    tablet.goto(f"/c/c1?enrol={code}")
    tablet.click("button[type=submit]")
    address = shown(tablet)
    assert address.startswith(f"{server.url}/q/c1?t=")

    phone = browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=False, locale="zh-CN"
    ).new_page()
    phone.goto(address)
    assert re.search(r"/r/[\w-]+$", phone.url)
    faces = phone.locator("button[name=level]")
    assert [text.strip() for text in faces.all_inner_texts()] == [
        "非常满意",
        "满意",
        "基本满意",
        "不满意",
        "非常不满意",
    ]
    heights = [box["height"] for box in (one.bounding_box() for one in faces.all()) if box]
    assert min(heights) >= 64
    faces.nth(1).click()
    expect(phone.locator("h1")).to_have_text("已记录，谢谢")
    phone.locator("input[value=taste]").check(force=True)
    phone.fill("textarea", "面条很好")
    phone.click("button[type=submit]")
    receipt = phone.locator(".p-code").inner_text()
    phone.click("text=打开回执")
    expect(phone.locator(".p-code")).to_have_text(receipt)
    expect(phone.locator("main")).to_contain_text("面条很好")
    with app.app_context():
        (rating,) = session.query(Rating).all()
        assert (rating.level, rating.channel, rating.counter_id) == (4, "phone", counter().id)
    for context in browser.contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_phones_pages_are_accessible(
    app: Flask, server: Server, browser: Browser, scheme: str, language: str
) -> None:
    from kiosk.counters.queries import poster_token

    with app.app_context():
        token = poster_token(counter())
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        color_scheme="dark" if scheme == "dark" else "light",
        base_url=server.url,
    )
    page = context.new_page()
    page.goto(f"/c/c1?lang={language}")
    assert_accessible(page)
    page.goto("/c/c1?enrol=ABCD2345")
    assert_accessible(page)
    page.goto("/q/c1?t=old")
    assert_accessible(page)
    page.goto(f"/q/c1?p={token}")
    assert_accessible(page)
    page.locator("button[name=level]").first.click()
    assert_accessible(page)
    page.goto(page.locator("a[href^='/receipt/']").get_attribute("href") or "")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


@pytest.mark.parametrize("device", ["iPad", "another"])
def test_an_ipad_is_enrolled_from_its_home_screen(
    app: Flask, code: str, server: Server, browser: Browser, device: str
) -> None:
    """Safari forgets what a page keeps after seven days; a page on the home screen is exempt."""
    context = browser.new_context(base_url=server.url)
    if device == "iPad":
        context.add_init_script("navigator.standalone = false")
    page = context.new_page()
    page.goto(f"/c/c1?enrol={code}")
    expect(page.locator("#home-screen")).to_be_visible(visible=device == "iPad")
    page.click("button[type=submit]")
    expect(page.locator("#rate")).to_be_visible()
    page.goto(f"/c/c1?enrol={code}")
    expect(page.locator("#rate")).to_be_visible()
    context.close()
