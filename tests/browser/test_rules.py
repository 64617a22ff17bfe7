"""A rule in real Chromium: from a Word file to the version in force, with thirty opinions on the way."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from kiosk.auth.services import add_account
from kiosk.core import clock, config
from kiosk.core.db import db, session, transaction
from kiosk.rules.models import Opinion
from kiosk.school.services import save_term, switch
from tests.browser.axe import assert_accessible
from tests.browser.shared import instance
from tests.conftest import PASSWORD, actor, free_port, make_app
from tests.rules.test_reading import made, rule

__all__ = ["instance"]
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
COUNCIL = ("m1", "m2", "m3")
THIRTY = 30
BY_HAND = 5


@pytest.fixture(scope="module")
def app(instance: config.Instance) -> Iterator[Flask]:
    """A school with a council of three that makes its rules here."""
    instance.values["kiosk_public_url"] = f"http://127.0.0.1:{free_port()}"
    app = make_app(instance)
    with clock.moved_to(MONDAY), app.app_context(), transaction():
        switch(by=actor("lin"), name="rules", on=True)
        save_term(by=actor("lin"), name="春", starts=MONDAY.date(), ends=MONDAY.date() + timedelta(days=120))
        for name in COUNCIL:
            add_account(by=actor("lin"), username=name, password=PASSWORD, role="council", name=f"委员{name}")
    yield app
    with app.app_context():
        session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def url(app: Flask, instance: config.Instance) -> Iterator[str]:
    """Where it is served: here, so that its clock can be moved."""
    address = str(instance.public_url)
    server = make_server("127.0.0.1", int(address.rpartition(":")[2]), app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield address
    server.shutdown()


@pytest.fixture
def desk(browser: Browser, url: str) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=url, locale="zh-CN")
    yield context
    context.close()


@pytest.fixture
def phone(browser: Browser, url: str) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, base_url=url, has_touch=True, is_mobile=True, locale="zh-CN"
    )
    yield context
    context.close()


def day(number: int) -> datetime:
    return MONDAY + timedelta(days=number)


def signed_in(context: BrowserContext, username: str) -> Page:
    context.clear_cookies()
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(re.compile("/office"))
    return page


def press(page: Page, endpoint: str) -> None:
    """Send the form that leads to an address of the rule."""
    page.locator(f"form[action$='/{endpoint}'] button[type=submit]").first.click()
    page.wait_for_load_state()


def speak(phone: BrowserContext, address: str) -> None:
    """Thirty people, each with a phone of their own; the first ones type, the others are sent as a form."""
    page = phone.new_page()
    for number in range(THIRTY):
        phone.clear_cookies()
        page.goto(address)
        token = page.locator(".say-form [name=csrf_token]").get_attribute("value") or ""
        articles = page.locator(".say-form option")
        article = articles.nth(number % articles.count()).get_attribute("value") or ""
        if number < BY_HAND:
            page.select_option(".say-form select", article)
            page.fill(".say-form textarea", f"第{number}条意见：希望早一点开门。")
            page.tap("[data-send]")
            expect(page.locator(".opinion").first).to_contain_text(f"第{number}条意见")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
            continue
        form = {
            "csrf_token": token,
            "article": article,
            "text": f"第{number}条意见：再改一改。",
            "sent": f"form-{number:020}",
        }
        assert page.request.post(f"{address}/opinions", form=form).ok
    assert_accessible(page)
    page.close()


def test_from_a_word_file_to_the_version_in_force(
    app: Flask, desk: BrowserContext, phone: BrowserContext, tmp_path: Path
) -> None:
    file = tmp_path / "开水房管理办法.docx"
    file.write_bytes(made(rule))
    with clock.moved_to(MONDAY):
        lin = signed_in(desk, "lin")
        lin.goto("/office/rules/new")
        lin.set_input_files("[name=file]", file)
        lin.click("main form button[type=submit]")
        expect(lin.locator("main")).to_contain_text("文件中的第四条，按顺序重新编号为第三条")
        assert_accessible(lin)
        lin.click("main form button[type=submit]")
        expect(lin.locator("h1")).to_have_text("开水房管理办法")
        office = lin.url
        lin.fill("[name=why]", "打水常常拥挤，请大家提意见。")
        press(lin, "consult")
        expect(lin.locator("main")).to_contain_text("征求意见")
        address = re.sub(r"/\d+$", "", lin.locator("a[href^='/rules/']").first.get_attribute("href") or "")
        speak(phone, address)
    with app.app_context():
        assert session.query(Opinion).count() == THIRTY
        assert len({one.voice for one in session.query(Opinion)}) == THIRTY
        session.remove()
    first = office
    with clock.moved_to(day(8)):
        lin = signed_in(desk, "lin")
        _change(lin, first)
        _answer(lin, first)
        lin.goto(first)
        lin.fill("[name=since]", day(20).date().isoformat())
        lin.fill("form[action$='/freeze'] [name=why]", "按意见改好了。")
        press(lin, "freeze")
        expect(lin.locator(".hash").first).to_contain_text("SHA-256")
    with clock.moved_to(day(10)):
        m1 = signed_in(desk, "m1")
        m1.goto(f"{first}/ballot")
        expect(m1.locator(".roll-table tbody tr")).to_have_count(len(COUNCIL))
        m1.goto(first)
        for box in m1.locator("[name=present]").all()[:2]:
            box.check()
        for name, number in (("in_favour", 2), ("against", 0), ("abstained", 0)):
            m1.fill(f"[name={name}]", str(number))
        press(m1, "vote")
        expect(m1.locator("main")).to_contain_text("经另一位到会成员确认后生效")
        m2 = signed_in(desk, "m2")
        m2.goto(first)
        press(m2, "vote/confirm")
        expect(m2.locator("main")).to_contain_text("已确认：通过")
    with clock.moved_to(day(21)):
        page = phone.new_page()
        page.goto(address)
        expect(page.locator(".badge").first).to_have_text("现行")
        page.goto(f"{address}/2?against=1")
        expect(page.locator(".rule-article .diff ins").first).to_have_text("六点半")
        expect(page.locator(".rule-article .diff del").first).to_have_text("七点")
        assert_accessible(page)
        page.goto(f"{address}/2")
        assert page.locator(".opinion").count() == 20
        expect(page.locator(".opinion .answer").first).to_be_visible()


def _change(lin: Page, office: str) -> None:
    lin.goto(f"{office}/text")
    lin.locator(".item-list li", has_text="每天七点开门").locator("a.btn").click()
    lin.locator("[name=text]").fill("每天六点半开门。")
    lin.locator("main form button[type=submit]").first.click()
    expect(lin.locator(".item-list")).to_contain_text("每天六点半开门")


def _answer(lin: Page, office: str) -> None:
    """Two pages of opinions, each answered at once."""
    for _page in range(2):
        lin.goto(f"{office}/opinions?waiting=1")
        for box in lin.locator("[name=opinions]").all():
            box.check()
        lin.select_option("[name=outcome]", "adopted")
        lin.fill("[name=text]", "开门时间已提前半小时。")
        lin.locator("details:has([name=articles]) summary").click()
        lin.locator("label:has([name=articles])", has_text="第三条").click()
        lin.locator("main form button[type=submit]").last.click()
        expect(lin.locator(".notice-good")).to_be_visible()
