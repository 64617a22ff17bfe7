"""The kind `materials` (物资采购): what any department bought in a month, line by line."""

from collections.abc import Mapping, Sequence
from typing import Any

from kiosk.core.field import Day, Line
from kiosk.core.i18n import lazy
from kiosk.core.room import Asked, Switch
from kiosk.postings.kinds import bought
from kiosk.postings.models import Posting
from kiosk.postings.permissions import APPROVE_POSTINGS, WRITE_MATERIALS
from kiosk.postings.queries import Kind, each_month, period_words

DEPARTMENT = Line(
    name="department",
    label=lazy("Department"),
    longest=40,
    missing=lazy("Which department bought it?"),
)


def _titled(posting: Posting, values: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    own = (str(values.get("department") or ""), str(MATERIALS.label), period_words(posting.period))
    return " · ".join(filter(None, (*own, bought.items_in(rows))))


MATERIALS = Kind(
    slug="materials",
    label=lazy("Materials"),
    fields=(DEPARTMENT,),
    columns=(
        bought.ITEM,
        bought.SPECIFICATION,
        bought.UNIT,
        bought.QUANTITY,
        bought.UNIT_PRICE,
        bought.AMOUNT,
        bought.SUPPLIER,
        Day(name="bought_on", label=lazy("Bought on")),
        bought.REMARK,
    ),
    aliases={**bought.HEADS, "bought_on": ("日期", "采购日期", "购买日期", "时间", "购入日期")},
    titled=_titled,
    known_by=("item", "specification"),
    products=bought.PRODUCTS,
    says=bought.says,
    sums=("amount",),
    questions=True,
    several=True,
    drafts=WRITE_MATERIALS,
    approves=APPROVE_POSTINGS,
    days=31,
    rhythm=each_month(5),
    switch=Switch(
        "materials",
        lazy("Materials bought"),
        (
            Asked(
                lazy("Every department that buys"),
                lazy("Posts by the fifth of the next month what it bought; the school says “nothing” if so."),
            ),
            Asked(
                lazy("Head of logistics, principal or school council"),
                lazy("Approve or return what another person wrote."),
            ),
        ),
    ),
)
