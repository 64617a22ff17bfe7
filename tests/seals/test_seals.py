"""Seals: each sealed row can be proved, each change of one is found and named."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.chain.services import append
from kiosk.core.clock import now
from kiosk.core.db import session, transaction
from kiosk.core.room import Room
from kiosk.core.web import running
from kiosk.counters.models import Canteen, Tablet
from kiosk.counters.services import add_canteen
from kiosk.ratings import queries, services
from kiosk.ratings.models import Rating, RatingMark, RatingNote
from kiosk.ratings.queries import FACTS, SERIES, linear_digest
from kiosk.seals import queries as seals
from kiosk.seals.models import Seal
from kiosk.seals.queries import Fact, Series
from kiosk.seals.services import seal
from tests.conftest import actor, tamper

Tap = Callable[..., services.Outcome]


def seal_now() -> Seal:
    with transaction():
        done = services.close_meals(by=actor("kiosk"), everything=True)
    assert done.seal
    return done.seal


@pytest.fixture
def sealed(tap: Tap, tablet: Tablet) -> list[Rating]:
    """Seven ratings in two seals, with notes and a mark; the first is of c2."""
    first = [tap(level, seconds=10 * level, code="c2", comment="好") for level in (5, 4)]
    seal_now()
    more = [
        tap(level, seconds=100 + 10 * level, tablet=tablet, live=True, reasons=["taste"])
        for level in (1, 2, 3, 4)
    ]
    again = tap(5, seconds=141, tablet=tablet, live=True, comment="又一次")
    seal_now()
    assert session.query(RatingNote).count() == 7
    return [one.rating for one in [*first, *more, again]]


def found_after(script: str) -> list[str]:
    """What is found after somebody with the database in his hands ran a script."""
    tamper(script)
    return [str(finding) for finding in seals.false_seals()]


TAMPERED = {
    "UPDATE rating SET level = 5 WHERE seq = 4": "rating 4: altered (seal 2)",
    "UPDATE rating SET counter_id = 1 WHERE seq = 1": "rating 1: altered (seal 1)",
    "UPDATE rating SET seq = 99 WHERE seq = 4; UPDATE rating SET seq = 4 WHERE seq = 5;"
    "UPDATE rating SET seq = 5 WHERE seq = 99": "rating 4: altered (seal 2)",
    "DELETE FROM rating_note WHERE rating_seq = 4;"
    "DELETE FROM rating WHERE seq = 4": "rating 4: missing (seal 2)",
    "DELETE FROM rating_note WHERE rating_seq > 5; DELETE FROM rating_mark;"
    "DELETE FROM rating WHERE seq > 5": "rating 6: missing (seal 2)",
    "UPDATE rating SET seq = -seq WHERE seq = 2;"
    "UPDATE rating_note SET rating_seq = -2 WHERE rating_seq = 2": "rating -2: inserted",
    "UPDATE counter SET code = 'x' WHERE code = 'c1'": "rating 3: altered (seal 2)",
    "UPDATE rating_note SET reasons = '[\"price\"]' WHERE id = 4": "note 4: altered (seal 2)",
    "UPDATE rating_note SET comment_hash = '' WHERE id = 1": "note 1: altered (seal 1)",
    "DELETE FROM rating_note WHERE id = 5": "note 5: missing (seal 2)",
    "UPDATE rating_mark SET counted = true": "mark 1: altered (seal 2)",
    "DELETE FROM rating_mark": "mark 1: missing (seal 2)",
    "UPDATE seal SET digest = 'x' WHERE number = 1": "seal 1: altered",
    "UPDATE seal SET last = 6 WHERE number = 2": "seal 2: altered",
    "UPDATE seal SET leaves = NULL WHERE number = 2": "seal 2: altered",
    "UPDATE seal SET format = 1 WHERE number = 2": "seal 2: altered",
    "UPDATE seal SET count = 6 WHERE number = 2": "seal 2: altered",
    "UPDATE seal SET chain_seq = 1 WHERE number = 2": "seal 2: unknown",
    "UPDATE seal SET series = 'others' WHERE number = 2": "seal 2: missing",
    "DELETE FROM seal WHERE number = 2": "seal 2: missing",
}


@pytest.mark.parametrize("script", TAMPERED)
def test_the_first_false_row_is_named(sealed: list[Rating], script: str) -> None:
    assert list(seals.false_seals()) == []
    assert found_after(script)[0].startswith(TAMPERED[script])


@pytest.mark.sqlite
def test_a_row_put_in_where_a_number_was_free_is_named(tap: Tap) -> None:
    """On PostgreSQL a transaction that was undone leaves its number free; here a deletion plays it."""
    for level in (5, 4, 3):
        tap(level, seconds=10 * level)
    tamper("DELETE FROM rating WHERE seq = 2; UPDATE tally SET n4 = 0")
    seal_now()
    assert list(seals.false_seals()) == []
    copy = "INSERT INTO rating SELECT 2, 'f' || substr(id, 2), {} FROM rating WHERE seq = 1"
    columns = (
        "counter_id, level, tablet_id, channel, tablet_seq, pressed_at, recorded_at, day, hour, meal, live"
    )
    assert found_after(copy.format(columns)) == ["rating 2: inserted (seal 1)"]
    assert found_after("DELETE FROM rating WHERE seq < 3") == ["rating > 0: missing (seal 1)"]


def check(receipt: dict[str, Any]) -> bool:
    """What a stranger does with a receipt, from docs/record.md alone."""

    def hashed(raw: bytes) -> bytes:
        return hashlib.sha256(raw).digest()

    seal = receipt["seal"]
    top = hashed(b"\x00" + seal["line"].encode())
    for step in seal["path"]:
        ((side, other),) = step.items()
        pair = [bytes.fromhex(other), top] if side == "left" else [top, bytes.fromhex(other)]
        top = hashed(b"\x01" + b"".join(pair))
    lines = ["kiosk seal 2", seal["previous"]]
    for kind, part in zip(("ratings", "notes", "marks"), seal["parts"], strict=True):
        root = top.hex() if kind == "ratings" else part["root"]
        lines.append(f"{kind} {part['first']} {part['last']} {part['count']} {root}")
    entry = seal["entry"]
    body = json.loads(entry["body"])
    return (
        json.loads(seal["line"])[2:5] == [receipt["id"], receipt["counter"], receipt["level"]]
        and hashed(("\n".join(lines) + "\n").encode()).hex() == seal["digest"] == body["after"]["digest"]
        and hashed(f"{entry['previous']}\n{entry['body']}".encode()).hex() == entry["hash"]
        and body["seq"] == seal["chain_seq"]
    )


def test_every_receipt_proves_its_rating(sealed: list[Rating], client: FlaskClient) -> None:
    receipts = [client.get(f"/api/ratings/{one.id}").json for one in sealed]
    assert [one["seal"]["number"] for one in receipts if one] == [1, 1, 2, 2, 2, 2, 2]
    assert all(check(one) for one in receipts if one)
    assert len(receipts[3]["seal"]["path"]) == 3  # type: ignore[index]


def test_the_receipt_of_an_altered_rating_proves_nothing(sealed: list[Rating], client: FlaskClient) -> None:
    tamper("UPDATE rating SET level = 5 WHERE seq = 4")
    altered, neighbour = (client.get(f"/api/ratings/{one.id}").json for one in sealed[3:5])
    assert altered
    assert neighbour
    assert not check(altered)
    assert check(neighbour)


def linear_seal(at: datetime) -> Seal:
    """A seal as version 0.1.0 made it."""
    last = seals.last_seal(SERIES)
    ends = [end for _first, end in seals.ranges_of(FACTS, last)]
    tops = [session.query(table).count() for table in (Rating, RatingNote, RatingMark)]
    ratings, notes, marks = [(end + 1, top) for end, top in zip(ends, tops, strict=True)]
    previous, number = (last.digest, last.number + 1) if last else (seals.NO_SEAL, 1)
    digest, count = linear_digest(previous, [ratings, notes, marks])
    told = {"ratings": ratings, "notes": notes, "marks": marks, "count": count, "digest": digest}
    entry = append(action="ratings.sealed", subject=f"seal:{number}", actor="kiosk", after=told, plain=True)
    seal = Seal(
        number=number,
        first=ratings[0],
        last=ratings[1],
        count=count,
        digest=digest,
        previous=previous,
        chain_seq=entry.seq,
        at=at,
    )
    session.add(seal)
    session.flush()
    return seal


def test_seals_of_the_first_version_still_hold(
    tap: Tap, tablet: Tablet, at_lunch: datetime, client: FlaskClient
) -> None:
    old = tap(5, comment="好").rating
    tap(4, seconds=20, tablet=tablet, live=True)
    tap(4, seconds=21, tablet=tablet, live=True)
    with transaction():
        linear_seal(at_lunch)
    tap(3, seconds=60)
    assert seal_now().previous == session.get_one(Seal, 1).digest
    assert list(seals.false_seals()) == []
    receipt = client.get(f"/api/ratings/{old.id}").json
    assert receipt
    assert receipt["seal"].keys() == {"number", "digest", "chain_seq", "path"}
    assert found_after("UPDATE rating SET level = 1 WHERE seq = 1") == [
        "seal 1: altered (ratings, notes or marks)"
    ]


def test_a_decision_alone_is_sealed_too(tap: Tap, at_lunch: datetime, context: Flask) -> None:
    rating = tap(5).rating
    seal_now()
    with transaction():
        services.uncount(session.get_one(Rating, rating.seq), "burst", by=actor("lin"))
    later = session.query(RatingMark).one().at.replace(hour=15)
    assert queries.seal_is_due(later)
    assert (seal_now().count, session.query(Seal).count()) == (0, 2)
    assert list(seals.false_seals()) == []


def test_a_full_seal_is_followed_by_another(tap: Tap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.seals.services.MOST_SEALED", 3)
    for number in range(7):
        tap(5, seconds=10 * number)
    assert seal_now().number == 3
    assert [(one.first, one.last, one.count) for one in session.query(Seal).order_by(Seal.number)] == [
        (1, 3, 3),
        (4, 6, 3),
        (7, 7, 1),
    ]
    assert list(seals.false_seals()) == []


def test_a_seal_stands_in_the_chain_word_for_word(sealed: list[Rating]) -> None:
    seal = session.get_one(Seal, 2)
    told = json.loads(session.get_one(ChainEntry, seal.chain_seq).body)["after"]
    assert told == json.loads(json.dumps(seals.content(FACTS, seal.previous, seals.parts_in(FACTS, told))))
    assert (told["ratings"], told["counts"], told["digest"]) == ([3, 7], [5, 5, 1], seal.digest)


def test_another_rooms_facts_have_seals_of_their_own(sealed: list[Rating]) -> None:
    """Whatever a room hands in: here the canteens play them."""
    canteens = Fact("canteen", Canteen.id, select(Canteen.id, Canteen.code), Canteen.created_at)
    attic = Room(name="attic", package="tests.attic", sealed=(Series("test", (canteens,), ("canteen",)),))
    app = running()
    app.rooms = (*app.rooms, attic)
    with transaction():
        one = seal("test", by=actor("kiosk"), now=now())
    assert one is not None
    assert (one.number, one.previous, one.first) == (3, seals.NO_SEAL, 1)
    with transaction():
        add_canteen(by=actor("lin"), code="k2", name="第二食堂")
        two = seal("test", by=actor("kiosk"), now=now())
    assert two is not None
    assert (two.number, two.previous, two.first) == (4, one.digest, one.last + 1)
    assert seals.last_seal(SERIES) == session.get(Seal, 2), "the ratings' own line goes on from theirs"
    assert list(seals.false_seals()) == []
    assert found_after("UPDATE canteen SET code = 'x' WHERE code = 'k1'") == ["canteen 1: altered (seal 3)"]
