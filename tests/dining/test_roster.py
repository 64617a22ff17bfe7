"""The roster: spread evenly, changed in the open, swapped on the record; and where nobody came."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.room import rooms
from kiosk.dining import checks, proposing, queries, services
from kiosk.dining.models import REFUSED, TAKEN, Swap
from kiosk.overview import queries as overview
from tests.conftest import LUNCH, actor, canteen, csrf, everything_stored, sign_in, tamper
from tests.dining.conftest import FRIDAY, MONDAY, TUESDAY, WEDNESDAY, number, slot, write

SignIn = Callable[[str], FlaskClient]
APRIL = date(2026, 4, 1)


def holder(day: date, meal: str = "lunch") -> int | None:
    turn = queries.sitting(canteen(), day, meal).turn
    return turn.person_id if turn else None


def ask(by: str = "lin", other: str = "chen", reason: str = "开会", **more: object) -> Swap:
    turn = queries.sitting(canteen(), FRIDAY, "dinner").turn
    assert turn is not None
    leader = queries.leader(number(other))
    with transaction():
        return services.ask_to_swap(by=actor(by), turn=turn, other=leader, reason=reason, **more)  # type: ignore[arg-type]


def test_a_month_is_spread_evenly_and_days_away_are_left_out(context: Flask) -> None:
    qin = queries.leader(number("qin"))
    with transaction():
        services.note_away(by=actor("lin"), leader=qin, first=APRIL, last=APRIL + timedelta(days=6))
    month = queries.needed(APRIL, APRIL + timedelta(days=29))
    slots = [one for one in month if one.meal == "lunch"]
    found = proposing.evenly(slots, {})
    counts = Counter(found.values())
    assert len(found) == len(slots) == 22
    assert max(counts.values()) - min(counts.values()) <= 1
    assert qin.person_id not in {who for one, who in found.items() if one.day <= APRIL + timedelta(days=6)}
    days = Counter((who, one.day) for one, who in proposing.evenly(month[-9:], {}).items())
    assert max(days.values()) == 1, "nobody twice a day where others can"


def test_a_month_is_filled_saved_and_taken_over_into_the_next(app: Flask, signed_in: SignIn) -> None:
    lin, page = signed_in("lin"), "/office/dining/roster/canteens/k1"
    proposed = lin.get(f"{page}?month=2026-03&fill=even").text
    assert "is-proposed" in proposed
    assert "尚未保存" in proposed
    with app.app_context():
        assert holder(date(2026, 3, 5)) is None
        form = {"2026-03-05|lunch": str(number("qin")), "seen-2026-03-05|lunch": "0"}
        wrong = {"2026-03-03|lunch": str(number("qin"))}
    sent = {"csrf_token": csrf(lin, page), "month": "2026-03", **form, **wrong}
    assert lin.post(page, data=sent).status_code == 302
    assert lin.post(page, data={**sent, "2026-03-05|lunch": ""}).status_code == 409
    with app.app_context():
        assert holder(date(2026, 3, 5)) == number("qin")
        assert holder(TUESDAY) is None, "a meal that is over is nobody's to fill"
        month = queries.needed(date(2026, 4, 1), date(2026, 4, 30), canteen())
        copied = proposing.as_before(month, {}, canteen())
        assert copied[slot(date(2026, 4, 2))] == number("qin")


def test_a_telephone_number_in_the_reason_of_a_swap_is_read_by_nobody(app: Flask) -> None:
    with app.app_context():
        asked = ask(reason="开会，有事打 13800138000")
        with transaction():
            services.answer_swap(by=actor("chen"), swap=asked, answer=TAKEN)
        assert queries.turns(FRIDAY, FRIDAY)[slot(FRIDAY, "dinner")][-1].reason.startswith("开会，有事打")
        assert "13800138000" not in everything_stored()


def test_a_turn_is_swapped_when_the_other_accepts_and_both_names_stay(app: Flask) -> None:
    with app.app_context():
        asked = ask()
        assert holder(FRIDAY, "dinner") == number("lin"), "until then it stays"
        with pytest.raises(Forbidden), transaction():
            services.answer_swap(by=actor("wu"), swap=asked, answer=TAKEN)
        with transaction():
            services.answer_swap(by=actor("chen"), swap=asked, answer=TAKEN)
        assert holder(FRIDAY, "dinner") == number("chen")
    page = app.test_client().get("/shared-meals/").text
    assert "食堂经理 陈" in page
    assert "<s>总务主任 林</s>" in page
    assert "换班" in page
    assert "开会" not in page, "why stays in the office"


def test_what_was_refused_can_be_asked_of_another(context: Flask) -> None:
    first = ask()
    assert ask().id == first.id
    with pytest.raises(Conflict):
        ask(other="qin")
    with transaction():
        services.answer_swap(by=actor("chen"), swap=first, answer=REFUSED)
    second = ask(other="qin")
    with transaction():
        services.answer_swap(by=actor("lin"), swap=second, answer=TAKEN)
    assert holder(FRIDAY, "dinner") == number("qin"), "for who has no account the head answers"
    with pytest.raises(Conflict), transaction():
        services.answer_swap(by=actor("lin"), swap=second, answer=REFUSED)


def test_nobody_is_asked_about_a_turn_that_is_another_s(context: Flask) -> None:
    with pytest.raises(Forbidden):
        ask(by="wu", other="qin")
    with pytest.raises(Invalid):
        ask(other="lin")


def test_a_meal_at_which_nobody_ate_is_a_gap_in_public_the_day_after(app: Flask) -> None:
    with app.app_context():
        write(day=TUESDAY)
        states = {(one.slot.day, one.slot.meal): one.state for one in queries.sittings(MONDAY, FRIDAY)}
        assert states[MONDAY, "dinner"] == "gap"
        assert states[TUESDAY, "lunch"] == "done"
        assert states[WEDNESDAY, "breakfast"] == "open", "today can still be entered"
        assert states[FRIDAY, "lunch"] == "coming"
        assert len(queries.gaps(date(2026, 1, 1), FRIDAY)) == 5, "none from before it was asked for"
        before = queries.sittings(date(2026, 2, 26), date(2026, 2, 27))
        assert {one.state for one in before} == {"unasked"}
    client = app.test_client()
    assert "3月3日 星期二，晚餐，第一食堂：无人陪餐" in client.get("/shared-meals/").text
    assert "无人陪餐" in client.get("/").text
    rows = client.get("/data/shared-meals.json?from=2026-03-02&to=2026-03-04").json["shared_meals"]
    feed = ElementTree.fromstring(client.get("/feeds/shared-meals.atom").data)
    assert len(feed.findall("{*}entry")) == 6, "one meal, and five gaps"
    assert sum(row["state"] == "gap" for row in rows) == 5


def test_a_gap_is_owed_by_whose_turn_it_was_else_by_the_head(app: Flask) -> None:
    with app.test_request_context():
        (dues,) = [one for room in rooms() for one in room.dues if one.kind == "shared-meal"]
        owed = {one.subject: one for one in dues.of(MONDAY, FRIDAY)}
        assert owed["shared_meal:k1:2026-03-02:lunch"].people == (number("lin"),)
        assert dues.title("shared_meal:k1:2026-03-02:lunch", "eat").startswith("陪餐：午餐")
        with clock.moved_to(LUNCH + timedelta(days=1)), transaction():
            services.let_go(by=actor("lin"), leader=queries.leader(number("chen")))
            late = [one for one in dues.of(WEDNESDAY, WEDNESDAY) if one.subject.endswith("lunch")]
            assert late[0].people == (number("lin"),)


def test_whoever_has_a_turn_finds_it_in_the_inbox(app: Flask) -> None:
    def waiting(name: str) -> list[str]:
        session.expire_all()
        found = overview.duties(actor(name))
        return [one.text for one in found if one.kind.startswith("shared-meals") and one.mine]

    with app.test_request_context():
        assert any("今天由您陪餐：午餐" in text for text in waiting("lin"))
        assert waiting("chen") == []
        assert any("无人" in text for text in waiting("lin"))
        ask()
        assert any("请您替" in text for text in waiting("chen"))
        write()
        assert not any("今天由您陪餐" in text for text in waiting("lin"))


def test_a_turn_changed_behind_the_record_is_found(app: Flask) -> None:
    with app.app_context():
        write()
        assert list(checks.recount()) == []
        tamper("UPDATE shared_meal SET taste = 5; UPDATE dining_turn SET person_id = NULL WHERE id = 1")
        assert [one.problem for one in checks.recount()] == ["altered", "altered", "missing"]


def test_the_poster_and_every_page_of_the_office_open(app: Flask) -> None:
    lin = sign_in(app.test_client(), "lin")
    assert "校长" in lin.get("/office/dining/roster/leaders").text
    for page in ("/shared-meals/poster", "/shared-meals/poster?size=a3&week=2026-03-02", "/office/dining/"):
        assert lin.get(page).status_code == 200
