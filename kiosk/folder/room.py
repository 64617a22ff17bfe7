"""The inspector's folder."""

from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_WHILE_USED, POSTED, Nav, Room, Table
from kiosk.folder.permissions import TAKE_FOLDER
from kiosk.folder.words import WORDS

ROOM = Room(
    name="folder",
    words=WORDS,
    doors=("office",),
    commands=("cli",),
    navigation=(Nav(39, lazy("Inspector's folder"), "office.folder.index", TAKE_FOLDER, group=POSTED),),
    tables={
        "folder_form": Table(
            lazy("Which columns the bureau's forms have"), KEPT_WHILE_USED, since="changed_at"
        ),
    },
)
