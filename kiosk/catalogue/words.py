"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words

WORDS = Words(
    subjects={
        "item": lazy("Item"),
        "supplier": lazy("Supplier"),
    },
    actions={
        "item.changed": lazy("Item changed"),
        "supplier.saved": lazy("Supplier saved"),
    },
    fields={
        "name": lazy("Name"),
        "active": lazy("In use"),
        "class": lazy("Class"),
        "unit": lazy("Unit"),
    },
    plain=frozenset({"name", "class", "unit"}),
)
