"""Until which day goods keep, as far as a posted line says it."""

import re
from datetime import date, timedelta

from kiosk.core.cells import parse_day
from kiosk.core.formats import BadValue

SPAN = re.compile(r"(\d{1,4})\s*(天|日|days?|d|个?月|months?|周|weeks?|年|years?)", re.IGNORECASE)
FAR = timedelta(days=365 * 20)


def last_day(shelf_life: str, batch: str, came: date) -> date | None:
    """The last day that a line's shelf life means: a day, or a span from the date of production.

    None where it says nothing of the kind: nothing is guessed, and the custodian can enter the day.
    """
    named = _day(shelf_life, came.year)
    if named is not None:
        return named if abs(named - came) < FAR else None
    made, span = _day(batch, came.year), SPAN.fullmatch(shelf_life.strip())
    if made is None or span is None or made > came:
        return None
    number, unit = int(span[1]), span[2].lower()
    if unit[0] in "天日d":
        return _within(made, timedelta(days=number))
    if unit[0] in "周w":
        return _within(made, timedelta(weeks=number))
    months = number * (12 if unit[0] in "年y" else 1)
    year, month = divmod(made.year * 12 + made.month - 1 + months, 12)
    if year > 9000:
        return None
    first = date(year, month + 1, 1)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=made.day - 1), following - timedelta(days=1))


def _within(made: date, span: timedelta) -> date | None:
    return made + span if span < FAR else None


def _day(text: str, year: int) -> date | None:
    try:
        return parse_day(text.strip(), year) if text.strip() else None
    except BadValue:
        return None
