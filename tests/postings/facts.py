"""What a test needs to know of each kind on the wall: one table, no kind has tests of its own machinery."""

from typing import Any, NamedTuple

from kiosk.persons import queries as persons
from kiosk.postings.queries import Kind, offered_periods, place_code, places
from kiosk.school import queries as school

Texts = dict[str, str]


class Facts(NamedTuple):
    """What is typed, who writes, and who may not; `seen` is read on page, poster, feed and data."""

    writer: str
    refused: tuple[str, ...]
    fields: Texts
    rows: tuple[Texts, ...]
    seen: tuple[str, ...]
    changes: tuple[str, str, str]
    """A row's column or a field, its value in the correction, and how that is read."""


MENU = (
    {"day": "mon", "meal": "lunch", "dishes": "番茄炒蛋、米饭", "allergens": "鸡蛋"},
    {"day": "tue", "meal": "lunch", "dishes": "红烧带鱼、馒头", "allergens": "鱼、小麦"},
)
FACTS = {
    "spending": Facts(
        writer="wu",
        refused=("chen", "zhou"),
        fields={"note": "凭证可在财务室查阅"},
        rows=(
            {"item": "水电费", "amount": "1,080.50", "payee": "供电局", "paid_on": "2026-02-20"},
            {"item": "燃气费", "amount": "300"},
        ),
        seen=("水电费", "1,080.50"),
        changes=("amount", "310", "310.00"),
    ),
    "materials": Facts(
        writer="wu",
        refused=("zhou",),
        fields={"department": "教务处"},
        rows=(
            {"item": "复印纸", "unit": "包", "quantity": "20", "unit_price": "22.5", "amount": "450"},
            {"item": "粉笔", "unit": "盒", "quantity": "50", "unit_price": "3.2", "amount": "160"},
        ),
        seen=("复印纸", "450.00"),
        changes=("amount", "161", "161.00"),
    ),
    "bulk": Facts(
        writer="wu",
        refused=("chen", "zhou"),
        fields={"title": "秋季课桌椅采购", "method": "tender", "decided": "校委会3月2日会议"},
        rows=({"item": "课桌椅", "unit": "套", "quantity": "60", "unit_price": "185", "amount": "11100"},),
        seen=("课桌椅", "11,100.00"),
        changes=("title", "秋季课桌椅补充采购", "秋季课桌椅补充采购"),
    ),
    "inquiry": Facts(
        writer="lin",
        refused=("wu", "zhou"),
        fields={"asked_on": "2026-03-03", "market1": "城南市场", "market2": "联华超市"},
        rows=(
            {"item": "猪后腿肉", "unit": "斤", "price1": "11.5", "price2": "12.8", "agreed": "11.5"},
            {"item": "土豆", "unit": "斤", "price1": "1.6", "price2": "1.98"},
        ),
        seen=("城南市场", "猪后腿肉", "12.80"),
        changes=("price2", "2.05", "2.05"),
    ),
    "suppliers": Facts(
        writer="lin",
        refused=("wu", "zhou"),
        fields={},
        rows=(
            {"supplier": "城南粮油店", "business_until": "长期", "food_until": "2026-03-20"},
            {"supplier": "北站水产行", "food_until": "2025-12-31"},
        ),
        seen=("城南粮油店", "北站水产行"),
        changes=("supplies", "水产", "水产"),
    ),
    "menu": Facts(
        writer="chen",
        refused=("wu", "zhou"),
        fields={},
        rows=MENU,
        seen=("番茄炒蛋、米饭", "红烧带鱼、馒头"),
        changes=("dishes", "清蒸带鱼、馒头", "清蒸带鱼、馒头"),
    ),
    "budget-analysis": Facts(
        writer="lin",
        refused=("wu", "chen"),
        fields={
            "figures": "预算10万元，支出9.6万元",
            "experience": "按周计划采购，库存少了。",
            "lessons": "厨具维修预算偏低。",
            "plans": "维修费按设备年限测算。",
        },
        rows=(),
        seen=("按周计划采购，库存少了。", "维修费按设备年限测算。"),
        changes=("lessons", "厨具维修预算偏低两成。", "厨具维修预算偏低两成。"),
    ),
    "rules": Facts(
        writer="lin",
        refused=("wu",),
        fields={"title": "物资采购制度", "text": "大宗物资须询价三家。", "link": "https://example.org/rule"},
        rows=(),
        seen=("物资采购制度",),
        changes=("text", "大宗物资须公开招标。", "大宗物资须公开招标。"),
    ),
}


def typed(kind: Kind) -> tuple[Texts, list[Texts]]:
    """The fields and rows of a kind as somebody types them, with people who are different ones."""
    facts, people = FACTS[kind.slug], iter(persons.people())
    named = {one.name: str(next(people).number) for one in kind.people if one.missing}
    blank = {one.name: "" for one in kind.inputs}
    return {**blank, **facts.fields, **named}, [dict(row) for row in facts.rows]


def begun_for(kind: Kind) -> dict[str, Any]:
    """Place and period of a posting of today: the first that the form offers."""
    period = offered_periods(kind.rhythm, school.today())[0] if kind.rhythm else ""
    return {"place": places(kind)[0], "period": period}


def as_sent(kind: Kind) -> Texts:
    """The same as a form sends it."""
    begun = begun_for(kind)
    return {"place": place_code(begun["place"]), "period": begun["period"]}
