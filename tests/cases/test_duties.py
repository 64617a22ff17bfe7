"""What of cases waits for whom: the owner, to whom it is offered, and the head."""

from flask import Flask

from kiosk.cases import services
from kiosk.cases.duties import DUTIES, MOST
from kiosk.core import clock
from kiosk.core.duty import ALERT, WARN
from tests.cases.conftest import act, day, number, opened
from tests.conftest import actor


def waits(school: Flask, username: str) -> dict[str, tuple[str, str]]:
    """What waits for somebody: the state and the day by which, by the whole key."""
    with school.test_request_context():
        found = [duty for source in DUTIES for duty in source(actor(username))]
    return {one.key: (one.state, f"{one.due:%m-%d %H:%M}" if one.due else "") for one in found}


def test_what_is_mine_waits_for_me_alone_by_its_day(school: Flask) -> None:
    case = opened(owner=number("chen"))
    assert waits(school, "chen") == {f"cases:{case.id}": (WARN, "03-03 23:59")}
    assert waits(school, "ding") == {}
    act(services.wait, "chen", case, text="哪一个窗口？")
    assert waits(school, "chen") == {f"cases:{case.id}": (WARN, "")}


def test_what_is_offered_waits_for_both(school: Flask) -> None:
    case = act(services.offer, "lin", opened(), to=number("ding"))
    assert [*waits(school, "ding")] == [f"cases-offered:{case.id}"]
    assert f"cases:{case.id}" in waits(school, "lin")
    act(services.accept, "ding", case)
    assert [*waits(school, "ding")] == [f"cases:{case.id}"]


def test_the_head_is_told_of_what_is_late_refused_twice_and_food_safety(school: Flask) -> None:
    refused = opened(owner=number("wu"))
    for _turn in range(2):
        act(services.offer, "wu", refused, to=number("chen"))
        act(services.refuse, "chen", refused, reason="不归我")
    grave = opened(severity="safety", owner=number("wu"))
    told = waits(school, "gao")
    assert told == {
        f"cases-head:{refused.id}": (WARN, "03-03 23:59"),
        f"cases-head:{grave.id}": (ALERT, "03-03 23:59"),
    }
    with clock.moved_to(day(3)):
        assert waits(school, "gao")["cases-head:late"] == (WARN, "")
        assert "cases-head:late" not in waits(school, "wu")


def test_many_are_counted_rather_than_told_one_by_one(school: Flask) -> None:
    for _number in range(MOST + 2):
        opened(owner=number("wu"))
    told = waits(school, "wu")
    assert len(told) == MOST + 1
    assert "cases:more" in told


def test_many_offers_and_many_for_the_head_are_counted_food_safety_first(school: Flask) -> None:
    for _turn in range(MOST + 1):
        act(services.offer, "wu", opened(owner=number("wu"), severity="safety"), to=number("ding"))
    refused = opened(owner=number("wu"))
    for _turn in range(2):
        act(services.offer, "wu", refused, to=number("chen"))
        act(services.refuse, "chen", refused, reason="不归我")
    assert "cases-offered:more" in waits(school, "ding")
    told = [key for key in waits(school, "gao") if key.startswith("cases-head:")]
    assert len(told) == MOST + 1
    assert told[-1] == "cases-head:more"
    assert f"cases-head:{refused.id}" not in told


def test_what_is_held_until_the_meal_is_over_waits_for_the_head_alone(school: Flask) -> None:
    case = opened(severity="safety", owner=number("chen"), held_until=day(0, hour=5))
    assert [*waits(school, "gao")] == [f"cases-head:{case.id}"]
    assert waits(school, "chen") == {}
    with clock.moved_to(day(0, hour=5)):
        assert [*waits(school, "chen")] == [f"cases:{case.id}"]
