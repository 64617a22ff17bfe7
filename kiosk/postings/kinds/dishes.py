"""The dishes of the sample school: a week of two meals for each canteen, the same for everybody in a week."""

from datetime import date

from kiosk.postings.kinds.menu import DAYS

LUNCHES = (
    ("红烧肉、清炒小白菜、番茄蛋汤、米饭", "egg,soy"),
    ("宫保鸡丁、醋熘土豆丝、紫菜汤、米饭", "peanut,soy"),
    ("红烧带鱼、手撕包菜、冬瓜排骨汤、馒头", "gluten,fish,soy"),
    ("番茄牛腩、蒜蓉油麦菜、玉米羹、米饭", "egg"),
    ("香菇滑鸡、麻婆豆腐、海带汤、米饭", "soy"),
    ("鱼香肉丝、清炒西葫芦、小米粥、花卷", "gluten,soy"),
    ("盐水虾、干锅花菜、菠菜蛋汤、米饭", "crustaceans,egg"),
)
DINNERS = (
    ("西红柿鸡蛋面、凉拌黄瓜", "gluten,egg"),
    ("木须肉、素炒豆芽、米饭", "egg,soy"),
    ("鲜肉包子、小米粥、拌三丝", "gluten"),
    ("土豆烧鸡块、炒青菜、米饭", "soy"),
    ("牛肉炒饭、紫菜蛋汤、酸奶", "egg,milk"),
)


def week(canteen: str, day: date) -> list[dict[str, str]]:
    """The rows of a canteen's menu for the week of a day, Monday to Friday."""
    turn = day.isocalendar().week * 5 + sum(map(ord, canteen))
    rows = []
    for number, code in enumerate(list(DAYS)[:5]):
        for meal, choices in (("lunch", LUNCHES), ("dinner", DINNERS)):
            text, allergens = choices[(turn + number) % len(choices)]
            rows.append({"day": code, "meal": meal, "dishes": text, "allergens": allergens})
    return rows
