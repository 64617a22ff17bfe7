"""What counters promise in public, and whether it was kept."""

from kiosk.commitments import checks, shown
from kiosk.commitments.permissions import SET_COMMITMENTS
from kiosk.commitments.sample import SHARE
from kiosk.commitments.searched import COMMITMENTS
from kiosk.commitments.words import WORDS
from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, VOICES, Asked, Fragment, Nav, Room, Switch, Table

ROOM = Room(
    name="commitments",
    optional=Switch(
        "commitments",
        lazy("Service commitments"),
        (
            Asked(
                lazy("Head of logistics, canteen manager"),
                lazy(
                    "Say once for each counter what it promises; what changes later has a day and a reason."
                ),
            ),
            Asked(
                lazy("Everybody"),
                lazy(
                    "Reads at the counter, on the phone and on a page of its own what was promised and kept."
                ),
            ),
        ),
    ),
    words=WORDS,
    doors=("views", "api", "office"),
    machines=("/data/",),
    navigation=(
        Nav(32, lazy("Service commitments"), "office.commitments.index", SET_COMMITMENTS, group=VOICES),
    ),
    fragments=(
        Fragment("board-side", 25, "commitments/_board.html", shown.anywhere),
        Fragment("counter", 10, "commitments/_counter.html", shown.of_counter),
        Fragment("phone", 30, "commitments/_counter.html", shown.of_counter),
        Fragment("poster", 10, "commitments/_poster.html", shown.of_counter),
        Fragment("data", 25, "commitments/_data.html", dict),
    ),
    searched=(COMMITMENTS,),
    checks={"commitments": checks.recount},
    heads={"commitments": checks.heads},
    tables={
        "commitment": Table(lazy("Service commitments"), KEPT_AS_RECORD, since="created_at"),
        "commitment_version": Table(
            lazy("What a commitment said since when, and why it changed"), KEPT_AS_RECORD, since="set_at"
        ),
    },
    sample=SHARE,
)
