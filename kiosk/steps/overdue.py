"""Decisions that were due and are not taken, for whoever asks after what is owed (`Room.dues`)."""

from collections.abc import Iterator
from datetime import date

from flask import url_for

from kiosk.core.i18n import _, lazy
from kiosk.core.overdue import Dues, Overdue
from kiosk.school import queries as school
from kiosk.staff import queries as staff
from kiosk.steps import queries
from kiosk.steps.models import Approval

DECIDE = "decide"


def overdue(first: date, last: date) -> Iterator[Overdue]:
    """Each approval whose level was to decide by one of these days: it is owed by everybody who is asked and
    has not decided, and by the head of logistics where nobody is."""
    waiting = queries.waiting()
    dues = queries.dues(waiting)
    for one in waiting:
        due = dues[one.id]
        if due and due.day and first <= due.day <= last:
            since = school.local(one.since).date()
            yield Overdue(
                f"step:{one.id}:{one.round}.{one.level}:{since}",
                f"step:{one.id}",
                DECIDE,
                due.day,
                tuple(queries.asked_of(one) or (head.number for head in staff.answerable(None, due.day))),
            )


def _approval(subject: str) -> Approval:
    return queries.approval(int(subject.partition(":")[2]))


def _title(subject: str, _duty: str) -> str:
    return str(_("Decide about: %(title)s", title=queries.title_of(_approval(subject))))


def _address(subject: str) -> str:
    return url_for("office.steps.show", approval_id=_approval(subject).id)


DUES = Dues(kind="step", label=lazy("Approvals"), of=overdue, title=_title, address=_address)
