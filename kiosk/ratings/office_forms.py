"""Forms of the office's pages of ratings."""

from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from kiosk.core.forms import Form
from kiosk.core.i18n import lazy

_WHY = lazy("Please say why, in 200 characters at most.")


class DecisionForm(Form):
    """What becomes of a counter's doubtful ratings of one meal, and why."""

    day = HiddenField()
    meal = HiddenField()
    mark = HiddenField()
    verdict = HiddenField()
    reason = StringField(
        lazy("Why"),
        [InputRequired(_WHY), Length(max=200, message=_WHY)],
        description=lazy("For example what the roster, the queue or the tablet's place explains."),
        render_kw={"maxlength": "200", "autocomplete": "off"},
    )
