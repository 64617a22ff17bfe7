"""Taking over what was typed into the preview of an import."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from kiosk.core.errors import Conflict
from kiosk.core.i18n import lazy
from kiosk.core.trace import record, waive
from kiosk.purchasing import queries
from kiosk.purchasing.checks import FIELDS, PEOPLE, clean
from kiosk.purchasing.imports.shown import CHOICES, shown
from kiosk.purchasing.ledger import QUESTIONS
from kiosk.purchasing.models import PurchaseImport
from kiosk.school import queries as school

LONGEST = {
    "day": 40,
    "number": 40,
    "choice": 40,
    "reason": 200,
    "canteen": 20,
    "sure": 20_000,
    "strangers": 400,
}
FIGURES = ("quantity", "unit_price")
Kept = dict[str, Any]
Typed = Mapping[str, str]


def still_open(waiting: PurchaseImport) -> None:
    """Conflict when the import was confirmed already."""
    if waiting.confirmed_at is not None or waiting.content is None:
        raise Conflict(lazy("This import is already finished."))


def mend(*, by: str, waiting: PurchaseImport, typed: Typed) -> None:
    """Take over what was typed: `archive`, `s0-day`, `s0-purchaser`, `l0-3-quantity`, `l0-3-sure` …

    `open` names a line (0-3) whose fields shall stand open; `people` a sheet whose people are those of all,
    `last` one that takes the people of the canteen's last sheet.
    """
    still_open(waiting)
    changed = _put(waiting.preview, "archive", bool(typed["archive"])) if "archive" in typed else False
    for code in QUESTIONS:
        if typed.get(f"answer-{code}"):
            answered = {*waiting.preview.get("answered", []), code}
            changed = _put(waiting.preview, "answered", sorted(answered)) or changed
    for number, sheet in enumerate(waiting.preview["sheets"]):
        changed = _mend_sheet(number, sheet, typed) or changed
    opened = _open(waiting.preview["sheets"], typed.get("open", ""))
    shared = _share_people(waiting.preview["sheets"], typed.get("people", ""))
    shared = _last_people(waiting, typed.get("last", "")) or shared
    if changed or opened or shared:
        flag_modified(waiting, "preview")
    if changed or shared:
        record("import.mended", f"import:{waiting.id}", by=by)
    else:
        waive()


def _put(kept: Kept, name: str, value: Any) -> bool:
    if kept.get(name, type(value)()) == value:
        return False
    kept[name] = value
    return True


def _mend_sheet(number: int, sheet: Kept, typed: Typed) -> bool:
    changed = False
    for name, longest in LONGEST.items():
        text = typed.get(f"s{number}-{name}")
        if text is not None and (name != "choice" or text in CHOICES):
            changed = _put(sheet, name, text.strip()[:longest]) or changed
    for role in PEOPLE:
        text = typed.get(f"s{number}-{role}")
        if text is not None:
            changed = _put(sheet["people"], role, text.strip()[:40]) or changed
    for place, line in enumerate(sheet["lines"]):
        changed = _mend_line(f"l{number}-{place}-", line, typed) or changed
    return changed


def _mend_line(prefix: str, line: Kept, typed: Typed) -> bool:
    changed = False
    if prefix + "sure" in typed:
        changed = _put(line, "sure", typed[prefix + "sure"][:80])
    if prefix + "out" in typed:
        changed = _put(line, "out", bool(typed[prefix + "out"])) or changed
    named = {name: typed[prefix + name] for name in FIELDS if prefix + name in typed}
    texts = clean({**line["texts"], **named})
    if not named or texts == clean(line["texts"]):
        return changed
    before = line["texts"]
    figures_changed = any(texts.get(name) != before.get(name) for name in FIGURES)
    if not line["bad"] and figures_changed and texts.get("amount") == before.get("amount"):
        texts.pop("amount", None)  # the old product says nothing about the new figures
    line["adopted"] = [n for n in line.get("adopted", ()) if texts.get(n) == before.get(n)]
    line["texts"], line["mended"] = texts, True
    return True


def _open(sheets: list[Kept], wish: str) -> bool:
    number, _dash, place = wish.partition("-")
    if not (number.isdecimal() and place.isdecimal()):
        return False
    if int(number) >= len(sheets) or int(place) >= len(sheets[int(number)]["lines"]):
        return False
    line = sheets[int(number)]["lines"][int(place)]
    line["open"], line["out"] = True, False
    return True


def _share_people(sheets: list[Kept], wish: str) -> bool:
    """The people of one sheet for every other, where nobody is named yet."""
    if not wish.isdecimal() or int(wish) >= len(sheets):
        return False
    people = sheets[int(wish)]["people"]
    for sheet in sheets:
        for role in PEOPLE:
            sheet["people"][role] = sheet["people"][role] or people[role]
    return True


def _last_people(waiting: PurchaseImport, wish: str) -> bool:
    """The people of the canteen's last sheet, for a sheet that names nobody there yet."""
    sheets = shown(waiting).sheets
    if not wish.isdecimal() or int(wish) >= len(sheets):
        return False
    sheet = sheets[int(wish)]
    last = queries.last_posted((sheet.canteen or waiting.canteen).id, sheet.day or school.today())
    if last is None:
        return False
    people = waiting.preview["sheets"][sheet.place]["people"]
    for role in PEOPLE:
        people[role] = people[role] or getattr(last, role)
    return True
