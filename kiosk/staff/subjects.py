"""People of logistics as what a case can be about."""

from flask import url_for

from kiosk.core.actor import SCHOOL
from kiosk.core.i18n import _, lazy
from kiosk.core.room import CaseSubject, Concern
from kiosk.core.web import account
from kiosk.persons import queries as persons
from kiosk.persons.models import Person
from kiosk.staff.permissions import MANAGE_STAFF


def _person(code: str) -> Concern | None:
    known = {str(one.number): one for one in persons.people(everything=True)}
    found = known.get(code)
    return Concern(_label(found), SCHOOL, told=found.post or _("Logistics staff")) if found else None


def _label(found: Person) -> str:
    return f"{found.name} ({found.post})" if found.post else found.name


def _office(code: str) -> str | None:
    who = account()
    return url_for("office.staff.edit", staff_id=int(code)) if who and who.may(MANAGE_STAFF) else None


SUBJECTS = {
    "person": CaseSubject(
        label=lazy("Staff member"),
        find=_person,
        choices=lambda: [(str(one.number), _label(one)) for one in persons.people(kind="staff")],
        office=_office,
        rated=lambda code, _moment: [int(code)],
    )
}
"""By what stands before the colon of a case's subject."""
