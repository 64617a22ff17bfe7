"""Lines as they are typed into the grid: what they say, and what is wrong with which cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from kiosk.core.errors import Invalid
from kiosk.core.field import Fraction
from kiosk.core.i18n import Text, _, listed, ngettext
from kiosk.purchasing import queries as purchasing
from kiosk.stock.models import (
    BATCH,
    EXPIRES,
    ITEM,
    MOST_LINES,
    QUANTITY,
    REMARK,
    SPECIFICATION,
    UNIT,
    UNIT_PRICE,
)
from kiosk.stock.services import Wanted

ISSUE = (ITEM, SPECIFICATION, UNIT, QUANTITY, REMARK)
OPENING = (ITEM, SPECIFICATION, UNIT, QUANTITY, UNIT_PRICE, BATCH, EXPIRES)
BLANK = 5
"""Empty rows below those that say something."""
FEWEST = 12
MOST_TEXT = 400


@dataclass
class Table:
    """Rows as they were typed, and what is wrong, by row and column."""

    rows: list[dict[str, str]] = field(default_factory=list)
    errors: dict[tuple[int, str], Text] = field(default_factory=dict)

    @property
    def padded(self) -> list[dict[str, str]]:
        """The rows, and empty ones below them."""
        return [*self.rows, *({} for _n in range(max(BLANK, FEWEST - len(self.rows))))]


def typed(form: MultiDict[str, str], columns: Sequence[Any]) -> tuple[Table, list[Wanted]]:
    """What was typed into a grid, and the lines that it means; empty rows are left out."""
    texts = {one.name: form.getlist(f"row_{one.name}")[:MOST_LINES] for one in columns}
    height = max(map(len, texts.values()), default=0)
    table, lines = Table(), []
    for number in range(height):
        row = {name: cells[number] if number < len(cells) else "" for name, cells in texts.items()}
        if not any(text.strip() for text in row.values()):
            continue
        meant = _read(row, columns, len(table.rows), table)
        table.rows.append(row)
        if meant is not None:
            lines.append(meant)
    return table, lines


def _read(row: Mapping[str, str], columns: Sequence[Any], number: int, table: Table) -> Wanted | None:
    meant: dict[str, Any] = {}
    before = len(table.errors)
    for column in columns:
        try:
            meant[column.name] = column.read(row[column.name])
        except Invalid as problem:
            table.errors[number, column.name] = str(problem)
    if meant.get("quantity") == 0:
        table.errors[number, "quantity"] = str(QUANTITY.missing)
    if UNIT_PRICE in columns and not meant.get("unit", "-"):
        table.errors[number, "unit"] = _("The unit is missing.")
    return Wanted(**meant, row=number) if len(table.errors) == before else None


def for_grid(columns: Sequence[Any], paste: str) -> dict[str, Any]:
    """What the page's script knows (js/office/postings/draft.js)."""
    return {
        "fields": [one.name for one in columns],
        "inputs": [],
        "labels": {one.name: str(one.label) for one in columns},
        "figures": [one.name for one in columns if isinstance(one, Fraction)],
        "sums": {},
        "products": {},
        "most": MOST_LINES,
        "paste": paste,
        "words": _words(),
    }


def _words() -> dict[str, str]:
    return {
        "unsaved": _("Not saved yet"),
        "reading": _("Reading what was pasted …"),
        "pasted_plain": _("The server does not answer; what was pasted stands as it came."),
        "undone": _("Undone."),
        "redone": _("Redone."),
        "nothing_to_undo": _("Nothing to undo."),
        "rows": _("{lines} lines"),
    }


def pasted(columns: Sequence[Any], rows: Sequence[Sequence[str]], first: str) -> dict[str, Any]:
    """Pasted cells as rows of the grid: by their heads where they have some, else from a column on."""
    names = [one.name for one in columns]
    if first not in names:
        raise Invalid(_("This field is missing or out of range: %(name)s", name="first"))
    paste = purchasing.pasted(rows, first)
    if not paste.header:
        shown = [[*row][: len(names) - names.index(first)] for row in rows]
        return {"rows": shown, "by_heads": False, "says": _pasted(len(shown))}
    shown = [[line.texts.get(name, "") for name in names] for line in paste.lines]
    says = [_pasted(len(shown)), *(problem.message for problem in paste.problems)]
    if others := [one for one in paste.other_rows if one.why != "header" and one.text]:
        rest = listed([one.text[:20] for one in others[:5]])
        says.append(_("Left out of the paste: %(rows)s", rows=rest))
    return {"rows": shown, "by_heads": True, "says": " ".join(map(str, says))}


def _pasted(count: int) -> str:
    return str(ngettext("%(num)s line pasted.", "%(num)s lines pasted.", count))
