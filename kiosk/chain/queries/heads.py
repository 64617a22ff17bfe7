"""What left the house of the chain's heads: the files beside the database, and the letters."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries.texts import opened_body
from kiosk.core import config
from kiosk.core.db import session

HEADS_FOLDER = "heads"
SENT, NOT_SENT = "head.sent", "head.not_sent"
DAILY = re.compile(r"\d{4}-\d\d-\d\d")
"""The name of an evening's file; those that somebody asked for have the time in it, too."""


def head_files() -> list[Path]:
    """The files with heads, the oldest first."""
    return sorted((config.current().folder / HEADS_FOLDER).glob("*.txt"))


def newest_daily() -> Path | None:
    """The last evening's file, or None."""
    return next((file for file in reversed(head_files()) if DAILY.fullmatch(file.stem)), None)


def mail_to() -> list[str]:
    """The addresses of auditor and council (KIOSK_HEAD_MAIL), if letters can be sent at all."""
    instance = config.current()
    addresses = re.split(r"[\s,;]+", str(instance.get("KIOSK_HEAD_MAIL") or ""))
    return [one for one in addresses if one] if instance.get("KIOSK_SMTP_URL") else []


@dataclass(frozen=True)
class Letter:
    """A letter with a head: for which day (or moment), when it left or failed, to whom, or why not."""

    name: str
    at: datetime
    sent: bool
    to: list[str]
    error: str


def letter(name: str = "", *, sent: bool | None = None) -> Letter | None:
    """The last letter, of this name if one is given; only those that were `sent`, or were not."""
    actions = [action for action, is_sent in ((SENT, True), (NOT_SENT, False)) if sent in (None, is_sent)]
    query = select(ChainEntry).where(ChainEntry.action.in_(actions))
    if name:
        query = query.where(ChainEntry.subject == f"head:{name}")
    entry = session.scalar(query.order_by(ChainEntry.seq.desc()).limit(1))
    if entry is None:
        return None
    told: dict[str, Any] = opened_body(entry).get("after") or {}
    return Letter(
        name=entry.subject.partition(":")[2],
        at=entry.at,
        sent=entry.action == SENT,
        to=[str(one) for one in told.get("sent_to") or []],
        error=str(told.get("error") or ""),
    )
