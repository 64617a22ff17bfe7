"""A school from the outside."""

from kiosk.core.room import Room

ROOM = Room(
    name="setup",
    commands=("cli",),
)
