"""The channels as the configuration names them; none is on before somebody writes its address there.

KIOSK_MESSAGES_MAIL, KIOSK_MESSAGES_WECOM and KIOSK_MESSAGES_DINGTALK hold addresses, parted by commas or
spaces. One with a role before it (`admin:it@school.example`) gets what is for that role, any other gets all.
"""

import hashlib
import re
from typing import Any, NamedTuple

from kiosk.auth.models import ROLES
from kiosk.core import config, mail, robots
from kiosk.core.config import Instance
from kiosk.core.errors import Invalid, Problem
from kiosk.core.i18n import LazyString, lazy
from kiosk.core.robots import MAKERS, Robot

MAIL = "mail"
KINDS: dict[str, LazyString] = {MAIL: lazy("Mail"), **{code: maker.label for code, maker in MAKERS.items()}}
ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")
LONGEST_LETTER = 1 << 20


class Channel(NamedTuple):
    """A way to somebody. `problem` says why it cannot be used as it is configured."""

    kind: str
    address: str
    roles: frozenset[str]
    """Whose messages it gets; all, if none is named."""
    robot: Robot | None = None
    problem: Problem | None = None

    @property
    def mark(self) -> str:
        """What the database calls it: nothing that leads back to the address."""
        return hashlib.sha256(f"{self.kind}:{self.address}".encode()).hexdigest()[:16]

    @property
    def label(self) -> LazyString:
        """What kind of channel it is."""
        return KINDS[self.kind]

    @property
    def shown(self) -> str:
        """The address as a page may show it: of a robot's key the last four characters."""
        if self.kind == MAIL:
            return self.address
        return f"…{self.robot.key[-4:]}" if self.robot and len(self.robot.key) > 12 else "…"

    @property
    def role_labels(self) -> list[LazyString]:
        """Whose messages it gets, in words."""
        return [label for role, label in ROLES.items() if role in self.roles]

    @property
    def longest(self) -> int:
        """How many bytes of text go into one request."""
        return self.robot.longest if self.robot else LONGEST_LETTER

    def gets(self, roles: frozenset[str]) -> bool:
        """Whether a message for these roles goes here."""
        return not self.roles or bool(self.roles & roles)

    def hand_over(self, *, title: str, text: str, mark: str) -> None:
        """Give a text to the channel and wait for its answer; NotSent with what it answered."""
        if self.robot:
            robots.post(self.robot, text)
            return
        instance = config.current()
        more: dict[str, Any] = {"sender": mail.sender(instance), "subject": title, "text": text, "mark": mark}
        mail.send(str(instance.get("KIOSK_SMTP_URL")), to=[self.address], **more)


def channels() -> list[Channel]:
    """Every channel of the instance at work, also those that cannot be used."""
    instance = config.current()
    found = [_channel(instance, kind, part) for kind in KINDS for part in _parts(instance, kind)]
    return list({channel.mark: channel for channel in found}.values())


def usable() -> list[Channel]:
    """Those that can be used."""
    return [channel for channel in channels() if channel.problem is None]


def _parts(instance: Instance, kind: str) -> list[str]:
    value = instance.get(f"KIOSK_MESSAGES_{kind.upper()}") or ""
    text = " ".join(map(str, value)) if isinstance(value, list) else str(value)
    return [part for part in re.split(r"[\s,;]+", text) if part]


def _channel(instance: Instance, kind: str, part: str) -> Channel:
    role, _, rest = part.partition(":")
    named = bool(rest) and not rest.startswith("//")
    roles, address = (frozenset({role}), rest) if named else (frozenset[str](), part)
    try:
        if named and role not in ROLES:
            raise Invalid(lazy("“%(role)s” before an address is not a role."), role=role[:20])
        return Channel(kind, address, roles, _checked(instance, kind, address))
    except Problem as problem:
        return Channel(kind, address, roles & ROLES.keys(), None, problem)


def _checked(instance: Instance, kind: str, address: str) -> Robot | None:
    if kind in MAKERS:
        return robots.robot(MAKERS[kind], address, _parts(instance, "hosts"))
    if not instance.get("KIOSK_SMTP_URL"):
        raise Invalid(lazy("Set KIOSK_SMTP_URL in config.toml, too."))
    if not ADDRESS.fullmatch(address):
        raise Invalid(lazy("This does not look like a mail address."))
    return None
