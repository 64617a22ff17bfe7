"""The sample school's cases: letters of parents and pupils to an authority, with its answers, shortened.

Some are settled, one is late, one waits for the asker, one is decided by somebody whom it does not concern.
"""

from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import select

from kiosk.auth import queries as auth
from kiosk.cases import queries, services
from kiosk.cases.models import COMPLEX, EXPLAINED, MENDED, MISTAKEN, ORDINARY, SAFETY, SIMPLE, Case, CaseStep
from kiosk.chain.queries import texts_with
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.masking import MASK
from kiosk.core.samples import Event, Share, Span, at
from kiosk.core.security import fingerprint

TASTE = (
    "为什么食堂饭菜做得不是很好？女儿经常说学校的饭菜很难吃，我也问过很多小朋友，都是这样说的。"
    "只要饭菜做得好，哪怕要家长多出一点伙食费，我们也是愿意的。"
)
TASTE_ANSWER = (
    "接到反映后，学校再次召开后勤工作会议，强调一定要加强厨房师傅的技术培训，优化菜品搭配，"
    "进一步提高伙食质量和服务质量，让同学们快乐生活，健康成长。"
)
FOREIGN = "对食堂的饭菜非常不认可，有时候会出现一些不明物体，比如毛毛虫、洗洁精，请给予帮助。"
FOREIGN_ANSWER = (
    "通过查看食堂的采购单、食品留样，现场查看学生和老师的饭菜，找学生了解情况，均没有发现所投诉的现象存在。"
    "食堂的硬件环境存在一些不足，学校在努力改善，将继续采取明查与暗访相结合的方式加以监督。"
)
PRICE = "学生食堂的饭菜价格非常贵，有时候饭都没熟，而且食堂卫生差。"
PRICE_PLAN = "先设立学生食堂意见箱，广泛征求和听取学生意见；学校领导与教师同标准同缴费就餐。"
WATER = "这一个星期，住校学生吃的饭菜都是用黄水煮的，洗脸洗澡用的也是黄水。希望协同有关部门及早解决用水问题。"
WATER_ANSWER = "学校采取了紧急措施，清洗了水塔，饮用水均用桶装水。现在水井水量充足了，此问题已不再存在。"
SUBSIDY = "有的单位免费就餐，唯独教师还要交伙食费。我们不但要验菜，还要陪餐，似乎有些不太合理。"
SUBSIDY_ANSWER = "根据有关规定，学校可以根据实际，给予在食堂就餐的教师一定补贴。"
DISH = "食堂饭菜收费过高，一个菜要6元，但想要有肉有菜却是高达12元。建议适当减少菜的量，让菜平衡搭配。"
PORK = "猪肉连续下降三周，因猪肉涨价加收的伙食费，请退还多缴的部分，给个准确的答复。"
PORK_ASKED = "伙食费按月公示收支明细。请问您反映的是哪一个月、哪一项？"
BOILER = "二号楼二层的开水器不出水，已经两天了。"


class Letter(NamedTuple):
    """A letter handed in without a name: so many school days ago, and what became of it so many days ago."""

    ago: int
    subject: str
    text: str
    answered: int
    answer: str
    outcome: str
    """Nothing: it is a first reply."""
    hidden: str = ""
    """What of the words leads to a person, and is masked before everybody reads them."""


LETTERS = (
    Letter(
        11,
        "school:all",
        "每期收费繁多，本期学生又“被自愿”交了不少费，比如校服费、重阳节捐款等等。学校食堂做假账，学生伙食差，"
        "收费贵，利润高。收了这么多钱，钱到哪里去了？",
        5,
        "本学期按照文件要求落实了收费公示。校服由部分学生在厂家购买，与学校无关；捐款在学生自愿的基础上组织，"
        "全部上缴财务室，专款使用。食堂收费按文件每餐6元收取，不存在乱收费行为，每餐六个菜，符合开餐要求。",
        EXPLAINED,
    ),
    Letter(
        9,
        "canteen:k1",
        "学校以各种理由不办饭卡，要求学生强制消费，即使办了饭卡仍要学生每天消费20元。"
        "食堂饭菜越来越难吃，一天到晚全是白菜。",
        6,
        "开学之初，食堂用餐来不及刷卡，在保本经营的前提下实行配餐制。得知学生和家长的需求后，加快了管理系统的"
        "安装与调试，校园卡已投入使用，由学生自主刷卡消费。每餐有一主荤两副荤一蔬菜加一汤。",
        MENDED,
    ),
    Letter(
        8,
        "school:all",
        "营养餐的采购招标文件是为一家公司量身制作的：固定价4元，不以价格、质量、份量为评价标准，"
        "还把以往1+2供餐模式修改成1+1供餐模式，减掉了40克副食。",
        5,
        "招标文件经抽取的专家论证，并就相关法律法规进行咨询，在采购网和公共资源交易中心网上同时发布公告。"
        "每一次质疑都严肃认真对待，延迟了开标时间，对欠缺之处修改后再次论证、再次公告。",
        EXPLAINED,
    ),
    Letter(
        7,
        "canteen:k1",
        "孩子回家说要交200块钱充饭卡，高二357班班主任唐老师说不在食堂吃饭不让进教室。学生在哪吃饭是孩子的自由。",
        3,
        "所反映的问题是误会，反映人已作澄清说明。",
        EXPLAINED,
        hidden="高二357班班主任唐",
    ),
    Letter(
        2,
        "school:all",
        "从前年下半年到今年一年一涨，半年一次，涨幅过大过于频繁。请问费用为何一年一年涨，而条件没有得到任何改善？",
        1,
        "您的留言已收悉。关于您反映的问题，已转市教育体育局调查处理。",
        "",
    ),
)
"""Parents' and pupils' letters that came by /ask; the answers are those they were given, shortened."""


