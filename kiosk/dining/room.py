"""Eating with pupils: the roster, what was entered, parents' days."""

from datetime import timedelta

from kiosk.core.i18n import lazy
from kiosk.core.room import (
    DAILY,
    KEPT_AS_RECORD,
    KEPT_WHILE_USED,
    Fragment,
    Nav,
    Retention,
    Room,
    Table,
)
from kiosk.dining import checks, services, shown
from kiosk.dining.duties import DUTIES
from kiosk.dining.models import ParentsSeat
from kiosk.dining.overdue import DUES
from kiosk.dining.permissions import EAT
from kiosk.dining.sample import SHARE
from kiosk.dining.searched import SHARED_MEALS
from kiosk.dining.settings import SETTINGS
from kiosk.dining.switch import SWITCH
from kiosk.dining.words import WORDS

ROOM = Room(
    name="dining",
    optional=SWITCH,
    settings=SETTINGS,
    words=WORDS,
    doors=("views", "api", "office", "roster_office", "parents_office"),
    machines=("/data/shared-meals.", "/feeds/shared-meals."),
    navigation=(Nav(34, lazy("Shared meals"), "office.dining.index", EAT, group=DAILY),),
    duties=DUTIES,
    dues=(DUES,),
    fragments=(
        Fragment(
            "board-side",
            17,
            "dining/_board.html",
            shown.on_board,
            ("dining-title", lazy("Eating with pupils")),
        ),
        Fragment("data", 31, "dining/_data.html", dict),
        Fragment("privacy", 30, "dining/_privacy.html", dict),
    ),
    searched=(SHARED_MEALS,),
    checks={"shared meals": checks.recount},
    heads={"shared meals": checks.heads},
    tables={
        "dining_leader": Table(lazy("Who eats with the pupils"), KEPT_WHILE_USED, since="added_at"),
        "dining_away": Table(lazy("Days on which leaders are away"), KEPT_WHILE_USED, since="first"),
        "dining_turn": Table(lazy("Whose turn each meal was"), KEPT_AS_RECORD, since="set_at"),
        "dining_swap": Table(
            lazy("Who asked whom to swap, and the answer"), KEPT_AS_RECORD, since="asked_at"
        ),
        "shared_meal": Table(
            lazy("Shared meals; what was written stands in the record and can be erased"),
            KEPT_AS_RECORD,
            since="written_at",
        ),
        "parents_day": Table(lazy("Parents' days"), KEPT_AS_RECORD, since="opened_at"),
        "parents_seat": Table(
            lazy("Places at parents' days, with what parents are called at the door"),
            lazy("the name 30 days after the meal"),
            since="registered_at",
        ),
    },
    retention=(
        Retention(
            "parents_names",
            ParentsSeat,
            timedelta(days=30),
            lambda before: (ParentsSeat.called != "") & (ParentsSeat.registered_at < before),
            services.erase_names,
        ),
    ),
    sample=SHARE,
)
