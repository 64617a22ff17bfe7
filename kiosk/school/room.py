"""The school itself: its settings, terms, days and meals."""

from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_WHILE_USED, Nav, Room, SettingsPage, Table, switches
from kiosk.school.permissions import OPEN_SETTINGS
from kiosk.school.sample import SHARE
from kiosk.school.settings import SETTINGS
from kiosk.school.words import WORDS

ROOM = Room(
    name="school",
    settings=SETTINGS,
    words=WORDS,
    doors=("office",),
    commands=("cli",),
    navigation=(Nav(90, lazy("Settings"), "office.school.index", OPEN_SETTINGS),),
    settings_pages=(
        SettingsPage(10, lazy("School"), "office.school.edit"),
        SettingsPage(11, lazy("Terms and days"), "office.school.days"),
        SettingsPage(12, lazy("Meals"), "office.school.meals"),
        # where there is nothing to switch, the page would only ask what it is for
        SettingsPage(13, lazy("What the school uses"), "office.school.uses", lambda: bool(switches())),
    ),
    tables={
        "setting": Table(lazy("Settings of the school"), KEPT_WHILE_USED),
        "term": Table(lazy("Terms"), KEPT_WHILE_USED),
        "day_exception": Table(lazy("Holidays and other exceptions"), KEPT_WHILE_USED, since="day"),
        "meal": Table(lazy("The timetable of meals"), KEPT_WHILE_USED),
    },
    sample=SHARE,
)
