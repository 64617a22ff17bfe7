"""Daily control is filled in; its list changes by a version."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from kiosk.core.actor import Actor, Place
from kiosk.core.errors import Invalid
from kiosk.core.i18n import lazy
from kiosk.counters.models import Canteen
from kiosk.inspections import services as inspections
from kiosk.inspections.models import FINDING, NONE, OK, ChecklistVersion
from kiosk.inspections.queries import NUMBER, Line
from kiosk.inspections.services import Answer, Filled
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
    ended_at: datetime | None = None,
    seen: int | None = None,
    id: UUID | None = None,
) -> Filled:
    """Fill in the daily control of a day: whatever is not among what was `found` is all right.

    With nothing found the day is complete just so. `seen` is the version of the list that was gone through,
    without it that of now; `id` makes what is sent again the same, see `fill`. Invalid for a line that the
    list does not have.
    """
    by.needs(CONTROL_DAILY, Place(canteen=canteen.code))
    version = queries.version_of(take_list(by=by, canteen=canteen), seen)
    counted = numbers or {}
    if strange := found.keys() - {line.key for line in version.read}:
        raise Invalid(lazy("The list has no such line."), field=min(strange))
    answers = {}
    for line in version.read:
        own = found.get(line.key)
        number = counted.get(line.key) if line.kind == NUMBER else None
        state = FINDING if own else NONE if line.kind == NUMBER and number is None else OK
        answers[line.key] = own or Answer(state, tenths=number)
    return inspections.fill(
        by=by,
        version=version,
        subject=queries.subject(canteen),
        day=day,
        answers=answers,
        begun_at=begun_at,
        ended_at=ended_at,
        id=id,
    )
