"""Rules of procedure, from the draft to the version in force."""

from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, KEPT_WHILE_USED, POSTED, Asked, Fragment, Nav, Room, Switch, Table
from kiosk.postings.services import ladder
from kiosk.rules import checks, rounds, shown
from kiosk.rules.duties import DUES, DUTIES
from kiosk.rules.kind import POSTED_RULES
from kiosk.rules.permissions import READ_RULES
from kiosk.rules.sample import SHARE
from kiosk.rules.searched import RULES
from kiosk.rules.services import LADDER
from kiosk.rules.settings import SETTINGS
from kiosk.rules.words import WORDS

SWITCH = Switch(
    "rules",
    lazy("Rules of procedure"),
    (
        Asked(
            lazy("Whoever looks after the rules"),
            lazy("Drafts them, puts them to consultation, answers each opinion; posts rules of others."),
        ),
        Asked(
            lazy("Everybody"),
            lazy("Has a say on each article, without an account, and reads what became of it."),
        ),
        Asked(
            lazy("School council"),
            lazy(
                "Votes on the frozen text of rules of the school; a member who was there confirms the count."
            ),
        ),
        Asked(
            lazy("Head of logistics or principal"),
            lazy("Approves rules of teams, and rules that others post as a link."),
        ),
    ),
)

ROOM = Room(
    name="rules",
    optional=SWITCH,
    settings=SETTINGS,
    words=WORDS,
    doors=("views", "api", "office", "text_office", "opinions_office", "citing_office"),
    machines=("/data/rules.", "/feeds/rules."),
    navigation=(Nav(28, lazy("Rules of procedure"), "office.rules.index", READ_RULES, group=POSTED),),
    duties=DUTIES,
    dues=(DUES,),
    rounds=(rounds.look_after,),
    posting_kinds=(POSTED_RULES,),
    ladders=(LADDER, ladder(POSTED_RULES)),
    searched=(RULES,),
    checks={"rules": checks.recount},
    heads={"rules": checks.heads},
    fragments=(
        Fragment(
            "board-side", 18, "rules/_board.html", shown.on_board, ("rules-title", lazy("Have your say"))
        ),
        Fragment("case", 15, "office/rules/_cited.html", shown.case_in_office),
        Fragment("case-public", 10, "rules/_cited.html", shown.of_case),
        Fragment("commitment", 10, "rules/_cited_line.html", shown.of_commitment),
        Fragment("commitment-office", 10, "office/rules/_cited.html", shown.commitment_in_office),
        Fragment("step", 40, "office/rules/_step.html", shown.proposal),
        Fragment("data", 32, "rules/_data.html", shown.data),
    ),
    tables={
        "rule": Table(lazy("Rules of procedure"), KEPT_AS_RECORD, since="created_at"),
        "rule_draft": Table(
            lazy("Drafts of rules"), lazy("until it is approved or thrown away"), since="changed_at"
        ),
        "rule_version": Table(lazy("Published versions of rules"), KEPT_AS_RECORD, since="published_at"),
        "rule_window": Table(
            lazy("Keys under which those who say something on a rule are told apart"),
            lazy("until the consultation is over"),
            since="opened_at",
        ),
        "rule_voice": Table(
            lazy("Which browser is which voice on a rule, as a hash"), lazy("until the consultation is over")
        ),
        "rule_opinion": Table(
            lazy("Opinions on rules: on which article; what was said can be erased"),
            KEPT_AS_RECORD,
            since="given_at",
        ),
        "rule_answer": Table(lazy("Answers to opinions on rules"), KEPT_AS_RECORD, since="answered_at"),
        "rule_vote": Table(lazy("Votes of the council on rules"), KEPT_AS_RECORD, since="recorded_at"),
        "rule_vote_member": Table(lazy("Who of the council was there at a vote"), KEPT_AS_RECORD),
        "rule_citation": Table(
            lazy("Articles by which cases and commitments go"), KEPT_WHILE_USED, since="cited_at"
        ),
    },
    sample=SHARE,
)
