"""The table of commendations: which reported good deed is whose, and where it was posted."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.cases.models import Case
from kiosk.core.db import BigKey, Model
from kiosk.persons.models import Person
from kiosk.postings.models import Posting


class Commendation(Model):
    """That a reported good deed was confirmed. What is posted names the post alone; whose it was is here."""

    __tablename__ = "commendation"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Whose deed it was; None where that is not known, or it was several people's."""
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), unique=True)
    confirmed_at: Mapped[datetime]
    confirmed_by: Mapped[str] = mapped_column(String(40))
    chain_seq: Mapped[int] = mapped_column(BigKey)

    case: Mapped[Case] = relationship(lazy="joined")
    person: Mapped[Person | None] = relationship(lazy="joined")
    posting: Mapped[Posting] = relationship(lazy="joined")
