"""Writes of purchases: drafts that keep what was typed, and versions that never change once posted."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from kiosk.catalogue.services import enter_items, enter_suppliers
from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.formats import fen_to_text, milli_to_text, price_to_text
from kiosk.core.i18n import Text, lazy
from kiosk.core.trace import record, waive
from kiosk.counters.models import Canteen
from kiosk.purchasing import queries
from kiosk.purchasing.checks import (
    FIELDS,
    LONGEST,
    PEOPLE,
    Checked,
    Texts,
    check_lines,
    check_people,
    clean,
)
from kiosk.purchasing.ledger import MOST_LINES
from kiosk.purchasing.models import Line, Sheet, SheetVersion
from kiosk.school import queries as school

SAVES_A_TRACE = 20
"""A draft saves itself every few seconds of typing: the first save leaves a trace, then each twentieth."""
WHY = lazy("Why is it corrected? Everybody will read this.")


class CannotPost(Invalid):
    """A sheet that is not ready; `errors` says where, by (row, field) or by name of a person's field."""

    code = "cannot-post"

    def __init__(self, message: Text, errors: Mapping[Any, Text] | None = None, **params: Any) -> None:
        super().__init__(message, **params)
        self.errors = dict(errors or {})


def is_old(canteen: Canteen, day: date | None, *, archive: bool = False) -> bool:
    """Whether a sheet is an old one, whose paper may name fewer people and whose prices nobody remembers.

    It is from before the canteen's first day here; or from before today, and brought in as `archive`.
    """
    return day is not None and day < school.today() and (archive or day < first_day(canteen))


def first_day(canteen: Canteen) -> date:
    """The day on which the canteen began here."""
    return school.local(canteen.created_at).date()


def start_sheet(*, by: str, canteen: Canteen, day: date, number: str = "") -> SheetVersion:
    """A new sheet with an empty draft. Invalid for a day to come or a canteen that is closed."""
    if day > school.today() + timedelta(days=1):
        raise Invalid(lazy("This day is still to come."), field="day")
    if not canteen.active:
        raise Invalid(lazy("This canteen is closed."), field="canteen")
    sheet = Sheet(canteen=canteen, day=day, number=number.strip()[:40], created_at=clock.now())
    session.add(sheet)
    session.flush()
    version = _add_version(sheet, by=by, number=1)
    record("sheet.started", _subject(sheet), by=by, after={"canteen": canteen.code, "day": day})
    return version


def _add_version(sheet: Sheet, *, by: str, number: int) -> SheetVersion:
    version = SheetVersion(
        sheet=sheet, version=number, drafted_by=by, changed_at=clock.now(), draft=[], revision=0, total=0
    )
    session.add(version)
    session.flush()
    return version


def _subject(sheet: Sheet) -> str:
    return f"sheet:{sheet.id}"


class ChangedElsewhere(Conflict):
    """Somebody saved this draft from another window in the meantime."""

    code = "changed-elsewhere"
    message = lazy(
        "This draft was changed in another window. Reload the page to see it; copy what you typed first."
    )


def save_draft(
    *,
    by: str,
    version: SheetVersion,
    rows: Sequence[Texts],
    people: Mapping[str, str],
    revision: int | None = None,
    number: str | None = None,
    reason: str | None = None,
) -> Checked:
    """Keep everything that was typed, good or not, and say what is wrong with it.

    `revision` is the one the typist saw; ChangedElsewhere when the draft moved on since. Conflict when the
    version is posted already.
    """
    if version.posted_at is not None:
        raise Conflict(lazy("This sheet is already posted. Please correct it with a new version."))
    if revision is not None and revision != version.revision:
        raise ChangedElsewhere
    if len(rows) > MOST_LINES:
        raise Invalid(lazy("A sheet can hold at most %(n)s lines."), n=MOST_LINES)
    texts = [clean(row) for row in rows]
    while texts and not texts[-1]:
        texts.pop()
    checked = check_lines(texts)
    first_save = not version.draft and not version.revision
    version.draft = texts
    version.revision += 1
    version.total = checked.total
    version.changed_at, version.drafted_by = clock.now(), by
    for role in PEOPLE:
        setattr(version, role, str(people.get(role, "")).strip()[:40])
    if number is not None:
        version.sheet.number = number.strip()[:40]
    if reason is not None:
        version.reason = reason.strip()[:200]
    if first_save or version.revision % SAVES_A_TRACE == 0:
        after = {"lines": len(texts), "total": checked.total}
        record("sheet.drafted", _subject(version.sheet), by=by, after=after)
    else:
        waive()
    session.flush()
    return checked


