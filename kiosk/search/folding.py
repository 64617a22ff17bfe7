"""How words are compared: without width and capitals, by any piece; and by the initials of their pinyin."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import product
from math import prod
from typing import NamedTuple
from unicodedata import normalize

LONGEST = 100
"""So many characters of what is looked for count."""
MOST_WORDS = 8
LEAST_INITIALS = 2
MOST_READINGS = 12
"""A run of characters that can be read in more ways is found by the usual one."""
CHINESE = re.compile(r"[\u3400-\u9fff]+")
WHOLE = 120
"""A line of so many characters is shown whole; of a longer one so many before and behind the hits:"""
BEFORE, AFTER = 30, 60


@lru_cache(maxsize=50_000)
def _plain(letter: str) -> str:
    if letter.isspace():
        return " "
    return normalize("NFKC", letter).lower() if letter.isprintable() else ""


def fold(text: str) -> str:
    """A text as it is compared; what cannot be seen is left out."""
    return "".join(map(_plain, text))


def words(text: str) -> tuple[str, ...]:
    """What is looked for, word by word; all of them must be there."""
    return tuple(dict.fromkeys(fold(text[:LONGEST]).split()))[:MOST_WORDS]


def are_initials(word: str) -> bool:
    """Whether a word can be initials of pinyin, too."""
    return len(word) >= LEAST_INITIALS and word.isascii() and word.isalpha()


def initials(lines: Iterable[str]) -> str:
    """The initials of each run of characters, in every reading, each once: 长茄 500g gives `cj cq zj zq`."""
    runs = {run for line in lines for run in CHINESE.findall(line) if len(run) >= LEAST_INITIALS}
    return " ".join(sorted({reading for run in runs for reading in _readings(run)}))


@lru_cache(maxsize=20_000)
def _readings(run: str) -> tuple[str, ...]:
    letters = [_letters(one) for one in run]
    if prod(map(len, letters)) > MOST_READINGS:
        return ("".join(one[0] for one in letters),)
    return tuple("".join(found) for found in product(*letters))


@lru_cache(maxsize=50_000)
def _letters(character: str) -> tuple[str, ...]:
    """The first letters of a character's readings, the usual one first; `-` where none is known."""
    from pypinyin import Style, pinyin  # heavy: its tables are only needed when something new is said

    found = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
    return tuple(dict.fromkeys(one[0] for one in found if one[:1].isascii() and one[:1].isalpha())) or ("-",)


class Part(NamedTuple):
    """A piece of a sentence, and whether it is what was looked for."""

    text: str
    is_hit: bool


def excerpt(lines: Iterable[str], looked_for: Sequence[str]) -> list[Part]:
    """The line in which most of the words stand, cut around the first of them, each hit by itself."""
    best, spans = "", set[int]()
    most = 0
    for line in lines:
        found = [places for word in looked_for if (places := _places(line, word))]
        if len(found) > most:
            best, spans, most = line, set().union(*found), len(found)
    return _cut(best, spans)


def _places(line: str, word: str) -> set[int]:
    """The places of the characters in which a word is found first; nothing where it is not."""
    folded = [_plain(letter) for letter in line]
    start = "".join(folded).find(word)
    if start >= 0:
        return _characters(folded, start, start + len(word))
    if are_initials(word):
        for run in CHINESE.finditer(line):
            for reading in _readings(run.group()):
                if (at := reading.find(word)) >= 0:
                    return set(range(run.start() + at, run.start() + at + len(word)))
    return set()


def _characters(folded: Sequence[str], start: int, end: int) -> set[int]:
    """Which characters make up a piece of the folded text: one may have become several letters."""
    found, at = set(), 0
    for place, piece in enumerate(folded):
        if at < end and at + len(piece) > start:
            found.add(place)
        at += len(piece)
    return found


def _cut(line: str, hits: set[int]) -> list[Part]:
    if len(line) <= WHOLE:
        return _parted(line, hits, 0, len(line))
    first = max(0, min(hits, default=0) - BEFORE)
    last = min(len(line), max((one for one in hits if one < first + AFTER), default=first) + AFTER + 1)
    return [
        *[Part("…", False)] * (first > 0),
        *_parted(line, hits, first, last),
        *[Part("…", False)] * (last < len(line)),
    ]


def _parted(line: str, hits: set[int], first: int, last: int) -> list[Part]:
    parts: list[Part] = []
    for place in range(first, last):
        is_hit = place in hits
        if parts and parts[-1].is_hit == is_hit:
            parts[-1] = Part(parts[-1].text + line[place], is_hit)
        else:
            parts.append(Part(line[place], is_hit))
    return parts
