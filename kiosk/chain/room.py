"""The tamper-evident record."""

from kiosk.chain.words import WORDS
from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, Room, SettingsPage, Table

ROOM = Room(
    name="chain",
    words=WORDS,
    doors=("views", "office"),
    machines=("/data/",),
    settings_pages=(SettingsPage(90, lazy("Record"), "office.chain.index"),),
    tables={
        "chain_entry": Table(
            lazy("The record: who in the office signed in, changed or exported what"),
            KEPT_AS_RECORD,
            since="at",
        ),
        "chain_text": Table(
            lazy("Names and free texts of the record, kept beside it so that they can be erased"),
            KEPT_AS_RECORD,
        ),
    },
)
