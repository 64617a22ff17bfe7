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
    r"((?:微信|威信|薇信|扣扣|企鹅号|电话|手机|抖音|快手|小红书"
    r"|(?<![a-z])(?:wei ?xin|we ?chat|wx|vx|qq)(?![a-z]))"
    r"(?:号码|号|群|id)?\s*(?:是|为|[:：=])?\s*)"
    r"([a-z0-9０-９_\-]{5,})",
    re.IGNORECASE,
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

    Six digits in a row (full-width ones too), nine with single spaces or dashes between, or seven spelt in
    Chinese are taken for a number that could lead to a person; prices, times and dates are shorter and stay.
    """
    text = _MAIL.sub(MASK, text)
    text = _NAMED.sub(lambda match: match[1] + MASK, text)
    text = _DIGITS.sub(MASK, text)
    return _SPELT.sub(MASK, text)
