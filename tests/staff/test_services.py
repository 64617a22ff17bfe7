"""The people of logistics."""

import pytest
from flask import Flask

from kiosk.core.db import transaction
from kiosk.core.errors import Conflict, Invalid
from kiosk.persons import queries as persons
from kiosk.staff import services
from tests.conftest import actor


def test_people_are_listed_by_badge_and_those_who_left_at_the_end(context: Flask) -> None:
    with transaction():
        services.save_person(by=actor("lin"), name="打饭员乙", badge="02")
        services.save_person(by=actor("lin"), name="打饭员甲", badge="01", active=False)
        services.save_person(by=actor("lin"), name="打饭员丙", badge="03")
    assert [one.badge for one in persons.people() if one.badge] == ["02", "03"]
    assert [one.badge for one in persons.people(everything=True) if one.badge] == ["02", "03", "01"]


def test_a_badge_is_worn_by_one_person_at_a_time(context: Flask) -> None:
    with transaction():
        first = services.save_person(by=actor("lin"), name="打饭员甲", badge="01")
    with pytest.raises(Conflict), transaction():
        services.save_person(by=actor("lin"), name="打饭员乙", badge="01")
    with transaction():
        services.save_person(by=actor("lin"), name="打饭员甲", badge="01", active=False, person=first)
        services.save_person(by=actor("lin"), name="打饭员乙", badge="01")
    assert [one.name for one in persons.people() if one.badge] == ["打饭员乙"]


@pytest.mark.parametrize(
    ("field", "value"), [("name", " "), ("name", "长" * 41), ("post", "长" * 41), ("badge", "1" * 11)]
)
def test_what_cannot_be_used_is_named(context: Flask, field: str, value: str) -> None:
    with pytest.raises(Invalid) as caught, transaction():
        services.save_person(by=actor("lin"), **{"name": "打饭员甲", field: value})
    assert caught.value.field == field
