"""Reported good deeds: what waits, what was confirmed, what hangs, and whose it was."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import select

from kiosk.cases import queries as cases
from kiosk.cases.models import OPEN, Case
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.persons import queries as persons
from kiosk.postings import queries as postings
from kiosk.school import queries as school
from kiosk.staff import queries as staff
from kiosk.thanks.kinds import COMMENDATIONS
from kiosk.thanks.models import Commendation

LATELY = 30


class Deed(NamedTuple):
    """A posted good deed as everybody reads it; the name only where the person agreed."""

    posting: int
    title: str
    text: str
    post: str
    day: date
    posted_on: date
    name: str


def deed_case(number: int) -> Case:
    """The case of a reported good deed, or NotFound."""
    found = session.get(Case, number)
    if found is None or found.kind != cases.PRAISE:
        raise NotFound
    return found


def commendation(case: Case) -> Commendation | None:
    """What was confirmed of it; nothing once its draft was thrown away."""
    found = session.get(Commendation, case.id)
    return None if found is None or found.posting.is_discarded else found


def waiting() -> list[Case]:
    """The reported good deeds without an answer, the oldest first."""
    query = select(Case).where(Case.kind == cases.PRAISE, Case.state.in_(OPEN))
    return list(session.scalars(query.order_by(Case.id)))


def answered_lately(today: date) -> list[Case]:
    """Those that were answered within the last weeks, the newest first."""
    since = datetime.combine(today - timedelta(days=LATELY), time(), school.zone())
    query = select(Case).where(Case.kind == cases.PRAISE, Case.answered_at >= since)
    return list(session.scalars(query.order_by(Case.answered_at.desc())))


def commendations(cases_of: Iterable[Case]) -> dict[int, Commendation]:
    """What was confirmed, by the numbers of the cases."""
    numbers = [case.id for case in cases_of]
    query = select(Commendation).where(Commendation.case_id.in_(numbers))
    return {one.case_id: one for one in session.scalars(query) if not one.posting.is_discarded}


def posted_in(month: date) -> list[Deed]:
    """What was posted in the month of a day, the last first; what was withdrawn is left out."""
    last = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    found = postings.of_days(COMMENDATIONS, month.replace(day=1), last)
    found = [one for one in found if not one.posting.withdrawal]
    numbers = [one.posting.id for one in found]
    query = select(Commendation.posting_id, Commendation.person_id)
    rows = session.execute(query.where(Commendation.posting_id.in_(numbers)))
    whose = {posting: person for posting, person in rows}
    names = staff.named(number for number in whose.values() if number is not None)
    return [_deed(one, names.get(whose.get(one.posting.id) or 0, "")) for one in reversed(found)]


def _deed(posted: postings.Posted, name: str) -> Deed:
    fields = {one.name: value for one, value in posted.in_force.fields}
    day = school.local(posted.first_at).date()
    told = date.fromisoformat(fields["day"]) if fields.get("day") else day
    title, text, post = (str(fields.get(key) or "") for key in ("title", "text", "post"))
    return Deed(posted.posting.id, title, text, post, told, day, name)


def months(today: date) -> list[date]:
    """The months of the last year in which good deeds were posted, the last first, each by its first day."""
    found = postings.of_days(COMMENDATIONS, today - timedelta(days=365), today)
    days = (school.local(one.first_at).date() for one in found if not one.posting.withdrawal)
    return sorted({day.replace(day=1) for day in days}, reverse=True)


def commended(person: int, first: date, last: date) -> list[Deed]:
    """The good deeds of a person, by number, that were posted on these days: for the personal file."""
    rows = [one.id for one in persons.rows_of(person)]
    query = select(Commendation.posting_id).where(Commendation.person_id.in_(rows))
    own = set(session.scalars(query))
    found = postings.of_days(COMMENDATIONS, first, last) if own else []
    return [_deed(one, "") for one in found if one.posting.id in own and not one.posting.withdrawal]
