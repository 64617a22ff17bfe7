"""Food samples: what of a meal is kept, what is missing, what is to be thrown away, what is held back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, func, select

from kiosk.cases.models import Case
from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import opened
from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.i18n import Text, named
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.kitchen.models import ENDS, FoodSample, FoodSampleStep
from kiosk.postings import queries as postings
from kiosk.school import queries as school

LAST_PLACES = 12
"""So many places are offered that were used last."""
DAYS_BACK = 60


def meal_labels() -> dict[str, Text]:
    """The meals that samples can be of, by code, in the order of the day: the timetable's and a menu's."""
    own = {meal.code: named(meal) for meal in school.meals()}
    order = list(dict.fromkeys([*postings.MEALS, *own]))
    return {code: own.get(code) or postings.MEALS[code] for code in order}


@dataclass(frozen=True)
class Meal:
    """A meal of a canteen on a day: the dishes of its menu, and its samples."""

    canteen: Canteen
    day: date
    code: str
    label: Text
    menu: tuple[str, ...]
    samples: tuple[FoodSample, ...]
    """Without those that were entered by mistake."""

    @property
    def kept(self) -> list[FoodSample]:
        """The samples of dishes that were served, thrown away since or not."""
        return [one for one in self.samples if one.is_kept]

    @property
    def not_served(self) -> list[FoodSample]:
        """The dishes of the menu that nobody served."""
        return [one for one in self.samples if not one.is_kept]

    @property
    def missing(self) -> list[str]:
        """The dishes of the menu of which nothing is entered."""
        known = {one.dish for one in self.samples}
        return [dish for dish in self.menu if dish not in known]

    @property
    def of(self) -> int:
        """How many dishes there were, as far as anybody knows."""
        return len({one.dish for one in self.kept} | set(self.missing))

    @property
    def done(self) -> int:
        """Of how many of them there is a sample."""
        return len({one.dish for one in self.kept})

    @property
    def is_complete(self) -> bool:
        """Whether every dish has its sample."""
        return bool(self.samples) and not self.missing


def samples_of(canteen_id: int, first: date, last: date) -> list[FoodSample]:
    """The samples of a canteen's days, both included, in the order in which they were entered."""
    query = select(FoodSample).where(
        FoodSample.canteen_id == canteen_id, FoodSample.day >= first, FoodSample.day <= last
    )
    return list(session.scalars(query.order_by(FoodSample.id)))


def meals_of(canteen: Canteen, day: date) -> list[Meal]:
    """The meals of a canteen on a day: those of its menu, and those of which there are samples."""
    menu = postings.dishes_of(canteen.id, day)
    found = [one for one in samples_of(canteen.id, day, day) if not one.is_void]
    labels = meal_labels()
    codes = [code for code in labels if code in menu or any(one.meal == code for one in found)]
    codes += sorted({one.meal for one in found} - set(codes))
    return [
        Meal(
            canteen,
            day,
            code,
            labels.get(code, code),
            tuple(menu.get(code, ())),
            tuple(one for one in found if one.meal == code),
        )
        for code in codes
    ]


def meal(canteen: Canteen, day: date, code: str) -> Meal:
    """One of them, whether anything is known of it or not. NotFound for a meal that there is not."""
    labels = meal_labels()
    if code not in labels:
        raise NotFound
    found = (one for one in meals_of(canteen, day) if one.code == code)
    return next(found, Meal(canteen, day, code, labels[code], (), ()))


def sample(number: int) -> FoodSample:
    """The sample with this number, or NotFound."""
    found = session.get(FoodSample, number)
    if found is None:
        raise NotFound
    return found


def there(canteens: Iterable[Canteen] | None = None) -> list[FoodSample]:
    """What lies in the boxes now, place by place, the oldest first."""
    ended = exists().where(FoodSampleStep.sample_id == FoodSample.id, FoodSampleStep.verb.in_(ENDS))
    query = select(FoodSample).where(FoodSample.is_kept, ~ended)
    if canteens is not None:
        query = query.where(FoodSample.canteen_id.in_([one.id for one in canteens]))
    order = (FoodSample.canteen_id, FoodSample.place, FoodSample.keep_until, FoodSample.id)
    return list(session.scalars(query.order_by(*order)))


def to_throw(found: Iterable[FoodSample]) -> list[FoodSample]:
    """Those of them whose time is over and that nobody holds back."""
    now = clock.now()
    return [one for one in found if one.keep_until <= now and not one.held]


def places_used(canteen: Canteen) -> list[str]:
    """The places that were used last, the newest first."""
    query = (
        select(FoodSample.place, func.max(FoodSample.id))
        .where(FoodSample.canteen_id == canteen.id, FoodSample.is_kept)
        .group_by(FoodSample.place)
        .order_by(func.max(FoodSample.id).desc())
        .limit(LAST_PLACES)
    )
    return [place for place, _last in session.execute(query)]


def of_case(case: Case) -> list[FoodSample]:
    """The samples of the canteen and meal or day that a case is about; none where it names no canteen."""
    canteen = next((one for one in counters.canteens(everything=True) if one.code == case.canteen), None)
    if canteen is None:
        return []
    found = [one for one in samples_of(canteen.id, case.day, case.day) if one.is_kept and not one.is_void]
    of_meal = [one for one in found if one.meal == case.meal]
    return of_meal if case.meal in meal_labels() else found


def before_case(case: Case) -> list[FoodSample]:
    """What is still there of the canteen's earlier days, for an illness that shows later."""
    found = of_case_canteen(case)
    return [one for one in found if one.day < case.day and one.is_there]


def of_case_canteen(case: Case) -> list[FoodSample]:
    """The samples of the days up to that of a case."""
    canteen = next((one for one in counters.canteens(everything=True) if one.code == case.canteen), None)
    return samples_of(canteen.id, case.day - timedelta(days=3), case.day) if canteen else []


def reasons(found: Iterable[FoodSample]) -> dict[int, str]:
    """What was written with their steps, by the number of the entry in the record."""
    seqs = [step.chain_seq for one in found for step in one.steps]
    entries = session.scalars(select(ChainEntry).where(ChainEntry.seq.in_(seqs))) if seqs else ()
    bodies = opened(entries)
    return {seq: str((body.get("after") or {}).get("reason") or "") for seq, body in bodies.items()}


def unentered(canteen: Canteen, day: date, now: datetime) -> list[Meal]:
    """The meals of a day that are over and of whose menu dishes have no entry."""
    return [one for one in meals_of(canteen, day) if one.missing and school.meal_ends(day, one.code) <= now]
