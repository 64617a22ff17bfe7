"""What the clock does: reminds, enters, makes up what was missed, and waits where it cannot be right."""

import threading
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from kiosk.accountability import checks, queries, rounds, services
from kiosk.accountability.models import Chase, Entry, Jump
from kiosk.accountability.refusals import OtherJump
from kiosk.cases import rounds as case_rounds
from kiosk.cases import services as cases
from kiosk.cases.models import Case
from kiosk.chain.models import ChainEntry
from kiosk.core.db import session, transaction
from kiosk.core.i18n import lazy
from kiosk.counters.services import change_canteen
from kiosk.messages.models import Message
from kiosk.school.services import change_settings, set_day, switch
from kiosk.steps.queries import Ladder, Level
from kiosk.steps.services import begin
from tests.accountability.conftest import ENTRY_OF, REPLY_DUE, at, nights, number, only, take
from tests.conftest import actor, canteen, tamper

LADDER = Ladder(
    name="dust",
    label=lazy("Dust"),
    levels=lambda: [Level(roles=("head", "council"), days=2)],
    proposers=frozenset({"canteen_manager"}),
)


def chases() -> list[tuple[str, date, str]]:
    session.rollback()
    session.expire_all()
    return [(one.duty, one.due_on, one.ended) for one in session.query(Chase).order_by(Chase.id)]


def test_what_is_late_is_chased_the_next_day_and_entered_five_school_days_later(school: Flask) -> None:
    nights(1, 3)
    assert chases() == [], "on the due day itself nobody is reminded"
    nights(4, 4)
    assert chases() == [("reply", REPLY_DUE, "")]
    told = session.query(Message).one()
    assert (told.roles, told.at.date()) == ("canteen_manager", date(2026, 3, 6))
    assert "陈" not in told.title + told.text
    nights(5, 10)
    assert session.query(Entry).count() == 0, "the fifth school day is still time"
    nights(11, 11)
    entry = only()
    assert (entry.at, entry.made_at.date(), entry.late_made) == (ENTRY_OF, date(2026, 3, 13), False)
    assert [(one.person_id, one.post, one.office) for one in entry.named] == [
        (number("chen"), "食堂管理员", "canteen_manager")
    ]
    assert entry.counted["days"] == ["2026-03-06", "2026-03-09", "2026-03-10", "2026-03-11", "2026-03-12"]
    assert [day for day, _why in entry.counted["left_out"]] == ["2026-03-07", "2026-03-08"]
    assert (entry.term, entry.level, entry.due_on) == ("春", "head", REPLY_DUE)
    assert chases() == [("reply", REPLY_DUE, "entered")]
    nights(12, 14)
    assert only().at == ENTRY_OF
    assert list(checks.recount()) == []


def test_what_is_done_after_the_reminder_makes_no_entry(school: Flask) -> None:
    nights(1, 7)
    with at(7), transaction():
        cases.reply(by=actor("chen"), case=session.query(Case).one(), text="电工周三来")
    nights(8, 11)
    assert session.query(Entry).count() == 0
    assert chases() == [("reply", REPLY_DUE, "done")]
    assert list(checks.recount()) == []


def test_two_missed_days_are_made_up_once_in_order_with_the_true_times(school: Flask) -> None:
    nights(1, 3)
    with at(6, 4):
        rounds.keep_time()
    assert [(one.at.date(), one.made_at.date()) for one in session.query(Chase)] == [
        (date(2026, 3, 5), date(2026, 3, 8))
    ], "00:00 of the 6th in Shanghai"
    nights(7, 9)
    with at(13, 4):
        rounds.keep_time()
        assert not rounds.keep_time()
    entry = only()
    assert (entry.at, entry.made_at.date(), entry.late_made) == (ENTRY_OF, date(2026, 3, 15), True)
    seqs = [(one.action, one.subject) for one in session.query(ChainEntry).order_by(ChainEntry.seq)]
    assert [one for one in seqs if one[0].startswith(("chase.", "accountability."))] == [
        ("chase.made", "chase:1"),
        ("accountability.entered", "accountability:1"),
        ("chase.ended", "chase:1"),
    ]


