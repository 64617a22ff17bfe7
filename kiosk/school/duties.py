"""What of the school's own waits for whom: numbers of meals that nobody entered."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from flask import url_for

from kiosk.core.actor import Actor
from kiosk.core.duty import WARN, Duties, Duty
from kiosk.core.filters import day as told
from kiosk.core.i18n import _, ngettext
from kiosk.school import queries
from kiosk.school.permissions import ENTER_SERVED

MANAGER = ("canteen_manager",)


def uncounted(who: Actor) -> Iterator[Duty]:
    """A canteen's school days without a number, one line for all of them."""
    for canteen in queries.canteens():
        days = queries.uncounted_days(canteen.code)
        if not days:
            continue
        text = ngettext(
            "Meals served: %(num)s day is not entered",
            "Meals served: %(num)s days are not entered",
            len(days),
        )
        yield Duty(
            key=canteen.code,
            state=WARN,
            text=str(text),
            url=url_for("office.served.week", canteen=canteen.code, week=days[0].isoformat()),
            at=canteen.place,
            place=canteen.label,
            detail=_("since %(day)s", day=told(days[0], "date")),
            due=datetime.combine(days[0] + timedelta(days=1), time.max, queries.zone()),
            mine=who.holds(MANAGER, canteen.place),
        )


DUTIES = (Duties("meals-served", ENTER_SERVED, uncounted),)
