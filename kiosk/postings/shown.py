"""How the rows of a posting are shown: the columns that say something, a part at a time, the sums below."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from kiosk.core.field import Input, Money, Whole
from kiosk.core.i18n import Text
from kiosk.counters.models import Canteen, Counter
from kiosk.postings import queries
from kiosk.postings.kinds.menu import DAYS, MENU
from kiosk.postings.queries import MEALS, WEEK, Declared, Kind, Posted
from kiosk.postings.queries.rhythms import period_at, span_of
from kiosk.school import queries as school

AT_ONCE = 200
"""So many rows stand on a page; the others are one tap away, and all of them are open data."""

Row = Mapping[str, Any]


def part_of(line: int | None) -> int:
    """The part, from 0, that a line (from 1) stands in."""
    return max((line or 1) - 1, 0) // AT_ONCE


class Column(NamedTuple):
    """A column, what it is called here, and whether it holds figures."""

    input: Input
    head: Text
    is_figure: bool


@dataclass(frozen=True)
class Rows:
    """What of a posting's rows is seen: each with its number, from 1; `of` is how many there are."""

    columns: list[Column]
    lines: list[tuple[int, Row]]
    sums: dict[str, int]
    of: int

    @property
    def part(self) -> int:
        """Which part it is, from 0."""
        return part_of(self.lines[0][0] if self.lines else 1)

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return part_of(self.of) + 1

    @property
    def is_all(self) -> bool:
        """Whether no row is left out."""
        return len(self.lines) == self.of


def rows_shown(
    kind: Kind, fields: Sequence[tuple[Declared, Any]], rows: Sequence[Row], part: int | None
) -> Rows:
    """The rows of a part; None: all of them. A column in which nobody says anything is left out."""
    values = {one.name: value for one, value in fields}
    first = 0 if part is None else min(part, part_of(len(rows))) * AT_ONCE
    seen = rows if part is None else rows[first : first + AT_ONCE]
    columns = [
        Column(one, kind.head(one, values), hasattr(one, "places") or isinstance(one, Money | Whole))
        for one in kind.shown_columns
        if getattr(one, "missing", None) or any(row.get(one.name) not in (None, "") for row in rows)
    ]
    sums = {name: sum(row.get(name) or 0 for row in rows) for name in kind.sums}
    return Rows(columns, list(enumerate(seen, first + 1)), sums, len(rows))


class MenuDay(NamedTuple):
    """A day of a menu: its weekday, the date if the week is known, and its rows with their numbers."""

    label: Text
    day: date | None
    lines: list[tuple[int, Row]]


def menu_days(rows: Sequence[Row], period: str = "") -> list[MenuDay]:
    """The days of a week's menu that have something, in their order, each by its meals."""
    span, meals = span_of(period) if period else None, list(MEALS)
    numbered = sorted(enumerate(rows, 1), key=lambda one: meals.index(one[1]["meal"]))
    found = []
    for number, (code, label) in enumerate(DAYS.items()):
        if lines := [one for one in numbered if one[1]["day"] == code]:
            day = span.first + timedelta(days=number) if span else None
            found.append(MenuDay(label, day, lines))
    return found


def menu_today(counter: Counter) -> dict[str, Any]:
    """What a counter's canteen cooks today; no menu where its kind is not used, or nothing is posted."""
    posted, today = menu_of(counter.canteen, school.today()) if counter.canteen else (None, None)
    return {"posted": posted, "today": today}


def menu_of(canteen: Canteen, day: date) -> tuple[Posted | None, MenuDay | None]:
    """The menu of the week in which a day is, and the day in it; None for what it does not say."""
    if MENU not in queries.declared_kinds():
        return None, None
    found = queries.same(MENU, canteen_id=canteen.id, counter_id=None, period=period_at(WEEK, day))
    if found is None or not found.versions:
        return None, None
    posted: Posted = queries.posted(found.id)
    days = menu_days(posted.in_force.rows, found.period)
    return posted, next((one for one in days if one.day == day), None)
