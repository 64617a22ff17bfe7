"""Forms of the budget: its lines in rows, what is asked of it, and the check at a term's end."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask import request
from wtforms import HiddenField, SelectField

from kiosk.budgets.models import AMOUNT, PLANNED, REASON, REMARK, TITLE, WHY, BudgetVersion
from kiosk.budgets.queries import Position
from kiosk.budgets.services import Typed
from kiosk.core.errors import Invalid
from kiosk.core.formats import fen_to_text, whole
from kiosk.core.forms import Form, choices, field
from kiosk.core.i18n import _, lazy

MOST_ROWS = 64
FREE_ROWS, FIRST_ROWS = 3, 8
Row = dict[str, str]
NAMES = ("line", "name", "item_class", "earmarked", "planned", "purpose", "name_en")


class VersionForm(Form):
    """A version: why there is one, the revision that was looked at; its lines stand in rows (`rows_of`)."""

    wrong: dict[str, str]
    """What is wrong in a row, by its field: planned-2."""
    why: Any = field(WHY, description=lazy("For example: opening of the term, or what changed and why."))
    seen = HiddenField()


def rows_of(version: BudgetVersion) -> list[Row]:
    """The rows as they were sent, else as they stand, and some empty ones."""
    rows = list(_sent()) if request.method == "POST" else [_row(row) for row in version.rows]
    free = FREE_ROWS if rows else FIRST_ROWS
    return [*rows, *({} for _number in range(min(free, MOST_ROWS - len(rows))))]


def _row(row: Any) -> Row:
    return {
        **{name: str(getattr(row, name)) for name in ("name", "item_class", "purpose", "name_en")},
        "line": str(row.line_id),
        "earmarked": "1" if row.earmarked else "",
        "planned": PLANNED.plain(row.planned),
    }


def _sent() -> Iterator[Row]:
    """The rows that were sent and say something, in their order."""
    for number in range(MOST_ROWS):
        row = {name: request.form.get(f"row-{number}-{name}", "").strip() for name in NAMES}
        if row["name"] or row["planned"] or row["purpose"]:
            yield row


def lines_sent() -> list[Typed]:
    """The lines that were sent. Invalid for an amount that is none, with the row's field (`planned-2`)."""
    return [_typed(number, row) for number, row in enumerate(_sent())]


def _typed(number: int, row: Row) -> Typed:
    try:
        planned = PLANNED.read(row["planned"]) or 0
    except Invalid as problem:
        problem.field = f"{problem.field}-{number}"
        raise
    return Typed(
        line=whole(row["line"]) if row["line"] else None,
        name=row["name"],
        planned=planned,
        item_class=row["item_class"],
        earmarked=bool(row["earmarked"]),
        purpose=row["purpose"],
        name_en=row["name_en"],
    )


class TransferForm(Form):
    """Money that goes from one line to another."""

    from_line = SelectField(lazy("From which line"))
    to_line = SelectField(lazy("To which line"))
    amount: Any = field(AMOUNT)
    reason: Any = field(REASON)

    def offer(self, lines: Iterable[Position]) -> None:
        """The lines that can be chosen; nothing goes out of an earmarked one."""
        known = list(lines)
        asked = ("", lazy("Please choose"))
        self.from_line.choices = choices([asked, *_offered(one for one in known if not one.earmarked)])
        self.to_line.choices = choices([asked, *_offered(known)])


class ExceptionForm(Form):
    """So much beyond what a line has."""

    line = SelectField(lazy("For which line"))
    amount: Any = field(AMOUNT, description=lazy("What the line lacks; what it has left goes first."))
    title: Any = field(TITLE)
    reason: Any = field(REASON)

    def offer(self, lines: Iterable[Position]) -> None:
        """The lines that can be chosen."""
        self.line.choices = choices([("", lazy("Please choose")), *_offered(lines)])


class ChangeForm(Form):
    """What was asked, with another amount or reason."""

    amount: Any = field(AMOUNT)
    reason: Any = field(REASON)
    seen = HiddenField()


class CheckForm(Form):
    """The check of a term's purchases."""

    remark: Any = field(REMARK)
    seen = HiddenField()


def _offered(lines: Iterable[Position]) -> Iterator[tuple[str, str]]:
    for one in lines:
        left = fen_to_text(one.can_give)
        yield str(one.line), str(_("%(line)s (%(left)s yuan left)", line=one.label, left=left))
