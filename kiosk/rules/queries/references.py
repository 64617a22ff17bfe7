"""What a text says of its own articles (第十二条) and means no more, since their numbers moved."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from kiosk.rules.models import Rule
from kiosk.rules.queries.articles import ARTICLE, MOST_ITEMS, Numbered, carriers, chinese
from kiosk.rules.queries.standing import items, texts

REFERENCE = re.compile(r"(?<![》\s])第\s?([0-9]{1,3}|[零一二三四五六七八九十百]{1,7})\s?条")
"""An article of the same text; behind 》 it is one of a law."""
NUMBERS = {chinese(number): number for number in range(1, MOST_ITEMS + 1)}


class Stale(NamedTuple):
    """A reference that an earlier text had in the same place, whose article has another number now."""

    inside: Numbered
    """In which article it stands."""
    at: int
    """The how-manieth reference of that article it is, from 0."""
    words: str
    meant: Numbered | None
    """The article as it is now; None where it was taken out."""
    right: str
    """How it is written now; empty where the article was taken out."""


def stale(rule: Rule, draft: Sequence[Numbered]) -> list[Stale]:
    """The references of a draft that do not lead any more to what they led to in the text before it."""
    approved = [one for one in texts(rule) if one.approved_on]
    bases = dict.fromkeys([*approved[-1:], *texts(rule)[-1:]])
    found: dict[tuple[str, int], Stale] = {}
    for base in bases:
        for one in _stale(items(base), draft):
            found.setdefault((one.inside.item.key, one.at), one)
    return list(found.values())


def _stale(base: Sequence[Numbered], draft: Sequence[Numbered]) -> Iterator[Stale]:
    before = {one.item.key: _told(one.item.text) for one in base}
    by_number = {one.number: one for one in base if one.item.kind == ARTICLE}
    for one in draft:
        now = _told(one.item.text)
        for at in _kept(before.get(one.item.key, []), now):
            number, words = now[at]
            target = by_number.get(number)
            if target is None:
                continue
            meant = next(iter(carriers(draft, target.item.key)), None)
            if meant is None or meant.number != number:
                yield Stale(one, at, words, meant, _written(meant.number, words) if meant else "")


def _told(text: str) -> list[tuple[int, str]]:
    """The numbers of the articles that a text names (0: none that can be), and how it writes them."""
    return [
        (NUMBERS.get(one[1], int(one[1]) if one[1].isascii() else 0), one[0])
        for one in REFERENCE.finditer(text)
    ]


def _kept(then: Sequence[tuple[int, str]], now: Sequence[tuple[int, str]]) -> list[int]:
    """Which references of a text stand as they stood before; what was written since is meant as it is."""
    old, new = [number for number, _words in then], [number for number, _words in now]
    if len(old) == len(new):
        return [at for at, number in enumerate(new) if number == old[at]]
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return [block.b + step for block in blocks for step in range(block.size)]


def _written(number: int, like: str) -> str:
    return f"第{number if re.search('[0-9]', like) else chinese(number)}条"


def mended(text: str, at: int, right: str) -> str:
    """A text with its how-manieth reference written anew."""
    place = list(REFERENCE.finditer(text))[at]
    return text[: place.start()] + right + text[place.end() :]
