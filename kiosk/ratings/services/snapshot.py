"""What the intake goes by: tablets, counters, meals and settings, as the office set them up.

Every office write leaves a trace in the chain, so all this can only have changed when the chain's head has:
a group of ratings asks for the head, and for the rest only after a change.
"""

from dataclasses import dataclass
from datetime import time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kiosk.chain import queries as chain
from kiosk.chain.queries import Head
from kiosk.core.setting import Values
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter
from kiosk.school import queries as school


class Place(NamedTuple):
    """A counter, as the intake needs it; `spans` are its opening hours (none: always open)."""

    id: int
    code: str
    kind: str
    spans: tuple[tuple[time, time], ...]


def place(counter: Counter) -> Place:
    """A counter with its hours read."""
    spans = tuple((school.parse_time(starts), school.parse_time(ends)) for starts, ends in counter.hours)
    return Place(counter.id, counter.code, counter.kind, spans)


@dataclass(frozen=True)
class Snapshot:
    """What was set up when the chain had this head. Tablets, with their id, by their key's fingerprint."""

    head: Head
    settings: Values
    zone: ZoneInfo
    meals: tuple[tuple[str, time, time], ...]
    places: dict[int, Place]
    tablets: dict[str, tuple[int, Place]]

    def meal_at(self, at: time) -> str:
        """The code of the meal at a local time of day, or that of the time between meals."""
        return next((code for code, starts, ends in self.meals if starts <= at < ends), school.BETWEEN)


_latest: Snapshot | None = None


def snapshot() -> Snapshot:
    """What is set up at this moment, in the transaction that runs."""
    global _latest
    head, latest = chain.head(), _latest
    if latest is None or latest.head != head:
        latest = _latest = _read(head)
    school.use_settings(latest.settings)
    return latest


def _read(head: Head) -> Snapshot:
    places = {counter.id: place(counter) for counter in counters.counters(everything=True)}
    return Snapshot(
        head=head,
        settings=school.settings(),
        zone=school.zone(),
        meals=tuple((meal.code, meal.starts, meal.ends) for meal in school.meals()),
        places=places,
        tablets={tablet.key_hash: (tablet.id, places[tablet.counter_id]) for tablet in counters.tablets()},
    )
