"""Purchase ledgers as schools have them, read as texts: no database, no request.

The package is entered here; what stands in its files is its own affair.
"""

from kiosk.core.formats import BadValue
from kiosk.purchasing.ledger.cells import parse_day, parse_money, parse_price, parse_quantity
from kiosk.purchasing.ledger.lines import LENGTHS, LedgerLine, LedgerProblem, plain
from kiosk.purchasing.ledger.reading import (
    GRID_FIELDS,
    BadLine,
    LedgerSheet,
    Preview,
    judge_texts,
    parse_paste,
    preview_json,
    recognise,
    recognise_rows,
)
from kiosk.purchasing.ledger.words import HEADER_WORDS, MESSAGES, kind_name

__all__ = [
    "GRID_FIELDS",
    "HEADER_WORDS",
    "LENGTHS",
    "MESSAGES",
    "BadLine",
    "BadValue",
    "LedgerLine",
    "LedgerProblem",
    "LedgerSheet",
    "Preview",
    "judge_texts",
    "kind_name",
    "parse_day",
    "parse_money",
    "parse_paste",
    "parse_price",
    "parse_quantity",
    "plain",
    "preview_json",
    "recognise",
    "recognise_rows",
]
