"""Which gates a school's purchases go through; each is off until the school switches it on."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Asked, Switch, is_on

PLANS = Switch(
    "purchase_plans",
    lazy("Purchase plans"),
    (
        Asked(
            lazy("Canteen manager, custodian or purchaser"),
            lazy("Plans what is to be bought for which meals, and why."),
        ),
        Asked(
            lazy("Who decides about money"),
            lazy("Approves each plan by its amount, or sends it back; nobody approves the own one."),
        ),
    ),
)
ORDERS = Switch(
    "purchase_orders",
    lazy("Orders"),
    (
        Asked(
            lazy("Purchaser"),
            lazy("Notes each order, or what is bought at the market; somebody other than who planned it."),
        ),
    ),
)
ACCEPTANCE = Switch(
    "purchase_acceptance",
    lazy("Acceptance at the scale"),
    (
        Asked(
            lazy("Two receivers"),
            lazy(
                "Weigh what comes and confirm it, each signed in on a phone; neither planned nor bought it."
            ),
        ),
    ),
)
GATES = (PLANS, ORDERS, ACCEPTANCE)


def is_used() -> bool:
    """Whether purchases go through any gate here before the sheet."""
    return any(map(is_on, GATES))
