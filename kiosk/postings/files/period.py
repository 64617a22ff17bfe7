"""Whether what a file says of its time is the period that somebody chose for it."""

import re
import unicodedata
from collections.abc import Iterator

from kiosk.core.cells import day_of, western, year_of
from kiosk.core.i18n import _
from kiosk.postings.files.columns import Heads
from kiosk.postings.queries import MONTH
from kiosk.postings.queries.rhythms import span_of, unit_of

MONTHS = re.compile(r"(20\d\d)\s*[年./-]\s*(\d{1,2})(?!\d)")
"""2025年11月, 2025.11, 2025-11 and what begins so."""


def months_in(text: str) -> list[str]:
    """The months that a text names, as codes: 二〇二五年十一月份 is 2025-11."""
    found = MONTHS.findall(western(unicodedata.normalize("NFKC", text)))
    return [f"{year}-{int(month):02}" for year, month in found if 1 <= int(month) <= 12]


def of_period(heads: Heads, period: str) -> Iterator[str]:
    """What is to be said where the titles name another time than the period."""
    text, span = "   ".join([*heads.titles, heads.grid.table.name]), span_of(period) if period else None
    if span is None:
        return
    day, months = day_of(text, year_of(text)), months_in(text)
    if unit_of(period) == MONTH and months:
        said = "" if period in months else months[0]
    else:
        said = day.isoformat() if day and not span.first <= day <= span.last else ""
    if said:
        yield _("The file says %(day)s; it goes to %(period)s.", day=said, period=period)
