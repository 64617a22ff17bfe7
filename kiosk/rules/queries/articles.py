"""What a rule is made of: chapters, articles and further texts, each with a key of its own that it keeps.

Numbers are counted anew in every version; what hangs on an article hangs on its key. An article that came
out of others by splitting or merging names their keys (`of`), so what was said on those is found on it.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from kiosk.core.i18n import _
from kiosk.core.security import new_code

CHAPTER, ARTICLE, OTHER = "chapter", "article", "text"
KINDS = (CHAPTER, ARTICLE, OTHER)
WHOLE = ""
"""What stands for the whole rule where an article's key would stand."""
MOST_ITEMS = 400
MOST_LETTERS = 200_000
SPLIT = re.compile(r"^\s*-{3,}\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Item:
    """A chapter (a heading alone), an article, or a text without a number: a preamble, an annex."""

    key: str
    kind: str
    heading: str = ""
    text: str = ""
    of: tuple[str, ...] = ()
    """The keys of the articles of earlier texts that it came out of, beside its own."""

    @property
    def hash(self) -> str:
        """What tells whether its words are the same: of heading and text."""
        return hashlib.sha256(f"{self.kind}\n{self.heading}\n{self.text}".encode()).hexdigest()[:16]

    @property
    def plain(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "key": self.key,
            "kind": self.kind,
            "heading": self.heading,
            "text": self.text,
            "of": list(self.of),
        }

    def carries(self, key: str) -> bool:
        """Whether what was said on the article with this key is on this one."""
        return key == self.key or key in self.of


class Numbered(NamedTuple):
    """An item with its number among those of its kind; 0 for a text without one."""

    item: Item
    number: int

    @property
    def label(self) -> str:
        """第三条, 第二章; nothing for a text without a number."""
        return label(self.item.kind, self.number)

    @property
    def called(self) -> str:
        """Its number and heading, or how it begins."""
        begins = self.item.text.strip().split("\n")[0][:20] if not self.item.heading else ""
        return " ".join(filter(None, (self.label, self.item.heading or ("" if self.label else begins))))


def label(kind: str, number: int) -> str:
    """What an item of a kind with this number is called."""
    if kind == ARTICLE:
        return str(_("Article %(n)s", n=number_words(number)))
    if kind == CHAPTER:
        return str(_("Chapter %(n)s", n=number_words(number)))
    return ""


def number_words(number: int) -> str:
    """The number as the language writes it in rules: 十二, 12."""
    return chinese(number) if str(_("Article %(n)s", n="")).startswith("第") else str(number)


DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """A number below 10,000 in Chinese: 十二, 一百零三."""
    if number < 10:
        return DIGITS[number]
    if number < 20:
        return "十" + (DIGITS[number - 10] if number > 10 else "")
    words, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            words += ("零" if gap and words else "") + DIGITS[digit] + name
        gap = not digit and bool(words)
    return words


def new_key() -> str:
    """A key for a new item; it says nothing."""
    return new_code(8).lower()


def item_of(plain: dict[str, Any]) -> Item:
    """An item as it is stored."""
    return Item(
        plain["key"],
        plain["kind"],
        plain.get("heading", ""),
        plain.get("text", ""),
        tuple(plain.get("of", ())),
    )


def numbered(items: Iterable[Item]) -> Iterator[Numbered]:
    """The items with their numbers: articles are counted through, whatever chapter they stand in."""
    counts = dict.fromkeys(KINDS, 0)
    for item in items:
        counts[item.kind] += 1
        yield Numbered(item, counts[item.kind] if item.kind != OTHER else 0)


def compose(title: str, items: Iterable[Item]) -> str:
    """The content of a version: canonical JSON, whose bytes are what is voted."""
    content = {"title": title, "items": [item.plain for item in items]}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def compose_repeal(title: str, number: int) -> str:
    """The content of a repeal: which version of the rule ends, and no text."""
    content = {"title": title, "items": [], "repeals": number}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(content: str) -> str:
    """The hash of a content."""
    return hashlib.sha256(content.encode()).hexdigest()


@lru_cache(maxsize=64)
def items_of(content: str) -> tuple[Numbered, ...]:
    """The items of a content with their numbers in the order in which they stand."""
    return tuple(numbered(item_of(one) for one in json.loads(content)["items"]))


def carriers(items: Sequence[Numbered], key: str) -> list[Numbered]:
    """On which items of a text what was said on a key hangs now: both parts of an article that was split."""
    return [one for one in items if one.item.carries(key)] if key else []


def find(items: Sequence[Numbered], key: str) -> Numbered | None:
    """The item with a key, or None."""
    return next((one for one in items if one.item.key == key), None)


def split(item: Item, at: str) -> list[Item]:
    """An item whose text has lines of dashes, as its parts: the first keeps the key, all what hangs on it."""
    parts = [part.strip() for part in SPLIT.split(at)]
    parts = [part for part in parts if part] or [""]
    first = replace(item, text=parts[0])
    own = (*item.of, item.key)
    return [first, *(Item(new_key(), item.kind, "", part, own) for part in parts[1:])]


def merge(first: Item, second: Item) -> Item:
    """Two items as one, which keeps the first's key and what hangs on both."""
    text = "\n\n".join(filter(None, (first.text, second.text)))
    of = dict.fromkeys((*first.of, second.key, *second.of))
    of.pop(first.key, None)
    return replace(first, heading=first.heading or second.heading, text=text, of=tuple(of))
