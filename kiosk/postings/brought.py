"""What the form of a draft brings beside its text: files, and the order and names of those that are there."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import flash, g, request

from kiosk.core.documents import MOST_BYTES, Document, recognised
from kiosk.core.errors import Invalid
from kiosk.core.formats import whole
from kiosk.core.i18n import _, lazy
from kiosk.core.web import actor, takes_files
from kiosk.postings import services
from kiosk.postings.models import PostingDraft

MOST_AT_ONCE = 3 * MOST_BYTES
"""Bytes that one form brings."""
MOVES = {"up": -1, "down": 1}


class Brought(NamedTuple):
    """A file of a form: what is kept of it, or why it is refused."""

    name: str
    document: Document | None
    refusal: str = ""


def read_files() -> None:
    """Look at what the form brings, one file after the other."""
    chosen = [one for one in request.files.getlist("files") if one.filename]
    g.brought = [_read(one.filename or "", one.read(MOST_BYTES + 1)) for one in chosen]


def _read(name: str, data: bytes) -> Brought:
    try:
        return Brought(name, recognised(data))
    except Invalid as problem:
        return Brought(name, None, str(problem))


along: Callable[[Any], Any] = takes_files(read_files, MOST_AT_ONCE + 2**20)
"""Marks a view whose form brings files along."""


def _pressed() -> tuple[str, int]:
    """The button about attachments that was pressed: what it does, and with which."""
    verb, _colon, number = request.form.get("then", "").partition(":")
    return verb, whole(number) or 0


def is_about_files() -> bool:
    """Whether a button about attachments was pressed."""
    return _pressed()[0] in ("attach", "remove", *MOVES)


def _wanted() -> list[tuple[int, str]]:
    """The attachments in the order that is wanted, each with its name."""
    numbers, names = (request.form.getlist(name) for name in ("attachment", "attachment_name"))
    found = [(whole(number) or 0, name) for number, name in zip(numbers, names, strict=False)]
    verb, chosen = _pressed()
    places = [number for number, _name in found]
    if chosen not in places:
        return found
    one = found.pop(places.index(chosen))
    if verb != "remove":
        found.insert(max(0, places.index(chosen) + MOVES.get(verb, 0)), one)
    return found


def take_into(draft: PostingDraft, *, strictly: bool = False) -> None:
    """Arrange the attachments of a draft as the form says, and attach what it brings.

    A refused file is said beside those that are taken; `strictly`, Invalid, and nothing is taken.
    """
    by, files = actor(), g.brought
    refused = [one for one in files if one.document is None]
    if refused and strictly:
        raise Invalid(_refusal(refused[0]), field="files")
    if "attachments_shown" in request.form:
        services.arrange(by=by, draft=draft, wanted=_wanted())
    for one in files:
        if one.document is None:
            flash(_refusal(one), "alert")
        elif services.attach_file(by=by, draft=draft, document=one.document, file_name=one.name):
            flash(_("Attached: %(name)s", name=one.name[:80]), "good")
        else:
            flash(_("%(name)s is attached already.", name=one.name[:80]), "good")


def _refusal(one: Brought) -> str:
    return str(lazy("%(name)s was not attached: %(why)s", name=one.name[:80], why=one.refusal))
