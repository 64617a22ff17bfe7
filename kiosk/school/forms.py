"""Forms of the school's terms, days and meals."""

from wtforms import DateField, RadioField, TimeField
from wtforms.validators import InputRequired

from kiosk.core.forms import Form, choices, field
from kiosk.core.i18n import LazyString, lazy
from kiosk.core.setting_forms import TIME_NEEDED
from kiosk.school.models import MEAL_NAME, MEAL_NAME_EN, NOTE, TERM_NAME

DATE_NEEDED = lazy("Please enter a date.")


def _time(label: LazyString, hint: LazyString | str = "") -> TimeField:
    return TimeField(label, [InputRequired(TIME_NEEDED)], description=hint)


class TermForm(Form):
    """A term."""

    name = field(TERM_NAME)
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
    note = field(NOTE)


class MealForm(Form):
    """A meal of the timetable."""

    name = field(MEAL_NAME)
    name_en = field(MEAL_NAME_EN)
    starts = _time(lazy("From"), lazy("Ratings given between these two times belong to this meal."))
    ends = _time(lazy("Until"))
