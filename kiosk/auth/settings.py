"""The settings of accounts."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import lazy
from kiosk.core.setting import Choices

SECOND_FACTOR_ROLES = Choices[str](
    name="second_factor_roles",
    label=lazy("These roles need a second factor"),
    hint=lazy(
        "People with this role must set up an authenticator app before they can go on. "
        "Recommended for the head of logistics and the IT administrator."
    ),
    choices=ROLES,
)

SETTINGS = (SECOND_FACTOR_ROLES,)
