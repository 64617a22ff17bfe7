"""Rounds: whoever is to look looks on the spot, and what is found is mended and seen to be by another."""

from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, Asked, Room, Switch, Table
from kiosk.inspections import checks, queries
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
    measures={"why a case stays open": queries.held},
    case_kinds={queries.KIND: lazy("Finding")},
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
    },
)
