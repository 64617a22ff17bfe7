"""Tables of presence: the key of each meal, and the passes that are spent. Neither says who somebody is."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core.db import Model
from kiosk.core.i18n import LazyString, lazy

CHANNELS = ("tablet", "phone", "slip", "poster")
"""A slip is a printed pass; a poster's QR shows no proof that the rater stands at the counter."""

CHANNEL_NAMES: dict[str, LazyString] = {
    "tablet": lazy("Tablet"),
    "phone": lazy("Phone at the counter"),
    "slip": lazy("Printed slip"),
    "poster": lazy("Printed poster"),
}


class MealKey(Model):
    """The secret under which visitors of one meal are hashed; destroyed when the meal is closed."""

    __tablename__ = "meal_key"
    __table_args__ = (Index(None, "day", "meal", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    meal: Mapped[str] = mapped_column(String(20))
    key: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class SpentPass(Model):
    """A pass that has carried its rating; kept until it would have expired anyway."""

    __tablename__ = "spent_pass"

    pass_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    rating_id: Mapped[UUID]
    expires_at: Mapped[datetime] = mapped_column(index=True)
