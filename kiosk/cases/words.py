"""What the record's codes of this room are called when people read them."""

from kiosk.cases.models import DUTIES, ENDINGS, SEVERITIES, STATES
from kiosk.core.i18n import lazy
from kiosk.core.room import Words

ACTIONS = {
    "open": lazy("Case opened"),
    "acknowledge": lazy("Case acknowledged"),
    "offer": lazy("Case offered"),
    "accept": lazy("Case accepted"),
    "refuse": lazy("Case refused"),
    "assign": lazy("Case assigned"),
    "classify": lazy("Gravity of a case changed"),
    "reply": lazy("First reply to a case"),
    "plan": lazy("Plan for a case"),
    "wait": lazy("Asker of a case is waited for"),
    "resume": lazy("Asker of a case is waited for no longer"),
    "answer": lazy("Case answered"),
    "tell": lazy("Asker of a case told"),
    "close": lazy("Case closed"),
    "reopen": lazy("Case reopened"),
    "release": lazy("Words of a case shown to everybody"),
    "correct": lazy("Answer of a case corrected"),
    "note": lazy("Note on a case"),
    "opened": lazy("Answer of a case opened by the asker"),
    "hung": lazy("Answer of a case hung in public long enough"),
    "better": lazy("Asker says it is better"),
    "worse": lazy("Asker says it is not better"),
    "contest": lazy("Asker says it is not better, and opens the case again"),
    "read": lazy("Answer of a case opened by one of its askers"),
    "added": lazy("Asker added something to a case"),
    "withdraw": lazy("Case withdrawn by the asker"),
}
"""What was done, by verb."""

WORDS = Words(
    subjects={"case": lazy("Case")},
    actions={
        **{f"case.{verb}": label for verb, label in ACTIONS.items()},
        "case.joined": lazy("Voices joined a case"),
        "case.due_moved": lazy("Due day of a case moved with the calendar"),
    },
    fields={
        "step": lazy("Step"),
        "at": lazy("When"),
        "state": lazy("State"),
        "to": lazy("To"),
        "outcome": lazy("How it ended"),
        "severity": lazy("How grave"),
        "day": lazy("Until"),
        "text": lazy("For everybody"),
        "note": lazy("For colleagues"),
        "kind": lazy("Kind"),
        "subject": lazy("What it is about"),
        "canteen": lazy("Canteen"),
        "counter": lazy("Counter"),
        "received": lazy("Received"),
        "about": lazy("About the day"),
        "meal": lazy("Meal"),
        "cause": lazy("Reason"),
        "post": lazy("Responsible post"),
        "rated": lazy("Persons it is about"),
        "figures": lazy("Days of each duty"),
        "held_until": lazy("Not seen before"),
        "again_of": lazy("Again after case"),
        "key": lazy("Hash of the private address"),
        "voices": lazy("Voices"),
        "voice": lazy("Voice"),
        "own": lazy("Nothing but what was asked"),
        "due": lazy("Due"),
        "duty": lazy("What is due"),
    },
    actors={"asker": lazy("The asker")},
    values={
        "state": STATES,
        "outcome": ENDINGS,
        "severity": SEVERITIES,
        "duty": DUTIES,
    },
    passed_on={"case.open": frozenset({"note"}), "case.release": frozenset({"text"})},
    plain=frozenset(
        {
            *("state", "outcome", "severity", "kind", "subject", "canteen", "counter", "meal", "cause"),
            *("key", "voices", "voice", "duty"),
        }
    ),
)
