"""Numbered sections in a table: 一、 above （一） above 1. above (1); a section's own figure is its sum."""

import re
from itertools import pairwise

from kiosk.core.cells import text_of
from kiosk.postings.files.columns import Heads

LEVELS = tuple(
    re.compile(pattern)
    for pattern in (
        "[一二三四五六七八九十]+[、.．]",
        "[(（][一二三四五六七八九十]+[)）]",
        r"\d{1,2}[、.．](?!\d)",
        r"[(（]\d{1,2}[)）]",
    )
)


def level_of(text: str) -> int | None:
    """How deep a number stands before a text, 0 the highest; None without one."""
    plain = text.strip()
    return next((level for level, pattern in enumerate(LEVELS) if pattern.match(plain)), None)


def sections_of(heads: Heads, name: str) -> set[int]:
    """The rows that are sections: the next row below with a text in this column is numbered deeper."""
    place = heads.places.get(name)
    if place is None:
        return set()
    rows = range(heads.first, heads.grid.height)
    texts = [(row, text_of(heads.grid.cell(row, place))) for row in rows]
    levels = [(row, level_of(text)) for row, text in texts if text]
    return {
        row
        for (row, level), (_below, deeper) in pairwise(levels)
        if level is not None and deeper is not None and deeper > level
    }