def unready(version: SheetVersion, checked: Checked, *, require_people: bool = True) -> dict[Any, Text]:
    """What keeps a draft from being posted, by place: lines, people, a correction without a reason."""
    errors: dict[Any, Text] = dict(checked.errors)
    errors.update(check_people({role: getattr(version, role) for role in PEOPLE}, required=require_people))
    if version.version > 1 and not version.reason.strip():
        errors["reason"] = WHY
    return errors


def post_sheet(*, by: str, version: SheetVersion, require_people: bool = True) -> SheetVersion:
    """Post a draft: from now on it never changes. Posting what is posted already does nothing.

    Raises CannotPost with all errors by place. Items and suppliers that are new are added on the way.
    """
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
    version.nothing_bought = False
    return _close(version, by=by)


def mark_nothing_bought(*, by: str, canteen: Canteen, day: date) -> SheetVersion:
    """Post that a canteen bought nothing that day; an empty draft of the day is used for it.

    Conflict when something is posted for the day already, or when a draft has lines.
    """
    for status in queries.sheet_status(day):
        if status.canteen.id == canteen.id and status.sheet_ids:
            raise Conflict(
                lazy("There is already a posting for this day. Please correct that sheet instead.")
            )
    draft = queries.first_draft(canteen.id, day)
    return post_nothing(by=by, version=draft or start_sheet(by=by, canteen=canteen, day=day))


def post_nothing(*, by: str, version: SheetVersion) -> SheetVersion:
    """Post a draft as "nothing bought"; Conflict when it has lines, CannotPost for want of a reason."""
    if version.posted_at is not None:
        return version
    if version.version == 1 and check_lines(version.draft or []).lines:
        raise Conflict(
            lazy("There is a draft with lines for this day. Post it, or discard it if nothing was bought.")
        )
    if version.version > 1 and not version.reason.strip():
        raise CannotPost(lazy("Not posted yet: please fix the marked places first."), {"reason": WHY})
    version.nothing_bought, version.total = True, 0
    return _close(version, by=by)


def correct_sheet(*, by: str, sheet: Sheet) -> SheetVersion:
    """A new draft that begins as what is posted; the draft there is, if one was begun already."""
    started = queries.draft_of(sheet)
    if started is not None:
        return started
    last = queries.posted_versions(sheet)[0]
    version = _add_version(sheet, by=by, number=last.version + 1)
    version.draft = [{k: v for k, v in texts_of(line).items() if k != "amount"} for line in last.lines]
    version.total = last.total
    for role in PEOPLE:
        setattr(version, role, getattr(last, role))
    record("sheet.correction_started", _subject(sheet), by=by, after={"version": version.version})
    return version


def copy_last(*, canteen: Canteen, day: date) -> list[dict[str, str]]:
    """The lines of the canteen's last sheet as a beginning: everything but what is new each time."""
    last = queries.last_posted(canteen.id, day)
    if last is None:
        return []
    left_out = ("quantity", "unit_price", "amount", "batch", "remark")
    return [{k: v for k, v in texts_of(line).items() if k not in left_out} for line in last.lines]


def discard_draft(*, by: str, version: SheetVersion) -> None:
    """Throw a draft away; a sheet that was never posted goes with it."""
    if version.posted_at is not None:
        raise Conflict(lazy("This sheet is already posted. Please correct it with a new version."))
    sheet = version.sheet
    record(
        "sheet.discarded", _subject(sheet), by=by, before={"lines": version.draft, "version": version.version}
    )
    session.delete(version if sheet.posted_version_id is not None else sheet)
    session.flush()


def texts_of(line: Line) -> dict[str, str]:
    """A posted line as it would be typed."""
    texts = {
        name: str(getattr(line, name)) for name in FIELDS if name not in ("quantity", "unit_price", "amount")
    }
    texts["quantity"] = milli_to_text(line.quantity).replace(",", "")
    texts["unit_price"] = price_to_text(line.unit_price).replace(",", "")
    texts["amount"] = fen_to_text(line.amount).replace(",", "")
    return {name: text for name, text in texts.items() if text}


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


def _close(version: SheetVersion, *, by: str) -> SheetVersion:
    """Set the seal on a version: its public content goes into the chain."""
    sheet = version.sheet
    session.refresh(version, ["lines"])
    before = sheet.posted_version_id
    version.chain_seq = record(
        "sheet.posted" if version.version == 1 else "sheet.corrected",
        _subject(sheet),
        by=by,
        before={"version": version.version - 1} if before else None,
        after=public_content(version, sheet, sheet.canteen.code, version.lines),
    )
    version.draft = None
    version.posted_by, version.posted_at = by, clock.now()
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
                line.remark,
            ]
            for line in lines
        ],
    }
