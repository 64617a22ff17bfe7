"""The columns of what is bought, which several kinds share, the heads that schools write above them, and how
the items stand in a title."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kiosk.core.field import Line, Money, Quantity, UnitPrice
from kiosk.core.formats import amount_of, fen_to_text
from kiosk.core.i18n import Text, _, lazy, listed

ITEM = Line(name="item", label=lazy("Item"), longest=60, missing=lazy("Which item is this?"))
SPECIFICATION = Line(name="specification", label=lazy("Specification"), longest=60)
UNIT = Line(name="unit", label=lazy("Unit"), longest=20)
QUANTITY = Quantity(name="quantity", label=lazy("Quantity"))
UNIT_PRICE = UnitPrice(name="unit_price", label=lazy("Unit price"))
AMOUNT = Money(name="amount", label=lazy("Amount"), missing=lazy("A number is missing."))
SUPPLIER = Line(name="supplier", label=lazy("Supplier"), longest=60)
REMARK = Line(name="remark", label=lazy("Remark"), longest=120)
PRODUCTS = {"amount": ("quantity", "unit_price")}
FEN = 1
"""A product that was rounded otherwise is no other."""
MOST_SAID = 5
"""So many amounts that are no product are named; the others are counted."""


def says(_fields: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    """Amounts that are not quantity times unit price, said as they stand; nothing is mended."""
    found = [(n, row, made) for n, row in enumerate(rows, 1) if _is_other(row, made := _made(row))]
    for number, row, made in found[:MOST_SAID]:
        yield lazy(
            "Row %(n)s, %(item)s: %(quantity)s × %(price)s makes %(computed)s, written is %(amount)s.",
            n=number,
            item=row.get("item") or "",
            quantity=QUANTITY.text(row["quantity"]),
            price=UNIT_PRICE.text(row["unit_price"]),
            computed=fen_to_text(made or 0),
            amount=fen_to_text(row["amount"]),
        )
    if len(found) > MOST_SAID:
        yield lazy("So it is with %(n)s more rows.", n=len(found) - MOST_SAID)


def _made(row: Mapping[str, Any]) -> int | None:
    quantity, price = row.get("quantity"), row.get("unit_price")
    return None if quantity is None or price is None else amount_of(quantity, price)


def _is_other(row: Mapping[str, Any], made: int | None) -> bool:
    amount = row.get("amount")
    return made is not None and amount is not None and abs(made - amount) > FEN


HEADS = {
    "item": (
        *("品名", "名称", "物品名称", "货物名称", "商品名称", "物资名称", "产品名称", "项目名称", "采购项目"),
        *("采购内容", "品种", "品目", "食材名称", "食品名称", "材料名称", "设备名称", "标的名称"),
    ),
    "specification": ("规格", "规格型号", "型号规格", "型号", "规格等级", "品牌", "品牌规格", "技术参数"),
    "unit": ("单位", "计量单位", "计价单位"),
    "quantity": ("数量", "采购数量", "购买数量", "实收数量"),
    "unit_price": ("单价", "采购单价", "成交单价", "含税单价", "价格", "综合单价"),
    "amount": (
        *("金额", "总价", "小计", "合价", "总金额", "采购金额", "成交金额", "中标金额", "合同金额"),
        "合计金额",
    ),
    "supplier": (
        *("供应商", "供货商", "供货单位", "供应单位", "供应商名称", "成交供应商", "中标单位", "销售单位"),
        "商家",
    ),
    "remark": ("备注", "说明", "用途"),
}
"""By a column's name."""

NAMED, LONGEST_NAME = 2, 12
"""So many items a title names, and so many characters of each."""


def items_in(rows: Sequence[Mapping[str, Any]], title: str = "") -> str:
    """What the rows are about, as it tells one posting from the next: 猪后腿肉、鸡蛋等 5 种.

    Empty without rows, and where the title says the first of them itself.
    """
    names = list(dict.fromkeys(text for row in rows if (text := str(row.get(ITEM.name) or "").strip())))
    if not names or (title and names[0] in title):
        return ""
    items = listed(name[:LONGEST_NAME] for name in names[:NAMED])
    if len(names) <= NAMED:
        return items
    return str(_("%(items)s (%(all)s items)", items=items, all=len(names)))
