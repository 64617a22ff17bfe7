"""The settings of all rooms: who gets in, what leaves its trace, and that bad input is told and kept."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk import manifests
from kiosk.auth import queries as auth
from kiosk.auth.services import add_account
from kiosk.chain import queries as chain
from kiosk.core.db import session, transaction
from kiosk.core.security import new_totp_secret
from kiosk.core.setting import Setting
from kiosk.counters.models import Reason, Tablet
from kiosk.counters.services import add_duty, add_tablet, note_refused
from kiosk.persons.models import Person
from kiosk.school import services as school
from kiosk.school.models import Term
from tests.conftest import PASSWORD, actor, add_staff, counter, csrf, sign_in

ROOMS = ("school", "auth", "staff", "counters", "tablets", "chain")
SignIn = Callable[[str], FlaskClient]
NEW = "A-new-sample-2026"


def typed(setting: Setting[Any]) -> object:
    """A setting's default as a form sends it."""
    stored = setting.stored(setting.default)
    return [str(choice) for choice in stored] if isinstance(stored, list) else str(stored)


SCHOOL: dict[str, object] = {
    setting.name: typed(setting) for room in manifests() for setting in room.settings if setting.group
}
SCHOOL |= {"name": "测试中学", "name_en": "Test School", "jump_percent": "30", "hidden_below": "7"}
"""The page of the settings as it is sent: every setting of every room."""
COUNTER = {"name": "面食一", "name_en": "Noodles", "sign": "1", "canteen": "k1", "active": "y"}
COUNTER |= {"hours": "11:20-13:00\n17:00－18:30"}
MEAL = {"name": "夜宵", "name_en": "Supper", "starts": "20:30", "ends": "21:30"}

WRITES: dict[str, tuple[str, dict[str, object]]] = {
    "school.edit": ("/office/school/edit", SCHOOL),
    "school.new_term": (
        "/office/school/terms/new",
        {"name": "秋季学期", "starts": "2026-09-01", "ends": "2027-01-20"},
    ),
    "school.term": (
        "/office/school/terms/1",
        {"name": "春季", "starts": "2026-02-23", "ends": "2026-07-01"},
    ),
    "school.remove_term": ("/office/school/terms/1/remove", {}),
    "school.new_day": (
        "/office/school/days/new",
        {"day": "2026-10-01", "kind": "closed", "note": "国庆节"},
    ),
    "school.public_days": ("/office/school/days/public?year=2026", {"days": ["2026-10-01"]}),
    "school.remove_day": ("/office/school/days/2026-05-01/remove", {}),
    "school.new_meal": ("/office/school/meals/new", MEAL),
    "school.meal": (
        "/office/school/meals/lunch",
        {"name": "午餐", "name_en": "Lunch", "starts": "11:00", "ends": "13:00"},
    ),
    "school.remove_meal": ("/office/school/meals/lunch/remove", {}),
    "auth.password": (
        "/office/accounts/password",
        {"current": PASSWORD, "password": NEW, "again": NEW},
    ),
    "auth.revoke": ("/office/accounts/sign-ins/1/revoke", {}),
    "auth.rules": ("/office/accounts/rules", {"second_factor_roles": ["council"]}),
    "auth.new": (
        "/office/accounts/all/new",
        {
            "username": "council1",
            "name": "校委会",
            "role": "council",
            "place": "school",
            "password": NEW,
            "again": NEW,
        },
    ),
    "auth.edit": (
        "/office/accounts/all/wu",
        {"name": "吴老师", "active": "y"},
    ),
    "auth.give_role": ("/office/accounts/all/wu/roles", {"role": "council", "place": "canteen:k1"}),
    "auth.take_role": ("/office/accounts/all/wu/roles/3/take", {}),
    "auth.reset_password": ("/office/accounts/all/wu/password", {"password": NEW, "again": NEW}),
    "auth.sign_out_one": ("/office/accounts/all/lin/sign-ins/1/revoke", {}),
    "auth.sign_out_everywhere": ("/office/accounts/all/wu/sign-out", {}),
    "auth.reset_second_factor": ("/office/accounts/all/wu/second-factor/remove", {}),
    "staff.new": (
        "/office/staff/new",
        {"name": "打饭员乙", "post": "二号窗口", "badge": "013", "active": "y"},
    ),
    "staff.edit": (
        "/office/staff/1",
        {"name": "打饭员甲", "post": "一号窗口", "badge": "012", "active": "y"},
    ),
    "counters.new_canteen": (
        "/office/counters/canteens/new",
        {"code": "k2", "name": "第二食堂", "name_en": ""},
    ),
    "counters.canteen": (
        "/office/counters/canteens/k1",
        {"name": "第一食堂", "name_en": "Canteen 1", "active": "y"},
    ),
    "counters.new": ("/office/counters/new", {**COUNTER, "code": "c9", "kind": "canteen"}),
    "counters.edit": ("/office/counters/c1/edit", COUNTER),
    "counters.add_duty": (
        "/office/counters/c1/duty",
        {"staff_id": "1", "weekday": "2", "meal": "lunch", "starts": "", "ends": ""},
    ),
    "counters.remove_duty": ("/office/counters/c1/duty/1/remove", {}),
    "counters.reasons": (
        "/office/counters/reasons?kind=library",
        {"name": "安静", "name_en": "Quiet", "active": "y"},
    ),
    "counters.reason": (
        "/office/counters/reasons/1",
        {"name": "等候", "name_en": "Waiting", "active": "y"},
    ),
    "counters.raise_reason": ("/office/counters/reasons/2/up", {}),
    "tablets.enrol": ("/office/counters/tablets/enrol", {"counter": "c1"}),
    "tablets.show": (
        "/office/counters/tablets/1",
        {"name": "左边", "scale": "120", "theme": "dark"},
    ),
    "tablets.revoke": ("/office/counters/tablets/1/revoke", {}),
    "tablets.settle": ("/office/counters/tablets/1/settle", {}),
    "tablets.set_pin": ("/office/counters/tablets/pin", {"pin": "2468"}),
}
"""An example of each writing address of these rooms."""
ELSEWHERE = {
    *("auth.set_second_factor", "auth.remove_second_factor", "chain.export", "chain.erase"),
    *("staff.show", "staff.withdraw", "school.switch"),
    *("auth.make_calendar", "auth.end_calendar", "staff.name", "staff.unname"),
}
"""Tested in tests/auth with codes of the moment, in tests/chain, tests/staff and test_switches."""


