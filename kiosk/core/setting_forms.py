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


def _zone(setting: TimeZone) -> SelectField:
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc"))
    return SelectField(setting.label, choices=names, description=setting.hint)


def field(setting: Setting[Any]) -> Field:
    """The field of a setting. TypeError for a kind that nobody types in."""
    match setting:
        case Number() | Line():
            return forms.field(setting.input)
        case YesOrNo():
            return BooleanField(setting.label, description=setting.hint)
        case TimeOfDay():
            return TimeField(setting.label, [InputRequired(TIME_NEEDED)], description=setting.hint)
        case TimeOrNever():
            return TimeField(setting.label, [Optional()], description=setting.hint)
        case TimeZone():
            return _zone(setting)
        case Choices(choices=Mapping() as offered):
            pairs = choices((str(code), label) for code, label in offered.items())
            return CheckboxField(setting.label, choices=pairs, description=setting.hint)
    raise TypeError(setting)


def field_data(setting: Setting[Any], value: Any) -> Any:
    """The value of a setting, as its field shows it."""
    return [str(code) for code in value] if isinstance(setting, Choices) else value


def typed(setting: Setting[Any], data: Any) -> Any:
    """What its field was given, as the setting is stored."""
    if isinstance(setting, Choices):
        return setting.stored(tuple(code for code in setting.choices or () if str(code) in (data or ())))
    return setting.stored((data or "").strip() if isinstance(setting, Line) else data)


class SettingsForm(Form):
    """Fields for some settings (see `form_of`)."""

    declared: tuple[Setting[Any], ...] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """A time that ends another is there when that is."""
        good = bool(super().validate(extra_validators))
        for setting in self.declared:
            if isinstance(setting, TimeOrNever) and setting.ends:
                begin, end = self[setting.ends.name], self[setting.name]
                if begin.data and end.data is None and not end.errors:
                    end.errors = [*end.errors, str(TIME_NEEDED)]
                    good = False
        return good

    def typed(self) -> dict[str, Any]:
        """Every setting of the form, as it is stored."""
        return {setting.name: typed(setting, self[setting.name].data) for setting in self.declared}


@lru_cache
def form_of(declared: tuple[Setting[Any], ...]) -> type[SettingsForm]:
    """The form with a field for each of these settings."""
    fields: dict[str, Any] = {setting.name: field(setting) for setting in declared}
    return type("SettingsForm", (SettingsForm,), {"declared": declared, **fields})


def in_rows(declared: Iterable[Setting[Any]]) -> list[list[str]]:
    """Names of the fields as they stand below each other: the end of a span beside its beginning."""
    rows: list[list[str]] = []
    for setting in declared:
        if isinstance(setting, TimeOrNever) and setting.ends and rows and rows[-1] == [setting.ends.name]:
            rows[-1].append(setting.name)
        else:
            rows.append([setting.name])
    return rows
