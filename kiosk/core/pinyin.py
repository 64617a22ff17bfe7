"""What is typed to find a Chinese name: the initials and the full spelling of every reading."""

import re
from functools import lru_cache
from itertools import islice, product

MOST_READINGS = 24
LONGEST = 400
LONGEST_SPELLING = 1000
DOUBLE = ("zh", "ch", "sh")
"""Beginnings of syllables that are often typed with both letters."""


def readings(name: str) -> str:
    """Words to search by, separated by spaces: 长茄 gives `cj cq zj zq changjia changqie …`.

    Latin letters and digits stand for themselves; everything else that is no character is left out.
    """
    from pypinyin import Style, pinyin  # heavy: its tables are only needed when a name is new

    letters = "".join(c for c in name.lower() if c.isalnum())
    if not letters:
        return ""
    choices = [sorted(set(pinyin(c, style=Style.NORMAL, heteronym=True)[0])) for c in letters]
    spelled = list(islice(product(*choices), MOST_READINGS))
    initials = sorted({"".join(part[0] for part in parts) for parts in spelled})
    words = [*initials, *sorted({"".join(parts) for parts in spelled})]
    while len(" ".join(words)) > LONGEST:
        words.pop()
    return " ".join(words)


def spelling(name: str) -> str:
    """The readings of each character, in their order: 长茄 gives `chang,zhang jia,qie`."""
    from pypinyin import Style, pinyin

    letters = [c for c in name.lower() if c.isalnum()]
    parts = [",".join(sorted(set(pinyin(c, style=Style.NORMAL, heteronym=True)[0]))) for c in letters]
    while len(" ".join(parts)) > LONGEST_SPELLING:
        parts.pop()
    return " ".join(parts).replace("ü", "v")


def fits(typed: str, spelled: str) -> bool:
    """Whether what was typed spells a part of a name: initials (`xhs`), syllables (`hongsh`), or both."""
    text = typed.lower().replace("ü", "v").replace("'", "").replace(" ", "")
    syllables = tuple(tuple(part.split(",")) for part in spelled.split())
    return bool(text) and any(_spells(text, syllables[start:]) for start in range(len(syllables)))


@lru_cache(maxsize=10_000)
def _spells(text: str, syllables: tuple[tuple[str, ...], ...]) -> bool:
    """Whether the text is a beginning of these characters, each typed whole or by its first letters."""
    if not text:
        return True
    if not syllables:
        return False
    return any(
        reading.startswith(text)
        or any(_spells(text[len(begun) :], syllables[1:]) for begun in _begun(text, reading))
        for reading in syllables[0]
    )


def _begun(text: str, reading: str) -> list[str]:
    ways = {reading, reading[:1], *([reading[:2]] if reading[:2] in DOUBLE else [])}
    return [way for way in ways if way and text.startswith(way)]


def as_address(name: str, longest: int) -> str:
    """A name as a part of an address: its syllables as they are read there, as many whole ones as fit.

    Empty where nothing in it can be spelt.
    """
    from pypinyin import lazy_pinyin

    spelled = lazy_pinyin(name.lower())
    parts = [part for one in spelled for part in re.findall(r"[a-z0-9]+", one.replace("ü", "v"))]
    while len("-".join(parts)) > longest:
        parts.pop()
    return "-".join(parts)