def endpoints(app: Flask, method: str) -> set[str]:
    """The endpoints of these rooms that answer the method."""
    found = set()
    for rule in app.url_map.iter_rules():
        parts = rule.endpoint.split(".")
        if parts[0] == "office" and parts[1] in ROOMS and method in (rule.methods or ()):
            found.add(".".join(parts[1:]))
    return found


def fill(app: Flask) -> Flask:
    """A term, a holiday, a duty, a tablet, a second factor: something for each address to change."""
    with app.app_context(), transaction():
        school.save_term(by=actor("test"), name="春季学期", starts=date(2026, 2, 23), ends=date(2026, 7, 3))
        school.set_day(by=actor("test"), day=date(2026, 5, 1), is_school_day=False, note="劳动节")
        person = add_staff("打饭员甲", "011")
        add_duty(by=actor("test"), counter=counter(), staff_id=person.id)
        add_tablet(by=actor("test"), counter=counter())
        tablet = session.query(Tablet).one()
        refusal = {"status": 409, "code": "other-content", "why": "stored already", "content": {"level": 5}}
        note_refused(tablet=tablet, rating_id=UUID(int=7), **refusal)
        auth.account("wu").totp_secret = new_totp_secret()
    with app.app_context():
        assert [session.get(kind, 1) is None for kind in (Term, Person, Tablet, Reason)] == [False] * 4
    return app


@pytest.fixture
def filled(app: Flask) -> Flask:
    """A school of the test's own, with something to change at each address."""
    return fill(app)


@pytest.fixture(scope="module")
def untouched(standing: Flask) -> Flask:
    """The same for all tests that change nothing."""
    return fill(standing)


@pytest.fixture(scope="module")
def council(untouched: Flask) -> FlaskClient:
    """A browser of the school council: it may read the record, and change nothing."""
    with untouched.app_context(), transaction():
        add_account(by=actor("test"), username="council", password=PASSWORD, role="council")
    return sign_in(untouched.test_client(), "council")


@pytest.mark.once
def test_every_write_has_an_example(app: Flask) -> None:
    assert endpoints(app, "POST") - ELSEWHERE == set(WRITES)


@pytest.mark.parametrize("endpoint", sorted(WRITES))
def test_every_write_works_and_leaves_a_trace(
    filled: Flask, signed_in: Callable[[str], FlaskClient], endpoint: str
) -> None:
    signed_in("lin")
    client = signed_in("lin")  # the second browser, so that the first sign-in can be revoked
    address, form = WRITES[endpoint]
    with filled.app_context():
        before = chain.count()
    token = csrf(client, "/office/accounts/")
    answer = client.post(address, data={**form, "csrf_token": token})
    assert answer.status_code == 302, re.findall(r'field-error"[^>]*>([^<]+)', answer.text)
    with filled.app_context():
        newest = chain.entries(limit=1)[0]
        writes = 2 if endpoint == "auth.new" else 1  # an account, and the person whose it is
        assert (chain.count() - before, newest.actor) == (writes, "lin")
        assert chain.first_break() is None
    page = client.get(answer.location)
    assert page.status_code == 200
    silent = {"counters.raise_reason", "tablets.enrol"}
    assert ('role="status"' in page.text) == (endpoint not in silent), "what was done is said"


