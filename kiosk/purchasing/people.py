"""Who stands on a sheet: whom a typed text means, whom one may choose from, and those of the last sheet."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import select

from kiosk.core.db import session
from kiosk.core.i18n import Text, _, lazy
from kiosk.core.pinyin import readings
from kiosk.persons import queries as persons
from kiosk.persons.models import Person
from kiosk.purchasing.checks import PEOPLE
from kiosk.purchasing.models import Sheet, SheetPerson
from kiosk.staff import queries as staff

_readings = lru_cache(maxsize=2000)(readings)


class Meant(NamedTuple):
    """Whom a typed text means, by number: nobody known yet, one person, or several."""

    text: str
    numbers: tuple[int, ...]

    @property
    def person(self) -> int | None:
        """The one person, if it is one."""
        return self.numbers[0] if len(self.numbers) == 1 else None


class LastPeople(NamedTuple):
    """The people of an earlier sheet, by their part in it, and its day."""

    day: date
    names: dict[str, str]


def plain(text: str) -> str:
    """A text without the spaces that are typed or not."""
    return "".join(text.split())


def designations() -> dict[int, str]:
    """What each person in use is called: the name, and behind that of several what tells them apart."""
    everybody = persons.people()
    bearers = Counter(plain(person.name) for person in everybody)
    found = {
        person.id: person.name
        if bearers[plain(person.name)] == 1
        else f"{person.name}（{person.badge or person.post or person.id}）"
        for person in everybody
    }
    alike = Counter(map(plain, found.values()))
    return {
        person.id: text if alike[plain(text)] == 1 else f"{person.name}（{person.id}）"
        for person, text in zip(everybody, found.values(), strict=True)
    }


def meant(names: Mapping[str, str]) -> dict[str, Meant]:
    """Whom each of the texts means; who left is meant only where nobody in use is called so."""
    called: dict[str, dict[int, bool]] = defaultdict(dict)
    rows = {person.id: person for person in session.scalars(select(Person))}
    for person in rows.values():
        called[plain(person.name)][person.number] = rows[person.number].active
    alone = {plain(text): number for number, text in designations().items()}

    def numbers(text: str) -> tuple[int, ...]:
        if text in alone:
            return (alone[text],)
        found = called.get(text, {})
        return tuple(number for number, active in found.items() if active) or tuple(found)

    return {part: Meant(text.strip(), numbers(plain(text))) for part, text in names.items()}


def people_problems(names: Mapping[str, str], *, required: bool = True) -> dict[str, Text]:
    """What is wrong with purchaser, custodian and the two receivers: none may be another.

    Each is needed and has to be one person, known or new, unless an old paper sheet is brought in that names
    fewer (`required` is False).
    """
    errors: dict[str, Text] = {}
    seen: list[Meant] = []
    for part, one in meant({part: names.get(part, "") for part in PEOPLE}).items():
        if not one.text:
            if required:
                errors[part] = lazy("A name is missing.")
        elif any(_may_be(one, other) for other in seen):
            errors[part] = lazy("These must be different people.")
        elif len(one.text) > 40:
            errors[part] = lazy("This is too long; %(n)s characters at most.", n=40)
        elif len(one.numbers) > 1 and required:
            errors[part] = lazy("Several people are called so. Please choose one from the list.")
        seen += [one] if one.text else []
    return errors


def _may_be(one: Meant, other: Meant) -> bool:
    if one.person is None or other.person is None:
        return plain(one.text) == plain(other.text)
    return not persons.different_people((one.person, other.person))


def people_of(version_id: int) -> dict[str, str]:
    """The people of a version as they would be typed now: by what tells them apart, else as printed."""
    query = select(SheetPerson).where(SheetPerson.version_id == version_id)
    signed, known = {one.part: one for one in session.scalars(query)}, designations()
    found = dict.fromkeys(PEOPLE, "")
    for part, one in signed.items():
        number = persons.person(one.person_id).id if one.person_id else 0
        found[part] = known.get(number) or one.name
    return found


def without_post(names: Mapping[str, str], day: date) -> set[str]:
    """The parts of a sheet whose person, if known, neither holds a post on the day nor stands in."""
    numbers = {part: one.person for part, one in meant(names).items() if one.text and one.person}
    return _without_post(numbers, day)


def signed_without_post(version_id: int, day: date) -> set[str]:
    """The same of those who signed a posted version."""
    query = select(SheetPerson.part, SheetPerson.person_id).where(SheetPerson.version_id == version_id)
    return _without_post({part: number for part, number in session.execute(query) if number}, day)


def _without_post(numbers: Mapping[str, int], day: date) -> set[str]:
    found = staff.without_post(set(numbers.values()), day)
    return {part for part, number in numbers.items() if number in found}


def last_people(canteen_id: int, before: date) -> LastPeople | None:
    """Those of the canteen's last posted sheet up to a day that names anybody."""
    query = (
        select(Sheet.day, Sheet.version_id)
        .where(Sheet.canteen_id == canteen_id, Sheet.day <= before)
        .where(select(SheetPerson).where(SheetPerson.version_id == Sheet.version_id).exists())
        .order_by(Sheet.day.desc(), Sheet.id.desc())
        .limit(1)
    )
    found = session.execute(query).first()
    return LastPeople(found[0], people_of(found[1])) if found else None


def choices() -> list[tuple[str, str, str]]:
    """What is typed for a person, what it is found by in pinyin, and the post. Who left is not offered."""
    known = designations()
    return [(known[one.id], _readings(one.name), one.post) for one in persons.people()]


def words() -> dict[str, str]:
    """What the script says."""
    return {
        "list": _("People"),
        "all": _("The last sheet's people"),
        "taken": _("Taken from the last sheet. Are they the same people today?"),
    }
