"""Purchase ledgers as schools have them, read as texts: no database, no request.

The package is entered here; what stands in its files is its own affair.
"""

from kiosk.core.formats import BadValue
from kiosk.purchasing.ledger.cells import (
    clean_text,
    is_error,
    parse_day,
    parse_money,
    parse_number,
    parse_price,
    parse_quantity,
    split_unit,
)
from kiosk.purchasing.ledger.columns import COLUMN_FIELDS, GRID_FIELDS, Known, column_field, guess, letters_to
from kiosk.purchasing.ledger.limits import LENGTHS, LONGEST_TYPED, MOST_LINES, NUMBERS
from kiosk.purchasing.ledger.lines import (
    NAMES,
    LedgerLine,
    LedgerProblem,
    Passed,
    close_up,
    is_gift,
    placed,
    plain,
    unit_problem,
)
from kiosk.purchasing.ledger.paste import Paste, PasteLine, paste_json, read_paste
from kiosk.purchasing.ledger.preview import (
    BadLine,
    Column,
    LedgerSheet,
    Preview,
    content_key,
    preview_json,
)
from kiosk.purchasing.ledger.reading import judge_texts, recognise, recognise_rows
from kiosk.purchasing.ledger.words import (
    FIELD_NAMES,
    HEADER_WORDS,
    MESSAGES,
    QUESTIONS,
    for_browser,
    kind_name,
)

__all__ = [
    "COLUMN_FIELDS",
    "FIELD_NAMES",
    "GRID_FIELDS",
    "HEADER_WORDS",
    "LENGTHS",
    "LONGEST_TYPED",
    "MESSAGES",
    "MOST_LINES",
    "NAMES",
    "NUMBERS",
    "QUESTIONS",
    "BadLine",
    "BadValue",
    "Column",
    "Known",
    "LedgerLine",
    "LedgerProblem",
    "LedgerSheet",
    "Passed",
    "Paste",
    "PasteLine",
    "Preview",
    "clean_text",
    "close_up",
    "column_field",
    "content_key",
    "for_browser",
    "guess",
    "is_error",
    "is_gift",
    "judge_texts",
    "kind_name",
    "letters_to",
    "parse_day",
    "parse_money",
    "parse_number",
    "parse_price",
    "parse_quantity",
    "paste_json",
    "placed",
    "plain",
    "preview_json",
    "read_paste",
    "recognise",
    "recognise_rows",
    "split_unit",
    "unit_problem",
]
