"""The kind `agency-fees` (代办费): received, spent, refunded and left of each item, at the end of a term."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kiosk.core.field import Choice, Line, Money
from kiosk.core.formats import fen_to_text
from kiosk.core.i18n import Text, lazy, listed
from kiosk.core.room import Asked, Switch
from kiosk.finance.kinds.rows import twice
from kiosk.finance.models import ITEM, LONGEST
from kiosk.finance.names import AGENCY_FEES as SLUG
from kiosk.finance.permissions import APPROVE_FEES, WRITE_FEES
from kiosk.finance.services import typed
from kiosk.postings.models import Posting
from kiosk.postings.queries import Kind, Reading, Typed, last_week_of_term

MISSING = lazy("A number is missing.")
STATES: dict[str, Text] = {
    "even": lazy("Even"),
    "refund": lazy("To be refunded"),
    "school": lazy("The school carries it"),
}
"""What a balance of zero, above and below zero means."""
SWITCH = Switch(
    SLUG,
    lazy("Agency fees"),
    (
        Asked(
            lazy("Accountant, cashier or head of logistics"),
            lazy("In the last week of a term write what came in, was spent and was paid back."),
        ),
        Asked(
            lazy("Principal, head of logistics or school council"),
            lazy("Approve or return what another person wrote."),
        ),
        Asked(
            lazy("Accountant, principal or head of logistics"),
            lazy("Close each item once nothing is left; a shortfall is never collected."),
        ),
    ),
)


def state_of(balance: int) -> str:
    """What a balance in fen means."""
    if balance == 0:
        return "even"
    return "refund" if balance > 0 else "school"


def _completes(_posting: Posting, reading: Reading) -> None:
    """The balance of each row; nothing refunded is a zero."""
    for row in reading.rows:
        row["refunded"] = row.get("refunded") or 0
        received, spent = row.get("received"), row.get("spent")
        if received is not None and spent is not None:
            row["balance"] = received - spent - row["refunded"]
            row["state"] = state_of(row["balance"])
    twice(reading)


def _says(_fields: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    """What is to be refunded, and what the school carries; one is never paid with the other."""
    left = [row for row in rows if (row.get("balance") or 0) > 0]
    short = [row for row in rows if (row.get("balance") or 0) < 0]
    if left:
        yield lazy(
            "Still to be refunded: %(total)s (%(items)s). None of these closes before.",
            total=fen_to_text(sum(row["balance"] for row in left)),
            items=listed(_named(row) for row in left),
        )
    if short:
        yield lazy(
            "Short: %(total)s (%(items)s). Pupils are not charged, the school carries %(total)s.",
            total=fen_to_text(-sum(row["balance"] for row in short)),
            items=listed(_named(row) for row in short),
        )
    if rows and not left and not short:
        yield lazy("Nothing is left of any item: received = spent + refunded.")


def _named(row: Mapping[str, Any]) -> str:
    whom = f"·{row['whom']}" if row.get("whom") else ""
    return f"{row.get('item', '')}{whom} {fen_to_text(abs(row['balance']))}"


AGENCY_FEES = Kind(
    slug=SLUG,
    label=lazy("Agency fees"),
    columns=(
        ITEM,
        Line(name="whom", label=lazy("Charged to"), longest=LONGEST),
        Money(name="received", label=lazy("Taken in"), missing=MISSING),
        Money(name="spent", label=lazy("Spent"), missing=MISSING),
        Money(name="refunded", label=lazy("Refunded")),
        Line(name="remark", label=lazy("Remark"), longest=200),
    ),
    derived=(
        Money(name="balance", label=lazy("Left"), signed=True),
        Choice(name="state", label=lazy("What it means"), options=STATES),
    ),
    known_by=("item", "whom"),
    recurring=("item", "whom"),
    aliases={
        "item": ("代办费项目", "代收费项目", "收费项目", "项目", "项目名称", "代办项目", "费用名称"),
        "whom": ("收费对象", "对象", "年级", "班级", "年级班级"),
        "received": (
            "收到",
            "收入",
            "收",
            "实收",
            "实收金额",
            "收入金额",
            "收取金额",
            "预收金额",
            "收费金额",
            "收款金额",
        ),
        "spent": (
            "支出",
            "支",
            "实际支出",
            "支出金额",
            "实支",
            "实支金额",
            "结算金额",
            "实用金额",
            "使用金额",
        ),
        "refunded": ("退费", "退还", "退费金额", "退还金额", "已退", "已退金额", "实退金额", "退款"),
        "remark": ("备注", "说明"),
    },
    sums=("received", "spent", "refunded"),
    drafts=WRITE_FEES,
    approves=APPROVE_FEES,
    questions=True,
    rhythm=last_week_of_term(),
    days=30,
    completes=_completes,
    says=_says,
    typed=Typed(fill=typed.fill_agency, empty=typed.empty_agency),
    switch=SWITCH,
)
