"""The sample school's money: fees, what was collected, agency fees, and two months of a canteen."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from functools import partial

from kiosk.auth import queries as auth
from kiosk.core.actor import Actor
from kiosk.core.samples import Event, Share, Span, at
from kiosk.finance import services
from kiosk.finance.kinds.agency import AGENCY_FEES
from kiosk.finance.kinds.canteen import CANTEEN_ACCOUNT
from kiosk.finance.kinds.fees import FEES
from kiosk.finance.queries import period_of, shown_term
from kiosk.postings import queries as postings
from kiosk.postings import services as posting
from kiosk.postings.queries import Kind
from kiosk.school.models import Term
from kiosk.steps import services as steps

EACH_TERM, EACH = "每生每学期", "每生"
CHARGED = (
    ("作业本费", "15", EACH_TERM, "全体学生", "县发改〔2012〕30号", "代收费", "据实结算，多退少补"),
    ("社会实践活动费", "80", EACH_TERM, "小学部学生", "市教财〔2011〕30号", "代收费", "自愿，仅限门票、交通"),
    ("住宿费", "300", EACH_TERM, "住校生", "县价〔2008〕127号", "行政事业性收费", ""),
    ("伙食费", "8.30", "每生每餐", "自愿就餐的学生", "经教育、价格部门备案", "服务性收费", "按实际用餐结算"),
    ("体检费", "28", EACH, "新生", "市卫〔2012〕15号", "代收费", ""),
    ("教辅材料费", "", "按政府定价据实", "自愿购买的学生", "省价〔2013〕38号", "代收费", ""),
)
"""What is charged, in the order of the kind's columns."""
SETTLED = (
    ("作业本费", "全体学生", "12450.00", "11874.60", "575.40", ""),
    ("社会实践活动费", "小学部学生", "21600.00", "21600.00", "0", ""),
    ("教辅材料费", "自愿购买的学生", "30240.00", "29916.00", "0", "余款正在退"),
    ("体检费", "新生", "8400.00", "8568.00", "0", "检查项目加了一项"),
)
NOT_POSTED = "校服费"
MONTHS = (
    (
        {"carried": "1,326.40", "refunds": "2,180.00", "meals": "23460"},
        (
            ("学生伙食费", "194,718.00", "", ""),
            ("教师伙食费", "21,350.00", "", ""),
            ("营养改善补助", "18,600.00", "", "上级拨付"),
            ("粮油", "", "38,914.60", ""),
            ("肉类", "", "61,208.00", ""),
            ("蔬菜水果", "", "46,377.50", ""),
            ("蛋奶", "", "22,640.00", ""),
            ("调味品", "", "5,118.30", ""),
            ("人工", "", "41,200.00", ""),
            ("燃料水电", "", "13,862.75", ""),
        ),
    ),
    (
        {"carried": "4,493.25", "refunds": "1,344.00", "meals": "22985"},
        (
            ("学生伙食费", "190,775.50", "", ""),
            ("教师伙食费", "20,986.00", "", ""),
            ("营养改善补助", "18,600.00", "", "上级拨付"),
            ("粮油", "", "37,420.00", ""),
            ("肉类", "", "63,915.20", ""),
            ("蔬菜水果", "", "47,880.10", ""),
            ("蛋奶", "", "23,106.00", ""),
            ("调味品", "", "4,905.60", ""),
            ("人工", "", "41,200.00", ""),
            ("燃料水电", "", "14,377.40", ""),
        ),
    ),
)
"""Two months of the first canteen, the earlier one first: what is said as a whole, and the rows."""


def _actor(username: str) -> Actor:
    return auth.account(username).actor


def _term() -> Term:
    found = shown_term()
    assert found
    return found


def _post(
    kind: Kind,
    rows: Sequence[Sequence[str]],
    period: str = "",
    fields: Mapping[str, str] | None = None,
) -> int:
    """Wu writes, Lin approves."""
    place, period = postings.places(kind)[0], period or period_of(_term())
    draft = posting.start(by=_actor("wu"), kind=kind, period=period, place=place)
    named = [dict(zip([one.name for one in kind.columns], row, strict=True)) for row in rows]
    posting.save_draft(by=_actor("wu"), draft=draft, revision=0, fields=fields or {}, rows=named)
    posting.propose(by=_actor("wu"), draft=draft)
    approving = postings.approving(draft)
    assert approving
    steps.decide(by=_actor("lin"), approval=approving.approval, approves=True)
    return draft.posting_id


def _charge() -> None:
    services.say(by=_actor("wu"), term=_term(), item=NOT_POSTED, is_charged=True)
    _post(FEES, CHARGED)


def _collect(item: str, whom: str, times: int, amount: int) -> None:
    services.collect(by=_actor("wu"), item=item, whom=whom, times=times, amount=amount)


def _settle() -> None:
    number = _post(AGENCY_FEES, SETTLED)
    services.close(by=_actor("wu"), posting_id=number, item="作业本费", whom="全体学生")
    services.close(by=_actor("lin"), posting_id=number, item="体检费", whom="新生")


def _month(day: date, back: int) -> str:
    """The month so many months before that of a day."""
    number = day.year * 12 + day.month - 1 - back
    return f"{number // 12:04}-{number % 12 + 1:02}"


def _account(period: str, number: int) -> None:
    fields, rows = MONTHS[number]
    _post(CANTEEN_ACCOUNT, rows, period, fields)


def _events(of: Span, day: date) -> Iterator[Event]:
    if day == of.days[0]:
        yield Event(at(day, time(9, 30)), _charge)
        yield Event(at(day, time(15, 10)), lambda: _collect("作业本费", "全体学生", 830, 1_245_000))
    if day == of.days[1]:
        yield Event(at(day, time(10, 5)), lambda: _collect("社会实践活动费", "小学部学生", 270, 2_160_000))
        yield Event(at(day, time(10, 40)), lambda: _collect("住宿费", "住校生", 212, 6_360_000))
    for number, at_day in ((0, of.days[2]), (1, of.days[-1])):
        if day == at_day:
            yield Event(at(day, time(8, 50)), partial(_account, _month(of.today, 2 - number), number))
    if day == of.days[-2]:
        yield Event(at(day, time(16, 20)), _settle)


SHARE = Share(events=_events)
