"""What the postings room lets whom do; what a kind lets whom do stands in its declaration."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

VIEW_POSTINGS = Permission(
    "postings.view", lazy("See drafts of postings"), frozenset(ROLES), reach=Reach.ANYWHERE
)
NAME_POSTS = Permission(
    "postings.posts", lazy("Say which post answers for a kind of posting"), frozenset({"head", "admin"})
)
WRITE_NOTICES = Permission(
    "postings.notice.write",
    lazy("Write notices"),
    frozenset({"head", "principal", "canteen_manager", "council", "congress"}),
    reach=Reach.PLACE,
)
APPROVE_NOTICES = Permission(
    "postings.notice.approve",
    lazy("Approve and withdraw notices of others"),
    frozenset({"head", "principal", "council"}),
)
