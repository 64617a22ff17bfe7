"""Persons: who serves, signs, teaches or brings up; a name is only what a person is called."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.core.db import Model
from kiosk.core.i18n import LazyString, lazy

KINDS: dict[str, LazyString] = {
    "staff": lazy("Logistics staff"),
    "teacher": lazy("Teacher"),
    "parent": lazy("Parent"),
    "other": lazy("Other person"),
}
"""The kinds of persons."""

EMPLOYMENTS: dict[str, LazyString] = {
    "": lazy("not noted"),
    "state": lazy("Permanent staff"),
    "temporary": lazy("Temporary staff"),
}
"""How somebody is employed: on the state's list (公办), or temporarily (临时)."""


class Person(Model):
    """Somebody. `post` is what a person does in a word, `badge` the number on the coat, shown to pupils."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    post: Mapped[str] = mapped_column(String(40), default="")
    badge: Mapped[str] = mapped_column(String(10), default="")
    active: Mapped[bool] = mapped_column(default=True)
    kind: Mapped[str] = mapped_column(String(10), default="staff", server_default="staff")
    employment: Mapped[str] = mapped_column(String(10), default="", server_default="")
    skills: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    """What else the person can do (一专多能), in short words."""
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whose second row this turned out to be. It stays, since facts that never change may point to it."""

    same_as: Mapped["Person | None"] = relationship(remote_side=id)

    @property
    def current(self) -> "Person":
        """The row that counts."""
        return self.same_as or self

    @property
    def number(self) -> int:
        """The number that a person is known by: that of the row which counts, if this is a second one."""
        return self.same_as_id or self.id

    @property
    def kind_label(self) -> LazyString:
        """The kind in words."""
        return KINDS[self.kind]

    @property
    def employment_label(self) -> LazyString:
        """How the person is employed, in words."""
        return EMPLOYMENTS[self.employment]


class Namesake(Model):
    """Two persons of one name about whom the school has to say, or has said, whether they are one."""

    __tablename__ = "namesake"
    __table_args__ = (UniqueConstraint("person_id", "other_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    same: Mapped[bool | None]
    """None while nobody has said so."""
    settled_by: Mapped[str] = mapped_column(String(40), default="")
    settled_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=person_id, lazy="joined")
    other: Mapped[Person] = relationship(foreign_keys=other_id, lazy="joined")


class Look(Model):
    """That somebody looked at what is known of a person: one row per reader, person, page and day."""

    __tablename__ = "look"
    __table_args__ = (UniqueConstraint("reader_id", "account", "person_id", "page", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(40))
    """The user name that it was done with."""
    reader_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    page: Mapped[str] = mapped_column(String(40))
    """Which page, by its endpoint."""
    day: Mapped[date]
    """The day by UTC."""
    at: Mapped[datetime]
    """When it was looked at first on that day."""

    reader: Mapped[Person] = relationship(foreign_keys=reader_id, lazy="joined")
