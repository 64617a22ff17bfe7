"""What the rules room lets whom do."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

READ_RULES = Permission(
    "rules.read",
    lazy("See the rules being drafted, and draft those of the team that one leads"),
    frozenset(ROLES),
    reach=Reach.ANYWHERE,
)
WRITE_RULES = Permission(
    "rules.write",
    lazy("Draft rules of the school and of teams, answer opinions, put them to the vote"),
    frozenset({"head", "canteen_manager", "principal", "council", "congress"}),
)
APPROVE_RULES = Permission(
    "rules.approve",
    lazy("Approve and withdraw rules that are posted as a text or a link"),
    frozenset({"head", "principal", "council"}),
)
VOTE_RULES = Permission(
    "rules.vote",
    lazy("Write down how the council voted on a rule, and confirm it as a member who was there"),
    frozenset({"head", "principal", "council"}),
)
CITE_RULES = Permission(
    "rules.cite",
    lazy("Say by which article a case or a commitment goes"),
    frozenset({"head", "principal", "canteen_manager"}),
    reach=Reach.PLACE,
)
