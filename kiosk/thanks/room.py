"""What became of what was said, and thanks."""

from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, VOICES, Asked, Fragment, Nav, Room, Switch, Table
from kiosk.thanks import checks, shown
from kiosk.thanks.duties import DUTIES, decides
from kiosk.thanks.kinds import COMMENDATIONS
from kiosk.thanks.permissions import READ_THANKS
from kiosk.thanks.sample import SHARE
from kiosk.thanks.words import WORDS

SWITCH = Switch(
    "thanks",
    lazy("You said, we did; and thanks"),
    (
        Asked(
            lazy("Whoever answers a case"),
            lazy("Lets everybody read what was asked; what was put right is then told everywhere."),
        ),
        Asked(
            lazy("Head of logistics"),
            lazy("Confirms and posts reported good deeds, or says why not."),
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
    words=WORDS,
    doors=("views", "office", "deeds_office"),
    navigation=(Nav(37, lazy("Thanks"), "office.thanks.index", READ_THANKS, group=VOICES),),
    duties=DUTIES,
    posting_kinds=(COMMENDATIONS,),
    measures={"deeds decided by": decides},
    checks={"commendations": checks.recount},
    heads={"commendations": checks.heads},
    tables={
        "commendation": Table(
            lazy("Whose deed each posted good deed was, by number"), KEPT_AS_RECORD, since="confirmed_at"
        ),
    },
    fragments=(
        Fragment("board-side", 22, "thanks/_board.html", shown.on_board),
        Fragment("attract", 10, "thanks/_attract.html", shown.on_tablet),
    ),
    sample=SHARE,
)
