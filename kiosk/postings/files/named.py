"""Columns that each file calls by a name of its own: the markets at which somebody asked for prices."""

import re
from dataclasses import replace

from kiosk.core.cells import parse_number, squeeze
from kiosk.core.formats import MOST_MONEY, BadValue
from kiosk.postings.files.columns import Heads, plain_head
from kiosk.postings.queries import Kind

PRICED = re.compile("(价格|单价|报价|询价|价)$")
"""What stands behind a market's name in a head."""


def with_named(kind: Kind, heads: Heads) -> Heads:
    """The heads with the kind's columns that are called by a field: by the head's own words, from the left.

    Whatever holds figures right of the first column and is none of the kind's other columns is one of them.
    """
    free = [name for name in kind.called if name not in heads.places]
    first = min(heads.places.values())
    used = set(heads.places.values())
    places, fields = dict(heads.places), {}
    for place in range(first + 1, heads.grid.width):
        words = heads.grid.visible(heads.first - 1, place)
        called = PRICED.sub("", plain_head(words or ""))
        if place not in used and free and called and _has_figures(heads, place):
            name = free.pop(0)
            places[name], fields[kind.called[name]] = place, called
    return replace(heads, places=places, fields=fields)


def _has_figures(heads: Heads, place: int) -> bool:
    """Whether most of what stands in a column are numbers."""
    cells = [heads.grid.cell(row, place) for row in range(heads.first, heads.grid.height)]
    told = [cell for cell in cells if squeeze(cell or "")]
    return bool(told) and 2 * sum(map(is_number, told)) > len(told)


def is_number(cell: object) -> bool:
    """Whether a cell holds a figure."""
    try:
        parse_number(cell, places=4, maximum=MOST_MONEY)  # type: ignore[arg-type]
    except BadValue:
        return False
    return True
