"""When something was posted, and the one place that says it in words, whichever page they stand on."""

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.core.filters import clock_time
from kiosk.core.filters import day as day_words
from kiosk.core.i18n import _
from kiosk.school import queries as school


@dataclass(frozen=True)
class Times:
    """When something for a day was posted: first, and the version now in force.

    `due` is the moment by which it was owed, None where nothing was owed that day.
    """

    day: date
    first_at: datetime
    in_force_at: datetime
    due: datetime | None = None

    @property
    def is_later(self) -> bool:
        """First posted when its day was over (补公示)."""
        return school.local(self.first_at).date() > self.day

    @property
    def is_earlier(self) -> bool:
        """Posted before its day began."""
        return school.local(self.first_at).date() < self.day

    @property
    def is_late(self) -> bool:
        """Owed, and first posted after its time: on a later day, or on the same one."""
        return self.due is not None and self.first_at > self.due

    @property
    def is_corrected(self) -> bool:
        """Whether a later version took the place of what was posted first."""
        return self.in_force_at != self.first_at


def posted_when(times: Times) -> str:
    """07:54 posted, if it was on its own day and in time; else with what a reader must know beside it.

    A later day has its date and year and "posted later" (补公示); a later hour says until when it was due; a
    correction says when it came.
    """
    text = _first(times)
    if times.is_corrected:
        text += " · " + _("corrected %(when)s", when=_moment(times.in_force_at, times.first_at))
    return text


def posted_on(times: Times) -> str:
    """The same with its date, for a page that is not about a day."""
    if times.is_later or times.is_earlier:
        return posted_when(times)
    when = {"day": day_words(times.first_at, "date"), "time": clock_time(times.first_at)}
    text = str(_("Posted on %(day)s at %(time)s", **when))
    if times.is_late:
        text += " · " + _("due by %(time)s", time=clock_time(times.due))
    if times.is_corrected:
        text += " · " + _("corrected %(when)s", when=_moment(times.in_force_at, times.first_at))
    return text


def _first(times: Times) -> str:
    when = clock_time(times.first_at)
    text: str
    if times.is_later:
        text = _("Posted later, on %(day)s at %(time)s", day=day_words(times.first_at, "date"), time=when)
    elif times.is_earlier:
        text = _("Posted on %(day)s at %(time)s", day=day_words(times.first_at, "date"), time=when)
    elif times.is_late:
        text = _("Posted %(time)s, after %(due)s", time=when, due=clock_time(times.due))
    else:
        text = _("Posted %(time)s", time=when)
    return text


def _moment(moment: datetime, before: datetime) -> str:
    """A time; with its date where it is another day than what was said before."""
    if school.local(moment).date() == school.local(before).date():
        return clock_time(moment)
    return f"{day_words(moment, 'date')} {clock_time(moment)}"
