"""Forms of the office's pages of ratings."""

from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from kiosk.core.forms import CheckboxField, Form, WholeField
from kiosk.core.i18n import lazy
from kiosk.presence.services import MOST_SLIPS, SLIPS_A_SHEET

_WHY = lazy("Please say why, in 200 characters at most.")
_NUMBER = lazy("Please enter a whole number from %(least)s to %(most)s.", least=1, most=MOST_SLIPS)


class DecisionForm(Form):
    """What becomes of a counter's doubtful ratings of one meal, and why."""

    day = HiddenField()
    meal = HiddenField()
    mark = HiddenField()
    verdict = HiddenField()
    reason = StringField(
        lazy("Why"),
        [InputRequired(_WHY), Length(max=200, message=_WHY)],
        description=lazy("For example, what the roster, the queue or the tablet's place explains."),
        render_kw={"maxlength": "200", "autocomplete": "off"},
    )


class SlipsForm(Form):
    """Which counters get printed slips, and how many each."""

    counters = CheckboxField(lazy("Counters"), [InputRequired(lazy("Please choose at least one counter."))])
    number = WholeField(
        lazy("Slips for each counter"),
        [InputRequired(_NUMBER), NumberRange(1, MOST_SLIPS, _NUMBER)],
        default=SLIPS_A_SHEET,
        description=lazy("24 fit on a sheet of A4."),
        render_kw={"inputmode": "numeric", "min": "1", "max": str(MOST_SLIPS)},
    )
