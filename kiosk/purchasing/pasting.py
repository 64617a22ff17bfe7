"""What is pasted into the grid: the ledger's reader says what it is, and what is usual fills its gaps."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from kiosk.catalogue import queries as catalogue
from kiosk.core.i18n import _, listed, ngettext
from kiosk.purchasing.checks import FIELDS
from kiosk.purchasing.comparing import remembered_by_name
from kiosk.purchasing.ledger import Known, Paste, paste_json, read_paste
from kiosk.purchasing.usual import adopted, strangers

MOST_NAMED = 6


def read(*, day: date, text: str, first: str | None, columns: Sequence[str] | None) -> dict[str, Any]:
    """A pasted text as lines for the grid, its columns, and what is to be said and asked; as plain values.

    Each line has its `texts` and under `adopted` the fields that were taken from the item's last purchase.
    """
    classes = catalogue.item_classes()
    known = Known(frozenset(classes), catalogue.supplier_names())
    paste = read_paste(text, known=known, columns=columns, first=first)
    past = remembered_by_name(day)
    answer = paste_json(paste)
    answer["lines"] = [
        _line(line.row, line.texts, adopted(line.texts, past.get(line.texts.get("item", ""), [])), classes)
        for line in paste.lines
    ]
    answer["asks"] = [problem.message for problem in paste.questions]
    answer["asks"] += _asks(strangers([line["texts"] for line in answer["lines"]], past))
    answer["asks"] += _other_days(paste, day)
    answer["says"] = _says(paste, answer)
    return answer


def _line(row: int, texts: dict[str, str], taken: dict[str, str], classes: dict[str, str]) -> dict[str, Any]:
    kind = classes.get(texts.get("item", ""), "")
    if kind and not texts.get("item_class"):
        taken = {**taken, "item_class": kind}
    kept = {name: text for name, text in {**texts, **taken}.items() if name in FIELDS}
    return {"row": row, "texts": kept, "adopted": sorted(taken)}


def _asks(new: list[str]) -> list[str]:
    if not new:
        return []
    return [
        _(
            "These items were bought before, but never with this specification and unit, "
            "so no price can be compared: %(items)s. Are the columns right?",
            items=named(new),
        )
    ]


def _other_days(paste: Paste, day: date) -> list[str]:
    others = sorted({line.day for line in paste.lines if line.day and line.day != day.isoformat()})
    if not others:
        return []
    return [_("The pasted lines are for another day than this sheet: %(days)s.", days=named(others))]


def named(items: Sequence[str]) -> str:
    """Some by name, for a sentence."""
    return listed(items[:MOST_NAMED]) + ("…" if len(items) > MOST_NAMED else "")


def _says(paste: Paste, answer: dict[str, Any]) -> list[str]:
    """What else is to be known: what was passed over, what was adopted, days that are not the sheet's."""
    said = [problem.message for problem in paste.problems if problem not in paste.questions]
    passed = [one.text for one in paste.other_rows if one.why != "header" and one.text]
    if passed:
        said.append(
            ngettext(
                "%(num)s row is not a purchase and was skipped: %(rows)s",
                "%(num)s rows are not purchases and were skipped: %(rows)s",
                len(passed),
                rows=" / ".join(text[:20] for text in passed[:MOST_NAMED])
                + ("…" if len(passed) > MOST_NAMED else ""),
            )
        )
    taken = sum(bool(line["adopted"]) for line in answer["lines"])
    if taken:
        said.append(
            ngettext(
                "In %(num)s line, what was missing was taken from the item's last purchase (in italics).",
                "In %(num)s lines, what was missing was taken from the items' last purchases (in italics).",
                taken,
            )
        )
    return said
