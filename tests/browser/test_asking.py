"""Asking in real Chromium, each walk whole: /ask, a posted line, the grid of a kind with rows."""

import io
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
import zxingcpp
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from werkzeug.serving import make_server

from kiosk import create_app, manifests
from kiosk.cases import services as cases
from kiosk.cases.models import Case
from kiosk.core import config
from kiosk.core.db import db, session, transaction
from kiosk.core.room import switches
from kiosk.school.queries import today
from kiosk.school.services import save_term, switch
from tests.attic.fees import FEES
from tests.browser.axe import assert_accessible
from tests.browser.shared import instance
from tests.browser.tablets import enrol
from tests.cases.conftest import photo
from tests.conftest import COMPILED, PASSWORD, actor, free_port
from tests.postings.conftest import HERE
from tests.postings.test_kinds import posted

__all__ = ["instance"]
PHONE = {"width": 390, "height": 844}
WEEK = timedelta(days=7)
WORDS = "面条太咸，请少放盐。"


@pytest.fixture(scope="module")
def app(instance: config.Instance) -> Iterator[Flask]:
    """The house with a kind that has rows: all that has to do with asking is on, and one posting hangs."""
    instance.values["kiosk_public_url"] = f"http://127.0.0.1:{free_port()}"
    app = create_app(instance, [*manifests(), HERE])
    app.jinja_env.bytecode_cache = COMPILED
    app.jinja_loader = ChoiceLoader([app.jinja_loader, DictLoader({"attic.html": "{{ section.dust }}"})])
    with app.app_context():
        with transaction():
            for option in switches():
                switch(by=actor("lin"), name=option.name, on=True)
            save_term(by=actor("lin"), name="本学期", starts=today() - 4 * WEEK, ends=today() + 12 * WEEK)
        posted(FEES)
        session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def url(app: Flask, instance: config.Instance) -> Iterator[str]:
    """Where it is served: here, since `kiosk serve` knows no attic."""
    address = str(instance.public_url)
    server = make_server("127.0.0.1", int(address.rpartition(":")[2]), app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield address
    server.shutdown()


@pytest.fixture
def phone(browser: Browser, url: str) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport=PHONE, base_url=url, has_touch=True, is_mobile=True, locale="zh-CN"
    )
    yield context
    context.close()


