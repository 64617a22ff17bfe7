"""What people of logistics agreed to show."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core.db import Model


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
