"""Robots of chat groups: WeCom's (企业微信群机器人) and DingTalk's (钉钉自定义机器人), each in its own JSON.

WeCom: developer.work.weixin.qq.com/document/path/91770. DingTalk: open.dingtalk.com, 自定义机器人接入.
Both answer 200 when they refuse; only `errcode` 0 says that a text was taken, and `errmsg` may change at any
time. Both allow 20 requests a minute; who sends more is refused by DingTalk for ten minutes.
"""

import base64
import hashlib
import hmac
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import Any, NamedTuple
from urllib.parse import SplitResult, parse_qs, quote_plus, urlsplit

from kiosk.core import clock, config
from kiosk.core.errors import Invalid
from kiosk.core.i18n import LazyString, lazy
from kiosk.core.mail import NotSent

WAIT = config.Figure("KIOSK_ROBOT_WAIT", 10)
"""Seconds for one exchange with a robot, from the first byte to the last."""
WAIT_AFTER_LIMIT = timedelta(minutes=11)
"""DingTalk refuses for ten minutes whoever sent too much."""
LONGEST_ANSWER = 1 << 16


@dataclass(frozen=True)
class Maker:
    """Whose robot it is: where it lives, what its key is called, and what its refusals mean.

    `longest` is in bytes of UTF-8, `too_much` are the codes that ask for a pause.
    """

    code: str
    label: LazyString
    host: str
    path: str
    key: str
    longest: int
    too_much: frozenset[int]
    words: Mapping[int, LazyString]


_BUSY = lazy("It is busy.")
_TOO_MUCH = lazy("It got too many messages in a minute and takes no more for a while.")
_UNKNOWN = lazy("It does not know the key in the address: the robot was removed, or the key was mistyped.")
_EMPTY = lazy("It cannot read the message.")
WECOM = Maker(
    code="wecom",
    label=lazy("WeCom robot"),
    host="qyapi.weixin.qq.com",
    path="cgi-bin/webhook/send",
    key="key",
    longest=2048,
    too_much=frozenset({45009, 45033}),
    words={
        -1: _BUSY,
        40008: _EMPTY,
        40058: _EMPTY,
        44004: _EMPTY,
        45009: _TOO_MUCH,
        45033: _TOO_MUCH,
        93000: _UNKNOWN,
        93008: lazy("The robot is no longer in the group."),
    },
)
DINGTALK = Maker(
    code="dingtalk",
    label=lazy("DingTalk robot"),
    host="oapi.dingtalk.com",
    path="robot/send",
    key="access_token",
    longest=6000,
    too_much=frozenset({130101, 410100}),
    words={
        -1: _BUSY,
        40035: _EMPTY,
        43004: _EMPTY,
        130101: _TOO_MUCH,
        300001: _UNKNOWN,
        400013: lazy("The group was dissolved."),
        400101: _UNKNOWN,
        400102: lazy("The robot is switched off."),
        410100: _TOO_MUCH,
        310000: lazy("Its security settings do not let the message pass: keyword, signature or address."),
    },
)
MAKERS = {maker.code: maker for maker in (WECOM, DINGTALK)}


class Robot(NamedTuple):
    """A robot of one group. `secret` signs (DingTalk), `keyword` must stand in every text (DingTalk)."""

    maker: Maker
    url: SplitResult
    secret: str = ""
    keyword: str = ""
    mobiles: tuple[str, ...] = ()
    """Mobile numbers of members whom a message calls by name."""

    @property
    def key(self) -> str:
        """What must be kept secret of the address."""
        return parse_qs(self.url.query)[self.maker.key][0]

    @property
    def longest(self) -> int:
        """How long a text may be, in bytes of UTF-8."""
        return self.maker.longest - len(self.keyword.encode()) - 1


