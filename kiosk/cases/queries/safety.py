"""Words of danger to health: whatever says one of them goes to the head of logistics at once."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from kiosk.cases.dangers import FOREIGN, ILL, LISTED, SPOILED
from kiosk.cases.models import ORDINARY, SAFETY
from kiosk.cases.settings import SAFETY_LESS, SAFETY_MORE
from kiosk.core.i18n import LazyString, lazy
from kiosk.school.queries import settings

PARTED = re.compile(r"(?:拉|闹)[了过一二两三四五六七八九十几好多半整天次回晚上中下午个]{1,6}肚子")
"""Words in whose middle one counts: “拉了好几天肚子”."""

HARMLESS = (
    *("虫草", "毛毛虫面包", "毛毛虫蛋糕", "毛毛虫包", "懒虫", "害虫", "防虫", "灭虫", "杀虫", "驱虫"),
    *("灭蟑", "可怜虫", "剪头发", "染头发", "洗头发", "头发湿", "头发淋", "戴帽", "像石头", "比石头"),
    *("成石头", "成了石头", "石头一样", "石头锅", "指甲盖", "指甲大", "馊主意", "苍蝇馆", "苍蝇小馆"),
    *("石头剪刀", "订书钉封", "老鼠爱大米", "快过期", "没过期", "bugle", "debug"),
)
"""What holds such a word and means something else; a date that draws near is not past."""
HUNGRY = r"饿[的得到过]?[我都有点会]*胃[疼痛]|本来就胃[疼痛]"
HARMLESS_FOUND = re.compile("|".join((*HARMLESS, HUNGRY)))

VARIANTS = str.maketrans(
    "異變質頭髮發黴餿過爛蒼蠅蟲瀉嘔鋼鐵絲釘書訂壞沒無並會見現"
    "創貼螞蟻飛飯湯從來個麼嗎對擔絕與點兒腸間時燒癢塊條隻",
    "异变质头发发霉馊过烂苍蝇虫泻呕钢铁丝钉书订坏没无并会见现"
    "创贴蚂蚁飞饭汤从来个么吗对担绝与点儿肠间时烧痒块条只",
)
"""The traditional letters that stand in the words, and around them."""
_HAN = "\u4e00-\u9fff"
_BROKEN = re.compile(rf"(?<=[{_HAN}])[\s·・.*_~|/+\-\u200b\u3000]+(?=[{_HAN}])")

DENIAL = (
    r"(?:没有|没|毫无|绝无|无|从未|并未|未|从不|并不|绝不|不会|不是|并非|不曾|不含"
    r"|不存在|不用担心|不必担心|不担心|不怕|杜绝|避免|防止|不)"
)
BETWEEN = (
    r"(?:任何|什么|半点|一点儿|一点|一丝|一根|一只|一条|半根|吃出来|吃出|吃到|喝到|看到"
    r"|看见|见到|发现|出现|遇到|碰到|让人|让我|导致|引起|过|啥|人|有|再|会|是|吃|见|到|出)"
)
JOINED = r"(?:、|和|或者|或|及|以及|与|跟|,)"
AFTER = re.compile(
    r"^(?:子|物)?(?:倒|也|都|是|一(?:个|根|只)都)*"
    r"(?:没有|没见到|没见|没看到|没发现|没吃到)(?:过)?(?=[,。!;.\s]|$)"
)
ASKED = re.compile(r"^[^,。!;.\n]*?(?:吗|么|吧|嘛|\?|就是)")
"""A question, and “不是发霉就是有味”."""
NOT_ENGLISH = re.compile(r"\b(?:no|not|never|without|n't|any)\s+(?:\w+\s+){0,2}$")
LIST = re.compile(r"[\s,;，、；。]+")


def safety_words(text: str) -> tuple[str, ...]:
    """The words of danger that a text says, in its order; what it denies (“没有异物”, “不变质”) is none.

    Full-width and traditional letters and gaps inside of a word change nothing. A question denies nothing.
    """
    said = _plain(text)
    if not said:
        return ()
    said = HARMLESS_FOUND.sub(lambda found: "□" * len(found[0]), said)
    words, denied = _patterns(listed_words())
    found = [one for one in words.finditer(said) if not _is_denied(said, one, denied)]
    return tuple(dict.fromkeys(one[0] for one in found))


DANGERS: dict[str, LazyString] = {
    "foreign": lazy("something in the food that does not belong there"),
    "spoiled": lazy("spoiled food"),
    "ill": lazy("somebody fell ill"),
    "other": lazy("food safety"),
}
"""What such words are about."""


def danger(words: Iterable[str]) -> LazyString:
    """What the first of these words is about; it repeats nobody's words."""
    first = next(iter(words), "")
    groups = (("foreign", FOREIGN), ("spoiled", SPOILED), ("ill", ILL))
    found = next((name for name, listed in groups if first in listed), "other")
    return DANGERS["ill" if PARTED.fullmatch(first) else found]


def severity_of(text: str) -> str:
    """How grave something is by its words alone."""
    return SAFETY if safety_words(text) else ORDINARY


def listed_words() -> tuple[str, ...]:
    """The words in force at this school."""
    less = {_plain(word) for word in LIST.split(settings()[SAFETY_LESS])}
    more = (_plain(word) for word in LIST.split(settings()[SAFETY_MORE]))
    return tuple(word for word in dict.fromkeys((*LISTED, *more)) if word and word not in less)


def _plain(text: str) -> str:
    """In simplified letters of one width, without gaps inside of a word."""
    plain = unicodedata.normalize("NFKC", text).translate(VARIANTS).lower()
    return _BROKEN.sub("", plain)


@lru_cache(maxsize=8)
def _patterns(words: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What finds a word, the longest first; and what stands before one that is denied."""
    longest = sorted(words, key=len, reverse=True)
    one = "|".join(rf"\b{re.escape(word)}s?\b" if word.isascii() else re.escape(word) for word in longest)
    one = f"{PARTED.pattern}|{one}"
    return re.compile(one), re.compile(
        rf"(?P<no>{DENIAL}){BETWEEN}{{0,3}}(?:(?:{one})(?:子|的)?{JOINED}{BETWEEN}{{0,2}})*$"
    )


def _is_denied(said: str, word: re.Match[str], denied: re.Pattern[str]) -> bool:
    before, after = said[max(0, word.start() - 60) : word.start()], said[word.end() :]
    if word[0].isascii():
        return NOT_ENGLISH.search(before) is not None
    if ASKED.match(after):
        return False
    if AFTER.match(after):
        return True
    found = denied.search(before)
    return found is not None and not _is_doubled(before[: found.start()], found["no"])


def _is_doubled(before: str, no: str) -> bool:
    """Whether something denies the denial (“不是没有”), or leaves it open (“有没有”, “是不是”)."""
    return before.endswith(("不是", "并非", "不可能", "难道", "该", "希望", "但愿")) or (
        len(no) > 1 and before.endswith(no[1])
    )
