"""An input, declared once: its name, label and bounds, and what is said of a value that does not fit.

From the declaration come the column of a table, the field of a form (`core.forms.field`), and the check in a
service, so that a value is refused in the same words wherever it comes in.
"""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import String
from sqlalchemy.orm import MappedColumn, mapped_column

from kiosk.core import clock
from kiosk.core.choices import Choice as Choice
from kiosk.core.choices import Several as Several
from kiosk.core.errors import Invalid
from kiosk.core.formats import (
    MOST_MONEY,
    MOST_PRICE,
    MOST_QUANTITY,
    BadValue,
    fen_to_text,
    milli_to_text,
    parse_decimal,
    price_to_text,
)
from kiosk.core.i18n import LazyString, Text, in_every_language, lazy

BREAKS = re.compile("[\t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
SAYS_SOMETHING = 4
"""So many letters or characters an answer, or what is decided about somebody, has at least."""
A_WORD = 2
"""So many a reason in a line has at least: 复秤 says why a sheet was corrected, a dot does not."""
UNREADABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""What nobody sees, pasted along from elsewhere: what turns the letters around it (a name that lies about its
ending), and what XML, so a feed or a workbook, cannot hold."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of text without spaces around it, of `longest` characters at most.

    A break that is pasted along is a space; characters that nobody can see are left out.

    It may be empty unless `missing` says what is asked for then; with `least` a text has so many letters or
    characters. Where there is a `pattern`, a text that does
    not match it is refused with `wrong`, which may name the text by the input's own name.
    """

    name: str
    label: LazyString
    longest: int
    missing: LazyString | None = None
    least: int = 0
    pattern: str | None = None
    wrong: LazyString | None = None
    hint: Text = ""

    def column(self, **options: Any) -> MappedColumn[str]:
        """A column for it; empty by default unless it is needed."""
        default = {} if self.missing else {"default": ""}
        return mapped_column(String(self.longest), **{**default, **options})

    def read(self, text: str | None) -> str:
        """The text without spaces around it. Raises Invalid, with the input's name as the field."""
        value = UNREADABLE.sub("", BREAKS.sub(" ", text or "")).strip()
        if self.missing and not value:
            raise Invalid(self.missing, field=self.name)
        _says_something(self, value)
        if self.pattern and value and not re.fullmatch(self.pattern, value):
            raise Invalid(self.wrong, field=self.name, **{self.name: value})
        if len(value) > self.longest:
            raise Invalid(lazy("%(n)s characters at most."), field=self.name, n=self.longest)
        return value


def _says_something(declared: "Line | Paragraphs", text: str) -> None:
    """Invalid for a text with fewer letters than it has to have: signs and digits alone say nothing."""
    if text and sum(letter.isalpha() for letter in text) < declared.least:
        message = lazy("Please write at least %(n)s letters or characters, so that it says something.")
        raise Invalid(message, field=declared.name, n=declared.least)


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A whole number from `least` to `most`."""

    name: str
    label: LazyString
    least: int
    most: int
    hint: Text = ""

    @property
    def wrong(self) -> LazyString:
        """What is said of anything else."""
        return lazy(
            "Please enter a whole number from %(least)s to %(most)s.", least=self.least, most=self.most
        )

    def column(self, **options: Any) -> MappedColumn[int]:
        """A column for it."""
        return mapped_column(**options)

    def read(self, number: int | None) -> int:
        """The number. Raises Invalid, with the input's name as the field."""
        if number is None or not self.least <= number <= self.most:
            raise Invalid(self.wrong, field=self.name)
        return number


@dataclass(frozen=True, kw_only=True)
class Paragraphs:
    """A text of several lines, of `longest` characters at most; it may be empty unless `missing` says so.

    Characters that nobody can see are left out. With `least` a text has so many letters or characters.
    """

    name: str
    label: LazyString
    longest: int
    missing: LazyString | None = None
    least: int = 0
    hint: Text = ""

    def read(self, text: str | None) -> str:
        """The text with plain ends of lines. Raises Invalid, with the input's name as the field."""
        found = UNREADABLE.sub("", "\n".join((text or "").strip().splitlines()))
        if self.missing and not found:
            raise Invalid(self.missing, field=self.name)
        _says_something(self, found)
        if len(found) > self.longest:
            raise Invalid(lazy("%(n)s characters at most."), field=self.name, n=self.longest)
        return found


YEARS = 30
"""So many years before and after this one a day is, where nothing else is said."""


def near_years(day: date, name: str, back: int = YEARS, ahead: int = YEARS) -> None:
    """Invalid for a day more than so many years away, with the input's name as the field."""
    this = clock.now().year
    first, last = date(this - back, 1, 1), date(this + ahead, 12, 31)
    if not first <= day <= last:
        raise Invalid(FAR, field=name, first=first.isoformat(), last=last.isoformat())


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day of the calendar; it may be left open unless `missing` says what is asked for then.

    It is so many years `back` or `ahead` of this one at most: what is further away is a slip (0026, 2206).
    """

    name: str
    label: LazyString
    missing: LazyString | None = None
    hint: Text = ""
    back: int = YEARS
    ahead: int = YEARS

    def read(self, text: str | None) -> date | None:
        """The day of a text like 2026-03-04. Raises Invalid, with the input's name as the field."""
        found = (text or "").strip()
        if not found and self.missing:
            raise Invalid(self.missing, field=self.name)
        if not found:
            return None
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", found):
            raise Invalid(NO_DAY, field=self.name)
        try:
            day = date.fromisoformat(found)
        except ValueError:
            raise Invalid(NO_DAY, field=self.name) from None
        near_years(day, self.name, self.back, self.ahead)
        return day


@dataclass(frozen=True, kw_only=True)
class Until(Day):
    """The day on which something ends; without an end it is the last day that there is."""

    ahead: int = 100

    def read(self, text: str | None) -> date | None:
        """The day of a text like 2026-03-04, or of a word for “no end”. Raises Invalid."""
        return date.max if (text or "").strip() in self.endless() else super().read(text)

    def endless(self) -> tuple[str, ...]:
        """What people write for no end."""
        return (*in_every_language(NO_END), *NO_ENDS)


NO_END = lazy("no end")
NO_ENDS = ("长期", "长期有效", "永久", "无固定期限", "不约定期限", "9999-12-31")
FAR = lazy("Is the year right? Please enter a day from %(first)s to %(last)s.")
NO_DAY = lazy("Please write the day like 2026-03-04.")


@dataclass(frozen=True, kw_only=True)
class Fraction(ABC):
    """A number, from 0 on or `signed`, kept as a whole of its last place; it may be open unless `missing`."""

    name: str
    label: LazyString
    missing: LazyString | None = None
    hint: Text = ""
    signed: bool = False
    places: ClassVar[int]
    most: ClassVar[Decimal]

    def read(self, text: str | None) -> int | None:
        """The number of a text like 1,080.5. Raises Invalid, with the input's name as the field."""
        found = (text or "").strip()
        if not found and self.missing:
            raise Invalid(self.missing, field=self.name)
        if not found:
            return None
        least = -self.most if self.signed else Decimal(0)
        try:
            number = parse_decimal(found, places=self.places, minimum=least, maximum=self.most)
        except BadValue as problem:
            raise Invalid(problem.message, field=self.name, **problem.params) from None
        return int(number.scaleb(self.places))

    @abstractmethod
    def text(self, value: int) -> str:
        """As people read it."""

    def plain(self, value: int) -> str:
        """As it is typed, and as data: 1080.50."""
        return self.text(value).replace(",", "").replace("−", "-")


class Money(Fraction):
    """An amount of money, kept in fen."""

    places, most = 2, MOST_MONEY

    def text(self, value: int) -> str:
        """As people read it."""
        return fen_to_text(value)


class Quantity(Fraction):
    """A quantity, kept in thousandths."""

    places, most = 3, MOST_QUANTITY

    def text(self, value: int) -> str:
        """As people read it."""
        return milli_to_text(value)


class UnitPrice(Fraction):
    """The price of a unit, kept in 0.0001 yuan."""

    places, most = 4, MOST_PRICE

    def text(self, value: int) -> str:
        """As people read it."""
        return price_to_text(value)


Input = Line | Paragraphs | Whole | Choice | Several | Day | Money | Quantity | UnitPrice
"""Whatever can be declared."""
