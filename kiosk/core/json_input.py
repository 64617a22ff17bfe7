"""JSON bodies of machines, read strictly: each field of its type and within its range."""

import json
from typing import Any

from kiosk.core.errors import Invalid, Problem
from kiosk.core.i18n import lazy

MOST = 2**53
"""The largest number a browser counts to without loss."""


class NotJson(Problem):
    """A body that does not say it is JSON."""

    code = "not-json"
    status = 415
    message = lazy("This kind of content is not accepted here.")


class BadJson(Problem):
    """A body that is no JSON."""

    code = "bad-json"
    status = 400
    message = lazy("The request could not be understood.")


class Fields:
    """The fields of a JSON object; each reader raises Invalid, naming the field, for what does not fit."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def whole(self, name: str, most: int = MOST) -> int:
        """A whole number from 0 to `most`; a field that is not there is 0."""
        value = self.values.get(name, 0)
        if type(value) is not int or not 0 <= value <= most:
            raise wrong(name)
        return value

    def text(self, name: str, most: int) -> str:
        """A text of at most `most` characters; a field that is not there is empty."""
        value = self.values.get(name, "")
        if not isinstance(value, str) or len(value) > most or not value.isprintable():
            raise wrong(name)
        return value

    def thing(self, name: str) -> dict[str, Any]:
        """An object; it must be there."""
        value = self.values.get(name)
        if not isinstance(value, dict):
            raise wrong(name)
        return value


def wrong(name: str) -> Invalid:
    """What is raised for a field that does not fit."""
    return Invalid(lazy("This field is missing or out of range: %(name)s"), field=name, name=name)


def read(body: bytes) -> Fields:
    """The object in a JSON body; BadJson for what is no JSON, Invalid for what is no object."""
    try:
        values = json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadJson from error
    if not isinstance(values, dict):
        raise Invalid(lazy("A JSON object is expected here."))
    return Fields({name: value for name, value in values.items() if value is not None})


def _refuse(name: str) -> Any:
    raise ValueError(name)
