"""Open data of payments: /data/payments.csv and .json; what was paid, never bank accounts."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response

from kiosk.core import open_data as edge
from kiosk.core.field import Money, Quantity, UnitPrice
from kiosk.core.i18n import in_every_language, lazy
from kiosk.core.masking import mask
from kiosk.payments import queries
from kiosk.payments.models import ENTERED, PAID, PURPOSES, WAYS, Payment, PaymentLine
from kiosk.school import queries as school

blueprint = Blueprint("payments_api", __name__)

COLUMNS = (
    ("payment", "支付编号"),
    ("paid_on", "付款日期"),
    ("payee", "收款方"),
    ("purpose", "用途编号"),
    ("purpose_name", "用途"),
    ("about", "说明"),
    ("total", "支付金额"),
    ("way", "付款方式"),
    ("asked_at", "申请时间"),
    ("asked_by", "申请人岗位"),
    ("approved_by", "审批岗位"),
    ("approved_at", "批准时间"),
    ("paid_at", "付款登记时间"),
    ("entered_at", "入账时间"),
    ("posting", "公示编号"),
    ("version", "公示版本"),
    ("line", "行号"),
    ("item", "品名"),
    ("specification", "规格"),
    ("unit", "单位"),
    ("quantity", "验收数量"),
    ("unit_price", "单价"),
    ("amount", "本行支付金额"),
)
"""Names of the columns in JSON and CSV. A payment has a row for each line, one without lines has one row."""
OF_LINE = 9
_MONEY, _QUANTITY = Money(name="", label=lazy("Amount")), Quantity(name="", label=lazy("Quantity"))
_PRICE = UnitPrice(name="", label=lazy("Unit price"))


@blueprint.get("/data/payments.csv")
def table() -> Response | str:
    """What was paid from ?from= to ?to=, line by line."""
    first, last = edge.span(school.today())
    rows = (["" if cell is None else cell for cell in row.values()] for row in _rows(first, last))
    return edge.answer_csv(f"payments_{first}_{last}", [label for _name, label in COLUMNS], rows)


@blueprint.get("/data/payments.json")
def objects() -> Response:
    """The same as JSON."""
    first, last = edge.span(school.today())
    return edge.answer_json(first, last, "payments", _rows(first, last))


def _rows(first: date, last: date) -> Iterator[dict[str, Any]]:
    names = [name for name, _label in COLUMNS]
    for one in reversed(queries.done_between(first, last)):
        own = _of_payment(one)
        for line in one.now.lines or [None]:  # type: ignore[list-item]
            yield dict(zip(names, (*own, *_of_line(line)), strict=True))


def _iso(moment: datetime | None) -> str | None:
    return school.local(moment).isoformat(timespec="seconds") if moment else None


def _of_payment(one: Payment) -> tuple[Any, ...]:
    now, paid, entered = one.now, one.step(PAID), one.step(ENTERED)
    assert paid
    levels = queries.levels_of(one)
    return (
        one.id,
        paid.day.isoformat(),
        mask(now.payee),
        now.purpose,
        in_every_language(PURPOSES[now.purpose])[0],
        mask(now.about),
        _MONEY.plain(now.amount),
        paid.way if paid.way in WAYS else None,
        _iso(one.asked_at),
        now.role,
        " ".join(role for level in levels for role in level.level.roles),
        _iso(max((each.at for level in levels for each in level.decisions), default=None)),
        _iso(paid.at),
        _iso(entered.at if entered else None),
    )


def _of_line(line: PaymentLine | None) -> tuple[Any, ...]:
    if line is None:
        return (None,) * OF_LINE
    return (
        line.posting_id,
        line.sheet_version,
        line.row,
        line.item,
        line.specification,
        line.unit,
        _QUANTITY.plain(line.quantity),
        _PRICE.plain(line.unit_price),
        _MONEY.plain(line.amount),
    )
