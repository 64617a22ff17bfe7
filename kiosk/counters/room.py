"""Counters, canteens, reasons, the roster, tablets."""

from datetime import timedelta

from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_WHILE_USED, Retention, Room, SettingsPage, Table
from kiosk.counters import served_recount
from kiosk.counters.duties import DUTIES
from kiosk.counters.models import EnrolCode, Heard, RefusedEntry
from kiosk.counters.queries import hours_kept, places
from kiosk.counters.sample import SHARE
from kiosk.counters.searched import COUNTERS
from kiosk.counters.settings import SETTINGS
from kiosk.counters.subjects import SUBJECTS
from kiosk.counters.words import WORDS

ROOM = Room(
    name="counters",
    settings=SETTINGS,
    words=WORDS,
    duties=DUTIES,
    doors=("api", "office", "tablet_office"),
    machines=("/api/",),
    commands=("cli",),
    settings_pages=(
        SettingsPage(20, lazy("Canteens"), "office.counters.canteens"),
        SettingsPage(21, lazy("Counters"), "office.counters.index"),
        SettingsPage(22, lazy("Reasons"), "office.counters.reasons"),
        SettingsPage(23, lazy("Tablets"), "office.tablets.index"),
    ),
    measures={"places": places, "counters.hours_kept": hours_kept},
    searched=(COUNTERS,),
    checks={"meals served": served_recount.recount},
    heads={"meals served": served_recount.heads},
    case_subjects=SUBJECTS,
    tables={
        "canteen": Table(lazy("Canteens"), KEPT_WHILE_USED),
        "counter": Table(lazy("Counters"), KEPT_WHILE_USED),
        "reason": Table(lazy("Words offered as reasons"), KEPT_WHILE_USED),
        "duty": Table(lazy("Who serves at which counter"), KEPT_WHILE_USED),
        "tablet": Table(
            lazy("Tablets of the school, with the hash of a key"), KEPT_WHILE_USED, since="enrolled_at"
        ),
        "heartbeat": Table(lazy("The last status of each tablet"), KEPT_WHILE_USED, since="seen_at"),
        "heard": Table(
            lazy("When each tablet was heard, as stretches of time"), lazy("one school year"), since="until"
        ),
        "refused_entry": Table(
            lazy("Ratings that a tablet could not deliver, with their comments"),
            lazy("one school year"),
            since="reported_at",
        ),
        "enrol_code": Table(
            lazy("Codes that enrol a tablet, as hashes"), lazy("30 days after they end"), since="expires_at"
        ),
    },
    retention=(
        Retention(
            "refused",
            RefusedEntry,
            timedelta(days=365),
            lambda before: RefusedEntry.reported_at < before,
        ),
        Retention("heard", Heard, timedelta(days=365), lambda before: Heard.until < before),
        Retention("enrol_codes", EnrolCode, timedelta(days=30), lambda before: EnrolCode.expires_at < before),
    ),
    sample=SHARE,
)
