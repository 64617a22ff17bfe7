"""A message goes out once, in each maker's own JSON, whatever the channel answers."""

import ssl
import subprocess
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.auth.permissions import MANAGE_ACCOUNTS
from kiosk.chain import queries as chain
from kiosk.core import clock, config
from kiosk.core.actor import KIOSK
from kiosk.core.db import session, transaction
from kiosk.core.i18n import lazy
from kiosk.core.mail import NotSent
from kiosk.messages import queries
from kiosk.messages.models import FAILED, SENT, WAITING, Delivery, Message
from kiosk.messages.services import drain, postman, send
from kiosk.operation import notes, signs, ticker
from kiosk.operation.retention import forget
from kiosk.presence.services import issue_pass, read_pass
from kiosk.ratings.services import Press, take_press
from kiosk.school.services import change_settings, switch
from tests.conftest import actor, counter, everything_stored, tamper
from tests.mailbox import Mailbox
from tests.messages.conftest import KEY, NOON, SECRET, TOO_FAST, Robots, at, say

SECOND = timedelta(seconds=1)


def deliveries() -> list[Delivery]:
    session.rollback()
    return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def test_a_safety_word_stands_in_the_group_once(school: Flask, robots: Robots) -> None:
    assert say()
    assert not say(), "the same key is the same message"
    assert robots.asked == [], "nothing leaves before the transaction is over"
    drain()
    drain()
    ((path, sent),) = robots.asked
    assert path == f"/cgi-bin/webhook/send?key={KEY}"
    text = "【测试中学】安全问题：第 12 号\n一号窗口 · 评价\nhttps://counter.school.example/office/cases/12"
    assert sent == {"msgtype": "text", "text": {"content": text}}
    (one,) = deliveries()
    assert (one.state, one.attempts, one.error) == (SENT, 1, "")
    told = [entry for entry in chain.entries(kind="message") if entry.action == "message.sent"]
    assert [entry.seq for entry in told] == [one.chain_seq]


def test_what_was_undone_is_not_said(school: Flask, robots: Robots) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        send(key="case:1", to="head", title="安全问题")
        raise ZeroDivisionError
    drain()
    assert robots.asked == []


def test_dingtalk_gets_its_own_json_signature_and_keyword(
    school: Flask, robots: Robots, monkeypatch: pytest.MonkeyPatch
) -> None:
    robots.secret, robots.keyword = SECRET, "窗口公示"
    more = f"#secret={SECRET}&keyword=窗口公示&mobile=13800000000"
    monkeypatch.setenv("KIOSK_MESSAGES_WECOM", "")
    monkeypatch.setenv("KIOSK_MESSAGES_DINGTALK", robots.dingtalk + more)
    say()
    drain()
    ((path, sent),) = robots.asked
    assert "timestamp=1772597" in path
    assert SECRET not in path
    assert sent["at"] == {"atMobiles": ["13800000000"], "isAtAll": False}
    assert robots.said == [sent["text"]["content"]]
    assert sent["text"]["content"].startswith("窗口公示\n【测试中学】")


