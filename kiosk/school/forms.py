"""Forms of the school's terms, days and meals."""

from wtforms import DateField, RadioField, StringField, TimeField
from wtforms.validators import InputRequired, Length

from kiosk.core.forms import Form, choices
from kiosk.core.i18n import LazyString, lazy
from kiosk.core.setting_forms import TIME_NEEDED, TOO_LONG

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


def _time(label: LazyString, hint: LazyString | str = "") -> TimeField:
    return TimeField(label, [InputRequired(TIME_NEEDED)], description=hint)


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
    starts = _time(lazy("From"), lazy("Ratings given between these two times belong to this meal."))
    ends = _time(lazy("Until"))
