"""The inbox: whose is what, in which order, and that nobody is told of what is another's."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.auth.queries import account
from kiosk.auth.services import add_account
from kiosk.core import clock
from kiosk.core.actor import Place
from kiosk.core.db import session, transaction
from kiosk.core.duty import Duty
from kiosk.core.web import KioskApp
from kiosk.counters.services import add_canteen, add_counter
from kiosk.overview import queries
from kiosk.overview.inbox import MOST
from kiosk.overview.inbox import strip as strip_of
from kiosk.postings import services as postings
from kiosk.postings.queries import drafts, kind_of
from kiosk.purchasing import services as purchasing
from kiosk.ratings.models import Rating
from kiosk.ratings.services import uncount
from kiosk.steps.services import decide
from tests.attic.fees import FEES
from tests.conftest import PASSWORD, actor, begins, canteen, sign_in
from tests.overview.factories import post_sheet, rate
from tests.postings.conftest import furnish, house, inside, of, rooms  # noqa: F401
from tests.steps.conftest import MORNING, act, propose, school  # noqa: F401
from tests.steps.conftest import furnish as with_a_council

DAY = date(2026, 3, 4)
SignIn = Callable[[str], FlaskClient]
origin = begins(rooms, school=with_a_council, house=furnish)
FIELDS = {"key", "kind", "text", "url", "due", "late", "mine", "place", "detail"}


def inbox(browser: FlaskClient, language: str = "en") -> list[dict[str, object]]:
    return list(browser.get(f"/office/inbox.json?lang={language}").get_json()["items"])


def duties_of(app: Flask, username: str) -> list[Duty]:
    with app.test_request_context("/?lang=en"):
        return queries.duties(account(username).actor)


@pytest.fixture
def second(app: Flask, at_lunch: datetime) -> Flask:
    """A second canteen with its manager Hao and its purchaser Guo, and of everything something at both."""
    with app.app_context(), transaction():
        two = add_canteen(by=actor("test"), code="k2", name="第二食堂", name_en="Canteen Two")
        add_counter(by=actor("test"), code="c9", name="粥", kind="canteen", canteen=two)
        for username, role, place in (
            ("hao", "canteen_manager", "k2"),
            ("guo", "purchaser", "k2"),
            ("first", "head", "k1"),
        ):
            who = {"username": username, "name": username, "password": PASSWORD}
            add_account(by=actor("test"), role=role, at=Place(place), **who)
    for code, window in (("k1", "c1"), ("k2", "c9")):
        for price in (25_000, 50_000):
            day = DAY - timedelta(days=price == 25_000)
            post_sheet(app, day, (("蔬菜类", "大西红柿", 40, price),), code)
        with app.app_context(), transaction():
            found = queries.counters.canteen(code)
            draft = purchasing.start_sheet(by=actor("chen"), canteen=found, day=DAY - timedelta(days=30))
            purchasing.save_draft(by=actor("chen"), draft=draft, rows=[], people={})
        rate(app, window, [1, 1, 1, 1, 1])
        with app.app_context(), transaction():
            uncount(session.query(Rating).order_by(Rating.seq.desc()).first(), "burst")
    return app


def test_nobody_is_told_of_another_canteen(second: Flask) -> None:
    for username, own in (("hao", "k2"), ("guo", "k2"), ("first", "k1")):
        found = duties_of(second, username)
        assert found, username
        assert {duty.at.canteen for duty in found} == {own}, username
        told = " ".join(f"{duty.text} {duty.url} {duty.place} {duty.detail}" for duty in found)
        assert ("Canteen One" if own == "k2" else "Canteen Two") not in told
        assert "c1" not in told if own == "k2" else "c9" not in told
    kinds = {duty.kind for duty in duties_of(second, "first")}
    assert kinds >= {"sheet", "price", "alert", "doubt"}, "of every kind there is something at both"
    assert {duty.at.canteen for duty in duties_of(second, "lin")} >= {"k1", "k2"}


def test_each_line_leads_to_where_its_reader_may_go(second: Flask) -> None:
    for username in ("lin", "chen", "wu", "admin", "hao", "guo"):
        browser = sign_in(second.test_client(), username)
        for item in inbox(browser):
            assert browser.get(str(item["url"]), follow_redirects=True).status_code == 200, (username, item)


def test_ones_own_comes_first_and_then_what_is_due_first(second: Flask) -> None:
    items = inbox(sign_in(second.test_client(), "chen"))
    assert all(set(item) == FIELDS for item in items)
    order = [(not item["mine"], item["due"] is None, str(item["due"])) for item in items]
    assert order == sorted(order)
    assert len({item["key"] for item in items}) == len(items), "each has a name of its own"
    missing = next(item for item in items if item["key"] == "sheet:k1:missing")
    assert (missing["due"], missing["late"]) == ("2026-02-18T12:00:00+08:00", True)
    assert items[-1]["mine"] is False
    draft = next(item for item in items if item["key"].startswith("sheet:draft-"))  # type: ignore[attr-defined]
    assert draft["mine"]
    assert "last written by" in str(draft["detail"])
    assert items == sorted(items, key=lambda item: not item["mine"])


def test_a_supervisor_sees_and_a_doer_does(second: Flask) -> None:
    with clock.moved_to(datetime(2026, 3, 5, 1, 0, tzinfo=UTC)):
        mine = {
            username: {item["key"]: item["mine"] for item in inbox(sign_in(second.test_client(), username))}
            for username in ("lin", "chen")
        }
        today = next(one for one in duties_of(second, "chen") if one.key == "sheet:k1")
    assert (mine["lin"]["sheet:k1"], mine["chen"]["sheet:k1"]) == (False, True)
    assert today.due == datetime(2026, 3, 5, 4, 0, tzinfo=UTC)
    assert not today.is_late(datetime(2026, 3, 5, 4, 0, tzinfo=UTC)), "it is due and not late yet"


def test_the_draft_of_an_owed_sheet_is_one_line_and_says_whose_it_is(
    app: Flask, at_lunch: datetime, signed_in: SignIn
) -> None:
    with app.app_context(), transaction():
        draft = purchasing.start_sheet(by=actor("chen"), canteen=canteen(), day=DAY)
        purchasing.save_draft(by=actor("chen"), draft=draft, rows=[], people={})
        number = draft.posting_id
    lines = [item for item in inbox(signed_in("lin")) if str(item["url"]).endswith(f"/sheets/{number}")]
    assert [item["key"] for item in lines] == ["sheet:k1"]
    assert "last written by 陈" in str(lines[0]["detail"])


def test_many_drafts_of_others_are_one_line(app: Flask, at_lunch: datetime, signed_in: SignIn) -> None:
    with app.app_context(), transaction():
        for number in range(7):
            purchasing.start_sheet(by=actor("chen"), canteen=canteen(), day=DAY - timedelta(days=30 + number))
    (line,) = (item for item in inbox(signed_in("lin")) if "draft" in str(item["key"]))
    assert line["text"] == "7 drafts of purchase sheets by others are not posted"
    own = [item for item in inbox(signed_in("chen")) if "draft" in str(item["key"])]
    assert len(own) == 7, "one's own are told apart"


def count_in_head(browser: FlaskClient) -> int:
    page = browser.get("/office/accounts/?lang=en").text
    found = re.search(r'<span class="nav-count">(\d+)<span class="visually-hidden"> for you', page)
    return int(found[1]) if found else 0


def test_the_head_of_every_page_counts_what_is_mine_and_what_is_done_goes(
    app: Flask, at_lunch: datetime, signed_in: SignIn
) -> None:
    chen = signed_in("chen")
    assert count_in_head(chen) == sum(bool(item["mine"]) for item in inbox(chen)) == 2
    post_sheet(app, DAY)
    assert [item["key"] for item in inbox(chen)] == ["sheet:k1:missing"]
    assert count_in_head(chen) == 1
    assert count_in_head(signed_in("wu")) == 0


def test_the_live_view_shows_the_inboxes_top(app: Flask, at_lunch: datetime, signed_in: SignIn) -> None:
    chen = signed_in("chen")
    with app.app_context(), transaction():
        for number in range(9):
            purchasing.start_sheet(by=actor("chen"), canteen=canteen(), day=DAY - timedelta(days=30 + number))
    strip = chen.get("/office/live.json?lang=en").get_json()["parts"]["attention"]
    items = inbox(chen)
    top, more = strip[: MOST - 1], strip[MOST - 1 :]
    assert [row["key"] for row in top] == [item["key"] for item in items[: MOST - 1]]
    assert [row["on"] for row in top] == ["", "", "wide"], "a phone shows fewer"
    assert [(row["on"], row["text"]) for row in more] == [
        ("wide", f"{len(items) - MOST + 1} more in the inbox"),
        ("phone", f"{len(items) - MOST + 2} more in the inbox"),
    ]
    assert {row["url"] for row in more} == {"/office/inbox"}
    rate(app, "c1", [1, 1, 1, 1])
    strip = chen.get("/office/live.json?lang=en").get_json()["parts"]["attention"]
    assert strip[0]["kind"] == "alert"
    assert strip[MOST - 1]["text"] == f"{len(items) - MOST + 2} more in the inbox", "an alert takes a place"


def test_what_is_late_stands_in_the_strip_before_what_is_due_today(
    app: Flask, at_lunch: datetime, signed_in: SignIn
) -> None:
    with clock.moved_to(datetime(2026, 3, 5, 1, 0, tzinfo=UTC)), app.test_request_context("/?lang=en"):
        keys = [one["key"] for one in strip_of(actor("chen"))]
    assert keys[:2] == ["sheet:k1:missing", "sheet:k1"]


def test_whoever_sees_nothing_live_lands_on_an_inbox_that_says_what_comes(app: Flask) -> None:
    with app.app_context(), transaction():
        add_account(by=actor("test"), username="window", password=PASSWORD, role="counter_staff")
    window = sign_in(app.test_client(), "window")
    page = window.get("/office/?lang=en", follow_redirects=True).text
    assert "Nothing waits for you." in page
    assert "Sheets and postings that are due" in page
    assert inbox(window) == []


def test_a_stranger_is_refused(client: FlaskClient) -> None:
    assert client.get("/office/inbox").status_code == 302
    refused = client.get("/office/inbox.json")
    assert (refused.status_code, refused.content_type) == (401, "application/problem+json")


def test_looking_changes_nothing(app: Flask, at_lunch: datetime, signed_in: SignIn) -> None:
    chen = signed_in("chen")
    with app.app_context():
        before = queries.chain.head()
    chen.get("/office/inbox")
    chen.get("/office/inbox.json")
    with app.app_context():
        assert queries.chain.head() == before


# Approvals.


def test_a_decision_waits_for_who_is_asked_until_it_is_made(school: Flask) -> None:  # noqa: F811
    found = propose()
    for other in ("chen", "xu", "wu"):
        assert not [
            item for item in inbox(sign_in(school.test_client(), other)) if item["kind"] == "decision"
        ]
    lin = sign_in(school.test_client(), "lin")
    (item,) = (item for item in inbox(lin) if item["kind"] == "decision")
    assert (item["url"], item["mine"], item["late"]) == (f"/office/steps/{found.id}", True, False)
    assert item["text"] == "Note note:7 waits for your decision"
    assert str(item["detail"]).startswith("proposed by 陈")
    assert item["due"] == "2026-03-04T23:59:59+08:00"
    with clock.moved_to(MORNING + timedelta(days=3)):
        lin = sign_in(school.test_client(), "lin")
        assert "late since 4 Mar<" in lin.get("/office/inbox?lang=en").text
    act(decide, "lin", found, approves=True)
    assert not [item for item in inbox(lin) if item["kind"] == "decision"]
    (item,) = (item for item in inbox(sign_in(school.test_client(), "xu")) if item["kind"] == "decision")
    assert item["due"] is None


def test_what_was_sent_back_comes_to_who_proposed_it_with_the_reason(school: Flask) -> None:  # noqa: F811
    found = propose()
    act(decide, "lin", found, approves=False, why="日期不对")
    (item,) = (item for item in inbox(sign_in(school.test_client(), "chen")) if item["kind"] == "returned")
    assert (item["detail"], item["mine"]) == ("日期不对", True)
    assert not [item for item in inbox(sign_in(school.test_client(), "lin")) if item["kind"] == "returned"]


def test_late_approvals_are_counted_in_the_database_as_each_says(school: Flask) -> None:  # noqa: F811
    from kiosk.steps import queries as steps

    for number in range(3):
        with clock.moved_to(MORNING + timedelta(days=number)):
            propose(subject=f"note:{number}")
    for days in range(1, 8):
        now = MORNING + timedelta(days=days)
        late = [due for due in steps.dues(steps.waiting()).values() if due and due.is_late(now)]
        assert steps.number_late(now) == len(late), days
    assert steps.number_late(MORNING + timedelta(days=7)) == 3


# Postings.


def test_what_is_to_be_posted_and_drafts_are_lines(inside: KioskApp, of: SignIn) -> None:  # noqa: F811
    lin, chen = of("lin"), of("chen")
    owed = {item["key"]: item for item in inbox(chen)}["posting:attic-fees:k1"]
    assert (owed["mine"], owed["late"]) == (True, True)
    assert "is to be posted for 11 periods, the first 18 Feb 2026" in str(owed["text"])
    with transaction():
        draft = postings.start(by=actor("chen"), kind=FEES, place=canteen(), period="2026-02-18")
    owed = {item["key"]: item for item in inbox(chen)}["posting:attic-fees:k1"]
    assert owed["url"] == f"/office/postings/{draft.posting_id}/draft", "the draft that is there goes on"
    assert not [item for item in inbox(chen) if item["key"] == f"posting:draft-{draft.posting_id}"]
    with transaction():
        later = postings.start(by=actor("chen"), kind=FEES, place=canteen(), period="2026-04-01")
    line = {item["key"]: item for item in inbox(lin)}[f"posting:draft-{later.posting_id}"]
    assert "last written by 陈" in str(line["detail"])
    assert not line["mine"]
    assert {item["key"]: item["mine"] for item in inbox(chen)}[str(line["key"])]


def test_many_drafts_and_many_decisions_are_counted_where_they_stand_no_more(
    inside: KioskApp,  # noqa: F811
    of: SignIn,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kiosk.postings.duties.MOST_OWN", 2)
    monkeypatch.setattr("kiosk.postings.duties.MOST", 2)
    monkeypatch.setattr("kiosk.steps.duties.MOST", 2)
    with transaction():
        for number in range(4):
            draft = postings.start(by=actor("lin"), kind=kind_of("notice"))
            text = {"title": f"停水{number}", "text": "今晚停水。"}
            postings.save_draft(by=actor("lin"), draft=draft, revision=0, fields=text)
    mine = [item for item in inbox(of("lin")) if str(item["key"]).startswith("posting:")]
    assert [item["text"] for item in mine if item["key"] == "posting:more"] == ["2 more drafts of mine"]
    assert len([item for item in mine if str(item["key"]).startswith("posting:draft-")]) == 2
    (others,) = (item for item in inbox(of("zhou")) if item["key"] == "posting:drafts")
    assert str(others["text"]).startswith("4 drafts")
    with transaction():
        for one in drafts():
            postings.propose(by=actor("lin"), draft=one)
    assert not [item for item in inbox(of("zhou")) if str(item["key"]).startswith("posting:draft")]
    asked = [item for item in inbox(of("zhou")) if item["kind"] == "decision"]
    assert len(asked) == 3
    assert "decision:more" in [item["key"] for item in asked]
