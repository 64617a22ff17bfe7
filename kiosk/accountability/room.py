"""Accountability: what stays undone after its due time has a name on it."""

from kiosk.accountability import checks, rounds, shown
from kiosk.accountability.duties import DUTIES
from kiosk.accountability.permissions import USE_ACCOUNTABILITY
from kiosk.accountability.queries import NAME, entries_of, in_doubt
from kiosk.accountability.sample import SHARE
from kiosk.accountability.services import move_with_calendar
from kiosk.accountability.settings import SETTINGS
from kiosk.accountability.words import WORDS
from kiosk.core.i18n import lazy
from kiosk.core.room import (
    CLOCK_IN_DOUBT,
    KEPT_AS_RECORD,
    KEPT_WHILE_USED,
    VOICES,
    Asked,
    Fragment,
    Nav,
    Room,
    Switch,
    Table,
)

ROOM = Room(
    name=NAME,
    optional=Switch(
        NAME,
        lazy("Accountability: what stays undone has a name on it"),
        (
            Asked(
                lazy("Whoever owes something that is late"),
                lazy("Is reminded the next day; whoever leaves it undone is named and makes a statement."),
            ),
            Asked(
                lazy("Head of logistics, school council"),
                lazy("Decide about each entry with a reason; about the head's, the council decides."),
            ),
            Asked(
                lazy("Everybody"),
                lazy("Reads how many entries each post had in a term; names stay inside."),
            ),
        ),
    ),
    settings=SETTINGS,
    words=WORDS,
    doors=("views", "api", "office"),
    machines=("/data/",),
    navigation=(
        Nav(37, lazy("Accountability"), "office.accountability.index", USE_ACCOUNTABILITY, group=VOICES),
    ),
    duties=DUTIES,
    rounds=(rounds.keep_time,),
    calendar=(move_with_calendar,),
    fragments=(
        Fragment("data", 35, "accountability/_data.html", dict),
        Fragment("case", 20, "office/accountability/_case.html", shown.of_case),
    ),
    checks={"accountability": checks.recount},
    heads={"accountability": checks.heads},
    measures={"accountability_entries": entries_of, CLOCK_IN_DOUBT: in_doubt},
    tables={
        "chase": Table(
            lazy("Reminders of what was late, and how each ended"), KEPT_AS_RECORD, since="made_at"
        ),
        "accountability": Table(
            lazy("What stayed undone after its due time, and how the days were counted"),
            KEPT_AS_RECORD,
            since="made_at",
        ),
        "accountability_person": Table(
            lazy("Who answered for it, by number, and the post held then"), KEPT_AS_RECORD
        ),
        "accountability_statement": Table(
            lazy("Who made a statement, by number; what was written can be erased"),
            KEPT_AS_RECORD,
            since="at",
        ),
        "accountability_decision": Table(
            lazy("What was decided about it and by whom, by number; the reason can be erased"),
            KEPT_AS_RECORD,
            since="at",
        ),
        "accountability_day": Table(
            lazy("The days that the clock has worked through"), KEPT_WHILE_USED, since="made_at"
        ),
        "accountability_jump": Table(
            lazy("Jumps of the clock, and who said that the days are real"), KEPT_AS_RECORD, since="after_at"
        ),
    },
    sample=SHARE,
)
