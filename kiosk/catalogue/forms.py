"""Forms of items and suppliers."""

from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from kiosk.catalogue.models import LONGEST_ITEM, LONGEST_SUPPLIER
from kiosk.core.forms import Form
from kiosk.core.i18n import lazy

TOO_LONG = lazy("This is too long.")
NEEDED = InputRequired(lazy("A name is missing."))


def _at_most(longest: int) -> Length:
    return Length(max=longest, message=TOO_LONG)


class ItemForm(Form):
    """What is proposed when an item is entered."""

    name = StringField(lazy("Item"), [NEEDED, _at_most(LONGEST_ITEM)])
    item_class = StringField(lazy("Class"), [_at_most(30)])
    specification = StringField(lazy("Specification"), [_at_most(60)])
    unit = StringField(lazy("Unit"), [_at_most(20)])
    active = BooleanField(lazy("Suggest it while typing"))


class SupplierForm(Form):
    """A supplier; only the name is ever public."""

    name = StringField(lazy("Name"), [NEEDED, _at_most(LONGEST_SUPPLIER)])
    contact = StringField(lazy("Contact"), [_at_most(40)])
    phone = StringField(lazy("Phone"), [_at_most(40)])
    licence = StringField(lazy("Licence number"), [_at_most(60)])
    active = BooleanField(lazy("Suggest it while typing"), default=True)
