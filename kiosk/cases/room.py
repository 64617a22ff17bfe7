"""Cases: one duty for all that waits for an answer."""

from kiosk.cases import board, recount, rounds
from kiosk.cases.duties import DUTIES
from kiosk.cases.overdue import DUES
from kiosk.cases.permissions import USE_CASES
from kiosk.cases.queries import PRAISE, answered_in, whole_school
from kiosk.cases.sample import SHARE
from kiosk.cases.searched import CASES
from kiosk.cases.services import move_with_calendar
from kiosk.cases.settings import SETTINGS
from kiosk.cases.words import WORDS
from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, VOICES, Asked, Fragment, Nav, Room, Switch, Table

SWITCH = Switch(
    "cases",
    lazy("Complaints, wishes and repairs with an owner and a day"),
    (
        Asked(
            lazy("Whoever hears of it first"),
            lazy("Writes it down, owns it until somebody else accepts it, and answers in public in time."),
        ),
        Asked(
            lazy("Head of logistics"),
            lazy("Sees what is late and food safety at once; decides whose it is after two refusals."),
        ),
    ),
)

ROOM = Room(
    name="cases",
    optional=SWITCH,
    settings=SETTINGS,
    words=WORDS,
    doors=("office", "views", "ask_views", "mine_views", "api"),
    machines=("/data/cases.", "/feeds/cases."),
    sample=SHARE,
    commands=("cli",),
    navigation=(Nav(35, lazy("Cases"), "office.cases.index", USE_CASES, group=VOICES),),
    duties=DUTIES,
    fragments=(
        Fragment("board", 15, "cases/_board.html", board.context, ("ask-title", lazy("May I ask?"))),
        Fragment("phone", 20, "cases/_counter.html", board.of_counter),
        Fragment("counter", 20, "cases/_counter.html", board.of_counter),
        Fragment("poster", 20, "cases/_poster.html", board.on_poster),
        Fragment("unfound", 10, "cases/_unfound.html", board.nothing),
        Fragment("privacy", 10, "cases/_privacy.html", board.nothing),
        Fragment("data", 40, "cases/_data.html", board.nothing),
    ),
    rounds=(rounds.hang, rounds.settle),
    dues=(DUES,),
    calendar=(move_with_calendar,),
    checks={"cases": recount.recount},
    heads={"cases": recount.heads},
    measures={"cases.answered_in": answered_in},
    searched=(CASES,),
    alike=(("投诉", "事项", "举报"), ("报修", "维修"), ("质询", "提问", "询问")),
    case_kinds={
        "complaint": lazy("Complaint"),
        "wish": lazy("Wish"),
        "repair": lazy("Repair"),
        PRAISE: lazy("Good deed"),
    },
    case_subjects={"school": whole_school()},
    tables={
        "case": Table(
            lazy("Complaints, wishes and questions: what about, whose, and how each stands"),
            KEPT_AS_RECORD,
            since="received_at",
        ),
        "case_step": Table(
            lazy("What was done with a case, by whom, by number; what was written can be erased"),
            KEPT_AS_RECORD,
            since="at",
        ),
        "case_voice": Table(
            lazy("Which ratings joined a case; none of them leads to a person"), KEPT_AS_RECORD
        ),
    },
)
