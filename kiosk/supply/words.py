"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words
from kiosk.supply.models import CAME, WAYS

WORDS = Words(
    subjects={"plan": lazy("Purchase plan"), "purchase": lazy("Purchase")},
    actions={
        "plan.begun": lazy("Purchase plan begun"),
        "plan.changed": lazy("Purchase plan changed"),
        "plan.withdrawn": lazy("Purchase plan taken back"),
        "plan.closed": lazy("Purchase plan closed"),
        "purchase.noted": lazy("Purchase noted"),
        "purchase.cancelled": lazy("Purchase cancelled"),
        "purchase.weighed": lazy("Goods weighed"),
        "purchase.accepted": lazy("Goods accepted"),
    },
    fields={
        "canteen": lazy("Canteen"),
        "first": lazy("From"),
        "last": lazy("Until"),
        "version": lazy("Version"),
        "lines": lazy("Lines"),
        "amount": lazy("Amount"),
        "hash": lazy("Hash of what it says"),
        "left": lazy("Left of it, in fen"),
        "day": lazy("Day"),
        "way": lazy("How it was bought"),
        "buyer": lazy("Bought by, number"),
        "supplier": lazy("Supplier"),
        "plan": lazy("Of plan"),
        "number": lazy("Which acceptance"),
        "items": lazy("Items"),
        "delivered": lazy("Came, in thousandths"),
        "accepted": lazy("Accepted, in thousandths"),
        "why": lazy("Why sent back"),
        "reason": lazy("Why it was corrected"),
        "receivers": lazy("Receivers, numbers"),
    },
    values={"way": {**WAYS, CAME: lazy("Written down when it came")}},
    plain=frozenset({"canteen", "way"}),
)
