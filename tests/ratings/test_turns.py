"""Whose turn it is: what the tablet's screen asked for is counted, and a tap may be taken back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.core.clock import moved_to
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict
from kiosk.counters.models import RefusedEntry, Tablet
from kiosk.presence import services as presence
from kiosk.ratings import queries, services
from kiosk.ratings.models import Alert, Pulse, Rating
from kiosk.ratings.queries import Counts
from tests.conftest import LUNCH, actor, counter, enrol
from tests.ratings.conftest import recounted, visitor

DAY = LUNCH.date()
Tap = Callable[..., services.Outcome]


def marked() -> dict[str, int]:
    """How many ratings of c1 are kept and not counted, by mark."""
    return queries.marked_counts(DAY, DAY).get(counter().id, {})


def counted() -> Counts:
    """What counts at c1."""
    return queries.counts(counter().id, DAY, DAY)


# The interval counts from the screen's own return.


@pytest.mark.parametrize(
    ("apart", "returned", "is_counted"),
    [
        (4.2, 520, True),
        (1.05, 510, True),
        (4.2, None, False),  # a page of 0.2.0 does not tell
        (4.2, 0, False),  # no screen takes a finger at once
        (4.2, 4100, False),  # the question stood there before the other tap was over
        (4.2, 60_000, False),  # a screen that is stuck
        (0.5, 480, False),
        (5.1, None, True),
        (5.1, 60_000, True),  # the clock was set meanwhile: five seconds are always enough
    ],
)
def test_what_the_screen_allowed_is_counted(
    tap: Tap, tablet: Tablet, apart: float, returned: int | None, is_counted: bool
) -> None:
    tap(5, tablet=tablet, live=True, returned=9000)
    taken = tap(4, seconds=apart, tablet=tablet, live=True, returned=returned)
    assert (taken.mark is None) == is_counted
    assert marked() == ({} if is_counted else {"misuse": 1})


def test_a_slow_line_or_a_clock_that_jumps_takes_nobodys_tap(
    tap: Tap, tablet: Tablet, at_lunch: datetime
) -> None:
    """The one delays the sending, the other what the tablet says of the time; each alone is forgiven."""
    tap(5, tablet=tablet, live=True, returned=9000, pressed_at=at_lunch - timedelta(seconds=4))
    tap(4, seconds=0.1, tablet=tablet, live=True, returned=3000, pressed_at=at_lunch)
    tap(3, seconds=4.2, tablet=tablet, live=True, returned=600, pressed_at=at_lunch + timedelta(seconds=1))
    assert marked() == {}


def test_a_script_with_the_key_taps_no_faster_than_the_screen(tap: Tap, tablet: Tablet) -> None:
    """Whatever it tells, what comes faster than a screen can ask is not counted; the rest is a burst."""
    for place in range(60):
        tap(5, seconds=0.4 * place, tablet=tablet, live=True, returned=400 * (place % 5))
    assert counted().total == 1
    for place in range(60):
        tap(5, seconds=100 + place, tablet=tablet, live=True, returned=500)
    with transaction():
        services.close_meals(by=actor("kiosk"), everything=True)
    assert counted().total == 0
    assert recounted() == []


@pytest.mark.parametrize("value", ["1", -1, 1.5, True, [], 2**53 + 1])
def test_an_odd_return_is_refused(client: FlaskClient, device_key: str, value: object) -> None:
    answer = send(client, device_key, returned=value)
    assert (answer.status_code, answer.json["field"]) == (422, "returned")


def send(client: FlaskClient, device_key: str, **fields: Any) -> Any:
    """A rating by a tablet of c1."""
    body = {"id": str(uuid4()), "counter": "c1", "level": 1, **fields}
    return client.post("/api/ratings", json=body, headers={"Authorization": f"Device {device_key}"})


# Taken back.


def test_a_tap_is_taken_back_once(client: FlaskClient, app: Flask, device_key: str) -> None:
    """Kept, marked, not counted, whatever is repeated and in which order; other content is still refused."""
    one = {"id": str(uuid4()), "level": 2, "seq": 7}
    assert send(client, device_key, **one, live=True, returned=700).status_code == 201
    for again in range(3):
        answer = send(client, device_key, **one, taken_back=True)
        assert answer.status_code == 200
        assert (answer.json["status"], answer.json["mark"]) == ("not_counted", "taken_back"), again
    assert send(client, device_key, **one).json["mark"] == "taken_back"
    assert send(client, device_key, **{**one, "level": 5}, taken_back=True).status_code == 409
    assert client.get(f"/api/ratings/{one['id']}").json["mark"] == "taken_back"
    with app.app_context():
        assert [(row["counted"], row["mark"]) for row in queries.export()] == [(False, "taken_back")]
        assert (queries.stored(), queries.tallied(), recounted()) == (1, 0, [])


def test_a_taking_back_that_comes_alone_stores_the_tap_uncounted(
    client: FlaskClient, app: Flask, device_key: str
) -> None:
    assert send(client, device_key, taken_back=True).json["mark"] == "taken_back"
    with app.app_context():
        assert (queries.stored(), queries.tallied(), recounted()) == (1, 0, [])


def take_back(tap: Tap, tablet: Tablet, taken: services.Outcome, **more: Any) -> services.Outcome:
    rating = session.get_one(Rating, taken.rating.seq)
    return tap(rating.level, id=rating.id, tablet=tablet, taken_back=True, **more)


def test_tallies_reasons_and_the_pulse_go_with_it(tap: Tap, tablet: Tablet) -> None:
    kept = tap(4, tablet=tablet, reasons=["taste"])
    taken = tap(1, seconds=20, tablet=tablet, reasons=["taste"])
    take_back(tap, tablet, taken, seconds=22)
    assert counted() == Counts(n4=1)
    assert queries.reason_counts(counter().id, DAY, DAY)["taste"] == queries.ReasonCount(good=1, bad=0)
    assert [(one.total, one.bad) for one in session.query(Pulse) if one.total] == [(1, 0)]
    assert (queries.mark_in_force(kept.rating.seq), recounted()) == (None, [])


def test_an_alert_that_a_slip_of_the_finger_opened_is_closed(tap: Tap, tablet: Tablet) -> None:
    for place in range(3):
        tap(1 + 2 * (place % 2), seconds=10 * place, tablet=tablet)
    taken = tap(1, seconds=40, tablet=tablet)
    assert session.query(Alert).filter(Alert.closed_at.is_(None)).count() == 1
    take_back(tap, tablet, taken, seconds=42)
    session.expire_all()
    assert session.query(Alert).filter(Alert.closed_at.is_(None)).count() == 0


def test_who_takes_a_tap_back_has_the_earlier_voice_again(tap: Tap, tablet: Tablet) -> None:
    """A card's second tap replaced its first; the second taken back, the first counts, with its reasons."""
    tap(5, tablet=tablet, visitor=visitor("a"), reasons=["taste"])
    second = tap(1, seconds=60, tablet=tablet, visitor=visitor("a"))
    assert counted() == Counts(n1=1)
    take_back(tap, tablet, second, seconds=62)
    take_back(tap, tablet, second, seconds=63)
    assert counted() == Counts(n5=1)
    assert queries.reason_counts(counter().id, DAY, DAY)["taste"].good == 1
    tap(3, seconds=80, tablet=tablet, visitor=visitor("a"))
    assert counted() == Counts(n3=1)
    with transaction():
        services.close_meals(by=actor("kiosk"), everything=True)
    assert (counted(), recounted()) == (Counts(n3=1), [])


