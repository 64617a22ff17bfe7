"""Who is who goes by numbers, and by what the school said of namesakes; nothing goes by a name."""

from itertools import pairwise

import pytest
from flask import Flask

from kiosk.auth.queries import account
from kiosk.core.actor import Actor
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, NotFound
from kiosk.persons import queries, services
from kiosk.persons.models import Namesake, Person
from tests.conftest import add_staff

ADMIN = Actor("admin")


def namesakes(name: str, number: int = 2) -> list[Person]:
    """People of one name, and a question about each two neighbours."""
    with transaction():
        people = [add_staff(name) for _ in range(number)]
        for one, other in pairwise(people):
            session.add(Namesake(person_id=one.id, other_id=other.id))
    return people


def tell(pair: Namesake, *, same: bool, by: Actor = ADMIN) -> None:
    with transaction():
        services.tell_apart(by=by, pair=pair, same=same)


def test_a_name_makes_nobody_the_same(context: Flask) -> None:
    with transaction():
        one, other = add_staff("张"), add_staff("张")
    assert queries.different_people((one.id, other.id))
    assert not queries.different_people((one.id, other.id, one.id))


def test_a_rename_makes_nobody_another(context: Flask) -> None:
    with transaction():
        person = add_staff("张")
        services.rename_person(by=ADMIN, person=person, name="李")
    assert (queries.person(person.id).name, queries.is_among(person.id, [person.id])) == ("李", True)


def test_who_waits_to_be_told_apart_is_not_different_yet(context: Flask) -> None:
    one, other = namesakes("张")
    assert not queries.different_people((one.id, other.id))
    assert queries.is_among(one.id, [other.id])
    assert queries.questions() == 1
    tell(queries.namesakes()[0], same=False)
    assert queries.different_people((one.id, other.id))
    assert (queries.questions(), queries.is_among(one.id, [other.id])) == (0, False)


def test_two_rows_of_one_person_are_one(context: Flask) -> None:
    one, other = namesakes("张")
    tell(queries.namesakes()[0], same=True)
    assert not queries.different_people((one.id, other.id))
    assert [person.id for person in queries.called("张")] == [other.id]
    assert queries.person(one.id) is other, "an old number leads to the person"
    assert one not in queries.people(everything=True)


def test_what_only_one_row_says_is_said_of_the_person(context: Flask) -> None:
    one, other = namesakes("张")
    with transaction():
        services.save_person(
            by=ADMIN, person=one, name="张", badge="07", post="cook", employment="state", skills=["driving"]
        )
        services.save_person(by=ADMIN, person=other, name="张", active=False, skills=["electrics"])
    tell(queries.namesakes()[0], same=True)
    assert (other.badge, other.post, other.employment, other.active) == ("07", "cook", "state", True)
    assert other.skills == ["driving", "electrics"]
    assert queries.badge_holder("07") is other


def test_a_badge_that_another_wears_by_now_stays_with_that_one(context: Flask) -> None:
    _one, other = namesakes("张")
    with transaction():
        services.save_person(by=ADMIN, person=other, name="张", badge="07", active=False)
        third = services.save_person(by=ADMIN, name="李", badge="07")
    tell(queries.namesakes()[0], same=True)
    assert (other.badge, other.active, queries.badge_holder("07")) == ("", True, third)


def test_of_three_rows_the_last_counts(context: Flask) -> None:
    first, second, third = namesakes("张", 3)
    tell(queries.namesakes()[0], same=True)
    (left,) = queries.namesakes()
    assert (left.person_id, left.other_id) == (second.id, third.id)
    tell(left, same=True)
    assert {queries.person(one.id).id for one in (first, second, third)} == {third.id}


def test_a_question_that_answers_itself_is_not_asked(context: Flask) -> None:
    first, second, third = namesakes("张", 3)
    with transaction():
        session.add(Namesake(person_id=first.id, other_id=third.id))
    tell(queries.namesakes()[0], same=True)
    assert [(one.person_id, one.other_id) for one in queries.namesakes()] == [(second.id, third.id)]


def test_it_is_said_once_and_not_by_who_is_concerned(context: Flask) -> None:
    lin = account("lin")
    with transaction():
        other = add_staff("林")
        session.add(Namesake(person_id=lin.person.id, other_id=other.id))
    (pair,) = queries.namesakes()
    with pytest.raises(services.OwnIdentity):
        services.tell_apart(by=lin.actor, pair=pair, same=False)
    tell(pair, same=True, by=account("admin").actor)
    with pytest.raises(Conflict):
        services.tell_apart(by=ADMIN, pair=pair, same=False)
    assert account("lin").actor.person == other.id, "the account acts for the person"
    with pytest.raises(NotFound):
        queries.namesake(99)
