"""A round on a phone, with the network cut in between: kept there, sent once, after signing in again, too."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kiosk.core.db import session, transaction
from kiosk.counters.queries import poster_token
from kiosk.inspections import queries
from kiosk.inspections import services as rounds
from kiosk.inspections.models import RoundMade, SpotAnswer
from kiosk.inspections.queries import ROUND
from kiosk.presence.services import qr_token
from kiosk.school.services import switch
from tests.browser.axe import assert_accessible
from tests.conftest import PASSWORD, Server, actor, counter
from tests.inspections.conftest import LINES, QUESTIONS


@pytest.fixture
def plan(app: Flask) -> int:
    """A round at the hot-water room, for anybody of the school's heads, today."""
    today = datetime.now(UTC).date().isoformat()
    with app.app_context(), transaction():
        for name in ("cases", "inspections"):
            switch(by=actor("lin"), name=name, on=True)
        made = rounds.make_checklist(
            by=actor("lin"), use=ROUND, name="开水房开放巡查", lines=LINES, questions=QUESTIONS
        )
        return rounds.make_plan(
            by=actor("lin"),
            name="开水房开放巡查",
            checklist=made.id,
            subject="counter:water",
            who="role:head",
            rhythm="days",
            days=[today, "2099-01-01"],
        ).id


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """A phone of Lin's."""
    found = browser.new_context(
        viewport={"width": 390, "height": 844}, base_url=server.url, locale="zh-CN", has_touch=True
    )
    sign_in(found.new_page())
    yield found
    found.close()


def sign_in(page: Page) -> None:
    """Sign in through the form, wherever it leads."""
    if "/sign-in" not in page.url:
        page.goto("/sign-in")
    page.fill("[name=username]", "lin")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def tap(page: Page, line: int, word: str) -> None:
    """Answer a line by one tap."""
    page.locator("[data-line]").nth(line).get_by_role("radio", name=word, exact=True).click()


def made(app: Flask) -> list[tuple[str, str]]:
    """How presence is known of the rounds that arrived."""
    with app.app_context():
        found = session.query(RoundMade).order_by(RoundMade.checked_id).all()
        return [(one.presence, one.why) for one in found]


def test_a_round_with_the_network_cut_in_between(
    app: Flask, plan: int, server: Server, phone: BrowserContext
) -> None:
    page = phone.pages[0]
    page.goto(f"/office/inspections/walk/{plan}")
    expect(page.locator("#progress")).to_contain_text("0／3")
    assert_accessible(page)
    with app.app_context():
        token = qr_token(counter("water")).text
    scanned = phone.new_page()  # the camera opens a page of its own
    scanned.goto(f"/q/water?t={token}")
    expect(scanned.locator(".notice-good")).to_contain_text("已扫岗位动态码签到")
    expect(scanned.get_by_text("返回巡查")).to_be_visible()
    scanned.close()
    expect(page.locator("[data-in=proven]")).to_be_visible()

    phone.set_offline(True)
    expect(page.locator("#net")).to_contain_text("没有网络")
    tap(page, 0, "有问题")
    page.locator("#words-l1").fill("龙头下面有积水")
    tap(page, 1, "正常")
    page.get_by_role("button", name="完成巡查").click()
    expect(page.locator("#progress")).to_contain_text("请先填写")
    page.locator("[data-number]").fill("8")
    expect(page.locator("[data-line]").nth(2)).to_contain_text("超出范围")
    ask(page)
    page.get_by_role("button", name="完成巡查").click()
    expect(page.locator("#done")).to_contain_text("用时")
    expect(page.locator("#sent")).to_contain_text("已存在本机")
    assert made(app) == []
    page.reload()  # it is done and waits: nothing asks for it a second time
    expect(page.locator("#done")).to_be_visible()
    expect(page.locator("#sent")).to_contain_text("已存在本机")

    phone.clear_cookies()  # signed out meanwhile
    phone.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#sent")).to_contain_text("已退出登录")
    page.locator("#sent a").click()
    sign_in(page)
    expect(page.locator("#sent")).to_contain_text("已送达")
    assert made(app) == [("proven", "")]
    with app.app_context():
        assert session.query(SpotAnswer).count() == 2
        assert len(queries.open_findings()) == 2
    page.reload()
    expect(page.locator("[data-seen]")).to_have_count(2)  # what was found comes first next time
    expect(page.locator("#net .notice")).to_have_count(0)
    assert len(made(app)) == 1


def ask(page: Page) -> None:
    """Somebody in the queue answers both questions."""
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.locator("[data-ask]").click()
    expect(page.locator("#ask-text")).to_have_text("水够热吗？")
    page.get_by_role("button", name="是", exact=True).click()
    page.wait_for_timeout(400)
    page.get_by_role("button", name="满意", exact=True).click()
    expect(page.locator("#ask-text")).to_have_text("谢谢！")
    page.locator("[data-back]").click()
    expect(page.locator("[data-voices]")).to_contain_text("已有 1 人作答")


def test_a_round_opens_again_without_a_network_and_a_poster_is_told_as_that(
    app: Flask, plan: int, phone: BrowserContext
) -> None:
    page = phone.pages[0]
    page.goto(f"/office/inspections/walk/{plan}")
    tap(page, 0, "正常")
    expect(page.locator("#progress")).to_contain_text("1／3")
    expect(page.locator("html[data-opens]")).to_be_attached()
    phone.set_offline(True)
    page.reload()
    expect(page.locator("#net")).to_contain_text("没有网络，打开的是")
    tap(page, 1, "有问题")
    page.locator("#words-l2").fill("没有人维持")
    photo = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"no picture, and kept all the same"}
    page.locator("[data-line] input[type=file]").nth(1).set_input_files(photo)
    expect(page.locator(".w-thumb")).to_have_count(1)
    address = page.url
    page.close()
    page = phone.new_page()
    page.goto(address)
    expect(page.locator("#words-l2")).to_have_value("没有人维持")
    expect(page.locator(".w-thumb")).to_have_count(1)
    phone.set_offline(False)
    with app.app_context():
        poster = poster_token(counter("water"))
    page.goto(f"/q/water?p={poster}")
    page.get_by_text("返回巡查").click()
    expect(page.locator("#progress")).to_contain_text("2／3")
    expect(page.locator("[data-in=printed]")).to_be_visible()
    tap(page, 1, "不适用")
    tap(page, 2, "不适用")
    page.get_by_role("button", name="完成巡查").click()
    expect(page.locator("#sent")).to_contain_text("已送达")
    assert made(app) == [("printed", "")]
