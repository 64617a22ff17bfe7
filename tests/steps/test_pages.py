"""The pages of ladders, minutes and stand-ins for others, and where a decision leads."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.core.db import session, transaction
from kiosk.steps import queries, services
from kiosk.steps.models import Approval
from kiosk.steps.settings import ALL, DEFAULT, Tier
from tests.conftest import actor, csrf, sign_in
from tests.steps.conftest import MONEY, act, number, propose

PAGE, LADDERS = "/office/steps/", "/office/steps/ladders/"


def browser(school: Flask, username: str) -> FlaskClient:
    return sign_in(school.test_client(), username)


def send(client: FlaskClient, address: str, **form: Any) -> Any:
    return client.post(address, data={"csrf_token": csrf(client, "/office/accounts/"), **form})


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


ROWS = {"up_to_1": "800", "role_1": "head", "least_1": "1", "role_2": "council", "least_2": "3"}


def test_a_ladder_is_tried_before_it_is_saved(school: Flask) -> None:
    lin = browser(school, "lin")
    page = text_of(lin.get(f"{LADDERS}?lang=en").text)
    assert "Up to 500.00 yuan: Head of logistics alone." in page
    three = "School council together, at least 3 people, by majority"
    assert f"12,000.00 yuan: first Head of logistics, then Principal, then {three}." in page
    tried = send(lin, f"{LADDERS}?lang=en", **ROWS, try_amount="900", preview="1")
    assert tried.status_code == 200
    assert f"900.00 yuan: first Head of logistics, then {three}." in text_of(tried.text)
    assert queries.tiers_of(ALL) == DEFAULT
    assert send(lin, LADDERS, **ROWS, try_amount="900").status_code == 302
    session.remove()
    assert queries.tiers_of(ALL) == (Tier(800_00, "head"), Tier(None, "council", 3))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"up_to_1": "1e5"}, 'id="up_to_1-error"'),
        ({"role_1": ""}, 'id="role_1-error"'),
        ({"role_2": ""}, "800.00"),
        ({"least_2": "99"}, 'id="least_2-error"'),
    ],
)
def test_a_ladder_that_cannot_be_is_refused_beside_its_cell(
    school: Flask, change: dict[str, str], said: str
) -> None:
    answer = send(browser(school, "lin"), LADDERS, **{**ROWS, **change}, try_amount="")
    assert (answer.status_code, said in answer.text) == (422, True)
    assert queries.tiers_of(ALL) == DEFAULT


def test_a_kind_gets_rows_of_its_own_and_gives_them_back(school: Flask) -> None:
    lin = browser(school, "lin")
    assert send(lin, f"{LADDERS}?of=money", **ROWS, try_amount="").status_code == 302
    assert queries.has_own_tiers("money")
    assert send(lin, f"{LADDERS}?of=money", **ROWS, try_amount="", follow="1").status_code == 302
    session.remove()
    assert not queries.has_own_tiers("money")
    assert lin.get(f"{LADDERS}?of=note").status_code == 404
    assert browser(school, "admin").get(LADDERS).status_code == 403


def collective() -> Approval:
    with transaction():
        services.set_ladder(by=actor("lin"), name=ALL, tiers=[Tier(None, "council", 3)])
    return propose(ladder=MONEY, subject="money:1", amount=20_000_00, why="冷柜坏了")


def minutes(client: FlaskClient, found: Approval, *members: str, **more: str) -> Any:
    roll = {f"member-{number(one)}": "yes" for one in members}
    form = {"met_on": "2026-03-02", "minutes": "第3次会议", "hash": found.hash, "level": "1", **roll, **more}
    return send(client, f"{PAGE}{found.id}/minutes", **form)


def test_minutes_are_entered_with_the_roll(school: Flask) -> None:
    found, lin = collective(), browser(school, "lin")
    page = lin.get(f"{PAGE}{found.id}").text
    assert "冷柜坏了" in page
    assert len(re.findall(r'name="member-\d+"', page)) == 9
    few = minutes(lin, found, "xu", "zhou")
    assert few.status_code == 422
    assert "不得少于3人" in few.text
    assert minutes(lin, found, "xu", "zhou", "sun", met_on="2026-03-01").status_code == 422
    assert minutes(browser(school, "chen"), found, "xu", "zhou", "sun").status_code == 403
    assert minutes(lin, found, "xu", "zhou", "sun").status_code == 302
    assert "(minutes, entered by 林)" in text_of(lin.get(f"{PAGE}{found.id}?lang=en").text)
    assert minutes(lin, found, "xu", "zhou", "sun").status_code == 409


def test_a_decision_leads_to_the_next_that_waits(school: Flask) -> None:
    first, second = propose(), propose(subject="note:8")
    lin = browser(school, "lin")
    answer = send(lin, f"{PAGE}{first.id}/decide?lang=en", decision="approve")
    assert answer.location == f"{PAGE}{second.id}"
    assert "1 more waits for you" in lin.get(f"{answer.location}?lang=en").text
    assert send(lin, f"{PAGE}{second.id}/decide", decision="approve").location == PAGE


def test_the_card_in_the_inbox_says_what_why_and_who_agreed(school: Flask) -> None:
    found = propose(amount=12_000_00, why="开学前要用")
    act(services.decide, "lin", found, approves=True)
    items = browser(school, "xu").get("/office/inbox.json?lang=en").json["items"]
    (card,) = (one for one in items if one["kind"] == "decision")
    assert card["detail"].startswith("12,000.00 yuan · proposed by 陈 · 开学前要用 · approved before by 林")


def test_a_stand_in_for_somebody_else_is_told_to_both(school: Flask) -> None:
    lin = browser(school, "lin")
    form = {"absent": str(number("xu")), "stand_in": str(number("he")), "reason": "住院"}
    days = {"first": "2026-03-02", "last": "2026-03-06"}
    own = send(lin, f"{PAGE}absences", **{**form, "stand_in": str(number("lin"))}, **days)
    assert (own.status_code, 'id="stand_in-error"' in own.text) == (422, True)
    assert send(lin, f"{PAGE}absences", **form, **days).status_code == 302
    assert "林 named 何 to sign for you" in browser(school, "xu").get(f"{PAGE}?lang=en").text
    assert "You sign on behalf of 徐" in browser(school, "he").get(f"{PAGE}?lang=en").text
    refused = send(browser(school, "chen"), f"{PAGE}absences", **form, **days)
    assert refused.status_code == 422, "the others are not offered"
    assert send(browser(school, "xu"), f"{PAGE}absences/1/end").status_code == 302
