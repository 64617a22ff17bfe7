"""The grid of a kind's rows: what its script knows, what it sends, and what is pasted into it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from kiosk.core import field, json_input
from kiosk.core.cells import squeeze
from kiosk.core.errors import Invalid
from kiosk.core.formats import BadValue
from kiosk.core.i18n import Text, _, listed, ngettext
from kiosk.core.table_grid import Grid
from kiosk.core.table_rows import TOTAL
from kiosk.core.tables import MOST_COLUMNS, Cell, Table
from kiosk.postings import queries
from kiosk.postings.files.cells import typed
from kiosk.postings.files.columns import heads_of
from kiosk.postings.files.lines import read_body
from kiosk.postings.queries import Kind
from kiosk.postings.services.drafts import MOST_ROWS, MOST_TEXT

Rows = list[dict[str, str]]


def for_grid(kind: Kind, rows: Rows, paste: str) -> dict[str, Any]:
    """What the page and its script know of a kind: columns, sums in fen, words, and where a paste is read."""
    figures = [one.name for one in kind.columns if isinstance(one, field.Fraction | field.Whole)]
    return {
        "fields": [one.name for one in kind.columns],
        "inputs": [one.name for one in kind.inputs],
        "labels": {one.name: str(one.label) for one in kind.columns},
        "figures": figures,
        "sums": {
            one.name: _sum(one, rows)
            for one in kind.columns
            if isinstance(one, field.Money) and one.name in kind.sums
        },
        "products": dict(kind.products),
        "most": MOST_ROWS,
        "paste": paste,
        "words": _words(),
    }


def _sum(one: field.Money, rows: Rows) -> int:
    found = 0
    for row in rows:
        with suppress(Invalid):
            found += one.read(row.get(one.name, "")) or 0
    return found


def _words() -> dict[str, str]:
    return {
        "saving": _("Saving …"),
        "saved": _("Draft saved {time}"),
        "unsaved": _("Not saved yet"),
        "offline": _(
            "Not saved: the server does not answer. Everything is still here; saving is tried again."
        ),
        "signed_out": _("Not saved: the sign-in has ended. Everything is still here."),
        "sign_in": _("Sign in again"),
        "reading": _("Reading what was pasted …"),
        "pasted_plain": _("The server does not answer; what was pasted stands as it came."),
        "undone": _("Undone."),
        "redone": _("Redone."),
        "nothing_to_undo": _("Nothing to undo."),
        "rows": _("{lines} lines"),
    }


def draft_of_json(kind: Kind, body: bytes) -> dict[str, Any]:
    """What the grid sends of a draft, for `services.save_draft`. Raises Invalid for anything else."""
    sent = json_input.read(body)
    rows = sent.values.get("rows")
    if not isinstance(rows, list) or len(rows) > MOST_ROWS or not all(map(_is_texts, rows)):
        raise json_input.wrong("rows")
    fields, reason = sent.thing("fields"), sent.values.get("reason", "")
    if not _is_texts(fields) or not isinstance(reason, str):
        raise json_input.wrong("fields")
    return {
        "revision": sent.whole("revision"),
        "fields": fields,
        "reason": reason,
        "rows": [
            {one.name: queries.kept_cell(one, row.get(one.name, "")) for one in kind.columns} for row in rows
        ],
    }


def _is_texts(values: Any) -> bool:
    return isinstance(values, dict) and all(
        isinstance(text, str) and len(text) <= MOST_TEXT for text in values.values()
    )


def malformed(kind: Kind, fields: Mapping[str, str], rows: Rows) -> list[tuple[int, str, str]]:
    """What is wrong with cells that say something: row, column, and why. Empty ones are not asked for yet."""
    return [
        (row, column, str(text))
        for (row, column), text in wrong_cells(kind, fields, rows).items()
        if rows[row].get(column, "").strip()
    ]


def wrong_cells(kind: Kind, fields: Mapping[str, str], rows: Rows) -> dict[tuple[int, str], Text]:
    """What keeps cells from being posted, by row and column, those included that a line has to fill."""
    errors = queries.read(kind, fields, rows).errors
    return {place: text for place, text in errors.items() if isinstance(place, tuple)}


def paste_of_json(body: bytes) -> tuple[list[list[Cell]], str]:
    """Rows of texts that were pasted, and the column where. Raises Invalid for anything else."""
    sent = json_input.read(body)
    rows = sent.values.get("rows")
    if not isinstance(rows, list) or len(rows) > MOST_ROWS or not all(map(_is_row, rows)):
        raise json_input.wrong("rows")
    return rows, sent.text("first", 40)


def _is_row(row: Any) -> bool:
    return (
        isinstance(row, list)
        and len(row) <= MOST_COLUMNS
        and all(isinstance(text, str) and len(text) <= MOST_TEXT for text in row)
    )


def pasted(kind: Kind, rows: list[list[Cell]], first: str) -> dict[str, Any]:
    """Pasted rows as the grid takes them: by their heads, where they have some, else from a column on."""
    names = [one.name for one in kind.columns]
    if first not in names:
        raise Invalid(_("This field is missing or out of range: %(name)s", name="first"))
    heads = heads_of(kind, Grid(Table("", rows)))
    if heads is None:
        columns = kind.columns[names.index(first) :]
        lines = [row for row in rows if not _is_total(row)]
        texts = [_texts(columns, row) for row in lines]
        says = [_lines(len(texts)), *_left_out(len(rows) - len(lines))]
        if any(len(row) > len(columns) for row in lines):
            says.append(_("What stood to the right of the last column was not taken."))
        return {"rows": texts, "by_heads": False, "says": " ".join(says)}
    body = read_body(kind, heads)
    shown = [[queries.shown_cell(one, row.get(one.name, "")) for one in kind.columns] for row in body.texts]
    says = [_lines(len(shown)), *_left_out(len(body.others))]
    if unplaced := heads.unplaced():
        says.append(_("Columns that were not read: %(columns)s.", columns=listed(unplaced)))
    return {"rows": shown, "by_heads": True, "says": " ".join(says)}


def _is_total(row: Sequence[Cell]) -> bool:
    return any(TOTAL.search(squeeze(text)) for text in [cell for cell in row if cell][:2])


def _texts(columns: Sequence[Any], row: Sequence[Cell]) -> list[str]:
    found = []
    for one, cell in zip(columns, row, strict=False):
        try:
            found.append(queries.shown_cell(one, typed(one, cell)))
        except BadValue:
            found.append(str(cell))
    return found


def _lines(count: int) -> str:
    text: str = ngettext("%(num)s line pasted.", "%(num)s lines pasted.", count)
    return text


def _left_out(count: int) -> list[str]:
    text = ngettext(
        "%(num)s row is not a line (a sum or a note) and was left out.",
        "%(num)s rows are not lines (sums or notes) and were left out.",
        count,
    )
    return [text] if count else []
