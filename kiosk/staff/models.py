"""The people who serve and who buy, keep and receive."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core.db import Model


class StaffMember(Model):
    """A person of logistics with a post (岗位); `badge` is the number on the coat, shown to pupils."""

    __tablename__ = "staff_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    post: Mapped[str] = mapped_column(String(40), default="")
    badge: Mapped[str] = mapped_column(String(10), default="")
    active: Mapped[bool] = mapped_column(default=True)
