"""What several people changed in one import, field by field: no page overwrites another in silence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kiosk.core.formats import whole
from kiosk.core.i18n import Text, lazy
from kiosk.purchasing.checks import FIELDS, clean
from kiosk.purchasing.imports.review import Review
from kiosk.purchasing.ledger import FIELD_NAMES
from kiosk.purchasing.models import PurchaseImport

SHEET_FIELDS = (
    "day",
    "number",
    "canteen",
    "choice",
    "reason",
    "sure",
    "strangers",
    "twice",
    "unitless",
    "new_people",
)
LINE_MARKS = ("sure", "out")
RECEIVERS = {"receiver1": "receiver", "receiver2": "receiver"}
MOST_NAMED = 12
Json = Mapping[str, Any]
Fields = dict[str, str]
"""What stands in the fields of the page, by their names there; empty ones left out."""


@dataclass(frozen=True)
class Meanwhile:
    """What others changed since a page was made, as sentences; `typed` is what may still be taken over."""

    typed: Mapping[str, str]
    texts: list[Text] = field(default_factory=list)


def revision_of(waiting: PurchaseImport) -> int:
    """Grows with every change."""
    return int(waiting.preview.get("revision", 0))


def fields_of(content: Json, review: Review) -> Fields:
    """The fields of the page as they stand; where nobody chose, the choice that the page shows."""
    fields: Fields = {"archive": "1" if content.get("archive") else ""}
    fields.update({f"answer-{code}": "1" for code in content.get("answered", [])})
    for number, sheet in enumerate(content.get("sheets", [])):
        own = {name: str(sheet.get(name, "")) for name in SHEET_FIELDS} | sheet["people"]
        own["choice"] = own["choice"] or review.sheets[number].choice
        fields.update({f"s{number}-{name}": text for name, text in own.items()})
        for place, line in enumerate(sheet["lines"]):
            fields.update({f"l{number}-{place}-{name}": text for name, text in _line_fields(line).items()})
    return {name: text for name, text in fields.items() if text}


def _line_fields(line: Json) -> Fields:
    marks = {name: "1" if line.get(name) is True else str(line.get(name) or "") for name in LINE_MARKS}
    return {**line["texts"], **marks}


def with_change(
    content: Json, before: Fields, after: Fields, *, by: str, anew: bool = False
) -> dict[str, Any]:
    """The content with what somebody changed; `anew` says that the file was read anew."""
    names = before.keys() | after.keys()
    changed = {
        name: [before.get(name, ""), after.get(name, "")]
        for name in sorted(names)
        if before.get(name, "") != after.get(name, "")
    }
    if not changed and not anew:
        return dict(content)
    revision = content.get("revision", 0) + 1
    change = {"revision": revision, "by": str(by), "fields": changed, "anew": anew}
    return {**content, "revision": revision, "changes": [*content.get("changes", []), change]}


def meanwhile(waiting: PurchaseImport, now: Fields, typed: Mapping[str, str]) -> Meanwhile | None:
    """What changed since the page that somebody typed into was made; None where nothing did.

    A field that he left as it was does not undo what another put there. After the file was read anew its
    lines are others: then nothing that was typed is taken over, and it is said what that was.
    """
    seen = whole(typed.get("revision"))
    if seen is None or seen >= revision_of(waiting):
        return None
    changes = [change for change in waiting.preview.get("changes", []) if change["revision"] > seen]
    base = _undone(now, changes)
    own = {name: text for name, text in typed.items() if _plain(name, text) != base.get(name, "")}
    if any(change["anew"] for change in changes):
        return Meanwhile({}, _lost(changes, own))
    touched = {name for change in changes for name in change["fields"]}
    rest = {name: text for name, text in typed.items() if name not in touched or name in own}
    return Meanwhile(rest, [*_sentences(waiting.preview, changes, own)])


def _undone(now: Fields, changes: Sequence[Json]) -> Fields:
    """The fields as they stood before the changes."""
    fields = dict(now)
    for change in reversed(changes):
        fields.update({name: before for name, (before, _after) in change["fields"].items()})
    return fields


def _plain(name: str, text: str) -> str:
    """A text as it is stored."""
    last = name.rpartition("-")[2]
    return clean({last: text}).get(last, "") if name.startswith("l") and last in FIELDS else text.strip()


def _lost(changes: Sequence[Json], own: Mapping[str, str]) -> list[Text]:
    by = next(change["by"] for change in changes if change["anew"])
    texts: list[Text] = [lazy("%(by)s had the file read anew meanwhile; its lines are others now.", by=by)]
    typed = [f"{_label(name)} “{text}”" for name, text in own.items() if _is_said(name) and text]
    if typed:
        names = "、".join(typed[:MOST_NAMED]) + ("…" if len(typed) > MOST_NAMED else "")
        texts.append(lazy("What you typed was not saved: %(typed)s.", typed=names))
    return texts


def _sentences(content: Json, changes: Iterable[Json], own: Mapping[str, str]) -> list[Text]:
    texts = [
        _sentence(f"{_place(content, name)}{_label(name)}", change["by"], name, values, own.get(name))
        for change in changes
        for name, values in change["fields"].items()
    ]
    return texts[:MOST_NAMED] + (["…"] if len(texts) > MOST_NAMED else [])


def _sentence(place: str, by: str, name: str, values: Sequence[str], typed: str | None) -> Text:
    before, after = values
    if not _is_said(name):
        return lazy("%(by)s changed %(place)s.", by=by, place=place)
    params = {"by": str(by), "place": place, "before": before, "after": after}
    if typed is None or typed == after:
        return lazy("%(by)s changed %(place)s: “%(before)s” → “%(after)s”.", **params)
    return lazy(
        "%(by)s changed %(place)s: “%(before)s” → “%(after)s”. You typed “%(typed)s”; this stands now.",
        typed=typed,
        **params,
    )


def _is_said(name: str) -> bool:
    """Whether a field's texts can be read by a person."""
    last = name.rpartition("-")[2]
    return last in ("day", "number", "reason") or last in FIELDS or RECEIVERS.get(last, last) in FIELD_NAMES


def _label(name: str) -> str:
    last = name.rpartition("-")[2]
    known = FIELD_NAMES.get(RECEIVERS.get(last, last))
    others: dict[str, Text] = {
        "choice": lazy("what becomes of the sheet"),
        "reason": lazy("the reason"),
        "out": lazy("whether the line is left out"),
    }
    return str(known or others.get(last) or lazy("an answer"))


def _place(content: Json, name: str) -> str:
    """Where a field stands, in words, with a space behind."""
    sheet, _dash, rest = name[1:].partition("-")
    number = whole(sheet)
    if number is None or number >= len(content["sheets"]):
        return ""
    own = content["sheets"][number]
    if name.startswith("l"):
        return str(lazy("row %(row)s", row=own["lines"][int(rest.partition("-")[0])]["row"])) + " "
    return " ".join(part for part in (own["day"], own["number"]) if part) + " "
