"""What a machine may send as a rating: a strict schema, so that nothing odd goes further in."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from kiosk.core import json_input
from kiosk.core.json_input import MOST, wrong

MOST_BYTES = 16 * 1024
"""The largest body of a rating."""

_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True)
class RatingInput:
    """A rating as it was sent, each field of its type and within its range."""

    id: UUID
    counter: str
    level: int
    reasons: list[str]
    comment: str
    staff: int | None
    seq: int
    pressed_at: datetime | None
    live: bool
    visitor: str
    """The token of a card; empty without one."""
    returned: int | None
    """Milliseconds since the tablet's screen had come back to its question; None from an older page."""
    taken_back: bool
    """The rater takes the tap back."""


def read_rating(body: bytes) -> RatingInput:
    """The rating in a JSON body. BadJson for what is no JSON, Invalid with the field's name for a bad field.

    Unknown fields are ignored; null stands for a field that is not there.
    """
    fields = json_input.read(body).values
    return RatingInput(
        id=_uuid(fields.get("id")),
        counter=_text(fields.get("counter"), "counter", 1, 40),
        level=_whole(fields.get("level"), "level", 1, 5),
        reasons=_texts(fields.get("reasons", [])),
        comment=_text(fields.get("comment", ""), "comment", 0, MOST_BYTES),
        staff=_whole(fields["staff"], "staff", 0, MOST) if "staff" in fields else None,
        seq=_whole(fields.get("seq", 0), "seq", 0, MOST),
        pressed_at=_moment(fields.get("pressed_at")),
        live=_truth(fields.get("live", False), "live"),
        visitor=_text(fields.get("visitor", ""), "visitor", 0, 100),
        returned=_whole(fields["returned"], "returned", 0, MOST) if "returned" in fields else None,
        taken_back=_truth(fields.get("taken_back", False), "taken_back"),
    )


def _uuid(value: Any) -> UUID:
    try:
        number = UUID(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise wrong("id") from error
    if str(number) != value.lower():
        raise wrong("id")
    return number


def _whole(value: Any, field: str, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise wrong(field)
    return value


def _text(value: Any, field: str, least: int, most: int) -> str:
    if not isinstance(value, str) or not least <= len(value) <= most:
        raise wrong(field)
    return value


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > 50:
        raise wrong("reasons")
    return [_text(text, "reasons", 0, 100) for text in value]


def _truth(value: Any, field: str) -> bool:
    if type(value) is not bool:
        raise wrong(field)
    return value


def _moment(value: Any) -> datetime | None:
    """An aware moment in UTC; one beyond the calendar's ends is dropped like any other wrong clock."""
    if value is None:
        return None
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise wrong("pressed_at")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except OverflowError:
        return None
    except ValueError as error:
        raise wrong("pressed_at") from error
