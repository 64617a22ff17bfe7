"""A roster in a minute: spread evenly over those who can, or as it was four weeks ago."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from kiosk.counters.models import Canteen
from kiosk.dining import queries
from kiosk.dining.models import Away, Leader
from kiosk.dining.queries import Slot

WEEKS = timedelta(days=28)
"""A month ago, on the same weekday."""


def evenly(slots: Iterable[Slot], taken: Mapping[Slot, int]) -> dict[Slot, int]:
    """Who could take each free meal: whoever has fewest, not twice a day where others can,
    never in two canteens at once, never while away.

    `taken` are the meals that are somebody's already, by the person's number; the others are proposed.
    """
    wanted = sorted(slots)
    leaders = queries.leaders()
    if not wanted or not leaders:
        return {}
    aways = queries.aways(wanted[0].day, wanted[-1].day)
    has = Counter(taken.values())
    days = {(person, slot.day) for slot, person in taken.items()}
    at_table = {(person, slot.day, slot.meal) for slot, person in taken.items()}
    last = {one.person.number: date.min for one in leaders}
    found: dict[Slot, int] = {}
    for slot in wanted:
        if slot in taken:
            last[taken[slot]] = slot.day
            continue
        can = [
            one.person.number
            for one in leaders
            if _can(one, slot.day, aways) and (one.person.number, slot.day, slot.meal) not in at_table
        ]
        if not can:
            continue
        order = {person: place for place, person in enumerate(can)}
        chosen = min(
            can, key=lambda person: ((person, slot.day) in days, has[person], last[person], order[person])
        )
        found[slot] = chosen
        has[chosen] += 1
        last[chosen] = slot.day
        days.add((chosen, slot.day))
        at_table.add((chosen, slot.day, slot.meal))
    return found


def _can(leader: Leader, day: date, aways: Iterable[Away]) -> bool:
    if leader.weekdays and day.weekday() not in leader.weekdays:
        return False
    return not any(one.person_id == leader.person_id and one.first <= day <= one.last for one in aways)


def as_before(slots: Iterable[Slot], taken: Mapping[Slot, int], canteen: Canteen) -> dict[Slot, int]:
    """Who had the same meal of the same weekday four weeks before, for each free one, if still a leader."""
    wanted = [slot for slot in sorted(slots) if slot not in taken]
    if not wanted:
        return {}
    then = queries.turns(wanted[0].day - WEEKS, wanted[-1].day - WEEKS)
    known = {one.person.number: one for one in queries.leaders()}
    aways = queries.aways(wanted[0].day, wanted[-1].day)
    found = {}
    for slot in wanted:
        versions = then.get(Slot(slot.day - WEEKS, canteen.id, slot.meal))
        person = versions[-1].person if versions else None
        one = known.get(person.number) if person else None
        if one and _can(one, slot.day, aways):
            found[slot] = one.person.number
    return found
