"""Posting: a version that is posted never changes, and what it says stands in the chain."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from kiosk.catalogue.services import enter_items, enter_suppliers
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.formats import fen_to_text, milli_to_text, price_to_text
from kiosk.core.i18n import Text, lazy
from kiosk.core.trace import Erasable, record
from kiosk.counters.models import Canteen
from kiosk.purchasing import queries
from kiosk.purchasing.checks import LONGEST, PEOPLE, Checked, check_lines
from kiosk.purchasing.models import Line, Sheet, SheetVersion
from kiosk.purchasing.people import people_problems
from kiosk.purchasing.permissions import POST_PURCHASES
from kiosk.purchasing.rights import ask
from kiosk.purchasing.services.drafts import start_sheet, subject
from kiosk.purchasing.signing import sign

WHY = lazy("Why is it corrected? Everybody will read this.")


class CannotPost(Invalid):
    """A sheet that is not ready; `errors` says where, by (row, field) or by name of a person's field."""

    code = "cannot-post"

    def __init__(self, message: Text, errors: Mapping[Any, Text] | None = None, **params: Any) -> None:
        super().__init__(message, **params)
        self.errors = dict(errors or {})


def unready(version: SheetVersion, checked: Checked, *, require_people: bool = True) -> dict[Any, Text]:
    """What keeps a draft from being posted, by place: lines, people, a correction without a reason."""
    errors: dict[Any, Text] = dict(checked.errors)
    errors.update(people_problems({role: getattr(version, role) for role in PEOPLE}, required=require_people))
    if version.version > 1 and not version.reason.strip():
        errors["reason"] = WHY
    return errors


def post_sheet(*, by: Actor, version: SheetVersion, require_people: bool = True) -> SheetVersion:
    """Post a draft: from now on it never changes. Posting what is posted already does nothing.

    Raises CannotPost with all errors by place. Items and suppliers that are new are added on the way.
    """
    ask(by, POST_PURCHASES, version.sheet.canteen)
    if version.posted_at is not None:
        return version
    checked = check_lines(version.draft or [])
    errors = unready(version, checked, require_people=require_people)
    if errors:
        raise CannotPost(lazy("Not posted yet: please fix the marked places first."), errors)
    if not checked.lines:
        raise CannotPost(
            lazy("There is no line to post. If nothing was bought today, say so with the button.")
        )
    _write_lines(version, checked)
    sign(by=by, version=version, add=require_people)
    version.nothing_bought = False
    return _close(version, by=by)


def mark_nothing_bought(*, by: Actor, canteen: Canteen, day: date) -> SheetVersion:
    """Post that a canteen bought nothing that day; an empty draft of the day is used for it.

    Conflict when something is posted for the day already, or when a draft has lines.
    """
    for status in queries.sheet_status(day):
        if status.canteen.id == canteen.id and status.sheet_ids:
            raise Conflict(
                lazy("There is already a posting for this day. Please correct that sheet instead."),
                field="day",
            )
    draft = queries.first_draft(canteen.id, day)
    return post_nothing(by=by, version=draft or start_sheet(by=by, canteen=canteen, day=day))


def post_nothing(*, by: Actor, version: SheetVersion) -> SheetVersion:
    """Post a draft as "nothing bought"; Conflict when it has lines, CannotPost for want of a reason."""
    ask(by, POST_PURCHASES, version.sheet.canteen)
    if version.posted_at is not None:
        return version
    if version.version == 1 and check_lines(version.draft or []).lines:
        raise Conflict(
            lazy("There is a draft with lines for this day. Post it, or discard it if nothing was bought."),
            field="day",
        )
    if version.version > 1 and not version.reason.strip():
        raise CannotPost(lazy("Not posted yet: please fix the marked places first."), {"reason": WHY})
    version.nothing_bought, version.total = True, 0
    return _close(version, by=by)


def _write_lines(version: SheetVersion, checked: Checked) -> None:
    items = enter_items(line.texts for line in checked.lines)
    names = (line.texts.get("supplier", "") for line in checked.lines)
    suppliers = enter_suppliers(name for name in names if name)
    for position, line in enumerate(checked.lines):
        supplier = suppliers.get(line.texts.get("supplier", ""))
        texts = {name: line.texts.get(name, "") for name in LONGEST}
        item = items[texts["item"]]
        texts["item_class"] = texts["item_class"] or item.item_class
        session.add(
            Line(
                version_id=version.id,
                position=position,
                item_id=item.id,
                quantity=line.quantity,
                unit_price=line.unit_price,
                amount=line.amount,
                supplier_id=supplier.id if supplier else None,
                **texts,
            )
        )
    version.total = checked.total
    session.flush()


def _close(version: SheetVersion, *, by: Actor) -> SheetVersion:
    """Set the seal on a version: its public content goes into the chain."""
    sheet = version.sheet
    session.refresh(version, ["lines"])
    before = sheet.posted_version_id
    version.chain_seq = record(
        "sheet.posted" if version.version == 1 else "sheet.corrected",
        subject(sheet),
        by=by,
        before={"version": version.version - 1} if before else None,
        after=public_content(version, sheet, sheet.canteen.code, version.lines),
    )
    version.draft = None
    version.posted_by, version.posted_at = str(by), clock.now()
    sheet.posted_version_id = version.id
    session.flush()
    return version


def public_content(version: SheetVersion, sheet: Sheet, canteen: str, lines: Iterable[Any]) -> dict[str, Any]:
    """What is posted with a version, as it stands in the chain; `canteen` is a code.

    Posting writes it and `kiosk verify` compares it, so `lines` are any rows with a line's public columns.
    """
    return {
        "canteen": canteen,
        "day": sheet.day.isoformat(),
        "number": sheet.number,
        "version": version.version,
        "nothing_bought": version.nothing_bought,
        "reason": version.reason,
        **{role: getattr(version, role) for role in PEOPLE},
        "total": fen_to_text(version.total),
        "lines": [
            [
                line.item,
                line.specification,
                line.unit,
                milli_to_text(line.quantity),
                price_to_text(line.unit_price),
                fen_to_text(line.amount),
                line.supplier,
                line.item_class,
                line.batch,
                line.shelf_life,
                Erasable(line.remark),
            ]
            for line in lines
        ],
    }
