"""Taking over what was typed into the preview of an import."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.exc import InvalidRequestError

from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, NotFound
from kiosk.core.formats import whole
from kiosk.core.i18n import lazy
from kiosk.core.trace import record, waive
from kiosk.purchasing import queries
from kiosk.purchasing.checks import FIELDS, PEOPLE, clean
from kiosk.purchasing.imports.history import Meanwhile, fields_of, meanwhile, with_change
from kiosk.purchasing.imports.judgement import review_of
from kiosk.purchasing.imports.review import CHOICES
from kiosk.purchasing.ledger import QUESTIONS
from kiosk.purchasing.models import PurchaseImport
from kiosk.purchasing.people import people_of
from kiosk.school import queries as school

LONGEST = {
    "day": 40,
    "number": 40,
    "choice": 40,
    "reason": 200,
    "canteen": 20,
    "sure": 20_000,
    "strangers": 400,
    "twice": 20_000,
    "unitless": 20_000,
    "new_people": 400,
}
FIGURES = ("quantity", "unit_price")
Json = dict[str, Any]
Typed = Mapping[str, str]


def still_open(waiting: PurchaseImport) -> None:
    """Conflict when the import was confirmed already."""
    if waiting.confirmed_at is not None or waiting.content is None:
        raise Conflict(lazy("This import is already finished."))


def hold(waiting: PurchaseImport) -> None:
    """Read it anew, and let nobody else change it before this transaction ends. NotFound if it is gone."""
    try:
        session.refresh(waiting, with_for_update={"of": PurchaseImport})
    except InvalidRequestError:
        raise NotFound from None


def mend(*, by: Actor, waiting: PurchaseImport, typed: Typed) -> Meanwhile | None:
    """Take over what was typed: `archive`, `s0-day`, `s0-purchaser`, `l0-3-quantity`, `l0-3-sure` …

    `open` names a line (0-3) whose fields shall stand open; `people` a sheet whose people are those of all,
    `last` one that takes the people of the canteen's last sheet. `revision` is the one that the typist saw:
    what others changed since stays where he typed nothing, and is given back to be said.
    """
    hold(waiting)
    still_open(waiting)
    before, review = waiting.preview, review_of(waiting)
    fields = fields_of(before, review)
    others = meanwhile(waiting, fields, typed)
    typed = others.typed if others else typed
    waiting.preview = _mended(before, typed)
    sheets = _with_shared_people(waiting.preview["sheets"], typed.get("people", ""))
    sheets = _with_last_people(waiting, sheets, typed.get("last", ""))
    is_mended = {**waiting.preview, "sheets": sheets} != before
    mended = {**waiting.preview, "sheets": _with_open_line(sheets, typed.get("open", ""))}
    waiting.preview = with_change(mended, fields, fields_of(mended, review), by=str(by))
    if is_mended:
        record("import.mended", f"import:{waiting.id}", by=by)
    else:
        waive()
    return others


def _mended(content: Json, typed: Typed) -> Json:
    mended = dict(content)
    if bool(typed.get("archive")) != bool(content.get("archive")) and "archive" in typed:
        mended["archive"] = bool(typed["archive"])
    answers = {code for code in QUESTIONS if typed.get(f"answer-{code}")}
    if answers:
        mended["answered"] = sorted({*content.get("answered", []), *answers})
    mended["sheets"] = [_mended_sheet(number, sheet, typed) for number, sheet in enumerate(content["sheets"])]
    return mended


def _mended_sheet(number: int, sheet: Json, typed: Typed) -> Json:
    texts = {}
    for name, longest in LONGEST.items():
        text = typed.get(f"s{number}-{name}")
        if text is not None and (name != "choice" or text in CHOICES):
            texts[name] = text.strip()[:longest]
    people = {
        role: typed.get(f"s{number}-{role}", name).strip()[:40] for role, name in sheet["people"].items()
    }
    lines = [_mended_line(f"l{number}-{place}-", line, typed) for place, line in enumerate(sheet["lines"])]
    news = {name: text for name, text in texts.items() if text != sheet.get(name, "")}
    return {**sheet, **news, "people": people, "lines": lines}


def _mended_line(prefix: str, line: Json, typed: Typed) -> Json:
    own = {name: typed[prefix + name] for name in ("sure", "out", *FIELDS) if prefix + name in typed}
    news: Json = {}
    if "sure" in own and own["sure"][:80] != line.get("sure", ""):
        news["sure"] = own["sure"][:80]
    if "out" in own and bool(own["out"]) != line.get("out", False):
        news["out"] = bool(own["out"])
    before = line["texts"]
    texts = clean({**before, **{name: text for name, text in own.items() if name in FIELDS}})
    if not own.keys() & set(FIELDS) or texts == clean(before):
        return {**line, **news}
    if not line["bad"] and any(texts.get(name) != before.get(name) for name in FIGURES):
        texts = _without_old_amount(texts, before)
    adopted = [name for name in line.get("adopted", ()) if texts.get(name) == before.get(name)]
    return {**line, **news, "adopted": adopted, "texts": texts, "mended": True}


def _without_old_amount(texts: dict[str, str], before: Typed) -> dict[str, str]:
    """New figures without the old product, which says nothing about them."""
    is_old = texts.get("amount") == before.get("amount")
    return {name: text for name, text in texts.items() if name != "amount" or not is_old}


def _with_open_line(sheets: Sequence[Json], wish: str) -> list[Json]:
    """The sheets with one line (0-3) open for mending."""
    number, place = (whole(part) for part in wish.partition("-")[::2])
    if number is None or number >= len(sheets):
        return list(sheets)
    sheet = sheets[number]
    lines = [
        {**line, "open": True, "out": False} if other == place else line
        for other, line in enumerate(sheet["lines"])
    ]
    return [{**other, "lines": lines} if other is sheet else other for other in sheets]


def _with_shared_people(sheets: Sequence[Json], wish: str) -> list[Json]:
    """The people of one sheet for every other, where nobody is named yet."""
    number = whole(wish)
    if number is None or number >= len(sheets):
        return list(sheets)
    people = sheets[number]["people"]
    return [_with_people(sheet, people) for sheet in sheets]


def _with_last_people(waiting: PurchaseImport, sheets: Sequence[Json], wish: str) -> list[Json]:
    """The people of the canteen's last sheet, for a sheet that names nobody there yet."""
    number = whole(wish)
    if number is None or number >= len(sheets):
        return list(sheets)
    reviewed = review_of(waiting).sheets[number]
    last = queries.last_posted((reviewed.canteen or waiting.canteen).id, reviewed.day or school.today())
    if last is None:
        return list(sheets)
    people = people_of(last[0].version_id)
    return [_with_people(sheet, people) if place == number else sheet for place, sheet in enumerate(sheets)]


def _with_people(sheet: Json, people: Typed) -> Json:
    names = {role: sheet["people"][role] or people[role] for role in PEOPLE}
    return {**sheet, "people": names}
