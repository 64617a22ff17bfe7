"""Payments: asked for, decided level by level, paid by one person, entered by another."""

from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, Room, Table
from kiosk.payments import checks
from kiosk.payments.services import LADDER
from kiosk.payments.switch import SWITCH
from kiosk.payments.words import WORDS

ROOM = Room(
    name="payments",
    optional=SWITCH,
    words=WORDS,
    ladders=(LADDER,),
    checks={"payments": checks.recount},
    heads={"payments": checks.heads},
    tables={
        "payment": Table(lazy("Payments, and how each stands"), KEPT_AS_RECORD, since="asked_at"),
        "payment_version": Table(
            lazy("What was asked for in a payment, with every change"), KEPT_AS_RECORD, since="written_at"
        ),
        "payment_line": Table(
            lazy("Which posted lines a payment pays, and how much of each"), KEPT_AS_RECORD
        ),
        "payment_step": Table(
            lazy("Who paid and who entered a payment, by number"), KEPT_AS_RECORD, since="at"
        ),
    },
)
