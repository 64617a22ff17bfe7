"""The people of logistics."""

import pytest
from flask import Flask

from kiosk.auth.queries import account
from kiosk.core.db import transaction
from kiosk.core.errors import Conflict, Forbidden, Invalid
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


def test_who_signs_in_is_renamed_by_who_manages_accounts_alone(context: Flask) -> None:
    lin, chen = account("lin").person, account("chen").actor
    with pytest.raises(Forbidden), transaction():
        services.save_person(by=chen, person=lin, name="假冒", kind=lin.kind)
    with transaction():
        services.save_person(by=chen, person=lin, name=lin.name, kind=lin.kind, badge="09")
        cook = services.save_person(by=chen, name="打饭员甲")
        services.save_person(by=chen, person=cook, name="打饭员乙")
        services.save_person(by=account("admin").actor, person=lin, name="林老师", kind=lin.kind, badge="09")
    assert (lin.name, lin.badge, cook.name) == ("林老师", "09", "打饭员乙")
