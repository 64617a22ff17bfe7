"""Forms of items and suppliers."""

from wtforms import BooleanField

from kiosk.catalogue.models import (
    CONTACT,
    ITEM,
    ITEM_CLASS,
    LICENCE,
    PHONE,
    SPECIFICATION,
    SUPPLIER,
    UNIT,
)
from kiosk.core.forms import Form, field
from kiosk.core.i18n import lazy


class ItemForm(Form):
    """What is proposed when an item is entered."""

    name = field(ITEM)
    item_class = field(ITEM_CLASS)
    specification = field(SPECIFICATION)
    unit = field(UNIT)
    active = BooleanField(lazy("Suggest it while typing"))


class SupplierForm(Form):
    """A supplier; only the name is ever public."""

    name = field(SUPPLIER)
    contact = field(CONTACT)
    phone = field(PHONE)
    licence = field(LICENCE)
    active = BooleanField(lazy("Suggest it while typing"), default=True)
