"""Proof of presence: QR tokens, visitors, passes. All are signed and none is stored."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import delete

from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import Forbidden
from kiosk.core.i18n import lazy
from kiosk.core.security import derived_key, encode, mac, same, sign, unsign
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter
from kiosk.presence.models import CHANNELS, SpentPass
from kiosk.presence.settings import KNOWN_VISITOR_AGE, QR_PERIOD
from kiosk.school import queries as school

PASS_LIFE = timedelta(minutes=10)
PASS_KEPT = timedelta(hours=1)
"""How long a spent pass is remembered beyond its end, so that a repeat is still recognised."""


class PassInvalid(Forbidden):
    """A pass that nobody issued, or one of another counter."""

    code = "pass-invalid"
    message = lazy("This code is not valid. Please scan the counter's code again.")


@dataclass(frozen=True)
class QrToken:
    """The token in the QR that a tablet shows until `expires_at`."""

    text: str
    expires_at: datetime


def _token(counter: Counter, purpose: str, *parts: str) -> str:
    return encode(mac(derived_key(purpose), counter.code, *parts, length=10))


def _period(now: datetime) -> tuple[int, float]:
    length = QR_PERIOD.now
    return int(now.timestamp() // length), length


def qr_token(counter: Counter, now: datetime | None = None) -> QrToken:
    """The token of the period that runs: HMAC (80 bits) over the counter and the number of the period."""
    number, length = _period(now or clock.now())
    expires_at = datetime.fromtimestamp((number + 1) * length, UTC)
    return QrToken(_token(counter, "qr", f"{length:g}", str(number)), expires_at)


def check_qr_token(counter: Counter, token: str, now: datetime | None = None) -> bool:
    """Whether the token is this counter's, of the period that runs or the one before."""
    number, length = _period(now or clock.now())
    valid = [_token(counter, "qr", f"{length:g}", str(period)) for period in (number, number - 1)]
    return any([same(expected, token) for expected in valid])


def check_poster_token(counter: Counter, token: str) -> bool:
    """Whether the token is that of the counter's poster. It proves no presence: a pass from it says so."""
    return same(counters.poster_token(counter), token)


@dataclass(frozen=True)
class Visitor:
    """One phone: `tag` is derived from its cookie; `fresh` when the cookie was made only just now."""

    tag: bytes
    fresh: bool


def new_visitor(now: datetime | None = None) -> str:
    """A cookie for a phone seen for the first time: 128 random bits and the second, signed."""
    second = int((now or clock.now()).timestamp())
    return sign("visitor", secrets.token_bytes(16) + second.to_bytes(5, "big"))


def read_visitor(cookie: str | None, now: datetime | None = None) -> Visitor | None:
    """The phone that brought this cookie, or None if we did not make it.

    A cookie is fresh until it is KNOWN_VISITOR_AGE seconds old.
    """
    try:
        raw = unsign("visitor", cookie or "")
    except ValueError:
        return None
    issued = datetime.fromtimestamp(int.from_bytes(raw[16:], "big"), UTC)
    age = ((now or clock.now()) - issued).total_seconds()
    tag = mac(derived_key("visitor tag"), encode(raw), length=12)
    return Visitor(tag, age < KNOWN_VISITOR_AGE.now)


@dataclass(frozen=True)
class Pass:
    """The right to one rating at one counter. It says nothing that is not signed."""

    text: str
    channel: str
    counter_id: int
    issued_at: datetime
    expires_at: datetime
    tag: bytes
    fresh: bool

    def expired(self, now: datetime | None = None) -> bool:
        """Whether its time is over."""
        return (now or clock.now()) >= self.expires_at

    @property
    def visitor(self) -> Visitor:
        """Who carries it."""
        return Visitor(self.tag, self.fresh)


def _slip_ends(now: datetime) -> datetime:
    tomorrow = school.local(now).date() + timedelta(days=1)
    return datetime.combine(tomorrow + timedelta(days=1), time(), school.zone()).astimezone(UTC)


def issue_pass(
    *, counter: Counter, channel: str = "phone", visitor: Visitor | None = None, now: datetime | None = None
) -> str:
    """A pass for the counter, as text for an address: ten minutes for phones, until tomorrow's end on a slip.

    Signed with 96 bits. It holds the channel, the counter, its times, four random bytes and the visitor's
    tag; a pass without a visitor (a slip) is a visitor of its own.
    """
    issued = (now or clock.now()).replace(second=0, microsecond=0)
    ends = _slip_ends(issued) if channel == "slip" else (now or clock.now()) + PASS_LIFE
    visitor = visitor or Visitor(secrets.token_bytes(12), fresh=False)
    numbers = (
        (CHANNELS.index(channel) << 1 | visitor.fresh, 1),
        (counter.id, 4),
        (clock.minute_of(issued), 4),
        (int(ends.timestamp()), 5),
    )
    head = b"".join(value.to_bytes(size, "big") for value, size in numbers)
    return sign("pass", head + secrets.token_bytes(4) + visitor.tag)


def read_pass(pass_text: str) -> Pass:
    """What a pass says, or the whole address that ends with it.

    PassInvalid if we did not issue it; ask `expired()` whether its time is over.
    """
    pass_text = pass_text.rpartition("/r/")[2]
    try:
        raw = unsign("pass", pass_text)
    except ValueError as error:
        raise PassInvalid from error
    return Pass(
        text=pass_text,
        channel=CHANNELS[raw[0] >> 1],
        counter_id=int.from_bytes(raw[1:5], "big"),
        issued_at=datetime.fromtimestamp(int.from_bytes(raw[5:9], "big") * 60, UTC),
        expires_at=datetime.fromtimestamp(int.from_bytes(raw[9:14], "big"), UTC),
        tag=raw[18:],
        fresh=bool(raw[0] & 1),
    )


def forget_passes(now: datetime) -> None:
    """Forget the spent passes whose time has been over for PASS_KEPT."""
    session.execute(delete(SpentPass).where(SpentPass.expires_at < now - PASS_KEPT))
