"""A sign-in that ends while one types loses nothing: the grid, the import page, a form of the settings."""

import re
from collections.abc import Callable, Iterator
from secrets import token_hex

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from kiosk.auth.models import Account
from kiosk.auth.queries import account_named
from kiosk.auth.services import TOTP_STEP, revoke_sign_ins
from kiosk.cases.services import open_case
from kiosk.core import clock
from kiosk.core.config import Instance
from kiosk.core.db import session, transaction
from kiosk.core.security import new_totp_secret, totp
from kiosk.postings.models import PostingDraft
from kiosk.purchasing import queries
from kiosk.purchasing.models import PurchaseImport
from kiosk.school.queries import settings, today
from kiosk.school.services import switch
from kiosk.school.settings import NAME
from tests.browser.axe import assert_accessible
from tests.browser.tablets import soon
from tests.conftest import PASSWORD, Server, actor, without_account

LONG = 20_000
"""Milliseconds that a busy machine may take."""
End = Callable[[str], None]


@pytest.fixture
def running(instance: Instance) -> Iterator[list[Server]]:
    """The server in a list: a test may put another in its place."""
    servers = [Server(instance.folder)]
    yield servers
    servers[0].stop()


@pytest.fixture
def end(app: Flask, running: list[Server], instance: Instance) -> End:
    """Ends every sign-in: signed out elsewhere, or the server comes back with another secret key."""

    def elsewhere() -> None:
        with app.app_context(), transaction():
            for account in session.scalars(select(Account)):
                revoke_sign_ins(account=account)

    def other_key() -> None:
        port = running[0].port
        running[0].stop()
        file = instance.folder / "config.toml"
        text = re.sub(r'secret_key = "\w+"', f'secret_key = "{token_hex(32)}"', file.read_text("utf-8"))
        file.write_text(text, "utf-8")
        running[0] = Server(instance.folder, port=port)

    return lambda how: {"signed out elsewhere": elsewhere, "another secret key": other_key}[how]()


HOW = pytest.mark.parametrize("how", ["signed out elsewhere", "another secret key"])


def sign_in(page: Page, running: list[Server], address: str, username: str = "lin") -> None:
    """A browser at an address of the office."""
    page.set_default_timeout(LONG)
    page.goto(f"{running[0].url}/sign-in?next={address}")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"**{address}")


def sign_in_again(page: Page, password: str = PASSWORD) -> None:
    """What the dialog asks for."""
    expect(page.locator(".dialog")).to_be_visible()
    page.locator(".dialog [name=password]").fill(password)
    page.keyboard.press("Enter")


def begin_sheet(page: Page) -> None:
    page.locator('button[value="sheet"]').click()
    expect(page.locator("[data-grid].live")).to_be_visible()


def drafts(app: Flask) -> list[list[dict[str, str]]]:
    with app.app_context():
        return [one.rows for one in session.scalars(select(PostingDraft).order_by(PostingDraft.posting_id))]


def kept(page: Page) -> list[str]:
    """The names under which this browser keeps texts."""
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('kept:'))")


@HOW
def test_the_grid_saves_and_posts_on_after_signing_in_again(
    app: Flask, page: Page, running: list[Server], end: End, how: str
) -> None:
    sign_in(page, running, "/office/purchasing/sheets/new", "chen")
    begin_sheet(page)
    page.keyboard.type("大白菜")
    expect(page.locator("[data-save-state]")).to_contain_text("已保存")
    end(how)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("市斤")
    expect(page.locator("[data-trouble]")).to_contain_text("登录已结束")
    expect(page.locator(".dialog")).to_have_count(0)  # nothing steps between the hands and the grid
    page.keyboard.press("Tab")
    page.keyboard.type("12")
    page.keyboard.press("Tab")
    page.keyboard.type("1.5")
    page.locator("[data-trouble] button").click()
    sign_in_again(page)
    expect(page.locator("[data-save-state]")).to_contain_text("已保存")
    row = {"item": "大白菜", "unit": "市斤", "quantity": "12", "unit_price": "1.5"}
    assert drafts(app) == [[row]]
    soon(page, lambda: kept(page), [])
    end(how)  # and once more, with nothing left to save: Post asks
    for name, text in zip(("purchaser", "custodian", "receiver1", "receiver2"), "甲乙丙丁", strict=True):
        page.fill(f"[name={name}]", text)
    page.locator("[data-post]").click()
    sign_in_again(page)
    page.locator("[data-asked] .btn-primary").click()
    expect(page.locator(".badge", has_text="草稿")).to_have_count(0)
    with app.app_context():
        (posted,) = queries.posted(today())
        assert [one.line.item for one in posted.lines] == ["大白菜"]


