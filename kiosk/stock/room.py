"""The store: received from posted sheets, issued to the kitchen, counted each month."""

from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, POSTED, Nav, Room, Table
from kiosk.stock import checks, services
from kiosk.stock.duties import DUTIES
from kiosk.stock.permissions import SEE_STOCK
from kiosk.stock.sample import SHARE
from kiosk.stock.settings import SETTINGS
from kiosk.stock.switch import SWITCH
from kiosk.stock.words import WORDS

ROOM = Room(
    name="stock",
    optional=SWITCH,
    settings=SETTINGS,
    words=WORDS,
    doors=("office", "forms_office", "counts_office", "papers_office"),
    navigation=(Nav(22, lazy("Stock"), "office.stock.index", SEE_STOCK, group=POSTED),),
    duties=DUTIES,
    follows=(services.follow,),
    checks={"stock": checks.recount},
    heads={"stock": checks.heads},
    sample=SHARE,
    tables={
        "stock_item": Table(lazy("What lies in store, and how much of it"), KEPT_AS_RECORD),
        "stock_form": Table(
            lazy("Forms of the store: what came and went, written and confirmed by whom"),
            KEPT_AS_RECORD,
            since="at",
        ),
        "stock_line": Table(lazy("Lines of the store's forms"), KEPT_AS_RECORD),
        "stock_batch": Table(lazy("Batches in store, and what is left of each"), KEPT_AS_RECORD, since="day"),
        "stock_move": Table(lazy("Moves of the store, batch by batch"), KEPT_AS_RECORD, since="at"),
        "stock_count": Table(
            lazy("Counts of the store, and who signed them"), KEPT_AS_RECORD, since="begun_at"
        ),
        "stock_count_line": Table(lazy("What was counted, and why it differed"), KEPT_AS_RECORD),
    },
)
