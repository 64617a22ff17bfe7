"""What pages of rooms below show of commitments."""

from datetime import date
from typing import Any

from kiosk.commitments import queries
from kiosk.counters.models import Counter
from kiosk.school import queries as school


def of_counter(counter: Counter) -> dict[str, Any]:
    """What the counter promises today."""
    found = queries.promised(counter, school.today())
    return {"promises": found, "is_empty": not found}


def anywhere(day: date) -> dict[str, Any]:
    """How many commitments are in force on the day."""
    found = [queries.ruling(one, day) for one in queries.commitments()]
    return {"number": sum(version is not None and version.stands for version in found)}
