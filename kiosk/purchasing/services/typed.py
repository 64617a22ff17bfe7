"""Purchases as a kind of posting: what a draft means, and the lines, names and totals that SQL adds up."""

from collections.abc import Mapping, Sequence
from typing import Any

from kiosk.catalogue.services import enter_items, enter_suppliers
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.i18n import lazy
from kiosk.postings.models import Posting, PostingDraft, PostingVersion
from kiosk.postings.queries import Reading, Texts
from kiosk.purchasing import queries
from kiosk.purchasing.checks import LONGEST, PEOPLE, CheckedLine, check_lines, clean
from kiosk.purchasing.models import Line, Sheet, SheetPerson
from kiosk.purchasing.people import people_of, people_problems
from kiosk.purchasing.services.drafts import texts_of
from kiosk.purchasing.signing import signed

OLD_PAPER = "old_paper"
"""A field of a draft that is posted as it stands on an old paper, which may name fewer than four people."""


def kept(rows: Sequence[Mapping[str, str]]) -> list[Texts]:
    """Typed lines trimmed, each at its place; empty ones at the end are left out."""
    found = [clean(row) for row in rows]
    return found[: max((place for place, texts in enumerate(found, 1) if texts), default=0)]


def read(draft: PostingDraft) -> Reading:
    """What a draft says; people are read when it is posted, since a new name is a new person then."""
    fields: dict[str, Any] = {"number": draft.fields.get("number", ""), **dict.fromkeys(PEOPLE), "total": 0}
    if draft.is_nothing:
        return Reading(fields)
    checked, names = check_lines(draft.rows), {part: draft.fields.get(part, "") for part in PEOPLE}
    fields |= {part: {"person": None, "name": name} if name else None for part, name in names.items()}
    errors: dict[Any, Any] = dict(checked.errors)
    errors |= people_problems(names, required=OLD_PAPER not in draft.fields)
    if not checked.lines and not checked.errors:
        text = lazy("There is no line to post. If nothing was bought today, say so with the button.")
        errors[0, "item"] = text
    return Reading({**fields, "total": checked.total}, [_row(line) for line in checked.lines], errors)


def is_in_force(
    posting: Posting, fields: Mapping[str, str], rows: Sequence[Mapping[str, str]], nothing: bool
) -> bool:
    """Whether what is in force says what was typed: it was posted already, by a first click."""
    typed = read(PostingDraft(fields=dict(fields), rows=kept(rows), is_nothing=nothing))
    content = queries.posted_versions(posting)[0].content
    return _said(typed.fields, typed.rows) == _said(content["fields"], content["rows"])


def _said(fields: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
    """Without what posting adds: who the people are, and the classes of items."""
    names = [(fields[part] or {}).get("name") for part in PEOPLE]
    return fields["number"], names, [{**row, "item_class": ""} for row in rows]


def _row(line: CheckedLine) -> dict[str, Any]:
    numbers = {"quantity": line.quantity, "unit_price": line.unit_price, "amount": line.amount}
    return {**{name: line.texts.get(name, "") for name in LONGEST}, **numbers}


def settle(by: Actor, draft: PostingDraft, reading: Reading) -> Reading:
    """Enter items that are new, and people whose names are; a line without a class has its item's."""
    if draft.is_nothing:
        return reading
    names = {part: draft.fields.get(part, "") for part in PEOPLE}
    people = signed(by=by, names=names, add=OLD_PAPER not in draft.fields)
    items = enter_items(reading.rows)
    rows = [{**row, "item_class": row["item_class"] or items[row["item"]].item_class} for row in reading.rows]
    return Reading({**reading.fields, **people}, rows)


def fill(version: PostingVersion, reading: Reading) -> None:
    """Write the lines and names of a version, and let it be what is in force of its sheet."""
    posting, people = version.posting, {part: reading.fields[part] for part in PEOPLE}
    items = enter_items(reading.rows)
    suppliers = enter_suppliers(row["supplier"] for row in reading.rows if row["supplier"])
    for position, row in enumerate(reading.rows):
        supplier = suppliers.get(row["supplier"])
        keys = {"item_id": items[row["item"]].id, "supplier_id": supplier.id if supplier else None}
        session.add(Line(version_id=version.id, position=position, **keys, **row))
    session.add_all(
        SheetPerson(version_id=version.id, part=part, name=one["name"], person_id=one["person"])
        for part, one in people.items()
        if one
    )
    sheet = session.get(Sheet, posting.id) or Sheet(
        id=posting.id, canteen_id=posting.canteen_id, day=queries.day_of(posting)
    )
    sheet.version_id, sheet.number = version.id, reading.fields["number"]
    sheet.total, sheet.nothing_bought = reading.fields["total"], not reading.rows
    session.add(sheet)
    session.flush()


def empty(posting: Posting) -> None:
    """What is withdrawn is added up no more; its lines stay with their version."""
    sheet = session.get(Sheet, posting.id)
    if sheet is not None:
        session.delete(sheet)
        session.flush()


def texts(row: PostingVersion) -> tuple[Texts, list[Texts]]:
    """A version as it would be typed now: people by what tells them apart, amounts left to be computed."""
    [version] = queries.versions([row])
    lines = [
        {name: text for name, text in texts_of(line).items() if name != "amount"} for line in version.lines
    ]
    return {"number": version.content["fields"]["number"], **people_of(row.id)}, lines
