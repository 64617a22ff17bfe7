"""Tables of the catalogue: items and suppliers, each found by name and by pinyin."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, validates

from kiosk.core.db import Model
from kiosk.core.pinyin import spelling

ITEM_CLASSES = ("蔬菜类", "肉食类", "蛋奶及糕点类", "粮食类", "油类", "调味类", "水果类")
"""The classes of a real school ledger; a sheet may use others."""
LONGEST_ITEM = 60
LONGEST_SUPPLIER = 80


class Item(Model):
    """Something that is bought (品名); `pinyin` holds every reading's initials, for completion,
    and `spelling` the readings of each character, to find any part of it."""

    __tablename__ = "item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_ITEM), unique=True)
    item_class: Mapped[str] = mapped_column(String(30), default="")
    specification: Mapped[str] = mapped_column(String(60), default="")
    unit: Mapped[str] = mapped_column(String(20), default="")
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
    name: Mapped[str] = mapped_column(String(LONGEST_SUPPLIER), unique=True)
    pinyin: Mapped[str] = mapped_column(String(400), default="")
    contact: Mapped[str] = mapped_column(String(40), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    licence: Mapped[str] = mapped_column(String(60), default="")
    active: Mapped[bool] = mapped_column(default=True)
    spelling: Mapped[str] = mapped_column(String(1000), default="")

    @validates("name")
    def _spell(self, _key: str, name: str) -> str:
        self.spelling = spelling(name)
        return name
