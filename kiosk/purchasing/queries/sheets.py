"""Sheets: their postings, their versions as they are read, and the last of a canteen."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import func, select

from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.postings.models import Posting, PostingDraft, PostingVersion
from kiosk.purchasing.checks import PEOPLE
from kiosk.purchasing.models import EarlierSheet, Line, Sheet, SheetPerson

SLUG = "purchases"
"""The kind of posting that a sheet is."""


@dataclass(frozen=True)
class SheetVersion:
    """A posted version of a sheet as it is read: its row, and its lines."""

    row: PostingVersion
    lines: list[Line]

    @cached_property
    def content(self) -> dict[str, Any]:
        """Everything public, by name."""
        return dict(json.loads(self.row.content))

    @property
    def id(self) -> int:
        """The number of its row."""
        return self.row.id

    @property
    def posting(self) -> Posting:
        """The sheet."""
        return self.row.posting

    @property
    def posting_id(self) -> int:
        """The number of the sheet."""
        return self.row.posting_id

    @property
    def version(self) -> int:
        """1 for the first, and so on."""
        return self.row.version

    @property
    def posted_at(self) -> datetime:
        """When it was posted."""
        return self.row.posted_at

    @property
    def nothing_bought(self) -> bool:
        """Whether it says that nothing was bought."""
        return bool(self.content.get("nothing"))

    @property
    def total(self) -> int:
        """The sum of its lines, in fen."""
        return int(self.content["fields"]["total"])

    @property
    def reason(self) -> str:
        """Why it was corrected; empty for the first version."""
        return str(self.content["reason"])

    @cached_property
    def names(self) -> dict[str, str]:
        """The four people as they are printed, by part; empty where nobody is named."""
        people = self.content["fields"]
        return {part: str(people[part]["name"]) if people.get(part) else "" for part in PEOPLE}

    @property
    def people_missing(self) -> bool:
        """Whether it names fewer than four people: an old paper sheet that was brought in."""
        return not self.nothing_bought and not all(self.names.values())


def lines_of(version_ids: Iterable[int]) -> dict[int, list[Line]]:
    """The lines of these versions, in their order."""
    found: dict[int, list[Line]] = defaultdict(list)
    query = (
        select(Line).where(Line.version_id.in_(list(version_ids))).order_by(Line.version_id, Line.position)
    )
    for line in session.scalars(query):
        found[line.version_id].append(line)
    return found


def versions(rows: Sequence[PostingVersion]) -> list[SheetVersion]:
    """Versions as they are read; one query for the lines of all."""
    lines = lines_of(row.id for row in rows)
    return [SheetVersion(row, lines.get(row.id, [])) for row in rows]


def sheet_posting(number: int) -> Posting:
    """The posting with this number that is a sheet and not discarded, or NotFound."""
    found = session.get(Posting, number)
    if found is None or found.kind != SLUG or found.is_discarded:
        raise NotFound
    return found


def led_to(number: int, *, first: bool = True) -> Posting:
    """The posting of a number that may be of earlier, which goes `first` where it is printed; or NotFound."""
    own = session.get(Posting, number)
    if own is not None and own.kind == SLUG and not first:
        return sheet_posting(number)
    earlier = session.get(EarlierSheet, number)
    return sheet_posting(earlier.posting_id if earlier else number)


def earlier_number(posting_id: int) -> int:
    """The number that a sheet had before it was a posting."""
    query = select(EarlierSheet.id).where(EarlierSheet.posting_id == posting_id)
    return session.scalar(query) or posting_id


def day_of(posting: Posting) -> date:
    """The day for which a sheet is."""
    return date.fromisoformat(posting.period)


def posted_versions(posting: Posting) -> list[SheetVersion]:
    """The versions of a sheet, the newest first."""
    return versions(posting.versions)


def new_drafts(first: date, last: date, canteen_id: int | None = None) -> list[PostingDraft]:
    """The drafts of sheets for these days that were never posted, the oldest first."""
    query = (
        select(PostingDraft)
        .join(Posting, Posting.id == PostingDraft.posting_id)
        .where(Posting.kind == SLUG, Posting.period.between(first.isoformat(), last.isoformat()))
        .where(~select(PostingVersion.id).where(PostingVersion.posting_id == Posting.id).exists())
        .order_by(Posting.id)
    )
    if canteen_id is not None:
        query = query.where(Posting.canteen_id == canteen_id)
    return list(session.scalars(query))


def last_posted(canteen_id: int, before: date) -> tuple[Sheet, list[Line]] | None:
    """The canteen's last sheet with lines on or before the day: what is copied in the morning."""
    sheet = session.scalar(
        select(Sheet)
        .where(Sheet.canteen_id == canteen_id, Sheet.day <= before, Sheet.nothing_bought.is_(False))
        .order_by(Sheet.day.desc(), Sheet.id.desc())
        .limit(1)
    )
    return (sheet, lines_of([sheet.version_id])[sheet.version_id]) if sheet else None


def last_custodian(canteen_id: int, before: date) -> int | None:
    """The number of the custodian whom the canteen's last sheet up to the day names."""
    query = (
        select(SheetPerson.person_id)
        .join(Sheet, Sheet.version_id == SheetPerson.version_id)
        .where(Sheet.canteen_id == canteen_id, Sheet.day <= before)
        .where(SheetPerson.part == "custodian", SheetPerson.person_id.is_not(None))
        .order_by(Sheet.day.desc(), Sheet.id.desc())
    )
    return session.scalar(query.limit(1))


def unused_fields(canteen_id: int, fields: Sequence[str]) -> list[str]:
    """Of these text fields of a line, those that the canteen never filled in; none before its first sheet."""
    filled = [func.max(getattr(Line, name)) for name in fields]
    row = session.execute(
        select(func.count(Line.id), *filled)
        .join(Sheet, Sheet.version_id == Line.version_id)
        .where(Sheet.canteen_id == canteen_id)
    ).one()
    return [name for name, longest in zip(fields, row[1:], strict=True) if row[0] and not longest]
