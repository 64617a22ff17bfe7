"""Reads of rounds that were made, of what people in the queue said, and of what was measured on the spot."""

from collections import Counter as Counts
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from kiosk.cases import queries as cases
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter
from kiosk.inspections.lines import CELSIUS, MINUTES, NUMBER, PEOPLE, Line
from kiosk.inspections.models import Checked, CheckedLine, ChecklistVersion, RoundMade, SpotAnswer
from kiosk.inspections.queries.findings import cases_of, findings_of, standing
from kiosk.inspections.questions import GOOD, Question, questions_of
from kiosk.ratings.models import ReasonTally
from kiosk.ratings.queries import ReasonCount
from kiosk.school import queries as school

ORDER = "order"
"""The code of the reason that is order in the queue."""
LEAST_ANSWERS = 5
"""Below so many no result of a question is shown."""
A_PAGE = 40


def round_made(number: int) -> RoundMade:
    """The round, or NotFound."""
    found = session.get(RoundMade, number)
    if found is None:
        raise NotFound
    return found


def rounds_of(plan: int, most: int = A_PAGE) -> list[RoundMade]:
    """The rounds of a plan, the newest first."""
    query = select(RoundMade).join(Checked).where(RoundMade.plan_id == plan)
    query = query.options(joinedload(RoundMade.checked).selectinload(Checked.answers))
    return list(session.scalars(query.order_by(Checked.received_at.desc(), Checked.id.desc()).limit(most)))


class Told(NamedTuple):
    """What open data tell of a round that was made; `numbers` are tenths by unit, the largest that was taken,
    and `findings` how many stand how."""

    received_at: datetime
    seconds: int | None
    presence: str
    on_duty: bool
    numbers: dict[str, int]
    findings: dict[str, int]


def told_of(made: list[int]) -> dict[int, Told]:
    """What open data tell of these rounds, by their numbers."""
    query = select(RoundMade).where(RoundMade.checked_id.in_(made))
    query = query.options(joinedload(RoundMade.checked).selectinload(Checked.answers))
    found = findings_of(made)
    _held = cases_of(one for several in found.values() for one in several)
    return {
        one.checked_id: Told(
            one.checked.received_at,
            one.checked.seconds,
            one.presence,
            one.on_duty,
            _numbers(one.checked),
            Counts(standing(what) for what in found.get(one.checked_id, [])),
        )
        for one in session.scalars(query)
    }


def _numbers(checked: Checked) -> dict[str, int]:
    """The largest number of each unit that was taken; of temperatures the lowest: cold is the fault."""
    units = {line.key: line.unit for line in checked.version.read}
    found: dict[str, int] = {}
    for one in checked.answers:
        if one.tenths is not None:
            unit = units[one.key]
            pick = min if unit == CELSIUS else max
            found[unit] = pick(found.get(unit, one.tenths), one.tenths)
    return found


def is_on_duty_there(who: Actor, checked: Checked, slot: str, scanned: str = "") -> bool:
    """Whether somebody stands on the place's own duty roster at the meal of a round, or when it was begun."""
    meal = next((one for one in school.meals() if one.code == slot), None)
    begun = checked.begun_at if checked.seconds is not None else checked.received_at
    moment = datetime.combine(checked.day, meal.starts, school.zone()) if meal else begun
    own = cases.numbers(who)
    return any(
        one.number in own
        for counter in counters.counters()
        if _is_at(counter, checked.subject, scanned)
        for one in counters.on_duty(counter.id, moment)
    )


def _is_at(counter: Counter, subject: str, scanned: str) -> bool:
    """Whether a counter is the place of a round, one of its canteen's, or the one whose code was scanned."""
    canteen = f"canteen:{counter.canteen.code}" if counter.canteen else ""
    return subject in (f"counter:{counter.code}", canteen) or counter.code == scanned


class Result(NamedTuple):
    """What was answered to a question: how many, and the share of good answers from five on."""

    question: Question
    number: int
    good: float | None
    counts: dict[int, int]
    """How often each value was answered; empty while there are too few."""


