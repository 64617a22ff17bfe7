"""Roles, several of an account, each for the whole school or for some places, and refused elsewhere."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.auth import queries, rights, services
from kiosk.auth.models import ROLES
from kiosk.core import clock
from kiosk.core.actor import Grant, Place
from kiosk.core.db import transaction
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.security import SOMEWHERE, Permission, Reach, requires
from kiosk.counters.queries import canteen as canteen_of
from kiosk.counters.services import add_canteen, add_counter, add_duty
from kiosk.purchasing import imports
from kiosk.purchasing import services as purchasing
from kiosk.school.queries import today
from kiosk.staff.services import save_person
from tests.conftest import PASSWORD, actor, canteen, counter, csrf, sign_in
from tests.overview.factories import rate
from tests.purchasing.test_services import CABBAGE, PEOPLE

SignIn = Callable[[str], FlaskClient]
EDIT = "/office/accounts/all/wu"


@pytest.fixture
def hao(app: Flask) -> FlaskClient:
    """The manager of canteen one alone; there is a second canteen with a window."""
    with app.app_context(), transaction():
        second = add_canteen(by=actor("test"), code="k2", name="第二食堂")
        add_counter(by=actor("test"), code="c9", name="粥", kind="canteen", canteen=second)
        services.add_account(
            by=actor("test"),
            username="hao",
            password=PASSWORD,
            role="canteen_manager",
            at=Place(canteen="k1"),
        )
    return sign_in(app.test_client(), "hao")


def sheet(code: str, *, posted: bool = False) -> int:
    """A sheet of a canteen, begun by somebody else."""
    with transaction():
        draft = purchasing.start_sheet(by=actor("lin"), canteen=canteen_of(code), day=today())
        purchasing.save_draft(by=actor("lin"), draft=draft, rows=[CABBAGE], people=PEOPLE)
        if posted:
            purchasing.post_sheet(by=actor("lin"), draft=draft)
        return draft.posting_id


def test_the_manager_of_one_canteen_posts_there_and_nowhere_else(app: Flask, hao: FlaskClient) -> None:
    with app.app_context():
        own, other, posted = sheet("k1"), sheet("k2"), sheet("k2", posted=True)
    token = csrf(hao, "/office/accounts/")
    form = {"csrf_token": token, "revision": "1", **PEOPLE}
    form |= {f"line_{name}": text for name, text in CABBAGE.items()}
    for path in ("save", "post", "paste"):
        assert hao.post(f"/office/purchasing/sheets/{other}/{path}", data=form).status_code == 403, path
    for number, path in ((other, "discard"), (posted, "correct"), (posted, "withdraw")):
        own_form = {**form, "reason": "不该我管"}
        assert hao.post(f"/office/postings/{number}/{path}", data=own_form).status_code == 403, path
    assert hao.get(f"/office/purchasing/sheets/{posted}").location == f"/office/postings/{posted}"
    assert hao.get(f"/office/postings/{posted}").status_code == 200, "everybody may read"
    for begin in ("sheet", "nothing"):
        line = {"csrf_token": token, "canteen": "k2", "day": today_of(app), "begin": begin}
        assert hao.post("/office/purchasing/sheets/new", data=line).status_code in (403, 422), begin
    assert hao.post(f"/office/purchasing/sheets/{own}/save", data=form).status_code == 302


def today_of(app: Flask) -> str:
    with app.app_context():
        return (today() - timedelta(days=1)).isoformat()


def test_a_file_for_another_canteen_is_refused(app: Flask, hao: FlaskClient) -> None:
    line = {"csrf_token": csrf(hao, "/office/accounts/"), "canteen": "k2", "pasted": "品名\t数量\n白菜\t1"}
    assert hao.post("/office/purchasing/import", data=line).status_code == 403
    with app.app_context(), transaction():
        canteen_two = canteen_of("k2")
        number = imports.keep(by=actor("lin"), canteen=canteen_two, data=b"a", file_name="a.csv").id
    assert hao.get(f"/office/purchasing/import/{number}").status_code == 403


def test_slips_of_another_canteens_window_are_refused(hao: FlaskClient) -> None:
    token = csrf(hao, "/office/accounts/")
    for code, refused in (("c9", True), ("c1", False)):
        form = {"csrf_token": token, "counters": [code], "number": "1"}
        assert (hao.post("/office/ratings/slips/", data=form).status_code == 403) is refused, code


def test_what_concerns_the_whole_school_needs_a_role_for_it(hao: FlaskClient, signed_in: SignIn) -> None:
    assert hao.get("/office/staff/").status_code == 403
    assert signed_in("chen").get("/office/staff/").status_code == 200
    assert hao.get("/office/").status_code == 200, "the office is open to everybody with a role"


@pytest.mark.parametrize(
    ("grant", "at", "given"),
    [
        (Grant("a"), Place("k1"), True),
        (Grant("a"), Place(), True),
        (Grant("a", canteen="k1"), Place("k1"), True),
        (Grant("a", canteen="k1"), Place("k1", "c1"), True),
        (Grant("a", canteen="k1"), Place("k2", "c1"), False),
        (Grant("a", canteen="k1"), Place(None, "c1"), False),
        (Grant("a", canteen="k1"), Place(), False),
        (Grant("a", counter="c1"), Place("k1", "c1"), True),
        (Grant("a", counter="c1"), Place("k1"), False),
        (Grant("b"), Place("k1"), False),
    ],
)
def test_a_role_reaches_as_far_as_its_place(grant: Grant, at: Place, given: bool) -> None:
    placed = Permission.__new__(Permission)  # not declared: the rights of the house stay as they are
    for name, value in {"name": "x", "label": "x", "roles": frozenset("a"), "reach": Reach.PLACE}.items():
        object.__setattr__(placed, name, value)
    assert grant.gives(placed, at) is given


def test_a_view_with_a_placed_right_says_where_it_acts() -> None:
    from kiosk.auth.permissions import MANAGE_ACCOUNTS
    from kiosk.purchasing.permissions import POST_PURCHASES

    with pytest.raises(TypeError):
        requires(POST_PURCHASES)
    with pytest.raises(TypeError):
        requires(MANAGE_ACCOUNTS, SOMEWHERE)


def test_where_a_role_is_held_is_asked_and_never_taken_for_granted(app: Flask, signed_in: SignIn) -> None:
    lin = signed_in("lin")
    form = {"csrf_token": csrf(lin, EDIT), "role": "custodian"}
    for place in ({}, {"place": ""}):
        answer = lin.post(f"{EDIT}/roles", data={**form, **place})
        assert (answer.status_code, "请选择在哪里担任" in answer.text) == (422, True)
    new = {**form, "username": "zhang", "password": "Sample-lunch-1", "again": "Sample-lunch-1"}
    assert lin.post("/office/accounts/all/new", data=new).status_code == 422
    assert lin.post(f"{EDIT}/roles", data={**form, "place": "school"}).status_code == 302
    with app.app_context():
        assert Grant("custodian") in queries.account("wu").grants


def test_roles_are_given_and_taken_in_the_office(app: Flask, signed_in: SignIn) -> None:
    lin = signed_in("lin")
    form = {"csrf_token": csrf(lin, EDIT), "role": "custodian", "place": "canteen:k1"}
    assert lin.post(f"{EDIT}/roles", data=form).status_code == 302
    assert lin.post(f"{EDIT}/roles", data=form).status_code == 422, "it has that one"
    with app.app_context():
        wu = queries.account("wu")
        assert wu.grants == (Grant("accountant"), Grant("custodian", "k1"))
        first = wu.roles[0].id
    assert "第一食堂" in lin.get(EDIT).text
    lin.post(f"{EDIT}/roles/{first}/take", data=form)
    with app.app_context():
        assert queries.account("wu").grants == (Grant("custodian", "k1"),)
    assert lin.post(f"/office/accounts/all/chen/roles/{first}/take", data=form).status_code == 404


def test_who_leaves_has_no_account_and_no_role_and_the_head_sees_what_is_open(
    app: Flask, signed_in: SignIn
) -> None:
    with app.app_context(), transaction():
        chen = queries.account("chen").person
        add_duty(by=actor("test"), counter=counter(), staff_id=chen.id)
        save_person(by=actor("lin"), person=chen, name=chen.name, active=False)
    with app.app_context():
        account = queries.account("chen")
        assert (account.active, account.grants, account.name) == (False, (), "陈")
        with pytest.raises(Conflict):
            services.give_role(by=actor("lin"), account=account, role="custodian")
    assert "排班表上还有已离岗的人" in signed_in("lin").get("/office/").text


def test_an_account_on_the_command_line_has_its_roles_in_order(kiosk, app) -> None:
    line = ("--role", "canteen_manager", "--for", "k1", "--for", "c1", "--role", "custodian")
    assert kiosk("account", "add", "bao", *line, "--password-stdin", stdin=PASSWORD + "\n").exit_code == 0
    with app.app_context():
        held = queries.account("bao").grants
    expected = (
        Grant("canteen_manager", "k1"),
        Grant("canteen_manager", counter="c1"),
        Grant("custodian"),
    )
    assert held == expected
    for wrong in (("--for", "k1", "--role", "head"), ("--role", "head", "--for", "k9")):
        refused = kiosk("account", "add", "bei", *wrong, "--password-stdin", stdin=PASSWORD + "\n")
        assert refused.exit_code != 0


def test_a_place_is_found_by_its_code(context: Flask) -> None:
    assert (queries.place("k1"), queries.place("counter:c1")) == (Place("k1"), Place(counter="c1"))
    assert queries.place("school") == Place()
    with pytest.raises(Invalid):
        queries.place("")
    with pytest.raises(Invalid):
        queries.place("k9")
    assert canteen().code == "k1"


def test_the_table_of_rights_is_up_to_date(standing: Flask, onlooker: SignIn) -> None:
    kept = Path(__file__).resolve().parents[2] / "docs" / "rights.md"
    with standing.app_context():
        assert kept.read_text("utf-8") == rights.markdown(), "make translations writes docs/rights.md"
    page = onlooker("wu").get("/office/accounts/rights?lang=en").text
    assert all(str(label) in page for label in ("Principal", "Cashier", "Meal committee"))
    assert len(ROLES) == 12


def test_the_live_view_leads_to_where_one_may_act(app: Flask, at_lunch: datetime, hao: FlaskClient) -> None:
    with clock.moved_to(at_lunch + timedelta(days=1)):
        hao = sign_in(app.test_client(), "hao")
        found = live_of(hao)
        rows = {row["key"]: row["url"] for row in found["attention"]}
        assert rows["sheet:k1"].startswith("/office/purchasing/sheets/new?canteen=k1")
        assert "sheet:k2" not in rows, "there one only reads"
        for url in rows.values():
            assert hao.get(url).status_code == 200
        panels = {panel["code"]: panel["open"] for panel in found["purchases"]}
        assert panels == {"k1": True, "k2": False}, "the button is for who may press it"
        offered = hao.get("/office/purchasing/sheets/new?canteen=k2").text
    assert 'value="k1"' in offered
    assert 'value="k2"' not in offered


def live_of(browser: FlaskClient) -> dict[str, Any]:
    return dict(browser.get("/office/live.json").get_json()["parts"])


def test_an_alert_elsewhere_is_seen_at_its_counter_alone(
    app: Flask, at_lunch: datetime, hao: FlaskClient
) -> None:
    rate(app, "c1", [1, 1, 1, 1])
    rate(app, "c9", [1, 1, 1, 1])
    found = live_of(hao)
    alerts = {row["text"].split()[0]: row["ack"] for row in found["attention"] if row["kind"] == "alert"}
    counters = {row["code"]: row["ack"] for row in found["counters"] if row["alert"]}
    assert list(alerts.values()) == [True], "the other canteen's is not put before this one's manager"
    assert counters == {"c1": True, "c9": False}


def test_whoever_works_at_one_canteen_keeps_the_catalogue_of_all(hao: FlaskClient) -> None:
    form = {"csrf_token": csrf(hao, "/office/accounts/"), "name": "城南蔬菜", "active": "y"}
    assert hao.get("/office/purchasing/suppliers").status_code == 200
    assert hao.post("/office/purchasing/suppliers/new", data=form).status_code == 302
