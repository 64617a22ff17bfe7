"""The settings of keeping a school running."""

from kiosk.core.i18n import lazy
from kiosk.core.setting import Choices

SETUP_SETTLED = Choices[str](name="setup_settled", label=lazy("Setup steps marked as not needed"))
"""Steps that the school has settled: it does without, or leaves it as it is."""

SETTINGS = (SETUP_SETTLED,)
