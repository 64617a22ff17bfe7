"""Daily control is filled in; its list changes by a version."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from kiosk.core.actor import Actor, Place
from kiosk.core.db import session
from kiosk.core.errors import Invalid
from kiosk.core.i18n import lazy
from kiosk.counters.models import Canteen
from kiosk.inspections import queries as reading
from kiosk.inspections import services as inspections
from kiosk.inspections.models import FINDING, NONE, OK, Checked, ChecklistVersion
from kiosk.inspections.queries import NUMBER, Line
from kiosk.inspections.services import Answer, Filled, OtherContent
from kiosk.kitchen import queries
from kiosk.kitchen.permissions import CONTROL_DAILY
from kiosk.kitchen.queries import DAILY
from kiosk.messages.services import in_school_language


def take_list(*, by: Actor, canteen: Canteen) -> ChecklistVersion:
    """The canteen's list; the first time that of the law is taken over as it is."""
    if found := queries.list_of(canteen):
        return found
    with in_school_language():
        name, lines = str(queries.FIRST_NAME), queries.first_lines()
    made = inspections.make_checklist(
        by=by,
        use=DAILY,
        name=name,
        lines=lines,
        subject=queries.subject(canteen),
        at=Place(canteen=canteen.code),
    )
    return made.current


def set_list(
    *, by: Actor, canteen: Canteen, lines: Iterable[Line], reason: str, seen: int | None = None
) -> ChecklistVersion:
    """Make a new version of a canteen's list; what was filled in keeps its own."""
    last = take_list(by=by, canteen=canteen)
    return inspections.change_checklist(
        by=by,
        checklist=last.checklist,
        use=DAILY,
        name=last.name,
        lines=lines,
        reason=reason,
        at=Place(canteen=canteen.code),
        seen=seen,
    )


def control(
    *,
    by: Actor,
    canteen: Canteen,
    day: date,
    found: Mapping[str, Answer],
    numbers: Mapping[str, int] | None = None,
    begun_at: datetime | None = None,
    id: UUID | None = None,
) -> Filled:
    """Fill in the daily control of a day: whatever is not among what was `found` is all right.

    With nothing found the day is complete just so. Invalid for a line that the list does not have.
    """
    by.needs(CONTROL_DAILY, Place(canteen=canteen.code))
    version, counted = take_list(by=by, canteen=canteen), numbers or {}
    if strange := found.keys() - {line.key for line in version.read}:
        raise Invalid(lazy("The list has no such line."), field=min(strange))
    answers = {}
    for line in version.read:
        own = found.get(line.key)
        number = counted.get(line.key) if line.kind == NUMBER else None
        state = FINDING if own else NONE if line.kind == NUMBER and number is None else OK
        answers[line.key] = own or Answer(state, tenths=number)
    if id is not None and (known := _sent_before(id, by, queries.subject(canteen), day, answers)):
        return Filled(known, False)
    return inspections.fill(
        by=by,
        version=version,
        subject=queries.subject(canteen),
        day=day,
        answers=answers,
        begun_at=begun_at,
        id=id,
    )


def _sent_before(
    id: UUID, by: Actor, subject: str, day: date, answers: Mapping[str, Answer]
) -> Checked | None:
    """What was entered with this number of the form, a second tap; OtherContent where it says otherwise."""
    found = session.scalar(select(Checked).where(Checked.client_id == id))
    if found is None:
        return None
    told = {line.key: (line.state, line.tenths) for line in found.answers}
    same = (found.person_id, found.subject, found.day) == (by.person, subject, day)
    same = same and _words_of(found) == {
        line.key: inspections.said(line, answers[line.key])
        for line in found.version.read
        if line.key in answers and inspections.state_of(line, answers[line.key]) == FINDING
    }
    if not same or told != {key: (one.state, one.tenths) for key, one in answers.items()}:
        raise OtherContent
    return found


def _words_of(checked: Checked) -> dict[str, str]:
    """What was written of each line at which something was found."""
    found = reading.findings_of([checked.id]).get(checked.id, [])
    words = reading.words_of(found)
    return {one.key: words[one.id] for one in found}