def robot(maker: Maker, address: str, hosts: Collection[str] = ()) -> Robot:
    """The robot at an address as the group shows it, with `#secret=…&keyword=…&mobile=…` behind it if needed.

    `hosts` are further hosts that the configuration allows; without TLS only such a one on this machine.
    Raises Invalid, never with the key in its words.
    """
    try:
        url = urlsplit(address)
        host, _port = url.hostname or "", url.port
    except ValueError as error:
        raise Invalid(lazy("The address of the robot cannot be read.")) from error
    allowed = host in hosts
    if url.scheme != "https" and not (url.scheme == "http" and allowed and _is_here(host)):
        raise Invalid(lazy("The address of the robot does not begin with https://."))
    if (host != maker.host or url.port) and not allowed:
        message = lazy("The address of the robot is not at %(host)s (see KIOSK_MESSAGES_HOSTS).")
        raise Invalid(message, host=maker.host)
    if url.username or url.path != f"/{maker.path}" or not parse_qs(url.query).get(maker.key):
        message = lazy("The address of the robot is written https://%(host)s/%(path)s?%(key)s=…")
        raise Invalid(message, host=maker.host, path=maker.path, key=maker.key)
    more = parse_qs(url.fragment)
    if unknown := sorted(more.keys() - {"secret", "keyword", "mobile"}):
        raise Invalid(
            lazy("Behind the robot's address stands “%(what)s”, which means nothing."), what=unknown[0]
        )
    return Robot(
        maker,
        url._replace(fragment=""),
        more.get("secret", [""])[0],
        more.get("keyword", [""])[0],
        tuple(more.get("mobile", ())),
    )


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def post(to: Robot, text: str) -> None:
    """Have a robot say a text of at most `to.longest` bytes. Raises NotSent with what it answered.

    A robot that answers nothing may have said it all the same: neither maker has a way to ask.
    """
    if to.keyword and to.keyword not in text:
        text = f"{to.keyword}\n{text}"
    body = json.dumps(_payload(to, text), ensure_ascii=False).encode("utf-8", "replace")
    try:
        status, answer = _exchange(to, body)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotSent(lazy("The robot could not be reached: %(error)s"), error=_plain(to, error)) from None
    _judge(to, status, answer)


def _payload(to: Robot, text: str) -> dict[str, Any]:
    if to.maker is WECOM:
        content: dict[str, Any] = {"content": text}
        return {
            "msgtype": "text",
            "text": content | ({"mentioned_mobile_list": [*to.mobiles]} if to.mobiles else {}),
        }
    calls = {"at": {"atMobiles": [*to.mobiles], "isAtAll": False}} if to.mobiles else {}
    return {"msgtype": "text", "text": {"content": text}, **calls}


def _target(to: Robot) -> str:
    """Path and query; with a secret the time in milliseconds and its signature, as DingTalk wants them."""
    target = f"{to.url.path}?{to.url.query}"
    if not to.secret:
        return target
    at = round(clock.now().timestamp() * 1000)
    digest = hmac.digest(to.secret.encode(), f"{at}\n{to.secret}".encode(), hashlib.sha256)
    return f"{target}&timestamp={at}&sign={quote_plus(base64.b64encode(digest))}"


def _exchange(to: Robot, body: bytes) -> tuple[int, bytes]:
    """What the robot answers: status and body. It is led nowhere else, and has so long for all of it."""
    host, port = to.url.hostname or "", to.url.port
    if to.url.scheme == "http":
        line = http.client.HTTPConnection(host, port, timeout=WAIT.now)
    else:
        line = http.client.HTTPSConnection(host, port, timeout=WAIT.now, context=ssl.create_default_context())
    with _until_it_is_over(line):
        line.request("POST", _target(to), body, {"Content-Type": "application/json; charset=utf-8"})
        answer = line.getresponse()
        return answer.status, answer.read(LONGEST_ANSWER)


@contextmanager
def _until_it_is_over(line: http.client.HTTPConnection) -> Iterator[None]:
    """A server that answers byte by byte passes every timeout of a single step: the whole has one, too."""
    line.connect()
    over = threading.Timer(WAIT.now, _cut, (line.sock,))
    over.daemon = True
    over.start()
    try:
        yield
    finally:
        over.cancel()
        line.close()


def _cut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it is over already


def _judge(to: Robot, status: int, raw: bytes) -> None:
    if 300 <= status < 400:
        raise NotSent(
            lazy("The robot leads to another address (HTTP %(status)s), which is not followed."),
            status=status,
        )
    try:
        answer = json.loads(raw)
        code, said = int(answer["errcode"]), _plain(to, answer.get("errmsg", ""))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise NotSent(lazy("What answered is not a robot (HTTP %(status)s)."), status=status) from None
    if code == 0:
        return
    words = to.maker.words.get(code, lazy("It did not take the message."))
    message = lazy("The robot refused. %(words)s (errcode %(code)s: %(said)s)")
    refused = NotSent(message, words=words, code=code, said=said)
    refused.wait = WAIT_AFTER_LIMIT if code in to.maker.too_much else None
    raise refused


def _plain(to: Robot, said: object) -> str:
    """What somebody else said, as one line without our keys."""
    line = " ".join(str(said).split())
    for secret in filter(None, (to.key, to.secret)):
        line = line.replace(secret, "…")
    return line[:200] or type(said).__name__
