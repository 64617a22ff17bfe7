"""Forms of purchase sheets: where one begins, and the grid with its people."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import HiddenInput

from kiosk.core.errors import Invalid
from kiosk.core.forms import DateField, Form, field
from kiosk.core.i18n import lazy
from kiosk.postings.models import REASON
from kiosk.purchasing.checks import FIELDS, PEOPLE
from kiosk.purchasing.models import CUSTODIAN, NUMBER, PURCHASER, RECEIVER1, RECEIVER2

TOO_LONG = lazy("This is too long.")
LONGEST_PASTE = 500_000


class StartForm(Form):
    """For which canteen and day a sheet is begun."""

    canteen = SelectField(lazy("Canteen"))
    day = DateField(lazy("Day"), [InputRequired(lazy("Please enter a day."))])


class SheetForm(Form):
    """What stands around the lines of a sheet."""

    revision = IntegerField(widget=HiddenInput())
    number = field(NUMBER)
    purchaser = field(PURCHASER)
    custodian = field(CUSTODIAN)
    receiver1 = field(RECEIVER1)
    receiver2 = field(RECEIVER2)
    reason = field(REASON)

    def people(self) -> dict[str, str]:
        """The four names as they were typed."""
        return {role: str(self[role].data or "") for role in PEOPLE}


def rows_of(form: MultiDict[str, str]) -> list[dict[str, str]]:
    """The lines of a posted grid: each field is there once a row."""
    columns = [form.getlist(f"line_{name}") for name in FIELDS]
    return [
        {name: text for name, text in zip(FIELDS, texts, strict=True) if text}
        for texts in zip_longest(*columns, fillvalue="")
    ]


def draft_of_json(body: Any) -> dict[str, Any]:
    """A draft as the grid sends it by itself; Invalid for anything of another shape."""
    if not isinstance(body, dict) or not isinstance(body.get("rows"), list):
        raise Invalid
    people, revision = body.get("people"), body.get("revision")
    if not isinstance(people, dict) or type(revision) is not int:
        raise Invalid
    rows = [_texts(row) for row in body["rows"]]
    return {
        "rows": rows,
        "people": _texts(people),
        "revision": revision,
        "number": _text(body.get("number")),
        "reason": _text(body.get("reason")),
    }


def paste_of_json(body: Any) -> dict[str, Any]:
    """What the grid sends of a paste: the text, the field it goes to, and what its columns are, if said."""
    if not isinstance(body, dict):
        raise Invalid
    text, first, columns = body.get("text"), body.get("first"), body.get("columns")
    if not isinstance(text, str) or (first is not None and first not in FIELDS):
        raise Invalid
    if columns is not None and not (
        isinstance(columns, list) and all(isinstance(name, str) for name in columns)
    ):
        raise Invalid
    if len(text) > LONGEST_PASTE:
        raise Invalid(lazy("This is too much to paste at once; please import it as a file."))
    return {"text": text, "first": first, "columns": columns}


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        raise Invalid
    return {str(name): text for name, text in value.items()}


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise Invalid
    return value


class ImportForm(Form):
    """A ledger file, or a text pasted from a sheet, and the canteen it belongs to."""

    canteen = SelectField(lazy("Canteen"))
    file = FileField(lazy("Ledger file (.xlsx, .xls, CSV, TSV)"))
    pasted = TextAreaField(lazy("… or paste the table here"), [Length(max=500_000, message=TOO_LONG)])

    def validate_file(self, field: FileField) -> None:
        """Either a file or a text is needed."""
        if not field.data and not (self.pasted.data or "").strip():
            raise ValidationError(lazy("Please choose a file, or paste a table."))
