"""The paper forms of a school's ledger as rooms above read them: receipts, issues, what went straight on.

It is the reader of the purchases (`ledger`); only what a title says is not what decides here.
"""

from collections.abc import Sequence
from typing import NamedTuple

from kiosk.catalogue import queries as catalogue
from kiosk.core.cells import squeeze
from kiosk.core.tables import Table
from kiosk.core.tabular import read
from kiosk.purchasing.ledger import Known, LedgerProblem, LedgerSheet, Paste, read_paste
from kiosk.purchasing.ledger.readings import Wishes, read_headless, read_table, titled_kind
from kiosk.purchasing.ledger.words import kind_name
from kiosk.school import queries as school

READ = ("", "purchase", "issue")
"""What is read of a ledger: whatever brought goods or took them away."""


class Paper(NamedTuple):
    """What a table of a file holds: its kind ("purchase", "issue" or another), its forms, what to know.

    `what` names a kind of which nothing was read.
    """

    table: str
    kind: str
    title: str
    sheets: Sequence[LedgerSheet]
    problems: Sequence[LedgerProblem]
    what: str = ""


def papers(data: bytes, file_name: str) -> list[Paper]:
    """The forms in a file, table by table; hidden and empty ones are left out. UnreadableFile."""
    return [found for table in read(data, file_name) if not table.hidden and (found := _paper(table))]


def _paper(table: Table) -> Paper | None:
    kind = titled_kind(table)
    if kind not in READ:
        return Paper(table.name, kind, table.name, [], [], str(kind_name(kind)))
    wishes = Wishes(school.today(), as_purchases=True, known=_known())
    reading = read_table(table, wishes)
    if not reading.weight:
        reading = read_headless(table, wishes)
    if not reading.weight:
        return Paper(table.name, kind, table.name, [], reading.problems) if kind else None
    title = next((squeeze(sheet.title) for sheet in reading.sheets if sheet.title), "") or table.name
    return Paper(table.name, kind or "purchase", title, reading.sheets, reading.problems)


def pasted(rows: Sequence[Sequence[str]], first: str) -> Paste:
    """What pasted cells mean, by their heads or from the column `first` on."""
    return read_paste(rows, known=_known(), first=first)


def _known() -> Known:
    return Known(frozenset(catalogue.item_classes()), catalogue.supplier_names())
