"""An amount with words behind it, 2000元/学期, and words in the place of an amount, 按实收取."""

import re

PRICED = re.compile(r"(?P<amount>[¥￥]?\d[\d,，]*(?:\.\d+)?)\s*元?\s*(?:[/／]\s*(?P<unit>\D+?))?[。；;，,]?")
WORDS = re.compile(r"[^\d¥￥]+?[。；;]?")
DIGITS = re.compile(r"[一二三四五六七八九十百千两]+\s*[元角分]")


def split(text: str) -> tuple[str, str]:
    """The amount and the words of what stands in one cell; either may be empty.

    What has several amounts, or words before one, stays an amount as it is, and is refused as one.
    """
    found = PRICED.fullmatch(text)
    if found:
        return found["amount"], (found["unit"] or "").strip("。；; ")
    if WORDS.fullmatch(text) and not DIGITS.search(text):
        return "", text.rstrip("。；;")
    return text, ""


def joined(words: str, unit: str) -> str:
    """Words out of the cell of an amount beside the unit that stands in a cell of its own."""
    if not words or words == unit:
        return unit
    return f"{words}（{unit}）" if unit else words
