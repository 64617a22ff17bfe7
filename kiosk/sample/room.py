"""The sample school, and the filler for measuring."""

from kiosk.core.room import Room

ROOM = Room(
    name="sample",
    commands=("cli",),
)
