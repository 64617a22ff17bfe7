"""Tables of the catalogue: items and suppliers, each found by name and by pinyin."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, validates

from kiosk.core.db import Model
from kiosk.core.field import Line
from kiosk.core.i18n import lazy
from kiosk.core.pinyin import spelling

ITEM_CLASSES = ("蔬菜类", "肉食类", "蛋奶及糕点类", "粮食类", "油类", "调味类", "水果类")
"""The classes of a real school ledger; a sheet may use others."""
ITEM = Line(name="name", label=lazy("Item"), longest=60, missing=lazy("A name is missing."))
ITEM_CLASS = Line(name="item_class", label=lazy("Class"), longest=30)
SPECIFICATION = Line(name="specification", label=lazy("Specification"), longest=60)
UNIT = Line(name="unit", label=lazy("Unit"), longest=20)
SUPPLIER = Line(name="name", label=lazy("Name"), longest=80, missing=lazy("A name is missing."))
CONTACT = Line(name="contact", label=lazy("Contact"), longest=40)
PHONE = Line(name="phone", label=lazy("Phone"), longest=40)
LICENCE = Line(name="licence", label=lazy("Licence number"), longest=60)


class Item(Model):
    """Something that is bought (品名); `pinyin` holds every reading's initials, for completion,
    and `spelling` the readings of each character, to find any part of it."""

    __tablename__ = "item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = ITEM.column(unique=True)
    item_class: Mapped[str] = ITEM_CLASS.column()
    specification: Mapped[str] = SPECIFICATION.column()
    unit: Mapped[str] = UNIT.column()
    pinyin: Mapped[str] = mapped_column(String(400), default="")
    active: Mapped[bool] = mapped_column(default=True)
    spelling: Mapped[str] = mapped_column(String(1000), default="")

    @validates("name")
    def _spell(self, _key: str, name: str) -> str:
        self.spelling = spelling(name)
        return name


class Supplier(Model):
    """Who delivers (供货商). Only the name is ever public."""

    __tablename__ = "supplier"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = SUPPLIER.column(unique=True)
    pinyin: Mapped[str] = mapped_column(String(400), default="")
    contact: Mapped[str] = CONTACT.column()
    phone: Mapped[str] = PHONE.column()
    licence: Mapped[str] = LICENCE.column()
    active: Mapped[bool] = mapped_column(default=True)
    spelling: Mapped[str] = mapped_column(String(1000), default="")

    @validates("name")
    def _spell(self, _key: str, name: str) -> str:
        self.spelling = spelling(name)
        return name
