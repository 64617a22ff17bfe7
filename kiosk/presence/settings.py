"""The settings of proofs of presence."""

from kiosk.core.config import Figure
from kiosk.core.i18n import lazy
from kiosk.core.setting import YesOrNo
from kiosk.counters.settings import TABLETS

QR_PERIOD = Figure("KIOSK_QR_PERIOD", 30)
"""Seconds for which one rotating QR code is shown."""
KNOWN_VISITOR_AGE = Figure("KIOSK_KNOWN_VISITOR_AGE", 3600)
"""Seconds after which a phone's visitor cookie counts as known rather than fresh."""

CARD_READER = YesOrNo(
    name="card_reader",
    label=lazy("Tablets have a campus-card reader"),
    hint=lazy(
        "A card counts as one person per meal; its number is never stored. Keys 1 to 5 then no longer rate."
    ),
    group=TABLETS,
    place=50,
)
"""Whether tablets take a campus card from a reader that types like a keyboard."""

SETTINGS = (CARD_READER,)
