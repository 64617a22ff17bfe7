"""A purchase from its plan to the day's sheet."""

from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, POSTED, Fragment, Nav, Room, Table
from kiosk.supply import checks, for_budget, queries, services, shown
from kiosk.supply.duties import DUTIES
from kiosk.supply.permissions import SEE_SUPPLY
from kiosk.supply.sample import SHARE
from kiosk.supply.settings import SETTINGS
from kiosk.supply.words import WORDS

ROOM = Room(
    name="supply",
    switches=queries.GATES,
    settings=SETTINGS,
    words=WORDS,
    doors=("office", "orders_office", "receive_office"),
    navigation=(
        Nav(19, lazy("Purchase chain"), "office.supply.index", SEE_SUPPLY, queries.is_used, group=POSTED),
    ),
    ladders=(services.LADDER,),
    duties=DUTIES,
    measures=for_budget.MEASURES,
    checks={"purchase chain": checks.recount},
    heads={"purchase chain": checks.heads},
    fragments=(
        Fragment("sheet", 10, "supply/_way.html", shown.way_of_sheet),
        Fragment("step", 35, "office/supply/_step.html", shown.proposal),
    ),
    sample=SHARE,
    tables={
        "supply_plan": Table(lazy("Purchase plans, and how each stands"), KEPT_AS_RECORD, since="last"),
        "supply_plan_version": Table(
            lazy("What purchase plans said, and who wrote it"), KEPT_AS_RECORD, since="at"
        ),
        "supply_purchase": Table(lazy("Orders and purchases at the market"), KEPT_AS_RECORD, since="at"),
        "supply_purchase_line": Table(lazy("Lines of orders"), KEPT_AS_RECORD),
        "supply_acceptance": Table(
            lazy("What was weighed, by whom, and who confirmed it"), KEPT_AS_RECORD, since="at"
        ),
        "supply_acceptance_line": Table(lazy("How much of each line came and was accepted"), KEPT_AS_RECORD),
        "supply_sheet": Table(lazy("Into which sheet a purchase went"), KEPT_AS_RECORD),
    },
)
