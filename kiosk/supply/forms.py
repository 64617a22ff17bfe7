"""Forms of purchases on their way. Their lines stand beside them, since they are data (`reading`)."""

from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired

from kiosk.core.forms import Form, choices, field
from kiosk.core.i18n import lazy
from kiosk.supply.models import DAY, FIRST, PURPOSE, SUPPLIER, WAYS
from kiosk.supply.queries.plans import SHORT, WEEK


class BeginForm(Form):
    """For which canteen and which days a plan is."""

    sent = HiddenField()
    canteen = SelectField(lazy("Canteen"))
    first = field(FIRST)
    days = RadioField(
        lazy("Which days"),
        [InputRequired(lazy("Please choose."))],
        choices=choices([(str(WEEK), lazy("a week from then on")), (str(SHORT), lazy("this day alone"))]),
        default=str(WEEK),
    )


class PlanForm(Form):
    """What a plan says beside its lines."""

    seen = HiddenField()
    purpose = field(PURPOSE)


class BuyForm(Form):
    """An order beside its lines."""

    sent = HiddenField()
    canteen = SelectField(lazy("Canteen"))
    day = field(DAY)
    way = RadioField(lazy("How"), choices=choices(WAYS.items()), default=next(iter(WAYS)))
    supplier = field(SUPPLIER, render_kw={"list": "suppliers", "autocomplete": "off"})
