"""Keys, signatures, passwords and permissions: the few primitives that doors and services share."""

import base64
import hashlib
import hmac
import secrets
import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from kiosk.core import config
from kiosk.core.i18n import Text

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Letters and digits that cannot be mistaken for each other when read aloud or typed."""

PASSWORD_COST = 14
"""How dear a guess at a password is that is set from now on: scrypt's N is two to this power."""
FIRST_COST = 14
"""The same for passwords that were set before their hashes said it."""


class Reach(Enum):
    """How far a right reaches for somebody who holds a role at some canteens or counters only."""

    SCHOOL = "school"
    """Not at all: it concerns the whole school, and needs a role for all of it."""
    PLACE = "place"
    """To those places; every door says at which place it acts."""
    ANYWHERE = "anywhere"
    """Everywhere: it is the same wherever the role is held."""


@dataclass(frozen=True)
class Permission:
    """A named right, declared in its room's permissions.py, and the roles that have it."""

    name: str
    label: Text
    roles: frozenset[str]
    reach: Reach = Reach.SCHOOL

    def __post_init__(self) -> None:
        PERMISSIONS[self.name] = self


PERMISSIONS: dict[str, Permission] = {}
"""Every right that was declared, by its name."""


View = TypeVar("View", bound=Callable[..., object])


SOMEWHERE = object()
"""Said of a view whose place stands in what is sent, or which shows what is the same everywhere: whoever has
the right at any place may enter, and the services ask for the place."""


def requires(permission: Permission, at: object = None) -> Callable[[View], View]:
    """Mark an office view with the permission it needs. The guard refuses views that have no mark.

    Where the right reaches to places, `at` is SOMEWHERE, or gives the place from what stands in the address.
    Raises TypeError where that is not said.
    """
    if (permission.reach is Reach.PLACE) is (at is None):
        raise TypeError(f"{permission.name}: a view says at which place it acts, and only where that matters")

    def mark(view: View) -> View:
        view.permission, view.at = permission, at  # type: ignore[attr-defined]
        return view

    return mark


def shows_person(whom: Callable[..., int]) -> Callable[[View], View]:
    """Mark an office view that shows what is known of a person: `whom` gives the number from the address."""

    def mark(view: View) -> View:
        view.shows_person = whom  # type: ignore[attr-defined]
        return view

    return mark


def new_key() -> str:
    """A secret of 256 bits, as text for a header or a cookie."""
    return secrets.token_urlsafe(32)


def new_code(length: int = 8) -> str:
    """A code that a person can read and type (5 bits a character)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def fingerprint(key: str) -> str:
    """What is stored instead of a key: SHA-256 in hex. Only for keys that cannot be guessed."""
    return hashlib.sha256(key.encode()).hexdigest()


def mac(key: bytes, *parts: str, length: int = 16) -> bytes:
    """HMAC-SHA-256 over the parts, each with its length before it, cut to `length` bytes (10 at least)."""
    if length < 10:
        raise ValueError("a signature needs 80 bits")
    message = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (part.encode() for part in parts))
    return hmac.new(key, message, hashlib.sha256).digest()[:length]


def same(secret: bytes | str, other: bytes | str) -> bool:
    """Compare two secrets in constant time."""
    left = secret.encode() if isinstance(secret, str) else secret
    right = other.encode() if isinstance(other, str) else other
    return hmac.compare_digest(left, right)


def encode(raw: bytes) -> str:
    """Bytes as text that is safe in an address."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The reverse of `encode`; ValueError for anything it cannot have made."""
    if not text.isascii():
        raise ValueError("not an encoded value")
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if encode(raw) != text:
        raise ValueError("not an encoded value")
    return raw


def derived_key(purpose: str) -> bytes:
    """A key for one purpose, made from the instance's secret key; a leak of one tells nothing of another."""
    return mac(config.current().secret_key.encode(), "derived key", purpose, length=32)


def sign(purpose: str, payload: bytes) -> str:
    """The payload with its signature (96 bits), as text for an address or a cookie; it is not hidden."""
    return encode(payload + mac(derived_key(purpose), encode(payload), length=12))


def unsign(purpose: str, text: str) -> bytes:
    """The payload that `sign` was given; ValueError for anything it did not make."""
    raw = decode(text)
    payload, signature = raw[:-12], raw[-12:]
    if not same(mac(derived_key(purpose), encode(payload), length=12), signature):
        raise ValueError("the signature does not fit")
    return payload


def hash_password(password: str) -> str:
    """A salted scrypt hash (RFC 7914: N = 2^PASSWORD_COST, r = 8, p = 1) as text that names its cost."""
    salt = secrets.token_bytes(16)
    return f"scrypt-{PASSWORD_COST}${encode(salt)}${encode(_scrypt(password, salt, PASSWORD_COST))}"


def _scrypt(password: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "replace"), salt=salt, n=2**cost, r=8, p=1)


def check_password(stored: str | None, password: str) -> bool:
    """Whether the password fits. Without a stored hash the same work is done and the answer is no."""
    cost, salt, digest = PASSWORD_COST, b"\0" * 16, b""
    if stored:
        method, salt_text, digest_text = stored.split("$")
        cost = int(method.partition("-")[2] or FIRST_COST)
        salt, digest = decode(salt_text), decode(digest_text)
    return bool(hmac.compare_digest(_scrypt(password, salt, cost), digest) and stored)


def new_totp_secret() -> str:
    """A secret of 160 bits for a second factor, in base 32 as authenticator apps take it."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def totp(secret: str, step: int) -> str:
    """The six digits of a time step (RFC 6238 over RFC 4226, SHA-1, as every authenticator app has it)."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"
