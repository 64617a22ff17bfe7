"""The calendar of a plan, month by month."""

from datetime import date, timedelta
from typing import NamedTuple

from kiosk.core.formats import whole
from kiosk.inspections import queries
from kiosk.inspections.models import RoundPlan, RoundPlanVersion
from kiosk.inspections.queries import DONE, LATE, MISSED, Entry, Sent
from kiosk.school import queries as school


class DayCell(NamedTuple):
    """A day of a month, and how its rounds stand."""

    day: date
    entries: list[Entry]

    @property
    def state(self) -> str:
        """The state that counts: missed before late, late before made."""
        found = {one.state for one in self.entries}
        return next((one for one in (MISSED, LATE, queries.DUE, DONE, queries.COMING) if one in found), "")

    @property
    def made(self) -> Sent | None:
        """The first of its rounds that was made."""
        return next((one.made for one in self.entries if one.made), None)

    @property
    def on_duty(self) -> bool:
        """Whether one of its rounds was made by somebody on duty there."""
        return any(one.made and one.made.on_duty for one in self.entries)


class Month(NamedTuple):
    """A month: its first day, the blanks before it in a week from Monday, its days, its figures."""

    first: date
    blanks: int
    cells: list[DayCell]
    counted: dict[str, int]


class Row(NamedTuple):
    """A plan in a month: each of its days, and its figures."""

    version: RoundPlanVersion
    cells: list[DayCell]
    counted: dict[str, int]


class Year(NamedTuple):
    """A year of a plan."""

    plan: RoundPlan
    version: RoundPlanVersion
    entries: list[Entry]
    months: list[Month]
    counted: dict[str, int]


def first_of_month(text: str | None) -> date:
    """The first day of a month like 2026-03; of this one for anything else."""
    today = school.today()
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return min(max(found, _earliest().replace(day=1)), today.replace(day=1))


def _earliest() -> date:
    """The day from which there can be a round of any plan; today while there is none."""
    return min((queries.first_day(one) for one in queries.plans()), default=school.today())


def last_of_month(first: date) -> date:
    """Its last day."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def month_links(first: date) -> dict[str, str]:
    """The months before and after, as an address has them; nothing where there is none."""
    this = school.today().replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    after = last_of_month(first) + timedelta(days=1)
    return {
        "before": f"{before:%Y-%m}" if before >= _earliest().replace(day=1) else "",
        "after": f"{after:%Y-%m}" if after <= this else "",
    }


def years(plan: RoundPlan) -> list[int]:
    """The years in which there are rounds of a plan, the newest first."""
    last = max(school.today(), queries.first_day(plan))
    return list(range(last.year, queries.first_day(plan).year - 1, -1))


def a_year(plan: RoundPlan, text: str | None) -> int:
    """A year of an address; this one, or the first to come, for anything else."""
    found, known = whole(text), years(plan)
    return found if found in known else known[0]


def month_of(first: date) -> list[Row]:
    """Every plan that had something to be made in a month, and how each of its days stands."""
    last = last_of_month(first)
    found = queries.calendar(queries.plans(), first, last)
    by_plan: dict[int, list[Entry]] = {}
    for one in found:
        by_plan.setdefault(one.occurrence.version.plan_id, []).append(one)
    return [_row(entries, first, last) for _number, entries in sorted(by_plan.items())]


def _row(entries: list[Entry], first: date, last: date) -> Row:
    by_day: dict[date, list[Entry]] = {}
    for one in entries:
        by_day.setdefault(one.occurrence.day, []).append(one)
    days = [first + timedelta(days=one) for one in range((last - first).days + 1)]
    cells = [DayCell(day, by_day.get(day, [])) for day in days]
    return Row(entries[-1].occurrence.version, cells, queries.counted(entries))


def year_of(plan: RoundPlan, year: int) -> Year:
    """The year of a plan."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    entries = queries.calendar([plan], first, last)
    by_day: dict[date, list[Entry]] = {}
    for one in entries:
        by_day.setdefault(one.occurrence.day, []).append(one)
    months = [_month(date(year, number, 1), by_day) for number in range(1, 13)]
    shown = [one for one in months if any(cell.entries for cell in one.cells)]
    return Year(plan, queries.current(plan), entries, shown, queries.counted(entries))


def _month(first: date, by_day: dict[date, list[Entry]]) -> Month:
    days = [first + timedelta(days=one) for one in range(last_of_month(first).day)]
    cells = [DayCell(day, by_day.get(day, [])) for day in days]
    counted = queries.counted(one for cell in cells for one in cell.entries)
    return Month(first, first.weekday(), cells, counted)
