"""What is posted as the subject of a case: whose it is, which post answers, and where it can be read."""

from datetime import datetime

from flask import url_for

from kiosk.core.errors import NotFound
from kiosk.core.formats import whole
from kiosk.core.i18n import lazy
from kiosk.core.room import CaseSubject, Concern
from kiosk.postings import queries
from kiosk.school import queries as school


def _found(code: str) -> queries.Posted | None:
    try:
        return queries.posted(whole(code) or 0)
    except NotFound:
        return None


def _concern(code: str) -> Concern | None:
    posted = _found(code)
    if posted is None:
        return None
    post = queries.answering(posted.kind, posted.posting.place, school.today())
    kind, title = str(posted.kind.label), posted.in_force.title
    told = kind if posted.posting.withdrawal else ""
    at = queries.place_of(posted.posting)
    label = title if title.startswith(kind) else f"{kind} · {title}"
    return Concern(label, at, post.id if post else None, told)


def _nobody(_code: str, _moment: datetime) -> tuple[int, ...]:
    """A question is about what is posted, and about nobody."""
    return ()


POSTING = CaseSubject(
    label=lazy("Posting"),
    find=_concern,
    public=lambda code: url_for("postings.posting", number=int(code), _anchor="questions"),
    office=lambda code: url_for("office.postings.posting", number=int(code)),
    rated=_nobody,
)
