"""What the kitchen room lets whom do."""

from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

SEE_KITCHEN = Permission(
    "kitchen.see",
    lazy("See daily control, food samples and certificates"),
    frozenset(
        {"head", "principal", "canteen_manager", "custodian", "purchaser", "counter_staff", "inspector"}
    ),
    reach=Reach.ANYWHERE,
)
KEEP_SAMPLES = Permission(
    "kitchen.samples",
    lazy("Enter food samples, and throw them away when their time is over"),
    frozenset({"head", "canteen_manager", "custodian", "counter_staff"}),
    reach=Reach.PLACE,
)
HOLD_SAMPLES = Permission(
    "kitchen.hold",
    lazy("Hold food samples back because of a case"),
    frozenset({"head", "principal", "canteen_manager"}),
    reach=Reach.PLACE,
)
RELEASE_SAMPLES = Permission(
    "kitchen.release",
    lazy("Let go of food samples that were held back"),
    frozenset({"head", "principal"}),
)
CHECK_HEALTH = Permission(
    "kitchen.health",
    lazy("Note health certificates and morning checks, and see who was sent home"),
    frozenset({"head", "canteen_manager"}),
    reach=Reach.PLACE,
)
NOTE_GOODS = Permission(
    "kitchen.goods",
    lazy("Note the certificates of goods and batches"),
    frozenset({"head", "canteen_manager", "purchaser", "custodian"}),
    reach=Reach.ANYWHERE,
)
NAME_DUTIES = Permission(
    "kitchen.posts", lazy("Say which post answers for what in a kitchen"), frozenset({"head", "admin"})
)
CONTROL_DAILY = Permission(
    "kitchen.control",
    lazy("Fill in the daily control of a canteen, and set its list"),
    frozenset({"head", "canteen_manager"}),
    reach=Reach.PLACE,
)
CONFIRM_FINDINGS = Permission(
    "kitchen.findings",
    lazy("Say that what the daily control found was put right, or confirm that somebody else did"),
    frozenset({"head", "principal", "canteen_manager", "counter_staff", "council", "inspector"}),
    reach=Reach.PLACE,
)
SIGN_WEEK = Permission(
    "kitchen.week", lazy("Sign the weekly look at the daily control"), frozenset({"head", "principal"})
)
SIGN_MONTH = Permission(
    "kitchen.month",
    lazy("Sign the monthly meeting on food safety, and decide in it"),
    frozenset({"head", "principal"}),
)
