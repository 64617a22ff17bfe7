"""Answers that were promised, as the cases themselves tell of them."""

from datetime import date

from flask import Flask

from kiosk.cases import services as cases
from kiosk.commitments import queries
from kiosk.commitments.services import promise
from kiosk.core import clock
from kiosk.core.db import transaction
from kiosk.school.services import switch
from tests.cases.conftest import act, day, opened, origin, school
from tests.commitments.test_commitments import read
from tests.conftest import actor, counter

__all__ = ["origin", "school"]

ANSWER = {"text": "已经换了电饭锅，请再尝一尝。", "outcome": "mended"}


def test_three_of_four_cases_in_time(school: Flask) -> None:
    with transaction():
        switch(by=actor("lin"), name="commitments", on=True)
        promise(by=actor("lin"), place=counter(), since=date(2026, 3, 2), values={"answer": 3})
    found = [opened(text=f"第 {number} 件") for number in range(4)]
    opened(subject="counter:c2")
    for number, one in zip((0, 1, 4), found, strict=False):
        with clock.moved_to(day(number)):
            act(cases.answer, "lin", one, **ANSWER)
            act(cases.tell, "lin", one, note="当面")
    with clock.moved_to(day(4, 9)):
        assert told() == (3, 3), "Wednesday was a holiday: the fourth is still in time"
    with clock.moved_to(day(5)):
        assert told() == (3, 4), "late from Saturday on, answered or not"
        assert "kept 3 of 4 since 2 Mar (cases)" in read(school.test_client(), "/c/c1")
        assert "%" not in read(school.test_client(), "/c/c1")
    with clock.moved_to(day(7)):
        act(cases.answer, "lin", found[3], **ANSWER)
        assert told() == (3, 4), "a late answer is none in time"
        act(cases.reopen, "lin", found[0], reason="又发生了")
        assert told() == (3, 4), "what came back was answered in time before"


def test_waiting_for_the_asker_costs_no_day(school: Flask) -> None:
    with transaction():
        switch(by=actor("lin"), name="commitments", on=True)
        promise(by=actor("lin"), place=counter(), since=date(2026, 3, 2), values={"answer": 1})
    with transaction():
        one = cases.take_down(by=actor("lin"), kind="complaint", subject="counter:c1", text="米饭有点硬")
    act(cases.wait, "lin", one, text="哪一个窗口？")
    with clock.moved_to(day(8)):
        assert told() == (0, 0)
        act(cases.resume, "lin", one, text="四号")
        act(cases.answer, "lin", one, **ANSWER)
        assert told() == (1, 1)


def told() -> tuple[int, int]:
    (found,) = queries.promised(counter(), date(2026, 3, 12))
    assert found.figures
    return found.figures.kept, found.figures.of
