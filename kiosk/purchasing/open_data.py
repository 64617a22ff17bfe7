"""Posted lines as open data: what stands in the version in force of each sheet."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import aliased

from kiosk.core.db import session
from kiosk.core.formats import fen_to_text, milli_to_text, price_to_text
from kiosk.core.i18n import Text
from kiosk.counters.models import Canteen
from kiosk.postings.models import PostingVersion
from kiosk.purchasing.models import Line, Sheet, SheetPerson
from kiosk.school import queries as school

COLUMNS: dict[str, Text] = {
    "day": "日期",
    "canteen": "食堂",
    "number": "单号",
    "version": "版本",
    "class": "类别",
    "item": "品名",
    "specification": "规格",
    "unit": "单位",
    "quantity": "数量",
    "unit_price": "单价",
    "amount": "金额",
    "supplier": "供货商",
    "purchaser": "采购人",
    "receivers": "验收人",
    "posted_at": "公示时间",
    "first_posted_at": "首次公示时间",
    "posted_later": "补公示",
    "remark": "备注",
    "posting": "公示编号",
    "line": "行号",
}
"""Names of the columns in JSON and in CSV."""


def _plain(text: str) -> str:
    return text.replace(",", "")


def _remark(line: Line) -> str:
    """The line's remark; a gift says that it is one, so that a price of 0 is never taken for a price."""
    return line.remark if not line.is_gift or "赠" in line.remark else f"赠品 {line.remark}".strip()


def _iso(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")


def _names(first: date, last: date) -> dict[int, dict[str, str]]:
    """By version: purchaser and receivers as printed."""
    query = (
        select(SheetPerson.version_id, SheetPerson.part, SheetPerson.name)
        .join(Sheet, Sheet.version_id == SheetPerson.version_id)
        .where(Sheet.day.between(first, last))
        .order_by(SheetPerson.version_id, SheetPerson.part)
    )
    found: dict[int, dict[str, str]] = {}
    for version_id, part, name in session.execute(query):
        names = found.setdefault(version_id, {"purchaser": "", "receivers": ""})
        if part == "purchaser":
            names["purchaser"] = name
        elif part.startswith("receiver"):
            names["receivers"] = "、".join(one for one in (names["receivers"], name) if one)
    return found


def posted_lines(first: date, last: date) -> Iterator[dict[str, Any]]:
    """Every posted line of the days; quantities and money as decimal strings, times ISO 8601
    as the school's clocks show them, with their offset."""
    first_version = aliased(PostingVersion)
    query: Any = (
        select(
            Line,
            PostingVersion.version,
            Sheet,
            Canteen.name,
            PostingVersion.posted_at,
            first_version.posted_at,
        )
        .join(Sheet, Sheet.version_id == Line.version_id)
        .join(PostingVersion, PostingVersion.id == Sheet.version_id)
        .join(first_version, (first_version.posting_id == Sheet.id) & (first_version.version == 1))
        .join(Canteen, Canteen.id == Sheet.canteen_id)
        .where(Sheet.day.between(first, last))
        .order_by(Sheet.day, Canteen.position, Sheet.id, Line.position)
    )
    zone, names = school.zone(), _names(first, last)
    for line, version, sheet, canteen, posted_at, first_at in session.execute(
        query.execution_options(yield_per=500)
    ):
        yield {
            "day": sheet.day.isoformat(),
            "canteen": canteen,
            "number": sheet.number,
            "version": version,
            "class": line.item_class,
            "item": line.item,
            "specification": line.specification,
            "unit": line.unit,
            "quantity": _plain(milli_to_text(line.quantity)),
            "unit_price": _plain(price_to_text(line.unit_price)),
            "amount": _plain(fen_to_text(line.amount)),
            "supplier": line.supplier,
            **names.get(line.version_id, {"purchaser": "", "receivers": ""}),
            "posted_at": _iso(posted_at, zone),
            "first_posted_at": _iso(first_at, zone),
            "posted_later": first_at.astimezone(zone).date() > sheet.day,
            "remark": _remark(line),
            "posting": sheet.id,
            "line": line.position + 1,
        }
