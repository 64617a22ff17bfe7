"""Open data of tenders: /data/tenders.csv and .json; never who handed in, phone numbers or bank accounts."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response

from kiosk.core import open_data as edge
from kiosk.core.field import Money, Quantity
from kiosk.core.i18n import in_every_language, lazy
from kiosk.school import queries as school
from kiosk.tenders import queries
from kiosk.tenders.models import STATES, SUBJECTS, Tender
from kiosk.tenders.queries import Need, Wanted

blueprint = Blueprint("tenders_api", __name__)
COLUMNS = (
    ("tender", "招标编号"),
    ("title", "招标内容"),
    ("subject", "类别编号"),
    ("subject_name", "类别"),
    ("pricing", "计价方式"),
    ("estimate", "预计金额"),
    ("state", "状态编号"),
    ("state_name", "状态"),
    ("begun_at", "提出时间"),
    ("noticed_at", "公告时间"),
    ("deadline", "投标截止"),
    ("opened_at", "开标时间"),
    ("members", "校委会人数"),
    ("present", "到场人数"),
    ("bids", "投标数"),
    ("counted", "有效投标数"),
    ("awarded_at", "定标时间"),
    ("winner", "中标人"),
    ("contract", "合同编号"),
    ("valid_from", "合同起"),
    ("valid_until", "合同止"),
    ("amount", "合同金额"),
    ("notice", "公告公示编号"),
    ("protocol", "开标公示编号"),
    ("award", "中标公示编号"),
    ("line", "行号"),
    ("item", "品名"),
    ("specification", "规格"),
    ("unit", "单位"),
    ("item_class", "类别名"),
    ("quantity", "数量"),
    ("price", "合同单价"),
    ("discount", "下浮百分比"),
)
"""Names of the columns in JSON and CSV. Each line of what is tendered has a row."""
_MONEY, _QUANTITY = Money(name="", label=lazy("Amount")), Quantity(name="", label=lazy("Quantity"))
DAYS = 400


@blueprint.get("/data/tenders.csv")
def table() -> Response | str:
    """Tenders that were begun from ?from= to ?to=, line by line."""
    first, last = edge.span(school.today(), default_days=DAYS)
    rows = (["" if cell is None else cell for cell in row.values()] for row in _rows(first, last))
    return edge.answer_csv(f"tenders_{first}_{last}", [label for _name, label in COLUMNS], rows)


@blueprint.get("/data/tenders.json")
def objects() -> Response:
    """The same as JSON."""
    first, last = edge.span(school.today(), default_days=DAYS)
    return edge.answer_json(first, last, "tenders", _rows(first, last))


def _rows(first: date, last: date) -> Iterator[dict[str, Any]]:
    names = [name for name, _label in COLUMNS]
    for one in reversed(queries.tenders()):
        if queries.is_public(one) and first <= school.local(one.begun_at).date() <= last:
            need = queries.need(one)
            own = _of_tender(one, need)
            for place, line in enumerate(queries.lines_of(need), 1):
                yield dict(zip(names, (*own, *_of_line(one, place, line)), strict=True))


def _iso(moment: datetime | None) -> str | None:
    return school.local(moment).isoformat(timespec="seconds") if moment else None


def _of_tender(one: Tender, need: Need) -> tuple[Any, ...]:
    said, opening, contract = queries.notice(one), queries.sitting(one), one.contract
    noticed = next((row.at for row in one.versions if row.part == "notice"), None)
    held = opening if opening and opening.decided_at else None
    winner = one.award.bid.bidder if one.award and one.award.bid else None
    return (
        one.id,
        need.title,
        need.subject,
        in_every_language(SUBJECTS[need.subject])[0],
        need.pricing,
        _MONEY.plain(need.estimate),
        one.state,
        in_every_language(STATES[one.state])[0],
        _iso(one.begun_at),
        _iso(noticed),
        _iso(said.deadline if said else None),
        _iso(held.decided_at if held else None),
        len(held.seats) if held else None,
        len(queries.present(held)) if held else None,
        len(one.bids),
        len(queries.counted(one)) if held else None,
        _iso(one.award.at if one.award else None),
        winner,
        f"HT-{contract.id}" if contract else None,
        contract.first.isoformat() if contract else None,
        contract.until.isoformat() if contract else None,
        _MONEY.plain(contract.amount) if contract and contract.amount is not None else None,
        one.posting_id,
        one.protocol_id,
        one.award_id,
    )


def _of_line(one: Tender, place: int, line: Wanted) -> tuple[Any, ...]:
    prices = one.contract.prices if one.contract and not one.contract.rents else []
    price = next((each for each in prices if each.position == place), None)
    return (
        place,
        line.item,
        line.specification,
        line.unit,
        line.item_class,
        _QUANTITY.plain(line.quantity) if line.quantity else None,
        queries.PRICE.plain(price.price) if price and price.price is not None else None,
        queries.percent_to_text(price.discount) if price and price.discount is not None else None,
    )
