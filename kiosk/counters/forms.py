"""Forms of canteens, counters, reasons, duty roster and tablets."""

from typing import Any

from wtforms import BooleanField, SelectField
from wtforms.validators import Optional

from kiosk.core.forms import DateField, Form, HoursField, field, or_none
from kiosk.core.i18n import lazy
from kiosk.counters.models import (
    CODE,
    KIND,
    NAME,
    NAME_EN,
    SCALE,
    SIGN,
    TABLET_NAME,
    THEME,
    WORD,
    WORD_EN,
)
from kiosk.counters.services import PIN


class CanteenField(SelectField):
    """The canteen of a counter, by its code; it may have none."""

    def process_data(self, value: Any) -> None:
        """Show the canteen that there is."""
        self.data = value.code if value else ""


class CanteenForm(Form):
    """What a canteen is called, and whether it is in use."""

    name = field(NAME)
    name_en = field(NAME_EN)
    active = BooleanField(lazy("In use"), default=True)


class NewCanteenForm(Form):
    """A new canteen."""

    code = field(
        CODE,
        description=lazy(
            "Lower-case letters, digits or hyphens; part of addresses, so it cannot be changed later."
        ),
        render_kw={"autocapitalize": "none", "autocomplete": "off"},
    )
    name = field(NAME)
    name_en = field(NAME_EN)


class CounterForm(Form):
    """What a counter is called, where it belongs and when it is open."""

    name = field(NAME)
    name_en = field(NAME_EN)
    sign = field(SIGN)
    canteen = CanteenField(
        lazy("Canteen"), description=lazy("Whose purchases the tablet and the phone page show.")
    )
    hours = HoursField(
        lazy("Opening hours"),
        description=lazy(
            "One time span per line, like 11:20-13:00. Empty: always open. Outside these "
            "hours the tablet sleeps."
        ),
        render_kw={"rows": "3"},
    )
    school_days_only = BooleanField(lazy("Open on school days only"))


class OldCounterForm(CounterForm):
    """A counter that is there; its code and kind never change."""

    post_id = SelectField(
        lazy("Responsible post"),
        coerce=or_none(int),
        description=lazy("Its holder answers for the counter; without one the head of logistics does."),
    )
    active = BooleanField(lazy("In use"), default=True)


class NewCounterForm(CounterForm):
    """A new counter."""

    code = field(
        CODE,
        description=lazy(
            "Lower-case letters, digits or hyphens; part of addresses and QR codes, so it "
            "cannot be changed later."
        ),
        render_kw={"autocapitalize": "none", "autocomplete": "off"},
    )
    kind = field(KIND)


class NewReasonForm(Form):
    """A word that is offered after a tap."""

    name = field(WORD)
    name_en = field(WORD_EN)


class ReasonForm(NewReasonForm):
    """A word that is there, and whether it is in use."""

    active = BooleanField(lazy("In use"), default=True)


class DutyForm(Form):
    """A line of the duty roster."""

    staff_id = SelectField(lazy("Who"), coerce=int)
    weekday = SelectField(lazy("Weekday"), coerce=or_none(int))
    meal = SelectField(lazy("Meal"), coerce=or_none(str))
    starts = DateField(lazy("From"), [Optional()], description=lazy("Empty: no start date."))
    ends = DateField(lazy("Until"), [Optional()], description=lazy("Empty: no end date."))


class EnrolForm(Form):
    """Which counter a new tablet stands at."""

    counter = SelectField(lazy("Counter"))


class PinForm(Form):
    """The PIN that opens the tablets' menu."""

    pin = field(PIN, render_kw={"inputmode": "numeric", "autocomplete": "off", "data-secret": ""})


class TabletForm(Form):
    """How a tablet shows its page."""

    name = field(TABLET_NAME)
    scale = field(SCALE, render_kw={"step": "5"})
    theme = field(THEME)
    voice = BooleanField(
        lazy("Speaks the question and the thanks"),
        description=lazy(
            "For old and blind people: when the screen wakes, for the next person, and "
            "when the question is touched. What was tapped is never spoken. The browser "
            "needs a built-in voice."
        ),
    )
