"""The minute at the table in real Chromium: the line cut, kept and sent once; a gap that everybody reads."""

from collections.abc import Iterator
from datetime import time, timedelta
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from kiosk import create_app
from kiosk.core import config
from kiosk.core.db import db, session, transaction
from kiosk.dining import services
from kiosk.dining.models import SharedMeal
from kiosk.dining.queries import Slot
from kiosk.persons.models import Person
from kiosk.school import services as school
from kiosk.school.queries import in_use, today
from tests.browser.axe import assert_accessible
from tests.browser.shared import instance
from tests.conftest import COMPILED, PASSWORD, actor, canteen, free_port

__all__ = ["instance"]
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def app(instance: config.Instance) -> Iterator[Flask]:
    """One meal that lasts all day; it is asked for since yesterday, and today's is Lin's turn."""
    instance.values["kiosk_public_url"] = f"http://127.0.0.1:{free_port()}"
    app = create_app(instance)
    app.jinja_env.bytecode_cache = COMPILED
    lin, now = actor, today
    with app.app_context(), transaction():
        by, day = lin("lin"), now()
        for meal in ("breakfast", "dinner"):
            school.remove_meal(by=by, code=meal)
        school.save_meal(by=by, code="lunch", name="午餐", name_en="Lunch", starts=time(0), ends=time(23, 59))
        for open_day in (day - timedelta(days=1), day):
            school.set_day(by=by, day=open_day, is_school_day=True)
        school.switch(by=by, name="dining", on=True)
        since = {name: str(one) for name, one in {**in_use(), "dining": day - timedelta(days=1)}.items()}
        school.change_settings(by=by, in_use=since)
        person = session.get_one(Person, by.person)
        services.name_leader(by=by, person=person, title="总务主任", weekdays=[])
        services.set_turns(by=by, turns={Slot(day, canteen().id, "lunch"): person.number})
    yield app
    with app.app_context():
        session.remove()
        db.engine.dispose()


@pytest.fixture
def phone(browser: Browser, app: Flask, instance: config.Instance) -> Iterator[Page]:
    """A phone at the served school."""
    address = str(instance.public_url)
    server = make_server("127.0.0.1", int(address.rpartition(":")[2]), app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context(
        viewport=PHONE, base_url=address, has_touch=True, is_mobile=True, locale="zh-CN"
    )
    yield context.new_page()
    context.close()
    server.shutdown()


def fits(page: Page) -> None:
    """Nothing lies beyond the phone's edge."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_minute_at_the_table_survives_a_cut_line_and_a_gap_is_public(phone: Page, app: Flask) -> None:
    page = phone
    with app.app_context():
        yesterday = today() - timedelta(days=1)
    page.goto(f"/shared-meals/?week={yesterday}")
    expect(page.get_by_text("本周 1 餐无人陪餐")).to_be_visible()
    fits(page)
    assert_accessible(page)
    page.goto("/sign-in?next=/office/dining/")
    page.fill("[name=username]", "lin")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.goto("/office/dining/")
    page.locator("a.btn-primary", has_text="登记").last.tap()
    page.fill("[name=dishes]", "番茄牛腩、米饭")
    for name in ("looks", "taste", "portion", "temperature", "hygiene"):
        page.locator(f"label:has(input[name={name}][value='4'])").tap()
    page.fill("[name=words]", "汤有点咸，打13812345678")
    fits(page)
    assert_accessible(page)
    page.context.set_offline(True)
    page.tap("[data-send]")
    expect(page.locator("[data-trouble]")).to_contain_text("还在")
    expect(page.locator("[name=words]")).to_have_value("汤有点咸，打13812345678")
    page.context.set_offline(False)
    page.tap("[data-send]")
    page.wait_for_url("**/office/dining/entries/*")
    assert_accessible(page)
    page.goto("/shared-meals/")
    expect(page.locator(".said").first).to_have_text("汤有点咸，打＊＊＊")
    with app.app_context():
        assert session.query(SharedMeal).count() == 1
