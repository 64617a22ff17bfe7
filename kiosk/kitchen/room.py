"""What the law asks of a kitchen each day."""

from collections.abc import Callable
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
    Switch,
    Tab,
    Table,
    is_on,
)
from kiosk.kitchen import checks, folder_pages, queries, reviews_recount, shown
from kiosk.kitchen.duties import DUTIES
from kiosk.kitchen.models import HealthCertificate, MorningNote
from kiosk.kitchen.overdue import DUES
from kiosk.kitchen.parts import PARTS, is_used
from kiosk.kitchen.permissions import SEE_KITCHEN
from kiosk.kitchen.sample import SHARE
from kiosk.kitchen.settings import SETTINGS
from kiosk.kitchen.words import WORDS


def _is_on(part: Switch) -> Callable[[], bool]:
    """Whether a part is in use, asked anew each time."""
    return lambda: is_on(part)


ROOM = Room(
    name="kitchen",
    switches=PARTS,
    settings=SETTINGS,
    words=WORDS,
    doors=("views", "api", "office", "control_office", "samples_office", "health_office", "goods_office"),
    machines=("/data/",),
    navigation=(Nav(28, lazy("Kitchen"), "office.kitchen.index", SEE_KITCHEN, is_used, group=DAILY),),
    tabs=(
        Tab("kitchen", 10, lazy("Today"), "office.kitchen.index", "office.kitchen.index"),
        Tab(
            "kitchen",
            20,
            lazy("Daily control"),
            "office.daily_control.index",
            "office.daily_control.",
            _is_on(queries.DAILY_CONTROL),
        ),
        Tab(
            "kitchen",
            50,
            lazy("Certificates of goods"),
            "office.goods.index",
            "office.goods.",
            _is_on(queries.GOODS_CERTIFICATES),
        ),
        Tab("kitchen", 90, lazy("Responsible posts"), "office.kitchen.posts", "office.kitchen.posts"),
        Tab(
            "kitchen",
            30,
            lazy("Food samples"),
            "office.food_samples.index",
            "office.food_samples.",
            _is_on(queries.FOOD_SAMPLES),
        ),
        Tab(
            "kitchen",
            40,
            lazy("Health"),
            "office.health.index",
            "office.health.",
            _is_on(queries.STAFF_HEALTH),
        ),
    ),
    duties=DUTIES,
    dues=DUES,
    folder=folder_pages.PARTS,
    case_kinds={queries.DECISION: lazy("Decision of a meeting")},
    fragments=(
        Fragment(
            "board-side", 16, "kitchen/_board.html", shown.on_board, ("kitchen-title", lazy("In the kitchen"))
        ),
        Fragment("roster", 10, "office/kitchen/_roster.html", shown.on_roster),
        Fragment("data", 27, "kitchen/_data.html", dict),
        Fragment("case", 30, "office/kitchen/_case.html", shown.of_case),
    ),
    checks={
        "food samples": checks.recount,
        "daily control": reviews_recount.recount,
        "papers of goods": reviews_recount.recount_goods,
    },
    heads={"food samples": checks.heads, "daily control": reviews_recount.heads},
    tables={
        "kitchen_duty": Table(lazy("Posts that answer in a kitchen"), KEPT_WHILE_USED),
        "food_sample": Table(
            lazy("Food samples: dish, grams, place, who put it away"), KEPT_AS_RECORD, since="recorded_at"
        ),
        "control_review": Table(
            lazy("Signed weeks and months of the daily control"), KEPT_AS_RECORD, since="signed_at"
        ),
        "control_decision": Table(lazy("Cases that a monthly meeting decided on"), KEPT_AS_RECORD),
        "kitchen_worker": Table(
            lazy("Who works with food beside those on a roster"), KEPT_WHILE_USED, since="added_at"
        ),
        "health_certificate": Table(
            lazy("Until when somebody's health certificate holds, and who saw it"),
            lazy("a year after its end"),
            since="seen_at",
        ),
        "morning_check": Table(
            lazy("That the morning check was made, by whom, of how many"), KEPT_AS_RECORD, since="at"
        ),
        "goods_certificate": Table(
            lazy("Papers of goods and batches, and until when they hold"), KEPT_AS_RECORD, since="noted_at"
        ),
        "morning_note": Table(
            lazy("Who was not well at a morning check, and why"), lazy("60 days"), since="noted_at"
        ),
        "food_sample_step": Table(
            lazy("What became of food samples, and who did it"), KEPT_AS_RECORD, since="at"
        ),
    },
    retention=(
        Retention(
            "morning-notes",
            MorningNote,
            timedelta(days=60),
            lambda before: MorningNote.noted_at < before,
        ),
        Retention(
            "health-certificates",
            HealthCertificate,
            timedelta(days=365),
            lambda before: HealthCertificate.until < before.date(),
        ),
    ),
    sample=SHARE,
)
