"""Forms of canteens, counters, reasons, duty roster and tablets."""

import re
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from kiosk.core.forms import Form, WholeField, choices
from kiosk.core.i18n import lazy
from kiosk.counters.models import KINDS

SPAN = re.compile(r"(\d{1,2})\s*[:：.]\s*(\d{2})\s*[-–—－~～至到]\s*(\d{1,2})\s*[:：.]\s*(\d{2})")
PIN_NEEDED = lazy("A PIN has 4 to 8 digits.")
TOO_LONG = lazy("This is too long.")
SCALE_NEEDED = lazy("Please enter a whole number from %(least)s to %(most)s.", least=100, most=150)


def hours_from_text(text: str) -> list[list[str]]:
    """Lines like 11:20-13:00 as pairs of times; ValueError for anything else."""
    spans = []
    for part in re.split(r"[\n,，;；、]", text):
        if not part.strip():
            continue
        found = SPAN.fullmatch(part.strip())
        if (
            found is None
            or int(found[1]) > 23
            or int(found[3]) > 23
            or max(int(found[2]), int(found[4])) > 59
        ):
            raise ValueError(part.strip())
        spans.append([f"{int(found[n]):02d}:{int(found[n + 1]):02d}" for n in (1, 3)])
    return spans


def hours_to_text(hours: list[list[str]]) -> str:
    """Opening hours as lines."""
    return "\n".join("-".join(span) for span in hours)


class CanteenForm(Form):
    """What a canteen is called, and whether it is in use."""

    name = StringField(
        lazy("Name"),
        [InputRequired(lazy("Please enter a name.")), Length(max=40, message=TOO_LONG)],
    )
    name_en = StringField(
        lazy("Name in English"),
        [Length(max=60, message=TOO_LONG)],
        description=lazy("Shown on English pages; empty: the name above."),
    )
    active = BooleanField(lazy("In use"), default=True)


class NewCanteenForm(Form):
    """A new canteen."""

    code = StringField(
        lazy("Code"),
        [InputRequired(lazy("Please enter a code.")), Length(max=20, message=TOO_LONG)],
        description=lazy(
            "Lower-case letters, digits or hyphens; part of addresses, so it cannot be changed later."
        ),
        render_kw={"autocapitalize": "none", "autocomplete": "off"},
    )
    name = CanteenForm.name
    name_en = CanteenForm.name_en


class CounterForm(Form):
    """What a counter is called, where it belongs and when it is open."""

    name = CanteenForm.name
    name_en = CanteenForm.name_en
    sign = StringField(
        lazy("Sign"),
        [Length(max=4, message=TOO_LONG)],
        description=lazy("The number or character on the window; empty: the first character of the name."),
    )
    canteen = SelectField(
        lazy("Canteen"), description=lazy("Whose purchases the tablet and the phone page show.")
    )
    hours = TextAreaField(
        lazy("Opening hours"),
        description=lazy(
            "One time span per line, like 11:20-13:00. Empty: always open. Outside these "
            "hours the tablet sleeps."
        ),
        render_kw={"rows": "3"},
    )
    school_days_only = BooleanField(lazy("Open on school days only"))
    active = BooleanField(lazy("In use"), default=True)

    def validate_hours(self, field: Any) -> None:
        """Lines that can be read."""
        try:
            hours_from_text(field.data or "")
        except ValueError as error:
            raise ValidationError(
                lazy("“%(line)s” is not a span of time; please write it like 11:20-13:00.", line=str(error))
            ) from error


class NewCounterForm(CounterForm):
    """A new counter; its code and kind never change afterwards."""

    code = StringField(
        lazy("Code"),
        [InputRequired(lazy("Please enter a code.")), Length(max=20, message=TOO_LONG)],
        description=lazy(
            "Lower-case letters, digits or hyphens; part of addresses and QR codes, so it "
            "cannot be changed later."
        ),
        render_kw={"autocapitalize": "none", "autocomplete": "off"},
    )
    kind = SelectField(
        lazy("Kind"),
        choices=choices(KINDS.items()),
        description=lazy("Decides which reasons are offered; it cannot be changed later."),
    )


class ReasonForm(Form):
    """A word that is offered after a tap."""

    name = StringField(
        lazy("Word"),
        [InputRequired(lazy("Please enter a word.")), Length(max=20, message=TOO_LONG)],
        description=lazy("Neutral: it has to fit praise and criticism alike."),
    )
    name_en = StringField(lazy("In English"), [Length(max=30, message=TOO_LONG)])
    active = BooleanField(lazy("In use"), default=True)


class DutyForm(Form):
    """A line of the duty roster."""

    staff_id = SelectField(lazy("Who"), coerce=int)
    weekday = SelectField(lazy("Weekday"))
    meal = SelectField(lazy("Meal"))
    starts = DateField(lazy("From"), [Optional()], description=lazy("Empty: no start date."))
    ends = DateField(lazy("Until"), [Optional()], description=lazy("Empty: no end date."))


class EnrolForm(Form):
    """Which counter a new tablet stands at."""

    counter = SelectField(lazy("Counter"))


class PinForm(Form):
    """The PIN that opens the tablets' menu."""

    pin = StringField(
        lazy("New PIN"),
        [InputRequired(PIN_NEEDED), Regexp(r"[0-9]{4,8}\Z", message=PIN_NEEDED)],
        description=lazy("4 to 8 digits, the same for all tablets. The old one ends at once."),
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": "8", "data-secret": ""},
    )


class TabletForm(Form):
    """How a tablet shows its page."""

    name = StringField(
        lazy("Name of the tablet"),
        [Length(max=40, message=TOO_LONG)],
        description=lazy("For example, what is written on its back."),
    )
    scale = WholeField(
        lazy("Type size (per cent)"),
        [
            InputRequired(SCALE_NEEDED),
            NumberRange(100, 150, SCALE_NEEDED),
        ],
        render_kw={"inputmode": "numeric", "min": "100", "max": "150", "step": "5"},
    )
    theme = SelectField(
        lazy("Appearance"),
        choices=choices(
            [
                ("schedule", lazy("dark in the evening, as the school has set")),
                ("light", lazy("always light")),
                ("dark", lazy("always dark")),
            ]
        ),
    )
    voice = BooleanField(
        lazy("Speaks the question and the thanks"),
        description=lazy(
            "For old and blind people: when the screen wakes, for the next person, and "
            "when the question is touched. What was tapped is never spoken. The browser "
            "needs a built-in voice."
        ),
    )
