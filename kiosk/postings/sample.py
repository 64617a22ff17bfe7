"""The sample school's notices: one that hangs, one that was corrected, one that waits for approval.

And two questions on what was bought, from letters of parents and pupils to an authority: one with its answer.
"""

from collections.abc import Iterator
from datetime import date, time, timedelta

from sqlalchemy import select

from kiosk.auth import queries as auth
from kiosk.cases import services as cases
from kiosk.cases.models import EXPLAINED
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.samples import Event, Share, Span, at
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.postings import services
from kiosk.postings.kinds import sample as wall
from kiosk.postings.kinds.notice import NOTICE
from kiosk.postings.models import Posting, PostingDraft, Question
from kiosk.postings.queries import Posted, declared_kinds, hanging, listed_postings, subject
from kiosk.steps import queries as steps
from kiosk.steps.services import decide

MEETING = {
    "title": "家长开放日：欢迎走进食堂后厨",
    "text": "每周五上午 9:30–10:30，家长可凭学生校园卡到食堂参观：看当天的采购单、验收台账和留样柜。\n"
    "请从食堂西侧门进入，穿戴鞋套和口罩（现场提供）。当天的采购明细照常公示在本公示栏。",
}
REPAIR = {
    "title": "第一食堂周六检修，停餐半天",
    "text": "{day}（周六）上午 8:00–12:00 检修第一食堂排烟设备，期间不供餐，请到第二食堂就餐。\n"
    "下午起恢复供餐。",
}
WITHOUT = "请写明停餐期间到哪里就餐、何时恢复。"
"""Why the head sends the first text of the repair back."""
LATER = "检修单位当天上午才能到场，时间顺延半天"
APPEAL = {
    "title": "食堂餐桌文明倡议征集",
    "text": "后勤处拟在食堂张贴同学们自己写的倡议语，请各班在本公告有效期内交到后勤办公室。",
}

PORK, PORK_ASKED = (
    "猪",
    "猪肉连续下降三周，还有下降的趋势，这里的单价为什么没有降？因涨价加收的伙食费退不退？",
)
PORK_ANSWER = (
    "伙食费按保本不营利的原则核准。学校在食堂按月公示伙食费收、支明细，如有结余，全部用于下月改善学生伙食；"
    "按周公示学生食谱，便于广大师生和家委会监督。"
)
DISH_ASKED = "一个菜要6元，想要有肉有菜却是高达12元。食堂是为了赚钱吗？"


def _actor(username: str) -> Actor:
    return auth.account(username).actor


def _post(fields: dict[str, str], until: date, canteen: Canteen) -> None:
    """Chen writes it; Lin is away, and Wu approves it on behalf of Lin."""
    _decide(_propose("chen", fields, until, canteen).posting, by="wu")


def _decide(posting: Posting, by: str = "lin", back: str = "") -> None:
    """Approve it, or send it back with a reason."""
    approval = steps.running(subject(posting))
    assert approval
    decide(by=_actor(by), approval=approval, approves=not back, why=back)


def _propose(
    writer: str, fields: dict[str, str], until: date, canteen: Canteen | None = None
) -> PostingDraft:
    by = _actor(writer)
    draft = services.start(by=by, kind=NOTICE, place=canteen)
    fields = {**fields, "valid_until": until.isoformat()}
    services.save_draft(by=by, draft=draft, revision=0, fields=fields)
    services.propose(by=by, draft=draft)
    return draft


def _announce(today: date) -> None:
    """The repair of the next Saturday: Lin misses something in it, Chen adds it, and Lin approves."""
    saturday = today + timedelta(days=(5 - today.weekday()) % 7 or 7)
    text = REPAIR["text"].replace("{day}", f"{saturday.month}月{saturday.day}日")
    draft = _propose("chen", {**REPAIR, "text": text.partition("，请到")[0] + "。"}, saturday, _canteen())
    _decide(draft.posting, back=WITHOUT)
    fields = {**draft.fields, "text": text}
    services.save_draft(by=_actor("chen"), draft=draft, revision=draft.revision, fields=fields)
    services.propose(by=_actor("chen"), draft=draft)
    _decide(draft.posting)


def _repair(day: date) -> Posting:
    return next(one.posting for one in hanging([NOTICE], day) if one.in_force.title == REPAIR["title"])


def _correct(day: date) -> None:
    draft = services.start_correction(by=_actor("chen"), posting=_repair(day))
    text = draft.fields["text"].replace("上午 8:00–12:00", "下午 13:00–17:00").replace("下午起", "傍晚起")
    fields = {**draft.fields, "text": text}
    services.save_draft(by=_actor("chen"), draft=draft, revision=0, fields=fields, reason=LATER)
    services.propose(by=_actor("chen"), draft=draft)
    _decide(draft.posting)


def _bought() -> Posted:
    """What was bought and posted last."""
    found, _more = listed_postings([kind for kind in declared_kinds() if kind.own_duties])
    return next(one for one in found if one.in_force.rows)


def _ask(words: str, *, item: str = "") -> None:
    """Somebody asks on the first line whose item is called so; without one on all of it."""
    posted = _bought()
    rows = [str(next(iter(row.values()))) for row in posted.in_force.rows]
    line = next((number for number, name in enumerate(rows, 1) if item and item in name), 0)
    services.ask(posted=posted, row=line, text=words, browser=words)


def _answer() -> None:
    """Chen, who answers for the purchases, answers the first question."""
    question = session.scalars(select(Question).order_by(Question.id)).first()
    assert question
    assert question.case
    cases.answer(by=_actor("chen"), case=question.case, text=PORK_ANSWER, outcome=EXPLAINED)


def _events(of: Span, day: date) -> Iterator[Event]:
    """Three school days ago the one, two days ago the other, which is corrected the day after."""
    yield from wall.events(of, day)
    days = of.days[-4:]
    if day == days[0]:
        yield Event(at(day, time(9, 10)), lambda: _post(MEETING, of.today + timedelta(days=7), _canteen()))
        yield Event(at(day, time(12, 40)), lambda: _ask(PORK_ASKED, item=PORK))
    if day == days[1]:
        yield Event(at(day, time(10, 20)), lambda: _announce(of.today))
        yield Event(at(day, time(15, 40)), _answer)
    if day == days[2]:
        yield Event(at(day, time(8, 15)), lambda: _correct(day))
        yield Event(at(day, time(12, 50)), lambda: _ask(DISH_ASKED))


def _canteen() -> Canteen:
    return counters.canteens()[0]


def _finish(of: Span) -> None:
    _propose("lin", APPEAL, of.today + timedelta(days=14))


SHARE = Share(furnish=wall.furnish, events=_events, finish=_finish)
