"""The paper forms of a school's ledger as rooms above read them: receipts, issues, what went straight on."""

from collections.abc import Sequence

from kiosk.catalogue import queries as catalogue
from kiosk.core.tabular import read
from kiosk.purchasing.ledger import Known, Paper, Paste, read_papers, read_paste
from kiosk.school import queries as school

__all__ = ["Paper", "papers", "pasted"]


def papers(data: bytes, file_name: str) -> list[Paper]:
    """The forms in a file, table by table; hidden and empty ones are left out. UnreadableFile."""
    return read_papers(read(data, file_name), school.today(), _known())


def pasted(rows: Sequence[Sequence[str]], first: str) -> Paste:
    """What pasted cells mean, by their heads or from the column `first` on."""
    return read_paste(rows, known=_known(), first=first)


def _known() -> Known:
    return Known(frozenset(catalogue.item_classes()), catalogue.supplier_names())
