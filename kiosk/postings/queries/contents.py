"""What a version says: read from what was typed, kept as canonical JSON, and shown again."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, cast

from kiosk.chain.queries.words import actors
from kiosk.chain.services import canonical
from kiosk.core import field as declared
from kiosk.core.actor import SCHOOL, Place
from kiosk.core.cells import parse_day
from kiosk.core.errors import Invalid
from kiosk.core.field import Input
from kiosk.core.filters import day as day_words
from kiosk.core.formats import BadValue, amount_of, whole
from kiosk.core.i18n import Text, lazy
from kiosk.core.tables import FIRST_DAY
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen, Counter
from kiosk.persons import queries as persons
from kiosk.postings.models import Posting, PostingDraft, PostingVersion
from kiosk.postings.queries.attached import Attached, of_content
from kiosk.postings.queries.kinds import Kind, Somebody, kind_of
from kiosk.postings.queries.typed import Reading, Texts
from kiosk.school import queries as school

Declared = Input | Somebody


def value_of(one: Declared, text: str) -> Any:
    """What a text means, as JSON keeps it: money in fen, days like 2026-03-04. Raises Invalid."""
    match one:
        case declared.Whole():
            return one.read(whole(text.strip()))
        case declared.Day():
            found = one.read(_iso(text))
            return found.isoformat() if found else None
        case declared.Choice():
            return one.read(one.code_of(text) or text)
        case _:
            return one.read(text)


def _iso(text: str) -> str:
    """A day in any of the usual forms as 2026-03-04; any other text as it is."""
    try:
        return parse_day(text).isoformat()
    except BadValue:
        return text


def kept_cell(one: Declared, text: str) -> str:
    """A typed cell as a draft keeps it: a choice by its code, a day like 2026-03-04, if it is one."""
    if isinstance(one, declared.Until) and text.strip() in one.endless():
        return date.max.isoformat()
    if isinstance(one, declared.Day) and text.strip():
        with suppress(BadValue):
            return near_day(text).isoformat()
    if isinstance(one, declared.Several):
        return one.kept(text)
    return one.code_of(text) or text if isinstance(one, declared.Choice) else text


def near_day(cell: Any, year: int | None = None, first: date = FIRST_DAY) -> date:
    """The day in a cell; one without a year is of the `year`, or where that is None the nearest to today.

    Raises BadValue for what is no day.
    """
    today, found = school.today(), []
    if year is not None:
        return parse_day(cell, year, first)
    for near in (today.year - 1, today.year, today.year + 1):
        with suppress(BadValue):
            found.append(parse_day(cell, near, first))
    return min(found, key=lambda day: abs(day - today)) if found else parse_day(cell, today.year, first)


def shown_cell(one: Declared, text: str) -> str:
    """A kept cell as it stands in the grid: a choice by its label."""
    if isinstance(one, declared.Several):
        return one.text(text)
    if isinstance(one, declared.Until) and text == date.max.isoformat():
        return str(declared.NO_END)
    return str(one.options.get(text, text)) if isinstance(one, declared.Choice) else text


def text_of(one: Declared, value: Any) -> str:
    """A value as it is typed, and as data: money like 1080.50."""
    if value is None:
        return ""
    if isinstance(one, Somebody):
        return str(value["person"])
    return one.plain(value) if isinstance(one, declared.Fraction) else str(value)


def data_of(one: Declared, value: Any) -> str | int | None:
    """A value as open data: money as a decimal text, people by name."""
    if value is None or isinstance(one, declared.Whole):
        return cast("int | None", value)
    return str(value["name"]) if isinstance(one, Somebody) else text_of(one, value)


def shown(one: Declared, value: Any) -> str:
    """A value as people read it; a dash where nothing is said."""
    if value in (None, ""):
        return "—"
    match one:
        case declared.Fraction():
            return one.text(value)
        case declared.Until() if value == date.max.isoformat():
            return str(declared.NO_END)
        case declared.Day():
            return day_words(date.fromisoformat(value), "date")
        case declared.Several():
            return one.text(value)
        case Somebody():
            return str(value["name"])
        case declared.Choice():
            return str(one.options.get(value, value))
        case _:
            return str(value)


def reading_of(draft: PostingDraft) -> Reading:
    """What a draft says, however its kind reads it."""
    kind = kind_of(draft.posting.kind)
    if kind.typed and kind.typed.read:
        return kind.typed.read(draft)
    found = read(kind, draft.fields, draft.rows, nothing=draft.is_nothing)
    if kind.completes and not draft.is_nothing:
        kind.completes(draft.posting, found)
    return found


def texts_of(found: "Version") -> tuple[Texts, list[Texts]]:
    """The fields and rows of a version as they would be typed."""
    if found.kind.typed and found.kind.typed.texts:
        return found.kind.typed.texts(found.row)
    fields = {one.name: text_of(one, found.content["fields"].get(one.name)) for one in found.kind.inputs}
    return fields, [
        {one.name: text_of(one, row.get(one.name)) for one in found.kind.columns} for row in found.rows
    ]


def read(
    kind: Kind, fields: Mapping[str, str], rows: list[dict[str, str]], *, nothing: bool = False
) -> Reading:
    """What a draft says, and what keeps it from being posted: by field, or by (row, column).

    Of one that says that there is `nothing` to post, no field is asked for.
    """
    found = Reading()
    for one in kind.inputs:
        if nothing and not fields.get(one.name, "").strip():
            found.fields[one.name] = None
        else:
            _read_into(found, found.fields, one, fields, one.name)
    _different(found, kind)
    for number, texts in enumerate(rows):
        if any(text.strip() for text in texts.values()):
            values: dict[str, Any] = {}
            for one in kind.columns:
                _read_into(found, values, one, texts, (number, one.name))
            _multiply(kind, found, values, texts, number)
            found.rows.append(values)
    return found


def _multiply(
    kind: Kind, found: Reading, values: dict[str, Any], texts: Mapping[str, str], number: int
) -> None:
    """An amount that nobody wrote is the product of what stands beside it."""
    for name, (times, each) in kind.products.items():
        quantity, price = values.get(times), values.get(each)
        if quantity is not None and price is not None and not texts.get(name, "").strip():
            values[name] = amount_of(quantity, price)
            found.errors.pop((number, name), None)


def _different(found: Reading, kind: Kind) -> None:
    """The people of a posting are different ones."""
    named = [(one.name, value["person"]) for one in kind.people if (value := found.fields.get(one.name))]
    if not persons.different_people(number for _name, number in named):
        found.errors[named[-1][0]] = lazy("These must be different people.")


def _read_into(
    found: Reading, values: dict[str, Any], one: Declared, texts: Mapping[str, str], place: Any
) -> None:
    try:
        values[one.name] = value_of(one, texts.get(one.name, ""))
    except Invalid as problem:
        found.errors[place] = str(problem)


def subject(posting: Posting) -> str:
    """What the record, and an approval, call a posting."""
    return f"posting:{posting.id}"


def place_code(place: Canteen | Counter | None) -> str:
    """How forms call a place: canteen:k1, counter:c1, and nothing for the whole school."""
    return f"{'counter' if isinstance(place, Counter) else 'canteen'}:{place.code}" if place else ""


def place_codes(posting: Posting) -> dict[str, str]:
    """Whose it is, by code."""
    found = {"canteen": posting.canteen, "counter": posting.counter}
    return {name: place.code for name, place in found.items() if place}


def place_of(posting: Posting) -> Place:
    """Whose it is, as rights are asked for it."""
    return place_at(posting.place)


def place_at(place: Canteen | Counter | None) -> Place:
    """A canteen, a counter or the whole school, as rights are asked for it."""
    if isinstance(place, Counter):
        return counters.place_of(place)
    return Place(canteen=place.code) if place else SCHOOL


def what(posting: Posting) -> dict[str, Any]:
    """Which posting it is: kind, whose, and for what."""
    return {"kind": posting.kind, **place_codes(posting), "period": posting.period}


def digest(content: str) -> str:
    """What stands in the chain for a content: SHA-256 of its bytes, in hex."""
    return hashlib.sha256(content.encode()).hexdigest()


def compose(**public: Any) -> str:
    """A content: the same values always give the same bytes."""
    return canonical(public)


@dataclass(frozen=True)
class Version:
    """A posted version as it is read: the row, and what its content says."""

    row: PostingVersion
    kind: Kind

    @cached_property
    def content(self) -> dict[str, Any]:
        """Everything public, by name."""
        return dict(json.loads(self.row.content))

    @property
    def fields(self) -> list[tuple[Declared, Any]]:
        """What it says as a whole, in the order of the declaration."""
        return [(one, self.content["fields"].get(one.name)) for one in self.kind.facts]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Its rows by the names of their columns."""
        return list(self.content["rows"])

    @cached_property
    def attachments(self) -> list[Attached]:
        """Its attachments in their order, those that were erased without a name."""
        return of_content(self.content.get("attachments", ()))

    @property
    def sentences(self) -> list[Text]:
        """What its kind says on it in words."""
        return self.kind.sentences(self.content["fields"], self.rows)

    @property
    def title(self) -> str:
        """What it is called."""
        return self.kind.title(self.row.posting, self.content["fields"], self.rows)

    @property
    def is_taken_over(self) -> bool:
        """Posted before its kind was one of postings: the record tells its content, not its hash."""
        return bool(self.content.get("taken_over"))

    @property
    def reason(self) -> str:
        """Why it was corrected; empty for the first version."""
        return str(self.content["reason"])

    @property
    def is_nothing(self) -> bool:
        """Whether it says that there is nothing to post for its period."""
        return bool(self.content.get("nothing"))

    @property
    def answers(self) -> str:
        """The post that answers for it, as it was called when it was posted; empty: head of logistics."""
        return str(self.content.get("answers", ""))

    @property
    def names(self) -> list[str]:
        """Who wrote it and who approved it, as printed, each name once."""
        return [str(actors().get(name, name)) for name in dict.fromkeys(self.content["by"])]

    @property
    def until(self) -> date | None:
        """The day until which it holds, if it says one."""
        text = self.content["fields"].get(self.kind.until)
        return date.fromisoformat(text) if text else None


def version(row: PostingVersion) -> Version:
    """A version as it is read."""
    return Version(row, kind_of(row.posting.kind))
