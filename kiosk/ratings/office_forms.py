"""Forms of the office's pages of ratings."""

from typing import Any

from wtforms import HiddenField
from wtforms.validators import InputRequired

from kiosk.core.forms import CheckboxField, Form, field
from kiosk.core.i18n import lazy
from kiosk.presence.services import NUMBER, SLIPS_A_SHEET
from kiosk.ratings.models import SENTENCE, WHY


class DecisionForm(Form):
    """What becomes of a counter's doubtful ratings of one meal, and why."""

    day = HiddenField()
    meal = HiddenField()
    mark = HiddenField()
    verdict = HiddenField()
    reason = field(WHY, render_kw={"autocomplete": "off"})


class SentenceForm(Form):
    """What a counter says to everybody this week."""

    text: Any = field(SENTENCE, render_kw={"autocomplete": "off", "maxlength": str(SENTENCE.longest)})


class SlipsForm(Form):
    """Which counters get printed slips, and how many each."""

    counters = CheckboxField(lazy("Counters"), [InputRequired(lazy("Please choose at least one counter."))])
    number = field(NUMBER, default=SLIPS_A_SHEET)
