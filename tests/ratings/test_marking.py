"""Marks: bursts, fresh visitors, one voice; and the decision about them, in the open and by somebody else."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from kiosk.auth.queries import account
from kiosk.auth.services import add_account, change_account
from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import opened_body
from kiosk.core.clock import moved_to
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, Invalid
from kiosk.counters.models import Tablet
from kiosk.counters.queries import rostered_since
from kiosk.counters.services import add_duty, change_counter, remove_duty
from kiosk.persons.models import Namesake
from kiosk.persons.services import tell_apart
from kiosk.presence import services as presence
from kiosk.ratings import queries, services
from kiosk.ratings.models import RatingMark, RatingNote
from kiosk.ratings.queries import Counts
from kiosk.school.queries import today
from kiosk.school.services import change_settings
from tests.conftest import LUNCH, PASSWORD, actor, add_staff, counter, csrf, enrol, sign_in
from tests.ratings.conftest import recounted, visitor

DAY = LUNCH.date()
Tap = Callable[..., services.Outcome]
WHY = "平板被运动队围住，值班老师在场"


def total(code: str = "c1") -> int:
    return queries.counts(counter(code).id, DAY, DAY).total


def close() -> services.Closing:
    with transaction():
        return services.close_meals(by=actor("kiosk"), everything=True)


def decide(mark: str, *, again: bool, by: str = "lin", reason: str = WHY, code: str = "c1") -> int:
    with transaction():
        return services.decide_marks(
            by=actor(by),
            counter=counter(code),
            day=DAY,
            meal="lunch",
            mark=mark,
            count_again=again,
            reason=reason,
        )


def press(tap: Tap, tablet: Tablet, number: int, *, apart: float, start: float = 0, **more: Any) -> None:
    for place in range(number):
        tap(5, seconds=start + place * apart, tablet=tablet, **{"live": True, **more})


@pytest.fixture
def twice_a_second(context: Flask) -> None:
    """A school that minds no double taps, so that a burst is seen by itself."""
    with transaction():
        change_settings(by=actor("test"), double_tap_seconds=0)


@pytest.mark.parametrize(("taps", "found"), [(20, 0), (21, 21)])
def test_more_than_twenty_taps_in_a_minute_are_a_burst(
    tap: Tap, tablet: Tablet, twice_a_second: None, taps: int, found: int
) -> None:
    press(tap, tablet, taps, apart=2.9)
    assert total() == taps, "nothing is refused or marked at the door"
    close()
    assert queries.marked_counts(DAY, DAY) == ({counter().id: {"burst": found}} if found else {})
    assert total() == taps - found
    assert recounted() == []


def test_a_child_who_taps_as_fast_as_the_page_allows_is_a_burst(tap: Tap, tablet: Tablet) -> None:
    press(tap, tablet, 45, apart=6)
    close()
    assert (total(), queries.marked_counts(DAY, DAY)) == (0, {counter().id: {"burst": 45}})


def test_hammering_is_misuse_and_its_first_tap_belongs_to_the_burst(tap: Tap, tablet: Tablet) -> None:
    press(tap, tablet, 60, apart=0.5)
    close()
    assert queries.marked_counts(DAY, DAY) == {counter().id: {"misuse": 59, "burst": 1}}


def test_a_drained_queue_is_never_a_burst(tap: Tap, tablet: Tablet) -> None:
    press(tap, tablet, 200, apart=0.05, live=False)
    close()
    assert (total(), queries.marked_counts(DAY, DAY)) == (200, {})


def test_a_full_queue_of_honest_people_is_no_burst(context: Flask, tap: Tap) -> None:
    """Six a minute on each of two tablets of one counter, for half an hour."""
    enrol(context, "c1")
    enrol(context, "c1")
    for place, tablet in enumerate(session.query(Tablet).all()):
        press(tap, tablet, 180, apart=10, start=5 * place)
    close()
    assert (total(), queries.marked_counts(DAY, DAY)) == (360, {})


def test_a_clock_set_back_makes_no_burst() -> None:
    first = [LUNCH + timedelta(seconds=8 * n) for n in range(35)]
    earlier = [one - timedelta(hours=2) for one in first]
    second = earlier + first
    assert services.in_bursts(second, 20) == set()
    assert services.in_bursts(first + earlier, 20) == set()
    assert services.in_bursts([*second, *[first[-1]] * 20], 20) == set(range(35, 90))


def test_a_school_sets_what_a_burst_is(tap: Tap, tablet: Tablet, twice_a_second: None) -> None:
    with transaction():
        change_settings(by=actor("test"), burst_taps=5)
    press(tap, tablet, 6, apart=1)
    close()
    assert queries.marked_counts(DAY, DAY) == {counter().id: {"burst": 6}}


def test_a_meal_of_tablets_alone_is_closed_and_its_marks_stand_in_the_chain(
    tap: Tap, tablet: Tablet, twice_a_second: None
) -> None:
    press(tap, tablet, 30, apart=1)
    done = close()
    assert done.meals == [(DAY, "lunch", 30)]
    entry = session.query(ChainEntry).filter_by(action="meal.closed").one()
    assert opened_body(entry)["after"] == {"burst": {"c1": 30}}
    assert not close(), "once closed, there is nothing more to do"


# Decisions


@pytest.fixture
def burst(tap: Tap, tablet: Tablet, twice_a_second: None) -> None:
    """Thirty taps within a minute at c1 with reasons, marked at the meal's end; and one rating beside it."""
    press(tap, tablet, 30, apart=1, reasons=["taste"])
    tap(1, seconds=600, code="c1", reasons=["queue"])
    close()


