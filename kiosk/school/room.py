"""The school itself: its settings, terms, days and meals."""

from kiosk.core.i18n import lazy
from kiosk.core.room import (
    DAILY,
    KEPT_AS_RECORD,
    KEPT_WHILE_USED,
    Fragment,
    Nav,
    Room,
    SettingsPage,
    Table,
    is_on,
    switches,
)
from kiosk.school.duties import DUTIES
from kiosk.school.permissions import ENTER_SERVED, OPEN_SETTINGS
from kiosk.school.queries import MEALS_SERVED
from kiosk.school.sample import SHARE
from kiosk.school.settings import SETTINGS
from kiosk.school.words import WORDS

ROOM = Room(
    name="school",
    settings=SETTINGS,
    words=WORDS,
    doors=("office", "served_office", "api"),
    machines=("/data/",),
    commands=("cli",),
    switches=(MEALS_SERVED,),
    navigation=(
        Nav(90, lazy("Settings"), "office.school.index", OPEN_SETTINGS),
        Nav(
            27,
            lazy("Meals served"),
            "office.served.index",
            ENTER_SERVED,
            wanted=lambda: is_on(MEALS_SERVED),
            group=DAILY,
        ),
    ),
    duties=DUTIES,
    fragments=(Fragment("data", 30, "school/_data.html", lambda: {"is_on": is_on(MEALS_SERVED)}),),
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
        "meals_served": Table(lazy("How many meals were served"), KEPT_AS_RECORD, since="entered_at"),
        "card_terminal": Table(lazy("In which canteen the card system's terminals stand"), KEPT_WHILE_USED),
    },
    sample=SHARE,
)
