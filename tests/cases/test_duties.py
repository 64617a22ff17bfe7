"""What of cases waits for whom: the owner, to whom it is offered, and the head."""

import re

from flask import Flask

from kiosk.cases import services
from kiosk.cases.duties import DUTIES, FEW, MOST
from kiosk.core import clock
from kiosk.core.duty import ALERT, WARN
from tests.cases.conftest import act, day, number, opened
from tests.conftest import actor, sign_in


def waits(school: Flask, username: str) -> dict[str, tuple[str, str]]:
    """What waits for somebody: the state and the day by which, by the whole key."""
    with school.test_request_context():
        found = [duty for source in DUTIES for duty in source(actor(username))]
    return {one.key: (one.state, f"{one.due:%m-%d %H:%M}" if one.due else "") for one in found}


def test_what_is_mine_waits_for_me_alone_by_its_day(school: Flask) -> None:
    case = opened(owner=number("chen"))
    assert waits(school, "chen") == {f"cases:{case.id}": (WARN, "03-03 23:59")}
    assert waits(school, "ding") == {}
    taken = act(services.reply, "chen", case, text="正在问厨师。")
    assert waits(school, "chen") == {f"cases:{taken.id}": (WARN, "03-17 23:59")}


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


def told(school: Flask, username: str) -> list[tuple[str, str, str, str]]:
    """What waits for somebody in English: the whole key, the text, the detail, where it leads."""
    with school.app_context(), school.test_request_context("/?lang=en"):
        found = [duty for source in DUTIES for duty in source(actor(username))]
    return [(one.key, one.text, one.detail, one.url) for one in found]


def listed(school: Flask, username: str, url: str) -> set[int]:
    """The numbers of the cases in a list of the office."""
    page = sign_in(school.test_client(), username).get(f"{url}&lang=en").text
    return {int(one) for one in re.findall(r'href="/office/cases/(\d+)"', page)}


def test_many_of_which_the_same_is_due_are_one_line_and_food_safety_stands_alone_first(school: Flask) -> None:
    grave = opened(severity="safety", owner=number("wu"))
    few = [opened(owner=number("wu")) for _number in range(FEW)]
    assert {f"cases:{one.id}" for one in (grave, *few)} == {one[0] for one in told(school, "wu")}
    many = [*few, opened(owner=number("wu"))]
    replied = act(services.acknowledge, "wu", opened(owner=number("wu")))
    first, second, line = told(school, "wu")
    assert first[1].startswith("Food safety, Acknowledge it: ")
    assert second[0] == f"cases:{replied.id}"
    assert line[:2] == ("cases:all-acknowledge", "Acknowledge it: 4 cases")
    assert listed(school, "wu", line[3]) == {one.id for one in many}, "neither food safety nor another duty"
    assert waits(school, "wu")[line[0]] == (WARN, "03-03 23:59"), "the earliest counts"
    with clock.moved_to(day(3)):
        assert waits(school, "wu")[line[0]] == (ALERT, "03-03 23:59")


def test_joint_answers_to_a_week_want_nothing_else_and_are_one_line(school: Flask) -> None:
    none = {"acknowledge": 0, "reply": 0}
    week = {"kind": "week", "severity": "simple", "owner": number("wu"), "figures": none}
    one = opened(subject="counter:c1", **week)
    [alone] = told(school, "wu")
    assert (alone[0], alone[3]) == (f"cases:{one.id}", f"/office/cases/{one.id}")
    assert alone[1].startswith("Answer it: ")
    further = [opened(subject=subject, **week) for subject in ("counter:c2", "counter:c2")]
    opened(owner=number("wu"))
    line = told(school, "wu")[-1]
    text = "Joint answers to a week's ratings wait at 2 counters"
    assert line[:3] == ("cases:all-week", text, "3 cases")
    assert listed(school, "wu", line[3]) == {case.id for case in (one, *further)}


def test_of_very_much_food_safety_the_rest_is_counted(school: Flask) -> None:
    for _number in range(MOST + 2):
        opened(severity="safety", owner=number("wu"))
    found = told(school, "wu")
    assert len(found) == MOST + 1
    assert found[-1][:2] == ("cases:more", "2 more cases of mine")


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
