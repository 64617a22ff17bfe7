"""Parents' days: registered without an account, given back by code, written by a parent, forgotten."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.core import clock
from kiosk.core.db import transaction
from kiosk.core.errors import Conflict, Invalid
from kiosk.dining import queries, services
from kiosk.operation.retention import forget
from tests.conftest import LUNCH, actor, canteen, everything_stored
from tests.dining.conftest import FRIDAY, TYPED

SignIn = Callable[[str], FlaskClient]
PAGE = "/shared-meals/parents/1"
NOON = LUNCH + timedelta(days=2)


@pytest.fixture(name="app")
def open_day(app: Flask) -> Flask:
    """Friday's lunch is open to two parents who know the word."""
    with app.app_context(), transaction():
        services.open_day(
            by=actor("lin"), canteen=canteen(), day=FRIDAY, meal="lunch", places=2, price=1000, word="春天"
        )
    return app


def register(client: FlaskClient, called: str, word: str = "春天") -> str:
    """The address of the place, or what was said."""
    answer = client.post(PAGE, data={"called": called, "word": word})
    return answer.location or " ".join(re.findall(r"(?:field-error|notice-alert)[^>]*>([^<]+)", answer.text))


def test_places_are_taken_until_they_are_gone_and_one_given_back_is_free(app: Flask) -> None:
    client = app.test_client()
    assert "口令不对" in register(client, "周女士", "夏天")
    first = register(client, "周女士")
    code = first.rpartition("/")[2].partition("?")[0]
    assert len(code) == 16
    assert code not in client.get("/shared-meals/").text
    register(client, "七年级家长")
    assert client.post(PAGE, data={"called": "八年级家长", "word": "春天"}).status_code == 409
    assert client.post(first.partition("?")[0], data={"do": "cancel"}).status_code == 303
    assert register(client, "八年级家长").startswith("/shared-meals/parents/mine/")
    with app.app_context():
        found = queries.parents_day(1)
        assert (found.taken, found.free) == (2, 0)
        assert code not in everything_stored()


def test_a_word_is_made_up_and_goes_out_on_the_invitation(app: Flask, signed_in: SignIn) -> None:
    with app.app_context(), transaction():
        found = services.open_day(
            by=actor("lin"), canteen=canteen(), day=FRIDAY, meal="dinner", places=2, price=800
        )
        word, page = found.word, f"/shared-meals/parents/{found.id}"
        with pytest.raises(Invalid):
            services.register(parents_day=found, called="周女士")
    assert len(word) == 6
    assert word not in app.test_client().get(page).text
    assert f'value="{word}"' in app.test_client().get(f"{page}?word={word}").text
    assert word in signed_in("lin").get(f"/office/dining/parents/{found.id}/invitation").text


def test_a_form_sent_twice_takes_one_place_and_a_second_child_another(app: Flask) -> None:
    client = app.test_client()
    sent = re.search(r'name="sent"[^>]*value="([^"]+)"', client.get(PAGE).text)
    assert sent
    data = {"called": "七年级家长", "word": "春天", "sent": sent[1]}
    first, again = client.post(PAGE, data=data), client.post(PAGE, data=data)
    assert first.location == again.location
    other = client.post(PAGE, data={**data, "called": "八年级家长"})
    assert other.status_code == 303
    assert other.location != first.location
    assert client.post(PAGE, data=data).location == first.location, "full by then, but it has its place"
    with app.app_context():
        assert queries.parents_day(1).taken == 2


def test_a_parent_writes_from_the_meal_on_and_no_name_is_shown(app: Flask) -> None:
    client = app.test_client()
    address = register(client, "周女士").partition("?")[0]
    typed = {"sent": "p1", "dishes": "面条", "taste": "3", "words": "孩子说偏咸", "paid": "10"}
    assert client.post(address, data=typed).status_code == 409
    with clock.moved_to(NOON):
        assert client.post(address, data=typed).status_code == 303
        assert client.post(address, data=typed).status_code == 303
        assert client.post(address, data={**typed, "sent": "p2", "taste": "2"}).status_code == 303
        page = client.get("/shared-meals/").text
    assert "孩子说偏咸" in page
    assert "周女士" not in page
    with app.app_context():
        (entry,) = queries.entries(FRIDAY, FRIDAY)
        assert (entry.row.role, entry.marks["taste"], len(entry.before)) == ("parent", 2, 1)
        with clock.moved_to(NOON + timedelta(days=1)):
            assert len(queries.gaps(FRIDAY, FRIDAY)) == 3, "a parent does not take a leader's place"


def test_the_list_for_the_door_and_calling_off(app: Flask, signed_in: SignIn) -> None:
    client, lin = app.test_client(), signed_in("lin")
    address = register(client, "周女士").partition("?")[0]
    assert "周女士" in lin.get("/office/dining/parents/1").text
    with app.app_context(), transaction():
        services.call_off(by=actor("lin"), parents_day=queries.parents_day(1), reason="停电")
    assert "停电" in client.get(address).text
    assert "停电" in client.get(PAGE).text


def test_names_are_erased_a_month_after_the_meal(app: Flask) -> None:
    register(app.test_client(), "周女士")
    with app.app_context():
        with clock.moved_to(NOON + timedelta(days=29)), transaction():
            forget(by=actor("lin"))
            assert queries.parents_day(1).seats[0].called == "周女士"
        with clock.moved_to(NOON + timedelta(days=32)), transaction():
            forget(by=actor("lin"))
        assert queries.parents_day(1).seats[0].called == ""
        assert "周女士" not in everything_stored()


def test_a_day_that_is_past_or_open_already_is_refused(context: Flask) -> None:
    common = {"by": actor("lin"), "canteen": canteen(), "meal": "lunch", "places": 5, "price": 1000}
    with pytest.raises(Invalid):
        services.open_day(day=FRIDAY - timedelta(days=7), **common)
    with pytest.raises(Conflict):
        services.open_day(day=FRIDAY, **common)
    assert TYPED
