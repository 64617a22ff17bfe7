"""Forms of the people of logistics."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField
from wtforms.validators import InputRequired

from kiosk.core.field import Line
from kiosk.core.forms import Form, choices, field
from kiosk.core.i18n import lazy
from kiosk.persons.models import KINDS

NAME = Line(name="name", label=lazy("Name"), longest=40, missing=lazy("Please enter a name."))
POST = Line(name="post", label=lazy("Post"), longest=40, hint=lazy("For example: cook, window 3, receiver."))
BADGE = Line(
    name="badge",
    label=lazy("Badge number"),
    longest=10,
    hint=lazy("The number on the work coat. Pupils see it when they say who served them."),
)


class PersonForm(Form):
    """Somebody who serves, buys, keeps or receives."""

    name = field(NAME)
    kind = SelectField(lazy("Kind"), choices=choices(KINDS.items()), default="staff")
    post = field(POST)
    badge = field(BADGE)
    active = BooleanField(lazy("Works here"), default=True)


class PortraitForm(Form):
    """What somebody agrees to show to those who rate."""

    agreed = BooleanField(
        lazy("This person agreed to be shown, and knows where"),
        [InputRequired(lazy("Without the person's consent nothing is shown."))],
        description=lazy(
            "Name and badge, and the photo if there is one, on the tablet and the phone page while on duty."
        ),
    )
    photo = FileField(
        lazy("Photo"),
        description=lazy(
            "Optional; JPEG, PNG or WebP up to 5 MB. The middle is cut out square, "
            "and place and time are removed."
        ),
    )

    def content(self) -> bytes | None:
        """The chosen file's bytes, or None."""
        storage: Any = self.photo.data
        return storage.read() or None if storage and storage.filename else None
