"""Reads for the folder: what belongs to a period, and the columns of its workbooks."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.core import field
from kiosk.core.db import session
from kiosk.core.i18n import Text, lazy
from kiosk.folder.models import FolderForm
from kiosk.postings import queries as postings
from kiosk.postings.models import Posting, PostingVersion
from kiosk.postings.queries import Kind, Posted, Version
from kiosk.school import queries as school

MONTHS = 15
"""So many months are offered."""
SEVERAL = 500
PLACES = {field.Money: 2, field.Quantity: 3, field.UnitPrice: 4}
"""Decimals of the whole numbers that are kept."""


class Span(NamedTuple):
    """The days of a folder, both included."""

    first: date
    last: date


def offered() -> list[str]:
    """The periods that a folder can be of: the terms and the last months, the newest first."""
    today, found = school.today(), []
    year, month = today.year, today.month
    for _number in range(MONTHS):
        found.append(f"{year:04}-{month:02}")
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return [*(f"T{term.id}" for term in school.terms() if term.starts <= today), *found]


def belonging(kind: Kind, span: Span) -> Iterator[Posted]:
    """The postings of a kind whose period lies in the span, or that were first posted in it, in order."""
    first = select(Posting.id, Posting.period, PostingVersion.posted_at).join(
        PostingVersion, (PostingVersion.posting_id == Posting.id) & (PostingVersion.version == 1)
    )
    found = session.execute(first.where(Posting.kind == kind.slug)).all()
    belong = sorted((at, number) for number, period, at in found if _belongs(period, at, span))
    for _at, number in belong:
        yield postings.posted(number)


def _belongs(period: str, posted_at: datetime, span: Span) -> bool:
    own = postings.span_of(period) if period else None
    if own and span.first <= own.first and own.last <= span.last:
        return True
    return span.first <= school.local(posted_at).date() <= span.last


def entry_hashes(seqs: list[int]) -> dict[int, str]:
    """The hashes of entries of the record by their numbers."""
    found: dict[int, str] = {}
    for start in range(0, len(seqs), SEVERAL):
        query = select(ChainEntry.seq, ChainEntry.hash).where(
            ChainEntry.seq.in_(seqs[start : start + SEVERAL])
        )
        found.update({seq: own for seq, own in session.execute(query)})
    return found


AROUND: dict[str, Text] = {
    "posting": lazy("Posting no."),
    "version": lazy("Version"),
    "place": lazy("Canteen or counter"),
    "period": lazy("For"),
}
AFTER: dict[str, Text] = {
    "nothing": lazy("Nothing to post"),
    "first_posted": lazy("First posted"),
    "reason": lazy("Reason of the correction"),
}


def columns_of(kind: Kind) -> dict[str, Text]:
    """Our columns of a kind by name, in our order."""
    own = {one.name: one.label for one in (*kind.facts, *kind.shown_columns)}
    after = {name: label for name, label in AFTER.items() if name != "nothing" or kind.may_be_nothing}
    return {**AROUND, **own, **after}


def form_of(kind: Kind) -> list[tuple[str, str]]:
    """The columns of a kind's workbook with their headings: as the bureau wants them, or our own."""
    stored, ours = session.get(FolderForm, kind.slug), columns_of(kind)
    if stored is None:
        return [(name, str(label)) for name, label in ours.items()]
    return [(name, heading) for name, heading in stored.columns if name in ours]


def has_form(kind: Kind) -> bool:
    """Whether somebody said what the bureau's form of a kind is."""
    return session.get(FolderForm, kind.slug) is not None


def rows_of(found: Posted) -> Iterator[dict[str, Any]]:
    """The rows of the version in force, each value as a workbook takes it: numbers, days and texts."""
    now = found.in_force
    around = {**_around(found, now), **{one.name: value_of(one, value) for one, value in now.fields}}
    for row in now.rows or [{}]:
        yield {**around, **{one.name: value_of(one, row.get(one.name)) for one in now.kind.shown_columns}}


def _around(found: Posted, now: Version) -> dict[str, Any]:
    posting, place = found.posting, found.posting.place
    span = postings.span_of(posting.period) if posting.period else None
    is_day = span is not None and span.first == span.last
    return {
        "posting": posting.id,
        "version": now.row.version,
        "place": place.name if place else str(lazy("Whole school")),
        "period": span.first if span and is_day else postings.period_words(posting.period),
        "first_posted": school.local(found.first_at).date(),
        "reason": now.reason,
        "nothing": str(lazy("yes")) if now.is_nothing else None,
    }


def value_of(one: Any, value: Any) -> Any:
    """A value of a version as a cell: an amount as a number, a day as a day, people by name."""
    if value in (None, ""):
        return None
    if places := PLACES.get(type(one)):
        return Decimal(value).scaleb(-places)
    if isinstance(one, field.Day) and value != date.max.isoformat():
        return date.fromisoformat(value)
    return value if isinstance(one, field.Whole) else postings.shown(one, value)
