"""A school from the outside."""

from kiosk.core.room import Room
from kiosk.setup.words import WORDS

ROOM = Room(
    name="setup",
    words=WORDS,
    commands=("cli",),
)
