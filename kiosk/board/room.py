"""The public start page and what explains it."""

from kiosk.board.settings import SETTINGS
from kiosk.core.room import Room

ROOM = Room(
    name="board",
    settings=SETTINGS,
    doors=("views",),
    machines=("/data/",),
)
