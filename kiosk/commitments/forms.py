"""Forms of commitments."""

from typing import Any

from wtforms.validators import NumberRange, Optional

from kiosk.commitments.kinds import KINDS, Kind
from kiosk.commitments.models import ANSWER, QUEUE, REASON, SINCE, TEMPERATURE, TEXT
from kiosk.core.field import Whole
from kiosk.core.forms import Form, HoursField, WholeField, field
from kiosk.core.i18n import lazy


def _number(declared: Whole) -> WholeField:
    """A number that may be left out; what is typed and is none is refused."""
    bounds = {"inputmode": "numeric", "min": str(declared.least), "max": str(declared.most)}
    within = NumberRange(declared.least, declared.most, declared.wrong)
    return WholeField(declared.label, [Optional(), within], description=declared.hint, render_kw=bounds)


class PromiseForm(Form):
    """What a place promises, by kind; what is left empty is not promised."""

    hours = HoursField(
        lazy("Opening hours on school days"),
        description=lazy("One time span per line, like 11:20-13:00."),
        render_kw={"rows": "3"},
    )
    answer = _number(ANSWER)
    queue = _number(QUEUE)
    temperature = _number(TEMPERATURE)
    text = field(TEXT)
    since: Any = field(SINCE)

    def keep(self, kinds: list[Kind]) -> None:
        """Ask about these kinds alone."""
        for code in KINDS.keys() - {kind.code for kind in kinds}:
            delattr(self, code)


class ChangeForm(PromiseForm):
    """What is promised instead, from when on, and why."""

    reason: Any = field(REASON)
