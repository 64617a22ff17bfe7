"""Payments: asked for, decided level by level, paid by one person, entered by another."""

from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, POSTED, Fragment, Nav, Room, Table
from kiosk.payments import checks, for_budget, queries, shown
from kiosk.payments.duties import DUTIES
from kiosk.payments.permissions import SEE_PAYMENTS
from kiosk.payments.sample import SHARE
from kiosk.payments.searched import PAYMENTS
from kiosk.payments.services import LADDER
from kiosk.payments.switch import SWITCH
from kiosk.payments.words import WORDS

ROOM = Room(
    name="payments",
    optional=SWITCH,
    words=WORDS,
    doors=("views", "api", "office"),
    machines=("/data/payments.",),
    navigation=(Nav(21, lazy("Payments"), "office.payments.index", SEE_PAYMENTS, group=POSTED),),
    duties=DUTIES,
    ladders=(LADDER,),
    fragments=(
        Fragment("step", 30, "office/payments/_step.html", shown.proposal),
        Fragment("posting", 20, "payments/_posting.html", shown.of_posting),
        Fragment("draft", 20, "office/payments/_draft.html", shown.of_draft),
        Fragment("data", 33, "payments/_data.html", dict),
    ),
    measures={"rows:spending": queries.rows, **for_budget.MEASURES},
    searched=(PAYMENTS,),
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
    sample=SHARE,
)
