"""Names on a sheet that nobody here bears yet: somebody new, or a known name mistyped."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kiosk.core.i18n import _
from kiosk.core.pinyin import readings
from kiosk.persons import queries as persons
from kiosk.purchasing.checks import PEOPLE
from kiosk.purchasing.people import meant, plain

MOST_NEAR = 3
"""So many known names are put beside a new one."""


class Newcomer(NamedTuple):
    """A name that is new here, and the known names that it may be meant for, the nearest first."""

    name: str
    near: tuple[str, ...]

    def __str__(self) -> str:
        if not self.near:
            return self.name
        return str(_("%(name)s (known: %(others)s)", name=self.name, others="、".join(self.near)))


def newcomers(names: Mapping[str, str]) -> list[Newcomer]:
    """Of a sheet's people those who would be added when it is posted, each with the known names nearby."""
    found = meant({part: names.get(part, "") for part in PEOPLE}).values()
    new = dict.fromkeys(one.text for one in found if one.text and not one.numbers)
    if not new:
        return []
    known = sorted({person.name for person in persons.people()})
    return [Newcomer(name, _near(name, known)) for name in new]


def _near(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Names that sound the same, then names of which one character differs, is missing or is too many."""
    spelled = _spellings(name)
    alike = [other for other in known if spelled & _spellings(other)]
    close = [other for other in known if other not in alike and _is_one_off(plain(name), plain(other))]
    return tuple([*alike, *close][:MOST_NEAR])


def _spellings(name: str) -> set[str]:
    """The full spellings of a name, without its initials."""
    shortest = len(plain(name))
    return {word for word in readings(name).split() if len(word) > shortest}


def _is_one_off(name: str, other: str) -> bool:
    """Whether one character changed, added or left out makes one of the other."""
    if len(name) == len(other):
        return sum(a != b for a, b in zip(name, other, strict=True)) == 1
    short, long = sorted((name, other), key=len)
    return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))
