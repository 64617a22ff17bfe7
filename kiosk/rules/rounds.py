"""What the server does with rules by itself: the key to who said what goes when the consultation is over."""

from sqlalchemy import select

from kiosk.core.db import session, transaction
from kiosk.core.room import clock_in_doubt
from kiosk.rules import queries, services
from kiosk.rules.models import RuleWindow
from kiosk.school import queries as school


def look_after() -> bool:
    """Destroy the keys of consultations that are over; a key waits where the clock is in doubt.

    While sheets on paper can still be typed in, they share a key; it goes when the text is frozen.
    """
    numbers = list(session.scalars(select(RuleWindow.rule_id)))
    over = [] if not numbers or clock_in_doubt() else [one for one in numbers if _is_over(one)]
    if not over:
        return False
    session.remove()
    with transaction(wait=30):
        for number in over:
            services.end_window(number)
    return True


def _is_over(number: int) -> bool:
    found = queries.on_its_way(queries.rule(number))
    if found is None or found.frozen_on:
        return True
    return not queries.takes_opinions(found, school.today())
