"""Forms of the people of logistics."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from kiosk.core.forms import Form, choices
from kiosk.core.i18n import lazy
from kiosk.persons.models import KINDS


class PersonForm(Form):
    """Somebody who serves, buys, keeps or receives."""

    name = StringField(
        lazy("Name"),
        [InputRequired(lazy("Please enter a name.")), Length(max=40, message=lazy("This is too long."))],
    )
    kind = SelectField(lazy("Kind"), choices=choices(KINDS.items()), default="staff")
    post = StringField(
        lazy("Post"),
        [Length(max=40, message=lazy("This is too long."))],
        description=lazy("For example: cook, window 3, receiver."),
    )
    badge = StringField(
        lazy("Badge number"),
        [Length(max=10, message=lazy("This is too long."))],
        description=lazy("The number on the work coat. Pupils see it when they say who served them."),
    )
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
