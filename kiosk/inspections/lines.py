"""The lines of a checklist, as data: what is asked, how it is answered, and within which bounds."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from kiosk.core import field
from kiosk.core.errors import Invalid
from kiosk.core.formats import BadValue, parse_decimal
from kiosk.core.i18n import LazyString, Text, _, lazy

CHECK, NUMBER = "check", "number"
KINDS: dict[str, LazyString] = {
    CHECK: lazy("all right or not"),
    NUMBER: lazy("a number"),
}
CELSIUS, MINUTES, PEOPLE = "celsius", "minutes", "people"
UNITS: dict[str, LazyString] = {
    CELSIUS: lazy("degrees Celsius"),
    MINUTES: lazy("minutes of waiting"),
    PEOPLE: lazy("people in the queue"),
}
SIGNS: dict[str, Text] = {CELSIUS: "°C", MINUTES: lazy("min"), PEOPLE: lazy("people")}
"""The units behind a number."""
MOST_LINES = 60
MOST_NUMBER = 9_999
"""Tenths: the largest number that can be counted on the spot is 999.9."""
TEXT = field.Line(name="text", label=lazy("What is looked at"), longest=80, missing=lazy("Please write it."))
HINT = field.Line(name="hint", label=lazy("Hint"), longest=120)
GROUP = field.Line(name="group", label=lazy("Heading"), longest=40)


@dataclass(frozen=True)
class Line:
    """A line. `key` names it through all versions of its list; `least` and `most` are tenths of the unit.

    Lines of one `group` stand under one heading. `photo` asks for a picture where something is found.
    """

    key: str
    text: str
    kind: str = CHECK
    unit: str = ""
    least: int | None = None
    most: int | None = None
    hint: str = ""
    photo: bool = False
    group: str = ""

    def is_within(self, tenths: int) -> bool:
        """Whether a number is one that ought to be."""
        return (self.least is None or tenths >= self.least) and (self.most is None or tenths <= self.most)

    @property
    def bounds(self) -> str:
        """Between which numbers it ought to be; empty where nothing says."""
        least, most = (None if one is None else plain(one) for one in (self.least, self.most))
        if least is not None and most is not None:
            return f"{least}–{most}"
        if least is not None:
            return str(_("at least %(n)s", n=least))
        return str(_("at most %(n)s", n=most)) if most is not None else ""

    @property
    def sign(self) -> Text:
        """The unit behind a number."""
        return SIGNS.get(self.unit, "")


def plain(tenths: int) -> str:
    """Tenths as people read them: 86.5, and 4 rather than 4.0."""
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest}" if rest else str(whole)


def tenths_of(text: str, name: str = "number") -> int:
    """The tenths of a text like 86.5. Raises Invalid, with the name as the field."""
    try:
        number = parse_decimal(text.strip(), places=1, minimum=Decimal(0), maximum=Decimal(MOST_NUMBER) / 10)
    except BadValue as problem:
        raise Invalid(problem.message, field=name, **problem.params) from None
    return int(number.scaleb(1))


def next_number(keys: Iterable[str]) -> int:
    """The first number behind a letter that none of the keys has: no key is given twice."""
    return max((int(key[1:]) for key in keys if re.fullmatch(r"[lq][0-9]{1,6}", key)), default=0) + 1


def as_data(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Lines as a version of a list keeps them; what is usual is left out."""
    usual = asdict(Line("", ""))
    return [
        {
            name: value
            for name, value in asdict(line).items()
            if name in ("key", "text") or value != usual[name]
        }
        for line in lines
    ]


def of_data(data: Iterable[Mapping[str, Any]]) -> tuple[Line, ...]:
    """The same the other way round."""
    return tuple(Line(**one) for one in data)


def checked(line: Line) -> Line:
    """A line whose parts fit. Raises Invalid."""
    if line.kind not in KINDS:
        raise Invalid(lazy("Please choose how it is answered."), field="kind")
    is_number = line.kind == NUMBER
    if is_number and line.unit not in UNITS:
        raise Invalid(lazy("Please choose what is counted."), field="unit")
    if is_number and None not in (line.least, line.most) and (line.least or 0) > (line.most or 0):
        raise Invalid(lazy("The least is more than the most: %(text)s"), field="least", text=line.text)
    return Line(
        key=line.key,
        text=TEXT.read(line.text),
        kind=line.kind,
        unit=line.unit if is_number else "",
        least=line.least if is_number else None,
        most=line.most if is_number else None,
        hint=HINT.read(line.hint),
        photo=bool(line.photo),
        group=GROUP.read(line.group),
    )