@contextmanager
def unchanged(app: Flask) -> Iterator[None]:
    """Nothing is written into the record inside the block, and so nothing is changed."""
    with app.app_context():
        before = chain.count()
    yield
    with app.app_context():
        assert chain.count() == before


@pytest.mark.once
def test_a_stranger_and_a_form_without_its_token_change_nothing(untouched: Flask, onlooker: SignIn) -> None:
    stranger, lin = untouched.test_client(), onlooker("lin")
    token = csrf(stranger, "/sign-in")
    for address, form in WRITES.values():
        with unchanged(untouched):
            assert stranger.post(address, data={**form, "csrf_token": token}).status_code == 401, address
            assert lin.post(address, data=form).status_code == 400, address


@pytest.mark.once
def test_a_wrong_role_changes_nothing(untouched: Flask, council: FlaskClient) -> None:
    token = csrf(council, "/office/accounts/")
    for endpoint in sorted(set(WRITES) - {"auth.password", "auth.revoke"}):
        address, form = WRITES[endpoint]
        with unchanged(untouched):
            assert council.post(address, data={**form, "csrf_token": token}).status_code == 403, endpoint


PAGES = {
    "school.index": "/office/school/",
    "school.edit": "/office/school/edit",
    "school.days": "/office/school/days?month=2026-05",
    "school.new_term": "/office/school/terms/new",
    "school.term": "/office/school/terms/1",
    "school.new_day": "/office/school/days/new?day=2026-05-02",
    "school.public_days": "/office/school/days/public?year=2026",
    "school.meals": "/office/school/meals",
    "school.new_meal": "/office/school/meals/new",
    "school.meal": "/office/school/meals/lunch",
    "auth.index": "/office/accounts/",
    "auth.second_factor": "/office/accounts/second-factor",
    "auth.accounts": "/office/accounts/all",
    "auth.new": "/office/accounts/all/new",
    "auth.edit": "/office/accounts/all/wu",
    "auth.rights": "/office/accounts/rights",
    "staff.index": "/office/staff/",
    "staff.new": "/office/staff/new",
    "staff.edit": "/office/staff/1",
    "chain.index": "/office/chain/?verify=1",
    "chain.erasing": "/office/chain/2/erase",
    "counters.canteens": "/office/counters/canteens",
    "counters.new_canteen": "/office/counters/canteens/new",
    "counters.canteen": "/office/counters/canteens/k1",
    "counters.index": "/office/counters/",
    "counters.new": "/office/counters/new",
    "counters.edit": "/office/counters/c1/edit",
    "counters.reasons": "/office/counters/reasons",
    "counters.reason": "/office/counters/reasons/1",
    "tablets.index": "/office/counters/tablets",
    "tablets.enrolment": "/office/counters/tablets/enrolment",
    "tablets.show": "/office/counters/tablets/1",
    "tablets.enrolment_state": "/office/counters/tablets/enrolment.json",
}
FOR_EVERYBODY = {"auth.rights", "school.index", "auth.index", "auth.second_factor", "chain.index"}
"""Pages that the council opens, too."""
SHOWN_ELSEWHERE = {"counters.poster", "counters.posters", "staff.photo", "school.uses"}
"""Tested in tests/counters and tests/staff, and in test_switches."""


@pytest.mark.once
def test_every_page_is_listed(app: Flask) -> None:
    assert endpoints(app, "GET") - SHOWN_ELSEWHERE == set(PAGES)


@pytest.mark.once
@pytest.mark.parametrize("endpoint", sorted(PAGES))
def test_a_page_opens_for_the_head_alone(
    untouched: Flask, onlooker: SignIn, council: FlaskClient, endpoint: str
) -> None:
    address, redirects = PAGES[endpoint], {"school.index", "tablets.enrolment"}
    stranger = untouched.test_client().get(address)
    assert (stranger.status_code, stranger.location.split("?")[0]) == (302, "/sign-in")
    lin, joint = onlooker("lin"), "&" if "?" in address else "?"
    assert lin.get(address).status_code == (302 if endpoint in redirects else 200)
    for language in ("zh", "en"):
        assert lin.get(f"{address}{joint}lang={language}", follow_redirects=True).status_code == 200
    expected = 403 if endpoint not in FOR_EVERYBODY else 302 if endpoint in redirects else 200
    assert council.get(address).status_code == expected


