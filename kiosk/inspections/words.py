"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words
from kiosk.inspections.models import STATES, VERBS

WORDS = Words(
    subjects={
        "checklist": lazy("Checklist"),
        "checked": lazy("List gone through"),
        "finding": lazy("What was found"),
    },
    actions={
        "checklist.made": lazy("Checklist made"),
        "checklist.changed": lazy("Checklist changed"),
        "checklist.given_up": lazy("Checklist given up"),
        "checked.filled": lazy("List gone through"),
        **{f"finding.{verb}": label for verb, label in VERBS.items()},
    },
    fields={
        "use": lazy("What it is for"),
        "list": lazy("List"),
        "checklist": lazy("Number of the list"),
        "version": lazy("Version"),
        "lines": lazy("Lines"),
        "questions": lazy("Questions to people in the queue"),
        "stands": lazy("In use"),
        "reason": lazy("Why"),
        "subject": lazy("Place"),
        "day": lazy("Day"),
        "begun": lazy("Begun"),
        "ended": lazy("Ended"),
        "answers": lazy("Answers by line"),
        "digest": lazy("Hash of what was sent"),
        "step": lazy("Step"),
        "line": lazy("Line"),
        "case": lazy("Case"),
        "text": lazy("What was said"),
    },
    values={"answers": STATES},
    plain=frozenset({"use", "list", "lines", "questions", "subject", "answers", "digest", "line"}),
    passed_on={"finding.found": frozenset({"text"})},
)
