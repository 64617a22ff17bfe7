"""The money of a plan: the budget's lines it may be bought from, and what its items cost last."""

from datetime import date

from kiosk.budgets import queries as budgets
from kiosk.budgets.queries import Position
from kiosk.catalogue import queries as catalogue
from kiosk.core.errors import NotFound
from kiosk.purchasing import queries as purchasing
from kiosk.supply.queries.plans import Said


def budget_lines(day: date) -> list[Position]:
    """The lines of the budget from which a canteen may buy on a day; none while the school has no budget."""
    return budgets.lines_for(day) if budgets.is_used() else []


def budget_line(number: int | None) -> Position | None:
    """How a line stands now; None where none was chosen, or there is no budget."""
    if number is None or not budgets.is_used():
        return None
    try:
        return budgets.position(number)
    except NotFound:
        return None


def class_of(said: Said) -> str | None:
    """The class of everything that is planned, where it is one."""
    classes = classes_of(said)
    return next(iter(classes)) or None if len(classes) == 1 else None


def classes_of(said: Said) -> set[str]:
    """The classes of what is planned, "" for what has none."""
    known = {one.name: one.item_class for one in catalogue.items()}
    return {known.get(line.item, "") for line in said.lines}


def strange_class(said: Said, line: Position) -> str | None:
    """A class of what is planned that an earmarked line is not for; else the one that all of it is of."""
    return next((one for one in sorted(classes_of(said)) if not line.fits(one)), class_of(said))


def last_prices(day: date, said: Said) -> dict[int, int]:
    """What each line's thing cost last, by its position, in the line's unit; unknown ones are left out."""
    numbers = {one.name: one.id for one in catalogue.items()}
    lines = {n: line for n, line in enumerate(said.lines) if line.item in numbers}
    keys = {n: (numbers[line.item], line.specification, line.unit) for n, line in lines.items()}
    past = purchasing.past_prices(keys.values(), day)
    found = {n: past.get(purchasing.key_of(*key), []) for n, key in keys.items()}
    return {n: price for n, rows in found.items() for _day, price, unit in rows[:1] if unit == lines[n].unit}
