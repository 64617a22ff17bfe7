"""The kind `bulk` (大宗采购): a purchase of 5,000 yuan or more, posted at once, seven days on the wall."""

from collections.abc import Mapping, Sequence
from typing import Any

from kiosk.core.field import Choice, Day, Line
from kiosk.core.i18n import lazy
from kiosk.core.room import Asked, Switch
from kiosk.postings.kinds import bought
from kiosk.postings.models import Posting
from kiosk.postings.permissions import APPROVE_POSTINGS, WRITE_BULK
from kiosk.postings.queries import Kind

METHOD = Choice(
    name="method",
    label=lazy("How it was bought"),
    options={
        "tender": lazy("Open tender"),
        "negotiated": lazy("Competitive negotiation"),
        "inquiry": lazy("By price inquiry"),
        "platform": lazy("Public procurement platform"),
        "single": lazy("From a single source"),
        "direct": lazy("Bought directly"),
    },
)


def _titled(_posting: Posting, values: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    """Its own title, and what was bought where that says nothing of it: 大宗物资采购公示 is said of all."""
    title = str(values.get("title") or BULK.label)
    return " · ".join(filter(None, (title, bought.items_in(rows, title))))


BULK = Kind(
    slug="bulk",
    label=lazy("Bulk purchases"),
    fields=(
        Line(
            name="title",
            label=lazy("Title"),
            longest=60,
            missing=lazy("Please enter a title."),
            hint=lazy("A purchase of 5,000 yuan or more; it hangs for seven days."),
        ),
        METHOD,
        Line(
            name="decided",
            label=lazy("Who decided, and when"),
            longest=120,
            missing=lazy("Please say who decided, and when."),
        ),
        Day(name="bought_on", label=lazy("Bought on")),
    ),
    heading="title",
    titled=_titled,
    columns=(
        bought.ITEM,
        bought.SPECIFICATION,
        bought.UNIT,
        bought.QUANTITY,
        bought.UNIT_PRICE,
        bought.AMOUNT,
        bought.SUPPLIER,
        bought.REMARK,
    ),
    aliases=bought.HEADS,
    known_by=("item", "specification"),
    products=bought.PRODUCTS,
    says=bought.says,
    sums=("amount",),
    questions=True,
    drafts=WRITE_BULK,
    approves=APPROVE_POSTINGS,
    switch=Switch(
        "bulk",
        lazy("Bulk purchases"),
        (
            Asked(
                lazy("Whoever buys for 5,000 yuan or more"),
                lazy("Posts it at once; it hangs for seven days."),
            ),
            Asked(
                lazy("Head of logistics, principal or school council"),
                lazy("Approve or return what another person wrote."),
            ),
        ),
    ),
)
