"""The sample school's tenders: rice and oil from need to contract, and the school shop let for rent."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from io import BytesIO

from PIL import Image, ImageDraw

from kiosk.auth import queries as auth
from kiosk.core.actor import Actor
from kiosk.core.samples import Event, Share, Span, at
from kiosk.steps import queries as steps
from kiosk.steps import services as decisions
from kiosk.tenders import queries, services
from kiosk.tenders.models import (
    BY_PRICE,
    CONCESSION,
    FIXED,
    HERE,
    INCOME,
    SCORING,
    SUPPLY,
    Tender,
)
from kiosk.tenders.queries import Criterion, Need, Notice, Wanted
from kiosk.tenders.services import Due, Good

RICE = Need(
    "食堂大米、菜籽油供应",
    SUPPLY,
    FIXED,
    "大米和菜籽油每周都买，零买价格时高时低，集中招标一个学期。",
    9_600_00,
    5,
    (
        Wanted("大米", "25公斤", "袋", "粮食类", 50_000),
        Wanted("菜籽油", "20升", "桶", "油类", 10_000),
    ),
)
SHOP = Need(
    "校内小卖部经营权",
    CONCESSION,
    INCOME,
    "原经营期已满，按教代会意见公开招标，租金用于改善伙食。",
    8_000_00,
    10,
)
RICE_RULES = (Criterion("报价", 70, BY_PRICE), Criterion("质量与检验证明", 20), Criterion("送货时间", 10))
SHOP_RULES = (Criterion("租金", 60, BY_PRICE), Criterion("商品价格与品质", 40))
PLACE = "办公楼二楼会议室，总务处收"
BIDS = (
    ("示例粮油批发部", "粮油部经办人", ("131.50", "262")),
    ("示例米业", "米业经办人", ("133", "259.80")),
    ("示例粮站", "粮站经办人", ("138", "271")),
)
SHOP_BIDS = (("示例便利店", "便利店经办人", ("9000",)), ("示例文具店", "文具店经办人", ("8200",)))
POINTS = {"sun": (0, -100), "zhao": (-150, -50), "zhou": (-50, -200)}
"""By member how many hundredths below all points: for the first bidder and for the others."""
GOODS = (
    Good("矿泉水", "550毫升", "瓶", 15_000),
    Good("作业本", "16开", "本", 20_000),
    Good("中性笔", "0.5毫米", "支", 15_000),
)
FEW = "公告期内只有两家报名，延长公告也未增加"


def _actor(name: str) -> Actor:
    return auth.account(name).actor


def _picture() -> bytes:
    """A closed envelope, as it is drawn."""
    picture = Image.new("RGB", (240, 150), "#efe6d2")
    draw = ImageDraw.Draw(picture)
    draw.line((0, 0, 120, 80, 240, 0), fill="#8a7a55", width=2)
    file = BytesIO()
    picture.save(file, "JPEG", quality=60)
    return file.getvalue()


def _needs() -> None:
    for need in (RICE, SHOP):
        services.propose(by=_actor("chen"), sent=f"sample {need.title}", need=need)


def _decide(name: str) -> None:
    for one in queries.tenders(("need",)):
        approval = queries.approval_of(one)
        level = steps.levels_of(approval)[approval.level - 1]
        if steps.voice_for(level, approval, steps.voices(_actor(name))):
            decisions.decide(by=_actor(name), approval=approval, approves=True)


def _notices(opens: datetime) -> None:
    for one in queries.tenders(("approved",)):
        rules = RICE_RULES if queries.need(one).subject == SUPPLY else SHOP_RULES
        terms = "须有营业执照和食品经营许可证；送货随附检验合格证明。"
        said = Notice(opens, PLACE, terms, rules, "lot", opens)
        services.post_notice(by=_actor("lin"), tender=one, seen=one.versions[-1].number, said=said)


def _of(title: str) -> Tender:
    found = queries.sent(f"sample {title}")
    assert found
    return queries.tender(found.id)


def _hand_in() -> None:
    picture = _picture()
    for need, bids in ((RICE, BIDS), (SHOP, SHOP_BIDS)):
        found = _of(need.title)
        for bidder, clerk, _offer in bids:
            services.register(
                by=_actor("lin"),
                sent=f"sample {bidder}",
                tender=found,
                bidder=bidder,
                clerk=clerk,
                photo=picture,
            )


def _open(need: Need, bids: Sequence[tuple[str, str, tuple[str, ...]]]) -> None:
    """The council sits down, envelopes are opened and typed by two, everybody confirms."""
    found, lead = _of(need.title), _actor("lin")
    opening, _codes = services.begin_roll(by=lead, tender=found)
    members = [name for name in POINTS if auth.account_named(name)]
    for name in members:
        services.sit_down(by=_actor(name), tender=found)
    services.start(by=lead, tender=found)
    declared = queries.offer_input(need.pricing)
    offers = {bidder: [declared.read(text) or 0 for text in texts] for bidder, _clerk, texts in bids}
    while (bid := queries.next_bid(found)) is not None:
        services.open_bid(by=lead, tender=found, bid=bid)
        for name in ("lin", "wu"):
            services.type_bid(by=_actor(name), tender=found, bid=bid, offer=offers[bid.bidder])
    for name in members:
        services.confirm(by=_actor(name), tender=found, seen=opening.hash or "")


def _score() -> None:
    for need in (RICE, SHOP):
        found = _of(need.title)
        said = queries.notice(found)
        opening = queries.sitting(found)
        if found.state != SCORING or said is None or opening is None:
            continue
        here = [one.person_id for one in opening.seats if one.state == HERE]
        for name, (best, other) in POINTS.items():
            if _actor(name).person not in here:
                continue
            points = {
                bid.id: {
                    key: one.weight * 100 + (best if bid.number == 1 else other) for key, one in said.scored
                }
                for bid in queries.counted(found)
            }
            services.score(by=_actor(name), tender=found, points=points)


def _award() -> None:
    for need in (RICE, SHOP):
        found = _of(need.title)
        if found.state == SCORING:
            first = queries.ranking(found)[0].bid
            few = FEW if need is SHOP else ""
            services.award(
                by=_actor("principal"), tender=found, bid=first, few=few, reason=_why(found, first.id)
            )


def _why(found: Tender, first: int) -> str:
    figures, pricing = queries.figures(found), queries.need(found).pricing
    is_best = not any(queries.is_better(pricing, one, figures[first]) for one in figures.values())
    return "" if is_best else "综合得分最高"


def _sign(day: date) -> None:
    rice, shop = _of(RICE.title), _of(SHOP.title)
    if rice.award is None or shop.award is None:
        return
    last = day + timedelta(days=150)
    services.sign(by=_actor("principal"), tender=rice, first=day, last=last, renewal="不续期，重新招标")
    end, half = day + timedelta(days=300), day + timedelta(days=150)
    services.sign(
        by=_actor("principal"),
        tender=shop,
        first=day,
        last=end,
        renewal="期满经教代会同意可续一年",
        counter="shop",
        rents=[Due(day + timedelta(days=7), 4_500_00), Due(half, 4_500_00)],
        goods=GOODS,
    )


def _events(of: Span, day: date) -> Iterator[Event]:
    """Needed on the first day; opened once the notice hung for fifteen days; signed the day after."""
    if day == of.days[0]:
        deadline = _deadline(of)
        yield Event(at(day, time(9, 10)), _needs)
        yield Event(at(day, time(10, 30)), partial(_decide, "lin"))
        yield Event(at(day, time(11, 20)), partial(_decide, "principal"))
        yield Event(at(day, time(15, 0)), partial(_notices, deadline))
    after = [one for one in of.days if one >= of.days[0] + timedelta(days=15)]
    if not after:
        return
    if day == of.days[-6]:
        yield Event(at(day, time(14, 10)), _hand_in)
    if day == after[0]:
        yield Event(at(day, time(9, 5)), partial(_open, RICE, BIDS))
        yield Event(at(day, time(9, 40)), partial(_open, SHOP, SHOP_BIDS))
        yield Event(at(day, time(10, 30)), _score)
        yield Event(at(day, time(15, 30)), _award)
    if len(after) > 1 and day == after[1]:
        yield Event(at(day, time(10, 0)), partial(_sign, day))


def _deadline(of: Span) -> datetime:
    """The morning of the first school day after the notice hung for fifteen days."""
    day = next((one for one in of.days if one >= of.days[0] + timedelta(days=15)), of.days[-1])
    return at(day, time(9, 0))


SHARE = Share(events=_events)
