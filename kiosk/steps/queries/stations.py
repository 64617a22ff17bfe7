"""Stations: the way of something from its first step to its last, who came through each, and when."""

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.core.i18n import Text, _
from kiosk.steps.models import Decision

DONE, NOW, AHEAD, BACK, SKIPPED = "done", "now", "ahead", "back", "skipped"
"""How a station stands: passed, waited at, still to come, sent back, left out."""


@dataclass(frozen=True)
class Station:
    """A station: who came through it, by post (for everybody) and by name (in the office), and when.

    `day` is said instead of the moment where the day is what counts; `detail` says what is not as usual.
    """

    label: Text
    state: str
    posts: tuple[Text, ...] = ()
    people: tuple[str, ...] = ()
    at: datetime | None = None
    day: date | None = None
    detail: Text = ""


def signed(one: Decision) -> str:
    """Who decided, and on whose behalf."""
    if one.absent is None:
        return one.person.name
    return str(_("%(name)s on behalf of %(absent)s", name=one.person.name, absent=one.absent.name))