def test_each_role_gets_its_own_by_mail(
    school: Flask, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_MESSAGES_MAIL", "all@s.example, head:lin@s.example admin:it@s.example")
    say()
    with transaction():
        send(key="accounts", to=MANAGE_ACCOUNTS, title="账号")
        send(key="books", to="accountant", title="账目")
    at(NOON + SECOND)
    got = [(to, str(letter["Subject"])) for to, letter in mailbox.letters]
    assert sorted(got) == [
        (["all@s.example"], "【测试中学】安全问题：第 12 号（另有 2 条）"),
        (["it@s.example"], "【测试中学】账号"),
        (["lin@s.example"], "【测试中学】安全问题：第 12 号（另有 1 条）"),
    ]


def test_a_flood_goes_in_few_requests_and_none_is_lost(school: Flask, robots: Robots) -> None:
    for number in range(300):
        say(number, text="一号窗口 · 评价 · 午餐" * 20)
    drain()
    assert len(robots.asked) == postman.MOST_A_MINUTE
    assert all(len(sent["text"]["content"].encode()) <= 2048 for _path, sent in robots.asked)
    at(NOON + timedelta(seconds=40))
    assert len(robots.asked) == postman.MOST_A_MINUTE, "the minute is not over"
    for minute in range(2, 30):
        at(NOON + timedelta(minutes=minute))
    for number in range(300):
        assert sum(f"第 {number} 号" in text for text in robots.said) == 1


def test_what_fails_is_tried_again_ever_more_slowly_then_given_up_and_said(
    school: Flask, robots: Robots
) -> None:
    robots.answer = {"errcode": 93000, "errmsg": f"invalid webhook url, key={KEY}"}
    say()
    for minute in range(1, 61):
        at(NOON + timedelta(minutes=minute))
    assert 6 <= len(robots.asked) <= 9
    for hour in range(1, 26):
        for minute in range(0, 60, 10):
            at(NOON + timedelta(hours=hour, minutes=minute))
    assert 36 <= len(robots.asked) <= 60
    (one,) = deliveries()
    assert one.state == FAILED
    assert "93000" in one.error
    assert "机器人" in one.error
    assert KEY not in everything_stored()
    with clock.moved_to(NOON + timedelta(hours=25)):
        (standing,) = queries.standings()
        assert (standing.lost, standing.is_well) == (1, False)
        robots.answer = None
        say(13)
        drain()
        (standing,) = queries.standings()
        assert standing.is_well, "the channel works again"
    assert len(robots.said) == 1


def test_a_message_that_no_robot_takes_holds_up_no_other(school: Flask, robots: Robots) -> None:
    robots.answer = {"errcode": 40058, "errmsg": "content"}
    say(1)
    for second in (1, 41, 110):
        at(NOON + timedelta(seconds=second))
    robots.answer = None
    with clock.moved_to(NOON + timedelta(seconds=240)):
        say(2)
        drain()
    assert [text.count("安全问题") for text in robots.said] == [1, 1]


def test_a_robot_that_has_enough_is_left_alone(
    school: Flask, robots: Robots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_MESSAGES_WECOM", "")
    monkeypatch.setenv("KIOSK_MESSAGES_DINGTALK", robots.dingtalk)
    robots.answer = TOO_FAST
    say(1)
    drain()
    robots.answer = None
    with clock.moved_to(NOON + timedelta(minutes=9)):
        say(2)
        drain()
        assert len(robots.asked) == 1, "each further try would make it refuse for longer"
    at(NOON + timedelta(minutes=12))
    assert [text.count("安全问题") for text in robots.said] == [2]


@pytest.mark.parametrize("way", ["cut", "silent", "elsewhere", "no robot"])
def test_no_answer_is_no_yes(
    school: Flask, robots: Robots, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv("KIOSK_ROBOT_WAIT", "0.3" if way == "silent" else "10")
    robots.way = way
    if way == "no robot":
        robots.status, robots.body = 502, b"<html>bad gateway</html>"
    say()
    drain()
    (one,) = deliveries()
    assert (one.state, one.attempts) == (WAITING, 1)
    assert one.error
    assert KEY not in one.error
    monkeypatch.setenv("KIOSK_ROBOT_WAIT", "10")
    robots.way, robots.status, robots.body = "", 200, b""
    at(NOON + timedelta(minutes=1))
    (one,) = deliveries()
    assert (one.state, one.attempts) == (SENT, 2)


def test_a_certificate_that_nobody_vouches_for_gets_no_key(
    school: Flask, robots: Robots, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    ask = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    ask += ["-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*ask, "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    robots.socket = context.wrap_socket(robots.socket, server_side=True)
    monkeypatch.setenv("KIOSK_MESSAGES_HOSTS", "localhost")
    address = robots.wecom.replace("http://127.0.0.1", "https://localhost")
    monkeypatch.setenv("KIOSK_MESSAGES_WECOM", address)
    say()
    with pytest.raises(NotSent, match="CERTIFICATE_VERIFY_FAILED"):
        queries.usable()[0].hand_over(title="", text="x", mark="")
    assert robots.asked == []
    monkeypatch.setenv("SSL_CERT_FILE", certificate)
    queries.usable()[0].hand_over(title="", text="x", mark="")
    assert robots.said == ["x"]


def test_a_server_killed_while_it_sends_says_it_again(school: Flask, robots: Robots) -> None:
    """Between the channel's yes and its note nobody can know: twice is better than never."""
    say()
    (channel,) = queries.usable()
    assert postman._take(channel)
    drain()
    assert robots.asked == [], "another server, or the next round, does not send it meanwhile"
    at(NOON + timedelta(seconds=31))
    assert len(robots.said) == 1


def test_what_waits_for_a_channel_that_is_gone_is_said(
    school: Flask, robots: Robots, monkeypatch: pytest.MonkeyPatch
) -> None:
    say()
    monkeypatch.setenv("KIOSK_MESSAGES_WECOM", robots.wecom.replace(KEY, "another-key-of-another-group"))
    drain()
    (one,) = deliveries()
    assert (one.state, robots.asked) == (FAILED, [])
    assert queries.standings()[0].lost == 1


def test_texts_are_in_the_schools_language(school: Flask, robots: Robots) -> None:
    with transaction():
        change_settings(by=actor("lin"), messages_in_english=True)
        send(key="a", to="head", title=lazy("This is a test message."))
    drain()
    assert robots.said == ["【Test School】This is a test message."]


def test_nonsense_is_refused(school: Flask) -> None:
    for key, to in (("a", "cook"), ("Frau Müller", "head"), ("", "head")):
        with pytest.raises(ValueError, match=to), transaction():
            send(key=key, to=to, title="x")


def test_the_record_and_the_outbox_agree_and_both_are_forgotten_in_time(
    school: Flask, robots: Robots
) -> None:
    recount = next(room for room in school.rooms if room.name == "messages").checks["messages"]  # type: ignore[attr-defined]
    say()
    drain()
    assert list(recount()) == []
    tamper("UPDATE message_delivery SET state = 'waiting'")
    assert [finding.place for finding in recount()] == ["1"]
    with clock.moved_to(NOON + timedelta(days=91)), transaction():
        assert forget(by=KIOSK)["messages"] == 1
    assert session.scalars(select(Message)).all() == []


def test_an_alarm_goes_to_the_administrator_once_a_day(
    school: Flask, robots: Robots, instance: config.Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_MESSAGES_WECOM", f"admin:{robots.wecom}")
    monkeypatch.setattr("kiosk.operation.signs.machine.LEAST_FREE", 2)
    for second in (0, 30, 60):
        with clock.moved_to(NOON + timedelta(seconds=second)):
            ticker.tick(school)  # type: ignore[arg-type]
    assert sum("磁盘" in text for text in robots.said) == 1
    assert f"{'https://counter.school.example'}/office/operation/" in robots.said[0]


def test_danger_is_told_in_the_round_that_hears_of_it_although_other_work_fails(
    school: Flask, robots: Robots, instance: config.Instance
) -> None:
    with transaction():
        switch(by=actor("lin"), name="cases", on=True)
        slip = read_pass(issue_pass(counter=counter(), channel="slip"))
        take_press(Press(phone_pass=slip, id=uuid4(), level=1, comment="菜里有异物"))
    tamper("ALTER TABLE question_window RENAME TO gone")
    for number in range(3):
        ticker.tick(school)  # type: ignore[arg-type]
        assert ["食品安全" in text for text in robots.said].count(True) == 1
        with school.test_request_context():
            (sign,) = [one for one in signs.signs(instance) if one.code == "ticker"]
        assert (sign.state == "alert", "question_window" in sign.answer) == (number == 2,) * 2
    tamper("ALTER TABLE gone RENAME TO question_window")
    ticker.tick(school)  # type: ignore[arg-type]
    note = notes.read(instance, notes.FAILING)
    assert note is not None
    assert note.ok
