"""Rounds: whoever is to look looks on the spot, and what is found is mended and seen to be by another."""

from kiosk.core.i18n import lazy
from kiosk.core.room import DAILY, KEPT_AS_RECORD, Asked, Fragment, Nav, Room, Switch, Table
from kiosk.inspections import checks, queries, shown
from kiosk.inspections.duties import DUTIES
from kiosk.inspections.overdue import DUES
from kiosk.inspections.permissions import WALK_ROUNDS
from kiosk.inspections.sample import SHARE
from kiosk.inspections.words import WORDS

SWITCH = Switch(
    "inspections",
    lazy("Rounds with lists"),
    (
        Asked(
            lazy("Head of logistics"),
            lazy("Says who makes which round when, and what its list asks."),
        ),
        Asked(
            lazy("Whoever makes a round"),
            lazy(
                "Goes there, scans the counter's code and taps through the list; what is found gets an owner."
            ),
        ),
        Asked(
            lazy("Whoever finds something, or anybody else"),
            lazy("Confirms that it was put right; whoever put it right cannot."),
        ),
    ),
)

ROOM = Room(
    name="inspections",
    optional=SWITCH,
    words=WORDS,
    doors=("views", "api", "office", "checklists_office", "plans_office", "walk_office"),
    machines=("/data/",),
    navigation=(Nav(39, lazy("Rounds"), "office.inspections.index", WALK_ROUNDS, group=DAILY),),
    duties=DUTIES,
    dues=(DUES,),
    fragments=(
        Fragment(
            "board-side", 19, "inspections/_board.html", shown.on_board, ("rounds-title", lazy("Rounds"))
        ),
        Fragment("case", 10, "office/inspections/_case.html", shown.of_case),
        Fragment("data", 28, "inspections/_data.html", dict),
        Fragment("privacy", 30, "inspections/_privacy.html", dict),
    ),
    measures={
        "why a case stays open": queries.held,
        "where a scan leads": shown.scanned,
        "inspections.queue_kept": queries.queue_kept,
        "inspections.temperature_kept": queries.temperature_kept,
    },
    case_kinds={queries.KIND: lazy("Finding")},
    sample=SHARE,
    checks={"inspections": checks.recount},
    heads={"inspections": checks.heads},
    tables={
        "checklist": Table(lazy("Checklists"), KEPT_AS_RECORD, since="created_at"),
        "checklist_version": Table(lazy("What a checklist said since when"), KEPT_AS_RECORD, since="set_at"),
        "checked": Table(
            lazy("Lists that somebody went through: where, when, by whom"),
            KEPT_AS_RECORD,
            since="received_at",
        ),
        "checked_line": Table(lazy("The answers to their lines"), KEPT_AS_RECORD),
        "finding": Table(lazy("What was found, by its line"), KEPT_AS_RECORD, since="found_at"),
        "finding_step": Table(
            lazy("Who found it, put it right and confirmed it, by number; what was written can be erased"),
            KEPT_AS_RECORD,
            since="at",
        ),
        "round_plan": Table(lazy("Plans of rounds"), KEPT_AS_RECORD, since="created_at"),
        "round_plan_version": Table(
            lazy("Who makes a round where and when, since when"), KEPT_AS_RECORD, since="set_at"
        ),
        "round": Table(lazy("Rounds that were made, and how presence is known"), KEPT_AS_RECORD),
        "spot_answer": Table(
            lazy("What people in the queue answered; nothing leads to a person"), KEPT_AS_RECORD
        ),
    },
)
