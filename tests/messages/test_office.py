"""The page of the channels: what works, what a test message was answered, and never a key."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.chain import queries as chain
from kiosk.core.db import session
from kiosk.messages import queries
from kiosk.operation import signs
from tests.conftest import csrf
from tests.messages.conftest import KEY, Robots, say

SignIn = Callable[[str], FlaskClient]
PAGE = "/office/messages/"


def press_test(client: FlaskClient, app: Flask) -> str:
    """Send a test message; the page that follows."""
    with app.app_context():
        mark = queries.usable()[0].mark
        session.remove()
    token = csrf(client, PAGE)
    return client.post(f"{PAGE}{mark}/test", data={"csrf_token": token}, follow_redirects=True).text


def test_it_is_off_until_it_is_configured(app: Flask, signed_in: SignIn) -> None:
    page = signed_in("lin").get(PAGE).text
    assert "还没有设置渠道" in page
    assert signed_in("chen").get(PAGE).status_code == 403
    assert "No channel is set up" in signed_in("admin").get(f"{PAGE}?lang=en").text


def test_a_test_says_what_the_channel_answered(app: Flask, signed_in: SignIn, robots: Robots) -> None:
    lin = signed_in("lin")
    assert "已收下测试消息" in press_test(lin, app)
    assert "【测试中学】这是一条测试消息。" in robots.said[0]
    robots.answer = {"errcode": 93000, "errmsg": "invalid webhook url"}
    page = press_test(lin, app)
    assert "机器人拒收" in page
    assert "invalid webhook url" in page
    assert KEY not in page
    assert f"…{KEY[-4:]}" in page
    assert "需要处理" in page
    with app.app_context():
        tested = [entry.action for entry in chain.entries(kind="message")]
        assert sorted(tested) == ["message.given_up", "message.sent", *["message.tested"] * 2]
        session.remove()


@pytest.mark.parametrize(
    "address",
    [
        f"http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
        f"https://169.254.169.254/cgi-bin/webhook/send?key={KEY}",
        f"https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key={KEY}",
        f"https://qyapi.weixin.qq.com@evil.example/cgi-bin/webhook/send?key={KEY}",
        f"https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key={KEY}",
        f"https://qyapi.weixin.qq.com/elsewhere?key={KEY}",
        f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?token={KEY}",
        f"http://127.0.0.1:9/cgi-bin/webhook/send?key={KEY}",
        f"cook:https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
        f"https://[/cgi-bin/webhook/send?key={KEY}",
    ],
)
def test_another_host_is_not_spoken_to(
    app: Flask, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("KIOSK_MESSAGES_WECOM", address)
    page = signed_in("lin").get(PAGE).text
    assert "未启用" in page
    assert KEY not in page
    with app.app_context():
        assert queries.usable() == []
        session.remove()


def test_all_right_tells_of_messages_that_do_not_get_through(
    app: Flask, signed_in: SignIn, robots: Robots, monkeypatch: pytest.MonkeyPatch
) -> None:
    lin, page = signed_in("lin"), "/office/operation/"
    assert "企业微信群机器人" in lin.get(page).text
    with app.app_context():
        say()
        session.remove()
    monkeypatch.setenv("KIOSK_MESSAGES_WECOM", "https://example.org/")
    assert "发不出去" in lin.get(page).text
    monkeypatch.setenv("KIOSK_MESSAGES_WECOM", "")
    with app.test_request_context():
        assert "messages" not in [sign.code for sign in signs.signs(app.instance)]  # type: ignore[attr-defined]
        session.remove()
