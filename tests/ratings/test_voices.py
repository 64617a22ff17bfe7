"""What opens a case: words of danger, alerts, bad ratings of one reason; the rest is answered weekly."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from kiosk.accountability.rounds import keep_time
from kiosk.cases import queries as cases
from kiosk.cases import services as casework
from kiosk.cases.models import Case, CaseVoice
from kiosk.cases.recount import recount as recount_cases
from kiosk.chain.models import ChainEntry
from kiosk.core import clock
from kiosk.core.actor import KIOSK
from kiosk.core.db import session, transaction
from kiosk.messages.models import Message
from kiosk.ratings import queries, services
from kiosk.school.services import save_term, switch
from tests.conftest import actor, counter

Tap = Callable[..., services.Outcome]
MONDAY = date(2026, 3, 2)
"""The first day of the week of that lunch, a Wednesday."""


@pytest.fixture
def used(context: Flask, at_lunch: datetime) -> None:
    """The school uses cases from that Monday on."""
    with clock.moved_to(at_lunch - timedelta(days=2)), transaction():
        save_term(by=actor("test"), name="春", starts=date(2026, 2, 23), ends=date(2026, 7, 3))
        switch(by=actor("test"), name="cases", on=True)


def found_at(moment: datetime) -> list[Case]:
    """Every case once the server has looked, at a moment."""
    session.rollback()
    with clock.moved_to(moment):
        services.take_up()
        session.rollback()
        session.expire_all()
        found = list(session.query(Case).order_by(Case.id))
    return found


def voices_of(case: Case) -> int:
    return session.query(CaseVoice).filter_by(case_id=case.id).count()


def act(verb: Callable[..., object], case: Case, moment: datetime, **more: Any) -> None:
    with clock.moved_to(moment), transaction():
        verb(by=KIOSK, case=session.get_one(Case, case.id), **more)


def test_danger_at_lunch_is_the_heads_at_once_and_the_counters_after(
    used: None, tap: Tap, at_lunch: datetime
) -> None:
    tap(1, seconds=300, comment="粥里有异物")
    tap(4, seconds=310, comment="好吃，没有异物")
    now = at_lunch + timedelta(seconds=320)
    (case,) = found_at(now)
    assert (case.kind, case.severity, case.meal, case.owner.name, case.voices) == (
        *("safety", "safety", "lunch"),
        *("林", 1),
    )
    with clock.moved_to(now):
        assert cases.may_see(actor("lin"), case)
        assert not cases.may_see(actor("chen"), case), "the meal is still on"
    with clock.moved_to(at_lunch + timedelta(hours=4)):
        assert cases.may_see(actor("chen"), case)
    assert session.query(Message).one().key == f"case:{case.id}:safety"
    tap(5, seconds=400, comment="我们班有人拉肚子")
    tap(1, seconds=410, code="c2", comment="有虫")
    first, other = found_at(now + timedelta(minutes=3))
    assert (first.voices, other.counter, other.voices) == (2, "c2", 1), "one case a counter and meal"
    act(
        casework.answer, first, now + timedelta(minutes=5), text="已封存留样，正在检查。", outcome="explained"
    )
    tap(2, seconds=600, comment="还有头发")
    *_, again = found_at(now + timedelta(minutes=9))
    assert (again.again_of_id, again.voices) == (first.id, 1)
    assert list(recount_cases()) == []


def test_words_that_come_after_the_tap_are_heard_wherever_the_rating_is(
    used: None, tap: Tap, at_lunch: datetime
) -> None:
    ids = [tap(1, seconds=10 * number, reasons=["taste"]).rating.id for number in range(5)]
    (case,) = found_at(at_lunch + timedelta(seconds=60))
    tap(1, id=ids[2], seconds=70, reasons=["taste"], comment="吃完就拉肚子")
    first, danger = found_at(at_lunch + timedelta(seconds=80))
    assert (first.id, first.voices, danger.kind, danger.voices) == (case.id, 5, "safety", 1)
    rating = queries.rating(ids[2])
    assert cases.case_of_voice(queries.reference(rating)).id == first.id
    assert cases.case_of_voice(queries.words_reference(rating)).id == danger.id


def test_41_bad_ratings_are_one_case_and_the_42nd_after_the_answer_another(
    used: None, tap: Tap, at_lunch: datetime
) -> None:
    for number in range(4):
        tap(1, seconds=number * 6, reasons=["taste"])
    assert found_at(at_lunch + timedelta(seconds=25)) == [], "the alert still waits for what they say"
    for number in range(4, 41):
        tap(1 + number % 2, seconds=number * 6, reasons=["taste"])
        if number % 7 == 0:
            found_at(at_lunch + timedelta(seconds=number * 6))
    (case,) = found_at(at_lunch + timedelta(seconds=300))
    assert (case.kind, case.reason, case.voices, voices_of(case)) == ("ratings", "taste", 41, 41)
    assert case.owner.name == "林"
    assert case.severity == "ordinary"
    answered = at_lunch + timedelta(seconds=310)
    act(casework.answer, case, answered, text="今天的汤已经重做。", outcome="mended")
    tap(1, seconds=320, reasons=["taste"])
    _first, again = found_at(at_lunch + timedelta(seconds=400))
    assert (again.again_of_id, again.voices, again.reason) == (case.id, 1, "taste")
    assert len(found_at(at_lunch + timedelta(seconds=400))) == 2, "looking again changes nothing"
    assert list(recount_cases()) == []
    assert list(queries.untaken()) == []


def test_what_is_not_counted_waits_for_the_decision(used: None, tap: Tap, at_lunch: datetime) -> None:
    outcomes = [tap(1, seconds=60 * number, reasons=["hygiene"]) for number in range(5)]
    with transaction():
        for outcome in outcomes[:2]:
            services.uncount(outcome.rating, "burst")
    evening = at_lunch + timedelta(hours=8)
    with clock.moved_to(evening), transaction():
        services.close_meals(by=KIOSK)
    found = found_at(evening)
    assert [(one.reason, one.voices) for one in found] == [("hygiene", 3)], "the alert's three"
    with clock.moved_to(evening), transaction():
        services.decide_marks(
            by=actor("lin"),
            counter=counter(),
            day=MONDAY + timedelta(days=2),
            meal="lunch",
            mark="burst",
            count_again=True,
            reason="人多",
        )
    (case,) = found_at(evening + timedelta(minutes=1))
    assert case.voices == 5


def test_an_alert_opens_a_case_by_itself(used: None, tap: Tap, at_lunch: datetime) -> None:
    for number, reasons in enumerate([["taste"], ["queue"], [], ["price"]]):
        tap(1, seconds=20 * number, reasons=reasons)
    assert found_at(at_lunch + timedelta(seconds=70)) == []
    (case,) = found_at(at_lunch + timedelta(seconds=120))
    assert (case.kind, case.reason, case.voices) == ("ratings", "", 4)
    tap(2, seconds=130)
    (case,) = found_at(at_lunch + timedelta(seconds=150))
    assert case.voices == 5, "while the alert is on, further voices join"


def test_the_rest_is_answered_once_a_week(used: None, tap: Tap, at_lunch: datetime) -> None:
    for number, day in enumerate((0, 1, 1, 2)):
        tap(2, seconds=86400 * day + 600 * number, reasons=["taste"] if day else [])
    tap(1, seconds=86400, code="c2")
    tap(5, seconds=86400)
    saturday = at_lunch + timedelta(days=3)
    assert found_at(saturday) == []
    monday = datetime(2026, 3, 9, 1, 0, tzinfo=saturday.tzinfo)
    noodles, stirfry = found_at(monday)
    assert [(one.kind, one.counter, one.voices, one.day) for one in (noodles, stirfry)] == [
        ("week", "c1", 4, MONDAY),
        ("week", "c2", 1, MONDAY),
    ]
    with clock.moved_to(monday):
        due = cases.mending(noodles)
        assert due.received == date(2026, 3, 9)
        assert due.number == 5
        assert (noodles.duty, noodles.due_on) == ("mend", date(2026, 3, 16)), "only the answer is asked"
    assert list(recount_cases()) == []


def test_a_clock_that_was_ahead_ends_no_week(used: None, tap: Tap, at_lunch: datetime) -> None:
    with clock.moved_to(at_lunch), transaction():
        switch(by=actor("test"), name="accountability", on=True)
    for number in (1, 2):
        tap(2, seconds=600 * number, reasons=["taste"])
    with clock.moved_to(at_lunch):
        keep_time()
    assert found_at(at_lunch + timedelta(hours=1)) == []
    ahead = at_lunch + timedelta(days=366)
    assert found_at(ahead) == []
    with clock.moved_to(ahead):
        keep_time()
    tap(1, seconds=1500, comment="粥里有异物")
    later = ahead + timedelta(minutes=1)
    assert [one.kind for one in found_at(later)] == ["safety"], "a word of danger waits for no clock"
    assert len(found_at(at_lunch + timedelta(hours=2))) == 1
    monday = datetime(2026, 3, 9, 1, 0, tzinfo=at_lunch.tzinfo)
    assert [(one.kind, one.voices) for one in found_at(monday)] == [("safety", 1), ("week", 2)]


def test_nothing_happens_while_the_room_is_off_nor_for_what_came_before(
    context: Flask, tap: Tap, at_lunch: datetime
) -> None:
    tap(1, comment="有异物")
    assert found_at(at_lunch + timedelta(hours=1)) == []
    with clock.moved_to(at_lunch + timedelta(days=1)), transaction():
        switch(by=actor("test"), name="cases", on=True)
    assert found_at(at_lunch + timedelta(days=1, minutes=1)) == []
    tap(1, seconds=86400 + 120, comment="有异物")
    assert len(found_at(at_lunch + timedelta(days=1, minutes=3))) == 1


def test_what_a_server_missed_is_found_and_made_up_for_with_its_true_time(
    used: None, tap: Tap, at_lunch: datetime
) -> None:
    found_at(at_lunch)
    tap(1, seconds=60, comment="有异物")
    with clock.moved_to(at_lunch + timedelta(days=2)):
        (finding,) = queries.untaken()
        assert (finding.kind, finding.problem) == ("voice", "waiting")
    (case,) = found_at(at_lunch + timedelta(days=2))
    assert timedelta(seconds=60) <= case.received_at - at_lunch < timedelta(seconds=61)
    with clock.moved_to(at_lunch + timedelta(days=2)):
        assert list(queries.untaken()) == []


def test_no_case_and_no_entry_repeats_words_or_leads_to_a_receipt(
    used: None, tap: Tap, at_lunch: datetime
) -> None:
    rating = tap(1, comment="粥里有异物，我是高一3班张伟").rating
    (case,) = found_at(at_lunch + timedelta(minutes=1))
    told = "".join(str(one.written) for one in cases.history(case))
    bodies = "".join(one.body for one in session.query(ChainEntry))
    for secret in ("张伟", "粥里", str(rating.id), rating.id.hex):
        assert secret not in told
        assert secret not in bodies
    with transaction():
        services.erase_comment(by=actor("lin"), code=queries.receipt_code(rating.id))
    assert len(found_at(at_lunch + timedelta(minutes=2))) == 1
