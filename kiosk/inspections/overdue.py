"""Rounds that were due and were not made, for whoever asks after what is owed (`Room.dues`)."""

from collections.abc import Iterator
from datetime import date

from flask import url_for

from kiosk.cases import queries as cases
from kiosk.core.i18n import _, lazy
from kiosk.core.overdue import Dues, Overdue
from kiosk.inspections import queries
from kiosk.inspections.queries import MISSED
from kiosk.school import queries as school


def overdue(first: date, last: date) -> Iterator[Overdue]:
    """Each round that was missed on one of these days. A round of a role, which nobody in person owes, is
    that of whoever plans rounds: the head of logistics."""
    for entry in queries.calendar(queries.plans(), first, last):
        if entry.state != MISSED:
            continue
        one = entry.occurrence
        people = queries.assignees(one.version, one.day) or [
            found.number for found in cases.heads(school.today())
        ]
        yield Overdue(
            f"round:{one.version.plan_id}:{one.day}:{one.slot}",
            f"round_plan:{one.version.plan_id}",
            "round",
            one.day,
            tuple(people),
            one.version.post_id,
        )


def _number(subject: str) -> int:
    return int(subject.partition(":")[2])


def _title(subject: str, _duty: str) -> str:
    version = queries.current(queries.plan(_number(subject)))
    place = cases.public_label(version.subject)
    return str(_("Round not made: %(name)s (%(place)s)", name=version.name, place=place))


def _address(_subject: str) -> str:
    return url_for("office.inspections.index")


DUES = Dues(kind="round", label=lazy("Rounds"), of=overdue, title=_title, address=_address)
