"""Putting a message into the outbox: rows in the transaction that runs, and nothing else."""

import re
from contextlib import AbstractContextManager
from datetime import timedelta

from kiosk.auth.models import ROLES
from kiosk.core import clock
from kiosk.core.db import session, upsert
from kiosk.core.i18n import LOCALES, Text, in_language
from kiosk.core.security import Permission
from kiosk.messages.channels import Channel, usable
from kiosk.messages.models import Delivery, Message
from kiosk.messages.settings import IN_ENGLISH
from kiosk.school import queries as school

KEY = re.compile(r"[0-9a-z_.:/#+-]{1,120}", re.ASCII)
FRESH = timedelta(days=1)
"""So long a message is tried."""
LONGEST_TITLE, LONGEST_TEXT = 200, 1000


def send(*, key: str, to: Permission | str, title: Text, text: Text = "", path: str = "") -> bool:
    """Have something said to a role, or to all who hold a permission, on every channel set up for them.

    It commits with the caller's transaction and leaves within half a minute. `key` says what it is about
    (`case:12:safety`): a key that was sent is not sent again; whether this was the first time is returned.
    Lazy texts are said in the school's language. They name number, place and kind, and never what somebody
    wrote; `path` (`/office/cases/12`) leads to where that can be read. ValueError for an unknown role or a
    key that is none.
    """
    roles = to.roles if isinstance(to, Permission) else frozenset({to})
    if not roles or not roles <= ROLES.keys() or not KEY.fullmatch(key):
        raise ValueError(f"{key} to {sorted(roles)}")
    ways = [channel for channel in usable() if channel.gets(frozenset(roles))]
    return write(key, sorted(roles), title, text, path, ways, FRESH) is not None


def write(
    key: str, roles: list[str], title: Text, text: Text, path: str, ways: list[Channel], fresh: timedelta
) -> int | None:
    """Write a message and its deliveries; its number, or None where the key was written before."""
    now = clock.now()
    with in_school_language():
        words = {"title": cut(str(title), LONGEST_TITLE), "text": cut(str(text), LONGEST_TEXT)}
    values = {"key": key, "roles": " ".join(roles), **words, "path": path, "at": now, "until": now + fresh}
    statement = upsert(Message).values(values).on_conflict_do_nothing(index_elements=["key"])
    number: int | None = session.scalar(statement.returning(Message.id))
    if number is not None:
        session.add_all(
            Delivery(message_id=number, kind=way.kind, channel=way.mark, next_at=now) for way in ways
        )
        session.flush()
    return number


def cut(text: str, longest: int) -> str:
    """A text of at most so many characters; where it goes on, it says so."""
    text = text.strip()
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def in_school_language() -> AbstractContextManager[None]:
    """Inside, texts are in the language of the school's messages."""
    locale = "en" if school.settings()[IN_ENGLISH] else LOCALES[0]
    language: AbstractContextManager[None] = in_language(locale)
    return language
