"""Writes of food samples: kept, thrown away, held back because of a case, let go, or a mistake."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from kiosk.cases.models import Case
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor, Place
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean
from kiosk.core.trace import record
from kiosk.counters.models import Canteen
from kiosk.kitchen import queries
from kiosk.kitchen.models import (
    DISH,
    GRAMS,
    HOLD,
    PLACE,
    REASON,
    RELEASE,
    THROWN,
    VOID,
    FoodSample,
    FoodSampleStep,
)
from kiosk.kitchen.permissions import HOLD_SAMPLES, KEEP_SAMPLES, RELEASE_SAMPLES
from kiosk.kitchen.settings import SAMPLE_HOURS
from kiosk.school import queries as school

EARLIEST = timedelta(days=7)
"""What is older is not entered any more: nobody could know it."""
MOST = 60
"""Dishes that are entered at once."""


class Gone(Conflict):
    """Somebody else did it meanwhile."""

    code = "sample-gone"
    message = lazy("“%(dish)s” is not there any more. Please look at the page again.")


class Held(Conflict):
    """Held back because of a case."""

    code = "sample-held"
    message = lazy("“%(dish)s” is held back because of case no. %(number)s. Nothing was thrown away.")


class Kept(NamedTuple):
    """A dish with the grams that were kept of it."""

    dish: str
    grams: int


def at(canteen: Canteen) -> Place:
    """Where the samples of a canteen are, for rights."""
    return Place(canteen=canteen.code)


def keep(
    *,
    by: Actor,
    canteen: Canteen,
    day: date,
    meal: str,
    place: str,
    kept: Iterable[Kept] = (),
    not_served: Iterable[str] = (),
    taken_at: datetime | None = None,
) -> list[FoodSample]:
    """Enter the samples of a meal at once, and which dishes of its menu were not served.

    A dish that has its entry already gets no second one: what is sent twice counts once. Without `taken_at`
    they were put away now. Invalid without any dish, for a day to come or long past, and without a place
    where something was kept.
    """
    by.needs(KEEP_SAMPLES, at(canteen))
    known = {one.dish for one in queries.meal(canteen, day, meal).samples}
    portions = _read(kept)
    absent = [name for dish in not_served if (name := DISH.read(dish)) not in portions]
    if not (portions or absent):
        raise Invalid(lazy("Please tap the dishes of which something was put away."), field="dishes")
    if len(portions) + len(absent) > MOST:
        raise Invalid(lazy("At most %(n)s dishes at once."), field="dishes", n=MOST)
    moment = _moment(day, taken_at)
    where = PLACE.read(clean(place)) if portions else ""
    entered = [
        *((dish, grams) for dish, grams in portions.items() if dish not in known),
        *((dish, 0) for dish in absent if dish not in known),
    ]
    new = [_row(by, canteen, day, meal, dish, grams, where, moment) for dish, grams in entered]
    if new:
        seq = record("food_sample.kept", f"canteen:{canteen.code}", by=by, after=_told(new, where))
        for one in new:
            one.chain_seq = seq
        session.add_all(new)
        session.flush()
    return new


def _read(kept: Iterable[Kept]) -> dict[str, int]:
    return {DISH.read(clean(one.dish)): GRAMS.read(one.grams) for one in kept}


def _moment(day: date, taken_at: datetime | None) -> datetime:
    """When they were put away. Invalid for a moment that is no such."""
    now, today = clock.now(), school.today()
    if not today - EARLIEST <= day <= today:
        raise Invalid(lazy("Samples are entered for today or the last seven days."), field="day")
    moment = taken_at or now
    if moment > now + timedelta(minutes=5) or school.local(moment).date() != day:
        raise Invalid(lazy("Please say when on that day they were put away."), field="taken_at")
    return moment


def _row(
    by: Actor, canteen: Canteen, day: date, meal: str, dish: str, grams: int, place: str, taken_at: datetime
) -> FoodSample:
    return FoodSample(
        canteen=canteen,
        day=day,
        meal=meal,
        dish=dish,
        is_kept=grams > 0,
        grams=grams,
        place=place if grams else "",
        taken_at=taken_at,
        recorded_at=clock.now(),
        keep_until=taken_at + timedelta(hours=school.settings()[SAMPLE_HOURS]),
        person_id=by.person,
        chain_seq=0,
        steps=[],
    )


def _told(new: list[FoodSample], place: str) -> Mapping[str, object]:
    """What the record says of them."""
    first = new[0]
    return {
        "day": first.day,
        "meal": first.meal,
        "dishes": [one.dish for one in new if one.is_kept],
        "not_served": [one.dish for one in new if not one.is_kept],
        "grams": [one.grams for one in new if one.is_kept],
        "place": place,
        "taken_at": first.taken_at,
        "until": first.keep_until,
    }


def throw_away(*, by: Actor, samples: Iterable[FoodSample], reason: str = "") -> list[FoodSample]:
    """Note that samples were thrown away; earlier than due it takes a reason, and it is marked.

    What is thrown away already stays as it is; Held for one that is held back.
    """
    found = [one for one in samples if one.is_there]
    now = clock.now()
    early = any(now < one.keep_until for one in found)
    why = REASON.read(clean(reason)) if early else ""
    for one in found:
        by.needs(KEEP_SAMPLES, at(one.canteen))
        if held := one.held:
            raise Held(dish=one.dish, number=held.case_id)
    for canteen in {one.canteen_id: one.canteen for one in found}.values():
        own = [one for one in found if one.canteen_id == canteen.id]
        _step(THROWN, by, canteen, own, reason=why)
    return found


def void(*, by: Actor, sample: FoodSample, reason: str) -> None:
    """Say that an entry was a mistake: it stays to be read, and counts no more."""
    by.needs(KEEP_SAMPLES, at(sample.canteen))
    why = REASON.read(clean(reason))
    if sample.end is not None:
        raise Gone(dish=sample.dish)
    if held := sample.held:
        raise Held(dish=sample.dish, number=held.case_id)
    _step(VOID, by, sample.canteen, [sample], reason=why)


def hold(*, by: Actor, case: Case, samples: Iterable[FoodSample]) -> list[FoodSample]:
    """Hold samples back because of a case: nobody throws them away. Those that are held stay as they are."""
    found = [one for one in samples if one.is_there and one.held is None]
    for one in found:
        by.needs(HOLD_SAMPLES, at(one.canteen))
    for canteen in {one.canteen_id: one.canteen for one in found}.values():
        own = [one for one in found if one.canteen_id == canteen.id]
        _step(HOLD, by, canteen, own, case=case)
    return found


def release(*, by: Actor, samples: Iterable[FoodSample], reason: str) -> list[FoodSample]:
    """Let go of samples that are held back: they are thrown away when their time is over."""
    by.needs(RELEASE_SAMPLES, SCHOOL)
    why, found = REASON.read(clean(reason)), [one for one in samples if one.held]
    for canteen in {one.canteen_id: one.canteen for one in found}.values():
        own = [one for one in found if one.canteen_id == canteen.id]
        _step(RELEASE, by, canteen, own, reason=why)
    return found


def _step(
    verb: str,
    by: Actor,
    canteen: Canteen,
    samples: list[FoodSample],
    *,
    reason: str = "",
    case: Case | None = None,
) -> None:
    """Let the same become of several samples of a canteen, with one entry in the record."""
    now = clock.now()
    after = {
        "samples": [one.id for one in samples],
        "dishes": [one.dish for one in samples],
        **({"reason": reason} if reason else {}),
        **({"case": case.id} if case else {}),
    }
    early = [one.id for one in samples if verb == THROWN and now < one.keep_until]
    if early:
        after["early"] = early
    seq = record(f"food_sample.{verb}", f"canteen:{canteen.code}", by=by, after=after)
    for one in samples:
        one.steps.append(
            FoodSampleStep(
                verb=verb,
                at=now,
                person_id=by.person,
                case_id=case.id if case else None,
                is_early=one.id in early,
                chain_seq=seq,
            )
        )
    session.flush()
