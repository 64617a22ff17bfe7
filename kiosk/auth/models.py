"""Tables of accounts and of their sign-ins."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.core.actor import SCHOOL, Actor, Grant, Place
from kiosk.core.db import Model
from kiosk.core.i18n import LazyString, lazy, listed
from kiosk.core.security import Permission
from kiosk.persons.models import Person

ROLES: dict[str, LazyString] = {
    "head": lazy("Head of logistics"),
    "canteen_manager": lazy("Canteen manager"),
    "purchaser": lazy("Purchaser"),
    "custodian": lazy("Custodian"),
    "accountant": lazy("Accountant"),
    "council": lazy("School council"),
    "congress": lazy("Staff congress"),
    "counter_staff": lazy("Counter staff"),
    "admin": lazy("IT administrator"),
    "principal": lazy("Principal"),
    "cashier": lazy("Cashier"),
    "inspector": lazy("Meal committee"),
}


class Account(Model):
    """A way into the office, of a person; a person may have several. `username` is what is typed."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Whose it is. Every account has a person; only SQLite, which cannot add such a column, allows none."""
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_last_step: Mapped[int | None]
    created_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)
    """Failed sign-ins since the last good one."""
    wait_until: Mapped[datetime | None]
    """Until then an unknown browser is asked to wait before it tries again."""
    code_failures: Mapped[int] = mapped_column(default=0)
    """Wrong codes of the second factor since the last good one; only who has the password gets to try."""
    code_wait_until: Mapped[datetime | None]
    """Until then no browser's code is taken."""

    person: Mapped[Person] = relationship(lazy="joined")

    @property
    def name(self) -> str:
        """What the person is called."""
        return self.person.name

    @property
    def actor(self) -> Actor:
        """Who acts with this account."""
        return Actor(self.username, self.person.number, self.name, self.grants)

    roles: Mapped[list["AccountRole"]] = relationship(
        order_by="AccountRole.id", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def grants(self) -> tuple[Grant, ...]:
        """The roles that this account holds, each with its place."""
        return tuple(role.grant for role in self.roles)

    @property
    def role_names(self) -> frozenset[str]:
        """The roles, wherever they are held."""
        return frozenset(role.role for role in self.roles)

    @property
    def roles_told(self) -> str:
        """The roles in words, with the codes of their places."""
        return listed(role.told for role in self.roles) or "—"

    def may(self, permission: Permission, at: Place = SCHOOL) -> bool:
        """Whether one of the roles gives the permission at the place."""
        return self.active and any(grant.gives(permission, at) for grant in self.grants)

    def may_somewhere(self, permission: Permission) -> bool:
        """Whether one of the roles gives the permission at any place at all."""
        return self.active and any(
            grant.gives(permission, Place(grant.canteen, grant.counter)) for grant in self.grants
        )


class AccountRole(Model):
    """A role that an account holds: for the whole school, or for one canteen or counter, by its code."""

    __tablename__ = "account_role"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    canteen: Mapped[str | None] = mapped_column(String(20))
    counter: Mapped[str | None] = mapped_column(String(20))

    @property
    def grant(self) -> Grant:
        """The same, as it is asked for rights."""
        return Grant(self.role, self.canteen, self.counter)

    @property
    def label(self) -> LazyString:
        """The role in words."""
        return ROLES[self.role]

    @property
    def told_by_code(self) -> str:
        """The role and its place by their codes, as the record keeps it."""
        return " ".join(filter(None, (self.role, self.canteen, self.counter)))

    @property
    def told(self) -> str:
        """The role in words, with the code of its place."""
        place = self.counter or self.canteen
        return f"{self.label} ({place})" if place else str(self.label)


class CalendarKey(Model):
    """The secret in the address under which an account's inbox is read as a calendar; we keep its hash.

    An account has one at most; a new one takes the place of the old.
    """

    __tablename__ = "calendar_key"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]

    account: Mapped[Account] = relationship(lazy="joined")


class SignIn(Model):
    """One browser's sign-in, kept on the server and revocable; the browser holds the key, we its hash."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="joined")
