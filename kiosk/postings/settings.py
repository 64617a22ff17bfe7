"""The settings of postings: how long one may ask, how many questions are open at once, until when."""

from kiosk.core.i18n import lazy
from kiosk.core.setting import Group, Number

QUESTIONS = Group(36, lazy("Questions on what is posted"))
ASKED_DAYS = Number(
    name="question_days",
    label=lazy("May be asked for so many school days after it has hung"),
    least=1,
    most=60,
    default=10,
    group=QUESTIONS,
    place=10,
)
ANSWER_DAYS = Number(
    name="question_answer",
    label=lazy("Questions answered within (school days)"),
    hint=lazy("A change counts for questions whose turn comes from then on."),
    least=1,
    most=60,
    default=5,
    group=QUESTIONS,
    place=20,
)
MOST_OPEN = Number(
    name="question_most",
    label=lazy("Open questions of a posting at once"),
    hint=lazy("More than these wait, counted in public, until others are answered."),
    least=1,
    most=200,
    default=20,
    group=QUESTIONS,
    place=30,
)

SETTINGS = (ASKED_DAYS, ANSWER_DAYS, MOST_OPEN)