@pytest.mark.once
def test_a_year_is_not_believed_before_a_person_confirmed_it(school: Flask) -> None:
    nights(1, 9)
    with at(370):
        assert rounds.keep_time()
        assert not rounds.keep_time()
        assert session.query(Entry).count() == 0
        jump = session.query(Jump).one()
        assert queries.worked_until() == date(2026, 3, 11)
    with at(375):
        with transaction():
            services.confirm(by=actor("lin"), jump=session.get_one(Jump, jump.id))
        with transaction():
            services.confirm(by=actor("lin"), jump=session.get_one(Jump, jump.id))
        with pytest.raises(OtherJump), transaction():
            services.confirm(by=actor("admin"), jump=session.get_one(Jump, jump.id))
        while rounds.keep_time():
            pass
        assert queries.worked_until() == date(2027, 3, 12)
        first = session.query(Entry).order_by(Entry.id).first()
        assert first
        assert (first.at, first.duty, first.late_made) == (ENTRY_OF, "reply", True)
        assert session.query(Entry).count() == 1


def test_a_clock_that_is_set_right_again_needs_nobody(school: Flask) -> None:
    nights(1, 9)
    with at(370):
        rounds.keep_time()
    nights(10, 11)
    assert session.query(Jump).one().ended == "back"
    assert only().at == ENTRY_OF


def test_a_clock_that_was_ahead_closes_no_case(school: Flask) -> None:
    case = session.query(Case).one()
    with at(2), transaction():
        cases.answer(by=actor("chen"), case=case, text="电灯换好了，请再看一看。", outcome="mended")
        cases.tell(by=actor("chen"), case=case, note="打电话告诉了报修的老师")
    nights(1, 3)
    with at(370):
        assert not case_rounds.settle()
        rounds.keep_time()
        assert not case_rounds.settle()
    with at(4):
        rounds.keep_time()
        assert not case_rounds.settle()
    assert session.query(Case).one().state == "told"
    nights(5, 14)
    with at(14):
        assert case_rounds.settle()
    assert session.query(Case).one().state == "closed"


def test_a_clock_that_was_ahead_counts_nobody_as_told(school: Flask) -> None:
    asked = _asked()
    with at(2), transaction():
        case = session.get_one(Case, asked)
        cases.release(by=actor("lin"), case=case, text="二号窗口的米饭有点硬")
        cases.answer(by=actor("lin"), case=case, text="已经换了电饭锅。", outcome="mended")
    nights(1, 3)
    with at(370):
        assert not case_rounds.hang()
    nights(4, 11)
    with at(11):
        assert case_rounds.hang()


def _asked() -> int:
    with at(1), transaction():
        words = "二号窗口的米饭有点硬"
        return cases.ask(sent=words, kind="complaint", subject="counter:c1", text=words).case.id


def test_a_clock_that_went_back_makes_nothing_and_goes_on_by_itself(school: Flask) -> None:
    nights(1, 4)
    with at(-30):
        assert rounds.keep_time()
        assert not rounds.keep_time()
    assert len(chases()) == 1
    nights(5, 11)
    assert session.query(Jump).one().ended == "back"
    assert only().at == ENTRY_OF


