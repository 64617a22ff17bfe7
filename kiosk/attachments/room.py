"""Files that came with texts of the record."""

from datetime import timedelta

from kiosk.attachments import queries, services
from kiosk.attachments.words import WORDS
from kiosk.core.i18n import lazy
from kiosk.core.room import Job, Room, Table

ROOM = Room(
    name="attachments",
    words=WORDS,
    rounds=(services.let_go,),
    jobs=(Job("uploads", lazy("Files that belong to nothing"), timedelta(days=1), services.tidy),),
    checks={"attachments": queries.recount},
    tables={
        "attachment": Table(
            lazy("Pictures and files that came with a text; they lie beside the database, by hash"),
            lazy("until the text it came with is erased"),
            since="kept_at",
        ),
    },
)
