"""What the server does with questions by itself: turns as others are answered, and the end of each window."""

from kiosk.core.db import session, transaction
from kiosk.core.room import clock_in_doubt
from kiosk.postings import queries, services


def look_after() -> bool:
    """Let waiting questions take their turn, and destroy the keys of windows that are over.

    A key waits where the clock is in doubt.
    """
    over = [] if clock_in_doubt() else [number for number in queries.open_windows() if _is_over(number)]
    turns = [number for number in queries.postings_with_waiting() if queries.has_room(number)]
    if not over and not turns:
        return False
    session.remove()
    with transaction(wait=30):
        for number in over:
            services.end_window(number)
        for number in turns:
            services.take_turns(queries.posted(number))
    return True


def _is_over(number: int) -> bool:
    return not queries.window(queries.posted(number)).is_open
