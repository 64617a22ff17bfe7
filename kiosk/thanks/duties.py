"""What of thanks waits for whom: reported good deeds, for the head."""

from collections.abc import Iterator
from datetime import datetime, time

from flask import url_for

from kiosk.cases import queries as cases
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.duty import WARN, Duties, Duty
from kiosk.core.i18n import _
from kiosk.school import queries as school
from kiosk.thanks import queries
from kiosk.thanks.permissions import COMMEND


def decides(who: Actor) -> bool:
    """Whether it is somebody's to decide about good deeds."""
    return who.may(COMMEND, SCHOOL)


def deeds(_who: Actor) -> Iterator[Duty]:
    """Each reported good deed without an answer."""
    found = queries.waiting()
    said = cases.beginnings(case.id for case in found)
    for case in found:
        place = cases.subject_label(case.subject)
        yield Duty(
            key=str(case.id),
            state=WARN,
            text=_("Good deed: %(about)s", about=f"{place} · {said.get(case.id, '')}"),
            url=url_for("office.deeds.show", number=case.id),
            place=place,
            detail=_("No. %(number)s", number=case.id),
            due=datetime.combine(case.due_on, time.max, school.zone()) if case.due_on else None,
            mine=True,
        )


DUTIES = (Duties("deeds", COMMEND, deeds),)
