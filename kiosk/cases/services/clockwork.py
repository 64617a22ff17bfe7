"""What happens to cases by itself: another calendar moves what is due, and what is settled is closed."""

from datetime import timedelta

from sqlalchemy import select

from kiosk.cases import queries
from kiosk.cases.models import ANSWERED, TELL, TOLD, Case
from kiosk.cases.services.steps import move_dues, take
from kiosk.cases.settings import SETTLED_DAYS
from kiosk.core import clock
from kiosk.core.actor import KIOSK, Actor
from kiosk.core.db import session
from kiosk.school import queries as school
from kiosk.school.queries import settings


def move_with_calendar(by: Actor) -> None:
    """Terms or school days changed: what is open is due by the new calendar, old and new in the record."""
    move_dues(by, list(queries.unfinished()), queries.rules())


def hung() -> list[Case]:
    """The answered cases that have hung in public for as many school days as the asker has to be told in.

    They hang once somebody let everybody read what was asked: nobody finds the own matter before.
    """
    query = select(Case).where(Case.state == ANSWERED, Case.released)
    return [case for case in session.scalars(query.order_by(Case.id)) if _hung_enough(case)]


def _hung_enough(case: Case) -> bool:
    shown = [step.at for step in case.steps if step.verb == "release"]
    if not shown or case.answered_at is None:
        return False
    return school.due(max(case.answered_at, shown[0]), case.figures[TELL]).is_late(clock.now())


def tell_hung() -> int:
    """Their askers count as told; how many. In a transaction of the caller's."""
    found = hung()
    for case in found:
        take(by=KIOSK, case=case, verb="hung")
    return len(found)


def settled() -> list[Case]:
    """The cases whose asker was told so long ago that they are closed, and who said nothing since."""
    before = clock.now() - timedelta(days=settings()[SETTLED_DAYS])
    query = select(Case).where(Case.state == TOLD, Case.told_at <= before, Case.outcome != "")
    return [case for case in session.scalars(query.order_by(Case.id)) if not queries.held(case)]


def close_settled() -> int:
    """Close what is settled; how many. In a transaction of the caller's."""
    found = settled()
    for case in found:
        take(by=KIOSK, case=case, verb="close")
    return len(found)