def test_counting_again_brings_ratings_and_reasons_back(burst: None) -> None:
    assert total() == 1
    assert decide("burst", again=True) == 30
    assert total() == 31
    assert queries.reason_counts(counter().id, DAY, DAY)["taste"].good == 30
    assert queries.marked_counts(DAY, DAY) == {}
    assert recounted() == []
    [doubt] = queries.doubts(DAY, DAY)
    assert (doubt.mark, doubt.number) == ("burst", 30)
    assert doubt.decision
    assert (doubt.decision.counted, doubt.decision.by, doubt.decision.reason) == (True, "lin", WHY)


def test_leaving_them_uncounted_is_a_decision_too(burst: None) -> None:
    assert decide("burst", again=False) == 30
    assert (total(), queries.marked_counts(DAY, DAY)) == (1, {counter().id: {"burst": 30}})
    assert recounted() == []
    [doubt] = queries.doubts(DAY, DAY)
    assert doubt.decision
    assert not doubt.decision.counted


def test_a_decision_stands_in_the_chain_with_its_reason_and_no_level(burst: None) -> None:
    decide("burst", again=True)
    entry = session.query(ChainEntry).filter_by(action="marks.decided").one()
    assert (entry.actor, entry.subject) == ("lin", "counter:c1")
    assert opened_body(entry)["after"] == {
        "counted": True,
        "day": str(DAY),
        "mark": "burst",
        "meal": "lunch",
        "number": 30,
        "reason": WHY,
    }


def test_a_decision_stands(burst: None) -> None:
    decide("burst", again=False)
    with pytest.raises(Conflict):
        decide("burst", again=True)
    assert close().meals == []
    assert total() == 1


def test_what_was_counted_again_is_not_marked_again(burst: None, tap: Tap) -> None:
    decide("burst", again=True)
    tap(5, seconds=700, visitor=visitor("late"))  # the meal is opened and closed once more
    close()
    assert total() == 32


@pytest.mark.parametrize("reason", ["", "  \n ", "长" * 201])
def test_a_decision_needs_a_reason(burst: None, reason: str) -> None:
    with pytest.raises(Invalid):
        decide("burst", again=True, reason=reason)
    assert total() == 1


@pytest.mark.parametrize("mark", ["misuse", "superseded", "restored", "none"])
def test_only_what_is_doubtful_is_decided(burst: None, mark: str) -> None:
    with pytest.raises(Conflict):
        decide(mark, again=True)