@HOW
def test_a_pasted_table_is_read_after_signing_in_again(
    app: Flask, page: Page, running: list[Server], end: End, how: str
) -> None:
    sign_in(page, running, "/office/purchasing/import", "chen")
    day = today_of(app)
    page.fill("[name=pasted]", f"日期\t品名\t单位\t数量\t单价\n{day}\t土豆\t市斤\t10\t2.5")
    end(how)
    page.click("main form button[type=submit]")
    sign_in_again(page)
    expect(page.locator("form.import")).to_contain_text("土豆")
    with app.app_context():
        assert session.scalars(select(PurchaseImport)).one() is not None
    page.fill("[name=s0-purchaser]", "采购员")
    end(how)
    page.click('button[value="draft"]')
    sign_in_again(page)
    page.wait_for_url("**/purchasing/sheets/*", timeout=LONG)
    assert [[row["item"] for row in rows] for rows in drafts(app)] == [["土豆"]]
    soon(page, lambda: kept(page), [])


def today_of(app: Flask) -> str:
    with app.app_context():
        return today().isoformat()


@HOW
def test_settings_are_saved_after_signing_in_again(
    app: Flask, page: Page, running: list[Server], end: End, how: str
) -> None:
    sign_in(page, running, "/office/school/edit")
    page.fill("[name=name]", "第十中学")
    end(how)
    page.click("main form button[type=submit]")
    assert_accessible(page)
    sign_in_again(page, "not the password")
    expect(page.locator(".dialog .field-error")).to_be_visible()
    sign_in_again(page)
    expect(page.locator("main .notice-good")).to_be_visible()
    with app.app_context():
        assert settings()[NAME] == "第十中学"
    soon(page, lambda: kept(page), [])