def test_one_that_was_replaced_gives_no_voice_when_taken_back(tap: Tap, tablet: Tablet) -> None:
    first = tap(5, tablet=tablet, visitor=visitor("a"))
    tap(1, seconds=60, tablet=tablet, visitor=visitor("a"))
    take_back(tap, tablet, first, seconds=62)
    assert (counted(), marked(), recounted()) == (Counts(n1=1), {"taken_back": 1}, [])


def test_nobody_counts_again_what_its_rater_took_back(tap: Tap, tablet: Tablet) -> None:
    """Outside the hours, where somebody may decide later: the rater has decided."""
    with transaction():
        counter().hours = [["06:00", "07:00"]]
    taken = tap(1, tablet=tablet)
    assert taken.mark == "outside_hours"
    take_back(tap, tablet, taken, seconds=2)
    with transaction():
        services.close_meals(by=actor("kiosk"), everything=True)
    with pytest.raises(Conflict), transaction():
        services.decide_marks(
            by=actor("lin"),
            counter=counter(),
            day=DAY,
            meal="lunch",
            mark="outside_hours",
            count_again=True,
            reason="看错",
        )
    assert (counted().total, marked(), recounted()) == (0, {"taken_back": 1}, [])


def test_only_this_tablet_takes_it_back_and_only_soon(context: Flask, tap: Tap, tablet: Tablet) -> None:
    """Whoever finds a key or the numbers of ratings later changes no result with them."""
    taken = tap(1, tablet=tablet)
    enrol(context, "c1")
    other = session.query(Tablet).order_by(Tablet.id.desc()).limit(1).one()
    refused: list[tuple[Any, float]] = [
        (other, 2),
        (None, 2),
        (tablet, 601),
        (tablet, -601),
        (tablet, 86_400),
    ]
    for whose, seconds in refused:
        with pytest.raises(Conflict) as problem:
            take_back(tap, whose, taken, seconds=seconds)
        assert problem.value.code == "too-late"
    assert (counted(), marked()) == (Counts(n1=1), {})
    assert take_back(tap, tablet, taken, seconds=599).amended is False
    assert take_back(tap, tablet, taken, seconds=86_400).rating.seq == taken.rating.seq, "a repeat is none"
    assert marked() == {"taken_back": 1}


