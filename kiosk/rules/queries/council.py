"""The council: who is in it, how many of it must be there, and how many have to be in favour."""

from datetime import date

from sqlalchemy import select

from kiosk.auth.models import Account, AccountRole
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.persons.models import Person
from kiosk.rules.models import Rule
from kiosk.rules.permissions import READ_RULES, WRITE_RULES
from kiosk.rules.settings import MAJORITY, QUORUM
from kiosk.school import queries as school
from kiosk.staff import queries as staff
from kiosk.staff.models import Team

TWO_THIRDS = (66, 67)


def members() -> list[Person]:
    """The members of the council: who holds its role for the whole school, each person once."""
    held = Account.roles.any((AccountRole.role == "council") & AccountRole.canteen.is_(None))
    query = select(Account).join(Account.person).where(Account.active, held).order_by(Person.name, Person.id)
    found = {one.person.number: one.person.current for one in session.scalars(query)}
    return list(found.values())


def needed(number: int) -> int:
    """How many of so many members have to be there."""
    percent = school.settings()[QUORUM]
    if percent in TWO_THIRDS:
        return -(-2 * number // 3)
    return -(-percent * number // 100)


def carries(in_favour: int, present: int) -> bool:
    """Whether so many in favour are enough of those present."""
    return in_favour * 100 > school.settings()[MAJORITY] * present


def teams(day: date) -> list[Team]:
    """The teams of the school year in force."""
    year = staff.year_in_force(day)
    return staff.teams(year) if year is not None else []


def leads(who: Actor, team: str) -> bool:
    """Whether somebody leads the team of this name now."""
    leaders = (one.leader for one in teams(school.today()) if one.name == team)
    return who.person is not None and any(one and one.number == who.person for one in leaders)


def may_write(who: Actor, rule: Rule) -> bool:
    """Whether somebody drafts a rule, answers what is said on it and takes it further."""
    return may_begin(who, rule.team)


def may_begin(who: Actor, team: str) -> bool:
    """Whether somebody may begin a rule of a team, or of the school (an empty name)."""
    if who.may(WRITE_RULES, SCHOOL):
        return True
    return bool(team) and bool(who.places(READ_RULES)) and leads(who, team)
