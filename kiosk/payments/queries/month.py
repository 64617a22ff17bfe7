"""What the payments of a month come to: what the month's posting of spending is drawn from."""

from collections import defaultdict
from datetime import date

from kiosk.core.formats import fen_to_text
from kiosk.payments.models import PAID, PURPOSES, Payment
from kiosk.payments.queries.payments import done_between
from kiosk.postings.queries import span_of

ITEM_COLUMNS = ("item", "amount", "payee", "paid_on", "remark")


def of_month(period: str) -> list[Payment]:
    """What was paid in a month (2026-11), the last first; nothing for what is no month."""
    span = span_of(period)
    return done_between(span.first, span.last) if span and len(period) == 7 else []


def sums_of(found: list[Payment]) -> dict[str, int]:
    """What payments come to, by purpose, in the order of the purposes."""
    sums: dict[str, int] = defaultdict(int)
    for one in found:
        sums[one.now.purpose] += one.now.amount
    return {purpose: sums[purpose] for purpose in PURPOSES if purpose in sums}


def rows(period: str) -> list[dict[str, str]]:
    """The rows of the month's posting as they would be typed: a purpose each, to the fen.

    What is posted is frozen, so that it is written in the language of the place, whatever the page's is.
    """
    found, made = of_month(period), []
    for purpose, amount in sums_of(found).items():
        own = [one for one in found if one.now.purpose == purpose]
        payees = list(dict.fromkeys(one.now.payee for one in own))
        made.append(
            {
                "item": WRITTEN[purpose],
                "amount": fen_to_text(amount).replace(",", ""),
                "payee": payees[0] if len(payees) == 1 else f"{payees[0][:50]}等{len(payees)}家",
                "paid_on": _day(own[0]).isoformat() if len(own) == 1 else "",
                "remark": f"共{len(own)}笔支付，编号 " + "、".join(str(one.id) for one in own[::-1][:12]),
            }
        )
    return made


def _day(one: Payment) -> date:
    step = one.step(PAID)
    assert step
    return step.day


WRITTEN = {
    "food": "食堂食材",
    "energy": "水电燃气",
    "repair": "维修",
    "equipment": "设备购置",
    "goods": "物资耗材",
    "services": "保洁、运输等服务",
    "other": "其他支出",
}
"""By purpose: what is written in the posting."""
