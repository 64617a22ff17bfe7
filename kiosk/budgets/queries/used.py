"""Whether the school works by a budget."""

from kiosk.budgets.switch import SWITCH
from kiosk.core.room import is_on


def is_used() -> bool:
    """Whether it does: else nobody is asked for a line, and nothing is committed."""
    return is_on(SWITCH)