def results(checked: Iterable[Checked]) -> list[Result]:
    """What people in the queue said in these rounds, question by question."""
    rounds = list(checked)
    of_list = {
        (one.id, question.key): question for one in rounds for question in questions_of(one.version.questions)
    }
    counted: dict[Question, dict[int, int]] = {question: {} for question in of_list.values()}
    query = select(SpotAnswer.checked_id, SpotAnswer.key, SpotAnswer.value, func.count())
    query = query.where(SpotAnswer.checked_id.in_([one.id for one in rounds]))
    for number, key, value, count in session.execute(query.group_by(*query.selected_columns[:3])):
        counts = counted[of_list[number, key]]
        counts[value] = counts.get(value, 0) + count
    return [_result(question, counts) for question, counts in counted.items() if counts]


def _result(question: Question, counts: dict[int, int]) -> Result:
    number = sum(counts.values())
    if number < LEAST_ANSWERS:
        return Result(question, number, None, {})
    good = sum(count for value, count in counts.items() if value in GOOD[question.kind])
    return Result(question, number, good / number, counts)


def asked_at(subject: str | None, first: date, last: date) -> list[Checked]:
    """The rounds of these days in whose lists questions are asked; at one place if it is given."""
    query = (
        select(Checked)
        .join(RoundMade, RoundMade.checked_id == Checked.id)
        .where(Checked.day.between(first, last))
    )
    if subject is not None:
        query = query.where(Checked.subject == subject)
    return [one for one in session.scalars(query.order_by(Checked.id)) if one.version.questions]


class Number(NamedTuple):
    """A number that was taken on the spot."""

    day: date
    line: Line
    tenths: int


def numbers_at(counter: str, first: date, last: date, unit: str | None = None) -> list[Number]:
    """What was counted or measured at a counter on these days, in order."""
    query = (
        select(Checked.day, CheckedLine.key, CheckedLine.tenths, ChecklistVersion.id, ChecklistVersion.lines)
        .join(Checked, Checked.id == CheckedLine.checked_id)
        .join(ChecklistVersion, ChecklistVersion.id == Checked.version_id)
        .where(Checked.counter == counter, Checked.day.between(first, last), CheckedLine.tenths.is_not(None))
        .order_by(Checked.day, Checked.begun_at, CheckedLine.id)
    )
    found = []
    lists: dict[int, dict[str, Line]] = {}
    for day, key, tenths, version, data in session.execute(query):
        lines = lists.setdefault(version, {one["key"]: Line(**one) for one in data})
        if lines[key].kind == NUMBER and unit in (None, lines[key].unit):
            found.append(Number(day, lines[key], tenths))
    return found


Measured = list[tuple[date, bool | None]]


def queue_kept(counter: Any, since: date, until: date, promised: int) -> Measured:
    """Each waiting time that a round took at the counter, and whether it was as short as promised."""
    taken = numbers_at(counter.code, since, until, MINUTES)
    return [(one.day, one.tenths <= promised * 10) for one in taken]


def temperature_kept(counter: Any, since: date, until: date, promised: int) -> Measured:
    """Each temperature that a round took at the counter, and whether it was as high as promised."""
    taken = numbers_at(counter.code, since, until, CELSIUS)
    return [(one.day, one.tenths >= promised * 10) for one in taken]


class OrderDay(NamedTuple):
    """Order at a counter on a day: the most people and the longest wait that rounds saw."""

    day: date
    people: int | None
    minutes: int | None


def order_days(counter: str, first: date, last: date) -> list[OrderDay]:
    """What rounds saw of order at a counter, day by day, the newest first; in tenths."""
    days: dict[date, dict[str, int]] = {}
    for one in numbers_at(counter, first, last):
        if one.line.unit in (PEOPLE, MINUTES):
            known = days.setdefault(one.day, {})
            known[one.line.unit] = max(known.get(one.line.unit, 0), one.tenths)
    return [
        OrderDay(day, days[day].get(PEOPLE), days[day].get(MINUTES)) for day in sorted(days, reverse=True)
    ]


def ratings_of_order(counter: Counter, first: date, last: date) -> dict[date, ReasonCount]:
    """How often order was the reason of good and of bad ratings at a counter, day by day."""
    query = select(ReasonTally.day, ReasonTally.good, ReasonTally.bad)
    query = query.where(ReasonTally.counter_id == counter.id, ReasonTally.reason == ORDER)
    query = query.where(ReasonTally.day.between(first, last))
    return {day: ReasonCount(good, bad) for day, good, bad in session.execute(query)}
