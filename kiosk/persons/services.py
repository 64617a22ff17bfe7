"""Writes of persons."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import or_, select, update

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.persons.models import EMPLOYMENTS, KINDS, Look, Namesake, Person
from kiosk.persons.queries import badge_holder, is_among, is_noted, rows_of

LONGEST_NAME = 40
LONGEST_SKILL, MOST_SKILLS = 20, 12


class OwnIdentity(Forbidden):
    """Who is concerned does not say who is who."""

    code = "own-identity"
    message = lazy("This is about yourself; somebody else has to say so.")


def _told(person: Person) -> dict[str, Any]:
    names = ("name", "kind", "post", "badge", "active", "employment", "skills")
    return {name: getattr(person, name) for name in names}


def save_person(
    *,
    by: Actor,
    name: str,
    post: str = "",
    badge: str = "",
    active: bool = True,
    kind: str = "staff",
    employment: str = "",
    skills: Sequence[str] = (),
    person: Person | None = None,
) -> Person:
    """Add somebody, or change what is known of a person. Conflict for a badge that somebody else wears."""
    name, post, badge = name.strip(), post.strip(), badge.strip()
    if kind not in KINDS:
        raise Invalid(lazy("There is no such kind of person."), field="kind")
    if employment not in EMPLOYMENTS:
        raise Invalid(lazy("“%(code)s” is not among the choices."), field="employment", code=employment)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid(lazy("A name has 1 to 40 characters."), field="name")
    if len(post) > 40:
        raise Invalid(lazy("A post can have at most 40 characters."), field="post")
    if len(badge) > 10:
        raise Invalid(lazy("A badge number can have at most 10 characters."), field="badge")
    holder = badge_holder(badge) if badge and active else None
    if holder is not None and holder is not person:
        raise Conflict(lazy("%(name)s wears this badge already."), field="badge", name=holder.name)
    before = _told(person) if person else None
    if person is None:
        person = Person()
        session.add(person)
    person.name, person.post, person.badge, person.active, person.kind = name, post, badge, active, kind
    person.employment, person.skills = employment, _words(skills)
    session.flush()
    for row in rows_of(person.id):
        row.name = name
    session.flush()
    record("person.saved", f"person:{person.id}", by=by, before=before, after=_told(person))
    return person


def _words(skills: Sequence[str]) -> list[str]:
    """Skills without spaces around them, each once."""
    words = list(dict.fromkeys(filter(None, map(str.strip, skills))))
    if len(words) > MOST_SKILLS or any(len(word) > LONGEST_SKILL for word in words):
        raise Invalid(
            lazy("%(most)s skills at most, of %(n)s characters each.", most=MOST_SKILLS, n=LONGEST_SKILL),
            field="skills",
        )
    return words


def rename_person(*, by: Actor, person: Person, name: str) -> None:
    """Call a person by another name: who it is stays, and what was printed stays as it was."""
    if name.strip() != person.name:
        kept = {key: value for key, value in _told(person).items() if key != "name"}
        save_person(by=by, person=person, name=name, **kept)


def tell_apart(*, by: Actor, pair: Namesake, same: bool) -> None:
    """Say whether two namesakes are one person; if one, the first becomes a second row of the other.

    OwnIdentity when `by` is one of them, Conflict when it was said before.
    """
    if pair.same is not None:
        raise Conflict(lazy("This was settled already."))
    if is_among(by.person, (pair.person_id, pair.other_id)):
        raise OwnIdentity
    before = {"badge": pair.person.badge, "other_badge": pair.other.badge} if same else None
    pair.same, pair.settled_by, pair.settled_at = same, by.account, clock.now()
    session.flush()
    if same:
        _unite(pair.person, pair.other)
    record(
        "person.same" if same else "person.different",
        f"person:{pair.person_id}",
        by=by,
        before=before,
        after={"other": pair.other_id, **({"badge": pair.other.badge} if same else {})},
    )


def _unite(second: Person, first: Person) -> None:
    """Make a person's row a second row of another's; whatever pointed to it means the other from now on."""
    known = _known_of_both(second, first)
    second.same_as_id, second.active, second.badge = first.id, False, ""
    session.flush()
    for name, value in known.items():
        setattr(first, name, value)
    session.execute(update(Person).where(Person.same_as_id == second.id).values(same_as_id=first.id))
    open_pairs = select(Namesake).where(
        Namesake.same.is_(None), or_(Namesake.person_id == second.id, Namesake.other_id == second.id)
    )
    for pair in session.scalars(open_pairs):
        _repoint(pair, second, first)
    session.flush()


def _known_of_both(second: Person, first: Person) -> dict[str, Any]:
    """What is known of the person: what the row at work says, and what only the other one does.

    A badge that somebody else wears by now is nobody's of the two.
    """
    rows = (second, first) if second.active and not first.active else (first, second)
    known = {
        name: next(filter(None, (getattr(row, name) for row in rows)), "")
        for name in ("badge", "post", "employment")
    }
    wearer = badge_holder(known["badge"]) if known["badge"] else None
    if wearer is not None and wearer not in rows:
        known["badge"] = ""
    skills = list(dict.fromkeys([*rows[0].skills, *rows[1].skills]))[:MOST_SKILLS]
    return {**known, "skills": skills, "active": first.active or second.active}


def _repoint(pair: Namesake, second: Person, first: Person) -> None:
    """An open question about the second row is one about the person; two alike are asked once."""
    ends = {first.id if end == second.id else end for end in (pair.person_id, pair.other_id)}
    asked = select(Namesake.id).where(Namesake.person_id.in_(ends), Namesake.other_id.in_(ends))
    if len(ends) == 1 or session.scalar(asked.where(Namesake.id != pair.id)):
        session.delete(pair)
    elif pair.person_id == second.id:
        pair.person_id = first.id
    else:
        pair.other_id = first.id


class Glance(NamedTuple):
    """That a person looks, with an account, at a page that shows what is known of another."""

    account: str
    reader: int
    person: int
    page: str


def note_looks(glances: Iterable[Glance]) -> list[bool]:
    """Write down who looks at whom, once a day for each page; whether each was new. No trace in the record:
    it would tell everybody who reads the record what only the person is to know, and could not be forgotten.
    """
    return [_note(glance) for glance in glances]


def _note(glance: Glance) -> bool:
    now = clock.now()
    if is_noted(**glance._asdict(), day=now.date()):
        return False
    session.add(
        Look(
            account=glance.account,
            reader_id=glance.reader,
            person_id=glance.person,
            page=glance.page,
            day=now.date(),
            at=now,
        )
    )
    session.flush()
    return True
