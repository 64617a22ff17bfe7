"""Writes of the catalogue: what is changed by hand, and what comes in with what was bought."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from kiosk.catalogue.models import (
    CONTACT,
    ITEM,
    ITEM_CLASS,
    LICENCE,
    PHONE,
    SPECIFICATION,
    SUPPLIER,
    UNIT,
    Item,
    Supplier,
)
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict
from kiosk.core.i18n import lazy
from kiosk.core.pinyin import readings
from kiosk.core.trace import record


def enter_items(lines: Iterable[Mapping[str, str]]) -> dict[str, Item]:
    """The items that lines name under `item`, by name; a new one is entered as its first line describes it.

    It leaves no trace of its own: what is posted with the lines tells everything.
    """
    first: dict[str, Mapping[str, str]] = {}
    for line in lines:
        first.setdefault(line["item"], line)
    items = {item.name: item for item in session.scalars(select(Item).where(Item.name.in_(first)))}
    for name, line in first.items():
        if name not in items:
            proposed = {field: line.get(field, "") for field in ("item_class", "specification", "unit")}
            items[name] = Item(name=name, pinyin=readings(name), **proposed)
            session.add(items[name])
    session.flush()
    return items


def enter_suppliers(names: Iterable[str]) -> dict[str, Supplier]:
    """The suppliers of these names, by name; those that are new are entered, without a trace of their own."""
    wanted = dict.fromkeys(names)
    query = select(Supplier).where(Supplier.name.in_(wanted))
    suppliers = {supplier.name: supplier for supplier in session.scalars(query)}
    for name in wanted:
        if name not in suppliers:
            suppliers[name] = Supplier(name=name, pinyin=readings(name))
            session.add(suppliers[name])
    session.flush()
    return suppliers


def save_item(
    *, by: Actor, item: Item, name: str, item_class: str, specification: str, unit: str, active: bool
) -> None:
    """Change an item's name or what is proposed with it; posted lines keep their own words.

    Invalid for what is no such text, Conflict when another item has it.
    """
    name, item_class = ITEM.read(name), ITEM_CLASS.read(item_class)
    specification, unit = SPECIFICATION.read(specification), UNIT.read(unit)
    other = session.scalar(select(Item).where(Item.name == name, Item.id != item.id))
    if other is not None:
        raise Conflict(lazy("There is already an item %(name)s."), field="name", name=name)
    before = _content(item)
    item.name, item.pinyin = name, readings(name)
    item.item_class, item.specification, item.unit = item_class, specification, unit
    item.active = active
    record("item.changed", f"item:{item.id}", by=by, before=before, after=_content(item))


def _content(item: Item) -> dict[str, object]:
    return {"name": item.name, "class": item.item_class, "unit": item.unit, "active": item.active}


def save_supplier(
    *,
    by: Actor,
    supplier: Supplier | None,
    name: str,
    contact: str = "",
    phone: str = "",
    licence: str = "",
    active: bool = True,
) -> Supplier:
    """Add a supplier, or change one. Only the name is ever public, and only the name stands in the chain.

    Invalid for what is no such text, Conflict when another supplier has it.
    """
    name, contact = SUPPLIER.read(name), CONTACT.read(contact)
    phone, licence = PHONE.read(phone), LICENCE.read(licence)
    namesake = session.scalar(select(Supplier).where(Supplier.name == name))
    if namesake is not None and namesake is not supplier:
        raise Conflict(lazy("There is already a supplier %(name)s."), field="name", name=name)
    before = {"name": supplier.name, "active": supplier.active} if supplier else None
    if supplier is None:
        supplier = Supplier(name=name)
        session.add(supplier)
    supplier.name, supplier.pinyin, supplier.active = name, readings(name), active
    supplier.contact, supplier.phone, supplier.licence = contact, phone, licence
    session.flush()
    after = {"name": name, "active": active}
    record("supplier.saved", f"supplier:{supplier.id}", by=by, before=before, after=after)
    return supplier
