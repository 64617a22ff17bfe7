"""The settings of rules: how long a consultation lasts, how the council votes, until when one answers."""

from kiosk.core.i18n import lazy
from kiosk.core.setting import Group, Number

RULES = Group(38, lazy("Rules of procedure"))
CONSULT_DAYS = Number(
    name="rule_consult_days",
    label=lazy("Consultation lasts at least (days)"),
    least=1,
    most=90,
    default=7,
    group=RULES,
    place=10,
)
CONSULT_SCHOOL_DAYS = Number(
    name="rule_consult_school_days",
    label=lazy("… and at least (school days)"),
    least=0,
    most=60,
    default=5,
    group=RULES,
    place=20,
)
OPINION_DAYS = Number(
    name="rule_answer_days",
    label=lazy("Opinions on rules answered within (school days)"),
    least=1,
    most=60,
    default=5,
    group=RULES,
    place=30,
)
FROZEN_DAYS = Number(
    name="rule_frozen_days",
    label=lazy("Frozen before the vote (school days)"),
    least=0,
    most=30,
    default=2,
    group=RULES,
    place=40,
)
QUORUM = Number(
    name="rule_quorum",
    label=lazy("Members of the council who must be there (percent)"),
    hint=lazy("66 and 67 mean exactly two thirds."),
    least=1,
    most=100,
    default=66,
    group=RULES,
    place=50,
)
MAJORITY = Number(
    name="rule_majority",
    label=lazy("In favour: more than (percent of those present)"),
    least=0,
    most=99,
    default=50,
    group=RULES,
    place=60,
)
MOST_A_DAY = Number(
    name="rule_opinions_a_day",
    label=lazy("Opinions of one browser on a rule within a day"),
    least=1,
    most=500,
    default=20,
    group=RULES,
    place=70,
)
MOST_AN_HOUR = Number(
    name="rule_opinions_an_hour",
    label=lazy("Opinions on a rule within an hour, from everybody"),
    hint=lazy("Beyond it people are asked to come back later; opinions on paper always count."),
    least=10,
    most=5000,
    default=300,
    group=RULES,
    place=80,
)

SETTINGS = (
    CONSULT_DAYS,
    CONSULT_SCHOOL_DAYS,
    OPINION_DAYS,
    FROZEN_DAYS,
    QUORUM,
    MAJORITY,
    MOST_A_DAY,
    MOST_AN_HOUR,
)
