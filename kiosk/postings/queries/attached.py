"""Attachments of postings: what a draft brings, and what a version says of them.

A version names each by its hash, and its name by the hash under which the record keeps it: both can be
erased, and what was posted can still be checked.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from kiosk.attachments import queries as attachments
from kiosk.attachments.models import Attachment
from kiosk.core import uploads
from kiosk.core.documents import JPEG, MOST_BYTES, SUFFIXES
from kiosk.core.errors import NotFound
from kiosk.core.pictures import upright
from kiosk.postings.models import PostingDraft

MOST = 20
"""Attachments of a posting."""
SMALL = 360
"""Pixels of the longer side of a thumbnail."""


class Attached(NamedTuple):
    """An attachment as it is shown; without a name it was erased."""

    number: int
    digest: str
    media_type: str
    size: int
    name: str
    of_seq: int = 0

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown small."""
        return self.media_type == JPEG

    @property
    def file_name(self) -> str:
        """What a download is called."""
        return f"{self.name}.{SUFFIXES[self.media_type]}"


def of_draft(draft: PostingDraft) -> list[Attached]:
    """What a draft brings, in its order, without what was erased meanwhile."""
    found = attachments.named(draft.attachments)
    return [
        Attached(row.id, row.digest, row.media_type, row.size, name, row.of_seq)
        for row, name in (found[number] for number in draft.attachments if number in found)
    ]


def told(draft: PostingDraft) -> list[dict[str, Any]]:
    """The same as the content of a version says it."""
    found = attachments.named(draft.attachments)
    return [_told(found[number].row) for number in draft.attachments if number in found]


def _told(one: Attachment) -> dict[str, Any]:
    said = {"number": one.id, "digest": one.digest, "type": one.media_type, "size": one.size}
    return {**said, "name": one.text_hash}


def of_content(said: Iterable[dict[str, Any]]) -> list[Attached]:
    """What the content of a version says, with the names that still stand."""
    entries = list(said)
    found = attachments.named(one["number"] for one in entries) if entries else {}
    return [
        Attached(
            one["number"],
            one["digest"],
            one["type"],
            one["size"],
            found[one["number"]].name if one["number"] in found else "",
            found[one["number"]].row.of_seq if one["number"] in found else 0,
        )
        for one in entries
    ]


@lru_cache(maxsize=64)
def thumbnail(digest: str) -> bytes:
    """A picture, small; NotFound where its file is lost."""
    data = uploads.read(digest)
    if data is None:
        raise NotFound
    return upright(data, SMALL, MOST_BYTES)


def data_of_attached(one: Attached) -> bytes:
    """The file itself; NotFound where it is lost."""
    data = uploads.read(one.digest)
    if data is None:
        raise NotFound
    return data
