"""The table of forms: which columns a bureau wants of a kind, in its words and its order."""

from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core import field
from kiosk.core.db import Model
from kiosk.core.i18n import lazy

HEADING = field.Line(
    name="heading",
    label=lazy("Heading in their form"),
    longest=60,
    missing=lazy("Please write a heading for every column that is numbered."),
)


class FolderForm(Model):
    """The bureau's form of a kind. Without a row the folder has our own columns."""

    __tablename__ = "folder_form"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    columns: Mapped[list[list[str]]] = mapped_column(JSON)
    """Our name of each column that it wants and their heading, in their order."""
    changed_by: Mapped[str] = mapped_column(String(40))
    changed_at: Mapped[datetime]
