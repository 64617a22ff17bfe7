"""What is promised, changed and given up, who may, and how it is shown with its figures."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import DatabaseError

from kiosk.auth.services import add_account
from kiosk.commitments import queries, services
from kiosk.commitments.checks import recount
from kiosk.commitments.models import Commitment
from kiosk.commitments.services import IsPromised, NothingNew, change, give_up, promise
from kiosk.core import clock
from kiosk.core.actor import Place
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.web import KioskApp
from kiosk.counters.services import add_canteen
from tests.commitments.conftest import asked
from tests.conftest import LUNCH, PASSWORD, actor, canteen, counter, csrf, sign_in, tamper

TODAY, TOMORROW = date(2026, 3, 4), date(2026, 3, 5)
LATER = LUNCH + timedelta(days=9)
ANSWERS = "Whoever asks or complains has an answer within 3 school days"
WHY = "人手不足，答复需要更多时间"


def read(client: FlaskClient, address: str) -> str:
    """The text of a page in English."""
    answer = client.get(address + ("&" if "?" in address else "?") + "lang=en")
    assert answer.status_code == 200, f"{address}: {answer.status}"
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def answers(*kept: bool) -> None:
    """Cases that came in, one each day from today on, answered in time or not."""
    asked[:] = [(TODAY + timedelta(days=number), one) for number, one in enumerate(kept)]


def promised(values: dict[str, object], place: str = "counter:c1", since: date = TODAY) -> Commitment:
    """The first of what the head promises."""
    with transaction():
        found = queries.place_named(place)
        return promise(by=actor("lin"), place=found, since=since, values=values)[0]


@pytest.mark.parametrize(
    "address",
    ["/c/c1", "/commitments/", "/office/counters/c1/poster", "/office/commitments/places/counter:c1"],
)
def test_three_of_four_are_told_where_people_look(house: KioskApp, address: str) -> None:
    with house.app_context():
        promised({"answer": 3, "queue": 10})
    lin = sign_in(house.test_client(), "lin")
    assert "no data yet" in read(lin, address)
    answers(True, True, False, True)
    with clock.moved_to(LATER):
        lin = sign_in(house.test_client(), "lin")
        text = read(lin, address)
        assert ANSWERS in text
        assert "kept 3 of 4 since 4 Mar (cases)" in text
        assert "75%" not in text, "too few for a share"
        assert "not measured yet: only somebody who goes there can see it" in text, "the queue"
        answers(True, True, False, True, True)
        assert "kept 4 of 5 since 4 Mar (cases) · 80%" in read(lin, address)


def test_the_phone_shows_it_once_the_rating_is_stored(house: KioskApp) -> None:
    from kiosk.counters.queries import poster_token

    with house.app_context():
        promised({"answer": 3})
        token = poster_token(counter())
    client = house.test_client()
    place = client.get(f"/q/c1?p={token}").headers["Location"]
    client.post(place, data={"level": "4"})
    assert ANSWERS in read(client, place)


def test_what_was_promised_before_keeps_its_figures(inside: KioskApp) -> None:
    one = promised({"answer": 3})
    answers(True, False, True, True, True)
    with transaction():
        change(by=actor("chen"), commitment=one, value=2, since=date(2026, 3, 7), reason=WHY)
    with clock.moved_to(LATER):
        now = queries.promised(counter(), LATER.date())
        assert [(p.version.value, p.figures.kept, p.figures.of) for p in now if p.figures] == [(2, 2, 2)]
        before = queries.history(one, LATER.date())
        assert [(p.version.value, p.until, p.figures.kept, p.figures.of) for p in before if p.figures] == [
            (3, date(2026, 3, 6), 2, 3)
        ]
        page = read(inside.test_client(), "/commitments/")
        assert "What was promised before" in page
        assert f"Changed because: {WHY}" in page
        assert "kept 2 of 3 since 4 Mar (cases)" in page


def test_nobody_rewrites_today(inside: KioskApp) -> None:
    one = promised({"answer": 3})
    for day in (TODAY, TODAY - timedelta(days=1)):
        with pytest.raises(Invalid) as refused, transaction():
            change(by=actor("lin"), commitment=one, value=5, since=day, reason=WHY)
        assert refused.value.field == "since"
    with pytest.raises(Invalid), transaction():
        change(by=actor("lin"), commitment=one, value=5, since=TOMORROW, reason=" ")
    with pytest.raises(NothingNew), transaction():
        change(by=actor("lin"), commitment=one, value=3, since=TOMORROW, reason=WHY)
    with pytest.raises(Invalid), transaction():
        promise(by=actor("lin"), place=canteen(), since=TODAY - timedelta(days=1), values={"answer": 3})
    with pytest.raises(DatabaseError), transaction():
        one.versions[0].since = TODAY - timedelta(days=9)
        session.flush()
    session.rollback()
    assert [version.value for version in one.versions] == [3]


def test_a_planned_change_can_be_replaced_before_it_begins(inside: KioskApp) -> None:
    one = promised({"answer": 3})
    for value, day in ((9, 20), (5, 12)):
        with transaction():
            change(by=actor("lin"), commitment=one, value=value, since=date(2026, 3, day), reason=WHY)
    assert [queries.ruling(one, date(2026, 3, day)).value for day in (4, 11, 12, 25)] == [3, 3, 5, 5]  # type: ignore[union-attr]
    with clock.moved_to(LUNCH + timedelta(days=30)):
        assert [p.version.value for p in queries.history(one, date(2026, 4, 3))] == [3], (
            "9 never was in force"
        )


def test_what_is_given_up_can_be_promised_again(inside: KioskApp) -> None:
    one = promised({"answer": 3})
    with transaction():
        give_up(by=actor("lin"), commitment=one, since=TOMORROW, reason=WHY)
    with clock.moved_to(LATER):
        assert queries.promised(counter(), LATER.date()) == []
        assert "answer" not in [kind.code for kind in queries.open_kinds(counter())], "by a change alone"
        with pytest.raises(Conflict), transaction():
            give_up(by=actor("lin"), commitment=one, since=date(2026, 3, 20), reason=WHY)
        assert f"Given up because: {WHY}" in read(inside.test_client(), "/commitments/")
        with transaction():
            change(by=actor("lin"), commitment=one, value=3, since=date(2026, 3, 14), reason="人手已补齐")
    assert [version.stands for version in one.versions] == [True, False, True]


def test_a_canteen_promises_for_its_counters(inside: KioskApp) -> None:
    promised({"answer": 3}, "canteen:k1")
    answers(True, True, False, True)
    with clock.moved_to(LATER):
        (of_noodles,) = queries.promised(counter("c1"), LATER.date())
        (of_fry,) = queries.promised(counter("c2"), LATER.date())
        assert of_noodles.figures == of_fry.figures, "measured over all of them"
        assert queries.promised(counter("water"), LATER.date()) == []
        promised({"answer": 2}, "counter:c2", LATER.date())
        assert [one.version.value for one in queries.promised(counter("c2"), LATER.date())] == [2]


def test_promises_that_do_not_fit_are_refused(inside: KioskApp) -> None:
    promised({"hours": [["11:20", "13:00"]]})
    for place, values, problem in (
        ("counter:c1", {"hours": [["06:30", "08:00"]]}, IsPromised),
        ("counter:c1", {"temperature": 90}, IsPromised),
        ("counter:c2", {"hours": [["13:00", "11:20"]]}, Invalid),
        ("counter:c2", {"answer": 16}, Invalid),
        ("counter:c2", {"text": "长" * 81}, Invalid),
        ("counter:c2", {"answer": None, "text": ""}, Invalid),
    ):
        with pytest.raises(problem), transaction():
            promise(by=actor("lin"), place=queries.place_named(place), since=TODAY, values=values)
    for number in range(2):
        promised({"text": f"第 {number} 条"}, "counter:c2")
    with pytest.raises(IsPromised):
        promised({"text": "第三条"}, "counter:c2")
    with transaction():
        session.rollback()
    assert session.query(Commitment).count() == 3


def test_a_manager_sets_what_is_promised_at_the_own_canteen_alone(house: KioskApp) -> None:
    with house.app_context(), transaction():
        add_canteen(by=actor("test"), code="k2", name="第二食堂")
        add_account(
            by=actor("test"),
            username="hao",
            password=PASSWORD,
            role="canteen_manager",
            at=Place(canteen="k2"),
            name="郝",
        )
    with house.app_context():
        for username, code in (("hao", "counter:c1"), ("chen", "counter:water"), ("wu", "counter:c1")):
            with pytest.raises(Forbidden), transaction():
                place = queries.place_named(code)
                promise(by=actor(username), place=place, since=TODAY, values={"answer": 3})
        with transaction():
            promise(
                by=actor("hao"), place=queries.place_named("canteen:k2"), since=TODAY, values={"answer": 3}
            )
    browsers = {name: sign_in(house.test_client(), name) for name in ("lin", "chen", "hao", "wu")}
    expected = {
        "counter:c1": {"lin": 200, "chen": 200, "hao": 403, "wu": 403},
        "counter:water": {"lin": 200, "chen": 403, "hao": 403, "wu": 403},
        "canteen:k2": {"lin": 200, "chen": 200, "hao": 200, "wu": 403},
        "counter:none": {"lin": 404, "chen": 404, "hao": 404, "wu": 403},
    }
    for place, answers_to in expected.items():
        address = f"/office/commitments/places/{place}"
        assert {name: browsers[name].get(address).status_code for name in browsers} == answers_to, place
    assert "面食" not in browsers["hao"].get("/office/commitments/").text


def test_the_page_proposes_and_publishes_with_one_button(house: KioskApp) -> None:
    lin, address = sign_in(house.test_client(), "lin"), "/office/commitments/places/counter:water"
    page = lin.get(address).text
    assert re.search(r'name="temperature"[^>]*value="90"', page)
    assert re.search(r'name="answer"[^>]*value="3"', page)
    form = {"csrf_token": csrf(lin, address), "since": "2026-03-04", "temperature": "95", "answer": ""}
    assert lin.post(address, data={**form, "queue": "abc"}).status_code == 422, "no word is taken for nothing"
    assert lin.post(address, data=form).status_code == 302
    assert not re.search(r'name="answer"[^>]*value="3"', lin.get(address).text), "no second proposal slips in"
    assert "The water is at least 95 °C hot" in read(house.test_client(), "/c/water")
    assert lin.post(address, data=form).status_code == 302, "a second click promises nothing twice"
    assert lin.post(address, data={**form, "temperature": "96"}).status_code == 409
    with house.app_context():
        assert [one.kind for one in session.query(Commitment)] == ["temperature"]
    change_form = {
        "csrf_token": form["csrf_token"],
        "temperature": "85",
        "since": "2026-03-09",
        "reason": WHY,
    }
    assert lin.post("/office/commitments/1", data={**change_form, "reason": ""}).status_code == 422
    assert lin.post("/office/commitments/1", data=change_form).status_code == 302
    assert f"From 9 Mar 2026 on, because: {WHY}" in read(house.test_client(), "/commitments/")
    assert lin.post("/office/commitments/1", data={**change_form, "then": "end"}).status_code == 302


def test_open_data_tells_every_version_with_what_was_measured(house: KioskApp) -> None:
    with house.app_context():
        one = promised({"answer": 3, "text": "=加饭免费", "hours": [["11:20", "13:00"]]})
        answer = session.query(Commitment).filter_by(kind="answer").one()
        with transaction():
            change(by=actor("lin"), commitment=answer, value=2, since=date(2026, 3, 7), reason=WHY)
        assert one.kind == "answer"
    answers(True, False, True, True, True)
    client = house.test_client()
    with clock.moved_to(LATER):
        rows = client.get("/data/commitments.json").json["commitments"]  # type: ignore[index]
        found = {(row["kind"], row["version"]): row for row in rows}
        assert found["answer", 1] | {"promise": ""} == {
            "place": "c1",
            "name": "面食",
            "kind": "answer",
            "commitment": answer_number(rows),
            "version": 1,
            "promise": "",
            "value": 3,
            "since": "2026-03-04",
            "until": "2026-03-06",
            "reason": "",
            "measured_by": "product",
            "measured_from": "2026-03-04",
            "measured_to": "2026-03-06",
            "kept": 2,
            "of": 3,
            "not_measured": 0,
            "share": None,
        }
        assert found["answer", 2]["reason"] == WHY
        assert (found["text", 1]["measured_by"], found["text", 1]["kept"]) == ("round", None)
        assert client.get("/data/commitments.json?to=2026-03-03").json["commitments"] == []  # type: ignore[index]
        table = list(csv.DictReader(io.StringIO(client.get("/data/commitments.csv").text.lstrip("\ufeff"))))
        assert len(table) == 4
        assert [row["承诺内容"] for row in table if row["承诺类别"] == "其他承诺"] == ["'=加饭免费"]


def answer_number(rows: list[dict[str, object]]) -> object:
    return next(row["commitment"] for row in rows if row["kind"] == "answer")


def test_the_recount_finds_what_was_altered_behind_the_products_back(inside: KioskApp) -> None:
    one = promised({"answer": 3, "text": "加饭免费"})
    assert list(recount()) == []
    tamper("UPDATE commitment_version SET value = '5' WHERE text = ''")
    assert [(found.problem, found.detail) for found in recount()] == [("altered", "value")]
    tamper("DELETE FROM commitment_version WHERE text = ''")
    assert [found.problem for found in recount()] == ["missing"]
    assert one.id


def test_off_is_nowhere(signed_in: Callable[[str], FlaskClient], client: FlaskClient) -> None:
    lin = signed_in("lin")
    assert lin.get("/office/commitments/").status_code == 404
    assert client.get("/commitments/").status_code == 404
    assert client.get("/data/commitments.json").status_code == 404
    assert "/commitments/" not in client.get("/").text + client.get("/data/").text + client.get("/c/c1").text


def test_whoever_acts_by_itself_is_asked_for_no_right(inside: KioskApp) -> None:
    services.needs(actor("demo"), counter("water"))
    with pytest.raises(Forbidden):
        services.needs(actor("chen"), counter("water"))
