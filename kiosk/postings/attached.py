"""Attachments handed out: for everybody once they are posted, for the office before."""

from flask import Response, request, url_for

from kiosk.core import downloads
from kiosk.core.config import current
from kiosk.core.errors import NotFound, Problem
from kiosk.core.i18n import lazy
from kiosk.postings import queries
from kiosk.postings.queries import Attached, Posted


class Withdrawn(Problem):
    """What was posted at an address was withdrawn; the message is the explanation."""

    code = "withdrawn"
    status = 410


class Erased(Problem):
    """What was attached was erased for good."""

    code = "erased"
    status = 410
    message = lazy("This attachment was erased. That it was there stays on record.")


def address_of(posted: Posted, one: Attached) -> str:
    """Where everybody gets an attachment."""
    path = url_for("posting_attachments.attachment", number=posted.posting.id, attachment=one.number)
    return (current().public_url or "") + path


def handed_out(found: list[Attached], number: int) -> Response:
    """The attachment of this number among these; ?small=1 a picture's thumbnail. NotFound, or Erased."""
    one = next((one for one in found if one.number == number), None)
    if one is None:
        raise NotFound
    if not one.name:
        raise Erased
    small = one.is_picture and "small" in request.args
    data = queries.thumbnail(one.digest) if small else queries.data_of_attached(one)
    tag = f"{one.digest[:32]}-small" if small else one.digest
    return downloads.answer(data, one.media_type, one.file_name, tag=tag)
