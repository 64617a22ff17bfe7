"""The command line's own words: it speaks the language of the terminal in its help, refusals and reports.

Helps and docstrings are message ids like every other text; they are translated when they are shown.
"""

import gettext
import inspect
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import click

from kiosk.core.errors import Invalid
from kiosk.core.i18n import LOCALES, lazy

CATALOGUES = Path(__file__).resolve().parents[1] / "translations"
FILLER = "\0"
"""Stands beside each wide character while lines are measured."""

_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


def language() -> str:
    """The locale's language, as POSIX and gettext say: Chinese for zh, else English.

    The first that is set of LC_ALL, LC_MESSAGES and LANG counts; before it LANGUAGE, unless it is C or POSIX.
    """
    locale = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    wishes = [] if locale in ("C", "POSIX") else os.environ.get("LANGUAGE", "").split(":")
    for wish in (*wishes, locale):
        for tag, name in (("zh", LOCALES[0]), ("en", "en")):
            if re.match(rf"{tag}(?![a-z])", wish, re.IGNORECASE):
                return name
    return "en"


def spoken() -> str | None:
    """The language that this thread speaks to a terminal; None where there is none, as in the server."""
    return _spoken.get()


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Speak a language: our own texts, and click's, which Python's gettext finds by LANGUAGE."""
    before, token = os.environ.get("LANGUAGE"), _spoken.set(name)
    gettext.bindtextdomain("messages", CATALOGUES)
    os.environ["LANGUAGE"] = name
    try:
        yield
    finally:
        _spoken.reset(token)
        os.environ.pop("LANGUAGE")
        if before is not None:
            os.environ["LANGUAGE"] = before


def translation(text: str | None) -> str | None:
    """A text of the catalogue in the language that is spoken; others as they are."""
    return gettext.gettext(text) if text else text


class Translation:
    """An attribute that is translated when it is read."""

    def __set_name__(self, _owner: type, name: str) -> None:
        self.name = name

    def __get__(self, thing: Any, _owner: type) -> Any:
        return self if thing is None else translation(vars(thing)[self.name])

    def __set__(self, thing: Any, text: str | None) -> None:
        vars(thing)[self.name] = inspect.cleandoc(text) if text else text


def _wide(text: str) -> str:
    return "".join(letter + FILLER if east_asian_width(letter) in "WF" else letter for letter in text)


class Formatter(click.HelpFormatter):
    """Help in columns, for which a Chinese character is as wide as two letters."""

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        super().write_text(_wide(text))

    def write_dl(self, rows: Any, *args: Any, **kwargs: Any) -> None:
        """Write terms and what they mean."""
        super().write_dl([(_wide(term), _wide(text)) for term, text in rows], *args, **kwargs)

    def getvalue(self) -> str:
        """All that was written."""
        return super().getvalue().replace(FILLER, "")


class Context(click.Context):
    """Where a command runs."""

    formatter_class = Formatter


class Speaking:
    """What groups and commands share."""

    context_class = Context
    help = Translation()
    options_metavar = Translation()
    subcommand_metavar = Translation()

    def get_help_option(self, context: click.Context) -> click.Option | None:
        """The option --help, which click makes once, in the language of today."""
        option: click.Option | None = super().get_help_option(context)  # type: ignore[misc]
        if option:
            option.help = translation("Show this message and exit.")
        return option

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence; Chinese has no spaces to cut it at."""
        chinese = re.match(r"[^。\n]+(?=。)", self.help or "")
        return chinese[0] if chinese else super().get_short_help_str(limit)  # type: ignore[misc]


class Command(Speaking, click.Command):  # type: ignore[misc]
    """A command."""


class Group(Speaking, click.Group):  # type: ignore[misc]
    """A group of commands."""

    command_class = Command
    group_class = type


class Option(click.Option):
    """An option."""

    help = Translation()

    def make_metavar(self, ctx: click.Context) -> str:
        """What stands for the value."""
        return translation(super().make_metavar(ctx)) or ""


def command(name: str | None = None) -> Callable[[Callable[..., Any]], Command]:
    """Make a function a command; its docstring is the help."""
    return click.command(name, cls=Command)


def group(name: str | None = None) -> Callable[[Callable[..., Any]], Group]:
    """Make a function a group of commands."""
    return click.group(name, cls=Group)


def option(*names: str, **attributes: Any) -> Callable[[Any], Any]:
    """An option of a command."""
    return click.option(*names, cls=Option, **attributes)


def _for_programs(_context: click.Context, _option: click.Parameter, value: bool) -> bool:
    if value:
        _spoken.set("en")
    return value


AS_JSON = option(
    *("--json", "as_json"), is_flag=True, is_eager=True, callback=_for_programs, help="Report as JSON."
)
"""For programs: the same in every language."""


def read_bytes(file: Path) -> bytes:
    """What is in a file. Raises Invalid for one that cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise Invalid(
            lazy("%(file)s cannot be read: %(error)s"), file=str(file), error=error.strerror
        ) from error


def texts(command: click.Command) -> Iterator[str]:
    """The ids of all that a command and those below it say in their help."""
    for thing in (command, *command.params):
        words = vars(thing)
        yield from filter(None, map(words.get, ("help", "options_metavar", "subcommand_metavar")))
        if isinstance(thing, click.Option) and not thing.is_flag and not isinstance(thing.type, click.Choice):
            yield thing.type.name.upper()
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        yield from texts(below)
