"""What the record's codes of this room are called when people read them."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import lazy
from kiosk.core.room import Words
from kiosk.inspections.models import PRESENCES, RHYTHMS, STATES, VERBS, WHY_NOT

WORDS = Words(
    subjects={
        "checklist": lazy("Checklist"),
        "checked": lazy("List gone through"),
        "finding": lazy("Finding of a round"),
        "round_plan": lazy("Plan of a round"),
        "round": lazy("Round"),
    },
    actions={
        "checklist.made": lazy("Checklist made"),
        "checklist.changed": lazy("Checklist changed"),
        "checklist.given_up": lazy("Checklist given up"),
        "checked.filled": lazy("List gone through"),
        "round_plan.made": lazy("Round planned"),
        "round_plan.changed": lazy("Plan of a round changed"),
        "round_plan.given_up": lazy("Plan of a round given up"),
        "round.made": lazy("Round made"),
        **{f"finding.{verb}": label for verb, label in VERBS.items()},
    },
    fields={
        "use": lazy("What it is for"),
        "list": lazy("List"),
        "checklist": lazy("Number of the list"),
        "version": lazy("Version"),
        "lines": lazy("Lines of the list"),
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
        "line": lazy("Line of the list"),
        "case": lazy("Case"),
        "text": lazy("What was said"),
        "round": lazy("Name of the round"),
        "post": lazy("Post"),
        "team": lazy("Team"),
        "whose": lazy("Whose it is"),
        "role": lazy("Role"),
        "rhythm": lazy("How often it is made"),
        "weekdays": lazy("Weekdays"),
        "days": lazy("Certain days"),
        "slots": lazy("Times of the day"),
        "since": lazy("In force from"),
        "plan": lazy("Plan"),
        "slot": lazy("Time of the day"),
        "presence": lazy("Presence"),
        "why": lazy("Why it is not proven"),
        "checked_in": lazy("Checked in"),
        "voices": lazy("Answers of the queue"),
        "on_duty": lazy("Made by somebody on duty there"),
    },
    values={
        "answers": STATES,
        "presence": PRESENCES,
        "why": WHY_NOT,
        "rhythm": RHYTHMS,
        "role": ROLES,
    },
    plain=frozenset(
        {
            *("use", "list", "lines", "questions", "subject", "answers", "digest", "line"),
            *("role", "rhythm", "days", "slots", "slot", "presence", "why"),
        }
    ),
    passed_on={"finding.found": frozenset({"text"})},
)
