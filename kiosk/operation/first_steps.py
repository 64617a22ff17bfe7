"""What a new school still has to set up before its first day: a list that is gone once it is done."""

from dataclasses import dataclass

from flask import url_for

from kiosk.auth import queries as auth
from kiosk.chain import queries as chain
from kiosk.core.config import Instance
from kiosk.core.i18n import Text, lazy
from kiosk.core.room import is_on, rooms
from kiosk.core.web.navigation import may_open
from kiosk.counters import queries as counters
from kiosk.counters.settings import TABLET_PIN
from kiosk.dining import queries as dining
from kiosk.inspections import queries as inspections
from kiosk.kitchen import queries as kitchen
from kiosk.operation.settings import SETUP_SETTLED
from kiosk.operation.signs import GOOD, POSTERS, Sign, signs
from kiosk.postings.queries import declared_kinds
from kiosk.rules import queries as rules_of_procedure
from kiosk.school import queries as school


@dataclass(frozen=True)
class Step:
    """A step: what it is good for, whether it is done, the page where it is done, how it may be settled."""

    code: str
    title: Text
    why: Text
    is_done: bool
    url: str
    settle: Text | None = None
    """What a school says that does without, or leaves it as it is; None where nothing works without."""

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing left to do."""
        return self.is_done or (self.settle is not None and self.code in school.settings()[SETUP_SETTLED])


def steps(instance: Instance) -> list[Step]:
    """Every step, in the order in which they are gone."""
    by_code = {sign.code: sign for sign in signs(instance)}
    return [*_people_and_places(), *_calendar(), _wall(), _daily(), *_begun(), *_machine(by_code)]


def _people_and_places() -> list[Step]:
    canteens, places = counters.canteens(), counters.counters()
    orphans = [counter for counter in places if counter.kind == "canteen" and counter.canteen is None]
    return [
        Step(
            "posting",
            lazy("Somebody who may post purchases"),
            lazy("A canteen manager or the head of logistics; an administrator may not."),
            any(account.active and not account.role_names.isdisjoint(POSTERS) for account in auth.accounts()),
            url_for("office.auth.new"),
        ),
        Step(
            "canteens",
            lazy("Canteens"),
            lazy("Purchases are posted by canteen."),
            bool(canteens),
            url_for("office.counters.canteens"),
        ),
        Step(
            "counters",
            lazy("Counters"),
            lazy("What is rated; where there are two canteens, each window says which it belongs to."),
            bool(places) and not (orphans and len(canteens) > 1),
            url_for("office.counters.index"),
        ),
        Step(
            "tablets",
            lazy("Tablets"),
            lazy("At least one that is in contact."),
            any(device.heartbeat for device in counters.tablets_now()),
            url_for("office.tablets.index"),
            lazy("We begin with printed codes"),
        ),
    ]


def _calendar() -> list[Step]:
    today = school.today()
    return [
        Step(
            "meals",
            lazy("Meals"),
            lazy(
                "Ratings are closed and sealed at the end of each meal; the hours given here "
                "are a suggestion."
            ),
            bool(chain.entries(kind="meal", limit=1)),
            url_for("office.school.meals"),
            lazy("The hours are right"),
        ),
        Step(
            "term",
            lazy("The term"),
            lazy("School days decide what is due and when."),
            any(term.ends >= today for term in school.terms()),
            url_for("office.school.days"),
        ),
    ]


def _wall() -> Step:
    """What hangs on the wall beside purchases is due from the day on which it is switched on."""
    return Step(
        "wall",
        lazy("What is posted"),
        lazy("Menus, spending, fees and more hang beside the purchases once they are switched on."),
        any(kind.switch and is_on(kind.switch) for kind in declared_kinds()),
        url_for("office.school.uses"),
        lazy("Purchases are enough"),
    )


def _daily() -> Step:
    """What the law asks of a canteen each day is due from the day on which it is switched on."""
    in_use = {room.name for room in rooms()} & {"inspections", "dining", "rules"}
    gates = (kitchen.DAILY_CONTROL, kitchen.FOOD_SAMPLES, kitchen.STAFF_HEALTH)
    return Step(
        "daily",
        lazy("What is done each day"),
        lazy(
            "Daily control, food samples, morning checks, eating with pupils, rounds and rules: each begins "
            "on the day it is switched on."
        ),
        bool(in_use) or any(is_on(gate) for gate in gates),
        url_for("office.school.uses"),
        lazy("We begin with ratings and purchases"),
    )


def _begun() -> list[Step]:
    """What a part that was switched on waits for before anything in it can be due."""
    in_use = {room.name for room in rooms()}
    told = [
        Step(
            "inspections",
            lazy("Plans of rounds"),
            lazy("Who makes which round when; the head of logistics says it."),
            bool(inspections.plans()),
            url_for("office.plans.index" if may_open("office.plans.index") else "office.inspections.index"),
            lazy("Some other time"),
        ),
        Step(
            "dining",
            lazy("Who eats with the pupils"),
            lazy("First the leaders, then the roster; the head of logistics sets both."),
            bool(dining.leaders()),
            url_for(
                "office.dining_roster.leaders"
                if may_open("office.dining_roster.leaders")
                else "office.dining.index"
            ),
            lazy("Some other time"),
        ),
        Step(
            "rules",
            lazy("The first rule"),
            lazy("Import the school's own Word file, or write the first article."),
            bool(rules_of_procedure.rules()),
            url_for("office.rules.index"),
            lazy("Some other time"),
        ),
    ]
    return [step for step in told if step.code in in_use]


def _machine(by_code: dict[str, Sign]) -> list[Step]:
    return [
        Step(
            "pin",
            lazy("Tablet PIN"),
            lazy("Without it nobody can leave the tablet page."),
            bool(school.settings()[TABLET_PIN]),
            url_for("office.tablets.index", _anchor="pin"),
            lazy("Not needed"),
        ),
        _sign_step(by_code["address"], lazy("The public address"), lazy("Every QR code contains it.")),
        _sign_step(
            by_code["elsewhere"],
            lazy("Backups elsewhere"),
            lazy("Copies on the same disk die with it."),
            lazy("Not needed"),
        ),
        _sign_step(
            by_code["https"],
            lazy("HTTPS"),
            lazy("So that nobody on the network can read along."),
            lazy("Not needed"),
        ),
    ]


def _sign_step(sign: Sign, title: Text, why: Text, settle: Text | None = None) -> Step:
    """A step that is done when its sign is good; the page that says how has a part of the same code."""
    url = url_for("office.operation.how", _anchor=sign.code)
    return Step(sign.code, title, why, sign.state == GOOD, url, settle)
