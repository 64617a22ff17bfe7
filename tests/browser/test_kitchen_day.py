"""A kitchen's day on the phone: morning check, control in two taps, a finding, samples of lunch, labels."""

import io
import re

import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, expect

from kiosk.attachments.models import Attachment
from kiosk.core.db import session, transaction
from kiosk.counters.services import add_duty
from kiosk.inspections.models import Finding
from kiosk.postings import queries as postings
from kiosk.postings import services as posting
from kiosk.school.queries import today
from kiosk.school.services import set_day, switch
from tests.cases.conftest import photo
from tests.conftest import PASSWORD, Server, actor, add_staff, canteen, counter

ON = ("cases", "inspections", "menu", "daily_control", "food_samples", "staff_health")
DISHES = ("红烧肉", "清炒小白菜", "番茄蛋汤")
FOLD = "document.documentElement.scrollWidth <= window.innerWidth"
LABEL = {"width": 70, "height": 37}


def furnish() -> None:
    """Everything on, somebody on the roster, and a menu for today."""
    by, day = actor("lin"), today()
    for name in ON:
        switch(by=by, name=name, on=True)
    set_day(by=by, day=day, is_school_day=True)
    add_duty(by=by, counter=counter(), staff_id=add_staff("赵师傅", "11").id)
    row = {
        "day": f"{day:%a}".lower(),
        "meal": "lunch",
        "dishes": "、".join(DISHES),
        "allergens": "",
    }
    draft = posting.start(by=by, kind=postings.kind_of("menu"), place=canteen(), period=f"{day:%G-W%V}")
    posting.save_draft(by=by, draft=draft, revision=0, fields={}, rows=[row])
    posting.post(by=by, draft=draft, revision=1)


def test_a_day_is_walked_on_the_phone(app: Flask, server: Server, page: Page) -> None:
    with app.app_context(), transaction():
        furnish()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/sign-in?next=/office/kitchen/")
    page.fill("[name=username]", "chen")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    steps = page.locator(".kitchen-step")
    expect(steps).to_have_count(4)
    assert page.evaluate(FOLD)

    steps.filter(has_text="晨检").click()
    page.click("text=全员正常")
    expect(steps.filter(has_text="晨检")).to_contain_text("已完成")

    steps.filter(has_text="今日管控").click()
    nothing = page.locator("text=全部看过：未发现问题")
    expect(nothing).to_be_in_viewport()
    nothing.click()
    expect(steps.filter(has_text="今日管控")).to_contain_text("已完成")

    steps.filter(has_text="今日管控").click()
    words = page.locator("[name=words-l6]")
    expect(words).to_be_hidden()
    page.check("#found-l6")
    page.click("text=登记发现的问题")
    expect(page.locator("[data-line=l6] [data-error]")).to_contain_text("请")
    words.fill("冷藏冰箱显示 9 ℃")
    page.set_input_files(
        "[name=photo-l6]", {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": photo((900, 600)).read()}
    )
    expect(page.locator("[data-line=l6] img")).to_be_visible()
    page.reload()
    expect(words).to_have_value("冷藏冰箱显示 9 ℃")
    expect(page.locator("[data-line=l6] img")).to_be_visible()
    assert page.evaluate(FOLD)
    page.context.set_offline(True)
    page.click("text=登记发现的问题")
    expect(page.locator("#net")).to_contain_text("已存在本机")
    page.context.set_offline(False)
    page.goto(f"{server.url}/office/kitchen/")
    expect(steps.filter(has_text="今日管控")).to_contain_text("发现1项")
    with app.app_context():
        assert (session.query(Finding).count(), session.query(Attachment).count()) == (1, 1)

    steps.filter(has_text="午餐留样").click()
    for dish in DISHES[:2]:
        page.click(f".dish-tap >> text={dish}")
    page.fill("[name=place]", "1号冰箱")
    page.click("text=登记留样 >> visible=true")
    expect(page.locator(".notice-good")).to_contain_text("已登记2份留样")
    assert page.evaluate(FOLD)

    page.click("text=打印标签")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})
    with Image.open(io.BytesIO(page.locator(".sheet").screenshot())) as drawn:
        pixels = drawn.convert("L").resize((2 * drawn.width, 2 * drawn.height), Image.Resampling.BILINEAR)
    found = sorted(one.text for one in zxingcpp.read_barcodes(pixels))
    assert found == [f"{server.url}/kitchen/samples/{number}" for number in (1, 2)]
    boxes = page.locator(".slip").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().toJSON())"
    )
    sides = {(round(one["width"] / 96 * 25.4), round(one["height"] / 96 * 25.4)) for one in boxes}
    assert sides == {(LABEL["width"], LABEL["height"])}

    page.emulate_media(media="screen")
    page.goto(f"{server.url}/kitchen/samples/1")
    expect(page.locator("main")).to_contain_text("红烧肉")
    page.context.clear_cookies()
    page.goto(f"{server.url}/kitchen/")
    expect(page.locator("main")).to_contain_text("3 道菜已留 2 道")
    assert "陈" not in page.locator("main").inner_text()
