"""Decisions by several different people, level by level."""

from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, POSTED, Nav, Room, SettingsPage, Table
from kiosk.steps import checks
from kiosk.steps.duties import DUTIES
from kiosk.steps.overdue import DUES
from kiosk.steps.permissions import USE_STEPS
from kiosk.steps.queries import ladders
from kiosk.steps.sample import SHARE
from kiosk.steps.settings import SETTINGS
from kiosk.steps.words import WORDS

ROOM = Room(
    name="steps",
    settings=SETTINGS,
    sample=SHARE,
    words=WORDS,
    doors=("office", "ladders_office"),
    settings_pages=(SettingsPage(30, lazy("Who decides about money"), "office.ladders.edit"),),
    navigation=(
        Nav(40, lazy("Approvals"), "office.steps.index", USE_STEPS, lambda: bool(ladders()), group=POSTED),
    ),
    duties=DUTIES,
    dues=(DUES,),
    checks={"steps": checks.recount},
    heads={"steps": checks.heads},
    tables={
        "approval": Table(lazy("Approvals, and how each stands"), KEPT_AS_RECORD, since="began_at"),
        "approval_round": Table(
            lazy("What was decided about in an approval, as its hash"), KEPT_AS_RECORD, since="at"
        ),
        "approval_part": Table(lazy("Who else has a part in an approval, by number"), KEPT_AS_RECORD),
        "approval_decision": Table(
            lazy("Who signed or sent back what, and on behalf of whom, by number"),
            KEPT_AS_RECORD,
            since="at",
        ),
        "delegation": Table(
            lazy("Who signs for whom during an absence, by number"), KEPT_AS_RECORD, since="made_at"
        ),
    },
)