def test_on_a_phone_one_rates_again_instead(client: FlaskClient, app: Flask) -> None:
    with app.app_context():
        pass_text = presence.issue_pass(counter=counter(), channel="phone")
    body = {"id": str(uuid4()), "counter": "c1", "level": 1, "taken_back": True}
    answer = client.post("/api/ratings", json=body, headers={"X-Pass": pass_text})
    assert (answer.status_code, answer.json and answer.json["field"]) == (422, "taken_back")
    with app.app_context():
        assert queries.stored() == 0


def test_seals_and_receipts_hold_what_was_taken_back(tap: Tap, tablet: Tablet, client: FlaskClient) -> None:
    taken = tap(1, tablet=tablet)
    take_back(tap, tablet, taken, seconds=2)
    with transaction():
        services.close_meals(by=actor("kiosk"), everything=True)
    assert recounted() == []
    told = client.get(f"/api/ratings/{taken.rating.id}").json
    assert told
    assert (told["mark"], told["seal"]["number"]) == ("taken_back", 1)
    assert "评价人自己撤回" in client.get(f"/receipt/{taken.rating.id}").text


def test_everybody_reads_how_many_were_taken_back(
    tap: Tap, tablet: Tablet, client: FlaskClient, signed_in: Callable[[str], FlaskClient]
) -> None:
    take_back(tap, tablet, tap(1, tablet=tablet), seconds=2)
    with moved_to(LUNCH + timedelta(minutes=5)):
        for address in ("/?lang=en", "/c/c1?lang=en", "/about-scores?lang=en"):
            assert "Taken back by the rater" in client.get(address).text
        page = signed_in("lin").get("/office/ratings/marks?lang=en").text
    assert "Taken back by the rater" in page


def test_a_taking_back_that_was_refused_is_brought_to_the_office(
    client: FlaskClient, app: Flask, device_key: str, signed_in: Callable[[str], FlaskClient]
) -> None:
    id = uuid4()
    head = {"Authorization": f"Device {device_key}"}
    for rating in ({"level": 1}, {"level": 1, "taken_back": True}):
        entry = {
            "status": 409,
            "code": "too-late",
            "why": "",
            "rating": {"id": str(id), "counter": "c1", **rating},
        }
        assert client.post("/api/tablets/refused", json=entry, headers=head).status_code == 200
    with app.app_context():
        found: list[tuple[UUID, bool]] = [(one.rating_id, one.is_note) for one in session.query(RefusedEntry)]
        number = session.query(Tablet).one().id
    assert sorted(found) == [(id, False), (id, True)]
    assert "A rating taken back" in signed_in("lin").get(f"/office/counters/tablets/{number}?lang=en").text
