"""The settings of proofs of presence."""

from kiosk.core.i18n import lazy
from kiosk.core.setting import YesOrNo
from kiosk.counters.settings import TABLETS

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
