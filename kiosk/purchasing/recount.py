"""Whether the rows that SQL adds up are what the versions of the postings say, column by column."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select

from kiosk.chain.queries import Finding
from kiosk.core.db import session
from kiosk.core.formats import amount_of
from kiosk.postings.models import Posting, PostingVersion, PostingWithdrawal
from kiosk.purchasing.checks import FIELDS, PEOPLE
from kiosk.purchasing.models import Line, Sheet, SheetPerson
from kiosk.purchasing.queries import SLUG

BATCH = 2000


def recount() -> Iterator[Finding]:
    """Lines, printed names, what is in force of each sheet; an amount is quantity times price to the fen."""
    columns = [getattr(Line, name) for name in ("version_id", "position", *FIELDS)]
    lines = _by_version(select(*columns).order_by(Line.version_id, Line.position))
    people = _by_version(
        select(SheetPerson.version_id, SheetPerson.part, SheetPerson.name, SheetPerson.person_id)
    )
    newest: dict[int, tuple[PostingVersion, dict[str, Any]]] = {}
    query = select(PostingVersion).join(Posting).where(Posting.kind == SLUG)
    for version in session.scalars(query.order_by(PostingVersion.posting_id, PostingVersion.version)):
        name, content = f"{version.posting_id}, version {version.version}", json.loads(version.content)
        newest[version.posting_id] = version, content
        yield from _lines(name, content, lines.pop(version.id, []))
        yield from _people(name, content, people.pop(version.id, []))
    for version_id in sorted({*lines, *people}):
        yield Finding("sheet", f"row of posting_version {version_id}", "unknown", "line, sheet_person")
    yield from _sheets(newest)


def _by_version(query: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(query.execution_options(yield_per=BATCH)):
        found[row.version_id].append(row)
    return dict(found)


def _lines(name: str, content: dict[str, Any], lines: list[Any]) -> Iterator[Finding]:
    rows = content["rows"]
    for place in range(max(len(rows), len(lines))):
        where = f"{name}, line {place + 1}"
        if place >= len(lines):
            yield Finding("sheet", where, "missing", "line")
        elif place >= len(rows):
            yield Finding("sheet", where, "inserted", "line")
        else:
            yield from _altered(where, "line", _compared(rows[place], lines[place], place))
    if content["fields"]["total"] != sum(row["amount"] for row in rows):
        yield Finding("sheet", name, "altered", "the total is not the sum of its lines")
    if bool(rows) == bool(content.get("nothing")):
        yield Finding("sheet", name, "altered", "no lines, or lines although nothing was bought")


def _compared(row: dict[str, Any], line: Any, place: int) -> Iterator[str]:
    yield from (column for column in FIELDS if getattr(line, column) != row[column])
    if line.position != place:
        yield "position"
    if line.amount != amount_of(line.quantity, line.unit_price):
        yield "the amount is not quantity times price"


def _people(name: str, content: dict[str, Any], rows: list[Any]) -> Iterator[Finding]:
    said = {part: content["fields"][part] for part in PEOPLE if not content.get("nothing")}
    printed = {row.part: row for row in rows}
    for part in sorted({*(part for part, one in said.items() if one), *printed}):
        one, row = said.get(part), printed.get(part)
        known = one["person"] if one else None
        if one is None or row is None or row.name != one["name"] or known not in (None, row.person_id):
            yield Finding("sheet", f"{name}, {part}", "altered", "sheet_person")


def _sheets(newest: dict[int, tuple[PostingVersion, dict[str, Any]]]) -> Iterator[Finding]:
    """Each posting that is not withdrawn has its row, with the newest version and what that says."""
    gone = set(session.scalars(select(PostingWithdrawal.posting_id)))
    sheets = {sheet.id: sheet for sheet in session.scalars(select(Sheet))}
    for number in sorted({*newest, *sheets}):
        sheet, known = sheets.get(number), newest.get(number)
        if (sheet is None) == (known is None or number in gone):
            if sheet is not None and known is not None:
                yield from _altered(str(number), "sheet", _in_force(sheet, *known))
        else:
            yield Finding("sheet", str(number), "missing" if sheet is None else "unknown", "sheet")


def _in_force(sheet: Sheet, version: PostingVersion, content: dict[str, Any]) -> Iterator[str]:
    fields, posting = content["fields"], version.posting
    expected = {
        "version_id": version.id,
        "canteen_id": posting.canteen_id,
        "number": fields["number"],
        "total": fields["total"],
        "nothing_bought": bool(content.get("nothing")),
    }
    yield from (column for column, value in expected.items() if getattr(sheet, column) != value)
    if sheet.day.isoformat() != posting.period:
        yield "day"


def _altered(where: str, table: str, columns: Iterable[str]) -> Iterator[Finding]:
    names = list(columns)
    if names:
        yield Finding("sheet", where, "altered", f"{table}: {', '.join(names)}")
