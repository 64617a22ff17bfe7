"""Forms of shared meals."""

from typing import Any

from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from kiosk.core.field import Day
from kiosk.core.forms import CheckboxField, Form, choices, field
from kiosk.core.i18n import lazy
from kiosk.dining.models import (
    CALLED,
    CONCERN,
    DISHES,
    INVITATION,
    MARKS,
    PAID,
    PLACES,
    PRICE,
    REASON,
    SCALE,
    SWAP_REASON,
    TITLE,
    WORD,
    WORDS,
)
from kiosk.persons import queries as persons
from kiosk.school.models import WEEKDAYS

FIRST = Day(name="first", label=lazy("First day"), missing=lazy("Please enter a date."))
LAST = Day(name="last", label=lazy("Last day"), missing=lazy("Please enter a date."))
DAY = Day(name="day", label=lazy("Day"), missing=lazy("Please enter a date."))


def _mark(label: Any) -> RadioField:
    return RadioField(
        label,
        [Optional()],
        choices=choices((str(mark), word) for mark, word in SCALE.items()),
        validate_choice=False,
    )


class TableForm(Form):
    """What is entered at the table. Its own number goes with it, so that it is taken once."""

    sent = HiddenField()
    dishes = field(DISHES)
    looks = _mark(MARKS["looks"])
    taste = _mark(MARKS["taste"])
    portion = _mark(MARKS["portion"])
    temperature = _mark(MARKS["temperature"])
    hygiene = _mark(MARKS["hygiene"])
    words = field(WORDS, render_kw={"rows": 3})
    concern = field(CONCERN, render_kw={"rows": 3})
    paid = field(PAID, render_kw={"inputmode": "decimal"})

    def typed(self) -> dict[str, Any]:
        """What was typed and chosen, as the service takes it."""
        marks = {
            name: int(self[name].data) if self[name].data in "12345" else -1
            for name in MARKS
            if self[name].data
        }
        return {
            "dishes": self.dishes.data,
            "words": self.words.data,
            "concern": self.concern.data if "concern" in self else "",
            "paid": PAID.read(self.paid.data),
            **marks,
        }


class LeaderForm(Form):
    """Who eats with the pupils."""

    person = SelectField(lazy("Who"))
    title = field(TITLE)
    weekdays = CheckboxField(
        lazy("On which weekdays"),
        choices=choices((str(number), name) for number, name in WEEKDAYS),
        description=lazy("None chosen: on all."),
    )


def leader_form(**known: Any) -> LeaderForm:
    """The form with everybody who is here; posts that are known are proposed."""
    form = LeaderForm(data=known)
    form.person.choices = choices(
        [
            ("", lazy("Please choose")),
            *((str(one.number), f"{one.name} {one.post}".strip()) for one in persons.people()),
        ]
    )
    return form


class AwayForm(Form):
    """Days on which a leader is away."""

    person = SelectField(lazy("Who"))
    first = field(FIRST)
    last = field(LAST)


class SwapForm(Form):
    """Whom one asks to take a turn, and why."""

    other = SelectField(lazy("Who shall take it?"), [InputRequired(lazy("Please choose"))])
    in_return = SelectField(
        lazy("In return you take"), description=lazy("A meal of whom you ask, if you have agreed on one.")
    )
    reason = field(SWAP_REASON)


class ParentsDayForm(Form):
    """A meal to which parents may come."""

    canteen = SelectField(lazy("Canteen"))
    day = field(DAY)
    meal = SelectField(lazy("Meal"))
    places = field(PLACES)
    price = field(PRICE, render_kw={"inputmode": "decimal"})
    invitation = field(INVITATION)
    word = field(WORD)


class ReasonForm(Form):
    """Why something is called off."""

    reason = field(REASON)


class ParentForm(TableForm):
    """What a parent says of a meal; the code in the address is the authority."""

    class Meta(Form.Meta):
        csrf = False

    concern = None


class RegisterForm(Form):
    """A place at a parents' day; nobody's authority is used."""

    class Meta(Form.Meta):
        csrf = False

    sent = HiddenField()
    called = field(CALLED, render_kw={"autocomplete": "off"})
    word = field(WORD, render_kw={"autocomplete": "off"})
