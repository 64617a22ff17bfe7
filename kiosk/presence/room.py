"""Proof of presence without accounts."""

from datetime import timedelta

from kiosk.core.i18n import lazy
from kiosk.core.room import Retention, Room, Table
from kiosk.presence import services
from kiosk.presence.models import MealKey, SpentPass
from kiosk.presence.settings import SETTINGS
from kiosk.presence.words import WORDS

ROOM = Room(
    name="presence",
    settings=SETTINGS,
    words=WORDS,
    tables={
        "meal_key": Table(
            lazy("The key of those marks; empty once the meal is closed"),
            lazy("destroyed when the meal is closed"),
            since="opened_at",
        ),
        "spent_pass": Table(
            lazy("Used slips and codes, so that none works twice"),
            lazy("one day after they end"),
            since="expires_at",
        ),
    },
    retention=(
        Retention("passes", SpentPass, timedelta(days=1), lambda before: SpentPass.expires_at < before),
        Retention(
            "keys",
            MealKey,
            timedelta(days=1),
            lambda before: MealKey.key.is_not(None) & (MealKey.opened_at < before),
            services.destroy_keys,
        ),
    ),
)
