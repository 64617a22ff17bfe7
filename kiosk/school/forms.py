"""Forms of the school's settings, terms, days and meals."""

from typing import Any
from zoneinfo import available_timezones

from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    StringField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from kiosk.core.forms import CheckboxField, Form, WholeField, choices
from kiosk.core.i18n import LazyString, lazy
from kiosk.school.models import WEEKDAYS

TOO_LONG = lazy("This is too long.")
TIME_NEEDED = lazy("Please enter a time like 11:30.")
DATE_NEEDED = lazy("Please enter a date.")


def _name(label: LazyString, longest: int = 60) -> StringField:
    return StringField(
        label, [InputRequired(lazy("Please enter a name.")), Length(max=longest, message=TOO_LONG)]
    )


def _english(longest: int = 60) -> StringField:
    return StringField(
        lazy("Name in English"),
        [Length(max=longest, message=TOO_LONG)],
        description=lazy("Shown on English pages; empty: the name above."),
    )


def _number(label: LazyString, least: int, most: int, hint: LazyString) -> WholeField:
    message = lazy("Please enter a whole number from %(least)s to %(most)s.", least=least, most=most)
    return WholeField(
        label,
        [InputRequired(message), NumberRange(least, most, message)],
        description=hint,
        render_kw={"inputmode": "numeric", "min": str(least), "max": str(most)},
    )


def _time(label: LazyString, hint: LazyString | str = "", *, needed: bool = True) -> TimeField:
    return TimeField(label, [InputRequired(TIME_NEEDED) if needed else Optional()], description=hint)


class SchoolForm(Form):
    """Every setting of the school."""

    name = _name(lazy("Name of the school"), 80)
    name_en = _english(80)
    timezone = SelectField(
        lazy("Time zone"),
        choices=sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc")),
    )
    privacy_contact = StringField(
        lazy("Questions about privacy"),
        [Length(max=80, message=TOO_LONG)],
        description=lazy("Stands in the privacy notice: an office and its telephone, for instance."),
    )
    weekdays = CheckboxField(
        lazy("School days of the week"),
        choices=choices((str(number), name) for number, name in WEEKDAYS),
        description=lazy("Holidays and working weekends are entered under “Terms and days”."),
    )
    posting_due = _time(
        lazy("Purchases are posted by"), lazy("After this the board says that today's purchases are late.")
    )
    jump_percent = _number(
        lazy("Ask about a price that moved by more than (per cent)"),
        1,
        1000,
        lazy("Asked while the sheet is typed; it is never blocked."),
    )
    mark_percent = _number(
        lazy("Mark a price that rose by more than (per cent)"),
        1,
        1000,
        lazy("Marked on the board beside the last price, without comment."),
    )
    hidden_below = _number(
        lazy("Show a counter's score from (ratings)"),
        5,
        100,
        lazy("With fewer ratings the board says “too few ratings”."),
    )
    person_hidden_below = _number(
        lazy("Show a person's score from (ratings)"),
        1,
        1000,
        lazy("A person is judged by few people more easily than a counter is."),
    )
    double_tap_seconds = _number(
        lazy("Two taps count once within (seconds)"),
        0,
        60,
        lazy("A second tap that the screen did not ask for is kept and shown as marked, but not counted."),
    )
    burst_taps = _number(
        lazy("A burst: more taps on one tablet in a minute than"),
        5,
        600,
        lazy("Or twice as many in five minutes. They are kept, and not counted until somebody decides."),
    )
    alert_minutes = _number(
        lazy("Alert: look at the last (minutes)"), 5, 120, lazy("An alert opens and closes by itself.")
    )
    alert_ratings = _number(lazy("Alert: from (ratings)"), 2, 100, lazy("Fewer ratings raise no alert."))
    alert_bad_percent = _number(
        lazy("Alert: share of bad ratings (per cent)"), 1, 100, lazy("Bad means the two lowest levels.")
    )
    reset_seconds = _number(
        lazy("Tablet: back to the start after (seconds)"), 5, 120, lazy("While reasons are offered.")
    )
    typing_seconds = _number(
        lazy("Tablet: back to the start while typing after (seconds)"),
        15,
        300,
        lazy("Counted from the last letter."),
    )
    thanks_seconds = _number(
        lazy("Tablet: thanks stay for (seconds)"), 1, 30, lazy("Then the next person can rate.")
    )
    attract_seconds = _number(
        lazy("Tablet: show purchases after (seconds)"),
        15,
        3600,
        lazy("When nobody touches it, the tablet shows what was bought today and the QR code."),
    )
    silence_minutes = _number(
        lazy("Tablet: silent after (minutes)"),
        2,
        240,
        lazy("A tablet that was not heard for so long while its counter is open is reported."),
    )
    card_reader = BooleanField(
        lazy("Tablets have a campus-card reader"),
        description=lazy(
            "A card is one voice a meal; its number is never stored. Keys 1 to 5 then no longer rate."
        ),
    )
    dark_from = _time(lazy("Tablets turn dark at"), lazy("Empty: they stay light."), needed=False)
    dark_until = _time(lazy("Tablets turn light at"), needed=False)

    def validate(self, extra_validators: Any = None) -> bool:
        """Dark hours have an end when they have a beginning."""
        good = bool(super().validate(extra_validators))
        if self.dark_from.data and self.dark_until.data is None and not self.dark_until.errors:
            self.dark_until.errors = [*self.dark_until.errors, str(TIME_NEEDED)]
            return False
        return good


class TermForm(Form):
    """A term."""

    name = _name(lazy("Name of the term"))
    starts = DateField(lazy("First day"), [InputRequired(DATE_NEEDED)])
    ends = DateField(lazy("Last day"), [InputRequired(DATE_NEEDED)])


class DayForm(Form):
    """A day that is an exception."""

    day = DateField(lazy("Day"), [InputRequired(DATE_NEEDED)])
    kind = RadioField(
        lazy("On this day the school is"),
        choices=choices(
            [
                ("closed", lazy("closed (a holiday)")),
                ("open", lazy("open (although its weekday is not)")),
            ]
        ),
        default="closed",
    )
    note = StringField(
        lazy("Why"),
        [Length(max=60, message=TOO_LONG)],
        description=lazy("For example: National Day, make-up day."),
    )


class MealForm(Form):
    """A meal of the timetable."""

    name = _name(lazy("Name of the meal"), 30)
    name_en = _english(30)
    starts = _time(lazy("From"), lazy("Ratings taken between the two times belong to this meal."))
    ends = _time(lazy("Until"))
