"""Persons, by number."""

from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, KEPT_WHILE_USED, Room, SettingsPage, Table
from kiosk.persons.queries import questions
from kiosk.persons.words import WORDS

ROOM = Room(
    name="persons",
    words=WORDS,
    doors=("office",),
    settings_pages=(SettingsPage(51, lazy("Who is who"), "office.persons.index", lambda: questions() > 0),),
    tables={
        "person": Table(lazy("Persons: name, kind, post, badge, employment, skills"), KEPT_WHILE_USED),
        "namesake": Table(
            lazy("Whether two persons of one name are the same"), KEPT_AS_RECORD, since="settled_at"
        ),
    },
)
