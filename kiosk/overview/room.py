"""The live view."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Nav, Room
from kiosk.overview import feed
from kiosk.overview.permissions import VIEW_LIVE

ROOM = Room(
    name="overview",
    doors=("views", "office"),
    machines=("/office/live",),
    measures={"streams": feed.streams},
    navigation=(Nav(10, lazy("Today"), "office.overview.index", VIEW_LIVE),),
)
