"""What everybody finds of shared meals: what was eaten, and what pupils said."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from itertools import groupby

from flask import url_for
from sqlalchemy import select

from kiosk.core.db import session
from kiosk.core.filters import day as told
from kiosk.core.i18n import lazy
from kiosk.core.searched import Entry, Hit, Searched
from kiosk.core.web import named
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.dining import queries
from kiosk.dining.models import SharedMeal


def _keys() -> Iterable[str]:
    query = select(Canteen.code, SharedMeal.day, SharedMeal.meal).join(
        Canteen, Canteen.id == SharedMeal.canteen_id
    )
    return sorted({f"{code}:{day}:{meal}" for code, day, meal in session.execute(query)})


def _parts(key: str) -> tuple[Canteen, date, str]:
    code, day, meal = key.split(":", 2)
    return counters.canteen(code), date.fromisoformat(day), meal


def _entries(keys: Collection[str]) -> Mapping[str, Entry]:
    found = {}
    order = sorted(keys, key=lambda key: key.split(":")[1])
    for day, group in groupby(order, key=lambda key: date.fromisoformat(key.split(":")[1])):
        written = queries.entries(day, day)
        for key in group:
            canteen, _day, meal = _parts(key)
            own = [one for one in written if (one.row.canteen_id, one.row.meal) == (canteen.id, meal)]
            if own:
                lines = tuple(text for one in own for text in (one.dishes, one.words) if text)
                found[key] = Entry(
                    "shared-meals", lines, max(one.row.written_at for one in own), canteen.code
                )
    return found


def _hits(keys: Collection[str]) -> Mapping[str, Hit]:
    found = {}
    for key in keys:
        canteen, day, meal = _parts(key)
        title = f"{queries.meal_name(meal)} · {named(canteen)}"
        found[key] = Hit(
            title, url_for("dining.index", week=day.isoformat(), _anchor=f"d{day}"), told(day, "date")
        )
    return found


SHARED_MEALS = Searched(
    subject="shared_meal",
    groups=lambda: {"shared-meals": lazy("Shared meals")},
    keys=_keys,
    entries=_entries,
    hits=_hits,
)
