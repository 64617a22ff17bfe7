"""The minute at the table: entered once, late with both times, amended beside the old, made a case."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.dining import queries, services
from kiosk.dining.models import SharedMeal
from tests.conftest import LUNCH, actor, csrf
from tests.dining.conftest import MONDAY, TUESDAY, WEDNESDAY, number, write

SignIn = Callable[[str], FlaskClient]
PAGE = "/office/dining/meals/k1/2026-03-04/lunch"
MARKS = {"dishes": "番茄牛腩、米饭", "taste": "4", "hygiene": "5"}


def send(client: FlaskClient, page: str = PAGE, **typed: str) -> str:
    """Fill the form and send it twice; where it leads."""
    text = client.get(page).text
    (sent,) = re.findall(r'name="sent"[^>]*value="([^"]+)"', text)
    (person,) = re.findall(r'name="person" value="(\d+)"', text)
    form = {"csrf_token": csrf(client, page), "sent": sent, "person": person, **MARKS, **typed}
    first = client.post(page, data=form)
    assert first.status_code == 302, re.findall(r'field-error"[^>]*>([^<]+)', first.text)
    assert client.post(page, data=form).location == first.location
    return first.location


def test_a_minute_at_the_table_is_entered_once_and_everybody_reads_it(app: Flask, signed_in: SignIn) -> None:
    send(signed_in("lin"), words="汤有点咸，高一3班张伟打13812345678", paid="10")
    with app.app_context():
        assert session.query(SharedMeal).count() == 1
        (entry,) = queries.entries(WEDNESDAY, WEDNESDAY)
        assert (entry.name, entry.marks, entry.row.paid) == ("总务主任 林", {"taste": 4, "hygiene": 5}, 1000)
        assert not entry.is_late
    page = app.test_client().get("/shared-meals/").text
    assert "汤有点咸，高一3班＊＊＊打＊＊＊" in page
    assert "番茄牛腩" in page
    assert "番茄牛腩" in app.test_client().get("/search?q=番茄牛腩").text


def test_the_same_form_with_other_words_is_refused(context: Flask) -> None:
    write(sent="one")
    with pytest.raises(services.OtherWords):
        write(sent="one", words="很好")
    with pytest.raises(Conflict):
        write(sent="two")


def test_yesterdays_meal_is_late_and_shows_both_times(app: Flask) -> None:
    with app.app_context():
        entry = write(day=TUESDAY)
        assert entry.is_late
        assert [one.slot.meal for one in queries.gaps(TUESDAY, TUESDAY)] == ["breakfast", "dinner"]
    page = app.test_client().get("/shared-meals/").text
    assert "补登" in page
    assert "3月4日 12:05" in page


def test_neither_a_meal_to_come_nor_one_long_past_is_entered(context: Flask) -> None:
    for day in (date(2026, 3, 5), MONDAY - timedelta(days=10)):
        with pytest.raises(Invalid):
            write(day=day)


def test_only_leaders_enter_and_only_the_head_for_others(context: Flask) -> None:
    with pytest.raises(Forbidden):
        write("wu")
    with pytest.raises(Forbidden):
        write("lin", by="chen")
    entry = write("qin", by="lin")
    assert (entry.name, entry.row.written_by) == ("校长 秦", "lin")


def test_a_leader_who_has_no_turn_may_come_too_and_it_counts(context: Flask) -> None:
    write("chen")
    counts = {one.leader.person.number: one.done for one in queries.progress(WEDNESDAY)}
    assert counts == {number("lin"): 0, number("chen"): 1, number("qin"): 0}
    assert queries.sittings(WEDNESDAY, WEDNESDAY)[1].state == "done"


def test_what_is_amended_stays_beside(app: Flask, signed_in: SignIn) -> None:
    lin = signed_in("lin")
    shown = send(lin)
    number_of = int(shown.rpartition("/")[2])
    with clock.moved_to(LUNCH + timedelta(hours=2)):
        assert send(lin, f"/office/dining/entries/{number_of}/amend", taste="2") != shown
    with app.app_context():
        (entry,) = queries.entries(WEDNESDAY, WEDNESDAY)
        assert entry.marks["taste"] == 2
        assert entry.changed == [("taste", 4, 2)]
        assert [old.marks["taste"] for old in entry.before] == [4]
    assert "<s>4</s> → 2" in app.test_client().get("/shared-meals/").text


def test_a_word_of_concern_becomes_a_case_in_one_click_and_once(app: Flask, signed_in: SignIn) -> None:
    lin = signed_in("lin")
    shown = send(lin, concern="餐具上有水渍")
    assert "餐具上有水渍" not in app.test_client().get("/shared-meals/").text
    case = f"{shown}/case"
    for _click in range(2):
        assert lin.post(case, data={"csrf_token": csrf(lin, shown)}).status_code == 302
    with app.app_context():
        found = queries.case_of(queries.entries(WEDNESDAY, WEDNESDAY)[0])
        assert found is not None
        assert (found.subject, found.meal, found.id) == ("canteen:k1", "lunch", 1)


def test_marks_out_of_range_and_none_at_all_are_refused(context: Flask) -> None:
    for typed in ({"taste": 6}, {"taste": None, "hygiene": None}, {"dishes": ""}):
        with pytest.raises(Invalid):
            write(**typed)


def test_dishes_come_from_the_posted_menu(app: Flask) -> None:
    """Without one they are typed."""
    with app.app_context(), transaction():
        from kiosk.counters.queries import canteen

        assert queries.dishes_of(canteen("k1"), WEDNESDAY, "lunch") == ""
        assert actor("lin").person


def test_all_days_there_are_are_not_counted_for_whoever_asks(app: Flask) -> None:
    client = app.test_client()
    found = client.get("/data/shared-meals.json?from=0001-01-01&to=9999-12-31").json
    assert found is not None
    days = date.fromisoformat(found["to"]) - date.fromisoformat(found["from"])
    assert days.days <= 366 * 3
    assert client.get("/data/shared-meals.json?from=0001-01-01&to=0001-01-05").status_code == 200
