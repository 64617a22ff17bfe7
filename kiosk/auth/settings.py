"""The settings of accounts."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import lazy
from kiosk.core.setting import Choices

SECOND_FACTOR_ROLES = Choices[str](
    name="second_factor_roles",
    label=lazy("These roles need a second factor"),
    hint=lazy(
        "Whoever has the role sets up an authenticator app before working on. "
        "Recommended for the head of logistics and the IT administrator."
    ),
    choices=ROLES,
)

SETTINGS = (SECOND_FACTOR_ROLES,)
