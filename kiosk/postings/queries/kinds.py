"""What a kind of posting is: one declaration, from which everything that the house does with it follows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, NamedTuple

from kiosk.core.actor import SCHOOL, Actor, Place
from kiosk.core.errors import Forbidden, Invalid, NotFound
from kiosk.core.field import Input
from kiosk.core.i18n import LazyString, Text, lazy
from kiosk.core.room import Switch, all_rooms, is_on, on_since
from kiosk.core.security import Permission
from kiosk.persons import queries as persons
from kiosk.school import queries as school

SCOPES: dict[str, LazyString] = {
    "school": lazy("Whole school"),
    "canteen": lazy("Canteen"),
    "counter": lazy("Counter"),
}
"""Whose a posting can be."""
RESERVED = frozenset({"purchases", "ratings", "cases", "head", "seals", "ocds", "appraisals", "all"})
"""Names that addresses like /data/<kind>.csv have already."""


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """A person who answers for a posting: chosen by number, printed by the name of that day."""

    name: str
    label: LazyString
    missing: LazyString | None = None
    hint: Text = ""

    def read(self, text: str) -> dict[str, Any] | None:
        """The person's number and name. Raises Invalid, with the input's name as the field."""
        if not text.strip() and self.missing:
            raise Invalid(self.missing, field=self.name)
        if not text.strip():
            return None
        found = {str(one.number): one for one in persons.people()}.get(text.strip())
        if found is None:
            raise Invalid(lazy("Please choose somebody from the list."), field=self.name)
        return {"person": found.number, "name": found.name}


class Owed(NamedTuple):
    """A period for which something is to be posted, and the moment by which."""

    period: str
    due: datetime


@dataclass(frozen=True)
class Rhythm:
    """How often something is posted: in words, and what is owed on a day of the school."""

    label: Text
    owed: Callable[[date], Iterable[Owed]]


def each_school_day(hour: time) -> Rhythm:
    """Each school day, for that day, until an hour of it."""

    def owed(day: date) -> list[Owed]:
        due = datetime.combine(day, hour, school.zone())
        return [Owed(day.isoformat(), due)] if school.is_school_day(day) else []

    return Rhythm(lazy("each school day by %(hour)s", hour=f"{hour:%H:%M}"), owed)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of posting.

    `fields` are what a posting says as a whole, `columns` what each of its rows says; `heading` names the
    field that is its title (without one it is called by its kind). `people` answer for it; none of them may
    be another. `aliases` are, by a column's name, other heads that schools write above it, by which a file's
    columns are found beside the labels. A posting is of one of the `scopes`.

    Who `drafts` also proposes; where nobody `approves`, the same person posts. Whoever approves is another
    person than everybody who wrote in it (`steps`), and the kind's room also hands in its ladder
    (`postings.services.ladder`). Roles that are `confined` act for canteens and counters, never for the whole
    school. `questions`: whether anybody may ask about its rows.

    It stands on the board until the day in the field `until`, else for so many `days`. What has a `rhythm` is
    due, from the day on which its `switch` was switched on; without a switch it is always on.
    """

    slug: str
    label: LazyString
    fields: tuple[Input, ...] = ()
    columns: tuple[Input, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    heading: str = ""
    people: tuple[Somebody, ...] = ()
    scopes: tuple[str, ...] = ("school",)
    drafts: Permission
    approves: Permission | None = None
    confined: frozenset[str] = frozenset()
    questions: bool = False
    until: str = ""
    days: int = 7
    rhythm: Rhythm | None = None
    switch: Switch | None = None

    @property
    def inputs(self) -> tuple[Input | Somebody, ...]:
        """What a posting says as a whole, people included."""
        return (*self.fields, *self.people)

    @property
    def may_be_nothing(self) -> bool:
        """Whether a period may have nothing to post, which is then posted, too."""
        return self.rhythm is not None and bool(self.columns)

    @property
    def posts(self) -> Permission:
        """Who decides that it is posted, and that it is withdrawn."""
        return self.approves or self.drafts

    def may(self, permission: Permission, actor: Actor, at: Place) -> bool:
        """Whether somebody may do something with postings of a place; what acts by itself may."""
        return actor.grants is None or any(
            grant.gives(permission, at) and not (at == SCHOOL and grant.role in self.confined)
            for grant in actor.grants
        )

    def ask(self, permission: Permission, actor: Actor, at: Place) -> None:
        """Forbidden, with the permission, for whoever may not."""
        if not self.may(permission, actor, at):
            problem = Forbidden()
            problem.permission = permission
            raise problem

    def owed(self, day: date) -> list[Owed]:
        """What is owed on a day; nothing before the kind was switched on."""
        since = on_since(self.switch) if self.switch else date.min
        return list(self.rhythm.owed(day)) if self.rhythm and since and since <= day else []


def all_kinds() -> list[Kind]:
    """Every kind that a room declares, on or off."""
    return [kind for room in all_rooms() for kind in room.posting_kinds]


def declared_kinds() -> list[Kind]:
    """The kinds that the school uses."""
    return [
        kind
        for room in all_rooms()
        for kind in room.posting_kinds
        if is_on(room.optional) and is_on(kind.switch)
    ]


def any_kind() -> bool:
    """Whether the school uses any."""
    return bool(declared_kinds())


def kind_of(slug: str) -> Kind:
    """The kind of this name, on or off, or NotFound."""
    return _named(slug, all_kinds())


def kind_in_use(slug: str) -> Kind:
    """The kind of this name that the school uses, or NotFound."""
    return _named(slug, declared_kinds())


def _named(slug: str, kinds: list[Kind]) -> Kind:
    found = next((kind for kind in kinds if kind.slug == slug), None)
    if found is None:
        raise NotFound
    return found
