"""Forms of the store. Their lines stand beside them, since they are data (`reading`)."""

from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, SelectField

from kiosk.core.forms import Form, choices, field
from kiosk.core.i18n import lazy
from kiosk.stock.models import DAY, EXPIRES, ISSUED, KINDS, LATE, NUMBER, REASON, TYPED


class IssueForm(Form):
    """An issue beside its lines."""

    sent = HiddenField()
    kind = RadioField(lazy("What it is"), choices=choices((one, KINDS[one]) for one in TYPED), default=ISSUED)
    day = field(DAY)
    number = field(NUMBER)
    reason = field(LATE)


class OpeningForm(Form):
    """An opening balance beside its lines."""

    sent = HiddenField()
    day = field(DAY)


class BackForm(Form):
    """Why something goes back."""

    reason = field(REASON)


class ExpiryForm(Form):
    """The last day of a batch."""

    expires = field(EXPIRES)


class CountForm(Form):
    """When a store is counted."""

    sent = HiddenField()
    day = field(DAY)


class PapersForm(Form):
    """A file with the forms of a store."""

    canteen = SelectField(lazy("Canteen"))
    file = FileField(lazy("File (.xlsx, .xls, CSV, TSV)"))


class BringForm(Form):
    """What is said about papers that are brought in."""

    reason = field(LATE)
