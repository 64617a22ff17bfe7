"""The sample school's share: a rule in force that changed through opinions, and a rule in consultation."""

from collections.abc import Iterator
from datetime import date, time, timedelta

from sqlalchemy import select

from kiosk.auth import queries as auth
from kiosk.auth.services import add_account
from kiosk.cases.models import Case
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.samples import BY, PASSWORD, Event, Share, Span, at
from kiosk.persons import queries as persons
from kiosk.postings import queries as postings
from kiosk.postings import services as posting
from kiosk.rules import queries, services
from kiosk.rules.kind import POSTED_RULES
from kiosk.rules.models import ADOPTED, NOT, PARTLY, Rule
from kiosk.rules.queries.articles import ARTICLE, CHAPTER
from kiosk.rules.services import Part
from kiosk.school import queries as school
from kiosk.steps.services import decide

COUNCIL = (("sun", "保管员 孙"), ("zhao", "采购员 赵"), ("zhou", "验收员 周"))
POSTED = {
    "title": "食堂物资采购与验收制度",
    "text": "一、大宗物资由校委会成员参加招标，其余物资每月至少询价一次，两人同行。\n"
    "二、到货须两名验收人当面清点、过秤、查验证照和票据，不合格的当场退回。\n"
    "三、每天的采购单当天张榜，任何人都可以就任何一行提问。",
}
WATER = "开水房打水秩序规程"
WATER_TEXT = (
    Part(CHAPTER, "总则", ""),
    Part(ARTICLE, "", "为保证全校师生安全、有序地打上开水，制定本规程。"),
    Part(CHAPTER, "开放与秩序", ""),
    Part(ARTICLE, "开放时间", "开水房每天早上七点开门，晚上九点半关门，门口挂牌公布。"),
    Part(ARTICLE, "排队", "打水须排队，不得插队；每人一次限打两壶。值守人员在打水高峰时到场维持秩序。"),
    Part(
        ARTICLE,
        "水温与安全",
        "出水温度不低于 95℃，每天开门前检查并登记。\n\n"
        "- 水龙头漏水当天报修；\n- 地面有水随时拖干，并放置“小心地滑”标牌。",
    ),
    Part(CHAPTER, "附则", ""),
    Part(ARTICLE, "", "本规程由总务处负责解释。"),
)
OPENS = "开水房每天早上六点半开门，晚上十点关门，门口挂牌公布；周末推迟半小时。"
SAID = (
    (
        "开放时间",
        "早操前就想打水，七点太晚了，希望六点半开门。",
        "早操六点四十集合，六点半开门合理，已改。",
        ADOPTED,
    ),
    (
        "开放时间",
        "晚自习九点五十下课，九点半关门打不上水。",
        "改为十点关门；再晚影响宿舍熄灯，不再延长。",
        PARTLY,
    ),
    (
        "排队",
        "两壶不够，宿舍六个人轮流打，能不能不限？",
        "不限壶数后面的同学等得太久，暂不调整；可以分两次排队。",
        NOT,
    ),
)
WINDOW = "食堂窗口文明服务规程"
TEAM = "食堂管理组"
WINDOW_TEXT = (
    Part(ARTICLE, "仪表", "上岗穿工作服，戴帽、戴口罩、戴手套，佩戴工号牌。"),
    Part(ARTICLE, "用语", "使用文明用语：“同学你好”“请慢走”。不与学生争执，有意见先记下，报食堂经理处理。"),
    Part(ARTICLE, "分量", "按标准勺打菜，不抖勺。学生要求少打的，按需少打。"),
    Part(ARTICLE, "加菜", "学生吃不饱的，可以免费添一次饭和汤。"),
)
HEARD = (
    ("分量", "抖勺最让人不舒服，希望写明每份多少克，贴在窗口。", "phone"),
    ("加菜", "添饭要不要重新排队？建议开一个专门添饭的口。", "board"),
    ("", "希望再加一条：饭菜凉了可以换热的。", "phone"),
)
ON_PAPER = ("用语", "阿姨们很辛苦，同学也应当说谢谢，建议写进来。")


def _actor(username: str) -> Actor:
    return auth.account(username).actor


def _council() -> None:
    """People whom the school has already sit in its council."""
    for username, name in COUNCIL:
        person = next(iter(persons.called(name)), None)
        if person and auth.account_named(username) is None:
            add_account(by=BY, username=username, password=PASSWORD, role="council", person=person)


def _post() -> None:
    """A rule of old is posted as a text."""
    by = _actor("chen")
    draft = posting.start(by=by, kind=POSTED_RULES)
    posting.save_draft(by=by, draft=draft, revision=0, fields=POSTED, rows=[])
    posting.propose(by=by, draft=draft)
    approving = postings.approving(draft)
    assert approving
    decide(by=_actor("lin"), approval=approving.approval, approves=True)


def _begin(by: str, title: str, team: str, text: tuple[Part, ...], why: str) -> None:
    rule = services.begin(by=_actor(by), title=title, team=team, parts=text)
    until = queries.earliest_end(school.today())
    services.consult(by=_actor(by), rule=rule, until=until, why=why)


