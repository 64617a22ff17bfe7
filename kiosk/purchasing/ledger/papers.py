"""Everything in a file that brought goods or took them away, table by table, whatever it is titled."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from kiosk.core.cells import squeeze
from kiosk.core.tables import Table
from kiosk.purchasing.ledger.guess import Known
from kiosk.purchasing.ledger.preview import LedgerSheet
from kiosk.purchasing.ledger.problems import LedgerProblem
from kiosk.purchasing.ledger.readings import Wishes, read_headless, read_table, titled_kind
from kiosk.purchasing.ledger.words import kind_name

READ = ("", "purchase", "issue")
"""What is read: other kinds are named."""


class Paper(NamedTuple):
    """What a table holds: its kind ("purchase", "issue" or another), its forms, and what to know of them.

    `what` names a kind of which nothing was read.
    """

    table: str
    kind: str
    title: str
    sheets: Sequence[LedgerSheet]
    problems: Sequence[LedgerProblem]
    what: str = ""


def read_papers(tables: Sequence[Table], default_day: date, known: Known) -> list[Paper]:
    """The forms in tables; hidden and empty ones are left out."""
    wishes = Wishes(default_day, as_purchases=True, known=known)
    return [found for table in tables if not table.hidden and (found := _paper(table, wishes))]


def _paper(table: Table, wishes: Wishes) -> Paper | None:
    kind = titled_kind(table)
    if kind not in READ:
        return Paper(table.name, kind, table.name, [], [], str(kind_name(kind)))
    reading = read_table(table, wishes)
    if not reading.weight:
        reading = read_headless(table, wishes)
    if not reading.weight:
        return Paper(table.name, kind, table.name, [], reading.problems) if kind else None
    title = next((squeeze(sheet.title) for sheet in reading.sheets if sheet.title), "") or table.name
    return Paper(table.name, kind or "purchase", title, reading.sheets, reading.problems)