def fits(page: Page) -> None:
    """Nothing on a phone lies beyond its edge."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def answer(number: int, text: str) -> None:
    """Lin answers a case."""
    with transaction():
        case = session.get_one(Case, number)
        cases.answer(by=actor("lin"), case=case, text=text, outcome="mended")


def numbers(app: Flask) -> list[int]:
    with app.app_context():
        session.rollback()
        return [case.id for case in session.query(Case).order_by(Case.id)]


def fill(page: Page, text: str = WORDS) -> None:
    page.goto("/ask?at=c1")
    page.locator(".case-kinds label").first.tap()
    page.fill("textarea", text)


def test_from_a_photo_to_better_now(phone: BrowserContext, app: Flask) -> None:
    page, before = phone.new_page(), len(numbers(app))
    fill(page, f"{WORDS}打13812345678")
    large = photo((3000, 2000)).getvalue()
    page.set_input_files("input[type=file]", {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": large})
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.tap("[data-send]")
    assert len(sent.value.post_data_buffer or b"") < len(large) / 2, "it is made small before it is sent"
    expect(page.locator(".case-masked")).to_have_text(f"{WORDS}打＊＊＊")
    expect(page.locator("textarea")).to_have_value(f"{WORDS}打13812345678")
    expect(page.get_by_text("照片已保存")).to_be_visible()
    assert_accessible(page)
    fits(page)
    page.tap("button[name=masked]")
    expect(page.locator(".case-kept")).to_be_visible()
    expect(page.locator(".case-photo")).to_be_visible()
    expect(page.locator(".said")).to_have_text(f"{WORDS}打＊＊＊")
    assert_accessible(page)
    fits(page)
    (number,) = numbers(app)[before:]
    receipt = page.url.partition("?")[0]
    with app.app_context():
        answer(number, "换了师傅，盐减半。")
    page.goto(f"{receipt}?lang=en")
    page.tap("text=Show me the answer")
    expect(page.locator(".said.strong")).to_have_text("换了师傅，盐减半。")
    page.tap("text=Yes, it is better")
    expect(page.get_by_text("You said: it is better now.")).to_be_visible()
    assert_accessible(page)
    with app.app_context():
        assert session.get_one(Case, number).state == "closed"


def test_a_lost_network_costs_nothing_and_makes_no_second_case(phone: BrowserContext, app: Flask) -> None:
    page, before = phone.new_page(), len(numbers(app))
    fill(page)
    phone.set_offline(True)
    page.tap("[data-send]")
    expect(page.locator("[data-trouble]")).to_contain_text("都还在")
    phone.set_offline(False)
    page.goto("/cases/")
    page.go_back()
    expect(page.locator("textarea")).to_have_value(WORDS)
    expect(page.locator(".case-kinds input").first).to_be_checked()

    def lose(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
        route.abort()

    page.route("**/ask", lose)
    page.tap("[data-send]")
    expect(page.locator("[data-trouble]")).to_be_visible()
    page.unroute("**/ask")
    page.goto("/ask?at=c1")
    expect(page.locator("textarea")).to_have_value(WORDS)
    page.tap("[data-send]")
    expect(page.locator(".case-kept")).to_be_visible()
    assert len(numbers(app)) == before + 1
    page.goto("/ask?at=c1")
    expect(page.locator("textarea")).to_have_value("")
    page.fill("textarea", "下一件")
    page.reload()
    page.tap("form [type=button]")
    expect(page.locator("textarea")).to_have_value("")
    page.evaluate("localStorage.setItem('kiosk.device', '{}')")
    page.fill("textarea", "公用平板")
    page.reload()
    expect(page.locator("textarea")).to_have_value("")


def test_a_file_that_is_too_large_costs_nothing(phone: BrowserContext, browser: Browser, url: str) -> None:
    page = phone.new_page()
    fill(page)
    huge = {"name": "IMG_2.jpg", "mimeType": "image/jpeg", "buffer": bytes(25 * 2**20)}
    page.set_input_files("input[type=file]", huge)
    expect(page.locator("#photo-large")).to_contain_text("5 MB")
    assert page.locator("input[type=file]").evaluate("input => input.files.length") == 0
    for language, words in (("zh", "内容太大"), ("en", "This is too large.")):
        plain = browser.new_context(viewport=PHONE, base_url=url, java_script_enabled=False)
        bare = plain.new_page()
        bare.goto(f"/ask?at=c1&lang={language}")
        bare.fill("textarea", WORDS)
        bare.set_input_files("input[type=file]", huge)
        bare.click("[data-send]")
        expect(bare.locator("h1")).to_contain_text(words)
        fits(bare)
        plain.close()


def test_a_question_by_keyboard_alone_and_its_answer_under_the_line(
    browser: Browser, url: str, app: Flask
) -> None:
    before = len(numbers(app))
    page = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=url).new_page()
    page.goto("/postings/1")
    page.locator("#row-2 .ask-mark").focus()
    page.keyboard.press("Enter")
    expect(page.locator("select[name=row]")).to_have_value("2")
    page.locator("select[name=row]").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("为什么涨价？")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".case-kept")).to_be_visible()
    (number,) = numbers(app)[before:]
    with app.app_context():
        answer(number, "批发价涨了。")
    page.goto("/postings/1")
    asked = page.locator(".question", has_text="为什么涨价？")
    expect(asked.locator(".answer")).to_contain_text("批发价涨了。")
    expect(page.locator("#row-2 .asked-mark")).to_contain_text("已答复")
    assert_accessible(page)


def test_on_a_phone_a_line_is_read_and_asked_about(phone: BrowserContext, app: Flask) -> None:
    page = phone.new_page()
    page.goto("/postings/1?lang=zh")
    fits(page)
    for cell in page.locator("#row-1 td").all():
        box = cell.bounding_box()
        assert box is None or box["x"] + box["width"] <= PHONE["width"], cell.inner_text()
    page.locator("#row-1 .ask-mark").tap()
    expect(page.locator("select[name=row]")).to_have_value("1")
    page.fill("textarea", "电话13812345678")
    page.tap("[data-send]")
    expect(page.locator("textarea")).to_have_value("电话＊＊＊")
    page.fill("textarea", "是谁定的？")
    page.tap("[data-send]")
    expect(page.locator(".case-kept")).to_be_visible()
    fits(page)


def test_the_tablets_code_opens_what_is_posted(browser: Browser, url: str, app: Flask) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=url, locale="zh-CN")
    tablet = context.new_page()
    tablet.clock.install()
    enrol(tablet, app)
    tablet.clock.run_for(61_000)
    expect(tablet.locator(".t-asking .t-qr")).to_be_visible()
    pixels = Image.open(io.BytesIO(tablet.screenshot()))
    codes = [one.text for one in zxingcpp.read_barcodes(pixels)]
    assert f"{url}/postings/1#ask" in codes
    context.close()


def test_rows_are_pasted_mended_at_the_cell_and_posted(browser: Browser, url: str, app: Flask) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=url, locale="zh-CN")
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=url)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=username]", "lin")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/office/")
    with app.app_context():
        tomorrow = today() + timedelta(days=1)
    page.goto(f"/office/postings/new/{FEES.slug}?period={tomorrow}")
    page.fill("[name=subject]", "秋季收费")
    page.locator("[name=row_item]").first.focus()
    rows = "项目\t金额\t岗位\t状态\n课本费\t12.50\t30\t草稿\n校服费\t1,2x\t28\t草稿\n"
    page.evaluate("text => navigator.clipboard.writeText(text)", rows)
    page.keyboard.press("Control+v")
    expect(page.locator("[name=row_item]").nth(1)).to_have_value("校服费")
    page.click("[name=then][value=on]")
    expect(page.locator("#n-amount-1")).to_be_visible()
    assert_accessible(page)
    page.fill("[name=row_amount] >> nth=1", "88")
    page.select_option("[name=payer]", index=1)
    page.click("[name=then][value=on]")
    expect(page.locator(".notice-good")).to_contain_text("已公示")
    page.click("text=公众看到的样子")
    expect(page.locator(".posted-lines td.name")).to_have_text(["课本费", "校服费"])
    context.close()
