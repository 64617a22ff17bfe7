"""What a term's figures say: by month and class, to the term's end, a pupil, a meal, and beside last term.

The rule of the forecast is plain and stands on the page: what was spent so far ÷ the school days so far ×
all school days until the term's end. Days count from the one on which a budget first held: what was spent
before stands nowhere. With fewer than LEAST_DAYS days, or nothing spent, there is none.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kiosk.budgets.queries.moves import spent_by_day
from kiosk.budgets.queries.positions import Position, positions
from kiosk.budgets.queries.versions import versions
from kiosk.budgets.settings import PUPILS
from kiosk.school import queries as school
from kiosk.school.models import Term

LEAST_DAYS = 5
"""School days that have to be over before anything is said of a term's end, or beside last term."""


@dataclass(frozen=True)
class Class:
    """What was planned and spent of a class of items, in fen."""

    name: str
    """The class as lines name it; "" for lines of any class."""
    planned: int
    spent: int
    share: int
    """What of the plan falls on the school days that are over."""
    forecast: int | None
    """What would be spent by the term's end; None while it is too early to say."""
    before: int | None
    """What was spent of it a school day last term; None where no budget was kept."""
    daily: int | None
    """What is spent of it a school day this term."""

    @property
    def change(self) -> float | None:
        """By how much a school day costs more or less than last term."""
        if not self.before or self.daily is None:
            return None
        return self.daily / self.before - 1


@dataclass(frozen=True)
class Month:
    """A month of a term: its first day, school days, what of the plan falls on them, and what was spent."""

    first: date
    days: int
    planned: int
    spent: int


@dataclass(frozen=True)
class Analysis:
    """The figures of a term from the day on which a budget first held (`since`) until a day."""

    term: Term
    since: date
    until: date
    days: int
    days_over: int
    planned: int
    spent: int
    classes: list[Class]
    pupils: int
    meals: int
    """Meals served on the days so far, where they are counted."""

    @property
    def forecast(self) -> int | None:
        """What would be spent in all by the term's end."""
        return _forecast(self.spent, self.days_over, self.days)

    @property
    def a_pupil(self) -> int | None:
        """What was spent for each pupil so far."""
        return self.spent // self.pupils if self.pupils else None

    @property
    def a_meal(self) -> int | None:
        """What was spent for each meal served so far."""
        return self.spent // self.meals if self.meals else None

    @property
    def change(self) -> float | None:
        """By how much a school day costs more than last term, in all classes that had a budget then."""
        known = [one for one in self.classes if one.before and one.daily is not None]
        before = sum(one.before or 0 for one in known)
        return sum(one.daily or 0 for one in known) / before - 1 if before else None


def _forecast(spent: int, over: int, days: int) -> int | None:
    return round(spent * days / over) if over >= LEAST_DAYS and spent > 0 else None


def analysis(term: Term) -> Analysis | None:
    """What a term's figures say until today, or its last day; None where no budget is in force."""
    lines = positions(term.id)
    if not lines:
        return None
    since = _since(term)
    until = max(min(school.today(), term.ends), since)
    days = sorted(school.school_days(since, term.ends))
    over = sum(day <= until for day in days)
    return Analysis(
        term=term,
        since=since,
        until=until,
        days=len(days),
        days_over=over,
        planned=sum(one.planned for one in lines),
        spent=sum(one.spent for one in lines),
        classes=_classes(term, lines, len(days), over),
        pupils=school.settings()[PUPILS],
        meals=sum(school.served(since, until).values()),
    )


def _since(term: Term) -> date:
    """The first day of a term on which a budget was in force."""
    first = [one.approved_at for one in versions(term.id) if one.approved_at]
    day = min((school.local(one).date() for one in first), default=term.starts)
    return min(max(term.starts, day), term.ends)


def _classes(term: Term, lines: Iterable[Position], days: int, over: int) -> list[Class]:
    planned, used = Counter[str](), Counter[str]()
    for one in lines:
        planned[one.item_class] += one.planned
        used[one.item_class] += one.spent
    before = _daily_last_term(term)
    return [
        Class(
            name=name,
            planned=amount,
            spent=used[name],
            share=amount * over // days if days else 0,
            forecast=_forecast(used[name], over, days),
            before=before.get(name),
            daily=used[name] // over if over >= LEAST_DAYS else None,
        )
        for name, amount in sorted(planned.items(), key=lambda one: (not one[0], -one[1]))
    ]


def _daily_last_term(term: Term) -> dict[str, int]:
    """What was spent a school day of each class in the term before; nothing where no budget was kept."""
    last = next((one for one in school.terms() if one.starts < term.starts), None)
    lines = positions(last.id) if last else []
    if last is None or not lines:
        return {}
    days = len(school.school_days(_since(last), last.ends))
    spent = Counter[str]()
    for one in lines:
        spent[one.item_class] += one.spent
    return {name: amount // days for name, amount in spent.items()} if days else {}


def months(found: Analysis) -> list[Month]:
    """The months of a term, each with its share of the plan, and what was spent in it."""
    days = school.school_days(found.since, found.term.ends)
    counted = Counter(day.replace(day=1) for day in days)
    spent = Counter[date]()
    for day, amount in spent_by_day(found.term.id).items():
        spent[day.replace(day=1)] += amount
    each = max(1, len(days))
    return [
        Month(one, counted[one], found.planned * counted[one] // each, spent[one])
        for one in sorted({*counted, *spent})
    ]
