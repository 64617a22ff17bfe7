"""What of cases was due and is not done, for whoever asks after what is owed (`Room.dues`)."""

from collections.abc import Iterator
from datetime import date

from flask import url_for

from kiosk.cases import queries
from kiosk.cases.models import DUTIES
from kiosk.core.i18n import _, lazy
from kiosk.core.overdue import Dues, Overdue
from kiosk.school import queries as school


def overdue(first: date, last: date) -> Iterator[Overdue]:
    """The duty that each case owes since one of these days; of a case that is nobody's it is the head's."""
    heads = tuple(one.number for one in queries.heads(school.today()))
    for case in queries.owed_since(first, last):
        if (clock := queries.running(case)) and case.due_on:
            since = school.local(clock.since).date()
            yield Overdue(
                f"case:{case.id}:{case.duty}:{since}",
                f"case:{case.id}",
                case.duty,
                case.due_on,
                (case.owner_id,) if case.owner_id is not None else heads,
            )


def _number(subject: str) -> int:
    return int(subject.partition(":")[2])


def _title(subject: str, duty: str) -> str:
    number = _number(subject)
    about = queries.public_label(queries.case(number).subject)
    what = DUTIES.get(duty, duty)
    return str(_("Case no. %(number)s (%(about)s): %(what)s", number=number, about=about, what=what))


def _address(subject: str) -> str:
    return url_for("office.cases.show", number=_number(subject))


DUES = Dues(kind="case", label=lazy("Cases"), of=overdue, title=_title, address=_address)
