"""Forms of the people of logistics, their teams and posts."""

import re
from dataclasses import replace
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from kiosk.core.field import Line
from kiosk.core.forms import DateField, Form, choices, field, or_none
from kiosk.core.i18n import lazy
from kiosk.persons.models import EMPLOYMENTS, KINDS
from kiosk.staff import models
from kiosk.staff.models import REASON

NAME = Line(name="name", label=lazy("Name"), longest=40, missing=lazy("Please enter a name."))
POST = Line(name="post", label=lazy("Post"), longest=40, hint=lazy("For example: cook, window 3, receiver."))
BADGE = Line(
    name="badge",
    label=lazy("Badge number"),
    longest=10,
    hint=lazy("The number on the work coat. Pupils see it when they say who served them."),
)


class WordsField(StringField):
    """Short words in a line, with commas or the like between them."""

    data: Any

    def _value(self) -> str:
        return "、".join(self.data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        """The words, each once."""
        words = re.split(r"[、,，;；\n]", "、".join(valuelist))
        self.data = list(dict.fromkeys(filter(None, map(str.strip, words))))


class PersonForm(Form):
    """Somebody who serves, buys, keeps or receives."""

    name = field(NAME)
    kind = SelectField(lazy("Kind"), choices=choices(KINDS.items()), default="staff")
    post = field(POST)
    badge = field(BADGE)
    employment = SelectField(lazy("Employment"), choices=choices(EMPLOYMENTS.items()), default="")
    skills = WordsField(
        lazy("Skills"),
        description=lazy("What else this person can do, in short words: for example driving, electrics."),
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


class NamingForm(Form):
    """Whether somebody agrees to be named in public."""

    agreed = BooleanField(
        lazy("This person agreed to be named, and knows where"),
        [InputRequired(lazy("Without the person's consent nothing is shown."))],
        description=lazy("On the board, the tablets and posters, where something was put right or praised."),
        id="naming-agreed",
    )


DAY_NEEDED = lazy("Please enter a date.")


class LinesField(TextAreaField):
    """A text, line by line."""

    data: Any

    def _value(self) -> str:
        return "\n".join(self.data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        """The lines that say something."""
        self.data = [line.strip() for text in valuelist for line in text.splitlines() if line.strip()]


class PersonField(SelectField):
    """A person, by number, or nobody."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, coerce=or_none(int), **options)

    def process_data(self, value: Any) -> None:
        """Show who it is now."""
        self.data = value.number if value else None


class TeamForm(Form):
    """A new team."""

    name = field(models.NAME)
    leader = PersonField(lazy("Leader"))


class TeamChangeForm(TeamForm):
    """A team that is there."""

    reason = field(REASON)


class PostForm(Form):
    """A new post."""

    name = field(models.NAME)
    duties = LinesField(
        lazy("Duties"),
        description=lazy("What has to be done in this post; one line each."),
        render_kw={"rows": "8"},
    )
    daily = LinesField(
        lazy("Daily list"),
        description=lazy("What is done every day; one line each."),
        render_kw={"rows": "5"},
    )
    stand_in = PersonField(lazy("Stand-in"), description=lazy("Who does it while the holder is absent."))


class PostChangeForm(PostForm):
    """A post that is there."""

    reason = field(REASON)


class AppointForm(Form):
    """Who holds a post from when on."""

    person = PersonField(lazy("Holder"))
    since = DateField(lazy("From"), [InputRequired(DAY_NEEDED)], back=60)
    reason = field(replace(REASON, missing=None))


class CloseForm(Form):
    """From when on there is no such post any more."""

    day = DateField(lazy("Given up from"), [InputRequired(DAY_NEEDED)], name="closing_day")
    reason = field(REASON, id="closing-reason")
