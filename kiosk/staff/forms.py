"""Forms of the people of logistics."""

from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from kiosk.core.forms import Form
from kiosk.core.i18n import lazy


class PersonForm(Form):
    """Somebody who serves, buys, keeps or receives."""

    name = StringField(
        lazy("Name"),
        [InputRequired(lazy("Please enter a name.")), Length(max=40, message=lazy("This is too long."))],
    )
    post = StringField(
        lazy("Post"),
        [Length(max=40, message=lazy("This is too long."))],
        description=lazy("For example: cook, window 3, receiver."),
    )
    badge = StringField(
        lazy("Badge number"),
        [Length(max=10, message=lazy("This is too long."))],
        description=lazy("The number on the coat. Pupils see it when they say who served them."),
    )
    active = BooleanField(lazy("Works here"), default=True)
