"""The attic's other kind: rows without fields or a title, each week, off at first, for two roles."""

from datetime import time

from kiosk.core.field import Day, Line
from kiosk.core.i18n import lazy
from kiosk.core.room import Asked, Switch
from kiosk.postings.queries import Kind, each_week
from kiosk.ratings.permissions import ACKNOWLEDGE_ALERT

LOST = Kind(
    slug="attic-lost",
    label=lazy("Board"),
    columns=(
        Day(name="found_on", label=lazy("Day"), missing=lazy("Please enter a title.")),
        Line(name="thing", label=lazy("Item"), longest=20, missing=lazy("Which item is this?")),
        Line(name="fetch_at", label=lazy("Counter"), longest=20),
        Day(name="until", label=lazy("Valid until")),
    ),
    aliases={"thing": ("失物", "物品")},
    drafts=ACKNOWLEDGE_ALERT,
    rhythm=each_week(time(17)),
    switch=Switch("attic-lost", lazy("Board"), (Asked(lazy("Accountant"), lazy("Why")),)),
)
