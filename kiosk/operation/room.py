"""Backups, recount, retention: is everything all right?"""

from kiosk.core.i18n import lazy
from kiosk.core.room import Room, SettingsPage
from kiosk.operation import alerts, forgetting, heads
from kiosk.operation.duties import DUTIES
from kiosk.operation.jobs import JOBS
from kiosk.operation.settings import SETTINGS
from kiosk.operation.words import WORDS

ROOM = Room(
    name="operation",
    settings=SETTINGS,
    words=WORDS,
    doors=("api", "office"),
    machines=("/healthz", "/readyz", "/metrics"),
    commands=("record_cli", "cli"),
    settings_pages=(
        SettingsPage(80, lazy("All right?"), "office.operation.index"),
        SettingsPage(91, lazy("Stored data"), "office.operation.stored"),
    ),
    heads={"kept": heads.known},
    duties=DUTIES,
    jobs=JOBS,
    rounds=(forgetting.look_after, alerts.tell),
)
