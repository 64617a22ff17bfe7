"""The kind `inquiry` (市场询价): what things cost at several markets on a day, and who went there."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kiosk.core.field import Day, Line, UnitPrice
from kiosk.core.filters import day
from kiosk.core.i18n import lazy, listed
from kiosk.core.room import Asked, Switch
from kiosk.postings.kinds import bought
from kiosk.postings.models import Posting
from kiosk.postings.permissions import POST_INQUIRIES
from kiosk.postings.queries import Kind, Somebody

MARKETS = ("1", "2", "3", "4")
NOBODY = lazy("At least two people went: please name them.")


def _market(number: str) -> Line:
    label = lazy("Market %(n)s", n=number)
    missing = lazy("At least two markets: which?") if number in MARKETS[:2] else None
    return Line(name=f"market{number}", label=label, longest=40, missing=missing)


def _titled(_posting: Posting, values: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    """When it was, for what, and at which markets: only so the lists tell one from the next."""
    markets = (str(values.get(f"market{number}") or "")[: bought.LONGEST_NAME] for number in MARKETS)
    parts = (_day(str(values.get("asked_on") or "")), bought.items_in(rows), listed(filter(None, markets)))
    return " · ".join(filter(None, (str(INQUIRY.label), *parts)))


def _day(text: str) -> str:
    """A day in words; what is no day yet as it was typed."""
    try:
        return day(date.fromisoformat(text), "date")
    except ValueError:
        return text


INQUIRY = Kind(
    slug="inquiry",
    label=lazy("Price inquiries"),
    fields=(
        Day(name="asked_on", label=lazy("Asked on"), missing=lazy("Please enter a date.")),
        *map(_market, MARKETS),
        Line(name="others", label=lazy("Who else went (parents, pupils: how many)"), longest=60),
    ),
    people=(
        Somebody(name="first", label=lazy("Went there"), missing=NOBODY),
        Somebody(name="second", label=lazy("Went along"), missing=NOBODY),
        Somebody(name="third", label=lazy("Also went along")),
    ),
    columns=(
        bought.ITEM,
        bought.SPECIFICATION,
        bought.UNIT,
        *(UnitPrice(name=f"price{n}", label=lazy("Market %(n)s", n=n)) for n in MARKETS),
        UnitPrice(name="average", label=lazy("Average")),
        UnitPrice(name="agreed", label=lazy("Price agreed")),
        bought.REMARK,
    ),
    titled=_titled,
    called={f"price{n}": f"market{n}" for n in MARKETS},
    recurring=("item", "specification", "unit"),
    aliases={
        **{name: bought.HEADS[name] for name in ("item", "specification", "unit", "remark")},
        "average": ("均价", "平均价", "平均价格", "平均", "市场均价", "平均单价"),
        "agreed": ("定价", "确定价格", "核定价", "执行价", "采购价", "最终定价", "成交价", "拟定价格"),
    },
    rowwise=(
        ("市场", "市场名称", "询价市场", "询价地点", "地点", "询价单位", "超市", "商家", "供应商", "market"),
        ("价格", "单价", "报价", "询价", "询价价格", "市场价", "市场价格", "市场单价", "price", "unitprice"),
    ),
    questions=True,
    scopes=("school", "canteen"),
    confined=frozenset({"canteen_manager"}),
    drafts=POST_INQUIRIES,
    days=31,
    switch=Switch(
        "inquiry",
        lazy("Price inquiries"),
        (
            Asked(
                lazy("Whoever buys for the canteens"),
                lazy("Asks at two markets at least, with a second person, and posts what things cost there."),
            ),
        ),
    ),
)
