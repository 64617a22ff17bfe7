"""Tables of canteens, counters and what belongs to them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.core.db import Model
from kiosk.core.field import Choice, Line, Whole
from kiosk.core.i18n import LazyString, lazy
from kiosk.persons.models import Person

KINDS: dict[str, LazyString] = {
    "canteen": lazy("Canteen window"),
    "hot_water": lazy("Hot-water room"),
    "shop": lazy("Shop"),
    "dormitory": lazy("Dormitory desk"),
    "repair": lazy("Repair desk"),
    "clinic": lazy("Clinic"),
    "library": lazy("Library"),
    "office": lazy("Office desk"),
    "other": lazy("Other counter"),
}
"""The kinds of counters (服务岗位); the kind decides which reasons are offered."""

CODE = Line(
    name="code",
    label=lazy("Code"),
    longest=20,
    missing=lazy("Please enter a code."),
    pattern=r"[a-z0-9][a-z0-9-]{0,19}",
    wrong=lazy("A code has 1 to 20 lower-case letters, digits or hyphens: %(code)s"),
)
NAME = Line(name="name", label=lazy("Name"), longest=40, missing=lazy("Please enter a name."))
NAME_EN = Line(
    name="name_en",
    label=lazy("Name in English"),
    longest=60,
    hint=lazy("Shown on English pages; empty: the name above."),
)
SIGN = Line(
    name="sign",
    label=lazy("Sign"),
    longest=4,
    hint=lazy("The number or character on the window; empty: the first character of the name."),
)
KIND = Choice(
    name="kind",
    label=lazy("Kind"),
    options=KINDS,
    hint=lazy("Decides which reasons are offered; it cannot be changed later."),
)
WORD = Line(
    name="name",
    label=lazy("Word"),
    longest=20,
    missing=lazy("Please enter a word."),
    hint=lazy("Neutral: it has to fit praise and criticism alike."),
)
WORD_EN = Line(name="name_en", label=lazy("In English"), longest=30)
TABLET_NAME = Line(
    name="name",
    label=lazy("Name of the tablet"),
    longest=40,
    hint=lazy("For example, what is written on its back."),
)
SCALE = Whole(name="scale", label=lazy("Type size (per cent)"), least=100, most=150)
THEME = Choice(
    name="theme",
    label=lazy("Appearance"),
    options={
        "schedule": lazy("dark in the evening, as the school has set"),
        "light": lazy("always light"),
        "dark": lazy("always dark"),
    },
    longest=10,
)


class Canteen(Model):
    """A canteen (食堂): it posts a purchase sheet every school day."""

    __tablename__ = "canteen"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = CODE.column(unique=True)
    name: Mapped[str] = NAME.column()
    name_en: Mapped[str] = NAME_EN.column()
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    """When it was entered: nothing is due on that day or before it."""
    closings: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    """When it was closed and opened again, as [["2026-06-01", "2026-09-01"], …]; the last may have no end."""


class Counter(Model):
    """A counter (服务岗位/窗口) that is rated."""

    __tablename__ = "counter"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = CODE.column(unique=True)
    """Stands in addresses: ASCII letters, digits and hyphens."""
    name: Mapped[str] = NAME.column()
    name_en: Mapped[str] = NAME_EN.column()
    sign: Mapped[str] = SIGN.column()
    """The number or character on the window, shown in the square before the name."""
    kind: Mapped[str] = KIND.column()
    canteen_id: Mapped[int | None] = mapped_column(ForeignKey("canteen.id"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    """The post that is responsible for it; without a holder the duty is the head's."""
    hours: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    """Opening hours as [["06:30", "08:00"], …], local time; empty: always open."""
    school_days_only: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    """When it was entered: it is missing from no earlier day."""

    canteen: Mapped[Canteen | None] = relationship(lazy="joined")


class Reason(Model):
    """A neutral word (评价原因) offered after a tap at counters of a kind: 口味, 排队, 水温."""

    __tablename__ = "reason"
    __table_args__ = (UniqueConstraint("kind", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = KIND.column()
    code: Mapped[str] = CODE.column()
    name: Mapped[str] = WORD.column()
    name_en: Mapped[str] = WORD_EN.column()
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


DUTY_REMOVED = "duty.removed"
"""The action of an entry of the record that tells who was taken off a roster."""


class Duty(Model):
    """A line of the duty roster: who serves at a counter, on which weekday (None: each) and meal."""

    __tablename__ = "duty"

    id: Mapped[int] = mapped_column(primary_key=True)
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    weekday: Mapped[int | None]
    """Monday = 0."""
    meal: Mapped[str | None] = mapped_column(String(20))
    starts: Mapped[date | None]
    ends: Mapped[date | None]

    counter: Mapped[Counter] = relationship()
    staff: Mapped[Person] = relationship(lazy="joined")


class Tablet(Model):
    """A tablet that was enrolled at a counter; only the hash of its key is kept."""

    __tablename__ = "tablet"

    id: Mapped[int] = mapped_column(primary_key=True)
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"), index=True)
    name: Mapped[str] = TABLET_NAME.column()
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    enrolled_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    scale: Mapped[int] = SCALE.column(default=100)
    """Size of the type in per cent, 100 to 150."""
    theme: Mapped[str] = THEME.column(default="schedule")
    """light, dark, or schedule: dark between the school's hours for it."""
    voice: Mapped[bool] = mapped_column(default=False, server_default=false())
    """It speaks the question and the thanks."""

    counter: Mapped[Counter] = relationship(lazy="joined")


class Heartbeat(Model):
    """What a tablet sent about itself when it was last heard; no address and no browser is among it."""

    __tablename__ = "heartbeat"

    tablet_id: Mapped[int] = mapped_column(ForeignKey("tablet.id"), primary_key=True, autoincrement=False)
    seen_at: Mapped[datetime]
    unsent: Mapped[int] = mapped_column(default=0)
    """Ratings that wait on the tablet."""
    refused: Mapped[int] = mapped_column(default=0)
    """Entries in the tablet's tray of what the server refused for good."""
    version: Mapped[str] = mapped_column(String(20), default="")
    """The version of our page that it shows."""
    ahead: Mapped[int] = mapped_column(BigInteger, default=0)
    """Seconds by which its clock is ahead of ours."""


class Heard(Model):
    """A time in which a tablet at a counter was heard again and again, ten minutes apart at most."""

    __tablename__ = "heard"
    __table_args__ = (Index(None, "tablet_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tablet_id: Mapped[int] = mapped_column(ForeignKey("tablet.id"))
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"))
    since: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)


class RefusedEntry(Model):
    """A rating, or what was said after one, that was refused for good; a tablet brought it to the office."""

    __tablename__ = "refused_entry"
    __table_args__ = (UniqueConstraint("tablet_id", "rating_id", "is_note"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tablet_id: Mapped[int] = mapped_column(ForeignKey("tablet.id"))
    rating_id: Mapped[UUID]
    is_note: Mapped[bool]
    """Reasons or a comment after the tap, not the tap itself."""
    status: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    """The refusal's stable code, as the tablet received it."""
    why: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The entry as it was sent: counter, level, seq, pressed_at, reasons, comment, staff."""
    reported_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(40))

    tablet: Mapped[Tablet] = relationship(lazy="joined")


class EnrolCode(Model):
    """A code that enrols one tablet, once, within ten minutes; only its hash is kept."""

    __tablename__ = "enrol_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    counter: Mapped[Counter] = relationship(lazy="joined")
