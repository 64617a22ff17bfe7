"""What the kitchen hands to the inspector's folder: the month's form of each canteen, and its samples."""

from collections.abc import Iterator
from datetime import date, timedelta

from kiosk.core.i18n import _, lazy, named
from kiosk.core.room import FolderPage, FolderPart, is_on
from kiosk.counters import queries as counters
from kiosk.kitchen import queries
from kiosk.kitchen.models import MONTH
from kiosk.kitchen.settings import SAMPLE_GRAMS
from kiosk.school import queries as school


def _months(first: date, last: date) -> list[str]:
    found, day = [], first
    while day <= last:
        found.append(f"{day:%Y-%m}")
        day = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return found


def control(first: date, last: date) -> Iterator[FolderPage]:
    """The daily control of each canteen and month, with what was signed."""
    if not is_on(queries.DAILY_CONTROL):
        return
    for canteen in counters.canteens(everything=True):
        for month in _months(first, last):
            if queries.is_asked(canteen, MONTH, month):
                values = queries.sheet(canteen, month)
                name = " ".join((named(canteen), month, str(_("Daily control"))))
                yield FolderPage(name, "kitchen/_month.html", values)


def samples(first: date, last: date) -> Iterator[FolderPage]:
    """The samples of each canteen and month."""
    if not is_on(queries.FOOD_SAMPLES):
        return
    for canteen in counters.canteens(everything=True):
        for month in _months(first, last):
            begins, ends = queries.span(MONTH, month)
            found = [one for one in queries.samples_of(canteen.id, begins, ends) if not one.is_void]
            if found:
                values = {
                    "canteen": canteen,
                    "period": month,
                    "samples": found,
                    "labels": queries.meal_labels(),
                    "least": school.settings()[SAMPLE_GRAMS],
                }
                name = " ".join((named(canteen), month, str(_("Food samples"))))
                yield FolderPage(name, "kitchen/_samples_month.html", values)


PARTS = (FolderPart(lazy("Daily control"), control), FolderPart(lazy("Food samples"), samples))
