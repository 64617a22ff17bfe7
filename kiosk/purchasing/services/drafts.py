"""Drafts of sheets: they keep what was typed, good or not, until it is posted or thrown away."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.formats import fen_to_text, milli_to_text, price_to_text
from kiosk.core.i18n import lazy
from kiosk.core.trace import record, waive
from kiosk.counters.models import Canteen
from kiosk.purchasing import queries
from kiosk.purchasing.checks import FIELDS, PEOPLE, Checked, Texts, check_lines, clean
from kiosk.purchasing.ledger import MOST_LINES
from kiosk.purchasing.models import NUMBER, PURCHASER, REASON, Line, Sheet, SheetVersion
from kiosk.purchasing.people import people_of
from kiosk.purchasing.permissions import EDIT_DRAFTS
from kiosk.purchasing.rights import ask
from kiosk.school import queries as school

SAVES_A_TRACE = 20
"""A draft saves itself every few seconds of typing: the first save leaves a trace, then each twentieth."""


def is_old(canteen: Canteen, day: date | None, *, archive: bool = False) -> bool:
    """Whether a sheet is an old one, whose paper may name fewer people and whose prices nobody remembers.

    It is from before the canteen's first day here; or from before today, and brought in as `archive`.
    """
    return day is not None and day < school.today() and (archive or day < first_day(canteen))


def first_day(canteen: Canteen) -> date:
    """The day on which the canteen began here."""
    return school.local(canteen.created_at).date()


def start_sheet(*, by: Actor, canteen: Canteen, day: date, number: str = "") -> SheetVersion:
    """A new sheet with an empty draft. Invalid for a day to come or a canteen that is closed."""
    if day > school.today() + timedelta(days=1):
        raise Invalid(lazy("This day is still to come."), field="day")
    if not canteen.active:
        raise Invalid(lazy("This canteen is closed."), field="canteen")
    ask(by, EDIT_DRAFTS, canteen)
    sheet = Sheet(canteen=canteen, day=day, number=number.strip()[: NUMBER.longest], created_at=clock.now())
    session.add(sheet)
    session.flush()
    version = _add_version(sheet, by=by, number=1)
    record("sheet.started", subject(sheet), by=by, after={"canteen": canteen.code, "day": day})
    return version


def _add_version(sheet: Sheet, *, by: Actor, number: int) -> SheetVersion:
    version = SheetVersion(
        sheet=sheet, version=number, drafted_by=str(by), changed_at=clock.now(), draft=[], revision=0, total=0
    )
    session.add(version)
    session.flush()
    return version


def subject(sheet: Sheet) -> str:
    """What the record calls the sheet."""
    return f"sheet:{sheet.id}"


class ChangedElsewhere(Conflict):
    """Somebody saved this draft from another window in the meantime."""

    code = "changed-elsewhere"
    message = lazy(
        "This draft was changed in another window. Reload the page to see it; copy what you typed first."
    )


def save_draft(
    *,
    by: Actor,
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
    ask(by, EDIT_DRAFTS, version.sheet.canteen)
    _refuse_posted(version)
    if revision is not None and revision != version.revision:
        raise ChangedElsewhere
    if len(rows) > MOST_LINES:
        raise Invalid(lazy("A sheet can hold at most %(n)s lines."), n=MOST_LINES)
    is_first = not version.draft and not version.revision
    version.draft = _without_empty_end([clean(row) for row in rows])
    checked = check_lines(version.draft)
    version.total = checked.total
    version.revision += 1
    version.changed_at, version.drafted_by = clock.now(), str(by)
    _write_head(version, people, number, reason)
    if is_first or version.revision % SAVES_A_TRACE == 0:
        after = {"lines": len(version.draft), "total": checked.total}
        record("sheet.drafted", subject(version.sheet), by=by, after=after)
    else:
        waive()
    session.flush()
    return checked


def _refuse_posted(version: SheetVersion) -> None:
    if version.posted_at is not None:
        raise Conflict(lazy("This sheet is already posted. Please correct it with a new version."))


def _without_empty_end(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    last = max((place for place, texts in enumerate(rows, 1) if texts), default=0)
    return rows[:last]


def _write_head(
    version: SheetVersion, people: Mapping[str, str], number: str | None, reason: str | None
) -> None:
    """What stands around the lines; number and reason stay where nothing is said of them."""
    for role in PEOPLE:
        setattr(version, role, str(people.get(role, "")).strip()[: PURCHASER.longest])
    if number is not None:
        version.sheet.number = number.strip()[: NUMBER.longest]
    if reason is not None:
        version.reason = reason.strip()[: REASON.longest]


def correct_sheet(*, by: Actor, sheet: Sheet) -> SheetVersion:
    """A new draft that begins as what is posted; the draft there is, if one was begun already."""
    ask(by, EDIT_DRAFTS, sheet.canteen)
    started = queries.draft_of(sheet)
    if started is not None:
        return started
    last = queries.posted_versions(sheet)[0]
    version = _add_version(sheet, by=by, number=last.version + 1)
    version.draft = [{k: v for k, v in texts_of(line).items() if k != "amount"} for line in last.lines]
    version.total = last.total
    for role, name in people_of(last).items():
        setattr(version, role, name)
    record("sheet.correction_started", subject(sheet), by=by, after={"version": version.version})
    return version


def copy_last(*, canteen: Canteen, day: date) -> list[dict[str, str]]:
    """The lines of the canteen's last sheet as a beginning: everything but what is new each time."""
    last = queries.last_posted(canteen.id, day)
    if last is None:
        return []
    left_out = ("quantity", "unit_price", "amount", "batch", "remark")
    return [{k: v for k, v in texts_of(line).items() if k not in left_out} for line in last.lines]


def discard_draft(*, by: Actor, version: SheetVersion) -> None:
    """Throw a draft away; a sheet that was never posted goes with it."""
    ask(by, EDIT_DRAFTS, version.sheet.canteen)
    _refuse_posted(version)
    sheet = version.sheet
    record(
        "sheet.discarded", subject(sheet), by=by, before={"lines": version.draft, "version": version.version}
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
