"""The people of logistics."""

from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, Room, SettingsPage, Table
from kiosk.staff.duties import DUTIES
from kiosk.staff.sample import SHARE
from kiosk.staff.settings import SETTINGS
from kiosk.staff.subjects import SUBJECTS
from kiosk.staff.words import WORDS

ROOM = Room(
    name="staff",
    settings=SETTINGS,
    words=WORDS,
    duties=DUTIES,
    doors=("office", "posts_office"),
    settings_pages=(
        SettingsPage(50, lazy("Staff"), "office.staff.index"),
        SettingsPage(52, lazy("Teams and posts"), "office.posts.index"),
    ),
    case_subjects=SUBJECTS,
    sample=SHARE,
    tables={
        "portrait": Table(
            lazy("Consents to be shown to those who rate, with photos"),
            lazy("until it is withdrawn"),
            since="agreed_at",
        ),
        "naming": Table(
            lazy("Consents to be named where something was put right, or a good deed is told"),
            lazy("until it is withdrawn"),
            since="agreed_at",
        ),
        "team": Table(lazy("Teams of each school year"), KEPT_AS_RECORD),
        "post": Table(lazy("Posts with their duties, and who stands in"), KEPT_AS_RECORD),
        "holding": Table(lazy("Who holds which post from when until when"), KEPT_AS_RECORD, since="since"),
    },
)
