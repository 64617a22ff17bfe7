"""The attic's manifest: one of each part."""

from datetime import timedelta

from kiosk.chain.queries import Finding, KnownHead
from kiosk.core.i18n import lazy
from kiosk.core.room import (
    SLOTS,
    WARN,
    Duties,
    Duty,
    Fragment,
    Job,
    Nav,
    Retention,
    Room,
    SettingsPage,
    Tab,
    Words,
)
from kiosk.counters.models import EnrolCode
from kiosk.overview.permissions import ENTER
from kiosk.school.queries import settings
from kiosk.steps.queries import Ladder, Level
from tests.attic.fees import FEES
from tests.attic.settings import BROOMS, SETTINGS

DAY = timedelta(days=1)
LADDER = Ladder(
    name="dust",
    label=lazy("Board"),
    levels=lambda: (Level(roles=("head",)),),
    proposers=frozenset({"canteen_manager"}),
)
worked: list[str] = []


def _round() -> bool:
    worked.append("round")
    return True


def _dust() -> dict[str, object]:
    worked.append("dust")
    return {"ok": True}


ROOM = Room(
    name="attic",
    package="tests.attic",
    settings=SETTINGS,
    words=Words(
        subjects={"dust": lazy("Board")},
        actions={"test.swept": lazy("Meal saved")},
        fields={"corner": lazy("Counter")},
    ),
    doors=("office",),
    machines=("/office/attic/live",),
    commands=("cli",),
    navigation=(Nav(50, lazy("Board"), "office.attic.index", ENTER),),
    settings_pages=(SettingsPage(99, lazy("Board"), "office.attic.index"),),
    tabs=(Tab("goods", 99, lazy("Board"), "office.attic.index", "office.attic."),),
    retention=(Retention("dust", EnrolCode, DAY, lambda before: EnrolCode.expires_at < before),),
    jobs=(Job("dust", lazy("Board"), DAY, _dust, lazy("Back up now")),),
    rounds=(_round,),
    duties=(Duties("dust", ENTER, lambda _who: [Duty("all", WARN, "dust in the attic", "/office/attic/")]),),
    checks={"attic": lambda: [Finding("entry", "7", "altered")]},
    rows={"attic": lambda: ['["attic"]']},
    heads={"attic": lambda: [KnownHead(10**6, "ab" * 32, "attic")]},
    ladders=(LADDER,),
    fragments=tuple(
        Fragment(slot, 1, "attic.html", lambda *_asked, slot=slot: {"dust": f"dust of the {slot}"})
        for slot in SLOTS
    ),
    posting_kinds=(FEES,),
    measures={"dust": lambda: settings()[BROOMS]},
)
