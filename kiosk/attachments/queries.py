"""Reads of attachments: only those whose text still stands."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import exists, func, select

from kiosk.attachments.models import Attachment
from kiosk.chain.models import ChainEntry, ChainText
from kiosk.chain.queries import Finding, read_body
from kiosk.core import clock, uploads
from kiosk.core.db import session
from kiosk.core.errors import NotFound

GONE = ("attachment.erased", "attachment.dropped")
"""The actions after which an attachment is not there any more."""


def standing() -> Any:
    """The condition under which the text that an attachment came with still stands."""
    return exists().where(ChainText.hash == Attachment.text_hash, ChainText.text.is_not(None))


def attachments(subject: str) -> list[Attachment]:
    """What belongs to a subject, the oldest first."""
    query = select(Attachment).where(Attachment.subject == subject, standing())
    return list(session.scalars(query.order_by(Attachment.id)))


class Named(NamedTuple):
    """An attachment that is called by the text it came with."""

    row: Attachment
    name: str


def named(numbers: Iterable[int]) -> dict[int, Named]:
    """The attachments with these numbers whose names still stand, by number."""
    query = (
        select(Attachment, ChainText.text)
        .join(ChainText, (ChainText.hash == Attachment.text_hash) & (ChainText.seq == Attachment.of_seq))
        .where(Attachment.id.in_(list(numbers)), ChainText.text.is_not(None))
    )
    return {row.id: Named(row, str(text)) for row, text in session.execute(query)}


def attachment(number: int, subject: str) -> tuple[Attachment, bytes]:
    """An attachment of this subject with its content; NotFound without either."""
    query = select(Attachment).where(Attachment.id == number, Attachment.subject == subject, standing())
    found = session.scalar(query)
    data = uploads.read(found.digest) if found else None
    if found is None or data is None:
        raise NotFound
    return found, data


def kept_lately() -> int:
    """How many attachments came within the last hour."""
    since = clock.now() - timedelta(hours=1)
    return session.scalar(select(func.count()).select_from(Attachment).where(Attachment.kept_at > since)) or 0


def recount() -> Iterator[Finding]:
    """Every attachment whose file is missing or another, and every difference from the record."""
    entries = _entries()
    for one in session.scalars(select(Attachment).order_by(Attachment.id)):
        told = entries.pop(one.chain_seq, None)
        stored = {
            "subject": f"attachment:{one.id}",
            "of": one.subject,
            "entry": one.of_seq,
            "digest": one.digest,
            "type": one.media_type,
            "size": one.size,
        }
        if told is None:
            yield Finding("attachment", str(one.id), "unknown")
        elif wrong := [name for name, value in stored.items() if told.get(name) != value]:
            yield Finding("attachment", str(one.id), "altered", ", ".join(wrong))
        elif not session.scalar(select(_came_with(one))):
            yield Finding("attachment", str(one.id), "altered", "text_hash")
        path = uploads.place(uploads.folder(), one.digest)
        if not path.exists():
            yield Finding("attachment", str(one.id), "missing", one.digest)
        elif not uploads.is_whole(path):
            yield Finding("attachment", str(one.id), "altered", one.digest)
    for seq, told in sorted(entries.items()):
        yield Finding("attachment", str(told["subject"]).partition(":")[2], "missing", f"entry {seq}")


def _came_with(one: Attachment) -> Any:
    """The condition that the text an attachment is said to have come with is of its entry."""
    return exists().where(ChainText.hash == one.text_hash, ChainText.seq == one.of_seq)


def _entries() -> dict[int, dict[str, Any]]:
    """What the record says of those attachments of which it does not say that they went."""
    query = select(ChainEntry.seq, ChainEntry.action, ChainEntry.subject, ChainEntry.body).where(
        ChainEntry.action.in_(("attachment.kept", *GONE))
    )
    kept: dict[str, tuple[int, dict[str, Any]]] = {}
    for seq, action, subject, body in session.execute(query.order_by(ChainEntry.seq)):
        kept.pop(subject, None)
        if action == "attachment.kept":
            kept[subject] = (seq, {"subject": subject, **(read_body(body).get("after") or {})})
    return dict(kept.values())
