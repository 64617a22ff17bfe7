"""Posted lines as open data: what stands in the version in force of each sheet."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select

from kiosk.core.db import session
from kiosk.core.formats import fen_to_text, milli_to_text, price_to_text
from kiosk.counters.models import Canteen
from kiosk.purchasing.models import Line, Sheet, SheetVersion
from kiosk.school import queries as school

COLUMNS = (
    ("day", "日期"),
    ("canteen", "食堂"),
    ("number", "单号"),
    ("version", "版本"),
    ("class", "类别"),
    ("item", "品名"),
    ("specification", "规格"),
    ("unit", "单位"),
    ("quantity", "数量"),
    ("unit_price", "单价"),
    ("amount", "金额"),
    ("supplier", "供货商"),
    ("purchaser", "采购人"),
    ("receivers", "验收人"),
    ("posted_at", "公示时间"),
)
"""Names of the columns in JSON and in CSV."""


def _plain(text: str) -> str:
    return text.replace(",", "")


def posted_lines(first: date, last: date) -> Iterator[dict[str, Any]]:
    """Every posted line of the days; quantities and money as decimal strings, times ISO 8601
    as the school's clocks show them, with their offset."""
    query = (
        select(Line, SheetVersion, Sheet, Canteen.name)
        .join(SheetVersion, SheetVersion.id == Line.version_id)
        .join(Sheet, Sheet.posted_version_id == SheetVersion.id)
        .join(Canteen, Canteen.id == Sheet.canteen_id)
        .where(Sheet.day.between(first, last))
        .order_by(Sheet.day, Canteen.position, Sheet.id, Line.position)
    )
    zone = school.zone()
    for line, version, sheet, canteen in session.execute(query):
        posted = version.posted_at.astimezone(zone) if version.posted_at else None
        receivers = "、".join(name for name in (version.receiver1, version.receiver2) if name)
        yield {
            "day": sheet.day.isoformat(),
            "canteen": canteen,
            "number": sheet.number,
            "version": version.version,
            "class": line.item_class,
            "item": line.item,
            "specification": line.specification,
            "unit": line.unit,
            "quantity": _plain(milli_to_text(line.quantity)),
            "unit_price": _plain(price_to_text(line.unit_price)),
            "amount": _plain(fen_to_text(line.amount)),
            "supplier": line.supplier,
            "purchaser": version.purchaser,
            "receivers": receivers,
            "posted_at": posted.isoformat(timespec="seconds") if posted else "",
        }
