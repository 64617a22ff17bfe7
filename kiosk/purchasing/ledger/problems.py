"""What is wrong in a file, or to be known of it, and where."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kiosk.core.i18n import Text, _
from kiosk.purchasing.ledger.words import MESSAGES


@dataclass(frozen=True)
class LedgerProblem:
    """What is wrong, and where: the file's row number (from 1), the column's letter, the field.

    An "error" keeps its line aside until it is mended; a "warning" does not. `params` fill the message.
    """

    row: int
    column: str
    code: str
    severity: str = "error"
    field: str = ""
    params: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        """Whether it stands against an import."""
        return self.severity == "error"

    @property
    def message(self) -> str:
        """The problem in the reader's language."""
        params = {name: str(value) for name, value in self.params.items()}
        return str(MESSAGES[self.code]) % params if params else str(MESSAGES[self.code])

    @property
    def placed(self) -> str:
        """The problem and where it is."""
        return placed(self.message, self.row, self.column)


def warning(code: str, row: int = 0, column: str = "", name: str = "", **params: object) -> LedgerProblem:
    """What is to be known and does not stand against an import; `name` is the field."""
    return LedgerProblem(row, column, code, "warning", name, params)


def has_error(problems: Iterable[LedgerProblem]) -> bool:
    """Whether any of them stands against an import."""
    return any(problem.is_error for problem in problems)


def placed(text: Text, row: int, column: str = "") -> str:
    """A text about a cell or a row of a file, with its place in the reader's words."""
    if not row:
        return str(text)
    if not column:
        return str(_("Row %(row)s: %(text)s", row=row, text=text))
    return str(_("Row %(row)s, column %(column)s: %(text)s", row=row, column=column, text=text))
