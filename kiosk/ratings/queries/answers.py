"""What became of a rating: the cases that it joined; and of a case, which ratings are in it."""

from collections import Counter as Tally
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from kiosk.cases import queries as cases
from kiosk.cases.models import OPEN, Case
from kiosk.cases.settings import SIMPLE_DAYS
from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.masking import mask
from kiosk.counters.models import Counter
from kiosk.counters.queries import find_counter
from kiosk.ratings.models import BAD, DOUBTFUL, Rating
from kiosk.ratings.queries.single import mark_in_force
from kiosk.ratings.queries.taking_up import BAD_RATINGS, DANGER, WEEK, week_ends
from kiosk.ratings.queries.voices import Voice, reference, voices, words_reference
from kiosk.school import queries as school
from kiosk.school.queries import Due, settings

OF_RATINGS = (DANGER, BAD_RATINGS, WEEK)
SHOWN_WEEKS = timedelta(days=28)
"""So long the answer to a week hangs at the counter."""
MOST_COMMENTS = 100


def receipts_of(rating: Rating) -> list[cases.Receipt]:
    """The cases that a rating joined, that of a danger first, each as its rater stands in it."""
    found = (cases.receipt_of_voice(name) for name in (words_reference(rating), reference(rating)))
    return [one for one in found if one is not None]


@dataclass(frozen=True)
class Waiting:
    """What a dissatisfied rating without a case waits for: whether it counts, or the end of its week."""

    is_doubtful: bool
    until: date
    """The day on which the week's ratings become one case."""
    due: Due
    """When that is answered at the latest."""


def waiting(rating: Rating) -> Waiting | None:
    """What a rating waits for that is in no case yet; None where it waits for nothing."""
    since, mark = cases.used_since(), mark_in_force(rating.seq)
    if since is None or rating.day < since or rating.level not in BAD:
        return None
    counted = mark is None or mark.counted
    is_doubtful = mark is not None and mark.mark in DOUBTFUL and mark.decided_by is None
    if not counted and not is_doubtful:
        return None
    ends = week_ends(rating.day)
    return Waiting(not counted, ends.date(), school.due(ends, settings()[SIMPLE_DAYS]))


@dataclass(frozen=True)
class Heard:
    """The ratings in a case. Of a reason with too few of them the number is None."""

    counter: Counter
    total: int
    uncounted: int
    reasons: list[tuple[str, int | None]]
    comments: list[Voice]
    """With words that are still there, the newest first."""

    def masked(self, voice: Voice) -> str:
        """What was said, as the office may read it."""
        return mask(voice.comment)


def heard(case: Case, hidden_below: int) -> Heard | None:
    """The ratings in a case; None for a case of something else."""
    counter = find_counter(case.counter or "") if case.kind in OF_RATINGS else None
    if counter is None:
        return None
    names, days = cases.references_of(case), 7 if case.kind == WEEK else 1
    found = [
        one
        for number in range(days)
        for one in voices(counter.id, case.day + timedelta(days=number))
        if one.reference in names or one.words in names
    ]
    named = Tally(reason for one in found for reason in one.reasons)
    reasons = [(code, number if number >= hidden_below else None) for code, number in named.most_common()]
    said = [one for one in reversed(found) if one.comment][:MOST_COMMENTS]
    return Heard(counter, len(found), sum(not one.counted for one in found), reasons, said)


def week_answered(counter: Counter) -> cases.Public | None:
    """The last answer to a week of the counter's ratings, while it hangs; None without one."""
    query = select(Case).where(
        Case.kind == WEEK,
        Case.subject == f"counter:{counter.code}",
        Case.state.not_in(OPEN),
        Case.answered_at > clock.now() - SHOWN_WEEKS,
    )
    found = session.scalar(query.order_by(Case.day.desc(), Case.id.desc()).limit(1))
    return cases.told(found) if found else None
