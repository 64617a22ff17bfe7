"""Everything that is public, found by a piece of it."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Room, Table
from kiosk.search import checks

ROOM = Room(
    name="search",
    doors=("views",),
    commands=("cli",),
    checks={"search": checks.compare},
    tables={
        "search_entry": Table(
            lazy("What is public, once more, so that everybody can search it"),
            lazy("as long as it is public"),
            since="at",
        ),
    },
)
