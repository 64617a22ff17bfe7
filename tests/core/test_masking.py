"""Free text: cleaned before it is stored, masked before it is read."""

import signal

import pytest

from kiosk.core.masking import MASK, clean, mask


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("打我电话13812345678吧", f"打我电话{MASK}吧"),
        ("138 1234 5678", MASK),
        ("138-1234-5678", MASK),
        ("+86 138 1234 5678", MASK),
        ("１３８１２３４５６７８", MASK),
        ("幺三八一二三四五六七八", MASK),
        ("身份证11010119900307123X。", f"身份证{MASK}。"),
        ("加我微信abc_12345", f"加我微信{MASK}"),
        ("wx:lily2009", f"wx:{MASK}"),
        ("QQ 12345", f"QQ {MASK}"),
        ("vx是hello2008", f"vx是{MASK}"),
        ("邮箱 a.b@qq.com 谢谢", f"邮箱 {MASK} 谢谢"),
        ("学号20230415", f"学号{MASK}"),
        ("加V lily2009", f"加V {MASK}"),
        ("高一3班张伟说米饭硬", f"高一3班{MASK}说米饭硬"),
        ("初二（5）班的李明同学", f"初二（5）班的{MASK}同学"),
        ("七年级2班同学王小明", f"七年级2班同学{MASK}"),
        ("我是1203班欧阳娜娜", f"我是1203班{MASK}"),
    ],
)
def test_what_leads_to_a_person_is_masked(written: str, read: str) -> None:
    assert mask(written) == read


@pytest.mark.parametrize(
    "text",
    [
        "今天5.50元一份，12:30没了",
        "2026-03-04 吃坏了",
        "3.60涨到5.00",
        "一二三",
        "价格 3.50 4.50 5.50",
        "高一3班的饭不够",
        "二班全班都没吃到",
        "",
    ],
)
def test_prices_times_and_dates_stay(text: str) -> None:
    assert mask(text) == text


def test_a_text_is_cleaned_of_what_no_screen_should_show() -> None:
    assert clean(" a\x00b\ud800c\r\nd\te\u202ef\n\n\n\n好😀\x1b ") == "abc\nd ef\n\n好😀"


HOSTILE = {
    "a" * 500 + "@": "a" * 500 + "@",
    "1-" * 250: f"{MASK}-",
    "." * 500: "." * 500,
    "微信" * 250: "微信" * 250,
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
