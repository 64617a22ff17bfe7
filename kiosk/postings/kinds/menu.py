"""The kind `menu` (食谱): what a canteen cooks in a week, day by day, with what some people must not eat.

The allergens are the eight of GB 7718, the standard for labels of packed food.
"""

from contextlib import suppress

from kiosk.core.field import Choice, Line, Several
from kiosk.core.formats import BadValue
from kiosk.core.i18n import lazy
from kiosk.core.room import Asked, Switch
from kiosk.postings.permissions import POST_MENUS
from kiosk.postings.queries import MEALS, Kind, each_week_ahead
from kiosk.postings.queries.contents import near_day

DAYS = {
    "mon": lazy("Monday"),
    "tue": lazy("Tuesday"),
    "wed": lazy("Wednesday"),
    "thu": lazy("Thursday"),
    "fri": lazy("Friday"),
    "sat": lazy("Saturday"),
    "sun": lazy("Sunday"),
}
"""In the order of the week."""


class Weekday(Choice):
    """A day of the week, which a date names, too."""

    def code_of(self, text: str) -> str | None:
        """The code that a text is, or for which it is a word, or whose day it is."""
        if found := super().code_of(text):
            return found
        with suppress(BadValue):
            return list(self.options)[near_day(text).weekday()]
        return None


DAY = Weekday(
    name="day",
    label=lazy("Weekday"),
    options=DAYS,
    also={
        code: (f"周{sign}", f"星期{sign}", f"礼拜{sign}", sign)
        for code, sign in zip(DAYS, "一二三四五六日", strict=True)
    }
    | {"sun": ("周日", "星期日", "星期天", "周天", "礼拜天", "日")},
)
MEAL = Choice(
    name="meal",
    label=lazy("Meal"),
    options=MEALS,
    also={
        "breakfast": ("早餐", "早饭", "早膳"),
        "snack": ("加餐", "点心", "早点", "午点", "早点心", "午点心", "课间餐", "下午茶"),
        "lunch": ("午餐", "中餐", "午饭", "中饭", "午膳"),
        "dinner": ("晚餐", "晚饭", "晚膳"),
        "supper": ("夜宵", "宵夜", "晚点"),
    },
)
ALLERGENS = Several(
    name="allergens",
    label=lazy("Contains (allergens)"),
    options={
        "gluten": lazy("gluten (wheat)"),
        "crustaceans": lazy("crustaceans"),
        "fish": lazy("fish"),
        "egg": lazy("egg"),
        "peanut": lazy("peanut"),
        "soy": lazy("soy"),
        "milk": lazy("milk"),
        "nuts": lazy("tree nuts"),
    },
    also={
        "gluten": ("麸质", "小麦", "面粉", "含麸质的谷物", "谷物", "面筋", "wheat", "gluten"),
        "crustaceans": ("甲壳类", "虾", "蟹", "虾蟹", "虾、蟹", "甲壳纲类动物", "shrimp", "crab"),
        "fish": ("鱼", "鱼类"),
        "egg": ("蛋", "鸡蛋", "蛋类", "eggs"),
        "peanut": ("花生", "peanuts"),
        "soy": ("大豆", "黄豆", "豆制品", "豆类", "soya", "soybean"),
        "milk": ("乳", "牛奶", "奶", "乳制品", "奶制品", "乳及乳制品"),
        "nuts": ("坚果", "核桃", "杏仁", "腰果", "nuts"),
    },
)
MENU = Kind(
    slug="menu",
    label=lazy("Menu"),
    fields=(
        Line(
            name="note",
            label=lazy("What is to be said of it"),
            longest=200,
            hint=lazy("Portions, prices, what may change."),
        ),
    ),
    columns=(
        DAY,
        MEAL,
        Line(name="dishes", label=lazy("Dishes"), longest=300, missing=lazy("Which dishes are there?")),
        ALLERGENS,
    ),
    recurring=("day", "meal", "dishes", "allergens"),
    aliases={
        "day": ("星期", "日期", "时间", "周次"),
        "meal": ("餐次", "餐别", "餐类", "用餐时段"),
        "dishes": ("菜名", "菜品", "品名", "菜谱", "食谱", "菜肴", "菜品名称", "菜单", "供餐内容"),
        "allergens": ("过敏原", "致敏物质", "过敏原提示", "致敏原", "含致敏物质", "过敏提示"),
    },
    known_by=("day", "meal"),
    crosswise=("day", "meal", "dishes"),
    rows="postings/kinds/_menu.html",
    questions=True,
    scopes=("canteen",),
    drafts=POST_MENUS,
    days=10,
    rhythm=each_week_ahead(),
    switch=Switch(
        "menu",
        lazy("Menus of the week"),
        (
            Asked(
                lazy("Canteen manager"),
                lazy("Posts by Friday what there is to eat in the next week, with allergens."),
            ),
        ),
    ),
)
