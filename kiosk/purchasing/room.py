"""What the canteens buy, and at what price."""

from datetime import timedelta

from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_WHILE_USED, POSTED, Fragment, Nav, Retention, Room, Tab, Table
from kiosk.purchasing import board, for_budget, items, queries, recount, signing
from kiosk.purchasing.duties import DUTIES
from kiosk.purchasing.kind import PURCHASES
from kiosk.purchasing.models import PurchaseImport
from kiosk.purchasing.permissions import VIEW_PURCHASES
from kiosk.purchasing.sample import SHARE
from kiosk.purchasing.settings import SETTINGS
from kiosk.purchasing.words import WORDS

TWO_YEARS = lazy("kept: at least 2 years, for food safety")

ROOM = Room(
    name="purchasing",
    settings=SETTINGS,
    words=WORDS,
    doors=("views", "office", "import_office", "people_office"),
    commands=("cli",),
    navigation=(Nav(20, lazy("Purchases"), "office.purchasing.index", VIEW_PURCHASES, group=POSTED),),
    tabs=(
        Tab("goods", 10, lazy("Sheets"), "office.purchasing.index", "office.purchasing."),
        Tab("goods", 20, lazy("Import a file"), "office.imports.new", "office.imports."),
    ),
    duties=DUTIES,
    posting_kinds=(PURCHASES,),
    fragments=(
        Fragment("board", 10, "purchasing/_board.html", board.context),
        Fragment("wall", 10, "purchasing/_wall.html", board.context),
        Fragment("phone", 10, "purchasing/_bought.html", board.of_counter),
        Fragment("counter", 10, "purchasing/_bought.html", board.of_counter),
        Fragment("names", 10, "office/purchasing/_names.html", signing.waiting_names),
        Fragment("item", 10, "purchasing/_item.html", items.history),
        Fragment("office-item", 10, "office/purchasing/_item.html", items.history_and_market),
    ),
    measures={
        "purchases": queries.of_canteen,
        "unclear_names": signing.number_of_unclear_names,
        **for_budget.MEASURES,
    },
    checks={"sheets": recount.recount},
    tables={
        "sheet": Table(lazy("Purchase sheets"), TWO_YEARS, since="day"),
        "earlier_sheet": Table(lazy("Earlier numbers of purchase sheets"), TWO_YEARS),
        "line": Table(
            lazy("Lines of purchase sheets"),
            TWO_YEARS,
            mended=lazy("They go as soon as their sheet is withdrawn."),
        ),
        "sheet_person": Table(lazy("Who the names on posted sheets are"), TWO_YEARS),
        "purchase_import": Table(
            lazy("Files read for import"),
            lazy("the file, until it is confirmed; 30 days at most"),
            since="created_at",
            mended=lazy("Confirm the file or let it go in the office."),
        ),
        "market_price": Table(lazy("Wholesale reference prices"), KEPT_WHILE_USED, since="day"),
    },
    retention=(
        Retention(
            "imports",
            PurchaseImport,
            timedelta(days=30),
            lambda before: PurchaseImport.confirmed_at.is_(None) & (PurchaseImport.created_at < before),
        ),
    ),
    sample=SHARE,
)
