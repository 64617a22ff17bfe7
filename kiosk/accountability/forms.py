"""The forms of an entry: a statement, a decision; and of the clock: these days are real."""

from typing import Any

from wtforms import RadioField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from kiosk.accountability.models import OUTCOMES, REASON, STATEMENT
from kiosk.core.forms import Form, WholeField, choices, field
from kiosk.core.i18n import lazy


class StatementForm(Form):
    """What somebody who is named says."""

    text: Any = field(STATEMENT, render_kw={"rows": 6})


class DecisionForm(Form):
    """What is decided, and why; `seen` is how many statements stood on the page."""

    outcome = RadioField(
        lazy("What is decided?"),
        [InputRequired(lazy("Please choose what is decided."))],
        choices=choices(OUTCOMES.items()),
    )
    reason: Any = field(REASON, render_kw={"rows": 4})
    seen = WholeField(widget=HiddenInput())


class ClockForm(Form):
    """The days after a jump of the clock are real."""
