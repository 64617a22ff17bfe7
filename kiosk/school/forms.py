"""Forms of the school's terms, days and meals."""

from wtforms import IntegerField, RadioField, SelectMultipleField, TimeField
from wtforms.validators import InputRequired

from kiosk.core.errors import Invalid
from kiosk.core.forms import DateField, Form, at_field, choices, field
from kiosk.core.i18n import LazyString, lazy
from kiosk.core.setting_forms import TIME_NEEDED
from kiosk.school import queries
from kiosk.school.models import MEAL_NAME, MEAL_NAME_EN, NOTE, TERM_NAME
from kiosk.school.queries import Due

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


class PublicDaysForm(Form):
    """The public holidays and make-up days that the school keeps."""

    days = SelectMultipleField(lazy("Days"), [InputRequired(lazy("Please choose at least one day."))])


class DueForm(Form):
    """A day, and a number of school days from it on; nothing is saved."""

    class Meta(Form.Meta):
        csrf = False

    received = DateField(lazy("Received on"), [InputRequired(DATE_NEEDED)])
    number = IntegerField(lazy("School days"), [InputRequired(lazy("Please enter a whole number."))])

    def due(self) -> Due | None:
        """Until when it is due, if both are given."""
        if not self.received.raw_data or not self.validate():
            return None
        try:
            return queries.due(self.received.data, self.number.data)
        except Invalid as problem:
            at_field(self, problem)
            return None


class MealForm(Form):
    """A meal of the timetable."""

    name = field(MEAL_NAME)
    name_en = field(MEAL_NAME_EN)
    starts = _time(lazy("From"), lazy("Ratings given between these two times belong to this meal."))
    ends = _time(lazy("Until"))
