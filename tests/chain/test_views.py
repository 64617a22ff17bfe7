"""The record's public page: anybody compares a poster; programs get heads and seals."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.chain.queries import head, verify
from kiosk.chain.services import append, tell_restored
from kiosk.core import config
from kiosk.core.db import db, session, transaction
from kiosk.ratings.services import close_meals, take
from tests.chain.test_verify import origin, rewrite, used
from tests.conftest import actor, counter, tamper

__all__ = ["origin", "used"]


@pytest.fixture
def poster(app: Flask) -> tuple[int, str]:
    """The head on a poster; three entries follow it."""
    with app.app_context():
        printed = head()
        with transaction():
            for number in range(3):
                append(action="counter.changed", subject="counter:c1", actor="chen", after={"name": number})
        db.engine.dispose()
    return printed.seq, printed.short


def ask(client: FlaskClient, characters: str, seq: object = "") -> str:
    """What the page says, as text."""
    page = client.get("/record", query_string={"characters": characters, "seq": seq, "lang": "en"})
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_a_poster_is_found_with_what_follows_it(client: FlaskClient, poster: tuple[int, str]) -> None:
    seq, short = poster
    for typed in (
        short,
        short.replace(" ", ""),
        short.upper(),
        f"Record no. {seq} · {short}",
        f"1234 {short}",
    ):
        page = ask(client, typed)
        assert f"They are entry {seq} of " in page, typed
        assert "3 entries follow it." in page
        assert "nothing before it was changed" in page


def test_the_board_and_every_poster_carry_the_head(
    app: Flask, used: config.Instance, client: FlaskClient, signed_in: Callable[[str], FlaskClient]
) -> None:
    office = signed_in("lin")
    with app.app_context():
        now = head()
        session.remove()
    printed = f"Record no. {now.seq} · {now.short}"
    for browser, address in (
        (client, "/"),
        (client, "/print/day"),
        (office, "/office/counters/posters"),
        (office, "/office/counters/c1/poster"),
    ):
        page = browser.get(address, query_string={"lang": "en", "day": "2026-03-04"})
        assert page.status_code == 200, address
        assert printed in page.text, address
    assert 'href="/record"' in client.get("/").text


def test_a_head_that_the_record_does_not_hold(client: FlaskClient, poster: tuple[int, str]) -> None:
    seq, short = poster
    other = ("0" if short[0] != "0" else "1") + short[1:]
    assert "The record has no entry with these characters." in ask(client, other)
    assert f"Entry {seq} has different characters: {short}." in ask(client, other, seq)
    assert "The record ends with entry" in ask(client, other, 9999)
    assert "Please type the twelve characters" in ask(client, "abc")
    assert "Please type the twelve characters" in ask(client, "存证链")


def test_a_record_written_anew_no_longer_holds_the_poster(
    app: Flask, client: FlaskClient, poster: tuple[int, str]
) -> None:
    seq, short = poster
    rewrite(app, "测试中学", "别的中学")
    assert f"Entry {seq} has different characters" in ask(client, short, seq)


def test_a_break_before_the_poster_is_told(app: Flask, client: FlaskClient, poster: tuple[int, str]) -> None:
    seq, short = poster
    with app.app_context():
        tamper("UPDATE chain_entry SET body = replace(body, 'format', 'formal') WHERE seq = 2")
    page = ask(client, short, seq)
    assert "Entry of the record 2 was changed after it was recorded." in page
    assert "nothing before it was changed" not in page


def test_a_break_after_the_poster_leaves_it_whole(
    app: Flask, client: FlaskClient, poster: tuple[int, str]
) -> None:
    seq, short = poster
    with app.app_context():
        tamper(f"UPDATE chain_entry SET body = '{{}}' WHERE seq = {seq + 1}")
    assert "nothing before it was changed" in ask(client, short, seq)


def test_a_head_that_a_restore_left_behind_is_explained(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction():
        tell_restored(by=actor("kiosk"), last=head().seq + 7)
        at = head().seq
    page = ask(client, "0123 4567 89ab", at + 5)
    assert (
        f"Entry {at + 5} is no longer there because a backup was restored; the record says so in entry {at}"
        in page
    )


@pytest.mark.parametrize(
    "query",
    [
        "characters=%00",
        "characters=" + "a" * 5000,
        "characters=x&seq=-1",
        "seq=9" * 40,
        "characters=%25%25%25_",
    ],
)
def test_an_odd_question_is_no_failure(client: FlaskClient, query: str) -> None:
    assert client.get(f"/record?{query}").status_code == 200
    assert client.get(f"/record?characters=0123456789ab&{query}").status_code == 200


def test_programs_get_heads_and_seals(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        for _ in range(2):
            with transaction():
                take(id=uuid4(), counter=counter(), level=5, channel="poster")
                close_meals(by=actor("kiosk"), everything=True)
        now = head()
        assert verify().findings == []
        session.remove()
    told = client.get("/data/head.json").json
    assert told
    assert (told["seq"], told["hash"], told["short"]) == (now.seq, now.hash, now.short)
    seals = client.get("/data/seals.json").json
    assert seals
    one, two = seals["seals"]
    assert (one["number"], one["ratings"], two["previous"]) == (1, 1, one["digest"])
    (only,) = client.get("/data/seals.json?after=1").json["seals"]  # type: ignore[index]
    assert only == two
    for odd in ("x", "-1", "9" * 30):
        assert client.get(f"/data/seals.json?after={odd}").status_code == 200
