"""Health certificates are seen, the morning check is made; who was sent home is nobody else's business."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.chain.models import ChainEntry, ChainText
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.counters.services import add_duty
from kiosk.kitchen import queries
from kiosk.kitchen.models import MorningCheck, MorningNote
from kiosk.kitchen.overdue import unchecked
from kiosk.operation import retention
from kiosk.persons.models import Person
from tests.conftest import actor, add_staff, canteen, counter
from tests.kitchen.conftest import Desk, noon, send

CHECK = "/office/kitchen/health/k1/check"
SEEN = "/office/kitchen/health/k1/certificates"


@pytest.fixture
def zhao(house: Flask) -> Person:
    """Who serves at c2; He serves at c1 already."""
    with transaction():
        person = add_staff("赵师傅", "201")
        add_duty(by=actor("test"), counter=counter("c2"), staff_id=person.id)
    return person


def inbox(desk: Desk, kind: str) -> list[str]:
    items = desk("chen").get("/office/inbox.json?lang=en").json["items"]
    return [one["text"] for one in items if one["key"].startswith(f"{kind}:")]


def ends(desk: Desk, **days: str) -> Any:
    """Chen notes until when certificates hold, by the badge or name of the person."""
    numbers = {one.person.name: one.person.number for one in queries.workers(canteen())}
    return send(desk("chen"), SEEN, **{f"until-{numbers[name]}": day for name, day in days.items()})


def test_whoever_serves_without_a_certificate_is_told_until_it_was_seen(
    house: Flask, desk: Desk, zhao: Person
) -> None:
    told = "Canteen One: 2 people work with food, no health certificates were seen"
    assert inbox(desk, "health-certificate") == [told]
    assert (
        "赵师傅" in desk("lin").get("/office/counters/c2/edit?lang=en").text.split("Without a valid")[1][:200]
    )
    ends(desk, 赵师傅="2026-03-20", 何="2027-01-01")
    assert inbox(desk, "health-certificate") == ["赵师傅: the health certificate ends on 20 Mar 2026"]
    board = house.test_client().get("/?lang=en").text
    assert "2 of 2 certificates valid" in board
    assert ("赵师傅" in board, "何" in board) == (False, False)
    with clock.moved_to(noon(21)):
        assert inbox(desk, "health-certificate") == [
            "赵师傅 works with food; the health certificate ended on 20 Mar 2026"
        ]
        assert "1 of 2 certificates valid" in house.test_client().get("/?lang=en").text
    assert ends(desk, 何="2036-01-01").status_code == 422, "the year is a slip"


def test_all_well_is_one_tap(house: Flask, desk: Desk, zhao: Person) -> None:
    assert inbox(desk, "morning-check") == ["Canteen One: the morning check is to be made"]
    for _twice in range(2):
        assert send(desk("chen"), CHECK, then="all").status_code == 200
    assert session.query(MorningCheck).count() == 1
    assert inbox(desk, "morning-check") == []
    page = house.test_client().get("/kitchen/?lang=en").text
    assert "done 12:00" in page
    assert "not made on 2 days: 26 Feb, 27 Feb" in page
    missed = [(one.key, one.people) for one in unchecked(date(2026, 2, 1), date(2026, 3, 2))]
    assert [key for key, _people in missed] == ["morning:k1:2026-02-26", "morning:k1:2026-02-27"]


def test_who_was_sent_home_and_why_is_nobody_elses_business(house: Flask, desk: Desk, zhao: Person) -> None:
    who = {f"who-{zhao.id}": "1", f"outcome-{zhao.id}": "home"}
    assert send(desk("chen"), CHECK, then="some", **who).status_code == 422, "no sign"
    assert send(desk("chen"), CHECK, then="all", **who).status_code == 422, "somebody is ticked"
    said = send(desk("chen"), f"{CHECK}?lang=en", then="some", **who, **{f"signs-{zhao.id}": "fever"})
    assert "1 person was sent home" in said.text
    page = desk("lin").get("/office/kitchen/health/?lang=en").text
    assert "赵师傅 · sent home · fever" in page
    for name in ("wu", "he", "xu", "ding"):
        assert desk(name).get("/office/kitchen/health/").status_code == 403
    for address in ("/", "/kitchen/", "/office/kitchen/", "/data/daily-control.json"):
        assert "fever" not in desk("xu").get(f"{address}?lang=en").text
    bodies = [
        *session.scalars(select(ChainEntry.body).where(ChainEntry.action == "health.checked")),
        *session.scalars(select(ChainText.text)),
    ]
    assert not any("fever" in str(one) or f'"{zhao.id}"' in str(one) for one in bodies)
    with clock.moved_to(noon(61)), transaction():
        retention.forget(by=actor("test"))
    assert (session.query(MorningNote).count(), session.query(MorningCheck).count()) == (0, 1)


def test_a_cook_beside_the_roster_stands_on_the_list(house: Flask, desk: Desk) -> None:
    with transaction():
        cook = add_staff("孙师傅")
    send(desk("chen"), "/office/kitchen/health/k1/people", person=str(cook.id))
    assert [one.person.name for one in queries.workers(canteen())] == ["何", "孙师傅"]
    assert send(desk("chen"), "/office/kitchen/health/k1/people", person=str(cook.id)).status_code == 422
    send(desk("chen"), f"/office/kitchen/health/k1/people/{cook.id}/remove")
    assert [one.person.name for one in queries.workers(canteen())] == ["何"]
