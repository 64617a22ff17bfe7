"""Keeping attachments, and letting them go with their text."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from kiosk.attachments.models import Attachment
from kiosk.attachments.queries import kept_lately
from kiosk.chain.models import ChainText
from kiosk.chain.queries import texts_of
from kiosk.core import clock, uploads
from kiosk.core.actor import KIOSK, Actor
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict
from kiosk.core.i18n import lazy
from kiosk.core.trace import record

MOST_AN_HOUR = 300
"""Attachments from outside that are kept within an hour, and as many that wait for their form."""


class TooManyFiles(Conflict):
    """More files came within an hour than a school sends."""

    message = lazy(
        "Very many pictures are coming in just now. Please send it without one, or try again later."
    )


def check_room() -> None:
    """Raise TooManyFiles while more come from outside than a school sends."""
    if uploads.lately_waiting() >= MOST_AN_HOUR or kept_lately() >= MOST_AN_HOUR:
        raise TooManyFiles(field="photo")


def attach(
    *, by: Actor, subject: str, entry: int, text: str, data: bytes, media_type: str = "image/jpeg"
) -> Attachment:
    """Keep a file that came with a text of an entry of the record; it goes when that text is erased.

    The file is on disk before the row is. ValueError where the entry holds no such text.
    """
    found = next((one for one in texts_of([entry]).get(entry, []) if one.text == text), None)
    if found is None:
        raise ValueError(f"entry {entry} holds no such text")
    one = Attachment(
        subject=subject,
        of_seq=entry,
        text_hash=found.hash,
        digest=uploads.keep(data),
        media_type=media_type,
        size=len(data),
        kept_at=clock.now(),
        chain_seq=0,
    )
    session.add(one)
    session.flush()
    after = {"of": subject, "entry": entry, "digest": one.digest, "type": media_type, "size": one.size}
    one.chain_seq = record("attachment.kept", f"attachment:{one.id}", by=by, after=after)
    session.flush()
    return one


def drop(*, by: Actor, attachments: Iterable[Attachment]) -> None:
    """Let go of attachments that nobody but the office has seen; `tidy` removes their files."""
    for one in attachments:
        record("attachment.dropped", f"attachment:{one.id}", by=by, before={"digest": one.digest})
        session.delete(one)
    session.flush()


def left() -> list[Attachment]:
    """The attachments whose text was erased, and the same files under other names of the same subject."""
    gone = aliased(Attachment)
    lost = ~exists().where(ChainText.hash == gone.text_hash, ChainText.text.is_not(None))
    same = exists().where(gone.subject == Attachment.subject, gone.digest == Attachment.digest, lost)
    return list(session.scalars(select(Attachment).where(same).order_by(Attachment.id)))


def let_go() -> bool:
    """One round of the ticker: what came with an erased text goes, row and file, out of the backups too."""
    if not left():
        return False
    session.remove()
    with transaction(wait=30):
        gone = left()
        for one in gone:
            record("attachment.erased", f"attachment:{one.id}", by=KIOSK, before={"digest": one.digest})
            session.delete(one)
        digests = {one.digest for one in gone}
        session.flush()
        used = set(session.scalars(select(Attachment.digest).where(Attachment.digest.in_(digests))))
    uploads.remove(digests - used)
    return True


def tidy() -> dict[str, Any]:
    """Remove the files that nothing points to: a form that was never sent, a request that failed."""
    gone = uploads.abandoned(set(session.scalars(select(Attachment.digest))))
    uploads.remove(gone)
    return {"ok": True, "removed": len(gone)}
