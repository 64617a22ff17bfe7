"""Words of danger: what is one, what is denied, and what a school adds or leaves out."""

from flask import Flask

from kiosk.cases import queries, services
from kiosk.core.db import session, transaction
from kiosk.messages.models import Message
from kiosk.school.services import change_settings
from tests.cases.conftest import opened
from tests.conftest import actor

SAID = """\
粥里有头发,就没吃 饭呢里面有异物 粥和菜里都发现了異物 肉都变质了，还说是新鲜肉 肉都變質了 异~物
异·物 拉_肚_子了 吃完第二天拉肚子～ 拉了好几天肚子。 闹了三次肚子,到底怎么回事 一餐之后拉了肚子
吃坏肚子了 上吐下泻 诊断为急性肠胃炎 豆腐丝里吃出苍蝇 牛肉面吃到了小蟑螂！ 菜里有虫子 生菜里有毛毛虫
沙拉里面有一颗肉虫 米饭馊了！！！ 送的玉米发霉的 酸奶居然过期了，生产日期7月7日 鱼头都臭了。
卷饼里面有不锈钢丝。 米饭里面有石子 菜里吃到塑料。 我香菇过敏，你让我怎么吃 没有变质但是有异物
没有味道，有虫 不但变质还馊 没吃完就拉肚子了 送餐不及时变质了 没想到有虫 不光有虫还有头发
不是没有异物 有没有虫？ 是不是变质了 这不是变质了吗 该不会变质了吧 不是发霉就是有味 希望不会拉肚子
There_was_a_hair_in_my_soup 吃完好多人呕吐 扁豆没熟 发芽土豆 异物ＡＢＣ 头髮
""".split()
DENIED = """\
没有异物 没异物 无异物 不变质 没变质 并不变质 不會變質 未发现异物 没有异物和虫子 没有头发、虫子
从来没有拉肚子 没吃到虫 不会拉肚子 不用担心拉肚子 没有人拉肚子 吃了没拉肚子 没有出现过变质 异物没有
没有什么异物 不含异物 没有吃出头发 汤里没有蟲 没有任何异物，很好 杜绝变质 不是变质，是调料
No_hair_in_it 没有過期
""".split()
HARMLESS = """\
虫草花汤好喝 毛毛虫面包好吃 指甲盖大小的肉 饿的有点胃疼 坨成了石头 鸡块比石头硬 好像快过期了
出的馊主意 今天去剪头发 胃口大的不够 肚子饿 今天的鱼没有腥味 菜有点咸 生了一肚子气 路不熟
点的菜不新鲜 装个塑料一次性杯
""".split()


def heard(sentences: list[str]) -> dict[str, tuple[str, ...]]:
    """What is heard in each, a gap being written as _, a full-width one as ~."""
    return {said: queries.safety_words(said.replace("_", " ").replace("~", "\u3000")) for said in sentences}


def test_what_endangers_is_heard_and_what_is_denied_or_harmless_is_not(school: Flask) -> None:
    assert [said for said, words in heard(SAID).items() if not words] == []
    assert {said: words for said, words in heard([*DENIED, *HARMLESS]).items() if words} == {}


def test_a_school_adds_words_and_leaves_some_out(school: Flask) -> None:
    with transaction():
        change_settings(by=actor("lin"), cases_safety_more="煤气味，漏电", cases_safety_less="沙子 頭髮")
    assert queries.safety_words("厨房有煤气味") == ("煤气味",)
    assert queries.safety_words("花蛤里有沙子和头发，还有虫") == ("虫",)


def test_a_word_of_danger_goes_to_the_head_at_once(school: Flask) -> None:
    case = opened(text="孩子吃完拉肚子")
    assert (case.severity, case.owner.name) == ("safety", "林")
    told = session.query(Message).one()
    assert (told.roles, told.path) == ("head", f"/office/cases/{case.id}")
    assert "拉肚子" not in told.title + told.text
    assert f"{case.id}" in told.title
    assert opened(text="米饭没有异物，就是有点硬").severity == "ordinary"
    assert session.query(Message).count() == 1


def test_what_is_handed_in_or_added_from_outside_is_heard(school: Flask) -> None:
    given = {"kind": "complaint", "subject": "counter:c1"}
    with transaction():
        first = services.ask(sent="a" * 22, text="米饭有点硬", **given)
        second = services.ask(sent="b" * 22, text="菜里有蟑螂", **given)
        services.add(queries.receipt(first.key), "晚上孩子还拉肚子了")
    assert (first.case.severity, second.case.severity) == ("safety", "safety")
    assert session.query(Message).count() == 2


def test_who_takes_it_down_cannot_call_it_simple(school: Flask) -> None:
    with transaction():
        case = services.take_down(
            by=actor("chen"), kind="complaint", subject="counter:c1", text="家长说菜里有虫", severity="simple"
        )
    assert case.severity == "safety"
