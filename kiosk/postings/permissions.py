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
WRITE_SPENDING = Permission(
    "postings.spending.write", lazy("Write what was spent in a month"), frozenset({"head", "accountant"})
)
WRITE_MATERIALS = Permission(
    "postings.materials.write",
    lazy("Write which materials a department bought"),
    frozenset({"head", "purchaser", "custodian", "accountant", "canteen_manager", "principal"}),
)
WRITE_BULK = Permission(
    "postings.bulk.write", lazy("Write bulk purchases"), frozenset({"head", "purchaser", "accountant"})
)
APPROVE_POSTINGS = Permission(
    "postings.approve",
    lazy("Approve and withdraw spending, materials and bulk purchases that others wrote"),
    frozenset({"head", "principal", "council"}),
)
POST_INQUIRIES = Permission(
    "postings.inquiry.post",
    lazy("Write and post price inquiries"),
    frozenset({"head", "canteen_manager", "purchaser"}),
    reach=Reach.PLACE,
)
POST_SUPPLIERS = Permission(
    "postings.suppliers.post",
    lazy("Write and post suppliers with their licences"),
    frozenset({"head", "canteen_manager", "purchaser", "custodian"}),
)
POST_MENUS = Permission(
    "postings.menu.post",
    lazy("Write and post the menus of canteens"),
    frozenset({"head", "canteen_manager"}),
    reach=Reach.PLACE,
)
