"""What people of logistics agreed to show; their teams and posts by school year."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.core import field
from kiosk.core.db import Model
from kiosk.core.i18n import lazy
from kiosk.persons.models import Person

NAME = field.Line(name="name", label=lazy("Name"), longest=40, missing=lazy("Please enter a name."))
REASON = field.Line(
    name="reason",
    label=lazy("Why it is changed"),
    longest=200,
    missing=lazy("Please say why this is changed."),
    hint=lazy("It stands in the record."),
)


class Portrait(Model):
    """What somebody agreed to show to those who rate: name and badge, and a photo where there is one.

    The row is the consent: it goes, with the photo, when the consent is withdrawn. No backup holds a photo.
    """

    __tablename__ = "portrait"

    staff_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    agreed_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(40))
    """Who in the office noted the consent."""
    photo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """A square JPEG, drawn anew (core.pictures)."""
    digest: Mapped[str] = mapped_column(String(16), default="")
    """Changes with the photo; empty without one."""


class Naming(Model):
    """That somebody agreed to be named where everybody reads of what was put right, or of a good deed.

    The row is the consent: it goes when the consent is withdrawn, and with it the name from every page. What
    is posted for good, data and feeds never hold the name.
    """

    __tablename__ = "naming"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    agreed_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(40))
    """Who noted the consent: the person, or somebody in the office."""


class Team(Model):
    """A team (班组) of a school year; `year` is the calendar year in which the school year began."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("year", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    name: Mapped[str] = NAME.column()
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    leader: Mapped[Person | None] = relationship(lazy="joined")
    posts: Mapped[list["Post"]] = relationship(order_by="Post.id", back_populates="team")


class Post(Model):
    """A post (岗位) of a team, with what has to be done in it (必做的事), line by line, and every day."""

    __tablename__ = "post"

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    """The same post in the first year that had it; None in that year itself."""
    name: Mapped[str] = NAME.column()
    duties: Mapped[list[str]] = mapped_column(JSON, default=list)
    daily: Mapped[list[str]] = mapped_column(JSON, default=list)
    stand_in_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    ended: Mapped[date | None]
    """The first day on which there is no such post any more."""

    team: Mapped[Team] = relationship(lazy="joined", back_populates="posts")
    stand_in: Mapped[Person | None] = relationship(lazy="joined")
    holdings: Mapped[list["Holding"]] = relationship(order_by="Holding.since, Holding.id")


class Holding(Model):
    """Who holds a post from when until when. It is ended and never removed."""

    __tablename__ = "holding"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]
    """The first day on which the person does not hold it any more; `since` if it never came to it."""

    person: Mapped[Person] = relationship(lazy="joined")

    def covers(self, day: date) -> bool:
        """Whether the post is held so on a day."""
        return self.since <= day and (self.until is None or day < self.until)
