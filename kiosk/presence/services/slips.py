"""Printed slips: one-time passes on paper, for schools where pupils bring no phones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.core.actor import Actor
from kiosk.core.errors import Invalid
from kiosk.core.field import Whole
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.counters.models import Counter
from kiosk.presence.services.passes import issue_pass, read_pass

SLIPS_A_SHEET = 24
MOST_SLIPS = 20 * SLIPS_A_SHEET
NUMBER = Whole(
    name="number",
    label=lazy("Slips for each counter"),
    least=1,
    most=MOST_SLIPS,
    hint=lazy("24 fit on a sheet of A4."),
)
"""Slips of one print: twenty sheets."""


@dataclass(frozen=True)
class Slip:
    """A pass on paper. Nothing of it is stored; it is its own proof."""

    counter: Counter
    text: str
    expires_at: datetime


def print_slips(*, by: Actor, counters: Sequence[Counter], number: int) -> list[Slip]:
    """`number` new slips for each counter, one visitor each, valid until tomorrow's end.

    The chain keeps how many were printed for which counter, and never a pass. Invalid for more than
    MOST_SLIPS together.
    """
    if not counters or not 1 <= number <= MOST_SLIPS // len(counters):
        raise Invalid(
            lazy("At most %(most)s slips can be printed at once; please choose fewer."),
            field="number",
            most=MOST_SLIPS,
        )
    slips = []
    for counter in counters:
        texts = [issue_pass(counter=counter, channel="slip") for _ in range(number)]
        slips += [Slip(counter, text, read_pass(text).expires_at) for text in texts]
        after = {"number": number, "valid_until": slips[-1].expires_at}
        record("slips.printed", f"counter:{counter.code}", by=by, after=after)
    return slips
