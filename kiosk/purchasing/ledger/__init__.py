"""Purchase ledgers as schools have them, read as texts: no database, no request.

The package is entered here; what stands in its files is its own affair.
"""

from kiosk.core.cells import clean_text, is_error, parse_day, parse_number, split_unit
from kiosk.core.formats import BadValue
from kiosk.core.table_grid import letters_to
from kiosk.purchasing.ledger.body import OtherRow
from kiosk.purchasing.ledger.columns import COLUMN_FIELDS, Column, column_field
from kiosk.purchasing.ledger.guess import Known
from kiosk.purchasing.ledger.judge import is_gift, judge_texts, unit_problem
from kiosk.purchasing.ledger.limits import LENGTHS, LONGEST_TYPED, MOST_LINES, NUMBERS
from kiosk.purchasing.ledger.lines import NAMES, LedgerLine, close_up, plain
from kiosk.purchasing.ledger.papers import Paper, read_papers
from kiosk.purchasing.ledger.paste import Paste, PasteLine, paste_json, read_paste
from kiosk.purchasing.ledger.preview import BadLine, LedgerSheet, Preview, content_key, preview_json
from kiosk.purchasing.ledger.problems import LedgerProblem, placed
from kiosk.purchasing.ledger.reading import recognise, recognise_rows
from kiosk.purchasing.ledger.words import FIELD_NAMES, MESSAGES, QUESTIONS, for_browser

__all__ = [
    "COLUMN_FIELDS",
    "FIELD_NAMES",
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
    "OtherRow",
    "Paper",
    "Paste",
    "PasteLine",
    "Preview",
    "clean_text",
    "close_up",
    "column_field",
    "content_key",
    "for_browser",
    "is_error",
    "is_gift",
    "judge_texts",
    "letters_to",
    "parse_day",
    "parse_number",
    "paste_json",
    "placed",
    "plain",
    "preview_json",
    "read_papers",
    "read_paste",
    "recognise",
    "recognise_rows",
    "split_unit",
    "unit_problem",
]
