"""A setting reads what it can be, and says of what it cannot that it does not fit."""

from datetime import time
from typing import Any

import pytest

from kiosk.auth.settings import SECOND_FACTOR_ROLES
from kiosk.core.setting import Setting, Values
from kiosk.counters.settings import TABLET_PIN
from kiosk.operation.settings import SETUP_SETTLED
from kiosk.presence.settings import CARD_READER
from kiosk.purchasing.settings import POSTING_DUE
from kiosk.ratings.settings import DARK_FROM, DOUBLE_TAP_SECONDS, HIDDEN_BELOW
from kiosk.school.settings import IN_USE, NAME, SCHOOL_WEEKDAYS, TIMEZONE


def values(**stored: Any) -> Values:
    """The settings of a school that has stored these."""
    declared: tuple[Setting[Any], ...] = (HIDDEN_BELOW, SECOND_FACTOR_ROLES, TIMEZONE)
    return Values(stored, {one.name: one for one in declared})


@pytest.mark.parametrize(
    ("one", "stored", "value"),
    [
        (HIDDEN_BELOW, 8, 8),
        (DOUBLE_TAP_SECONDS, 5.0, 5),
        (NAME, "第十中学", "第十中学"),
        (CARD_READER, True, True),
        (POSTING_DUE, "12:30", time(12, 30)),
        (DARK_FROM, "", None),
        (TIMEZONE, "Asia/Urumqi", "Asia/Urumqi"),
        (SCHOOL_WEEKDAYS, [0, 5], (0, 5)),
        (SECOND_FACTOR_ROLES, ["head", "admin"], ("admin", "head")),
        (SETUP_SETTLED, ["tablets"], ("tablets",)),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_what_version_0_2_stored_is_read(one: Setting[Any], stored: object, value: object) -> None:
    assert one.read(stored) == value


@pytest.mark.parametrize(
    ("one", "stored"),
    [
        (HIDDEN_BELOW, 4),
        (HIDDEN_BELOW, True),
        (HIDDEN_BELOW, "8"),
        (HIDDEN_BELOW, 8.5),
        (HIDDEN_BELOW, float("inf")),
        (NAME, "校" * 81),
        (NAME, None),
        (CARD_READER, 1),
        (POSTING_DUE, ""),
        (POSTING_DUE, "noon"),
        (DARK_FROM, "19:00+08:00"),
        (TIMEZONE, "Mars/Base"),
        (TIMEZONE, ""),
        (TIMEZONE, 8),
        (SCHOOL_WEEKDAYS, [7]),
        (SCHOOL_WEEKDAYS, 3),
        (SCHOOL_WEEKDAYS, [[1]]),
        (SECOND_FACTOR_ROLES, ["king"]),
        (TABLET_PIN, "1234"),
        (IN_USE, {"attic": "today"}),
    ],
    ids=lambda value: getattr(value, "name", None) or repr(value)[:20],
)
def test_what_cannot_be_is_not_in_force(one: Setting[Any], stored: object) -> None:
    found = Values({one.name: stored}, {one.name: one})
    assert found.unusable() == [one]
    assert found[one] == one.instead(stored)


def test_the_default_is_in_force_where_what_is_stored_does_not_fit() -> None:
    found = values(hidden_below=0, timezone="Asia/Urumqi", colour="red")
    assert (found[HIDDEN_BELOW], found["hidden_below"], found[TIMEZONE]) == (5, 5, "Asia/Urumqi")
    assert found.unusable() == [HIDDEN_BELOW]
    assert found.unknown() == ["colour"]


def test_a_rule_for_two_roles_holds_for_one_when_the_other_is_gone() -> None:
    found = values(second_factor_roles=["head", "king"])
    assert found[SECOND_FACTOR_ROLES] == ("head",)
    assert found.unusable() == [SECOND_FACTOR_ROLES]


def test_a_secret_is_recorded_without_its_value() -> None:
    assert TABLET_PIN.recorded({"hash": "77"}) == "***"
    assert TABLET_PIN.recorded({}) == ""
    assert HIDDEN_BELOW.recorded(7) == 7
