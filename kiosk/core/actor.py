"""Who acts, and where: what the guard hands to a door, and a door to the services."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from kiosk.core.errors import Forbidden
from kiosk.core.security import Permission, Reach


class Place(NamedTuple):
    """Where something is done, by code: a canteen, a counter (with its canteen), or neither (the school)."""

    canteen: str | None = None
    counter: str | None = None


SCHOOL = Place()
"""The whole school."""


class Grant(NamedTuple):
    """A role for the whole school, or for one canteen (with its counters) or one counter."""

    role: str
    canteen: str | None = None
    counter: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is for the whole school."""
        return self.canteen is None and self.counter is None

    def covers(self, at: Place) -> bool:
        """Whether it reaches the place."""
        if self.is_whole:
            return True
        own = (self.canteen, at.canteen) if self.counter is None else (self.counter, at.counter)
        return own[0] == own[1]

    def gives(self, permission: Permission, at: Place) -> bool:
        """Whether it gives the permission at the place; by default that takes a role for the whole school."""
        if self.role not in permission.roles:
            return False
        if permission.reach is Reach.ANYWHERE:
            return True
        return self.is_whole or (permission.reach is Reach.PLACE and self.covers(at))


@dataclass(frozen=True)
class Actor:
    """Somebody signed in, or what acts by itself.

    `account` is the user name, or the name of a part of the house (`kiosk`, `command line`); `person` the
    person's number, None where no person stands behind it; `name` is what is shown and never compared.
    `grants` are the roles; None for what acts by itself, which is limited by what it does.
    """

    account: str
    person: int | None = None
    name: str = ""
    grants: tuple[Grant, ...] | None = None

    def __str__(self) -> str:
        return self.account

    def may(self, permission: Permission, at: Place) -> bool:
        """Whether one of the roles gives the permission at the place; what acts by itself may."""
        return self.grants is None or any(grant.gives(permission, at) for grant in self.grants)

    def holds(self, roles: Iterable[str], at: Place) -> bool:
        """Whether one of the roles is held for the whole school or for the place."""
        wanted = frozenset(roles)
        return self.grants is None or any(grant.role in wanted and grant.covers(at) for grant in self.grants)

    def places(self, permission: Permission) -> frozenset[Place]:
        """For where the roles that give the permission are held; SCHOOL among them is everywhere."""
        if self.grants is None:
            return frozenset((SCHOOL,))
        held = (
            Place(grant.canteen, grant.counter) for grant in self.grants if grant.role in permission.roles
        )
        return frozenset(place for place in held if self.may(permission, place))

    def needs(self, permission: Permission, at: Place) -> None:
        """Forbidden, with the permission, unless one of the roles gives it at the place."""
        if not self.may(permission, at):
            problem = Forbidden()
            problem.permission = permission
            raise problem


NOBODY = Actor("", grants=())
"""Somebody who is not signed in: holds no role."""
KIOSK = Actor("kiosk")
"""What the house does by itself."""
