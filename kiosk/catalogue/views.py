"""Public pages of the catalogue: items, and beside each what the rooms above know of it."""

from flask import Blueprint, render_template, request

from kiosk.catalogue import queries

blueprint = Blueprint("catalogue", __name__)


@blueprint.get("/items")
def items() -> str:
    """Search an item by name, part of a name or pinyin."""
    text = request.args.get("q", "")[:60]
    return render_template("catalogue/items.html", text=text, items=queries.items(text))


@blueprint.get("/items/<int:item_id>")
def item(item_id: int) -> str:
    """An item, and what the rooms above show of it."""
    return render_template("catalogue/item.html", item=queries.item(item_id))
