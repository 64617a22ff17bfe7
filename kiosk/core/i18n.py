"""Texts: English message ids, translated by the catalogues in kiosk/translations.

Rooms import their translation functions from this file, so that all but the doors stays free of Flask.
Outside an application context the message id itself is returned.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import force_locale as in_language
from flask_babel import format_date, get_locale, ngettext, pgettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_babel.speaklater import LazyString

Text = str | LazyString

LOCALES = ("zh_Hans_CN", "en")
"""The first is the default."""

LANGUAGE_TAGS = {"zh_Hans_CN": "zh-Hans", "en": "en"}
"""What stands in `<html lang>`."""

__all__ = [
    "LANGUAGE_TAGS",
    "LOCALES",
    "LazyString",
    "Text",
    "_",
    "day_told",
    "in_every_language",
    "in_language",
    "lazy",
    "listed",
    "named",
    "ngettext",
    "pgettext",
]


def listed(names: Iterable[object]) -> str:
    """One after the other as the language does it: 甲、乙 and A, B."""
    return str(_(", ")).join(map(str, names))


def day_told(value: date, *, year: bool = True) -> str:
    """A day as a sentence has it: 2026年12月7日 and 7 Dec 2026, or without the year."""
    if str(get_locale()) == "en":
        return str(format_date(value, "d MMM y" if year else "d MMM"))
    return (f"{value.year}年" if year else "") + f"{value.month}月{value.day}日"


def named(thing: Any) -> str:
    """What a thing that may have an English name is called in the language that is spoken."""
    return str((str(get_locale()) == "en" and thing.name_en) or thing.name)


def in_every_language(text: object) -> list[str]:
    """A text in each language of the house, the default one first."""
    found = []
    for locale in LOCALES:
        with in_language(locale):
            found.append(str(text))
    return found
