"""The pages of approvals: what waits for one, and all one needs to decide."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.auth.queries import account
from kiosk.core import clock, security
from kiosk.core.db import session, transaction
from kiosk.school.services import change_settings
from kiosk.steps import queries, services
from kiosk.steps.models import Approval
from kiosk.steps.settings import SECOND_FACTOR
from tests.conftest import actor, csrf, sign_in
from tests.steps.conftest import MORNING, act, propose, second_account

PAGE = "/office/steps/"


def browser(school: Flask, username: str) -> FlaskClient:
    return sign_in(school.test_client(), username)


def decide(client: FlaskClient, found: Approval, **form: Any) -> Any:
    """Send the form of the page, with what stands hidden in it, as a browser does."""
    page = client.get(f"{PAGE}{found.id}").text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    data = {**hidden, "csrf_token": csrf(client, "/office/accounts/"), "decision": "approve", **form}
    return client.post(f"{PAGE}{found.id}/decide", data=data)


def state(found: Approval) -> tuple[str, int]:
    session.rollback()
    session.expire_all()
    now = queries.approval(found.id)
    return now.state, now.level


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_what_waits_for_me_leads_to_its_page_and_is_decided_there(school: Flask) -> None:
    found = propose()
    lin = browser(school, "lin")
    assert f'href="{PAGE}{found.id}"' in lin.get(PAGE).text
    page = lin.get(f"{PAGE}{found.id}").text
    assert "<p>dust on note:7</p>" in page, "what is decided about is shown by its own room"
    answer = decide(lin, found, comment="同意")
    assert (answer.status_code, state(found)) == (302, ("open", 2))
    assert "同意" in lin.get(f"{PAGE}{found.id}").text
    assert decide(browser(school, "xu"), found).status_code == 302
    assert state(found) == ("approved", 2)


def test_the_documented_fields_alone_decide(school: Flask) -> None:
    found, lin = propose(), browser(school, "lin")
    token = csrf(lin, "/office/accounts/")
    answer = lin.post(f"{PAGE}{found.id}/decide", data={"csrf_token": token, "decision": "approve"})
    assert (answer.status_code, state(found)) == (302, ("open", 2))


def test_sending_back_needs_a_reason_which_stands_beside_the_field(school: Flask) -> None:
    found, lin = propose(), browser(school, "lin")
    answer = decide(lin, found, decision="return")
    assert (answer.status_code, state(found)) == (422, ("open", 1))
    assert 'id="comment-error"' in answer.text
    assert decide(lin, found, decision="return", comment="日期不对").status_code == 302
    assert "日期不对" in browser(school, "chen").get(f"{PAGE}{found.id}").text


@pytest.mark.parametrize("by", ["chen", "admin", "lin"])
def test_the_drafter_is_refused_and_sees_no_button(school: Flask, by: str) -> None:
    found, client = propose(by), browser(school, by)
    assert "/decide" not in client.get(f"{PAGE}{found.id}").text
    assert (decide(client, found).status_code, state(found)) == (403, ("open", 1))


def test_a_second_account_of_the_drafter_is_refused(school: Flask) -> None:
    found = propose("chen")
    second = second_account("chen", "admin")
    assert decide(browser(school, second), found).status_code == 403


def test_a_stranger_sees_nothing_of_it(school: Flask) -> None:
    found, he = propose(), browser(school, "he")
    assert he.get(f"{PAGE}{found.id}").status_code == 403
    assert decide(he, found).status_code == 403
    assert he.get(f"{PAGE}99").status_code == 404
    assert browser(school, "xu").get(f"{PAGE}{found.id}").status_code == 200


def test_a_page_that_is_out_of_date_signs_nothing(school: Flask) -> None:
    found, lin = propose(content=b"a"), browser(school, "lin")
    old = found.hash
    act(services.change, "chen", found, content=b"b", changed=["text"])
    answer = decide(lin, found, hash=old)
    assert (answer.status_code, state(found)) == (409, ("open", 1))
    assert "备注" in answer.text, "it says what changed"


def test_who_comes_second_is_told_who_was_first(school: Flask) -> None:
    found = propose()
    assert decide(browser(school, "lin"), found).status_code == 302
    answer = decide(browser(school, "gao"), found, hash=found.hash, level="1")
    assert (answer.status_code, state(found)) == (409, ("open", 2))
    assert "林" in answer.text


def test_void_signatures_stay_visible(school: Flask) -> None:
    found, lin = propose(), browser(school, "lin")
    decide(lin, found)
    act(services.change, "chen", found, content=b"b", changed=["text"])
    text = text_of(lin.get(f"{PAGE}{found.id}?lang=en").text)
    assert "These signatures are void" in text
    assert text.count("林 approved it") == 1
    assert "changed it: " in text


def absence(client: FlaskClient, **form: str) -> Any:
    data = {"csrf_token": csrf(client, f"{PAGE}absences"), **form}
    return client.post(f"{PAGE}absences", data=data)


def test_a_stand_in_is_named_decides_and_is_thanked_early(school: Flask) -> None:
    found, lin, he = propose(), browser(school, "lin"), browser(school, "he")
    number = str(account("he").person.number)
    days = {"first": "2026-03-02", "last": "2026-03-06"}
    assert absence(lin, stand_in=number, **days, reason="").status_code == 422
    unasked = absence(lin, stand_in="", **days, reason="培训")
    assert (unasked.status_code, "请选择代签人" in unasked.text) == (422, True), (
        "nobody is named by a list's order"
    )
    assert absence(lin, stand_in=number, **days, reason="培训").status_code == 302
    assert absence(lin, stand_in=number, **days, reason="培训").status_code == 302, "a second click"
    assert absence(lin, stand_in=number, **{**days, "last": "2026-03-05"}, reason="培训").status_code == 422
    assert lin.get(f"{PAGE}absences").text.count("培训") == 1
    assert f'href="{PAGE}{found.id}"' in he.get(PAGE).text
    assert "林" in he.get(f"{PAGE}{found.id}").text
    assert (decide(he, found).status_code, state(found)) == (302, ("open", 2))
    token = csrf(lin, f"{PAGE}absences")
    assert lin.post(f"{PAGE}absences/1/end", data={"csrf_token": token}).status_code == 302
    assert (
        he.post(f"{PAGE}absences/1/end", data={"csrf_token": csrf(he, PAGE + "absences")}).status_code == 403
    )


def code_of(username: str) -> str:
    """The code that the phone shows now."""
    step = int(clock.now().timestamp()) // 30
    return security.totp(str(account(username).totp_secret), step)


def test_the_second_factor_is_demanded_where_the_school_says_so(school: Flask) -> None:
    found, lin = propose(), browser(school, "lin")
    with transaction():
        change_settings(by=actor("admin"), **{SECOND_FACTOR.name: True})
    answer = decide(lin, found)
    assert (answer.status_code, state(found)) == (403, ("open", 1)), "none is set up"
    with transaction():
        account("lin").totp_secret = security.new_totp_secret()
    answer = decide(lin, found, code="000000")
    assert (answer.status_code, state(found)) == (422, ("open", 1))
    assert account("lin").code_failures == 1, "wrong ones are counted"
    code = code_of("lin")
    assert (decide(lin, found, code=code).status_code, state(found)) == (302, ("open", 2))
    other = propose(subject="note:8")
    assert (decide(lin, other, code=code).status_code, state(other)) == (422, ("open", 1)), (
        "a code is good once"
    )


def test_what_would_be_refused_anyhow_spends_no_code(school: Flask) -> None:
    found, chen = propose(), browser(school, "chen")
    with transaction():
        change_settings(by=actor("admin"), **{SECOND_FACTOR.name: True})
        account("chen").totp_secret = security.new_totp_secret()
    assert decide(chen, found, code=code_of("chen")).status_code == 403
    session.rollback()
    session.expire_all()
    assert account("chen").totp_last_step is None


def test_what_is_late_is_put_before_the_head(school: Flask) -> None:
    found, lin = propose(), browser(school, "lin")
    assert "approvals:all" not in lin.get("/office/live.json").text
    with clock.moved_to(MORNING + timedelta(days=3)):
        lin = browser(school, "lin")
        assert "approvals:all" in lin.get("/office/live.json").text
        assert "late" in text_of(lin.get(f"{PAGE}?lang=en").text)
        assert decide(lin, found).status_code == 302
        assert "approvals:all" not in lin.get("/office/live.json").text


def test_the_navigation_names_approvals_where_something_is_approved(school: Flask, app: Flask) -> None:
    assert f'href="{PAGE}"' in browser(school, "he").get("/office/postings/").text
    assert f'href="{PAGE}"' not in sign_in(app.test_client(), "lin").get("/office/postings/").text
