"""The figures of a canteen with its counters, or of one counter, for a period: what a file of them says."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

from kiosk.cases import queries as cases
from kiosk.commitments import queries as commitments
from kiosk.core.i18n import LazyString, lazy
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen, Counter
from kiosk.ratings import queries as ratings
from kiosk.school import queries as school

Place = Canteen | Counter
Rows = Iterator[list[Any]]


class Figures(NamedTuple):
    """A kind of figures: what it is called, the heads of its columns, its rows of a place and a period."""

    label: LazyString
    heads: tuple[LazyString, ...]
    rows: Callable[[Place, date, date], Rows]


def _counters(place: Place) -> list[Counter]:
    """The place's counters, closed ones, too."""
    if isinstance(place, Counter):
        return [place]
    return [one for one in counters.counters(everything=True) if one.canteen_id == place.id]


def _ratings(place: Place, first: date, last: date) -> Rows:
    for counter in _counters(place):
        for day, counts in ratings.counts_by_day(counter.id, first, last).items():
            numbers = (counts.n5, counts.n4, counts.n3, counts.n2, counts.n1)
            yield [day, counter.code, counter.name, counts.total, *numbers]


def _cases(place: Place, first: date, last: date) -> Rows:
    """As everybody reads them: nobody's name, never the minute, and words only once they are released."""
    own = {one.code for one in _counters(place)}
    for one in cases.between(first, last):
        case = one.case
        if case.counter in own or (isinstance(place, Canteen) and case.canteen == place.code):
            yield [
                *(case.id, str(cases.kind_label(case.kind)), cases.public_label(case.subject), case.day),
                *(str(case.state_label), str(case.severity_label), case.due_on),
                "" if case.answered_at is None else school.local(case.answered_at).date(),
                *(str(case.outcome_label), case.voices, one.asked, one.answer),
            ]


def _commitments(place: Place, first: date, last: date) -> Rows:
    own = {commitments.code_of(place), *(commitments.code_of(one) for one in _counters(place))}
    for one in commitments.in_force_between(first, last):
        promised = one.commitment.place
        if commitments.code_of(promised) in own:
            measured = (one.figures.kept, one.figures.of) if one.figures else ("", "")
            yield [promised.code, promised.name, one.words, one.version.since, one.until or "", *measured]


KINDS: dict[str, Figures] = {
    "ratings": Figures(
        lazy("Ratings"),
        (
            *(lazy("Day"), lazy("Code"), lazy("Counter"), lazy("Ratings"), lazy("Very satisfied")),
            *(lazy("Satisfied"), lazy("Acceptable"), lazy("Dissatisfied"), lazy("Very dissatisfied")),
        ),
        _ratings,
    ),
    "cases": Figures(
        lazy("Cases"),
        (
            *(
                lazy("Case number"),
                lazy("Kind"),
                lazy("Place"),
                lazy("Day"),
                lazy("State"),
                lazy("How grave"),
            ),
            *(lazy("Due day"), lazy("Answered"), lazy("How it ended"), lazy("Voices"), lazy("Asked")),
            lazy("Answer"),
        ),
        _cases,
    ),
    "commitments": Figures(
        lazy("Service commitments"),
        (
            *(lazy("Code"), lazy("Place"), lazy("What is promised"), lazy("In force from"), lazy("Until")),
            *(lazy("Kept"), lazy("Measured")),
        ),
        _commitments,
    ),
}


def kinds() -> dict[str, Figures]:
    """What the school has figures of."""
    return {name: one for name, one in KINDS.items() if name == "ratings" or name in school.in_use()}
