"""What of cases waits for whom: what is mine, what is offered to me, what the head decides, what is late."""

from collections.abc import Callable, Iterator
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

MOST = 20
"""So many cases are told one by one; the rest is counted."""


def mine(who: Actor) -> Iterator[Duty]:
    """Each case of one's own of which something is due, what is due first coming first."""
    found = queries.listed(who, MINE, size=MOST)
    told = _Told(found.beginnings)
    for case in found.cases:
        what = case.duty_label
        yield told.duty(case, lambda about, what=what: _("%(what)s: %(about)s", what=what, about=about))
    if found.total > MOST:
        text = ngettext("%(num)s more case of mine", "%(num)s more cases of mine", found.total - MOST)
        yield Duty("more", WARN, text, url_for("office.cases.index", view=MINE), mine=True)


def offered(who: Actor) -> Iterator[Duty]:
    """Each case that is offered to one."""
    found = queries.listed(who, OFFERED, size=MOST)
    told = _Told(found.beginnings)
    for case in found.cases:
        yield told.duty(case, lambda about: _("Offered to you: %(about)s", about=about))


def for_the_head(who: Actor) -> Iterator[Duty]:
    """Food safety at once, each by itself; what is refused twice or nobody's; and how many are late."""
    found = queries.for_head(who, MOST)
    told = _Told(found.beginnings)
    for case in found.cases:
        if case.severity == SAFETY:
            yield told.duty(case, lambda about: _("Food safety: %(about)s", about=about))
        else:
            yield told.duty(case, lambda about: _("Decide whose it is: %(about)s", about=about))
    late = queries.number_late(who)
    if late:
        text = ngettext("%(num)s case is late", "%(num)s cases are late", late)
        yield Duty("late", WARN, text, url_for("office.cases.index", view=LATE), mine=True)


class _Told:
    """How the cases of a list are told, each subject looked up once."""

    def __init__(self, beginnings: dict[int, str]) -> None:
        self.beginnings, self.label = beginnings, queries.labels()

    def duty(self, case: Case, say: Callable[[str], str]) -> Duty:
        """A case as what waits for whoever is asked; `say` puts what it is about into a sentence."""
        label = self.label(case.subject)
        urgent = case.severity == SAFETY or queries.is_late(case)
        return Duty(
            key=str(case.id),
            state=ALERT if urgent else WARN,
            text=say(f"{label} · {self.beginnings.get(case.id, '')}"),
            url=url_for("office.cases.show", number=case.id),
            at=queries.place_of(case),
            place=label,
            detail=_("No. %(number)s", number=case.id),
            due=_moment(case),
            mine=True,
        )


def _moment(case: Case) -> datetime | None:
    """The last moment in time."""
    return datetime.combine(case.due_on, time.max, school.zone()) if case.due_on else None


DUTIES = (
    Duties("cases", USE_CASES, mine),
    Duties("cases-offered", USE_CASES, offered),
    Duties("cases-head", ASSIGN_CASES, for_the_head),
)
