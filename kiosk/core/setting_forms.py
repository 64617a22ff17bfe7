"""A field for each kind of setting: what it offers and refuses, and what was typed as it is stored."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from wtforms import BooleanField, Field, SelectField, TimeField
from wtforms.validators import InputRequired, Optional

from kiosk.core import forms
from kiosk.core.forms import CheckboxField, Form, choices
from kiosk.core.i18n import lazy
from kiosk.core.setting import Choices, Line, Number, Setting, TimeOfDay, TimeOrNever, TimeZone, YesOrNo

TIME_NEEDED = lazy("Please enter a time like 11:30.")


def _zone(one: TimeZone) -> SelectField:
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc"))
    return SelectField(one.label, choices=names, description=one.hint)


def field(one: Setting[Any]) -> Field:
    """The field of a setting. TypeError for a kind that nobody types in."""
    match one:
        case Number() | Line():
            return forms.field(one.input)
        case YesOrNo():
            return BooleanField(one.label, description=one.hint)
        case TimeOfDay():
            return TimeField(one.label, [InputRequired(TIME_NEEDED)], description=one.hint)
        case TimeOrNever():
            return TimeField(one.label, [Optional()], description=one.hint)
        case TimeZone():
            return _zone(one)
        case Choices(choices=Mapping() as offered):
            pairs = choices((str(code), label) for code, label in offered.items())
            return CheckboxField(one.label, choices=pairs, description=one.hint)
    raise TypeError(one)


def shown(one: Setting[Any], value: Any) -> Any:
    """The value of a setting, as its field shows it."""
    return [str(code) for code in value] if isinstance(one, Choices) else value


def typed(one: Setting[Any], data: Any) -> Any:
    """What its field was given, as the setting is stored."""
    if isinstance(one, Choices):
        return one.stored(tuple(code for code in one.choices or () if str(code) in (data or ())))
    return one.stored((data or "").strip() if isinstance(one, Line) else data)


class SettingsForm(Form):
    """Fields for some settings (see `form_of`)."""

    declared: tuple[Setting[Any], ...] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """A time that ends another is there when that is."""
        good = bool(super().validate(extra_validators))
        for one in self.declared:
            if isinstance(one, TimeOrNever) and one.ends:
                begin, end = self[one.ends.name], self[one.name]
                if begin.data and end.data is None and not end.errors:
                    end.errors = [*end.errors, str(TIME_NEEDED)]
                    good = False
        return good

    def typed(self) -> dict[str, Any]:
        """Every setting of the form, as it is stored."""
        return {one.name: typed(one, self[one.name].data) for one in self.declared}


@lru_cache
def form_of(declared: tuple[Setting[Any], ...]) -> type[SettingsForm]:
    """The form with a field for each of these settings."""
    fields: dict[str, Any] = {one.name: field(one) for one in declared}
    return type("SettingsForm", (SettingsForm,), {"declared": declared, **fields})


def in_rows(declared: Iterable[Setting[Any]]) -> list[list[str]]:
    """Names of the fields as they stand below each other: the end of a span beside its beginning."""
    rows: list[list[str]] = []
    for one in declared:
        if isinstance(one, TimeOrNever) and one.ends and rows and rows[-1] == [one.ends.name]:
            rows[-1].append(one.name)
        else:
            rows.append([one.name])
    return rows
