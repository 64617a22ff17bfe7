"""Persons, by number."""

from datetime import timedelta

from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, KEPT_WHILE_USED, Retention, Room, SettingsPage, Table
from kiosk.persons.duties import DUTIES
from kiosk.persons.models import Look
from kiosk.persons.queries import questions
from kiosk.persons.words import WORDS

ROOM = Room(
    name="persons",
    words=WORDS,
    duties=DUTIES,
    doors=("office",),
    settings_pages=(SettingsPage(51, lazy("Who is who"), "office.persons.index", lambda: questions() > 0),),
    tables={
        "person": Table(
            lazy("Persons: name, kind, post, badge, employment, skills"),
            KEPT_WHILE_USED,
            mended=lazy("Change the person's name in the office; the number stays."),
        ),
        "namesake": Table(
            lazy("Whether two persons of one name are the same"), KEPT_AS_RECORD, since="settled_at"
        ),
        "look": Table(lazy("Who looked at what is known of a person"), lazy("365 days"), since="at"),
    },
    retention=(Retention("looks", Look, timedelta(days=365), lambda before: Look.at < before),),
)
