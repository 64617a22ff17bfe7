"""The parts of the kitchen that a school switches on, and the tasks that come with each."""

from kiosk.core.room import is_on
from kiosk.kitchen.models import CONTROL, GOODS, HEALTH, MONTH, SAMPLES, WEEK
from kiosk.kitchen.queries import DAILY_CONTROL, FOOD_SAMPLES, GOODS_CERTIFICATES, STAFF_HEALTH

TASKS_OF = (
    (DAILY_CONTROL, (CONTROL, WEEK, MONTH)),
    (FOOD_SAMPLES, (SAMPLES,)),
    (STAFF_HEALTH, (HEALTH,)),
    (GOODS_CERTIFICATES, (GOODS,)),
)
PARTS = tuple(part for part, _tasks in TASKS_OF)


def tasks() -> list[str]:
    """The tasks that a post can answer for now."""
    return [task for part, own in TASKS_OF if is_on(part) for task in own]


def is_used() -> bool:
    """Whether the school uses any part."""
    return any(is_on(part) for part in PARTS)
