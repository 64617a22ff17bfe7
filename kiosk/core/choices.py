"""What is chosen from a list, declared once: one code, or several, each with its label."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import MappedColumn, mapped_column

from kiosk.core.errors import Invalid
from kiosk.core.i18n import LazyString, Text, in_every_language, lazy, listed


@dataclass(frozen=True, kw_only=True)
class _Listed:
    """Something of a list: codes, each with its label, and in `also` other words for it."""

    name: str
    label: LazyString
    options: Mapping[str, Text]
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hint: Text = ""

    def words(self, code: str) -> list[str]:
        """Whatever people write for a code: its labels in every language, and other words."""
        return [*in_every_language(self.options[code]), *self.also.get(code, ())]

    def code_of(self, text: str) -> str | None:
        """The code that a text is, or for which it is a word; None for any other text."""
        found = text.strip()
        if found in self.options:
            return found
        return next((code for code in self.options if found in self.words(code)), None)


@dataclass(frozen=True, kw_only=True)
class Choice(_Listed):
    """One of some codes of `longest` characters at most, each with its label."""

    longest: int = 20

    def column(self, **options: Any) -> MappedColumn[str]:
        """A column for its code."""
        return mapped_column(String(self.longest), **options)

    def read(self, code: str) -> str:
        """The code. Raises Invalid, with the input's name as the field."""
        if not code:
            raise Invalid(lazy("Please choose"), field=self.name)
        if code not in self.options:
            raise Invalid(lazy("“%(code)s” is not among the choices."), field=self.name, code=code)
        return code


class Several(_Listed):
    """Any of some codes, in the order of the list with commas between; none of them is an empty text."""

    def codes(self, text: str) -> list[str]:
        """The codes that a text names by code or word, in the list's order. Invalid for anything else."""
        named = set()
        for part in re.split(r"[、，,;；/\n]+", text):
            for word in [part] if self.code_of(part) else part.split():
                code = self.code_of(word)
                if code is None and word not in NOTHING:
                    raise Invalid(
                        lazy("“%(code)s” is not among the choices."), field=self.name, code=word[:30]
                    )
                named.add(code)
        return [code for code in self.options if code in named]

    def read(self, text: str | None) -> str:
        """The codes with commas between. Raises Invalid, with the input's name as the field."""
        return ",".join(self.codes(text or ""))

    def kept(self, text: str) -> str:
        """The same, or the text itself where it names something else."""
        with suppress(Invalid):
            return self.read(text)
        return text

    def text(self, value: str) -> str:
        """The codes of a value as people read them; what is none as it is."""
        return listed(self.options.get(code, code) for code in value.split(",") if code)


NOTHING = ("无", "-", "—", "/", "none")
"""What people write for none of them."""
