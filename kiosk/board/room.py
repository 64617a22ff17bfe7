"""The public start page and what explains it."""

from kiosk.core.room import Room

ROOM = Room(
    name="board",
    doors=("views",),
)