def _rule(title: str) -> Rule:
    return session.scalars(select(Rule).where(Rule.title == title)).one()


def _key(rule: Rule, heading: str) -> str:
    text = queries.items(rule.versions[-1])
    return next((one.item.key for one in text if one.item.heading == heading), "")


def _say(title: str, heading: str, text: str, channel: str = "phone") -> None:
    rule = _rule(title)
    version = queries.on_its_way(rule)
    if version is None or not queries.takes_opinions(version, school.today()):
        return
    services.say(
        version=version, article=_key(rule, heading), text=text, browser=f"sample {text}", channel=channel
    )


def _answer() -> None:
    """Lin answers what was said on the hot-water room, and writes into the draft what was adopted."""
    rule, by = _rule(WATER), _actor("lin")
    waiting = {queries.words_of(one): one for one in queries.unanswered(rule)}
    for heading, text, answer, outcome in SAID:
        if text in waiting:
            services.answer(
                by=by,
                rule=rule,
                opinions=[waiting[text]],
                outcome=outcome,
                text=answer,
                articles=[_key(rule, heading)],
            )
    key = _key(rule, "开放时间")
    assert rule.draft
    seen = next(queries.item_of(one) for one in rule.draft.items if one["key"] == key)
    services.save_item(by=by, rule=rule, key=key, heading="开放时间", text=OPENS, seen=seen.hash)


def _freeze() -> None:
    rule = _rule(WATER)
    version = queries.on_its_way(rule)
    if version is None or version.frozen_on or queries.takes_opinions(version, school.today()):
        return
    since = school.today() + timedelta(days=4)
    services.freeze(
        by=_actor("lin"), rule=rule, why="按征求到的意见调整了开放时间，提交校委会表决。", since=since
    )


def _vote() -> None:
    rule = _rule(WATER)
    version = queries.on_its_way(rule)
    earliest = queries.earliest_vote(version) if version else None
    if version is None or earliest is None or school.today() < earliest or queries.vote_of(version):
        return
    present = [one.number for one in queries.members()]
    vote = services.record_vote(
        by=_actor("sun"),
        rule=rule,
        held_on=school.today(),
        present=present,
        in_favour=len(present),
        against=0,
        abstained=0,
        hash=version.hash,
    )
    services.confirm_vote(by=_actor("zhao"), vote=vote)


def _say_on_water() -> None:
    for heading, text, _answered, _outcome in SAID:
        _say(WATER, heading, text)


def _hear() -> None:
    for heading, text, channel in HEARD:
        _say(WINDOW, heading, text, channel)


def _on_paper() -> None:
    """Chen types in a sheet from the box, and answers what was said first."""
    rule, by = _rule(WINDOW), _actor("chen")
    version = queries.on_its_way(rule)
    if version is None:
        return
    services.type_in(by=by, version=version, article=_key(rule, ON_PAPER[0]), text=ON_PAPER[1], sheet="1")
    first = queries.unanswered(rule)[:1]
    answer = "采纳：每份克数写进规程，并贴在窗口。"
    services.answer(
        by=by, rule=rule, opinions=first, outcome=ADOPTED, text=answer, articles=[_key(rule, "分量")]
    )


def _cite() -> None:
    """Of the cases about the hot-water room the last one goes by the rule."""
    rule = _rule(WATER)
    version = queries.in_force(rule, school.today())
    query = select(Case).where(Case.subject == "counter:water").order_by(Case.id.desc()).limit(1)
    case = session.scalar(query)
    if version and case:
        key = _key(rule, "排队")
        services.cite(by=_actor("lin"), subject=f"case:{case.id}", version=version, article=key)


def _events(of: Span, day: date) -> Iterator[Event]:
    days = of.days
    if day == days[0]:
        yield Event(at(day, time(7, 20)), _council)
        why = "开水房打水经常拥挤，开放时间也有争议，现起草规程，请大家提意见。"
        yield Event(at(day, time(8, 30)), lambda: _begin("lin", WATER, "", WATER_TEXT, why))
    if day == days[1]:
        yield Event(at(day, time(8, 40)), _post)
        yield Event(at(day, time(12, 40)), _say_on_water)
    if day == days[4]:
        yield Event(at(day, time(16, 30)), _answer)
    if day in days[5:9]:
        yield Event(at(day, time(9, 5)), _freeze)
    if day in days[7:13]:
        yield Event(at(day, time(16, 45)), _vote)
    if day == days[-4]:
        why = "全校师生评议里“份量”“态度”提得最多，本组起草窗口服务规程，请师生提意见。"
        yield Event(at(day, time(10, 10)), lambda: _begin("chen", WINDOW, TEAM, WINDOW_TEXT, why))
    if day == days[-3]:
        yield Event(at(day, time(12, 50)), _hear)
    if day == days[-2]:
        yield Event(at(day, time(17, 5)), _on_paper)
        yield Event(at(day, time(17, 30)), _cite)


SHARE = Share(events=_events)
