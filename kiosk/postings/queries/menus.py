"""What a canteen's posted menu says of a day, for whoever keeps samples, eats along, or counts meals."""

import re
from datetime import date

from kiosk.core.errors import NotFound
from kiosk.core.i18n import LazyString, lazy
from kiosk.postings.queries.kinds import kind_in_use
from kiosk.postings.queries.posted import posted, same
from kiosk.postings.queries.rhythms import WEEK, period_at

SLUG = "menu"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The codes of the days, in the order of the week."""
MEALS: dict[str, LazyString] = {
    "breakfast": lazy("Breakfast"),
    "snack": lazy("Snack"),
    "lunch": lazy("Lunch"),
    "dinner": lazy("Dinner"),
    "supper": lazy("Late supper"),
}
"""The meals of a menu, in the order of the day."""
BETWEEN_DISHES = re.compile(r"[、，,；;/／|\n]+(?![^（(]*[）)])")
"""What parts one dish from the next; not within brackets, where it says what is in a dish."""


def dishes(text: str) -> list[str]:
    """The dishes that a row of a menu names, each once."""
    return list(dict.fromkeys(one for part in BETWEEN_DISHES.split(text) if (one := part.strip())))


def dishes_of(canteen_id: int, day: date) -> dict[str, list[str]]:
    """The dishes of a day by the code of their meal, as the canteen's menu has them; {} without a menu."""
    try:
        kind = kind_in_use(SLUG)
    except NotFound:
        return {}
    found = same(kind, canteen_id=canteen_id, counter_id=None, period=period_at(WEEK, day))
    if found is None or not found.versions:
        return {}
    code, by_meal = WEEKDAYS[day.weekday()], dict[str, list[str]]()
    for row in posted(found.id).in_force.rows:
        if row["day"] == code:
            known = by_meal.setdefault(row["meal"], [])
            known += [one for one in dishes(row["dishes"]) if one not in known]
    return {meal: by_meal[meal] for meal in MEALS if meal in by_meal}
