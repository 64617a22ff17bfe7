"""What is bought and who delivers it."""

from kiosk.catalogue.words import WORDS
from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_WHILE_USED, Room, Tab, Table

RENAMED = lazy("Change the name in the office.")

ROOM = Room(
    name="catalogue",
    words=WORDS,
    doors=("views", "office"),
    tabs=(
        Tab("goods", 30, lazy("Items"), "office.catalogue.items", "office.catalogue.item"),
        Tab("goods", 40, lazy("Suppliers"), "office.catalogue.suppliers", "office.catalogue.supplier"),
    ),
    tables={
        "item": Table(lazy("Names of goods"), KEPT_WHILE_USED, mended=RENAMED),
        "supplier": Table(lazy("Suppliers"), KEPT_WHILE_USED, mended=RENAMED),
    },
)
