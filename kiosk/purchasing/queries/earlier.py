"""Sheets from before they were postings: their entries of the record tell what was posted, not its hash."""

from collections.abc import Iterator, Mapping
from typing import Any

from kiosk.chain.queries import Erased
from kiosk.core.formats import fen_to_text, milli_to_text, price_to_text
from kiosk.core.trace import Erasable
from kiosk.postings.queries import Earlier
from kiosk.purchasing.checks import PEOPLE
from kiosk.purchasing.queries.sheets import earlier_number

TEXTS = {"quantity": milli_to_text, "unit_price": price_to_text, "amount": fen_to_text}
COLUMNS = (
    *("item", "specification", "unit", "quantity", "unit_price", "amount", "supplier"),
    *("item_class", "batch", "shelf_life", "remark"),
)
"""What such an entry tells of a line, in its order; version 0.1.0 told only the first of them."""


def told_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry of that time told of this content."""
    fields = content["fields"]
    return {
        **{name: content[name] for name in ("canteen", "version", "reason")},
        "day": content["period"],
        "number": fields["number"],
        "nothing_bought": bool(content.get("nothing")),
        **{part: fields[part]["name"] if fields[part] else "" for part in PEOPLE},
        "total": fen_to_text(fields["total"]),
        "lines": [_line(row) for row in content["rows"]],
    }


def _line(row: Mapping[str, Any]) -> list[str]:
    texts = [TEXTS[name](row[name]) if name in TEXTS else row[name] for name in COLUMNS]
    return [*texts[:-1], Erasable(texts[-1])]


def differences(content: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """What of a content is another than was told; of a text that was erased nobody can say.

    The number on the paper form is none of it: until then it could be mended on its own.
    """
    now = told_of(content)
    for name, value in now.items():
        if name not in ("number", "lines") and not _agree(told.get(name), value):
            yield 0, name
    before, lines = told.get("lines") or [], now["lines"]
    for place in range(max(len(before), len(lines))):
        if place >= len(lines) or place >= len(before):
            yield place + 1, "rows"
            continue
        pairs = zip(COLUMNS, before[place], lines[place], strict=False)
        yield from ((place + 1, name) for name, old, new in pairs if not _agree(old, new))


def _agree(told: Any, stored: Any) -> bool:
    return isinstance(told, Erased) or told == stored


EARLIER = Earlier(
    actions=("sheet.posted", "sheet.corrected"),
    subject=lambda number: f"sheet:{earlier_number(number)}",
    differences=differences,
)
