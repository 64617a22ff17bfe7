"""The people of logistics."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Room, SettingsPage, Table
from kiosk.staff.words import WORDS

ROOM = Room(
    name="staff",
    words=WORDS,
    doors=("office",),
    settings_pages=(SettingsPage(50, lazy("Staff"), "office.staff.index"),),
    tables={
        "portrait": Table(
            lazy("Consents to be shown to those who rate, with photos"),
            lazy("until it is withdrawn"),
            since="agreed_at",
        ),
    },
)
