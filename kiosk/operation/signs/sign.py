"""A sign: a question, its answer in a sentence, and what to do if it is no."""

from datetime import datetime, timedelta
from typing import NamedTuple

from flask import url_for
from flask_babel import format_timedelta

from kiosk.core import clock
from kiosk.core.duty import ALERT as ALERT
from kiosk.core.duty import WARN as WARN
from kiosk.core.i18n import Text, _, lazy
from kiosk.core.web import is_english
from kiosk.operation import notes

GOOD, WAIT = "good", "wait"


class Sign(NamedTuple):
    """`state`: good; wait (not known yet, nothing to do); warn (should be mended); alert (must be)."""

    code: str
    state: str
    title: Text
    answer: str
    advice: str = ""

    @property
    def way(self) -> "Way | None":
        """The page where it is done; None where there is nothing to do."""
        return _way(self.code) if self.advice else None


class Way(NamedTuple):
    """A page, and what its link says."""

    label: Text
    url: str


_BUTTONS = (lazy("To the buttons below"), "office.operation.index", "now")
_WAYS: dict[str, tuple[Text, str, str]] = {
    "backup": _BUTTONS,
    "check": _BUTTONS,
    "drill": _BUTTONS,
    "chain": (lazy("To the record"), "office.chain.index", ""),
    "tablets": (lazy("To the tablets"), "office.tablets.index", ""),
    "second_factor": (lazy("To the accounts"), "office.auth.accounts", ""),
    "settings": (lazy("To the settings"), "office.school.edit", ""),
    "messages": (lazy("To the messages"), "office.messages.index", ""),
    "posting": (lazy("Add an account"), "office.auth.new", ""),
}
"""Where what an advice says is done: label, endpoint, place on the page."""


def _way(code: str) -> Way:
    label, endpoint, anchor = _WAYS.get(code, (lazy("How to do it"), "office.operation.how", code))
    return Way(label, url_for(endpoint, _anchor=anchor or None))


def ago(moment: datetime) -> str:
    """2 hours ago."""
    return str(format_timedelta(moment - clock.now(), add_direction=True, threshold=1.2))


def say(*sentences: str) -> str:
    """Sentences one after the other, as the language sets them apart."""
    return (" " if is_english() else "").join(sentences)


def is_late(note: notes.Note, limit: timedelta) -> bool:
    """Whether a note is older than that, or of the future."""
    return not -limit < clock.now() - note.at < limit


def or_late(sign: Sign, note: notes.Note, limit: timedelta) -> Sign:
    """The sign of work that went well, unless it should have been done again by now."""
    if not is_late(note, limit):
        return sign
    advice = _("It should have run again by now. Press the button below, and leave the machine on at night.")
    return sign._replace(state=WARN, advice=advice)
