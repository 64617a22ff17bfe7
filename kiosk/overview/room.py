"""The live view, and the inbox."""

from kiosk.core.i18n import lazy
from kiosk.core.room import VOICES, Nav, Room
from kiosk.overview import feed, inbox
from kiosk.overview.permissions import ENTER, EXPORT_FIGURES, VIEW_LIVE

ROOM = Room(
    name="overview",
    doors=("views", "api", "ocds_api", "office", "inbox_office", "figures_office"),
    machines=("/office/live", "/office/inbox.json", "/due.ics", "/data/ocds."),
    measures={"streams": feed.streams},
    navigation=(
        Nav(10, lazy("Today"), "office.overview.index", VIEW_LIVE),
        Nav(12, lazy("Inbox"), "office.inbox.index", ENTER, waiting=inbox.number_mine),
        Nav(38, lazy("Figures"), "office.figures.index", EXPORT_FIGURES, group=VOICES),
    ),
)
