"""What changed between two texts of a rule: article by article, by their keys, and in each word by word.

A Chinese character is a word of its own, Latin letters and digits stand together. A single character that
is the same between a change and something added or left out goes with them: 七点 → 六点半 reads better than
three marks.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from kiosk.rules.queries.articles import Item, Numbered

SAME, OLD, NEW = "same", "old", "new"
WORD = re.compile(r"[A-Za-z0-9_À-ɏ]+(?:[.,:'’-][A-Za-z0-9]+)*|\s+|.", re.DOTALL)
SENTENCE = re.compile(r"[^。；！？\n.;!?]*[。；！？\n.;!?]?\s*", re.DOTALL)
MIXED = 3
"""Around a character that stayed: itself, a change, and something added or left out."""
HAN = re.compile(r"[\u3400-\u9fff]")
MOST_PAIRS = 4_000_000
"""Words of one times words of the other that are compared; longer ones by sentences."""


class Piece(NamedTuple):
    """A piece of text that stayed, went or came."""

    kind: str
    text: str


class Change(NamedTuple):
    """An item in two texts: as it was, as it is (None: not there), and its heading and text in pieces."""

    before: Numbered | None
    after: Numbered | None
    heading: tuple[Piece, ...]
    text: tuple[Piece, ...]
    split_of: tuple[Numbered, ...] = ()
    """Of a new item: the items of the earlier text out of which it came."""

    @property
    def is_changed(self) -> bool:
        """Whether it says something else, or came or went."""
        pieces = (*self.heading, *self.text)
        return self.before is None or self.after is None or any(one.kind != SAME for one in pieces)

    @property
    def is_renumbered(self) -> bool:
        """Whether it has another number."""
        return bool(self.before and self.after and self.before.number != self.after.number)


@lru_cache(maxsize=1024)
def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """Two texts as pieces that stayed, went and came; the shortest way to tell it that reads well."""
    if old == new:
        return (Piece(SAME, old),) if old else ()
    first = _common(old, new)
    last = _common(old[first:][::-1], new[first:][::-1])
    first, last = _at_words(old, new, first, last)
    head, tail = old[:first], old[len(old) - last :] if last else ""
    middle = _middle(old[first : len(old) - last], new[first : len(new) - last])
    return tuple(_joined([Piece(SAME, head), *middle, Piece(SAME, tail)]))


def _common(one: str, other: str) -> int:
    length = min(len(one), len(other))
    for number in range(length):
        if one[number] != other[number]:
            return number
    return length


def _at_words(old: str, new: str, first: int, last: int) -> tuple[int, int]:
    """No cut within a word of letters or digits."""
    while first and _inside(old, first) | _inside(new, first):
        first -= 1
    while last and (_inside(old, len(old) - last) or _inside(new, len(new) - last)):
        last -= 1
    return first, last


def _inside(text: str, at: int) -> bool:
    return 0 < at < len(text) and bool(re.fullmatch(r"[A-Za-z0-9_.,:'’À-ɏ-]{2}", text[at - 1 : at + 1]))


def _words(old: str, new: str) -> tuple[list[str], list[str]]:
    was, now = WORD.findall(old), WORD.findall(new)
    if len(was) * len(now) <= MOST_PAIRS:
        return was, now
    return [one for one in SENTENCE.findall(old) if one], [one for one in SENTENCE.findall(new) if one]


def _middle(old: str, new: str) -> list[Piece]:
    was, now = _words(old, new)
    found: list[Piece] = []
    codes = SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    for number, (kind, a, b, c, d) in enumerate(codes):
        gone, came = "".join(was[a:b]), "".join(now[c:d])
        around = {code[0] for code in codes[max(number - 1, 0) : number + 2]}
        if kind == "equal" and not (
            HAN.fullmatch(gone) and len(around) == MIXED and _is_within(codes, number)
        ):
            found.append(Piece(SAME, gone))
        else:
            found += [Piece(OLD, gone), Piece(NEW, came)]
    return found


def _is_within(codes: Sequence[tuple[str, int, int, int, int]], number: int) -> bool:
    return 0 < number < len(codes) - 1 and any(codes[at][0] == "replace" for at in (number - 1, number + 1))


def _joined(found: Sequence[Piece]) -> Iterator[Piece]:
    """What went and came without a break between is told once each: what went first."""
    went = came = ""
    stayed = ""
    for kind, text in found:
        if not text:
            continue
        if kind == SAME:
            yield from (one for one in (Piece(OLD, went), Piece(NEW, came)) if one.text)
            went = came = ""
            stayed += text
            continue
        if stayed:
            yield Piece(SAME, stayed)
            stayed = ""
        went, came = (went + text, came) if kind == OLD else (went, came + text)
    yield from (one for one in (Piece(OLD, went), Piece(NEW, came), Piece(SAME, stayed)) if one.text)


def changes(old: Sequence[Numbered], new: Sequence[Numbered]) -> list[Change]:
    """Every item of the newer text in its order, and those that went where they stood."""
    before = {one.item.key: one for one in old}
    kept = {one.item.key for one in new}
    gone = [one for one in old if one.item.key not in kept]
    found = [_change(before.get(one.item.key), one, old) for one in new]
    for one in gone:
        found.insert(_place(one, old, found), _change(one, None, old))
    return found


def _change(before: Numbered | None, after: Numbered | None, old: Sequence[Numbered]) -> Change:
    was, now = (one.item if one else Item("", "") for one in (before, after))
    came = tuple(one for one in old if after.item.carries(one.item.key)) if after and not before else ()
    return Change(before, after, pieces(was.heading, now.heading), pieces(was.text, now.text), came)


def _place(one: Numbered, old: Sequence[Numbered], found: list[Change]) -> int:
    """Behind the nearest item before it that is still there."""
    earlier = [other.item.key for other in old[: old.index(one)]]
    places = {change.before.item.key: at for at, change in enumerate(found) if change.before}
    return next((places[key] + 1 for key in reversed(earlier) if key in places), 0)
