"""The office's pages of ratings: they work, strangers and wrong roles are refused, little leaks to staff."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from kiosk.auth.services import add_account
from kiosk.chain import queries as chain
from kiosk.core import clock
from kiosk.core.db import db, transaction
from kiosk.counters.services import add_counter
from kiosk.presence import services as presence
from kiosk.ratings import history, queries, services
from kiosk.ratings.queries import Counts
from tests.conftest import LUNCH, PASSWORD, actor, counter, csrf, enrol, sign_in

PAGES = (
    "/office/ratings/",
    "/office/ratings/counters/c1",
    "/office/ratings/export.csv",
    "/office/ratings/marks",
)
SCRIPT = "<script>alert(1)</script>"


def rate(app: Flask, code: str, levels: list[int], comment: str = "", at: datetime = LUNCH) -> None:
    """Ratings from printed slips: each a visitor of its own."""
    for number, level in enumerate(levels):
        with clock.moved_to(at + timedelta(seconds=number)), app.app_context(), transaction():
            one = presence.read_pass(presence.issue_pass(counter=counter(code), channel="slip"))
            services.take_press(
                services.Press(phone_pass=one, id=uuid4(), level=level, comment=comment, reasons=["taste"])
            )


@pytest.fixture
def staff(app: Flask) -> FlaskClient:
    """Somebody who serves at a counter."""
    with app.app_context(), transaction():
        add_account(by=actor("test"), username="window", password=PASSWORD, role="counter_staff", name="窗口")
    return sign_in(app.test_client(), "window")


@pytest.mark.parametrize("address", PAGES)
def test_pages_work(
    app: Flask, at_lunch: datetime, signed_in: Callable[[str], FlaskClient], address: str
) -> None:
    rate(app, "c1", [5, 4, 4, 2, 1, 5], comment="面太坨了")
    assert signed_in("wu").get(address).status_code == 200
    assert signed_in("wu").get(address + "?lang=en").status_code == 200


@pytest.mark.once
@pytest.mark.parametrize("address", PAGES)
def test_pages_work_where_nothing_was_rated(signed_in: Callable[[str], FlaskClient], address: str) -> None:
    assert signed_in("lin").get(address).status_code == 200


@pytest.mark.once
@pytest.mark.parametrize("address", PAGES)
def test_a_stranger_is_sent_to_sign_in(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


@pytest.mark.once
def test_staff_do_not_see_marks(staff: FlaskClient) -> None:
    assert staff.get("/office/ratings/marks").status_code == 403


def test_unknown_counters_and_days_are_not_found(signed_in: Callable[[str], FlaskClient]) -> None:
    lin = signed_in("lin")
    assert lin.get("/office/ratings/counters/none").status_code == 404
    assert lin.get("/office/ratings/counters/c1?day=yesterday").status_code == 404
    assert lin.get("/office/ratings/counters/c1?level=9&before=x").status_code == 200


def test_counter_shows_its_figures_and_comments_as_text(
    app: Flask, at_lunch: datetime, signed_in: Callable[[str], FlaskClient]
) -> None:
    rate(app, "c1", [5, 5, 5, 5, 4], comment=f"13812345678 {SCRIPT}")
    page = signed_in("lin").get("/office/ratings/counters/c1").text
    assert "4.8" in page
    assert "13812345678" not in page
    assert SCRIPT not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_comments_can_be_filtered_by_level(
    app: Flask, at_lunch: datetime, signed_in: Callable[[str], FlaskClient]
) -> None:
    rate(app, "c1", [5], comment="very good")
    rate(app, "c1", [1], comment="very bad")
    page = signed_in("lin").get("/office/ratings/counters/c1?level=1").text
    assert "very bad" in page
    assert "very good" not in page


def test_staff_see_nothing_of_today_and_no_comment_ever(
    app: Flask, at_lunch: datetime, staff: FlaskClient
) -> None:
    today = at_lunch
    rate(app, "c1", [1] * 6, comment="said today", at=today)
    rate(app, "c1", [4] * 6, comment="said before", at=today - timedelta(days=1))
    page = staff.get("/office/ratings/counters/c1").text
    assert "said" not in page
    assert ">1.0<" not in page
    assert ">4.0<" in page
    tomorrow = (today + timedelta(days=1)).date()
    assert ">1.0<" not in staff.get(f"/office/ratings/counters/c1?day={tomorrow}").text
    assert str(today.date()) not in staff.get("/office/ratings/export.csv").text


def test_staff_see_a_meal_once_it_is_closed(app: Flask, at_lunch: datetime, staff: FlaskClient) -> None:
    rate(app, "c1", [4] * 6)
    with app.app_context():
        assert history.closed_meals(counter("c1").id, at_lunch.date()) == []
    with app.app_context(), transaction():
        services.close_meals(by=actor("test"), everything=True)
    with app.app_context():
        [(meal, counts)] = history.closed_meals(counter("c1").id, at_lunch.date())
        assert (meal.code, counts) == ("lunch", Counts(n4=6))


def test_staff_do_not_see_small_numbers(
    app: Flask, staff: FlaskClient, signed_in: Callable[..., FlaskClient]
) -> None:
    yesterday = clock.now() - timedelta(days=1)
    rate(app, "c1", [1, 1, 1], at=yesterday)

    def rows(browser: FlaskClient) -> list[list[str]]:
        text = browser.get("/office/ratings/export.csv?span=week").data.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))[1:]

    assert rows(staff)[0][3:] == ["评价太少", *[""] * 9]
    assert rows(signed_in("lin"))[0][3] == "3"


def test_places_are_given_only_to_enough_ratings(app: Flask, at_lunch: datetime) -> None:
    with app.app_context():
        few, many, better = Counts(n5=29), Counts(n1=10, n5=20), Counts(n1=5, n5=25)
        assert queries.ranking({1: few, 2: many, 3: better}) == {3: 1, 2: 2}


def test_marks_are_counted_in_the_open(
    app: Flask, at_lunch: datetime, signed_in: Callable[[str], FlaskClient]
) -> None:
    key = enrol(app, "c1")
    assert key
    with app.app_context(), transaction():
        from kiosk.counters.queries import tablet_with

        tablet = tablet_with(key)
        for number in (1, 2):
            services.take(
                id=uuid4(),
                counter=counter("c1"),
                level=1,
                channel="tablet",
                tablet=tablet,
                tablet_seq=number,
                live=True,
            )
    page = signed_in("lin").get("/office/ratings/marks?span=today").text
    assert "面食" in page
    assert "炒菜" not in page


def test_an_alert_is_acknowledged_on_the_record(
    app: Flask, at_lunch: datetime, signed_in: Callable[[str], FlaskClient]
) -> None:
    rate(app, "c1", [1, 1, 1, 1])
    with app.app_context():
        [alert] = queries.alerts_now(clock.now())
        before = chain.head().seq
    address = f"/office/ratings/alerts/{alert.alert.id}/acknowledge"
    lin = signed_in("lin")
    token = csrf(lin, "/office/ratings/")
    assert lin.post(address).status_code == 400
    answer = lin.post(address, data={"csrf_token": token, "next": "//elsewhere.example/"})
    assert (answer.status_code, answer.location) == (302, "/office/")
    with app.app_context():
        assert queries.alerts_now(clock.now())[0].alert.acknowledged_by == "lin"
        assert chain.head().seq > before
    assert signed_in("wu").post(address, data={"csrf_token": token}).status_code in (400, 403)
    assert lin.post("/office/ratings/alerts/999/acknowledge", data={"csrf_token": token}).status_code == 404


@pytest.mark.parametrize(
    "address", ["/office/ratings/", "/office/ratings/counters/c1", "/office/ratings/marks"]
)
def test_the_number_of_queries_does_not_grow(
    app: Flask, at_lunch: datetime, signed_in: Callable[[str], FlaskClient], address: str
) -> None:
    lin = signed_in("lin")
    rate(app, "c1", [5, 4, 1], comment="one")

    def asked() -> int:
        number = [0]

        def count(*_: object) -> None:
            number[0] += 1

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", count)
        assert lin.get(address).status_code == 200
        event.remove(engine, "before_cursor_execute", count)
        return number[0]

    with_one = asked()
    with app.app_context(), transaction():
        for number in (1, 2):
            add_counter(by=actor("test"), code=f"more{number}", name=f"更多{number}", kind="canteen")
    for code in ("c2", "more1", "more2"):
        rate(app, code, [5, 4, 1, 2], comment="more")
    assert asked() == with_one
