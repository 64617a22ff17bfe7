"""Money of the school in public."""

from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, KEPT_WHILE_USED, POSTED, Fragment, Nav, Room, Table
from kiosk.finance import checks, shown
from kiosk.finance.duties import DUTIES
from kiosk.finance.kinds.agency import AGENCY_FEES
from kiosk.finance.kinds.canteen import CANTEEN_ACCOUNT
from kiosk.finance.kinds.fees import FEES
from kiosk.finance.permissions import SEE_FEES
from kiosk.finance.sample import SHARE
from kiosk.finance.settings import SETTINGS
from kiosk.finance.words import WORDS
from kiosk.postings.services import ladder

KINDS = (FEES, AGENCY_FEES, CANTEEN_ACCOUNT)


def _wanted() -> bool:
    return shown.is_used(FEES.slug) or shown.is_used(AGENCY_FEES.slug)


ROOM = Room(
    name="finance",
    words=WORDS,
    settings=SETTINGS,
    doors=("views", "office"),
    navigation=(Nav(27, lazy("Fees"), "office.finance.index", SEE_FEES, _wanted, group=POSTED),),
    duties=DUTIES,
    alike=(
        ("伙食费", "午餐费", "餐费", "饭费"),
        ("收费", "学费", "缴费", "交费"),
        ("代办费", "代收费"),
        ("校服", "制服"),
        ("住宿费", "宿舍费"),
        ("教辅", "资料费"),
        ("社会实践", "研学", "春游", "秋游"),
    ),
    posting_kinds=KINDS,
    ladders=tuple(ladder(kind) for kind in KINDS if kind.approves),
    fragments=(
        Fragment("board-side", 24, "finance/_board.html", shown.on_board),
        Fragment("wall", 17, "finance/_wall.html", shown.on_wall),
    ),
    checks={"fees": checks.recount},
    heads={"fees": checks.heads},
    tables={
        "fee_item": Table(lazy("Fees of the lists in force, one by one"), KEPT_WHILE_USED),
        "fee_collection": Table(
            lazy("Which posted fees were marked collected"), KEPT_AS_RECORD, since="collected_at"
        ),
        "fee_name": Table(
            lazy("Which fees a school says are charged in a term"), KEPT_AS_RECORD, since="said_at"
        ),
        "agency_item": Table(lazy("Agency fees of the accounts in force, one by one"), KEPT_WHILE_USED),
        "agency_closing": Table(lazy("Which agency fees were closed"), KEPT_AS_RECORD, since="closed_at"),
    },
    sample=SHARE,
)
