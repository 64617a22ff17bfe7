"""A sheet keeps who signed it by number, beside the name as it was printed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from kiosk.auth.queries import account
from kiosk.auth.services import add_account
from kiosk.core.actor import Actor
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict
from kiosk.persons import queries as persons
from kiosk.persons.models import Namesake
from kiosk.persons.services import OwnIdentity, rename_person, tell_apart
from kiosk.postings.models import PostingVersion
from kiosk.postings.services import Unready
from kiosk.purchasing import queries, services, signing
from kiosk.purchasing.models import SheetPerson
from kiosk.purchasing.people import choices, people_of
from kiosk.school.queries import today
from tests.conftest import PASSWORD, actor, add_staff, canteen, csrf
from tests.purchasing.test_services import CABBAGE, PEOPLE, draft

ADMIN = Actor("admin")


def signed(version: PostingVersion) -> dict[str, int]:
    query = select(SheetPerson.part, SheetPerson.person_id).where(SheetPerson.version_id == version.id)
    return {part: number for part, number in session.execute(query) if number}


def names(version: PostingVersion) -> dict[str, str]:
    return queries.versions([version])[0].names


def post(**changes: str) -> PostingVersion:
    with transaction():
        return services.post_sheet(by=actor("chen"), draft=draft(CABBAGE, people={**PEOPLE, **changes}))


def refused(**changes: str) -> set[str]:
    with pytest.raises(Unready) as problem:
        post(**changes)
    session.rollback()
    return set(problem.value.errors)


def test_a_new_name_is_a_new_person_and_the_same_one_tomorrow(context: Flask) -> None:
    first, second = post(), post()
    assert set(signed(first)) == set(PEOPLE)
    assert signed(first) == signed(second)
    assert [persons.person(signed(first)[part]).name for part in PEOPLE] == list(PEOPLE.values())


def test_a_rename_changes_no_printed_name_and_the_next_sheet_has_the_new_one(context: Flask) -> None:
    version = post()
    number = signed(version)["purchaser"]
    with transaction():
        rename_person(by=ADMIN, person=persons.person(number), name="新名")
    session.expire_all()
    assert (names(version)["purchaser"], people_of(version.id)["purchaser"]) == (PEOPLE["purchaser"], "新名")
    assert signed(post(purchaser="新名"))["purchaser"] == number


def test_of_two_namesakes_one_has_to_be_chosen(context: Flask) -> None:
    with transaction():
        one, other = add_staff("张", "07"), add_staff("张", "08")
    assert refused(receiver1="张") == {"receiver1"}
    assert {"张（07）", "张（08）"} <= {name for name, _pinyin, _post in choices()}
    version = post(receiver1="张（08）", receiver2="张（07）")
    assert (names(version)["receiver1"], names(version)["receiver2"]) == ("张", "张"), (
        "printed as they are called"
    )
    assert (signed(version)["receiver1"], signed(version)["receiver2"]) == (other.id, one.id)


def test_one_person_is_not_two_receivers_by_two_accounts_or_two_names(context: Flask) -> None:
    with transaction():
        person = add_staff("张")
        for username in ("zhang1", "zhang2"):
            add_account(
                by=actor("test"), username=username, password=PASSWORD, role="custodian", person=person
            )
        other = add_staff("章")
        session.add(Namesake(person_id=other.id, other_id=person.id))
    assert refused(receiver1="张", receiver2="张") == {"receiver2"}
    assert refused(receiver1="张", receiver2="章") == {"receiver2"}, "they may be one"
    with transaction():
        tell_apart(by=ADMIN, pair=persons.namesakes()[0], same=True)
    assert refused(receiver1="张", receiver2="章") == {"receiver2"}


def old_sheet(**printed: str) -> PostingVersion:
    """A sheet of the archive, on whose paper not everybody stands."""
    draft = services.start_sheet(by=actor("chen"), canteen=canteen(), day=today() - timedelta(days=90))
    services.save_draft(by=actor("chen"), draft=draft, rows=[CABBAGE], people=printed)
    return services.post_sheet(by=actor("chen"), draft=draft, require_people=False)


def test_names_on_old_sheets_wait_for_the_schools_word(context: Flask) -> None:
    with transaction():
        known = add_staff("孙")
        first, second = old_sheet(purchaser="老赵", custodian="孙"), old_sheet(purchaser="老赵")
    assert signed(first) == {"custodian": known.id}
    (waiting,) = signing.unclear_names()
    assert (waiting.name, waiting.sheets, waiting.persons) == ("老赵", 2, [])
    assert persons.questions() == 1
    with transaction():
        zhao = add_staff("赵")
        assert signing.say_who(by=ADMIN, name="老赵", person=zhao) == 2
    assert (signed(first)["purchaser"], signed(second)["purchaser"]) == (zhao.id, zhao.id)
    assert (names(first)["purchaser"], persons.questions()) == ("老赵", 0)
    with pytest.raises(Conflict):
        signing.say_who(by=ADMIN, name="老赵", person=zhao)


def test_nobody_says_that_he_signed_nor_that_one_signed_twice(context: Flask) -> None:
    with transaction():
        old_sheet(purchaser="老赵", custodian="孙", receiver1="阿陈")
    chen = account("chen")
    with pytest.raises(OwnIdentity):
        signing.say_who(by=chen.actor, name="阿陈", person=chen.person)
    with transaction():
        zhao = add_staff("赵")
        signing.say_who(by=ADMIN, name="老赵", person=zhao)
    with pytest.raises(Conflict):
        signing.say_who(by=ADMIN, name="孙", person=zhao)


def test_who_signed_never_changes(context: Flask) -> None:
    post()
    for sql in ("UPDATE sheet_person SET person_id = 1", "DELETE FROM sheet_person"):
        with pytest.raises(IntegrityError, match="never changes"), transaction():
            session.execute(text(sql))


def test_the_office_says_whose_an_old_name_is(app: Flask, signed_in: Callable[[str], FlaskClient]) -> None:
    with app.app_context(), transaction():
        version_id = old_sheet(purchaser="老赵").id
    page, address = "/office/persons/", "/office/purchasing/people/"
    lin = signed_in("lin")
    assert "老赵" in lin.get(page).text
    answer = lin.post(address, data={"csrf_token": csrf(lin, page), "name": "老赵", "person": "new"})
    assert answer.location == page
    with app.app_context():
        number = signed(session.get_one(PostingVersion, version_id))["purchaser"]
        assert persons.person(number).name == "老赵"
    assert "老赵" not in lin.get(page).text.split("flash")[-1]
