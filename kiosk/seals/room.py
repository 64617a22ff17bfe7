"""Seals over the facts of the rooms above."""

from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, Room, Table
from kiosk.seals import queries
from kiosk.seals.words import WORDS

ROOM = Room(
    name="seals",
    words=WORDS,
    checks={"seals": queries.false_seals},
    rows={"seals": queries.record_lines},
    heads={"seals": queries.sealings},
    tables={"seal": Table(lazy("Seals over the ratings"), KEPT_AS_RECORD, since="at")},
)
