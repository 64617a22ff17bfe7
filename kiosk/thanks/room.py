"""What became of what was said, and thanks."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Asked, Fragment, Room, Switch
from kiosk.thanks import shown
from kiosk.thanks.sample import SHARE

SWITCH = Switch(
    "thanks",
    lazy("You said, we did; and thanks"),
    (
        Asked(
            lazy("Whoever answers a case"),
            lazy("Lets everybody read what was asked; what was put right is then told everywhere."),
        ),
        Asked(
            lazy("Logistics staff"),
            lazy("Say whether they want to be named; until then the post alone is shown."),
        ),
    ),
)

ROOM = Room(
    name="thanks",
    optional=SWITCH,
    doors=("views",),
    fragments=(
        Fragment("board-side", 22, "thanks/_board.html", shown.on_board),
        Fragment("attract", 10, "thanks/_attract.html", shown.on_tablet),
    ),
    sample=SHARE,
)
