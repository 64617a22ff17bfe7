"""What a row of a form's body is when it is no line: a sum, a signature, a note, a heading."""

import re
from datetime import date

from kiosk.core.cells import is_blank, parse_day, squeeze, text_of
from kiosk.core.formats import BadValue
from kiosk.core.table_rows import NOTE, SUM_OF, TOTAL
from kiosk.purchasing.ledger.forms import FIGURES, Block, Form, is_number
from kiosk.purchasing.ledger.labels import has_label
from kiosk.purchasing.ledger.words import CLASS_NAMES, FIELD_OF

LONGEST_ITEM = 30
"""A longer text that stands alone in a row is a note."""


def row_kind(form: Form, block: Block, row: int, year: int | None) -> str:
    """What a row is; "" where it may be a line. `year` completes days written without one."""
    if _is_total(form, block, row):
        return "total"
    places = [block.columns[name] for name in FIGURES if name in block.columns]
    if any(is_number(form.grid.cell(row, place)) for place in places):
        return ""
    return _kind_of_words(form, block, row, year)


def _kind_of_words(form: Form, block: Block, row: int, year: int | None) -> str:
    texts = [text for text in form.grid.texts(row) if text]
    word = squeeze(texts[0])
    if _has_label_beside_remarks(form, block, row):
        return "signature"
    if NOTE.match(word.lower()) or (len(texts) == 1 and len(texts[0]) > LONGEST_ITEM):
        return "note"
    if len(set(texts)) != 1:
        return "header" if _repeats_header(texts) else ""
    if lone_day(texts[0], year):
        return "day"
    column = next(place for place, text in enumerate(form.grid.texts(row)) if text)
    if column == block.columns.get("item_class") or CLASS_NAMES.match(word):
        return "class"
    return "" if column == block.columns["item"] else "title"


def lone_day(text: str, year: int | None) -> date | None:
    """The day that a text is, and nothing else."""
    try:
        return parse_day(text.strip("【】[]()（） "), year)
    except BadValue:
        return None


def _is_total(form: Form, block: Block, row: int) -> bool:
    limit = max(block.columns["item"], 2)
    texts = form.grid.texts(row)
    words = [squeeze(text) for text in texts[block.first if block.first > 2 else 0 : limit + 1] if text]
    if any(TOTAL.search(word) for word in words):
        return True
    item = text_of(form.grid.down(row, block.columns["item"]))
    if SUM_OF.match(squeeze(item)) and not _is_priced(form, block, row):
        return True
    own = [squeeze(text) for text in texts[block.first : block.last + 1] if text]
    return not item and any(TOTAL.search(word) for word in own)


def _is_priced(form: Form, block: Block, row: int) -> bool:
    """Whether a row has what only an item has: a unit, or a quantity beside a price."""
    names = block.columns.keys() & {"unit", "quantity", "unit_price"}
    filled = {name for name in names if not is_blank(form.grid.cell(row, block.columns[name]))}
    return "unit" in filled or {"quantity", "unit_price"} <= filled


def _has_label_beside_remarks(form: Form, block: Block, row: int) -> bool:
    """Whether the row carries a label anywhere but in a line's own words about itself."""
    own = {block.columns.get(name) for name in ("remark", "supplier", "batch", "specification")}
    item = text_of(form.grid.cell(row, block.columns["item"]))
    skipped = own if item and not re.search("[:：]$", item) else set()
    return has_label("   ".join(text for c, text in enumerate(form.grid.texts(row)) if c not in skipped))


def _repeats_header(texts: list[str]) -> bool:
    return sum(squeeze(text).lower() in FIELD_OF for text in texts) * 2 >= len(texts)
