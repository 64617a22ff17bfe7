"""Codes, passes and visitors: signed, bound to their counter and time, and forged by nobody."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from kiosk.counters import queries as counters
from kiosk.presence import services as presence
from tests.conftest import counter
from tests.ratings.conftest import visitor


def test_a_qr_token_lives_for_its_period_and_the_next(context: Flask, at_lunch: datetime) -> None:
    start = at_lunch
    token = presence.qr_token(counter(), start)
    assert token.expires_at == start + timedelta(seconds=30)
    for seconds, valid in ((0, True), (29, True), (59, True), (61, False), (-1, False)):
        assert presence.check_qr_token(counter(), token.text, start + timedelta(seconds=seconds)) is valid
    assert not presence.check_qr_token(counter("c2"), token.text, start)
    for forged in ("", "x", token.text[:-1], token.text + "A", "é" * 14, counters.poster_token(counter())):
        assert not presence.check_qr_token(counter(), forged, start)


def test_a_poster_has_a_token_of_its_own(context: Flask) -> None:
    token = counters.poster_token(counter())
    assert presence.check_poster_token(counter(), token)
    assert not presence.check_poster_token(counter("c2"), token)


def test_a_pass_says_what_was_signed(context: Flask, at_lunch: datetime) -> None:
    phone_pass = presence.read_pass(presence.issue_pass(counter=counter(), visitor=visitor("a", fresh=True)))
    assert (phone_pass.channel, phone_pass.counter_id, phone_pass.fresh) == ("phone", counter().id, True)
    assert phone_pass.visitor == visitor("a", fresh=True)
    assert not phone_pass.expired(at_lunch + timedelta(minutes=9, seconds=59))
    assert phone_pass.expired(at_lunch + timedelta(minutes=10, seconds=1))
    slip = presence.read_pass(presence.issue_pass(counter=counter(), channel="slip"))
    assert slip.expires_at.isoformat() == "2026-03-05T16:00:00+00:00"
    assert slip.tag != presence.read_pass(presence.issue_pass(counter=counter(), channel="slip")).tag


def test_no_bit_of_a_pass_can_be_changed(context: Flask) -> None:
    genuine = presence.issue_pass(counter=counter())
    for place in range(len(genuine)):
        for letter in "AZ_":
            if genuine[place] != letter:
                with pytest.raises(presence.PassInvalid):
                    presence.read_pass(genuine[:place] + letter + genuine[place + 1 :])
    for forged in ("", "x", genuine[:-1], genuine + "A", genuine + "=", "\x00", "é", "好"):
        with pytest.raises(presence.PassInvalid):
            presence.read_pass(forged)


def test_a_phone_is_known_when_its_cookie_has_some_age(context: Flask, at_lunch: datetime) -> None:
    cookie = presence.new_visitor(at_lunch)
    new = presence.read_visitor(cookie, at_lunch + timedelta(minutes=59, seconds=59))
    old = presence.read_visitor(cookie, at_lunch + timedelta(hours=1, seconds=1))
    assert new
    assert old
    assert (new.fresh, old.fresh, new.tag) == (True, False, old.tag)
    for forged in (None, "", "x", cookie[:-1], presence.issue_pass(counter=counter())):
        assert presence.read_visitor(forged) is None
