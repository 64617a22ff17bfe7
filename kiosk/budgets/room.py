"""The budget of a term: versions, lines, moves."""

from kiosk.budgets import checks, services, shown
from kiosk.budgets.duties import DUTIES
from kiosk.budgets.kind import ANALYSIS
from kiosk.budgets.permissions import SEE_BUDGET
from kiosk.budgets.sample import SHARE
from kiosk.budgets.searched import BUDGETS
from kiosk.budgets.services import EXCEPTION, LADDER, TRANSFER
from kiosk.budgets.settings import SETTINGS
from kiosk.budgets.switch import SWITCH
from kiosk.budgets.words import WORDS
from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, POSTED, Fragment, Nav, Room, Table

ROOM = Room(
    name="budgets",
    optional=SWITCH,
    settings=SETTINGS,
    words=WORDS,
    doors=("views", "api", "office", "versions_office", "asking_office"),
    machines=("/data/",),
    commands=("cli",),
    navigation=(Nav(25, lazy("Budget"), "office.budgets.index", SEE_BUDGET, group=POSTED),),
    duties=DUTIES,
    posting_kinds=(ANALYSIS,),
    ladders=(LADDER, TRANSFER, EXCEPTION),
    fragments=(
        Fragment("board-side", 25, "budgets/_board.html", shown.on_board),
        Fragment("data", 32, "budgets/_data.html", dict),
        Fragment("step", 35, "office/budgets/_step.html", shown.proposal),
    ),
    searched=(BUDGETS,),
    calendar=(services.keep_terms,),
    checks={"budget": checks.recount},
    heads={"budget": checks.heads},
    tables={
        "budget_version": Table(lazy("Versions of a term's budget"), KEPT_AS_RECORD, since="made_at"),
        "budget_line": Table(lazy("Lines of a budget with their figures"), KEPT_AS_RECORD),
        "budget_row": Table(lazy("Lines of a budget as each version has them"), KEPT_AS_RECORD),
        "budget_move": Table(
            lazy("What was committed and spent of each budget line"), KEPT_AS_RECORD, since="at"
        ),
        "budget_transfer": Table(
            lazy("Money that goes from one budget line to another"), KEPT_AS_RECORD, since="asked_at"
        ),
        "budget_exception": Table(
            lazy("Exceptions to a budget, with their reasons"), KEPT_AS_RECORD, since="asked_at"
        ),
        "budget_check": Table(
            lazy("Who checked a term's purchases, and what lacked papers"), KEPT_AS_RECORD, since="signed_at"
        ),
    },
    sample=SHARE,
)
