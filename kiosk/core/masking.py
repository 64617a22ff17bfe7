"""What people write: cleaned before it is stored, and masked before anybody in the office reads it."""

import re
import unicodedata

MASK = "＊＊＊"

_ALLOWED_CONTROLS = "\n"
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MANY_BREAKS = re.compile(r"\n{3,}")

_DIGIT = r"[0-9０-９]"
_MAIL = re.compile(r"[\w.+\-]+\s?[@＠]\s?[\w\-]+(?:\s?[.．。]\s?[a-zA-Z]{2,})+", re.ASCII)
_DIGITS = re.compile(rf"\+?{_DIGIT}{{6,}}[xX]?|\+?{_DIGIT}(?:[ \-–—]?{_DIGIT}){{8,}}[xX]?")
_SPELT = re.compile(r"[零〇一二三四五六七八九幺两]{7,}")
_NAMED = re.compile(
    r"((?:微信|威信|薇信|微心|加[vVqQ]|扣扣|企鹅号|电话|手机|抖音|快手|小红书"
    r"|(?<![a-z])(?:wei ?xin|we ?chat|wx|vx|qq)(?![a-z]))"
    r"(?:号码|号|群|id)?\s*(?:是|为|[:：=])?\s*)"
    r"([a-z0-9０-９_\-]{5,})",
    re.IGNORECASE,
)

_SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范石廖贾夏韦付傅邹熊孟秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤"
)
_CLASS = r"[0-9０-９一二三四五六七八九十]{1,4}\s?[）)]?\s?班"
_NO_NAME = "说的在等同老今昨吃被把和与到是也都从没有去向对给就又还因反觉认想要发提"
_LETTER = rf"(?![{_NO_NAME}])[\u4e00-\u9fff]"
_CLASS_AND_NAME = re.compile(
    rf"({_CLASS}的?\s?(?:学生|同学|孩子)?\s?)"
    rf"((?:欧阳|司马|上官|诸葛|[{_SURNAMES}]){_LETTER}(?:{_LETTER})?)"
)


def clean(text: str) -> str:
    """The text as it is stored: plain line breaks, no control or direction characters, no lone surrogates."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = text.encode("utf-8", "ignore").decode("utf-8")
    text = _DIRECTION.sub("", text)
    text = "".join(
        letter for letter in text if letter in _ALLOWED_CONTROLS or unicodedata.category(letter) != "Cc"
    )
    return _MANY_BREAKS.sub("\n\n", text).strip()


def mask(text: str) -> str:
    """The text without phone, identity, QQ and WeChat numbers, e-mail addresses and other long numbers.

    The name behind a class (高一3班张伟) goes, too; the class stays.

    Six digits in a row (full-width ones too), nine with single spaces or dashes between, or seven spelt in
    Chinese are taken for a number that could lead to a person; prices, times and dates are shorter and stay.
    """
    text = _MAIL.sub(MASK, text)
    text = _NAMED.sub(lambda match: match[1] + MASK, text)
    text = _CLASS_AND_NAME.sub(lambda match: match[1] + MASK, text)
    text = _DIGITS.sub(MASK, text)
    return _SPELT.sub(MASK, text)
