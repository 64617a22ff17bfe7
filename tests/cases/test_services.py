"""What is done with cases: whose they are, until when, how they end; and what the record keeps of it."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from kiosk.auth.queries import account_named
from kiosk.auth.services import add_account
from kiosk.cases import queries, recount, services
from kiosk.cases.models import Case, CaseStep
from kiosk.chain import queries as chain
from kiosk.chain.services import erase
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.school.services import change_settings, set_day
from tests.cases.conftest import HOLIDAY, act, day, fresh, number, opened
from tests.conftest import PASSWORD, actor, tamper

ANSWER = {"text": "已经换了电饭锅，请再尝一尝。", "outcome": "mended"}


def dues(case: Case) -> tuple[str, date | None]:
    return case.duty, case.due_on


def test_a_case_goes_from_receipt_to_its_end(school: Flask) -> None:
    case = opened()
    assert (case.state, case.owner_id, dues(case)) == (
        "received",
        number("lin"),
        ("acknowledge", date(2026, 3, 3)),
    )
    case = act(services.acknowledge, "lin", case)
    assert dues(case) == ("reply", date(2026, 3, 6)), "Wednesday was a holiday"
    case = act(services.reply, "lin", case, text="正在看情况")
    assert (case.state, dues(case)) == ("work", ("mend", date(2026, 3, 17)))
    case = act(services.answer, "lin", case, **ANSWER)
    assert (case.state, case.outcome, dues(case)) == ("answered", "mended", ("tell", date(2026, 3, 6)))
    case = act(services.tell, "lin", case, note="当面")
    assert (case.state, dues(case)) == ("told", ("", None))
    case = act(services.close, "lin", case)
    assert case.state == "closed"
    assert [one.step.verb for one in queries.history(case)] == [
        *("open", "acknowledge", "reply", "answer", "tell", "close")
    ]
    assert list(recount.recount()) == []


def test_an_offer_moves_nothing_until_it_is_accepted(school: Flask) -> None:
    case = act(services.acknowledge, "lin", opened())
    before = dues(case)
    with clock.moved_to(day(3)):
        case = act(services.offer, "lin", case, to=number("chen"))
        assert (case.owner_id, case.offered_to_id, dues(case)) == (number("lin"), number("chen"), before)
    with clock.moved_to(day(9)):
        assert queries.is_late(fresh(case))
        assert fresh(case).owner_id == number("lin"), "the first owner is named"
        case = act(services.accept, "chen", case)
        assert (case.owner_id, dues(case)) == (number("chen"), before)
    assert {number("lin"), number("chen")} <= queries.took_part(case), "both names stay"


def test_after_two_refusals_the_head_assigns(school: Flask) -> None:
    case = opened(owner=number("wu"))
    with pytest.raises(Conflict):
        act(services.assign, "lin", case, to=number("chen"))
    for _turn in range(2):
        act(services.offer, "wu", case, to=number("chen"))
        with pytest.raises(Invalid):
            act(services.refuse, "chen", case, reason=" ")
        case = act(services.refuse, "chen", case, reason="不归食堂管")
    assert (case.owner_id, case.refusals) == (number("wu"), 2)
    with pytest.raises(Conflict):
        act(services.offer, "wu", case, to=number("ding"))
    with pytest.raises(Forbidden):
        act(services.assign, "wu", case, to=number("ding"))
    case = act(services.assign, "lin", case, to=number("ding"))
    assert (case.owner_id, case.refusals) == (number("ding"), 0)


@pytest.mark.parametrize("outcome", ["mistaken", "invalid"])
def test_that_there_is_nothing_in_it_is_decided_by_somebody_it_does_not_concern(
    school: Flask, outcome: str
) -> None:
    case = opened(owner=number("gao"))
    with transaction():
        person = account_named("he").person
        add_account(by=actor("test"), username="he2", password=PASSWORD, role="admin", person=person)
    for who in ("gao", "he", "he2"):
        with pytest.raises(services.Involved):
            act(services.answer, who, case, text="没有此事", outcome=outcome)
    with pytest.raises(Forbidden):
        act(services.answer, "wu", case, text="没有此事", outcome=outcome)
    case = act(services.answer, "xu", case, text="没有此事", outcome=outcome)
    assert (case.state, case.outcome, case.owner_id) == ("answered", outcome, number("gao"))


def test_only_its_owner_works_on_it(school: Flask) -> None:
    case = opened()
    for verb, more in (
        (services.acknowledge, {}),
        (services.answer, ANSWER),
        (services.offer, {"to": number("wu")}),
        (services.plan, {"text": "下周换锅", "day": date(2026, 3, 9)}),
        (services.accept, {}),
    ):
        with pytest.raises(services.NotYours):
            act(verb, "chen", case, **more)


def test_nothing_is_closed_without_answer_outcome_and_telling(school: Flask) -> None:
    case = act(services.acknowledge, "lin", opened())
    with pytest.raises(services.Unanswered):
        act(services.close, "lin", case, outcome="mended")
    act(services.answer, "lin", case, text="已经处理")
    with pytest.raises(services.WrongState):
        act(services.close, "lin", case, outcome="mended")
    act(services.tell, "lin", case, note="当面")
    with pytest.raises(Invalid):
        act(services.close, "lin", case)
    with pytest.raises(Invalid):
        act(services.close, "lin", case, outcome="planned")
    case = act(services.close, "lin", case, outcome="planned", day=date(2026, 3, 20))
    assert (case.outcome, case.planned_on) == ("planned", date(2026, 3, 20))


def test_answered_and_not_told_is_late(school: Flask) -> None:
    case = act(services.answer, "lin", opened(), **ANSWER)
    with clock.moved_to(day(5)):
        assert [one.id for one in queries.listed(actor("lin"), "late").cases] == [case.id]


def test_a_second_click_does_nothing_twice(school: Flask) -> None:
    case = opened()
    for verb, by, more in (
        (services.acknowledge, "lin", {}),
        (services.offer, "lin", {"to": number("chen")}),
        (services.refuse, "chen", {"reason": "不归我"}),
        (services.offer, "lin", {"to": number("chen")}),
        (services.accept, "chen", {}),
        (services.reply, "chen", {"text": "正在查原因"}),
        (services.answer, "chen", ANSWER),
        (services.tell, "chen", {"note": "电话"}),
        (services.close, "chen", {}),
        (services.reopen, "lin", {"reason": "米饭还是硬"}),
    ):
        first = act(verb, by, case, seen=case.revision, **more).revision
        case = act(verb, by, case, seen=case.revision, **more)
        assert case.revision == first, verb
    case = act(services.answer, "chen", case, **ANSWER)
    with pytest.raises(services.WrongState, match="已答复"):
        act(services.answer, "chen", case, text="另一个答复")
    with pytest.raises(services.WrongState):
        act(services.reopen, "lin", case, reason="米饭还是硬")


def test_what_was_changed_meanwhile_is_refused(school: Flask) -> None:
    case = act(services.acknowledge, "lin", opened())
    act(services.reply, "lin", case, text="正在看情况")
    with pytest.raises(services.Changed):
        act(services.answer, "lin", case, seen=case.revision - 1, **ANSWER)


def test_food_safety_counts_every_day_and_is_the_heads(school: Flask) -> None:
    with clock.moved_to(day(4)):
        case = opened(severity="safety")
        assert (case.owner_id, dues(case)) == (number("lin"), ("acknowledge", date(2026, 3, 7)))


def test_a_holiday_that_moves_moves_what_is_due_and_the_record_says_so(school: Flask) -> None:
    case = act(services.acknowledge, "lin", opened())
    done = opened()
    for verb, more in ((services.answer, ANSWER), (services.tell, {"note": "当面"}), (services.close, {})):
        done = act(verb, "lin", done, **more)
    with transaction():
        set_day(by=actor("lin"), day=HOLIDAY, is_school_day=None)
    assert fresh(case).due_on == date(2026, 3, 5)
    assert [(one.before, one.after) for one in queries.moves(case)] == [(date(2026, 3, 6), date(2026, 3, 5))]
    assert queries.moves(done) == []
    assert list(recount.recount()) == []


def test_beyond_the_calendar_it_is_open_until_the_next_term_is_entered(school: Flask) -> None:
    with clock.moved_to(day(122)):
        case = opened()
        assert dues(case) == ("acknowledge", date(2026, 7, 3))
    with clock.moved_to(day(123)):
        case = opened()
        assert (case.due_on, queries.is_late(case)) == (None, False)


def test_a_case_keeps_the_days_of_the_rule_it_came_in_under(school: Flask) -> None:
    case = opened()
    with transaction():
        change_settings(by=actor("lin"), cases_acknowledge=4)
    assert dues(fresh(case)) == ("acknowledge", date(2026, 3, 3))
    assert dues(opened()) == ("acknowledge", date(2026, 3, 9))


def test_voices_join_until_it_is_answered(school: Flask) -> None:
    case = opened(voices=[f"rating:{one}" for one in range(41)])
    assert case.voices == 41
    with transaction():
        assert services.join(by=actor("kiosk"), case=fresh(case), references=["rating:7", "rating:41"]) == 1
    case = act(services.answer, "lin", case, **ANSWER)
    with pytest.raises(services.WrongState):
        act(services.join, "kiosk", case, references=["rating:42"])
    later = opened(again_of=case, voices=["rating:42"])
    assert [one.id for one in queries.again(case)] == [later.id]
    assert list(recount.recount()) == []


def test_a_public_text_that_leads_to_somebody_is_masked_and_said(school: Flask) -> None:
    case = act(services.acknowledge, "lin", opened())
    with pytest.raises(services.Masked) as refused:
        act(services.answer, "lin", case, text="请打13812345678找高一3班张伟", outcome="mended")
    assert refused.value.masked == "请打＊＊＊找高一3班＊＊＊"
    assert fresh(case).state == "acknowledged"
    assert act(services.answer, "lin", case, text=refused.value.masked, outcome="mended").state == "answered"


def test_steps_never_change_and_what_was_changed_anyway_is_found(school: Flask) -> None:
    number = act(services.answer, "lin", opened(voices=["rating:1"]), **ANSWER).id
    for statement in ("UPDATE case_step SET verb = 'note'", 'DELETE FROM "case"', "DELETE FROM case_voice"):
        with pytest.raises(DatabaseError), transaction():
            session.execute(text(statement))
        session.rollback()
    tamper("UPDATE \"case\" SET outcome = 'explained'; UPDATE case_step SET to_id = 9 WHERE number = 1")
    found = {(one.place, one.problem, one.detail) for one in recount.recount()}
    assert (f"{number}, step 1", "altered", "to") in found
    assert (str(number), "altered", "owner_id, outcome") in found


def test_what_was_written_can_be_erased_and_the_case_stays(school: Flask) -> None:
    case = act(services.answer, "lin", opened(text="张三说米饭硬"), **ANSWER)
    with transaction():
        erase(by=actor("lin"), texts=chain.texts_with("张三说米饭硬"), reason="本人要求")
    said = queries.history(fresh(case))[0].written.internal
    assert "张三" not in said
    assert list(recount.recount()) == []
    assert chain.first_break() is None


def test_what_was_told_long_enough_ago_is_closed_by_itself(school: Flask) -> None:
    case = act(services.tell, "lin", act(services.answer, "lin", opened(), **ANSWER), note="当面")
    with clock.moved_to(day(6)), transaction():
        assert services.close_settled() == 0
    with clock.moved_to(day(7) + timedelta(minutes=1)), transaction():
        assert services.close_settled() == 1
    assert (fresh(case).state, fresh(case).steps[-1].person_id) == ("closed", None)


def test_until_the_meal_is_over_only_the_head_sees_a_case_of_ratings(school: Flask) -> None:
    over = day(0, hour=5)
    case = opened(severity="safety", held_until=over, text="饭里有异物")

    def who_sees() -> set[str]:
        return {
            name for name in ("lin", "chen", "he", "xu", "wu") if queries.may_see(actor(name), fresh(case))
        }

    assert who_sees() == {"lin", "xu"}
    with clock.moved_to(over):
        assert who_sees() == {"lin", "xu", "chen", "he"}


def test_counter_staff_see_the_cases_of_their_counter_alone(school: Flask) -> None:
    here, there = opened(), opened(subject="counter:c2")
    assert [one.id for one in queries.listed(actor("he")).cases] == [here.id]
    assert [one.id for one in queries.listed(actor("lin")).cases] == [there.id, here.id]
    assert queries.listed(actor("ding")).cases == [], "an accountant sees the own ones"
    act(services.offer, "lin", there, to=number("ding"))
    assert [one.id for one in queries.listed(actor("ding"), "offered").cases] == [there.id]


def test_a_step_is_what_the_house_knows_of_it(school: Flask) -> None:
    case = act(services.acknowledge, "lin", opened())
    steps = session.query(CaseStep).filter_by(case_id=case.id).order_by(CaseStep.number).all()
    assert [(one.verb, one.person_id) for one in steps] == [("open", None), ("acknowledge", number("lin"))]
