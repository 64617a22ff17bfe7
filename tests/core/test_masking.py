"""Free text: cleaned before it is stored, masked before it is read."""

import re
import signal

import pytest

from kiosk.core.masking import MASK, clean, mask

HITS = [
    "打我电话【13812345678】吧",
    "【138 1234 5678】",
    "【138-1234-5678】",
    "【+86 138 1234 5678】",
    "【１３８１２３４５６７８】",
    "【幺三八一二三四五六七八】",
    "身份证【11010119900307123X】。",
    "加我微信【abc_12345】",
    "wx:【lily2009】",
    "QQ 【12345】",
    "vx是【hello2008】",
    "邮箱 【a.b@qq.com】 谢谢",
    "学号【20230415】",
    "加V 【lily2009】",
    "高一3班【张伟】说米饭硬",
    "初二（5）班的【李明】同学",
    "七年级2班同学【王小明】",
    "我是1203班【欧阳娜娜】",
    "【王小明】（初二3班）吃了拉肚子",
    "我是【王小明】，初二3班的",
    "【张伟】（高一（3）班）",
    "家长，孩子【李雷】 三年级2班",
    "初二3班：【王小明】",
    "初二3班（【王小明】）",
    "初二3班-【王小明】",
    "三年级二班班长【李雷】插队",
    "高一3班，【韩梅】没打到饭",
    "2024级3班【陈晨】",
    "【王小明】初二3班，饭卡丢了",
    "微信同号：【abc_123】",
    "【13812345678】微信同号",
    "电话微信同号【13812345678】",
    "微信同号【lily2009】",
    "wx：【abc】",
    "WX：【abc】",
    "微信：【ab1】",
    "微信号是【lily】",
    "v：【lily_mama】",
    "V信【lily2009】",
    "加我V【lily2009】",
    "QQ号是【一二三四五六】",
    "QQ号是【12345】",
    "qq：【1 2 3 4 5 6】",
    "扣扣【一二三四五六七】",
    "Q：【778899】",
    "QQ群【123456】",
    "微信群号：【8899001】",
    "微 信 【lily2009】",
    "【138.1234.5678】",
    "【138·1234·5678】",
    "【138_1234_5678】",
    "【138/1234/5678】",
    "【138 - 1234 - 5678】",
    "【138，1234，5678】",
    "【1 3 8 1 2 3 4 5 6 7 8】",
    "【1-3-8-1-2-3-4-5-6-7-8】",
    "【138**1234**5678】",
    "【幺三八 一二三四 五六七八】",
    "【一三八-一二三四-五六七八】",
    "【138一二三四5678】",
    "【1三8一2三4五6七8】",
    "【壹叁捌壹贰叁肆伍陆柒捌】",
    "【1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣】",
    "【0571-88886666】",
    "【（0571）8888 6666】",
    "座机：【8888-6666】",
    "电话【8888 6666】",
    "12月1日打【13812345678】",
    "2026-12-01 【13812345678】",
    "花了12.50元，电话【13812345678】",
    "抖音号：【lily.food】",
    "身份证【110101 19990307 123X】",
    "学生【张伟】，高一3班",
    "【小明】（初二3班）吃完拉肚子",
    "三班的【小明】说米饭太硬",
    "企鹅【12345678】",
]
"""Texts as people write them; what stands in 【】 leads to somebody and is masked."""

STAYS = [
    "今天5.50元一份，12:30没了",
    "2026-03-04 吃坏了",
    "3.60涨到5.00",
    "一二三",
    "价格 3.50 4.50 5.50",
    "高一3班的饭不够",
    "二班全班都没吃到",
    "",
    "2026-12-01 12:10 打的饭",
    "2026-12-01 12:10:30",
    "2026/12/01 12:10—12:40",
    "2026年12月1日12:10",
    "2026.12.1-2026.12.5",
    "2026-12-01至2026-12-05",
    "2026-12-01—2026-12-05 11:30-12:30",
    "12-01 12:10 到 12-02 12:10",
    "11:30-12:10 17:00-17:40",
    "2025-2026学年第一学期",
    "2023、2024、2025、2026年",
    "2024 2025 2026",
    "一共108000元",
    "1080000元",
    "¥1080000",
    "￥123456.78",
    "123456.78元",
    "1,080,000.50元",
    "3.50-4.50元 5.50-6.50元",
    "12.50、13.50、14.00",
    "每斤3.5元，10斤35元，100斤350元",
    "采购了1000000克",
    "大米250000克",
    "土豆1200公斤",
    "10斤 20斤 30斤 40斤 50斤",
    "全校123456人次",
    "28.5 30.2 31.7 29.9",
    "单价12.5000元",
    "第1、3、5、7、9、11、13、15周",
    "批号20261105的牛奶",
    "生产日期：20261105，保质期12个月",
    "请打12345或12315投诉",
    "电话：110",
    "电话12345",
    "星期一二三四五",
    "一二三四五六年级",
    "微信支付5.50元",
    "微信群里都在说",
    "微信扫码付款12.00元",
    "手机12000元",
    "QQ糖太贵",
    "3班王老师",
    "初二3班李师傅打的菜",
    "三号窗口王师傅态度好",
    "高一3班小卖部，太挤",
    "初二3班小组的饭",
    "采购人张伟，验收人李娜签了吗？",
    "食堂班长李强",
    "高一3班，黄瓜不新鲜",
    "初二3班马上要放学了",
    "3班许多同学没吃到",
    "3班严重缺饭",
    "汤太咸（初二3班反映）",
    "米饭太硬（初二3班）",
    "老师说高一3班先打饭",
    "供货商为什么是康惠农产品有限公司？",
    "规格5kg*4袋，20箱",
    "编号第12页第3行",
    "体温36.5 37.2 36.8",
    "今天有二十三个人没吃上",
]
"""Days and times, prices, quantities, batches, public lines, titles and posted names: they stay."""


@pytest.mark.parametrize("text", HITS)
def test_what_leads_to_a_person_is_masked(text: str) -> None:
    written, read = re.sub("[【】]", "", text), re.sub("【.*?】", MASK, text)
    assert mask(written) == read
    assert mask(read) == read, "a masked text is sent again"


@pytest.mark.parametrize("text", STAYS)
def test_what_leads_to_nobody_stays(text: str) -> None:
    assert mask(text) == text


def test_a_text_is_cleaned_of_what_no_screen_should_show() -> None:
    assert clean(" a\x00b\ud800c\r\nd\te\u202ef\n\n\n\n好😀\x1b ") == "abc\nd ef\n\n好😀"


HOSTILE = {
    "a" * 500 + "@": "a" * 500 + "@",
    "1-" * 250: f"{MASK}-",
    "." * 500: "." * 500,
    "微信" * 250: "微信" * 250,
    "1.*" * 700 + "x": "1.*" * 700 + "x",
    "王" * 2000: "王" * 2000,
    "微信号群id是" * 300: "微信号群id是" * 300,
    "（初二" * 700: "（初二" * 700,
}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_takes_no_work_that_grows_beyond_measure(text: str) -> None:
    """Counted in the processor's seconds, not by the wall's clock: a pattern that explodes needs hours."""

    def too_much(_number: int, _frame: object) -> None:
        raise AssertionError("a pattern goes back and forth without an end")

    before = signal.signal(signal.SIGVTALRM, too_much)
    signal.setitimer(signal.ITIMER_VIRTUAL, 20)
    try:
        assert mask(text) == HOSTILE[text]
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