def test_two_processes_at_once_make_one_of_each(school: Flask) -> None:
    nights(1, 3)
    with at(11):

        def tick() -> None:
            with school.app_context():
                rounds.keep_time()
                session.remove()

        both = [threading.Thread(target=tick) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert len(chases()) == 1
        assert only().at == ENTRY_OF


def test_another_calendar_moves_what_runs_and_nothing_that_was_made(school: Flask) -> None:
    nights(1, 5)
    with at(5), transaction():
        set_day(by=actor("lin"), day=date(2026, 3, 10), is_school_day=False, note="运动会")
    (move,) = queries.moves(session.query(Chase).one().key)
    assert (move.before["falls"], move.after["falls"]) == ("2026-03-12", "2026-03-13")
    nights(6, 11)
    assert session.query(Entry).count() == 0
    nights(12, 12)
    entry = only()
    assert ["2026-03-10", "运动会"] in entry.counted["left_out"]
    with at(12), transaction():
        set_day(by=actor("lin"), day=date(2026, 3, 10), is_school_day=None)
        change_settings(by=actor("lin"), accountability_days=20)
    assert ["2026-03-10", "运动会"] in only().counted["left_out"], "it says how it was counted then"
    assert list(checks.recount()) == []


def test_a_due_day_that_a_holiday_moves_away_is_chased_again_when_it_comes(school: Flask) -> None:
    nights(1, 4)
    with at(4), transaction():
        for day in range(3, 19):
            set_day(by=actor("lin"), day=date(2026, 3, day), is_school_day=False, note="停课")
    nights(5, 17)
    assert [one[2] for one in chases()] == [""], "its case is due later now, and its reminder still stands"
    nights(18, 32)
    assert only().due_on == date(2026, 3, 23)
    assert list(checks.recount()) == []


def test_a_longer_time_is_for_what_becomes_late_later(school: Flask) -> None:
    nights(1, 5)
    with at(5), transaction():
        change_settings(by=actor("lin"), accountability_days=30)
    nights(6, 11)
    assert only().at == ENTRY_OF


def test_nothing_of_before_counts_and_switching_off_is_seen(school: Flask) -> None:
    nights(1, 5)
    with at(5), transaction():
        switch(by=actor("lin"), name="accountability", on=False)
        switch(by=actor("lin"), name="accountability", on=True)
    nights(6, 12)
    assert session.query(Entry).count() == 0
    assert chases() == [("reply", REPLY_DUE, "lapsed")]
    assert queries.reminders().lapsed == 1
    (off,) = queries.off_times()
    assert off.until is not None
    assert "停用过" in school.test_client().get("/accountability/").text
    with at(12):
        take("gao")
    nights(13, 25)
    assert [one.person_id for one in only().named] == [number("gao")]
    assert list(checks.recount()) == []


def test_nobody_changes_or_deletes_it_and_a_hand_in_the_database_is_found(school: Flask) -> None:
    nights(1, 11)
    for statement in ("DELETE FROM accountability", "UPDATE accountability SET level = 'council'"):
        with pytest.raises(DatabaseError), transaction():
            session.execute(text(statement))
    with pytest.raises(DatabaseError), transaction():
        session.execute(text("UPDATE chase SET ended = 'done'"))
    tamper("UPDATE accountability SET due_on = '2026-03-09'")
    assert [(one.place, one.problem, one.detail) for one in checks.recount()] == [("1", "altered", "due")]


def test_a_posting_and_a_decision_that_never_come_have_a_name_on_them(school: Flask) -> None:
    with at(0), transaction():
        change_canteen(by=actor("lin"), canteen=canteen(), name="第一食堂", name_en="", active=True)
        cases.reply(by=actor("chen"), case=session.query(Case).one(), text="电工周三来")
        begin(by=actor("chen"), ladder=LADDER, subject="dust:7", content=b"dust")
    nights(1, 12)
    found = {one.key: one for one in session.query(Entry)}
    sheet = found["posting:purchases:canteen/k1:2026-03-03"]
    assert [(one.person_id, one.office) for one in sheet.named] == [(number("lin"), "head")]
    assert sheet.level == "council"
    assert "采购" in queries.title(sheet)
    (step,) = [one for key, one in found.items() if key.startswith("step:")]
    assert [one.person_id for one in step.named] == [number("lin"), number("xu")]
    assert "dust:7" in queries.title(step)
    assert list(checks.recount()) == []
