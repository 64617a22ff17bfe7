"""What a school that tenders here is asked for."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Asked, Switch

SWITCH = Switch(
    "tenders",
    lazy("Tenders with the council at the table"),
    (
        Asked(
            lazy("Head of logistics or canteen manager"),
            lazy(
                "Says what is needed and why; the school's ladder of amounts decides whether it is tendered."
            ),
        ),
        Asked(
            lazy("Head of logistics, principal or accountant"),
            lazy("Posts the notice, registers sealed envelopes, leads the opening, signs the contract."),
        ),
        Asked(
            lazy("School council"),
            lazy("Sits at the table, confirms the protocol, scores; without a quorum nothing is opened."),
        ),
        Asked(
            lazy("Cashier or accountant"),
            lazy("Notes the rent of a concession when it came in."),
        ),
        Asked(
            lazy("Everybody"),
            lazy("Reads every step, asks about it, and sees the contract's price beside what is bought."),
        ),
    ),
)
