"""Bodies of forms: read as they are meant, or refused with 400 before any view sees them."""

from typing import IO, Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser


class StrictParser(FormDataParser):
    """A parser for which half a form is none: a body that cannot be read is refused, not taken for empty."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: Any = None
    ) -> tuple[IO[bytes], Any, Any]:
        """The stream, fields and files of a body. Raises BadRequest for one that breaks a rule."""
        self.silent = False
        try:
            rest, fields, files = super().parse(stream, mimetype, content_length, options)
        except ValueError as error:
            raise BadRequest from error
        if None in fields or None in files:  # a part without a name
            raise BadRequest
        return rest, fields, files


class StrictRequest(Request):
    """A request whose form is read once; refused, it has no fields, also on the page that says so."""

    form_data_parser_class = StrictParser

    def _load_form_data(self) -> None:
        try:
            super()._load_form_data()
        except Exception:
            vars(self).update(form=ImmutableMultiDict(), files=ImmutableMultiDict())
            raise
