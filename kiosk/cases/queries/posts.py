"""In which post somebody did something with a case, for everybody to read: never a name."""

from datetime import date

from kiosk.cases.models import CaseStep
from kiosk.core.i18n import _
from kiosk.persons.models import Person
from kiosk.school import queries as school
from kiosk.staff import queries as staff


def post_of(person: Person | None, day: date) -> str:
    """The post in which somebody acts; what is nobody's is the head's."""
    if person is None:
        return str(_("head of logistics"))
    held, _stand_in = staff.posts_of(person.current, day)
    if held:
        return held[0].name
    if person.number in {one.number for one in staff.answerable(None, day)}:
        return str(_("head of logistics"))
    return person.current.post or str(_("a colleague of logistics"))


def acting(step: CaseStep) -> str:
    """The post of whoever took a step; what the house did by itself is named as the house's."""
    if step.person is None:
        return str(_("The house"))
    return post_of(step.person, school.local(step.at).date())
