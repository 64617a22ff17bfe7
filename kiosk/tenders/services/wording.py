"""What stands in the postings of a tender: frozen, so in the language of the place."""

from datetime import datetime

from kiosk.core.formats import fen_to_text
from kiosk.core.i18n import LOCALES, in_language
from kiosk.school import queries as school
from kiosk.tenders import queries
from kiosk.tenders.models import (
    BY_PRICE,
    INTERESTS,
    PRICINGS,
    REASONS,
    SUBJECTS,
    TIES,
    Tender,
    TenderContract,
    TenderOpening,
    TenderSeat,
)
from kiosk.tenders.queries import Need, Notice

STANDING = {
    "counts": "有效",
    "late": "逾期送达，未开封",
    "withdrawn": "已撤回，未开封",
    "replaced": "同一投标人后投为准，未开封",
}
"""How an envelope stands, in the protocol."""


def moment(at: datetime) -> str:
    """A moment as it is printed: 2026-03-04 09:30."""
    return f"{school.local(at):%Y-%m-%d %H:%M}"


def _said(text: object) -> str:
    with in_language(LOCALES[0]):
        return str(text)


def notice_fields(found: Tender, said: Notice) -> dict[str, str]:
    """The fields of the notice."""
    need = queries.need(found)
    criteria = "\n".join(_criterion(one.name, one.weight, one.by) for one in said.criteria)
    text = [need.why, said.terms]
    if said.postponed:
        text.insert(0, said.postponed["text"])
    return {
        "title": need.title,
        "text": "\n".join(filter(None, text)),
        "criteria": criteria,
        "number": str(found.id),
        "subject": _said(SUBJECTS[need.subject]),
        "pricing": _said(PRICINGS[need.pricing]),
        "tie": _said(TIES[said.tie]),
        "deadline": moment(said.deadline),
        "opening": moment(said.opens),
        "where": said.place,
        "months": f"{need.months}个月",
        "short": said.short,
        "until": school.local(said.opens).date().isoformat(),
    }


def _criterion(name: str, weight: int, by: str) -> str:
    return f"{name}：{weight}分，{'按报价计算' if by == BY_PRICE else '由校委会评分'}"


def notice_rows(need: Need) -> list[dict[str, str]]:
    """What is bought, line by line."""
    with in_language(LOCALES[0]):
        return [
            {
                "item": (one.item or one.label)[:60],
                "specification": one.specification,
                "unit": one.unit,
                "quantity": queries.QUANTITY.plain(one.quantity) if one.quantity else "",
                "item_class": one.item_class,
            }
            for one in queries.lines_of(need)
        ]


def _seat(one: TenderSeat) -> str:
    how = {"code": "（凭纸质代码）"}.get(one.how, "")
    return f"{one.person.name}{how}"


def absent_told(opening: TenderOpening) -> str:
    """Who is absent, each with the reason."""
    with in_language(LOCALES[0]):
        return "、".join(
            f"{one.person.name}（{REASONS[one.reason or 'unsaid']}）" for one in queries.absent(opening)
        )


def recused_told(opening: TenderOpening) -> str:
    """Who stepped back, each with the reason."""
    with in_language(LOCALES[0]):
        return "、".join(f"{one.person.name}（{INTERESTS[one.reason]}）" for one in queries.recused(opening))


def postponed_text(opening: TenderOpening) -> str:
    """Why an opening was postponed, for everybody."""
    here, members = len(queries.present(opening)), len(opening.seats)
    text = f"第{opening.number}次开标未能举行：校委会{members}人，到场{here}人，"
    text += f"须到{opening.quorum}人，未开启任何标书。"
    absent, recused = absent_told(opening), recused_told(opening)
    return text + (f"缺席：{absent}。" if absent else "") + (f"回避：{recused}。" if recused else "")


def protocol_fields(found: Tender, opening: TenderOpening) -> dict[str, str]:
    """The fields of the protocol of an opening."""
    assert opening.decided_at
    here = "、".join(_seat(one) for one in queries.present(opening))
    here_count = len(queries.present(opening))
    return {
        "title": f"{queries.need(found).title} 开标记录"[:80],
        "number": str(found.id),
        "opened": moment(opening.decided_at),
        "led": opening.person.name,
        "present": here,
        "absent": absent_told(opening) or "无",
        "recused": recused_told(opening),
        "quorum": f"校委会{len(opening.seats)}人，到场{here_count}人，须到{opening.quorum}人",
        "hash": opening.hash or "",
    }


def protocol_rows(found: Tender) -> list[dict[str, str]]:
    """The envelopes as they stand in the protocol."""
    how, figures, need = queries.standing(found), queries.figures(found), queries.need(found)
    with in_language(LOCALES[0]):
        return [
            {
                "envelope": str(one.number),
                "bidder": one.bidder,
                "registered": moment(one.at),
                "standing": STANDING[how[one.id]],
                "offer": queries.figure_told(need.pricing, figures[one.id]) if one.id in figures else "",
            }
            for one in found.bids
        ]


def award_fields(found: Tender, told: dict[str, object]) -> dict[str, str]:
    """The fields of the award; with the contract once it is signed."""
    need, bid = queries.need(found), found.award.bid if found.award else None
    marks = told["marks"]
    assert isinstance(marks, list)
    contract = contract_fields(found.contract) if found.contract else {}
    return {
        "title": f"{need.title} 中标结果"[:80],
        "number": str(found.id),
        "winner": bid.bidder if bid else "未产生中标人",
        "why": str(told["reason"]),
        "few": str(told["few"]),
        "marks": "\n".join(map(str, marks)),
        "tie": str(told["tie"]),
        **contract,
    }


def award_rows(found: Tender, ranked: list[queries.Ranked]) -> list[dict[str, str]]:
    """The bids by their points."""
    pricing = queries.need(found).pricing
    with in_language(LOCALES[0]):
        return [
            {
                "bidder": one.bid.bidder,
                "offer": queries.figure_told(pricing, one.figure),
                "points": queries.percent_to_text(one.points),
                "rank": str(one.place),
            }
            for one in ranked
        ]


def contract_fields(one: TenderContract) -> dict[str, str]:
    """What the award says of the contract."""
    with in_language(LOCALES[0]):
        prices = [
            " ".join(
                filter(
                    None,
                    (
                        row.item or f"{row.item_class}（整类）",
                        row.specification,
                        queries.offer_told("fixed", row.price) + f"元/{row.unit}"
                        if row.price is not None
                        else queries.offer_told("discount", row.discount or 0),
                    ),
                )
            )
            for row in one.prices
        ]
    rents = [f"{row.due.isoformat()}：{fen_to_text(row.amount)}元" for row in one.rents]
    return {
        "contract": f"HT-{one.id}",
        "valid": f"{one.first.isoformat()} 至 {one.until.isoformat()}",
        "renewal": one.renewal,
        "amount": fen_to_text(one.amount) + "元" if one.amount is not None else "",
        "prices": "\n".join(prices),
        "rents": "\n".join(rents),
    }
