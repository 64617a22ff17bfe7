"""Attachments of what is posted, for everybody."""

from flask import Blueprint, Response

from kiosk.core.i18n import lazy
from kiosk.postings import queries
from kiosk.postings.attached import Withdrawn, handed_out

blueprint = Blueprint("posting_attachments", __name__, url_prefix="/postings")


@blueprint.get("/<int:number>/attachments/<int:attachment>")
def attachment(number: int, attachment: int) -> Response:
    """An attachment of any version, in a sandbox; gone (410) with what was withdrawn, or erased."""
    found = queries.posted(number)
    if gone := found.posting.withdrawal:
        raise Withdrawn(lazy("Withdrawn: %(reason)s"), reason=gone.reason)
    return handed_out([one for version in found.versions for one in version.attachments], attachment)
