"""The forms of fees in the office."""

from typing import Any

from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired

from kiosk.core import field as declared
from kiosk.core.forms import Form, choices, field
from kiosk.core.i18n import lazy
from kiosk.finance.models import ITEM, TAKEN_BACK
from kiosk.finance.queries import Fees, last_mark
from kiosk.finance.services.collecting import MOST_TIMES
from kiosk.finance.services.naming import SAID

TIMES = declared.Whole(
    name="times",
    label=lazy("How many times the unit"),
    least=1,
    most=MOST_TIMES,
    hint=lazy("For each pupil and term: the number of pupils. For each meal: the number of meals."),
)
AMOUNT = declared.Money(
    name="amount", label=lazy("Collected in all (yuan)"), missing=lazy("A number is missing.")
)
DAY = declared.Day(name="day", label=lazy("Collected on"), back=1, ahead=0)


class CollectForm(Form):
    """Which posted fee was collected, and how much."""

    fee = SelectField(lazy("Fee item"), [InputRequired(lazy("Which item is this?"))], validate_choice=False)
    times = field(TIMES)
    amount = field(AMOUNT)
    day = field(DAY)
    seen = HiddenField()
    """The last mark that there was when the form was opened: sent twice, it marks once."""


def collect_form(fees: Fees, **values: Any) -> CollectForm:
    """The form with the fees that are posted."""
    form = CollectForm(**{"seen": last_mark(), **values})
    named = [(one.item.key, " · ".join(filter(None, (one.item.name, one.item.whom)))) for one in fees.fees]
    form.fee.choices = choices([("", lazy("Please choose")), *named])
    return form


class NameForm(Form):
    """That a fee is charged in a term, or is not any more."""

    item = field(ITEM)
    charged = SelectField(lazy("This term"), choices=choices(SAID.items()))


class BackForm(Form):
    """Why a mark is taken back."""

    reason = field(TAKEN_BACK)
