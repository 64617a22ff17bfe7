"""What the office's pages of rules share: which rule an account may see, and files that wait to be read."""

from werkzeug.datastructures import FileStorage

from kiosk.core import uploads, word
from kiosk.core.errors import Forbidden, Invalid, NotFound
from kiosk.core.i18n import lazy
from kiosk.core.tables import MOST_PACKED, UnreadableFile
from kiosk.core.web import actor
from kiosk.rules import importing, queries
from kiosk.rules.models import Rule


def writable(number: int) -> Rule:
    """A rule that the account may see: a draft of which nothing was shown only for those who write it."""
    found = queries.rule(number)
    if not found.versions and not queries.may_write(actor(), found):
        raise Forbidden
    return found


def drafted(rule: Rule) -> tuple[queries.Numbered, ...]:
    """The draft of a rule, with its numbers; nothing where none is written."""
    return tuple(queries.numbered(queries.item_of(one) for one in (rule.draft.items if rule.draft else ())))


def brought(file: FileStorage | None, pasted: str | None) -> str:
    """Where what was brought waits, by its hash; "" where nothing was. Invalid for what cannot be read."""
    data = file.stream.read(MOST_PACKED + 1) if file else b""
    if not data and file and file.filename:
        raise Invalid(lazy("This file is empty."), field="file")
    data = data or (pasted or "").strip().encode()
    if not data:
        return ""
    try:
        word.read(data)
    except UnreadableFile as problem:
        raise Invalid(str(problem), field="file") from problem
    return uploads.wait(data)


def file_name(file: FileStorage | None) -> str:
    """What the file is called, for a title if there is none."""
    return ((file.filename if file else "") or "").replace("\\", "/").rpartition("/")[2][:80]


def reading_of(digest: str, name: str) -> importing.Reading:
    """What a file that waits says. NotFound once it does not wait any more."""
    data = uploads.waiting(digest)
    if data is None:
        raise NotFound(lazy("The file is not kept any more. Please bring it once more."))
    return importing.read(word.read(data), name)
