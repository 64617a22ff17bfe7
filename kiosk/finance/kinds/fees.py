"""The kind `fees` (收费公示): what a school charges in a term, how much, on what basis, and whom."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kiosk.core.field import Line, Money
from kiosk.core.i18n import Text, lazy
from kiosk.core.room import Asked, Switch
from kiosk.finance.kinds.rows import twice
from kiosk.finance.models import ITEM, LONGEST
from kiosk.finance.names import FEES as SLUG
from kiosk.finance.permissions import APPROVE_FEES, WRITE_FEES
from kiosk.finance.services import typed
from kiosk.postings.models import Posting
from kiosk.postings.queries import Kind, Reading, Typed, first_week_of_term

NO_STANDARD = lazy("Please write the amount, or as the unit how it is charged, like: at cost.")
SWITCH = Switch(
    SLUG,
    lazy("Fees"),
    (
        Asked(
            lazy("Accountant, cashier or head of logistics"),
            lazy("In the first week of a term write what is charged, on what basis and whom."),
        ),
        Asked(
            lazy("Principal, head of logistics or school council"),
            lazy("Approve or return what another person wrote."),
        ),
        Asked(
            lazy("Accountant or cashier"),
            lazy("Mark collected what is posted; what is not posted may not be charged."),
        ),
    ),
)


def _completes(_posting: Posting, reading: Reading) -> None:
    """Each row has an amount, or says how it is charged, and stands once."""
    for number, row in enumerate(reading.rows):
        if row.get("amount") is None and not row.get("unit"):
            reading.errors.setdefault((number, "amount"), NO_STANDARD)
    twice(reading)


def _says(_fields: Mapping[str, Any], _rows: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    yield lazy("What does not stand here may not be charged this term.")


FEES = Kind(
    slug=SLUG,
    label=lazy("Fees"),
    columns=(
        ITEM,
        Money(name="amount", label=lazy("Standard (yuan)")),
        Line(name="unit", label=lazy("For each"), longest=40),
        Line(
            name="whom",
            label=lazy("Charged to"),
            longest=LONGEST,
            missing=lazy("Please say who is charged."),
        ),
        Line(
            name="basis",
            label=lazy("Basis"),
            longest=200,
            missing=lazy("Please say on what basis it is charged."),
        ),
        Line(name="sort", label=lazy("Sort of fee"), longest=40),
        Line(name="remark", label=lazy("Remark"), longest=200),
    ),
    known_by=("item", "whom"),
    recurring=("item", "amount", "unit", "whom", "basis", "sort"),
    aliases={
        "item": ("收费项目", "项目", "收费名称", "项目名称"),
        "amount": ("收费标准", "标准", "收费金额", "金额", "收费标准及单位", "收费标准元"),
        "unit": ("计费单位", "单位", "收费单位", "计量单位", "收费方式"),
        "whom": ("收费对象", "对象", "收费范围", "适用范围", "对象范围"),
        "basis": (
            "收费依据",
            "依据",
            "文号",
            "批准文号",
            "项目批准文号",
            "收费文件",
            "政策依据",
            "收费依据文号",
        ),
        "sort": ("收费性质", "性质", "收费类别", "类别", "收费类型"),
        "remark": ("备注", "说明"),
    },
    units={"amount": "unit"},
    drafts=WRITE_FEES,
    approves=APPROVE_FEES,
    questions=True,
    rhythm=first_week_of_term(),
    days=30,
    completes=_completes,
    says=_says,
    typed=Typed(fill=typed.fill_fees, empty=typed.empty_fees),
    switch=SWITCH,
)
