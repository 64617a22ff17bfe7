"""The intake and its rules, passes and tokens, alerts, the closing of meals."""

import random
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kiosk.chain.models import ChainEntry
from kiosk.core.clock import moved_to, now
from kiosk.core.db import session, transaction
from kiosk.core.errors import Invalid
from kiosk.counters.models import Tablet
from kiosk.counters.services import add_duty, add_tablet
from kiosk.presence import services as presence
from kiosk.presence.models import MealKey, SpentPass
from kiosk.ratings import queries, services
from kiosk.ratings.models import (
    Alert,
    Pulse,
    Rating,
    RatingMark,
    RatingNote,
    RatingVisitor,
    ReasonTally,
    Tally,
)
from kiosk.school.services import change_settings
from kiosk.seals.models import Seal
from kiosk.seals.queries import ranges_of
from tests.conftest import actor, add_staff, counter, everything_stored, tamper
from tests.ratings.conftest import recounted, visitor

Tap = Callable[..., services.Outcome]
DAY = date(2026, 3, 4)


def marks() -> list[str]:
    """The marks in force, rating by rating."""
    session.expire_all()
    return [row.mark for row in session.query(RatingMark).order_by(RatingMark.rating_seq, RatingMark.id)]


def total(code: str = "c1") -> int:
    """How many ratings of the day are counted at a counter."""
    return queries.counts(counter(code).id, DAY, DAY).total


# Stored once.


def test_a_tap_is_stored_and_counted_where_it_belongs(tap: Tap) -> None:
    taken = tap(4)
    assert taken.created
    rating = taken.rating
    assert (rating.day, rating.hour, rating.meal, rating.level) == (DAY, 12, "lunch", 4)
    assert queries.counts(rating.counter_id, DAY, DAY) == queries.Counts(n4=1)
    assert queries.by_hour(rating.counter_id, DAY) == {12: queries.Counts(n4=1)}
    assert recounted() == []


def test_a_repeat_stores_nothing(tap: Tap) -> None:
    first = tap(4, comment="很好", reasons=["taste"], tablet_seq=7)
    for seconds in (1, 100, 86400):
        again = tap(
            4, seconds=seconds, id=first.rating.id, comment="很好", reasons=["taste"], tablet_seq=7, live=True
        )
        assert (again.created, again.amended, again.rating.seq) == (False, False, first.rating.seq)
    assert (queries.stored(), queries.tallied(), recounted()) == (1, 1, [])


@pytest.mark.parametrize(
    "change", [{"level": 5}, {"code": "c2"}, {"comment": "不好"}, {"reasons": ["queue"]}, {"tablet_seq": 8}]
)
def test_the_same_id_with_another_content_is_refused(tap: Tap, change: dict[str, object]) -> None:
    content = {"level": 4, "comment": "很好", "reasons": ["taste"], "tablet_seq": 7}
    first = tap(**content)
    with pytest.raises(services.OtherContent):
        tap(**{**content, **change}, id=first.rating.id)
    assert (queries.stored(), queries.tallied(), recounted()) == (1, 1, [])


def test_reasons_and_comment_are_added_where_there_were_none(tap: Tap) -> None:
    id = tap(2).rating.id
    assert tap(2, id=id, reasons=["taste", "queue"]).amended
    assert tap(2, id=id, reasons=["queue", "taste"], comment="太咸").amended
    assert not tap(2, id=id).amended
    receipt = queries.receipt(tap(2, id=id).rating)
    assert (receipt.reasons, receipt.comment) == (["taste", "queue"], "太咸")
    assert queries.reason_counts(counter().id, DAY, DAY) == {
        "queue": queries.ReasonCount(0, 1),
        "taste": queries.ReasonCount(0, 1),
    }
    assert recounted() == []


def test_what_is_not_offered_is_left_out_and_costs_no_rating(tap: Tap) -> None:
    words = [
        "taste",
        "nonsense",
        "temperature",
        "taste",
        "queue",
        "attitude",
        "portion",
        "price",
        "hygiene",
        "",
    ]
    taken = tap(5, reasons=words, staff_id=99, comment="a\x00b")
    receipt = queries.receipt(taken.rating)
    assert receipt.reasons == ["taste", "queue", "attitude", "portion", "price", "hygiene"]
    assert receipt.comment == "ab"
    assert session.query(RatingNote).one().staff_id is None


