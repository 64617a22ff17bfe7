"""What cases are about, and what kinds of cases there are, as the rooms declare it."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import lru_cache

from kiosk.cases.models import PRAISE as PRAISE
from kiosk.cases.models import Case
from kiosk.cases.queries.sight import colleagues
from kiosk.core.actor import SCHOOL
from kiosk.core.errors import Invalid
from kiosk.core.i18n import LazyString, Text, _, lazy
from kiosk.core.room import CaseSubject, Concern, all_rooms, rooms
from kiosk.persons import queries as persons
from kiosk.persons.models import Person
from kiosk.staff import queries as staff


def kinds() -> dict[str, LazyString]:
    """The kinds of cases, of all rooms."""
    return {name: label for room in all_rooms() for name, label in room.case_kinds.items()}


def are_used() -> bool:
    """Whether the school uses cases."""
    return any("school" in room.case_subjects for room in rooms())


BY_HAND = ("complaint", "wish", "repair")
"""The kinds that somebody takes down or asks for; the others begin by themselves."""


def kinds_asked() -> dict[str, LazyString]:
    """What anybody can hand in without an account."""
    found = kinds()
    return {name: found[name] for name in (*BY_HAND, PRAISE) if name in found}


def kinds_by_hand() -> dict[str, LazyString]:
    """The kinds to choose from when somebody takes a case down: the same."""
    return kinds_asked()


def kind_label(kind: str) -> Text:
    """A kind in words."""
    return kinds().get(kind, kind)


def declared(subject: str) -> tuple[CaseSubject | None, str]:
    """What its room says of such subjects, and the code behind the colon."""
    name, _colon, code = subject.partition(":")
    found = (room.case_subjects[name] for room in all_rooms() if name in room.case_subjects)
    return next(found, None), code


def find_concern(subject: str) -> Concern | None:
    """What a subject stands for; None where there is no such thing (any more)."""
    known, code = declared(subject)
    return known.find(code) if known else None


def concern(subject: str) -> Concern:
    """What a subject stands for, or Invalid."""
    found = find_concern(subject)
    if found is None:
        raise Invalid(lazy("Please say what it is about."), field="subject")
    return found


def subject_label(subject: str) -> str:
    """A subject in words; what is gone is called by its code."""
    found = find_concern(subject)
    return found.label if found else subject


def labels() -> Callable[[str], str]:
    """`subject_label` for a list, in which many cases are about the same: each subject is looked up once."""
    return lru_cache(None)(subject_label)


def public_label(subject: str) -> str:
    """A subject as everybody reads it: nobody's name."""
    found = find_concern(subject)
    return (found.told or found.label) if found else subject


def public_address(subject: str) -> str | None:
    """Where everybody reads of the subject; inside a request."""
    known, code = declared(subject)
    return known.public(code) if known else None


def office_address(subject: str) -> str | None:
    """Where the office reads of it; inside a request."""
    known, code = declared(subject)
    return known.office(code) if known else None


def choices() -> Iterator[tuple[str, str]]:
    """Subjects that a case can be about when somebody takes one down, and what they are called."""
    for room in rooms():
        for name, known in room.case_subjects.items():
            yield from ((f"{name}:{code}", label) for code, label in known.choices())


ASKED_ABOUT = ("counter", "canteen", "school")
"""The sorts of subjects that anybody can ask about."""


def places_asked() -> list[tuple[str, str]]:
    """The places that anybody can ask about, and what they are called."""
    return [(code, label) for code, label in choices() if code.partition(":")[0] in ASKED_ABOUT]


def subject_at(code: str) -> str:
    """The place that a code of a printed QR, or a choice of the form, stands for; empty for none."""
    places = {subject for subject, _label in places_asked()}
    found = (one for one in (code, *(f"{sort}:{code}" for sort in ASKED_ABOUT)) if one in places)
    return next(found, "")


def responsible(found: Concern, day: date) -> Person | None:
    """Who answers for it on a day: the holder of its post, else a head of logistics; None without either.

    A holder who cannot sign in would never hear of it: then it is the head's.
    """
    holder = staff.responsible(found.post, day)
    if holder is not None and holder.number in {one.number for one in colleagues()}:
        return holder
    return next(iter(heads(day)), None)


def heads(day: date) -> list[Person]:
    """Everybody who is head of logistics."""
    return staff.answerable(None, day)


def rated(subject: str, moment: datetime, named: tuple[int, ...], day: date) -> list[int]:
    """The numbers of those whom a case is about: named, on duty at the moment, or holding the post."""
    known, code = declared(subject)
    found = known.find(code) if known else None
    holder = staff.responsible(found.post, day) if found else None
    numbers = {*named, *(known.rated(code, moment) if known else ()), *([holder.number] if holder else ())}
    return sorted(numbers)


def is_rated(case: Case, person: int | None, day: date) -> bool:
    """Whether a case is about somebody, or the person holds the post responsible for it now.

    It goes by the person: another account, a second row or a role changes nothing.
    """
    holder = staff.responsible(case.post_id, day)
    return persons.is_among(person, [*case.rated, *([holder.number] if holder else [])])


def whole_school() -> CaseSubject:
    """The whole school as a subject: what belongs to no counter and no canteen."""
    return CaseSubject(
        label=lazy("Whole school"),
        find=lambda code: Concern(_("Whole school"), SCHOOL) if code == "all" else None,
        choices=lambda: [("all", _("Whole school"))],
    )
