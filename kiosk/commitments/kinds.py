"""The kinds of commitment: what can be promised in which unit, and who measures whether it is kept.

A measure is handed in by the room that knows (`Room.measures`) and asked with

    measure(counter, since, until, promised) -> [(day, kept), …]

`since` and `until` are the first and last local day that count, `promised` the value in force on them. Each
pair is one thing that had to be kept: its day, and True (kept), False (not kept) or None (could not be
measured; it counts neither way, and how many there are is told). What is not decided yet is left out.

- `counters.hours_kept`: a pair for each school day that is over.
- `cases.answered_in`: a pair for each case of the counter that was received on one of the days: the day of
  its receipt, True if it was answered within `promised` school days, False if not, as soon as they are over.
- `inspections.queue_kept`, `inspections.temperature_kept`: a pair for each time that a round took the number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kiosk.commitments.models import ANSWER, QUEUE, TEMPERATURE, TEXT
from kiosk.core.errors import Invalid
from kiosk.core.field import Line, Whole
from kiosk.core.i18n import LazyString, _, lazy, listed, ngettext
from kiosk.counters.models import Canteen, Counter
from kiosk.counters.services import check_hours
from kiosk.school import queries as school

Place = Counter | Canteen


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of commitment; without a `measure` nobody can tell whether it is kept.

    `words` says the promise, `propose` what to start from at a place (None: nothing). `at` are the kinds of
    counters that it fits, None all of them; `by_canteen` a canteen can promise it for its counters, too.
    `tells` says the figures of its measure: `kept` of `of` since `day`.
    """

    code: str
    label: LazyString
    declared: Whole | Line | None
    """How its value is read; None: opening hours."""
    words: Callable[[Any], str]
    propose: Callable[[Place], Any] = lambda place: None
    measure: str | None = None
    tells: LazyString | None = None
    at: frozenset[str] | None = None
    by_canteen: bool = True
    by_going: bool = False
    """Only somebody who goes there can tell: a round measures it."""

    def fits(self, place: Place) -> bool:
        """Whether it can be promised there."""
        if isinstance(place, Canteen):
            return self.by_canteen and (self.at is None or "canteen" in self.at)
        return self.at is None or place.kind in self.at

    def read(self, value: Any) -> Any:
        """The value as it is kept. Raises Invalid, with the kind's code as the field."""
        if self.declared is not None:
            return self.declared.read(value)
        try:
            spans = check_hours(value or [])
        except Invalid as problem:
            problem.field = self.code
            raise
        if not spans:
            raise Invalid(lazy("Please enter the hours."), field=self.code)
        return spans


def hours_told(hours: list[list[str]]) -> str:
    """11:20–13:00 and 17:00–18:40, as a sentence has it."""
    return listed("–".join(span) for span in hours)


def _usual_hours(place: Place) -> list[list[str]] | None:
    """The counter's own hours; without any a canteen window's are those of the meals."""
    if isinstance(place, Canteen):
        return None
    if place.hours or place.kind != "canteen":
        return place.hours or None
    return [[f"{meal.starts:%H:%M}", f"{meal.ends:%H:%M}"] for meal in school.meals()] or None


def _queue_told(value: int) -> str:
    return str(
        ngettext(
            "Nobody waits in the queue longer than %(num)s minute",
            "Nobody waits in the queue longer than %(num)s minutes",
            value,
        )
    )


def _answer_told(value: int) -> str:
    return str(
        ngettext(
            "Whoever asks or complains has an answer within %(num)s school day",
            "Whoever asks or complains has an answer within %(num)s school days",
            value,
        )
    )


HOURS = Kind(
    code="hours",
    label=lazy("Opening hours"),
    declared=None,
    words=lambda value: _("Open on school days %(hours)s", hours=hours_told(value)),
    propose=_usual_hours,
    measure="counters.hours_kept",
    tells=lazy("kept %(kept)s of %(of)s since %(day)s (school days)"),
    by_canteen=False,
)
ANSWERED = Kind(
    code="answer",
    label=lazy("Answers"),
    declared=ANSWER,
    words=_answer_told,
    propose=lambda place: 3,
    measure="cases.answered_in",
    tells=lazy("kept %(kept)s of %(of)s since %(day)s (cases)"),
)
QUEUED = Kind(
    code="queue",
    label=lazy("Queue"),
    declared=QUEUE,
    words=_queue_told,
    propose=lambda place: 10,
    measure="inspections.queue_kept",
    by_going=True,
    tells=lazy("kept %(kept)s of %(of)s since %(day)s (rounds)"),
    at=frozenset({"canteen", "hot_water", "shop"}),
)
HOT = Kind(
    code="temperature",
    label=lazy("Water temperature"),
    declared=TEMPERATURE,
    words=lambda value: _("The water is at least %(n)s °C hot", n=value),
    propose=lambda place: 90,
    measure="inspections.temperature_kept",
    by_going=True,
    tells=lazy("kept %(kept)s of %(of)s since %(day)s (rounds)"),
    at=frozenset({"hot_water"}),
)
FREE = Kind(code="text", label=lazy("Another commitment"), declared=TEXT, words=str)
MOST_FREE = 2
"""Sentences of its own that a place can promise at a time: a poster holds no more."""

KINDS = {kind.code: kind for kind in (HOURS, ANSWERED, QUEUED, HOT, FREE)}
"""All kinds by their code, in the order in which they are shown."""
