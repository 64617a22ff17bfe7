"""The columns of a kind's open data, and what each of them means, from its declaration."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from kiosk.core import field
from kiosk.core.i18n import Text, lazy
from kiosk.postings.queries import Kind, Somebody

BEFORE: dict[str, Text] = {
    "posting": lazy("Posting no."),
    "version": lazy("Version"),
    "canteen": lazy("Canteen"),
    "counter": lazy("Counter"),
    "period": lazy("For"),
}
AFTER: dict[str, Text] = {
    "attachments": lazy("Attachments"),
    "posted_at": lazy("In force since"),
    "first_posted_at": lazy("First posted"),
    "posted_later": lazy("Posted later"),
    "withdrawn_at": lazy("Withdrawn"),
    "withdrawn_because": lazy("Withdrawn because"),
    "url": lazy("Address"),
}
MEANS: dict[str, Text] = {
    "posting": lazy("The number of the posting, for good: its address is /postings/ and this number."),
    "version": lazy("The version in force; 2 and more are corrections."),
    "line": lazy("The line in this version, counted from 1."),
    "canteen": lazy("Empty: it is of the whole school, or of a counter."),
    "period": lazy(
        "The day 2026-03-04, the week 2026-W10, the month 2026-03 or the term for which it is posted."
    ),
    "day": lazy("A day like 2026-03-04."),
    "attachments": lazy("Name and address of each; as JSON with the SHA-256 of the file, too."),
    "posted_at": lazy("ISO 8601 by the school's clock, with its offset."),
    "first_posted_at": lazy("ISO 8601 by the school's clock, with its offset."),
    "posted_later": lazy("Whether it was posted after it was due: true or false; in CSV 是 or empty."),
    "withdrawn_at": lazy(
        "Where it stands, all the other cells are empty: the posting says nothing any more."
    ),
    "nothing": lazy("Whether it says that there was nothing to post: true or false; in CSV 是 or empty."),
}
OF_TYPE: dict[type, Text] = {
    field.Money: lazy("Yuan, with two decimals; as JSON a text, so that no digit is lost."),
    field.UnitPrice: lazy("Yuan for one unit, up to four decimals; as JSON a text."),
    field.Quantity: lazy("In the unit of the line, up to three decimals; as JSON a text."),
    field.Whole: lazy("A whole number."),
    field.Day: lazy("A day like 2026-03-04."),
    field.Until: lazy("A day like 2026-03-04; 9999-12-31: without an end."),
    Somebody: lazy("The name as it was printed that day."),
}


class Column(NamedTuple):
    """A column: its name in JSON, its head in CSV, and what it means."""

    name: str
    label: Text
    means: Text


def labels_of(kind: Kind) -> dict[str, Text]:
    """The heads of a kind's columns by name."""
    if kind.data:
        return dict(kind.data.columns)
    own = {one.name: one.label for one in (*kind.facts, *kind.shown_columns)}
    nothing = {"nothing": lazy("Nothing to post")} if kind.may_be_nothing else {}
    line = {"line": lazy("Line")} if kind.columns else {}
    return {**BEFORE, **own, **nothing, **AFTER, **line}


def columns_of(kind: Kind) -> Iterator[Column]:
    """The columns with what they mean, as far as there is more to say than the head."""
    declared: dict[str, Any] = {one.name: one for one in (*kind.facts, *kind.shown_columns)}
    for name, label in labels_of(kind).items():
        yield Column(name, label, _means(name, declared.get(name)))


def _means(name: str, one: Any) -> Text:
    if isinstance(one, field.Choice):
        told = "; ".join(f"{code} = {label}" for code, label in one.options.items())
        return told if len(told) < 300 else ""
    return OF_TYPE.get(type(one)) or getattr(one, "hint", "") or MEANS.get(name, "")
