"""The live view: page, snapshot and stream; who may look; what it says."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.auth.models import Account
from kiosk.auth.services import add_account, give_role, revoke_sign_ins, take_role
from kiosk.core.db import session, transaction
from kiosk.core.i18n import LOCALES
from kiosk.core.snapshots import Edition
from kiosk.core.stream import rounds
from kiosk.overview import permissions
from kiosk.overview.feed import feed
from kiosk.purchasing.permissions import EDIT_DRAFTS
from kiosk.ratings.models import Rating
from kiosk.ratings.permissions import ACKNOWLEDGE_ALERT
from kiosk.ratings.services import uncount
from tests.conftest import LUNCH, PASSWORD, actor, sign_in
from tests.core.test_stream import wait_until
from tests.overview.factories import post_sheet, rate

DAY = date(2026, 3, 4)
MACHINES = ("/office/live.json", "/office/live")
SCRIPT = "<script>alert(1)</script>"


def parts(browser: FlaskClient, language: str = "zh") -> dict[str, list[dict[str, object]]]:
    answer = browser.get(f"/office/live.json?lang={language}")
    assert answer.status_code == 200
    return dict(json.loads(answer.data)["parts"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_works_with_nothing_and_with_something(
    app: Flask, at_lunch: datetime, signed_in: Callable[[str], FlaskClient], language: str
) -> None:
    lin = signed_in("lin")
    assert lin.get(f"/office/?lang={language}").status_code == 200
    rate(app, "c1", [1, 2, 1, 1, 1, 5], comment="面太坨了")
    post_sheet(app, DAY)
    page = lin.get(f"/office/?lang={language}&sort=score&canteen=k1").text
    for text in ("面太坨了", "大白菜", "1,080.00", "1.8"):
        assert text in page


def test_a_stranger_is_refused(client: FlaskClient) -> None:
    assert client.get("/office/").status_code == 302
    refused = client.get("/office/live.json")
    assert (refused.status_code, refused.content_type) == (401, "application/problem+json")
    assert client.get("/office/live", headers={"Accept": "text/event-stream"}).status_code == 401


def test_the_counters_own_staff_see_nothing_live(app: Flask) -> None:
    with app.app_context(), transaction():
        add_account(by=actor("test"), username="window", password=PASSWORD, role="counter_staff")
    window = sign_in(app.test_client(), "window")
    for address in MACHINES:
        assert window.get(address).status_code == 403
    answer = window.get("/office/")
    assert (answer.status_code, answer.location) == (302, "/office/inbox")


def test_the_snapshot_says_what_is_posted_and_rated(
    app: Flask, at_lunch: datetime, signed_in: Callable[[str], FlaskClient]
) -> None:
    post_sheet(app, DAY - timedelta(days=1), (("蔬菜类", "大西红柿", 40, 36_000),))
    post_sheet(app, DAY)
    rate(app, "c1", [5, 5, 4, 4, 3], at=LUNCH - timedelta(days=7))
    rate(app, "c1", [5, 5, 5, 5, 4, 2])
    rate(app, "c2", [1, 1])
    found = parts(signed_in("wu"))
    [canteen] = found["purchases"]
    [sheet] = canteen["sheets"]  # type: ignore[misc, assignment]
    assert sheet["total"] == "1,405.00"
    tomato = sheet["lines"][1]
    assert (tomato["price"], tomato["last"], tomato["change"], tomato["marked"]) == (
        "5.00",
        "3.60",
        "+39%",
        True,
    )
    noodles, stir_fry, _water = found["counters"]
    assert (noodles["score"], noodles["n"], noodles["levels"]) == ("4.3", 6, [4, 1, 0, 1, 0])
    assert (noodles["delta"], noodles["rank"]) == ("+0.1", None)
    assert (stir_fry["score"], stir_fry["levels"], stir_fry["note"]) == ("—", None, "评价太少")


def test_two_sheets_of_a_day_stand_apart(
    app: Flask, at_lunch: datetime, signed_in: Callable[[str], FlaskClient]
) -> None:
    post_sheet(app, DAY)
    post_sheet(app, DAY, (("蔬菜类", "土豆", 10, 20_000),))
    [canteen] = parts(signed_in("wu"))["purchases"]
    first, second = canteen["sheets"]  # type: ignore[misc]
    assert (first["total"], second["total"]) == ("1,405.00", "20.00")  # type: ignore[index]
    assert "公示" in second["who"]  # type: ignore[index]
    assert canteen["summary"] == "2 张公示单，合计 1,425.00 元"


def test_too_few_tell_nothing_of_their_levels(
    app: Flask, at_lunch: datetime, signed_in: Callable[[str], FlaskClient]
) -> None:
    rate(app, "c1", [1, 1, 1])
    one = parts(signed_in("lin"), "en")["counters"][0]
    assert (one["n"], one["note"]) == (3, "too few")
    assert (one["score"], one["levels"], one["delta"]) == ("—", None, "")


def test_what_needs_a_person_comes_first(
    app: Flask, at_lunch: datetime, signed_in: Callable[[str], FlaskClient]
) -> None:
    rate(app, "c1", [1, 1, 1, 1])
    lin = signed_in("lin")
    alert, missing, sheet = parts(lin, "en")["attention"]
    assert missing["text"] == (
        "Canteen One: the purchases of 10 days were never posted, the first Wed 18 Feb"
    )
    assert alert["text"] == "Noodles since 12:05: 4 of 4 bad in 15 min"
    assert sheet["text"] == "Canteen One has not posted its purchases"
    token = re.findall(r'name="csrf_token" value="([^"]+)"', lin.get("/office/").text)[0]
    address = str(alert["alert"]["url"])  # type: ignore[index]
    assert lin.post(address, data={"csrf_token": token}).status_code == 302
    assert [one["key"] for one in parts(lin)["attention"]] == ["sheet:k1:missing", "sheet:k1"]
    post_sheet(app, DAY)
    assert [one["key"] for one in parts(lin)["attention"]] == ["sheet:k1:missing"]


def rows(browser: FlaskClient) -> dict[str, str]:
    """What needs a person today, as an account sees it: where each row leads."""
    rows = [one for one in parts(browser, "en")["attention"] if one["key"] != "sheet:k1:missing"]
    return {str(one["kind"]): str(one["url"]) for one in rows}


def test_each_row_leads_to_where_it_is_done_and_is_shown_to_whom_may(
    app: Flask, at_lunch: datetime, signed_in: Callable[[str], FlaskClient]
) -> None:
    assert rows(signed_in("chen"))["sheet"] == f"/office/purchasing/sheets/new?canteen=k1&day={DAY}"
    assert "sheet" not in rows(signed_in("wu")), "an accountant writes no sheets"
    post_sheet(app, DAY - timedelta(days=1), (("蔬菜类", "大西红柿", 40, 36_000),))
    post_sheet(app, DAY)
    rate(app, "c2", [1])
    with app.app_context(), transaction():
        uncount(session.query(Rating).one(), "burst")
    head, manager, accountant = (signed_in(name) for name in ("lin", "chen", "wu"))
    said = {str(one["kind"]): one["text"] for one in parts(head, "en")["attention"]}
    assert said["price"] == "Canteen One: 1 price stands out (大西红柿 +39%)"
    assert said["doubt"] == "1 doubtful rating waits for a decision"
    for browser, kinds in ((head, {"price", "doubt"}), (manager, {"price"}), (accountant, {"price"})):
        found = {kind: url for kind, url in rows(browser).items() if not kind.startswith("server")}
        assert set(found) == kinds
        for url in found.values():
            assert browser.get(url, follow_redirects=True).status_code == 200


def test_before_todays_sheet_the_last_one_is_shown_and_said_to_be_it(
    app: Flask, at_lunch: datetime, signed_in: Callable[[str], FlaskClient]
) -> None:
    wu = signed_in("wu")
    assert parts(wu, "en")["purchases"][0]["earlier"] is None
    post_sheet(app, DAY - timedelta(days=5))
    [canteen] = parts(wu, "en")["purchases"]
    assert canteen["earlier"]["says"] == "Last posted: Fri 27 Feb"  # type: ignore[index]
    assert "Last posted: Fri 27 Feb" in wu.get("/office/?lang=en").text
    post_sheet(app, DAY)
    assert parts(wu, "en")["purchases"][0]["earlier"] is None


def test_only_those_who_may_get_the_button(
    app: Flask, at_lunch: datetime, signed_in: Callable[[str], FlaskClient]
) -> None:
    rate(app, "c1", [1, 1, 1, 1])
    assert "data-acknowledge" in signed_in("chen").get("/office/").text
    assert "data-acknowledge" not in signed_in("wu").get("/office/").text


def test_comments_are_masked_and_text(
    app: Flask, at_lunch: datetime, signed_in: Callable[[str], FlaskClient]
) -> None:
    rate(app, "c1", [5], comment=f"13812345678 {SCRIPT}")
    lin = signed_in("lin")
    assert "13812345678" not in lin.get("/office/live.json").text
    page = lin.get("/office/").text
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page


def test_the_snapshot_has_a_tag(
    app: Flask, at_lunch: datetime, signed_in: Callable[[str], FlaskClient]
) -> None:
    lin = signed_in("lin")
    first = lin.get("/office/live.json")
    tag = first.headers["ETag"]
    assert lin.get("/office/live.json", headers={"If-None-Match": tag}).status_code == 304
    assert lin.get("/office/live.json?lang=en", headers={"If-None-Match": tag}).status_code == 200
    rate(app, "c1", [5])
    again = lin.get("/office/live.json?lang=zh", headers={"If-None-Match": tag})
    assert again.status_code == 200
    assert again.headers["ETag"] != tag


def test_the_stream_begins_with_the_snapshot_and_frees_its_place(
    app: Flask, at_lunch: datetime, signed_in: Callable[[str], FlaskClient]
) -> None:
    answer = signed_in("lin").get("/office/live", buffered=False)
    assert answer.content_type == "text/event-stream"
    events = (event for event in answer.response if event)
    assert next(events) == b"retry: 2000\n\n"
    assert next(events).startswith(b"event: snapshot\nid: ")
    assert feed(app).streams == 1
    assert "\nkiosk_streams 1\n" in app.test_client().get("/metrics").text
    answer.close()
    wait_until(lambda: feed(app).streams == 0)


def test_beyond_the_cap_the_stream_is_refused_at_once(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    lin = signed_in("lin")
    feed(app).cap = 1
    first = lin.get("/office/live", buffered=False)
    refused = lin.get("/office/live")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    first.close()
    wait_until(lambda: feed(app).streams == 0)
    again = lin.get("/office/live", buffered=False)
    assert again.status_code == 200
    again.close()


def test_revoking_the_sign_in_ends_the_stream(
    app: Flask, signed_in: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "RECHECK", 0.0)
    answer = signed_in("lin").get("/office/live", buffered=False)
    events = iter(answer.response)
    next(events), next(events)
    with app.app_context(), transaction():
        revoke_sign_ins(account=session.query(Account).filter_by(username="lin").one())
    assert list(events)[-1] == b"event: over\ndata: {}\n\n"


def test_another_role_ends_the_stream(
    app: Flask, signed_in: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "RECHECK", 0.0)
    answer = signed_in("lin").get("/office/live", buffered=False)
    events = iter(answer.response)
    next(events), next(events)
    with app.app_context(), transaction():
        lin = session.query(Account).filter_by(username="lin").one()
        give_role(by=actor("admin"), account=lin, role="accountant")
        take_role(by=actor("admin"), account=lin, role=lin.roles[0])
    assert list(events)[-1] == b"event: over\ndata: {}\n\n"


def test_both_languages_are_told_apart(app: Flask, at_lunch: datetime) -> None:
    chinese, english = (feed(app).snapshot(Edition(language)) for language in LOCALES)
    assert "面食" in chinese.parts["counters"]
    assert "Noodles" in english.parts["counters"]


def test_ways_are_offered_to_those_who_may_go_them() -> None:
    for offer, right in (
        (permissions.OFFER_ACKNOWLEDGE, ACKNOWLEDGE_ALERT),
        (permissions.OFFER_WRITE, EDIT_DRAFTS),
    ):
        assert offer.roles == right.roles, offer.name
        assert offer.reach == right.reach, offer.name
