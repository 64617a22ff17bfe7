"""The month's posting of spending beside what the payments of the month come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.core.room import on_since
from kiosk.payments import queries
from kiosk.payments.queries import WRITTEN
from kiosk.payments.switch import SWITCH
from kiosk.postings import queries as postings
from kiosk.postings.models import Posting

SPENDING = "spending"


@dataclass(frozen=True)
class Compared:
    """What was paid in a month, and where what is written for it says something else."""

    month: str
    drawn: dict[str, int]
    """By purpose, in fen."""
    number: int
    is_whole: bool
    """Whether payments were kept here for all of the month; else nothing can be compared."""
    differing: Sequence[tuple[str, int | None, int]]
    """What was spent on, what is written and what was paid, in fen."""

    @property
    def total(self) -> int:
        """What was paid in all."""
        return sum(self.drawn.values())


def compared(posting: Posting) -> Compared | None:
    """The same of a posting, or of its draft; None for a month in which nothing was paid."""
    found = queries.of_month(posting.period)
    if not found:
        return None
    drawn = queries.sums_of(found)
    written: dict[str, int] = {}
    for row in _rows(posting):
        item = str(row.get("item") or "")
        written[item] = written.get(item, 0) + int(row.get("amount") or 0)
    differing = [
        (WRITTEN[purpose], written.get(WRITTEN[purpose]), amount)
        for purpose, amount in drawn.items()
        if written.get(WRITTEN[purpose]) != amount
    ]
    began = on_since(SWITCH)
    is_whole = began is not None and began.isoformat() <= f"{posting.period}-01"
    return Compared(posting.period, drawn, len(found), is_whole, differing if is_whole else ())


def _rows(posting: Posting) -> list[dict[str, Any]]:
    if posting.draft:
        return postings.reading_of(posting.draft).rows
    return postings.version(posting.versions[0]).rows if posting.versions else []
