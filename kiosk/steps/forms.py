"""Forms of approvals and absences."""

from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from kiosk.core.forms import DateField, Form, WholeField, choices, field
from kiosk.core.i18n import lazy
from kiosk.steps.models import ABSENCE, WHY
from kiosk.steps.services import Seen

APPROVE, RETURN = "approve", "return"
DAY_NEEDED = lazy("Please enter a day.")


class DecisionForm(Form):
    """A decision, with what the decider looked at: `hash` and `level` come from the page.

    A script that sends neither decides about what stands there now.
    """

    decision = SelectField(choices=choices([(APPROVE, lazy("Approve")), (RETURN, lazy("Send back"))]))
    comment = field(WHY)
    code = StringField(
        lazy("Code of the second factor"), render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"}
    )
    hash = StringField(widget=HiddenInput())
    level = WholeField(widget=HiddenInput())

    @property
    def seen(self) -> Seen | None:
        """What the page showed, if it was sent along."""
        return Seen(self.hash.data, self.level.data or 0) if self.hash.data else None


class AbsenceForm(Form):
    """Who signs while one is absent."""

    stand_in = SelectField(
        lazy("Who signs for you"), [InputRequired(lazy("Please choose who signs for you."))]
    )
    first = DateField(lazy("From"), [InputRequired(DAY_NEEDED)])
    last = DateField(lazy("Until"), [InputRequired(DAY_NEEDED)])
    reason: Any = field(ABSENCE)
