"""What a clever insider tries with accounts: a second account, a second row, a code left out."""

import pytest
from flask import Flask

from kiosk.auth import queries, services
from kiosk.auth.models import Account
from kiosk.core.actor import Grant
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict
from kiosk.counters.queries import duties_left_open, on_duty
from kiosk.counters.services import add_counter, add_duty
from kiosk.persons import services as persons
from kiosk.persons.models import Namesake, Person
from kiosk.ratings.services.admission import _on_roster
from kiosk.ratings.services.snapshot import place
from kiosk.school import queries as school
from kiosk.staff.services import save_person
from tests.conftest import PASSWORD, actor, add_staff, counter, csrf


def second_account(username: str, person: Person, role: str = "head") -> Account:
    with transaction():
        return services.add_account(
            by=actor("test"), username=username, password=PASSWORD, role=role, person=person
        )


def united(name: str = "孙") -> tuple[Person, Account]:
    """A person of whom two rows were told to be one, and the account that was opened for the second row."""
    with transaction():
        first, second = add_staff(name), add_staff(name)
        pair = Namesake(person_id=second.id, other_id=first.id)
        session.add(pair)
    account = second_account("sun", second, "council")
    with transaction():
        persons.tell_apart(by=queries.account("admin").actor, pair=pair, same=True)
    return first, account


def test_a_second_account_does_not_make_the_first_somebody_elses(context: Flask) -> None:
    lin = queries.account("lin")
    second, other = second_account("lin2", lin.person), queries.account("wu").person
    for mine in (lin, second):
        for acting in (lin, second):
            with pytest.raises(Conflict), transaction():
                services.change_account(by=acting.actor, account=mine, name="", active=True, person=other)
    with transaction():
        services.change_account(
            by=queries.account("admin").actor, account=second, name="", active=True, person=other
        )
    assert queries.account("lin2").person is other, "somebody else may mend a mistake"


def test_who_left_gets_no_account(context: Flask) -> None:
    with transaction():
        left = add_staff("孙")
        save_person(by=actor("lin"), person=left, name="孙", active=False)
    with pytest.raises(Conflict):
        second_account("sun", left)
    with pytest.raises(Conflict), transaction():
        wu = queries.account("wu")
        services.change_account(by=actor("lin"), account=wu, name="", active=True, person=left)


def test_who_leaves_loses_the_accounts_of_every_row(context: Flask) -> None:
    person, account = united()
    assert queries.usernames(person.id) == ["sun"]
    with transaction():
        save_person(by=actor("lin"), person=person, name=person.name, active=False)
    assert (account.active, account.grants) == (False, ())


def test_a_manager_does_not_shut_out_the_head(app: Flask, signed_in) -> None:
    with app.app_context():
        lin = queries.account("lin").person.id
        with transaction():
            other = add_staff("孙").id
    chen = signed_in("chen")
    for person, name, status in ((lin, "林", 403), (other, "孙", 302)):
        address = f"/office/staff/{person}"
        form = {"csrf_token": csrf(chen, address), "name": name, "kind": "staff", "post": "", "badge": ""}
        assert chen.post(address, data=form).status_code == status, name
    with app.app_context():
        account = queries.account("lin")
        assert (account.active, account.person.active) == (True, True)


def test_a_new_name_is_that_of_every_row(context: Flask) -> None:
    person, account = united()
    for name, rename in (
        ("周", lambda name: save_person(by=actor("lin"), person=person, name=name)),
        (
            "吴",
            lambda name: services.change_account(by=actor("lin"), account=account, name=name, active=True),
        ),
    ):
        with transaction():
            rename(name)
        assert (account.name, person.name) == (name, name)


def test_who_was_two_rows_goes_on_serving(context: Flask) -> None:
    with transaction():
        first, second = add_staff("孙"), add_staff("孙")
        pair = Namesake(person_id=second.id, other_id=first.id)
        session.add(pair)
        add_duty(by=actor("test"), counter=counter(), staff_id=second.id)
    with transaction():
        persons.tell_apart(by=actor("admin"), pair=pair, same=True)
    assert (on_duty(counter().id, school.now()), duties_left_open()) == ([first], [])
    for shown in (first, second):
        assert _on_roster(place(counter()), shown.id) == first.id, "also from a tablet that waited meanwhile"


def test_a_place_that_is_left_out_is_not_the_whole_school(kiosk, app: Flask) -> None:
    with app.app_context(), transaction():
        add_counter(by=actor("test"), code="k1", name="窗口", kind="canteen")
    for code, said in (("", "There is no canteen"), ("k1", "canteen:k1")):
        line = ("--role", "canteen_manager", "--for", code, "--password-stdin")
        refused = kiosk("account", "add", "bao", *line, stdin=PASSWORD + "\n")
        assert refused.exit_code != 0
        assert said in refused.output, code
    line = ("--role", "canteen_manager", "--for", "canteen:k1", "--password-stdin")
    assert kiosk("account", "add", "bao", *line, stdin=PASSWORD + "\n").exit_code == 0
    with app.app_context():
        assert queries.account("bao").grants == (Grant("canteen_manager", "k1"),)
