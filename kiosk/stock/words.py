"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words
from kiosk.stock.models import KINDS, ORIGINS

WORDS = Words(
    subjects={
        "stock": lazy("Form of the store"),
        "stock_count": lazy("Count of the store"),
        "stock_batch": lazy("Batch in store"),
    },
    actions={
        **{f"stock.{kind}": label for kind, label in KINDS.items()},
        "stock.confirmed": lazy("Form of the store confirmed"),
        "stock.given_back": lazy("Given back to the store"),
        "stock.expiry_noted": lazy("Last day of a batch noted"),
        "stock_count.begun": lazy("Count of the store begun"),
        "stock_count.saved": lazy("Count of the store saved"),
        "stock_count.signed": lazy("Count of the store signed"),
        "stock_count.sent_back": lazy("Count of the store sent back"),
        "stock_count.closed": lazy("Count of the store closed"),
    },
    fields={
        "kind": lazy("Kind of form"),
        "origin": lazy("Where it comes from"),
        "canteen": lazy("Canteen"),
        "day": lazy("Day"),
        "number": lazy("Number on the paper form"),
        "lines": lazy("Lines"),
        "amount": lazy("Amount"),
        "hash": lazy("Hash of what it says"),
        "moves": lazy("Hash of its moves"),
        "reason": lazy("Reason"),
        "second": lazy("Second person, number"),
        "expires": lazy("Last day"),
        "items": lazy("Items"),
        "counted": lazy("Lines counted"),
        "revision": lazy("Revision"),
        "differences": lazy("Lines with a difference"),
    },
    values={"kind": KINDS, "origin": ORIGINS},
    plain=frozenset({"canteen", "kind", "origin", "hash", "moves"}),
)
