"""Forms of good deeds."""

from dataclasses import replace

from wtforms import SelectField

from kiosk.cases.models import PUBLIC
from kiosk.core.forms import Form, choices, field
from kiosk.core.i18n import lazy
from kiosk.persons.queries import people
from kiosk.thanks.kinds import DAY, POST, TEXT, TITLE


class ConfirmForm(Form):
    """What is posted of a good deed, and whose it was."""

    title = field(TITLE)
    text = field(TEXT, render_kw={"rows": 6})
    person = SelectField(
        lazy("Whose deed it was"),
        description=lazy(
            "It comes into the person's own file. Everybody reads the name only if the person agreed."
        ),
    )
    post = field(POST)
    day = field(DAY)


def confirm_form(**known: object) -> ConfirmForm:
    """The form with the people who work here."""
    form = ConfirmForm(data=known)
    nobody = ("", lazy("not known, or several people"))
    form.person.choices = choices(
        [nobody, *((str(one.number), f"{one.name} {one.post}".strip()) for one in people(kind="staff"))]
    )
    return form


class PostForm(Form):
    """What whoever reported it reads once it is posted."""

    answer = field(
        replace(PUBLIC, name="answer", label=lazy("Answer to whoever reported it: everybody reads this")),
        render_kw={"rows": 2},
    )


class DeclineForm(Form):
    """Why it is not posted."""

    reason = field(
        replace(
            PUBLIC,
            name="reason",
            label=lazy("Why is it not posted? Everybody reads this."),
        ),
        render_kw={"rows": 3},
    )
