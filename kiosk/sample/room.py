"""The sample school, and the filler for measuring."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Room, Words
from kiosk.sample import rounds

ROOM = Room(
    name="sample",
    words=Words(actors={"demo": lazy("Sample school"), "bench": lazy("Measuring")}),
    commands=("cli",),
    rounds=(rounds.keep_up,),
)
