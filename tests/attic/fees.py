"""The attic's kind of posting: rows, people, a rhythm, a canteen's, and posted without another's approval."""

from datetime import time

from kiosk.core.field import Choice, Day, Line, Money, Whole
from kiosk.core.i18n import lazy
from kiosk.postings.permissions import WRITE_NOTICES
from kiosk.postings.queries import Kind, Somebody, each_school_day

FEES = Kind(
    slug="attic-fees",
    label=lazy("Board"),
    fields=(Line(name="subject", label=lazy("Title"), longest=40, missing=lazy("Please enter a title.")),),
    people=(
        Somebody(name="payer", label=lazy("Purchaser"), missing=lazy("A name is missing.")),
        Somebody(name="keeper", label=lazy("Custodian")),
    ),
    columns=(
        Line(name="item", label=lazy("Item"), longest=20, missing=lazy("Which item is this?")),
        Money(name="amount", label=lazy("Amount"), missing=lazy("A number is missing.")),
        Whole(name="pupils", label=lazy("Counter"), least=0, most=5000),
        Choice(name="state", label=lazy("State"), options={"open": lazy("Draft"), "paid": lazy("Posted")}),
        Day(name="paid_on", label=lazy("Day")),
    ),
    aliases={"item": ("项目", "收费项目")},
    heading="subject",
    sums=("amount",),
    questions=True,
    scopes=("canteen",),
    drafts=WRITE_NOTICES,
    rhythm=each_school_day(time(12)),
)
