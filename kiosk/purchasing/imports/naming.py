"""Which of the school's canteens a form means: by its column, its title, its table's or its file's name."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from kiosk.counters.models import Canteen

DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
NUMERAL = re.compile("[〇一二三四五六七八九十]")


def plain_name(text: str) -> str:
    """A name as it is compared: without spaces, brackets and 第, digits as Chinese numerals."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s第()\[\]【】_\-]+", "", plain).translate(DIGITS)


def canteen_of(text: str, canteens: Sequence[Canteen]) -> Canteen | None:
    """The one canteen whose code or name the text is."""
    wanted = plain_name(text)
    return _only([canteen for canteen in canteens if wanted and wanted in _names(canteen)])


def canteen_in(texts: Iterable[str], canteens: Sequence[Canteen]) -> Canteen | None:
    """The one canteen that the first text to name any names; None where it names several, or none does."""
    for text in texts:
        plain = plain_name(text)
        named = [canteen for canteen in canteens if any(_stands_in(n, plain) for n in _long_names(canteen))]
        if named:
            return _only(named)
    return None


def _only(canteens: Sequence[Canteen]) -> Canteen | None:
    return canteens[0] if len(canteens) == 1 else None


def _names(canteen: Canteen) -> set[str]:
    return {plain_name(name) for name in (canteen.code, canteen.name, canteen.name_en) if name}


def _long_names(canteen: Canteen) -> set[str]:
    return {plain_name(name) for name in (canteen.name, canteen.name_en) if len(plain_name(name)) > 2}


def _stands_in(name: str, text: str) -> bool:
    """一食堂 stands in 某校一食堂采购单, and not in 十一食堂."""
    place = text.find(name)
    while place >= 0:
        before = text[place - 1] if place else ""
        if not (NUMERAL.match(name) and NUMERAL.match(before)):
            return True
        place = text.find(name, place + 1)
    return False