def _actor(username: str) -> Actor:
    return auth.account(username).actor


def _take(by: str, text: str, subject: str, kind: str = "complaint", severity: str = ORDINARY) -> Case:
    return services.take_down(by=_actor(by), kind=kind, subject=subject, text=text, severity=severity)


def _said(text: str) -> Case:
    """The case in which this was said."""
    seq = texts_with(text, whole=True)[0].seq
    return session.scalars(select(CaseStep).where(CaseStep.chain_seq == seq)).one().case


def _ask(letter: Letter) -> services.Asked:
    """Hand it in; what was handed in already gives its case and address again."""
    return services.ask(sent=letter.text, kind="complaint", subject=letter.subject, text=letter.text)


def _answer(letter: Letter) -> None:
    """Lin lets everybody read what was asked, and answers it; whoever asked opens the answer at once."""
    by, (case, key, _is_new) = _actor("lin"), _ask(letter)
    shown = letter.text.replace(letter.hidden, MASK) if letter.hidden else letter.text
    services.release(by=by, case=case, text=shown)
    if letter.outcome:
        services.answer(by=by, case=case, text=letter.answer, outcome=letter.outcome)
        receipt = queries.receipt_of(fingerprint(key))
        assert receipt
        services.open_answer(receipt)
    else:
        services.reply(by=by, case=case, text=letter.answer)


def _then(verb: Callable[..., Any], by: str, said: str, **more: Any) -> Callable[[], object]:
    """Do something with a case later."""
    return lambda: verb(by=_actor(by), case=_said(said), **more)


def _number(username: str) -> int:
    return auth.account(username).person.number


def _handed_over() -> None:
    """Chen heard it first; Lin accepts it."""
    services.offer(by=_actor("chen"), case=_said(WATER), to=_number("lin"), note="要请人打井，请主任协调")
    services.accept(by=_actor("lin"), case=_said(WATER))


def _offered() -> None:
    services.offer(by=_actor("lin"), case=_said(BOILER), to=_number("chen"), note="离食堂近，请先去看一下")


def _day(number: int) -> list[tuple[time, Callable[[], object]]]:
    """What happens so many school days before the last one."""
    answer, tell = services.answer, services.tell
    happened: dict[int, list[tuple[time, Callable[[], object]]]] = {
        12: [
            (time(8, 40), lambda: _take("chen", TASTE, "canteen:k1")),
            (time(12, 10), lambda: _take("chen", FOREIGN, "counter:c2", severity=SAFETY)),
        ],
        11: [
            (time(9, 0), _then(answer, "lin", FOREIGN, text=FOREIGN_ANSWER, outcome=MISTAKEN)),
            (time(9, 20), lambda: _take("wu", SUBSIDY, "school:all", kind="wish")),
            (time(16, 30), _then(tell, "chen", FOREIGN, note="电话告知")),
        ],
        10: [
            (time(10, 5), _then(services.reply, "chen", TASTE, text="已收到，正在与厨师一起查找原因。")),
            (time(15, 0), lambda: _take("chen", WATER, "counter:water", severity=SIMPLE)),
        ],
        9: [
            (time(8, 30), _handed_over),
            (time(17, 20), lambda: _take("chen", DISH, "canteen:k2")),
        ],
        8: [
            (time(11, 0), _then(answer, "lin", WATER, text=WATER_ANSWER, outcome=MENDED)),
            (time(14, 0), _then(answer, "wu", SUBSIDY, text=SUBSIDY_ANSWER, outcome=EXPLAINED)),
            (time(14, 5), _then(tell, "wu", SUBSIDY, note="当面告知")),
        ],
        7: [
            (time(8, 50), _then(tell, "lin", WATER, note="当面告知")),
            (time(16, 0), _then(answer, "chen", TASTE, text=TASTE_ANSWER, outcome=MENDED)),
        ],
        6: [(time(9, 30), _then(tell, "chen", TASTE, note="电话告知家长"))],
        4: [(time(9, 10), lambda: _take("lin", PRICE, "canteen:k2", severity=COMPLEX))],
        3: [(time(10, 40), lambda: _take("lin", PORK, "school:all"))],
        2: [(time(9, 0), _then(services.wait, "lin", PORK, text=PORK_ASKED))],
        1: [(time(8, 20), lambda: _take("lin", BOILER, "counter:repair", kind="repair", severity=SIMPLE))],
    }
    return happened.get(number, [])


def _events(of: Span, day: date) -> Iterator[Event]:
    ago = len(of.days) - 1 - of.days.index(day)
    if ago == 3:
        plan = _then(services.plan, "lin", PRICE, text=PRICE_PLAN, day=of.today + timedelta(days=10))
        yield Event(at(day, time(15, 30)), plan)
    if ago == 1:
        yield Event(at(day, time(8, 30)), _offered)
    yield from (Event(at(day, moment), act) for moment, act in _day(ago))
    for letter in LETTERS:
        if ago == letter.ago:
            yield Event(at(day, time(19, 40)), partial(_ask, letter))
        if ago == letter.answered:
            yield Event(at(day, time(10, 30)), partial(_answer, letter))


def _finish(_of: Span) -> None:
    services.close_settled()


SHARE = Share(events=_events, finish=_finish)
