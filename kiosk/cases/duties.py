"""What of cases waits for whom: what is mine, what is offered to me, what the head decides, what is late."""

from collections.abc import Iterator
from datetime import datetime, time

from flask import url_for

from kiosk.cases import queries
from kiosk.cases.models import SAFETY, Case
from kiosk.cases.permissions import ASSIGN_CASES, USE_CASES
from kiosk.cases.queries import LATE, MINE, OFFERED
from kiosk.core.actor import Actor
from kiosk.core.duty import ALERT, WARN, Duties, Duty
from kiosk.core.i18n import _, ngettext
from kiosk.school import queries as school

MOST = 50
"""So many cases are told one by one; the rest is counted."""


def mine(who: Actor) -> Iterator[Duty]:
    """Each case of one's own of which something is due, what is due first coming first."""
    found = queries.listed(who, MINE, size=MOST)
    for case in found.cases:
        yield _duty(
            case, _("%(what)s: %(about)s", what=case.duty_label, about=_about(case, found)), mine=True
        )
    if found.total > MOST:
        text = ngettext("%(num)s more case of mine", "%(num)s more cases of mine", found.total - MOST)
        yield Duty("more", WARN, text, url_for("office.cases.index", view=MINE), mine=True)


def offered(who: Actor) -> Iterator[Duty]:
    """Each case that is offered to one."""
    found = queries.listed(who, OFFERED, size=MOST)
    for case in found.cases:
        yield _duty(case, _("Offered to you: %(about)s", about=_about(case, found)), mine=True)


def for_the_head(who: Actor) -> Iterator[Duty]:
    """Food safety at once, each by itself; what is refused twice or nobody's; and how many are late."""
    found = queries.for_head(who, MOST)
    for case in found.cases:
        text = _("Food safety: %(about)s") if case.severity == SAFETY else _("Decide whose it is: %(about)s")
        yield _duty(case, text % {"about": _about(case, found)}, mine=True)
    late = queries.listed(who, LATE, size=1).total
    if late:
        text = ngettext("%(num)s case is late", "%(num)s cases are late", late)
        yield Duty("late", WARN, text, url_for("office.cases.index", view=LATE), mine=True)


def _about(case: Case, found: queries.Listed) -> str:
    return f"{queries.subject_label(case.subject)} · {found.beginnings.get(case.id, '')}"


def _duty(case: Case, text: str, *, mine: bool) -> Duty:
    urgent = case.severity == SAFETY or queries.is_late(case)
    return Duty(
        key=str(case.id),
        state=ALERT if urgent else WARN,
        text=text,
        url=url_for("office.cases.show", number=case.id),
        at=queries.place_of(case),
        place=queries.subject_label(case.subject),
        detail=_("No. %(number)s", number=case.id),
        due=_moment(case),
        mine=mine,
    )


def _moment(case: Case) -> datetime | None:
    """The last moment in time."""
    return datetime.combine(case.due_on, time.max, school.zone()) if case.due_on else None


DUTIES = (
    Duties("cases", USE_CASES, mine),
    Duties("cases-offered", USE_CASES, offered),
    Duties("cases-head", ASSIGN_CASES, for_the_head),
)