def test_nothing_is_decided_while_the_meal_runs(tap: Tap) -> None:
    change_hours()
    tap(5, visitor=visitor("a"))
    with pytest.raises(Conflict):
        decide("outside_hours", again=True)
    close()
    assert decide("outside_hours", again=True) == 1


def test_who_stands_at_the_counter_does_not_decide(burst: None) -> None:
    lin = account("lin")
    with transaction():
        add_duty(by=actor("test"), counter=counter(), staff_id=lin.person.id)
        change_account(by=actor("admin"), account=lin, name="另一个名字", active=True)
        add_account(by=actor("test"), username="lin2", password=PASSWORD, role="council", person=lin.person)
    for own in ("lin", "lin2"):
        with pytest.raises(services.RatedDecides):
            decide("burst", again=True, by=own)
    with transaction():
        add_account(by=actor("test"), username="wei", password=PASSWORD, role="council", name="另一个名字")
    assert decide("burst", again=True, by="wei") == 30, "a namesake is somebody else"


def test_who_was_taken_off_the_roster_since_does_not_decide_either(burst: None) -> None:
    lin, yesterday = account("lin"), today() - timedelta(days=1)
    with transaction():
        duty = add_duty(by=actor("test"), counter=counter(), staff_id=lin.person.id)
    with transaction():
        remove_duty(by=lin.actor, duty=duty)
    with pytest.raises(services.RatedDecides):
        decide("burst", again=True)
    assert lin.person.id in rostered_since(counter(), yesterday)
    assert rostered_since(counter(), today() + timedelta(days=1)) == set(), "days later are another matter"


def test_who_may_be_the_rated_does_not_decide_before_that_is_settled(burst: None) -> None:
    with transaction():
        rated = add_staff("林")
        add_duty(by=actor("test"), counter=counter(), staff_id=rated.id)
        session.add(Namesake(person_id=account("lin").person.id, other_id=rated.id))
    with pytest.raises(services.RatedDecides):
        decide("burst", again=True)
    with transaction():
        tell_apart(by=account("admin").actor, pair=session.query(Namesake).one(), same=False)
    assert decide("burst", again=True) == 30


def change_hours() -> None:
    """c1 opens in the evening only, so that lunch is outside its hours."""
    with transaction():
        here = counter()
        change_counter(
            by=actor("test"),
            counter=here,
            name=here.name,
            name_en=here.name_en,
            sign=here.sign,
            canteen=here.canteen,
            hours=[["18:00", "19:00"]],
            school_days_only=False,
            active=True,
        )


def test_counting_again_gives_nobody_two_voices(tap: Tap) -> None:
    """Of three ratings of a visitor outside the hours the last may count; beside a counted one none may."""
    tap(5, seconds=1, visitor=visitor("counted first"))
    change_hours()
    tap(1, seconds=2, visitor=visitor("counted first"))
    for number in range(3):
        tap(1 + number, seconds=10 + number, visitor=visitor("three times"))
    close()
    assert queries.marked_counts(DAY, DAY) == {counter().id: {"superseded": 3, "outside_hours": 1}}
    assert decide("outside_hours", again=True) == 1
    assert queries.counts(counter().id, DAY, DAY) == Counts(n5=1, n3=1)
    assert recounted() == []


# Marks and notes are facts


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rating_mark SET counted = true",
        "DELETE FROM rating_mark",
        "UPDATE rating_note SET comment = 'other'",
        "UPDATE rating_note SET comment = '', comment_salt = NULL, reasons = '[]'",
        "UPDATE rating_note SET comment = '', comment_salt = NULL, comment_hash = ''",
        "DELETE FROM rating_note",
    ],
)
def test_marks_and_notes_are_never_changed(burst: None, tap: Tap, statement: str) -> None:
    tap(4, seconds=900, comment="面太坨了")
    with pytest.raises(DatabaseError), transaction():
        session.execute(text(statement))


def test_a_comment_may_be_erased(tap: Tap) -> None:
    tap(4, seconds=900, comment="面太坨了")
    with transaction():
        services.erase_comments(by=actor("kiosk"), before=LUNCH + timedelta(days=1))
    note = session.query(RatingNote).one()
    assert (note.comment, note.comment_salt, len(note.comment_hash)) == ("", None, 64)
    assert session.query(RatingMark).count() == 0


