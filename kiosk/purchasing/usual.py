"""What is usual for an item: what a line takes from its last purchases where it says nothing itself."""

from collections import Counter
from collections.abc import Mapping, Sequence

from kiosk.catalogue.queries.units import base
from kiosk.purchasing.comparing import Remembered

ADOPTED = ("specification", "unit", "supplier")
ASKED_FROM = 3
"""From so many lines on it is asked when items that are known all come as bought for the first time."""


def adopted(texts: Mapping[str, str], past: Sequence[Remembered]) -> dict[str, str]:
    """The fields that a line takes from the newest purchase that it may be like; those it has stay.

    What is sold by the bottle does not become a box: where it says a unit or a specification, they must fit.
    """
    like = next((bought for bought in past if _fits(texts, bought)), None)
    if like is None:
        return {}
    found = {name: str(getattr(like, name)) for name in ADOPTED}
    return {name: text for name, text in found.items() if text and not texts.get(name)}


def _fits(texts: Mapping[str, str], past: Remembered) -> bool:
    unit, specification = texts.get("unit", ""), texts.get("specification", "")
    same_unit = not unit or base(unit)[0] == base(past.unit)[0]
    return same_unit and (not specification or specification == past.specification)


def strangers(lines: Sequence[Mapping[str, str]], past: Mapping[str, Sequence[Remembered]]) -> list[str]:
    """Items bought before that come in a specification or unit never bought, when that is nearly all of them.

    So lines look whose columns were mistaken.
    """
    before = [texts for texts in lines if past.get(texts.get("item", ""))]
    new = [texts["item"] for texts in before if not _bought(texts, past[texts["item"]])]
    return new if len(new) >= ASKED_FROM and len(new) * 5 >= len(before) * 4 else []


def _bought(texts: Mapping[str, str], past: Sequence[Remembered]) -> bool:
    unit, specification = base(texts.get("unit", ""))[0], texts.get("specification", "")
    return any(base(bought.unit)[0] == unit and bought.specification == specification for bought in past)


def twice(lines: Sequence[Mapping[str, str]]) -> list[str]:
    """Items with a line that stands more than once, alike in all that is typed: often pasted twice."""
    seen = Counter(tuple(sorted((name, text) for name, text in texts.items() if text)) for texts in lines)
    return [dict(line)["item"] for line, times in seen.items() if times > 1]


def unitless(lines: Sequence[Mapping[str, str]], past: Mapping[str, Sequence[Remembered]]) -> list[str]:
    """Items bought before, always by a unit, that come without one: their price would be beside no other."""
    known = ((texts["item"], past.get(texts["item"], ())) for texts in lines if not texts.get("unit"))
    return [item for item, bought in known if bought and all(purchase.unit for purchase in bought)]
