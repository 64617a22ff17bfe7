"""What an item's pages show of purchases: its posted prices, and in the office the wholesale market's."""

from typing import Any

from kiosk.catalogue.models import Item
from kiosk.purchasing import queries
from kiosk.school import queries as school


def history(item: Item) -> dict[str, Any]:
    """The item's posted prices."""
    return {"history": queries.price_history(item.id)}


def history_and_market(item: Item) -> dict[str, Any]:
    """The same beside the wholesale market's newest."""
    return {**history(item), "market": queries.market_prices(item.name, school.today())}
