"""Reads of the catalogue: items and suppliers, by name, part of a name or pinyin."""

from typing import Any

from sqlalchemy import select

from kiosk.catalogue.models import Item, Supplier
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.pinyin import fits


def item(item_id: int) -> Item:
    """The item, or NotFound."""
    found = session.get(Item, item_id)
    if found is None:
        raise NotFound
    return found


def items(text: str = "", *, everything: bool = False, limit: int = 500) -> list[Item]:
    """Items whose name holds the text, or a part of it in pinyin: `xhs` and `hongshi` find 大西红柿.

    Those that are not offered any more only with `everything`.
    """
    query = select(Item).order_by(Item.item_class, Item.name)
    return _fitting(query if everything else query.where(Item.active), text)[:limit]


def item_classes() -> dict[str, str]:
    """The class of every item that was ever entered, by the item's name; "" where none is known."""
    return {name: item_class for name, item_class in session.execute(select(Item.name, Item.item_class))}


def supplier(supplier_id: int) -> Supplier:
    """The supplier, or NotFound."""
    found = session.get(Supplier, supplier_id)
    if found is None:
        raise NotFound
    return found


def suppliers(text: str = "", *, everything: bool = False) -> list[Supplier]:
    """Suppliers by name or pinyin, as `items`."""
    query = select(Supplier).order_by(Supplier.name)
    return _fitting(query if everything else query.where(Supplier.active), text)


def supplier_names() -> frozenset[str]:
    """The names of all suppliers that were ever entered."""
    return frozenset(session.scalars(select(Supplier.name)))


def _fitting(query: Any, text: str) -> list[Any]:
    """The rows whose name holds the text or is spelled by it; all of them for no text."""
    rows, text = session.scalars(query), text.strip().lower()
    return [row for row in rows if not text or text in row.name.lower() or fits(text, row.spelling)]