# The page


@pytest.fixture
def page_of(app: Flask, signed_in: Callable[[str], FlaskClient]) -> Callable[[str], FlaskClient]:
    """A browser of a role that the standing characters do not have, or of one of them."""

    def browser(who: str) -> FlaskClient:
        if who in ("lin", "chen", "wu"):
            return signed_in(who)
        with app.app_context(), transaction():
            add_account(by=actor("test"), username=who, password=PASSWORD, role=who)
        return sign_in(app.test_client(), who)

    return browser


ASKED = {"day": str(DAY), "meal": "lunch", "mark": "burst", "verdict": "count", "reason": WHY}


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("lin", 302),
        ("council", 302),
        ("congress", 302),
        ("chen", 403),
        ("counter_staff", 403),
        ("purchaser", 403),
        ("admin", 403),
    ],
)
def test_the_rated_do_not_decide(
    burst: None, app: Flask, page_of: Callable[[str], FlaskClient], who: str, status: int
) -> None:
    with moved_to(LUNCH + timedelta(hours=3)):
        browser = sign_in(app.test_client(), "admin") if who == "admin" else page_of(who)
        token = csrf(browser, "/office/accounts/")
        answer = browser.post("/office/ratings/marks/c1", data={**ASKED, "csrf_token": token})
    assert answer.status_code == status
    assert total() == (31 if status == 302 else 1)


def test_the_page_says_how_many_and_why_and_what_was_decided(
    burst: None, page_of: Callable[[str], FlaskClient]
) -> None:
    with moved_to(LUNCH + timedelta(hours=3)):
        lin, chen = page_of("lin"), page_of("chen")
        page = lin.get("/office/ratings/marks?lang=en").text
        assert "More than 20 taps on one tablet within a minute" in page
        assert "Count them again" in page
        assert "Count them again" not in chen.get("/office/ratings/marks?lang=en").text
        token = csrf(lin, "/office/ratings/marks")
        refused = lin.post("/office/ratings/marks/c1", data={**ASKED, "reason": "", "csrf_token": token})
        assert refused.status_code == 422
        assert 'id="reason-error"' in refused.text
        lin.post("/office/ratings/marks/c1", data={**ASKED, "csrf_token": token})
        for browser in (lin, chen):
            page = browser.get("/office/ratings/marks").text
            assert WHY in page
            assert "Count them again" not in page


def test_the_public_reads_how_many_are_not_counted(burst: None, client: FlaskClient) -> None:
    with moved_to(LUNCH + timedelta(hours=3)):
        for address in ("/?lang=en", "/c/c1?lang=en"):
            page = client.get(address).text
            assert "30 not counted" in page
            assert "Unusually many at once" in page
        assert "More than 20 taps on one tablet" in client.get("/about-scores?lang=en").text


def test_a_decision_of_an_odd_day_is_not_found(burst: None, page_of: Callable[[str], FlaskClient]) -> None:
    lin = page_of("lin")
    token = csrf(lin, "/office/ratings/marks")
    for change in ({"day": "9999-99-99"}, {"day": ""}):
        answer = lin.post("/office/ratings/marks/c1", data={**ASKED, **change, "csrf_token": token})
        assert answer.status_code == 404
    answer = lin.post("/office/ratings/marks/c1", data={**ASKED, "meal": "x", "csrf_token": token})
    assert answer.status_code == 409


def test_ratings_are_shown_by_how_they_came(
    context: Flask, at_lunch: datetime, signed_in: Callable[[str], FlaskClient]
) -> None:
    for channel in ("poster", "slip", "slip", "phone"):
        with transaction():
            one = presence.read_pass(presence.issue_pass(counter=counter(), channel=channel))
            services.take_press(services.Press(phone_pass=one, id=uuid4(), level=4))
    assert queries.channel_counts(DAY, DAY) == {counter().id: {"poster": 1, "slip": 2, "phone": 1}}
    assert "25%" in signed_in("lin").get("/office/ratings/marks").text.replace(" ", "")
