"""Printed slips: who may print, what a slip says, that it carries one rating and tells its finder nothing."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient

from kiosk.chain.models import ChainEntry
from kiosk.core.clock import moved_to
from kiosk.core.db import session
from kiosk.ratings import queries
from tests.conftest import LUNCH, counter, csrf
from tests.core.test_qr import draw

PUBLIC = "http://192.168.1.10:8000"
ADDRESS = "/office/ratings/slips/"
SignedIn = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def _public(monkeypatch: pytest.MonkeyPatch, at_lunch: datetime) -> None:
    monkeypatch.setenv("KIOSK_PUBLIC_URL", PUBLIC)


def order(
    browser: FlaskClient, number: str = "2", codes: tuple[str, ...] = ("c1", "water")
) -> tuple[int, str]:
    """Ask for slips: the status and the page."""
    form = {"counters": list(codes), "number": number, "csrf_token": csrf(browser, ADDRESS)}
    answer = browser.post(ADDRESS, data=form)
    return answer.status_code, answer.text


def addresses(page: str) -> list[str]:
    """What a phone reads from the sheets."""
    drawn = re.findall(r'<svg[^>]*class="qr".*?</svg>', page)
    return [zxingcpp.read_barcodes(draw(one, 4))[0].text.removeprefix(PUBLIC) for one in drawn]


def rate(client: FlaskClient, address: str, level: str = "2") -> int:
    return client.post(address, data={"level": level}).status_code


def test_each_slip_is_one_rating_at_its_counter(signed_in: SignedIn, app: Flask) -> None:
    status, page = order(signed_in("chen"))
    slips = addresses(page)
    assert (status, len(slips), len(set(slips))) == (200, 4, 4)
    for slip in slips:
        assert rate(app.test_client(), slip) == 303
        assert rate(app.test_client(), slip, "5") == 403
    with app.app_context():
        today = LUNCH.date()
        assert {
            code: queries.counts(counter(code).id, today, today).n2 for code in ("c1", "c2", "water")
        } == {
            "c1": 2,
            "c2": 0,
            "water": 2,
        }
        assert queries.channel_counts(today, today)[counter("c1").id] == {"slip": 2}


def test_a_slip_says_what_it_is_good_for(signed_in: SignedIn) -> None:
    browser = signed_in("lin")
    _status, page = order(browser, "1", ("c1",))
    assert "面食" in page
    assert "可评价一次，不记姓名" in page
    assert "3月5日 24:00 前有效" in page


def test_who_finds_a_spent_slip_reads_nothing_of_it(signed_in: SignedIn, app: Flask) -> None:
    _status, page = order(signed_in("lin"), "1", ("c1",))
    (slip,) = addresses(page)
    rater, finder = app.test_client(), app.test_client()
    rate(rater, slip)
    assert 'name="reasons"' in rater.get(slip).text, "the rater may go on"
    answer = finder.get(slip + "?lang=en")
    assert answer.status_code == 403
    assert "This slip has been used" in answer.text
    assert "receipt" not in answer.text
    cookie = rater.get_cookie("slip", path="/r/")
    assert cookie
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")


def test_a_slip_ends_with_the_next_day(signed_in: SignedIn, app: Flask) -> None:
    _status, page = order(signed_in("lin"), "2", ("c1",))
    first, second = addresses(page)
    with moved_to(LUNCH + timedelta(hours=35, minutes=50)):
        assert rate(app.test_client(), first) == 303
    with moved_to(LUNCH + timedelta(hours=36)):
        assert rate(app.test_client(), second) == 403
        assert app.test_client().get(second).status_code == 403


def test_printing_leaves_how_many_and_never_a_pass(signed_in: SignedIn, app: Flask) -> None:
    _status, page = order(signed_in("chen"))
    with app.app_context():
        entries = session.query(ChainEntry).filter_by(action="slips.printed").order_by(ChainEntry.seq).all()
        assert [(one.actor, one.subject, json.loads(one.body)["after"]["number"]) for one in entries] == [
            ("chen", "counter:c1", 2),
            ("chen", "counter:water", 2),
        ]
        bodies = "".join(one.body for one in session.query(ChainEntry))
    assert not any(slip.removeprefix("/r/") in bodies for slip in addresses(page))


@pytest.mark.parametrize(
    ("number", "codes"), [("0", ("c1",)), ("１２", ("c1",)), ("481", ("c1",)), ("5", ())]
)
def test_odd_orders_are_told_at_their_field(
    signed_in: SignedIn, app: Flask, number: str, codes: tuple[str, ...]
) -> None:
    status, page = order(signed_in("lin"), number, codes)
    assert status == 422
    assert "field-error" in page
    with app.app_context():
        assert session.query(ChainEntry).filter_by(action="slips.printed").count() == 0


def test_too_many_together_are_refused(signed_in: SignedIn) -> None:
    status, page = order(signed_in("lin"), "241")
    assert status == 422
    assert "480" in page


@pytest.mark.parametrize("address", [ADDRESS, ADDRESS + "help"])
def test_strangers_and_other_roles_print_none(client: FlaskClient, signed_in: SignedIn, address: str) -> None:
    assert client.get(address).status_code == 302
    assert signed_in("wu").get(address).status_code == 403
    assert signed_in("chen").get(address).status_code == 200
