"""A setting, declared once by the room that uses it: name, type, range, label, hint, default.

From the declaration come the field on the page of settings, what the record calls it, whether its value is a
secret, and how what is stored is read. Stored is JSON, and only what differs from the default.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Generic, NamedTuple, TypeVar, cast, overload
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk.core import field
from kiosk.core.i18n import LazyString, Text, lazy

T = TypeVar("T")
Code = TypeVar("Code", int, str)


class Group(NamedTuple):
    """Settings that stand together on the page; the smallest place comes first."""

    place: int
    label: LazyString


@dataclass(frozen=True, kw_only=True, eq=False)
class Setting(Generic[T]):
    """A setting whose value is a T.

    Without a `group` it is on no page of its own accord: another page, or the product, changes it. Of a
    `secret` one the record says that it changed, never to what: the record is handed to others. The text of
    one that is not `plain` can be erased from the record.
    """

    name: str
    label: LazyString
    default: T
    hint: Text = ""
    group: Group | None = None
    place: int = 0
    secret: bool = False
    plain: bool = True

    @property
    def is_plain(self) -> bool:
        """Whether the record keeps its values as they are."""
        return self.plain or self.secret

    def read(self, stored: Any) -> T:
        """The value of what is stored; ValueError for what this setting cannot be."""
        raise NotImplementedError

    def instead(self, stored: Any) -> T:
        """The value in force where what is stored cannot be read."""
        return self.default

    def stored(self, value: T) -> Any:
        """The value as JSON keeps it."""
        return value

    def recorded(self, stored: Any) -> Any:
        """What the record says of a stored value."""
        return ("***" if stored else "") if self.secret else stored


@dataclass(frozen=True, kw_only=True, eq=False)
class Number(Setting[int]):
    """A whole number from `least` to `most`."""

    least: int
    most: int

    @property
    def input(self) -> field.Whole:
        """Its field on the page."""
        return field.Whole(name=self.name, label=self.label, least=self.least, most=self.most, hint=self.hint)

    def read(self, stored: Any) -> int:
        """Also 5.0, as it was stored once."""
        if isinstance(stored, bool) or not isinstance(stored, int | float) or not float(stored).is_integer():
            raise ValueError(stored)
        if not self.least <= stored <= self.most:
            raise ValueError(stored)
        return int(stored)


@dataclass(frozen=True, kw_only=True, eq=False)
class Line(Setting[str]):
    """A line of text; on the page it may be left empty unless it is `needed`."""

    longest: int = 60
    needed: bool = False
    default: str = ""
    plain: bool = False

    @property
    def input(self) -> field.Line:
        """Its field on the page."""
        missing = lazy("Please enter a name.") if self.needed else None
        return field.Line(
            name=self.name, label=self.label, longest=self.longest, missing=missing, hint=self.hint
        )

    def read(self, stored: Any) -> str:
        """A text that is not too long."""
        if not isinstance(stored, str) or len(stored) > self.longest:
            raise ValueError(stored)
        return stored


@dataclass(frozen=True, kw_only=True, eq=False)
class YesOrNo(Setting[bool]):
    """Yes or no."""

    default: bool = False

    def read(self, stored: Any) -> bool:
        """True or false, and nothing that resembles them."""
        if not isinstance(stored, bool):
            raise ValueError(stored)
        return stored


@dataclass(frozen=True, kw_only=True, eq=False)
class TimeOfDay(Setting[time]):
    """A local time of day, stored like 12:00."""

    def read(self, stored: Any) -> time:
        """A time without a zone."""
        return _time(stored)

    def stored(self, value: time) -> str:
        """To the minute."""
        return f"{value:%H:%M}"


@dataclass(frozen=True, kw_only=True, eq=False)
class TimeOrNever(Setting[time | None]):
    """A time of day, or none. One that `ends` another stands beside it, and is needed when that is set."""

    default: time | None = None
    ends: "TimeOrNever | None" = None

    def read(self, stored: Any) -> time | None:
        """Nothing is stored as an empty text."""
        return None if stored == "" else _time(stored)

    def stored(self, value: time | None) -> str:
        """To the minute."""
        return f"{value:%H:%M}" if value else ""


def _time(stored: Any) -> time:
    if not isinstance(stored, str) or (moment := time.fromisoformat(stored)).tzinfo:
        raise ValueError(stored)
    return moment


@dataclass(frozen=True, kw_only=True, eq=False)
class TimeZone(Setting[str]):
    """The name of a time zone that this machine knows."""

    def read(self, stored: Any) -> str:
        """Only what will be a zone later."""
        try:
            return ZoneInfo(stored).key
        except (ZoneInfoNotFoundError, TypeError, OSError) as problem:
            raise ValueError(stored) from problem


@dataclass(frozen=True, kw_only=True, eq=False)
class Choices(Setting[tuple[Code, ...]]):
    """Any number of codes, each with its label; without `choices` any code will do."""

    choices: Mapping[Code, LazyString] | None = None
    default: tuple[Code, ...] = ()

    def read(self, stored: Any) -> tuple[Code, ...]:
        """Codes that are offered, none of them twice."""
        if not isinstance(stored, list | tuple) or len(codes := self.instead(stored)) != len(stored):
            raise ValueError(stored)
        return codes

    def instead(self, stored: Any) -> tuple[Code, ...]:
        """What is offered of it: a rule for two roles still holds for one when the other is gone."""
        codes = stored if isinstance(stored, list | tuple) else ()
        if self.choices is None:
            texts: set[Any] = {code for code in codes if isinstance(code, str)}
            return tuple(sorted(texts))
        return tuple(sorted(code for code in self.choices if code in codes))

    def stored(self, value: tuple[Code, ...]) -> list[Code]:
        """In one order, however they were chosen."""
        return sorted(value)


@dataclass(frozen=True, kw_only=True, eq=False)
class Facts(Setting[Mapping[str, Any]]):
    """Several facts that belong together, by name; none: nothing is set."""

    plain: bool = False

    def read(self, stored: Any) -> Mapping[str, Any]:
        """Whatever a program stored by name."""
        if not isinstance(stored, dict):
            raise ValueError(stored)
        return stored


@dataclass(frozen=True, kw_only=True, eq=False)
class Days(Setting[Mapping[str, date]]):
    """A day for each of several names."""

    def read(self, stored: Any) -> Mapping[str, date]:
        """The days as days."""
        if not isinstance(stored, dict) or not all(isinstance(day, str) for day in stored.values()):
            raise ValueError(stored)
        return {name: date.fromisoformat(day) for name, day in stored.items()}

    def stored(self, value: Mapping[str, date]) -> dict[str, str]:
        """The days as texts."""
        return {name: day.isoformat() for name, day in value.items()}


class Values:
    """The settings in force. Where what is stored cannot be used, the default is (see `unusable`)."""

    def __init__(self, stored: Mapping[str, Any], declared: Mapping[str, Setting[Any]]) -> None:
        self.stored = stored
        self.declared = declared
        self._read: dict[str, Any] = {}

    @overload
    def __getitem__(self, setting: Setting[T]) -> T: ...

    @overload
    def __getitem__(self, setting: str) -> Any: ...

    def __getitem__(self, setting: Setting[T] | str) -> T | Any:
        """The value of a setting; pages name it by its name."""
        name = setting if isinstance(setting, str) else setting.name
        if name not in self._read:
            self._read[name] = self._value(self.declared[name] if isinstance(setting, str) else setting)
        return cast("T", self._read[name])

    def _value(self, setting: Setting[T]) -> T:
        if setting.name not in self.stored:
            return setting.default
        try:
            return setting.read(self.stored[setting.name])
        except ValueError:
            return setting.instead(self.stored[setting.name])

    def unusable(self) -> list[Setting[Any]]:
        """The settings whose stored value they cannot have, so that another is in force."""
        return [
            setting
            for name, setting in self.declared.items()
            if name in self.stored and not _fits(setting, self)
        ]

    def unknown(self) -> list[str]:
        """What is stored under a name that nothing declares."""
        return sorted(self.stored.keys() - self.declared.keys())


def _fits(setting: Setting[Any], values: Values) -> bool:
    try:
        setting.read(values.stored[setting.name])
    except ValueError:
        return False
    return True
