"""Whether a draft can be posted, and what it lacks, place by place."""

from collections.abc import Mapping
from typing import Any

from kiosk.core.errors import Invalid
from kiosk.core.i18n import Text, lazy
from kiosk.postings import queries
from kiosk.postings.models import PostingDraft
from kiosk.postings.queries import Kind, Reading
from kiosk.school import queries as school

PAST = lazy("This day is past: it would be posted, and stand on no board.")
WHY = lazy("Why is it corrected? Everybody will read this.")


class Unready(Invalid):
    """A draft that cannot be posted yet; `errors` says where, by field, or by (row, column)."""

    code = "unready"
    message = lazy("Not posted yet: please fix the marked places first.")

    def __init__(self, errors: Mapping[Any, Text]) -> None:
        super().__init__()
        self.errors = dict(errors)


def unready(draft: PostingDraft) -> dict[Any, Text]:
    """What keeps a draft from being posted, by field, or by (row, column)."""
    try:
        ready(draft)
    except Unready as problem:
        return problem.errors
    return {}


def ready(draft: PostingDraft) -> tuple[Kind, Reading]:
    """The kind of a draft and what it says. Unready with everything that is wrong."""
    kind = queries.kind_of(draft.posting.kind)
    reading = queries.reading_of(draft)
    errors = dict(reading.errors)
    if draft.posting.versions and not draft.reason:
        errors["reason"] = WHY
    if _is_past(draft, kind, reading):
        errors[kind.until] = PAST
    in_rows = any(isinstance(place, tuple) for place in errors)
    if kind.columns and not reading.rows and not draft.is_nothing and not in_rows:
        errors[0, kind.columns[0].name] = lazy("There is no row yet.")
    if errors:
        raise Unready(errors)
    return kind, reading


def _is_past(draft: PostingDraft, kind: Kind, reading: Reading) -> bool:
    """Whether it would hang until a day that is past, and is not what a correction found there."""
    named, posted = reading.fields.get(kind.until), draft.posting.versions
    stood = queries.version(posted[0]).until if posted else None
    return named is not None and named < school.today().isoformat() and named != str(stood)