@pytest.mark.once
def test_the_council_sees_the_record_behind_settings(council: FlaskClient) -> None:
    assert council.get("/office/school/").location == "/office/chain/"


@pytest.mark.parametrize("address", ["terms/77", "meals/none", "days/never/remove", "days/2026-05-02/remove"])
def test_what_is_not_there_is_not_found(untouched: Flask, onlooker: SignIn, address: str) -> None:
    form = {"csrf_token": csrf(onlooker("lin"), "/office/accounts/")}
    assert onlooker("lin").post(f"/office/school/{address}", data=form).status_code == 404


BAD = [
    ("school.edit", {"jump_percent": "１２ percent"}, "jump_percent"),
    ("school.edit", {"hidden_below": "0"}, "hidden_below"),
    ("school.edit", {"hidden_below": "1_0"}, "hidden_below"),
    ("school.edit", {"hidden_below": "9" * 400}, "hidden_below"),
    ("school.edit", {"hidden_below": "１２"}, "hidden_below"),
    ("school.edit", {"posting_due": "25:00"}, "posting_due"),
    ("school.edit", {"timezone": "Mars/Base"}, "timezone"),
    ("school.edit", {"weekdays": ["9"]}, "weekdays"),
    ("school.edit", {"dark_until": ""}, "dark_until"),
    ("school.new_term", {"ends": "2026-08-31"}, "ends"),
    ("school.new_term", {"starts": "2026-02-30"}, "starts"),
    ("school.new_day", {"day": ""}, "day"),
    ("school.new_meal", {"starts": "12:00"}, "starts"),
    ("school.new_meal", {"ends": "20:00"}, "ends"),
    ("auth.password", {"current": "wrong"}, "current"),
    ("auth.password", {"again": "other"}, "again"),
    ("auth.password", {"password": "short", "again": "short"}, "password"),
    ("auth.new", {"username": "LIN"}, "username"),
    ("auth.new", {"username": "a b"}, "username"),
    ("auth.new", {"role": "king"}, "role"),
    ("auth.reset_password", {"password": "aaaaaaaaaaaa", "again": "aaaaaaaaaaaa"}, "password"),
    ("auth.rules", {"second_factor_roles": ["king"]}, "second_factor_roles"),
    ("staff.new", {"name": " "}, "name"),
    ("staff.new", {"badge": "011"}, "badge"),
    ("staff.new", {"post": "岗" * 41}, "post"),
    ("counters.new_canteen", {"code": "k1"}, "code"),
    ("counters.new_canteen", {"code": "K 1"}, "code"),
    ("counters.new", {"code": "c1"}, "code"),
    ("counters.new", {"kind": "moon"}, "kind"),
    ("counters.edit", {"hours": "11:20 to lunch"}, "hours"),
    ("counters.edit", {"hours": "13:00-11:20"}, "hours"),
    ("counters.edit", {"hours": "11:20-13:00\n12:00-14:00"}, "hours"),
    ("counters.edit", {"canteen": "none"}, "canteen"),
    ("counters.add_duty", {"staff_id": "99"}, "staff_id"),
    ("counters.add_duty", {"starts": "2026-05-02", "ends": "2026-05-01"}, "ends"),
    ("tablets.show", {"scale": "151"}, "scale"),
    ("tablets.show", {"scale": "1e2"}, "scale"),
    ("tablets.enrol", {"counter": "c99"}, "counter"),
    ("tablets.set_pin", {"pin": "123"}, "pin"),
    ("tablets.set_pin", {"pin": "１２３４"}, "pin"),
    ("tablets.set_pin", {"pin": "12345678\n9"}, "pin"),
]


@pytest.mark.once
@pytest.mark.parametrize(("endpoint", "changed", "field"), BAD, ids=lambda value: str(value)[:40])
def test_bad_input_is_told_at_its_field_and_kept(
    untouched: Flask, onlooker: SignIn, endpoint: str, changed: dict[str, object], field: str
) -> None:
    client = onlooker("lin")
    address, form = WRITES[endpoint]
    token = csrf(client, "/office/accounts/")
    with unchanged(untouched):
        answer = client.post(address, data={**form, **changed, "csrf_token": token})
    assert answer.status_code == 422
    assert set(re.findall(r'class="field-error" id="([a-z_]+)-error"', answer.text)) == {field}
    for name, value in {**form, **changed}.items():
        if isinstance(value, str) and value and "password" not in name and name not in ("current", "again"):
            kept = f'value="{value}"' in answer.text or value in answer.text or value == "y"
            is_off = f'name="{name}"' not in answer.text  # a setting of a room that is off is on no page
            assert kept or is_off or name == field, f"{name} was not kept"
