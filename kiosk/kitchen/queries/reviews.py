"""The week's look (周排查) and the month's meeting (月调度): drafted from the days, signed by a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from kiosk.cases.models import Case
from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import opened
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.room import on_since
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.inspections import queries as inspections
from kiosk.inspections.models import Finding
from kiosk.kitchen.models import MONTH, WEEK, ControlDecision, ControlReview
from kiosk.kitchen.queries.control import (
    DONE,
    GAP,
    LATE,
    REST,
    Day,
    days,
    days_of,
    findings_between,
    repeats,
)
from kiosk.kitchen.queries.gates import DAILY_CONTROL
from kiosk.postings import queries as postings
from kiosk.postings.queries import period_words
from kiosk.school import queries as school

DECISION = "decision"
"""The kind of cases that decisions of a meeting begin."""
REPEATED_WITHIN = timedelta(days=28)
"""What was found at the same line within so many days before counts as found again."""
GRACE = timedelta(days=3)
"""So many days after the end of a week or month its look is due."""


@dataclass(frozen=True)
class Draft:
    """What the days of a week or month say: the figures, what was found, what was found again."""

    canteen: Canteen
    kind: str
    period: str
    first: date
    last: date
    days: tuple[Day, ...]
    findings: tuple[Finding, ...]
    repeated: tuple[tuple[str, int], ...]

    def count(self, state: str) -> int:
        """How many days stand so."""
        return sum(one.state == state for one in self.days)

    @property
    def due(self) -> int:
        """How many days there were."""
        return self.count(DONE) + self.count(LATE) + self.count(GAP)

    @property
    def done(self) -> int:
        """On how many something was entered."""
        return self.count(DONE) + self.count(LATE)

    @property
    def open(self) -> list[Finding]:
        """What nobody has seen put right yet."""
        ends = (inspections.SEEN, inspections.VOID)
        return [one for one in self.findings if inspections.standing(one) not in ends]

    @property
    def figures(self) -> dict[str, Any]:
        """The same as the record keeps it."""
        return {
            "due": self.due,
            "done": self.done,
            "late": self.count(LATE),
            "gaps": [one.day.isoformat() for one in self.days if one.state == GAP],
            "found": len(self.findings),
            "open": len(self.open),
            "again": [[text, number] for text, number in self.repeated],
        }

    @property
    def words(self) -> str:
        """The period as people read it."""
        return period_words(self.period)

    @property
    def is_over(self) -> bool:
        """Whether its last day is past, or today."""
        return self.last <= school.today()


def span(kind: str, period: str) -> tuple[date, date]:
    """The days of a week (2026-W10) or month (2026-03). NotFound for anything else."""
    found = postings.span_of(period)
    is_week = "W" in period
    if found is None or kind not in (WEEK, MONTH) or is_week is not (kind == WEEK) or period.startswith("T"):
        raise NotFound
    return found.first, found.last


def draft(canteen: Canteen, kind: str, period: str) -> Draft:
    """What the days of a period say now. NotFound for what is no such period."""
    first, last = span(kind, period)
    found = findings_between(canteen, first, last)
    around = findings_between(canteen, first - REPEATED_WITHIN, last)
    now = {one.line.text for one in found}
    again = [(text, number) for text, number in repeats(around) if text in now]
    return Draft(
        canteen, kind, period, first, last, tuple(days(canteen, first, last)), tuple(found), tuple(again)
    )


def is_asked(canteen: Canteen, kind: str, period: str) -> bool:
    """Whether a period has a day of which something was due or entered."""
    return any(one.state != REST for one in days(canteen, *span(kind, period)))


def reviews(canteen: Canteen, kind: str, period: str) -> list[ControlReview]:
    """What was signed of a period, the first first."""
    query = select(ControlReview).filter_by(canteen_id=canteen.id, kind=kind, period=period)
    return list(session.scalars(query.order_by(ControlReview.version)))


def signed(kind: str, periods: Iterable[str]) -> dict[tuple[int, str], ControlReview]:
    """The first signature of each canteen's period."""
    query = select(ControlReview).where(
        ControlReview.kind == kind, ControlReview.period.in_(list(periods)), ControlReview.version == 1
    )
    return {(one.canteen_id, one.period): one for one in session.scalars(query)}


def texts(found: Iterable[ControlReview]) -> dict[int, str]:
    """What was written with them, by their numbers; an erased text says so."""
    seqs = {one.id: one.chain_seq for one in found}
    entries = session.scalars(select(ChainEntry).where(ChainEntry.seq.in_(list(seqs.values()))))
    said = {seq: str((body.get("after") or {}).get("text") or "") for seq, body in opened(entries).items()}
    return {number: said.get(seq, "") for number, seq in seqs.items()}


def decisions(found: Iterable[ControlReview]) -> dict[int, list[Case]]:
    """The cases that began with them, by their numbers."""
    numbers = [one.id for one in found]
    query = (
        select(ControlDecision.review_id, Case)
        .join(Case, Case.id == ControlDecision.case_id)
        .where(ControlDecision.review_id.in_(numbers))
        .order_by(ControlDecision.case_id)
    )
    by_review: dict[int, list[Case]] = {}
    for review, case in session.execute(query):
        by_review.setdefault(review, []).append(case)
    return by_review


def period_of(kind: str, day: date) -> str:
    """The week or month that a day is in."""
    return f"{day:%G-W%V}" if kind == WEEK else f"{day:%Y-%m}"


def past_periods(kind: str, today: date, number: int) -> list[str]:
    """The last periods that are over, the newest first, and before them the one that runs."""
    found, day = [period_of(kind, today)], today
    while len(found) <= number:
        first, _last = span(kind, found[-1])
        day = first - timedelta(days=1)
        found.append(period_of(kind, day))
    return found


def owed(kind: str, first: date, last: date) -> list[tuple[Canteen, str, date]]:
    """The periods whose look was due on one of these days and is not signed: canteen, period, due day.

    A period counts once a day of it was due; none that began before daily control was switched on.
    """
    since, today = on_since(DAILY_CONTROL), school.today()
    if since is None:
        return []
    found = []
    day = max(first - timedelta(days=40), since)
    periods = sorted({period_of(kind, day + timedelta(days=n)) for n in range((last - day).days + 1)})
    spans = {period: span(kind, period) for period in periods}
    over = {
        period: (begins, ends)
        for period, (begins, ends) in spans.items()
        if begins >= since and first <= ends + GRACE <= last and ends < today
    }
    if not over:
        return []
    known = signed(kind, over)
    earliest, latest = (
        min(begins for begins, _ends in over.values()),
        max(ends for _begins, ends in over.values()),
    )
    for canteen, standing in days_of(counters.canteens(), earliest, latest):
        owing = [one.day for one in standing if one.state != REST]
        for period, (begins, ends) in over.items():
            if (canteen.id, period) not in known and any(begins <= day <= ends for day in owing):
                found.append((canteen, period, ends + GRACE))
    return found