def test_a_person_of_the_roster_is_kept(tap: Tap) -> None:
    with transaction():
        on_duty, elsewhere = add_staff("保管员"), add_staff("采购员")
        add_duty(by=actor("test"), counter=counter(), staff_id=on_duty.id)
        add_duty(by=actor("test"), counter=counter("c2"), staff_id=elsewhere.id)
    tap(5, staff_id=on_duty.id)
    tap(5, seconds=10, staff_id=elsewhere.id)
    assert [note.staff_id for note in session.query(RatingNote)] == [on_duty.id]


@pytest.mark.parametrize("change", [{"level": 0}, {"level": 6}, {"comment": "长" * 501}])
def test_out_of_range_is_refused(tap: Tap, change: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        tap(**change)
    assert queries.stored() == 0


def test_four_connections_with_one_id_store_it_once(context: Flask, at_lunch: datetime) -> None:
    ids, results = [uuid4() for _ in range(8)], []

    def send(id: UUID) -> None:
        with context.app_context():
            try:
                with transaction():
                    taken = services.take(id=id, counter=counter(), level=3, channel="tablet", comment="一样")
                results.append((id, taken.created))
            finally:
                session.remove()

    threads = [threading.Thread(target=send, args=(id,)) for id in ids for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 32
    assert sorted(id for id, created in results if created) == sorted(ids)
    assert (queries.stored(), queries.tallied(), recounted()) == (8, 8, [])


@pytest.mark.parametrize("statement", ["UPDATE rating SET level = 5", "DELETE FROM rating"])
def test_the_database_itself_refuses_to_change_a_rating(tap: Tap, statement: str) -> None:
    tap(1)
    with pytest.raises(IntegrityError, match="never changed"), transaction():
        session.execute(text(statement))
    assert queries.counts(counter().id, DAY, DAY) == queries.Counts(n1=1)


# When it counts.


@pytest.mark.parametrize(
    ("pressed", "day", "hour"),
    [
        (timedelta(0), DAY, 12),
        (timedelta(hours=-5), DAY, 7),
        (timedelta(days=-7, hours=-23), date(2026, 2, 24), 13),
        (timedelta(days=-8, minutes=-1), DAY, 12),
        (timedelta(minutes=1), DAY, 12),
        (timedelta(hours=3), DAY, 12),
        (timedelta(days=-400), DAY, 12),
        (timedelta(days=4000), DAY, 12),
    ],
)
def test_the_moment_of_the_press_counts_if_it_can_be_true(
    tap: Tap, at_lunch: datetime, pressed: timedelta, day: date, hour: int
) -> None:
    rating = tap(5, pressed_at=at_lunch + pressed).rating
    assert (rating.day, rating.hour) == (day, hour)
    assert recounted() == []


@pytest.mark.parametrize(
    "jump", [timedelta(hours=-2), timedelta(days=1), timedelta(days=-400), timedelta(days=4800)]
)
def test_every_rating_is_accepted_at_any_clock(tap: Tap, at_lunch: datetime, jump: timedelta) -> None:
    tap(5, pressed_at=at_lunch)
    with moved_to(at_lunch + jump):
        token = presence.qr_token(counter())
        assert presence.check_qr_token(counter(), token.text)
        phone_pass = presence.read_pass(presence.issue_pass(counter=counter(), visitor=visitor("p")))
        with transaction():
            services.take_press(services.Press(phone_pass=phone_pass, id=uuid4(), level=4))
    tap(3, seconds=jump.total_seconds(), pressed_at=at_lunch)
    tap(2, seconds=1)
    assert (queries.stored(), recounted()) == (4, [])
    assert [row["level"] for row in queries.export()] == [5, 4, 3, 2]


# What is kept and not counted.


def test_a_second_tap_within_a_moment_is_kept_and_not_counted(tap: Tap, tablet: Tablet) -> None:
    for seconds, level in ((0, 5), (4.5, 1), (10, 2), (16, 3)):
        tap(level, seconds=seconds, tablet=tablet, live=True)
    assert queries.stored() == 4
    assert queries.counts(counter().id, DAY, DAY) == queries.Counts(n5=1, n2=1, n3=1)
    assert marks() == ["misuse"]
    assert queries.marked_counts(DAY, DAY) == {counter().id: {"misuse": 1}}
    assert recounted() == []


def test_taps_are_compared_by_the_tablets_own_clock(tap: Tap, tablet: Tablet, at_lunch: datetime) -> None:
    tap(5, seconds=30, tablet=tablet, live=True, pressed_at=at_lunch)
    tap(4, seconds=30.2, tablet=tablet, live=True, pressed_at=at_lunch + timedelta(seconds=20))
    assert marks() == []


def test_replays_other_tablets_and_other_counters_are_no_misuse(tap: Tap, tablet: Tablet) -> None:
    with transaction():
        add_tablet(by=actor("test"), counter=counter())
    other = session.query(Tablet).order_by(Tablet.id.desc()).first()
    tap(5, tablet=tablet, live=True)
    tap(5, seconds=1, tablet=tablet, live=False)
    tap(5, seconds=1, tablet=other, live=True)
    tap(5, seconds=1, live=True)
    tap(5, seconds=60, tablet=tablet, live=False)
    tap(5, seconds=61, tablet=tablet, live=True)
    assert (marks(), total()) == ([], 6)


def test_the_seconds_are_a_setting(tap: Tap, tablet: Tablet) -> None:
    with transaction():
        change_settings(by=actor("test"), double_tap_seconds=1.0)
    tap(5, tablet=tablet, live=True)
    tap(5, seconds=2, tablet=tablet, live=True)
    assert marks() == []


@pytest.mark.parametrize(
    ("minutes", "counted"), [(-51, False), (-49, True), (0, True), (49, True), (51, False), (400, False)]
)
def test_outside_opening_hours_is_kept_and_not_counted(tap: Tap, minutes: int, counted: bool) -> None:
    with transaction():
        counter().hours = [["11:30", "12:40"]]
    tap(5, seconds=60 * minutes)
    assert (queries.stored(), queries.tallied()) == (1, int(counted))
    assert marks() == ([] if counted else ["outside_hours"])
    assert recounted() == []


def test_one_voice_a_meal_the_later_rating_counts(tap: Tap) -> None:
    tap(5, visitor=visitor("a"), channel="phone", reasons=["taste"])
    tap(1, seconds=60, visitor=visitor("a"), channel="phone", reasons=["queue"])
    tap(4, seconds=60, visitor=visitor("b"), channel="phone")
    tap(3, seconds=60, visitor=visitor("a"), channel="phone", code="c2")
    assert queries.counts(counter().id, DAY, DAY) == queries.Counts(n1=1, n4=1)
    assert queries.counts(counter("c2").id, DAY, DAY) == queries.Counts(n3=1)
    assert queries.reason_counts(counter().id, DAY, DAY)["queue"] == queries.ReasonCount(0, 1)
    assert marks() == ["superseded"]
    tap(2, seconds=120, visitor=visitor("a"), channel="phone")
    assert marks() == ["superseded", "superseded"]
    assert queries.counts(counter().id, DAY, DAY) == queries.Counts(n2=1, n4=1)
    assert (queries.stored(), recounted()) == (5, [])


def test_the_next_meal_is_another_voice(tap: Tap) -> None:
    tap(5, visitor=visitor("a"), channel="phone")
    tap(1, seconds=6 * 3600, visitor=visitor("a"), channel="phone")
    assert (total(), marks()) == (2, [])


def test_an_uncounted_rating_is_amended_without_counting(tap: Tap) -> None:
    first = tap(5, visitor=visitor("a"), channel="phone")
    tap(1, seconds=60, visitor=visitor("a"), channel="phone")
    assert tap(5, seconds=70, id=first.rating.id, reasons=["taste"]).amended
    assert queries.reason_counts(counter().id, DAY, DAY) == {}
    assert recounted() == []


# Passes.


def test_a_pass_is_spent_once(context: Flask, at_lunch: datetime) -> None:
    phone_pass = presence.read_pass(presence.issue_pass(counter=counter(), visitor=visitor("a")))
    id = uuid4()

    def send(minutes: int, level: int = 4, **more: object) -> services.Outcome:
        with moved_to(at_lunch + timedelta(minutes=minutes)), transaction():
            return services.take_press(
                services.Press(phone_pass=phone_pass, **{"id": id, "level": level, **more})
            )

    assert send(1).created
    assert send(2, comment="好").amended
    assert not send(30).created  # over, but it is the same rating
    with pytest.raises(services.PassSpent):
        send(3, id=uuid4())
    with pytest.raises(services.OtherContent):
        send(3, level=1)
    found = queries.rating_of_pass(phone_pass.text)
    assert found is not None
    assert found.id == id
    assert (queries.stored(), recounted()) == (1, [])


def test_a_pass_adds_nothing_to_the_rating_of_another(context: Flask, at_lunch: datetime) -> None:
    mine, yours = (presence.read_pass(presence.issue_pass(counter=counter())) for _ in range(2))
    id = uuid4()
    with transaction():
        services.take_press(services.Press(phone_pass=mine, id=id, level=1))
    with pytest.raises(services.OtherContent), transaction():
        services.take_press(services.Press(phone_pass=yours, id=id, level=1, comment="planted"))
    assert session.query(RatingNote).count() == 0
    with transaction():
        assert services.take_press(services.Press(phone_pass=mine, id=id, level=1, comment="mine")).amended


def test_a_pass_that_is_over_or_of_another_counter_is_refused(context: Flask, at_lunch: datetime) -> None:
    phone_pass = presence.read_pass(presence.issue_pass(counter=counter()))
    with pytest.raises(presence.PassInvalid), transaction():
        services.take_press(services.Press(phone_pass=phone_pass, id=uuid4(), level=5, counter="c2"))
    with pytest.raises(services.PassExpired), moved_to(at_lunch + timedelta(minutes=11)), transaction():
        services.take_press(services.Press(phone_pass=phone_pass, id=uuid4(), level=5))
    assert queries.stored() == 0


# Alerts.


def bad_then(tap: Tap, levels: list[int], start: float = 0) -> list[queries.AlertNow]:
    """Taps twenty seconds apart; the alerts after the last."""
    for number, level in enumerate(levels):
        tap(level, seconds=start + 20 * number)
    return queries.alerts_now(now() + timedelta(seconds=start + 20 * len(levels)))


def test_an_alert_opens_by_its_rule(tap: Tap) -> None:
    assert bad_then(tap, [1, 2, 1]) == []
    [alert] = bad_then(tap, [5], 60)
    assert (alert.counter_id, alert.bad, alert.total) == (counter().id, 3, 4)
    assert bad_then(tap, [5, 5, 5], 80) == []
    assert session.query(Alert).one().closed_at is not None


def test_it_reopens_instead_of_flickering_and_stays_acknowledged(tap: Tap) -> None:
    [alert] = bad_then(tap, [1, 2, 5, 5])
    with transaction():
        services.acknowledge_alert(by=actor("lin"), alert=alert.alert)
        services.acknowledge_alert(by=actor("chen"), alert=alert.alert)
    assert bad_then(tap, [5], 80) == []
    [again] = bad_then(tap, [1], 100)
    assert again.alert.id == alert.alert.id
    assert again.alert.acknowledged_by == "lin"
    assert session.query(ChainEntry).filter_by(action="alert.acknowledged").count() == 1


def test_it_closes_by_itself_when_nobody_rates(tap: Tap, at_lunch: datetime) -> None:
    assert bad_then(tap, [1, 1, 1, 1])
    later = at_lunch + timedelta(minutes=30)
    assert queries.alerts_now(later) == []
    with transaction():
        assert services.close_alerts(later) == 1
    assert session.query(Alert).one().closed_at == later


def test_the_next_trouble_of_the_day_is_an_alert_of_its_own(tap: Tap) -> None:
    assert bad_then(tap, [1, 1, 1, 1])
    [alert] = bad_then(tap, [1, 1, 1, 1], 3600)
    assert session.query(Alert).count() == 2
    assert alert.total == 4


def test_a_drained_queue_raises_no_alarm_about_hours_ago(tap: Tap, at_lunch: datetime) -> None:
    for number in range(6):
        tap(1, seconds=number, pressed_at=at_lunch - timedelta(hours=3))
    assert session.query(Alert).count() == 0


def test_a_drained_queue_leaves_an_open_alert_as_it_is(tap: Tap, at_lunch: datetime) -> None:
    bad_then(tap, [1, 1, 1, 1])
    assert bad_then(tap, [1, 1, 1, 1], 600)
    tap(1, seconds=960, pressed_at=at_lunch - timedelta(hours=3))
    assert session.query(Alert).one().closed_at is None


def test_a_hammering_child_raises_no_alarm(tap: Tap, tablet: Tablet) -> None:
    for number in range(20):
        tap(1, seconds=number, tablet=tablet, live=True)
    assert session.query(Alert).count() == 0


# The closing of a meal.


def test_a_meal_is_closed_when_it_is_over(tap: Tap, at_lunch: datetime) -> None:
    tap(5, visitor=visitor("a"), channel="phone")
    tap(4, seconds=5)
    during, after = at_lunch + timedelta(minutes=60), at_lunch + timedelta(minutes=71)
    assert not queries.anything_to_close(during)
    with transaction():
        assert not services.close_meals(by=actor("test"), now=during)
    assert queries.anything_to_close(after)
    with moved_to(after), transaction():
        done = services.close_meals(by=actor("test"), now=after)
    assert done.meals == [(DAY, "lunch", 0)]
    assert done.seal
    assert done.seal.count == 2
    assert not queries.anything_to_close(after)
    key = session.query(MealKey).one()
    assert (key.key, session.query(RatingVisitor).count()) == (None, 0)
    assert recounted() == []


def test_a_visitor_after_the_closing_gets_a_new_key(tap: Tap) -> None:
    tap(5, visitor=visitor("a"), channel="phone")
    with transaction():
        services.close_meals(by=actor("test"), everything=True)
    tap(4, seconds=60, visitor=visitor("a"), channel="phone")
    assert (total(), session.query(MealKey).count(), recounted()) == (2, 1, [])


def test_seals_follow_each_other_and_notice_every_change(tap: Tap) -> None:
    first = tap(5, comment="好", reasons=["taste"])
    with transaction():
        services.close_meals(by=actor("test"), everything=True)
    tap(4, seconds=60)
    tap(5, seconds=61, id=first.rating.id, staff_id=None, comment="好")
    with transaction():
        services.close_meals(by=actor("test"), everything=True)
    one, two = session.query(Seal).order_by(Seal.number)
    assert (one.first, one.last, two.first, two.last) == (1, 1, 2, 2)
    assert two.previous == one.digest
    assert recounted() == []
    receipt = queries.receipt(first.rating)
    assert receipt.seal
    assert receipt.seal.number == 1
    tamper("UPDATE rating SET meal = 'dinner' WHERE seq = 1")
    assert [str(one) for one in recounted()] == ["rating 1: altered (seal 1)"]


def test_what_is_said_after_the_sealing_stands_in_the_next_seal(tap: Tap) -> None:
    first = tap(5)
    with transaction():
        services.close_meals(by=actor("test"), everything=True)
    tap(5, seconds=60, id=first.rating.id, comment="补一句")
    assert recounted() == []
    with transaction():
        done = services.close_meals(by=actor("test"), everything=True)
    assert done.seal
    assert (done.seal.count, ranges_of(queries.FACTS, done.seal)[1]) == (0, (1, 1))
    assert recounted() == []
    assert queries.receipt(first.rating).seal == session.get(Seal, 1)


def test_an_erased_comment_leaves_the_seal_whole(tap: Tap, at_lunch: datetime) -> None:
    tap(5, comment="打我电话13812345678", reasons=["taste"])
    with transaction():
        services.close_meals(by=actor("test"), everything=True)
        assert services.erase_comments(by=actor("test"), before=at_lunch + timedelta(days=1)) == 1
    session.expire_all()
    assert queries.latest_comments(5) == []
    assert recounted() == []


def test_an_altered_comment_is_noticed(tap: Tap) -> None:
    tap(5, comment="好")
    tamper("UPDATE rating_note SET comment = '坏'")
    assert [str(one) for one in recounted()] == ["note 1: altered (comment)"]


def test_an_altered_mark_is_noticed(tap: Tap, tablet: Tablet) -> None:
    tap(5, tablet=tablet, live=True)
    tap(1, tablet=tablet, live=True, seconds=1)
    with transaction():
        services.close_meals(by=actor("test"), everything=True)
    assert (session.query(RatingMark).count(), recounted()) == (1, [])
    tamper("DELETE FROM rating_mark; UPDATE tally SET n1 = 1")
    assert [str(one) for one in recounted()] == ["mark 1: missing (seal 1)"]


def crowd(tap: Tap, code: str, fresh: int, known: int) -> None:
    """Visitors at a counter, some with a new cookie."""
    for number in range(fresh + known):
        name, is_fresh = f"{code}{number}", number < fresh
        tap(
            1 if is_fresh else 5,
            seconds=number,
            code=code,
            channel="phone",
            visitor=visitor(name, fresh=is_fresh),
        )


def test_a_crowd_of_new_cookies_is_marked_at_the_meals_end(tap: Tap) -> None:
    crowd(tap, "c1", 12, 6)
    crowd(tap, "c2", 1, 8)
    crowd(tap, "water", 2, 8)
    with transaction():
        done = services.close_meals(by=actor("test"), everything=True)
    assert done.meals == [(DAY, "lunch", 12)]
    assert queries.counts(counter().id, DAY, DAY) == queries.Counts(n5=6)
    assert (total("c2"), total("water")) == (9, 10)
    assert queries.marked_counts(DAY, DAY) == {counter().id: {"fresh_visitors": 12}}
    assert session.query(RatingMark).first().reason == "12/18/40"
    assert (queries.stored(), recounted()) == (37, [])


@pytest.mark.parametrize(
    ("visitors", "found"),
    [
        ({}, set()),
        ({1: (9, 9), 2: (0, 9), 3: (0, 9)}, set()),
        ({1: (10, 10), 2: (0, 9), 3: (0, 9)}, {1}),
        ({1: (10, 25), 2: (0, 9), 3: (0, 9)}, set()),
        ({1: (10, 24), 2: (0, 9), 3: (0, 9)}, {1}),
        ({1: (20, 20), 2: (9, 9), 3: (30, 30)}, set()),
        ({1: (20, 40), 2: (3, 10), 3: (3, 10)}, set()),
        ({1: (20, 40), 2: (2, 10), 3: (2, 10)}, {1}),
    ],
)
def test_the_rule_of_fresh_visitors(visitors: dict[int, tuple[int, int]], found: set[int]) -> None:
    assert services.doubtful(visitors) == found


def test_what_has_served_is_forgotten(tap: Tap, at_lunch: datetime) -> None:
    phone_pass = presence.read_pass(presence.issue_pass(counter=counter(), visitor=visitor("a")))
    with transaction():
        services.take_press(services.Press(phone_pass=phone_pass, id=uuid4(), level=5))
    later = at_lunch + timedelta(days=2)
    with moved_to(later), transaction():
        services.close_meals(by=actor("test"), now=later)
    assert (session.query(SpentPass).count(), session.query(Pulse).count()) == (0, 0)


# Everything together.


@pytest.mark.parametrize("seed", range(6))
def test_any_sequence_recounts(tap: Tap, tablet: Tablet, at_lunch: datetime, seed: int) -> None:
    chance, sent = random.Random(seed), []
    for number in range(60):
        if sent and chance.random() < 0.25:
            content = dict(chance.choice(sent))
            if chance.random() < 0.5:
                content |= {"reasons": chance.sample(["taste", "queue", "price"], 2), "comment": "后来说的"}
        else:
            content = {
                "id": uuid4(),
                "level": chance.randint(1, 5),
                "code": chance.choice(["c1", "c2", "water"]),
            }
            if chance.random() < 0.4:
                content |= {
                    "visitor": visitor(chance.choice("abcd"), fresh=chance.random() < 0.5),
                    "channel": "phone",
                }
            elif content["code"] == "c1":
                content |= {"tablet": tablet, "live": chance.random() < 0.7, "tablet_seq": number + 1}
            if chance.random() < 0.3:
                content["pressed_at"] = at_lunch - timedelta(hours=chance.randint(0, 10))
            sent.append(content)
        try:
            tap(**content, seconds=chance.randint(0, 7000))
        except services.OtherContent:
            pass
        if chance.random() < 0.05:
            with transaction():
                services.close_meals(by=actor("test"), everything=True)
    assert queries.stored() == len(sent)
    assert recounted() == []
    pulses = sum(row.total for row in session.query(Pulse))
    assert pulses == queries.tallied()
    counted = [row for row in queries.export() if row["counted"]]
    assert len(counted) == queries.tallied()


def test_a_wrong_tally_is_noticed(tap: Tap) -> None:
    tap(5, reasons=["taste"])
    with transaction():
        session.query(Tally).one().n5 = 2
        session.query(ReasonTally).one().good = 0
    assert [str(one) for one in recounted()] == [
        "tally c1 2026-03-04 12:00, 5: miscounted (2 tallied, 1 ratings)",
        "tally c1 2026-03-04, taste (good): miscounted (0 tallied, 1 chosen)",
    ]


def test_history_in_bulk_is_consistent(context: Flask, at_lunch: datetime) -> None:
    rows = [
        services.LoadedRating(
            uuid4(), counter().id, 1 + n % 5, at_lunch - timedelta(minutes=n), DAY, 12, "lunch",
            reasons=("taste",) if n % 3 == 0 else (), comment="还行" if n % 7 == 0 else "",
        )
        for n in range(300)
    ]  # fmt: skip
    with transaction():
        assert services.load_ratings(rows, by=actor("test")) == 300
        assert services.load_ratings([rows[0]._replace(id=uuid4())], by=actor("test")) == 1
    assert (queries.stored(), queries.tallied(), recounted()) == (301, 301, [])
    assert session.query(Seal).count() == 2
    assert queries.recent(at_lunch)[counter().id] == (16, 7)


def test_nothing_stored_leads_to_a_visitor(app: Flask, context: Flask, at_lunch: datetime) -> None:
    agent, address, cookie = "UniqueAgent/7.7", "203.0.113.77", presence.new_visitor()
    phone = presence.read_visitor(cookie)
    assert phone
    pass_text = presence.issue_pass(counter=counter(), visitor=phone)
    client = app.test_client()
    client.set_cookie("visitor", cookie)
    answer = client.post(
        "/api/ratings",
        json={"id": str(uuid4()), "counter": "c1", "level": 1, "comment": "x"},
        headers={"X-Pass": pass_text, "User-Agent": agent, "X-Forwarded-For": address},
        environ_base={"REMOTE_ADDR": address},
    )
    assert answer.status_code == 201
    stored = everything_stored()
    for secret in (agent, address, "127.0.0.1", cookie, pass_text, phone.tag.hex()):
        assert secret not in stored
    assert "rating_visitor: " in stored
    with transaction():
        services.close_meals(by=actor("test"), everything=True)
    assert "rating_visitor: " not in everything_stored()


def test_a_closed_meal_names_nobody(context: Flask) -> None:
    """The tables of single ratings have no column for a person, an address or a device of a visitor."""
    columns = {
        table.__tablename__: {c.name for c in table.__table__.c} for table in (Rating, RatingNote, RatingMark)
    }
    allowed = SimpleNamespace(**columns)
    assert not {"visitor", "account_id", "address", "agent", "ip", "cookie"} & (
        allowed.rating | allowed.rating_note | allowed.rating_mark
    )
