"""The schema of a rating: what is let in, and everything that is not."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.core.errors import Invalid
from kiosk.core.json_input import BadJson
from kiosk.ratings.forms import read_rating

ID = "019a0000-0000-7000-8000-000000000001"
GOOD: dict[str, Any] = {"id": ID, "counter": "c1", "level": 5}

BAD_JSON = [
    b"",
    b"{",
    b"nonsense",
    b"\xff\xfe\x00",
    b'{"level": NaN}',
    b'{"level": Infinity}',
    b"[" * 5000,
    b'{"a":' * 3000,
    b'{"level": 1' + b"0" * 5000 + b"}",
    '{"level": "５"'.encode("gbk"),
    b"\x00",
    b"'id'",
]

BAD_FIELDS: list[tuple[str, Any]] = [
    *(("id", value) for value in (None, "", "x", 7, [], {}, True, ID[:-1], f"{{{ID}}}", f"urn:uuid:{ID}")),
    *(("id", value) for value in (ID.replace("-", ""), " " + ID, ID + "\n", "٠" * 36, "\ud800")),
    *(("counter", value) for value in (None, "", 1, [], {}, False, "c" * 41)),
    *(("level", value) for value in (None, 0, 6, -1, 2.0, 5.5, "5", True, [5], {}, 2**63, -(2**63), 1e308)),
    *(("comment", value) for value in (1, [], {}, True, 1.5)),
    *(("reasons", value) for value in ("taste", 1, {}, True, [1], [None], [["taste"]], ["x"] * 51)),
    *(("staff", value) for value in ("1", 1.0, True, -1, [], 2**63)),
    *(("seq", value) for value in ("1", 1.5, True, -1, 2**53 + 1, [], {})),
    *(("pressed_at", value) for value in (1, "", "yesterday", "2026-03-04", "2026-03-04T12:00:00", [], True)),
    *(
        ("pressed_at", value)
        for value in ("2026-13-04T12:00:00Z", "2026-03-04T25:00:00Z", "２026-03-04T12:00:00Z")
    ),
    *(("live", value) for value in (1, 0, "true", [], {})),
]


def body(**changes: Any) -> bytes:
    """A rating as JSON with some fields changed."""
    return json.dumps({**GOOD, **changes}).encode()


@pytest.mark.parametrize("raw", BAD_JSON, ids=range(len(BAD_JSON)))
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    with pytest.raises(BadJson):
        read_rating(raw)


@pytest.mark.parametrize("raw", [b"null", b"[]", b'"text"', b"1", b"true"])
def test_json_that_is_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(Invalid):
        read_rating(raw)


@pytest.mark.parametrize(("field", "value"), BAD_FIELDS)
def test_a_bad_field_is_refused_by_its_name(field: str, value: Any) -> None:
    with pytest.raises(Invalid) as caught:
        read_rating(body(**{field: value}))
    assert caught.value.field == field


def test_a_tap_alone_is_a_rating() -> None:
    sent = read_rating(body())
    assert (sent.level, sent.reasons, sent.comment, sent.staff, sent.seq, sent.live) == (
        5,
        [],
        "",
        None,
        0,
        False,
    )
    assert sent.pressed_at is None


def test_null_and_unknown_fields_are_as_if_absent() -> None:
    sent = read_rating(
        body(comment=None, reasons=None, seq=None, live=None, pressed_at=None, agent="x", staff=None)
    )
    assert sent == read_rating(body())


def test_a_moment_is_read_with_its_zone() -> None:
    sent = read_rating(body(pressed_at="2026-03-04T12:05:00.123+08:00"))
    assert sent.pressed_at == datetime(2026, 3, 4, 4, 5, 0, 123000, tzinfo=UTC)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_beyond_the_calendar_costs_no_rating(moment: str) -> None:
    assert read_rating(body(pressed_at=moment)).pressed_at is None
