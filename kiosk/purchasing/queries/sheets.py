"""Sheets and their versions: the draft, what was posted, and the last of a canteen."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.purchasing.models import Line, Sheet, SheetVersion


def sheet(sheet_id: int) -> Sheet:
    """The sheet, or NotFound."""
    found = session.get(Sheet, sheet_id)
    if found is None:
        raise NotFound
    return found


def posted_versions(sheet: Sheet) -> list[SheetVersion]:
    """The versions that were posted, the newest first."""
    return sorted((v for v in sheet.versions if v.posted_at), key=lambda v: v.version, reverse=True)


def draft_of(sheet: Sheet) -> SheetVersion | None:
    """The version that is still being written, or None."""
    return next((version for version in sheet.versions if version.posted_at is None), None)


def first_draft(canteen_id: int, day: date) -> SheetVersion | None:
    """The draft of a sheet that a canteen began for the day and never posted, the oldest first."""
    return session.scalar(
        select(SheetVersion)
        .join(Sheet, Sheet.id == SheetVersion.sheet_id)
        .where(Sheet.canteen_id == canteen_id, Sheet.day == day, Sheet.posted_version_id.is_(None))
        .order_by(Sheet.id)
        .limit(1)
    )


def last_posted(canteen_id: int, before: date) -> SheetVersion | None:
    """The canteen's last posted sheet with lines on or before the day: what is copied in the morning."""
    return session.scalar(
        select(SheetVersion)
        .join(Sheet, Sheet.posted_version_id == SheetVersion.id)
        .where(Sheet.canteen_id == canteen_id, Sheet.day <= before, SheetVersion.nothing_bought.is_(False))
        .options(selectinload(SheetVersion.lines))
        .order_by(Sheet.day.desc(), Sheet.id.desc())
        .limit(1)
    )


def unused_fields(canteen_id: int, fields: Sequence[str]) -> list[str]:
    """Of these text fields of a line, those that the canteen never filled in; none before its first sheet."""
    filled = [func.max(getattr(Line, name)) for name in fields]
    row = session.execute(
        select(func.count(Line.id), *filled)
        .join(SheetVersion, SheetVersion.id == Line.version_id)
        .join(Sheet, Sheet.posted_version_id == SheetVersion.id)
        .where(Sheet.canteen_id == canteen_id)
    ).one()
    return [name for name, longest in zip(fields, row[1:], strict=True) if row[0] and not longest]