def test_the_dialog_asks_for_the_second_factor(
    app: Flask, page: Page, running: list[Server], end: End
) -> None:
    sign_in(page, running, "/office/staff/new")
    secret = new_totp_secret()
    with app.app_context(), transaction():
        lin = account_named("lin")
        assert lin
        lin.totp_secret = secret
    page.fill("[name=name]", "张师傅")
    end("signed out elsewhere")
    page.click("main form button[type=submit]")
    sign_in_again(page)
    expect(page.locator(".dialog [name=code]")).to_be_visible()
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(page.locator(".dialog .field-error")).to_be_visible()
    page.keyboard.type(totp(secret, int(clock.now().timestamp()) // TOTP_STEP))
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/staff/", timeout=LONG)
    with app.app_context():
        assert without_account() == ["张师傅"]


def test_signing_in_in_another_tab_is_noticed(
    app: Flask, page: Page, context: BrowserContext, running: list[Server], end: End
) -> None:
    sign_in(page, running, "/office/staff/new")
    page.fill("[name=name]", "张师傅")
    end("signed out elsewhere")
    page.click("main form button[type=submit]")
    expect(page.locator(".dialog")).to_be_visible()
    sign_in(context.new_page(), running, "/office/staff/")
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_url("**/office/staff/", timeout=LONG)
    with app.app_context():
        assert without_account() == ["张师傅"]


def test_what_somebody_typed_never_goes_on_under_another_name(
    app: Flask, page: Page, context: BrowserContext, running: list[Server], end: End
) -> None:
    sign_in(page, running, "/office/staff/new")
    page.fill("[name=name]", "张师傅")
    end("signed out elsewhere")
    other = context.new_page()
    sign_in(other, running, "/office/staff/new", "admin")
    expect(other.locator("[data-kept]")).to_have_count(0)
    expect(other.locator("[name=name]")).to_have_value("")
    page.click("main form button[type=submit]")
    expect(page.locator(".dialog")).to_contain_text("另一个人")
    expect(page.locator(".dialog [name=username]")).to_have_value("lin")
    page.keyboard.press("Escape")
    expect(page.locator(".dialog")).to_have_count(0)
    expect(page.locator("[name=name]")).to_have_value("张师傅")
    with app.app_context():
        assert without_account() == []


def test_what_was_never_sent_is_offered_on_the_next_visit_and_forgotten_at_sign_out(
    page: Page, running: list[Server]
) -> None:
    sign_in(page, running, "/office/staff/new")
    page.fill("[name=name]", "张师傅")
    page.goto(f"{running[0].url}/office/staff/")
    page.goto(f"{running[0].url}/office/staff/new")
    expect(page.locator("[name=name]")).to_have_value("")
    expect(page.locator("[data-kept]")).to_contain_text("没有提交")
    page.click("[data-kept-do=back]")
    expect(page.locator("[name=name]")).to_have_value("张师傅")
    assert kept(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.click(".menu summary")
    page.click("[data-sign-out] button")
    page.wait_for_url(f"{running[0].url}/", timeout=LONG)
    soon(page, lambda: kept(page), [])


def test_what_the_server_masked_is_not_offered_unmasked(
    app: Flask, page: Page, running: list[Server]
) -> None:
    with app.app_context(), transaction():
        switch(by=actor("lin"), name="cases", on=True)
        case = open_case(by=actor("test"), kind="complaint", subject="counter:c1", text="米饭有点硬").id
    sign_in(page, running, f"/office/cases/{case}")
    page.click("summary:has-text('首次回复')")
    page.fill("#reply-text", "请打13812345678找我。")
    page.click("form[action$=reply] .btn")
    expect(page.locator("#reply-text")).to_have_value("请打＊＊＊找我。", timeout=LONG)
    expect(page.locator("[data-kept]")).to_have_count(0)
    assert "138" not in "".join(kept(page))
    page.goto(f"{running[0].url}/office/cases/{case}")
    expect(page.locator("[data-kept]")).to_have_count(1)
    page.click("summary:has-text('首次回复')")
    page.click("[data-kept-do=back]")
    expect(page.locator("#reply-text")).to_have_value("请打＊＊＊找我。")


def test_the_grid_offers_what_the_server_never_got(page: Page, running: list[Server], end: End) -> None:
    sign_in(page, running, "/office/purchasing/sheets/new", "chen")
    begin_sheet(page)
    end("signed out elsewhere")
    page.keyboard.type("大白菜")
    page.fill("[name=purchaser]", "采购员")
    expect(page.locator("[data-trouble]")).to_be_visible()
    address = page.url.removeprefix(running[0].url)
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, running, address, "chen")
    page.click("[data-kept-do=back]")
    expect(page.locator("[name=line_item]").first).to_have_value("大白菜")
    expect(page.locator("[name=purchaser]")).to_have_value("采购员")
    expect(page.locator("[data-save-state]")).to_contain_text("已保存")
    soon(page, lambda: kept(page), [])


def test_a_server_that_is_away_keeps_the_page(page: Page, running: list[Server]) -> None:
    sign_in(page, running, "/office/staff/new")
    page.fill("[name=name]", "张师傅")
    running[0].stop()
    page.click("main form button[type=submit]")
    expect(page.locator("[data-kept-trouble]")).to_contain_text("服务器没有回应")
    expect(page.locator("[name=name]")).to_have_value("张师傅")
    running[0] = Server(running[0].folder, port=running[0].port)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/office/staff/", timeout=LONG)
    soon(page, lambda: kept(page), [])
