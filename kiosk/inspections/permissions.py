"""What the room of rounds lets whom do."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

PLAN_ROUNDS = Permission(
    "inspections.plan",
    lazy("Say who makes which round when, and what its list asks"),
    frozenset({"head", "principal"}),
)
SEE_ROUNDS = Permission(
    "inspections.see",
    lazy("See the rounds of a place and what was found, and confirm that it was put right"),
    frozenset(ROLES) - {"purchaser", "custodian", "accountant", "cashier"},
    reach=Reach.PLACE,
)
WALK_ROUNDS = Permission(
    "inspections.walk",
    lazy("Make the rounds that are one's own"),
    frozenset(ROLES),
    reach=Reach.ANYWHERE,
)
WALK_ANY = Permission(
    "inspections.walk_any",
    lazy("Make any round in somebody's place"),
    frozenset({"head", "principal", "council", "inspector"}),
)
