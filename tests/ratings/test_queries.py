"""Honest numbers, and what the live view reads."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, text

from kiosk.core.db import db, session, transaction
from kiosk.core.masking import MASK
from kiosk.ratings import queries, services
from kiosk.ratings.queries import Counts
from tests.conftest import actor, counter
from tests.ratings.conftest import visitor

Tap = Callable[..., services.Outcome]
DAY = date(2026, 3, 4)


def test_counts_say_what_they_are() -> None:
    some = Counts(n1=1, n2=2, n3=3, n4=4, n5=10)
    assert (some.total, some.bad, some.mean) == (20, 3, 4.0)
    assert (some.good_share, some.top_share) == (17 / 20, 14 / 20)
    assert some + Counts(n1=1) == Counts(2, 2, 3, 4, 10)


def test_the_interval_is_students() -> None:
    assert Counts(n1=1, n2=2, n3=3, n4=4, n5=10).half_width == pytest.approx(0.5881, abs=0.001)
    assert Counts(n4=1, n5=1).half_width == pytest.approx(12.7062 * 0.5, abs=0.01)


def test_agreement_of_few_is_not_certainty() -> None:
    five, thousand = Counts(n5=5).half_width, Counts(n5=1000).half_width
    assert five == pytest.approx(2.776 / 5, abs=0.01)
    assert thousand == pytest.approx(0.002, abs=0.001)


def test_nothing_is_said_of_nothing() -> None:
    none = Counts()
    assert (none.mean, none.half_width, none.good_share, none.top_share, none.wilson_lower) == (None,) * 5
    assert Counts(n5=1).half_width is None


def test_wilsons_bound_ranks_many_above_few() -> None:
    assert Counts(n5=30).wilson_lower == pytest.approx(0.8865, abs=0.0005)
    assert Counts(n1=1, n5=9).wilson_lower == pytest.approx(0.5958, abs=0.0005)
    few, many = Counts(n5=30).wilson_lower, Counts(n2=5, n5=295).wilson_lower
    assert few
    assert many
    assert few < many


@pytest.mark.parametrize(("number", "shown"), [(0, False), (4, False), (5, True)])
def test_a_score_is_hidden_below_its_number(number: int, shown: bool) -> None:
    assert Counts(n5=number).reach(5) is shown


def test_tallies_are_read_by_day_hour_and_weekday(tap: Tap, at_lunch: datetime) -> None:
    for level, days in ((5, 0), (4, 0), (1, 1), (2, 7)):
        tap(level, pressed_at=at_lunch - timedelta(days=days))
    tap(3, code="c2")
    here = counter().id
    assert queries.counts(here, DAY, DAY) == Counts(n4=1, n5=1)
    assert queries.counts_by_counter(DAY, DAY) == {here: Counts(n4=1, n5=1), counter("c2").id: Counts(n3=1)}
    week_ago = DAY - timedelta(days=7)
    assert queries.counts_by_day(here, week_ago, DAY) == {
        week_ago: Counts(n2=1),
        DAY - timedelta(days=1): Counts(n1=1),
        DAY: Counts(n4=1, n5=1),
    }
    assert queries.heat(here, week_ago, DAY) == {(2, 12): Counts(n2=1, n4=1, n5=1), (1, 12): Counts(n1=1)}
    assert queries.by_hour(here, DAY) == {12: Counts(n4=1, n5=1)}


def test_the_last_hour_is_twelve_bins(tap: Tap, at_lunch: datetime) -> None:
    for level, minutes in ((5, 0), (4, 0), (1, -7), (2, -59), (3, -60)):
        tap(level, pressed_at=at_lunch + timedelta(minutes=minutes))
    tap(5, visitor=visitor("a"), channel="phone")
    tap(1, visitor=visitor("a"), channel="phone")
    bins = queries.last_hour(at_lunch)[counter().id]
    assert len(bins) == 12
    assert bins[-1] == (3, 10 / 3)
    assert bins[-2] == (1, 1.0)
    assert bins[0] == (1, 2.0)
    assert sum(number for number, _ in bins) == 5
    assert queries.last_hour(at_lunch + timedelta(hours=2)) == {}


def test_comments_are_masked_paged_and_filtered(tap: Tap) -> None:
    tap(1, comment="打我电话13812345678", reasons=["taste"])
    tap(5, seconds=1)
    tap(4, seconds=2, comment="很好")
    tap(2, seconds=3, comment="慢", code="c2")
    here = counter().id
    assert [said.comment_masked for said in queries.latest_comments(5)] == ["慢", "很好", f"打我电话{MASK}"]
    first, second = queries.latest_comments(5, here)
    assert (first.level, first.reasons, second.reasons) == (4, [], ["taste"])
    assert queries.latest_comments(1, here, before_seq=first.seq) == [second]
    assert queries.latest_comments(5, levels=(1, 2), counter_id=here) == [second]


def test_the_token_changes_with_everything_that_shows(tap: Tap, at_lunch: datetime) -> None:
    seen = [queries.change_token()]

    def changed() -> bool:
        session.rollback()
        seen.append(queries.change_token())
        return seen[-1] not in seen[:-1]

    rating = tap(1).rating
    assert changed()
    tap(1, id=rating.id)
    assert not changed()
    tap(1, id=rating.id, comment="慢")
    assert changed()
    for _ in range(3):
        tap(1)
    assert changed()
    [alert] = queries.alerts_now(at_lunch)
    with transaction():
        services.acknowledge_alert(by=actor("lin"), alert=alert.alert)
    assert changed()
    with transaction():
        services.close_alerts(at_lunch + timedelta(hours=1))
    assert changed()
    assert queries.change_token(at_lunch) != queries.change_token(at_lunch + timedelta(minutes=1))


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL that runs inside the block."""
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.sqlite
def test_reads_of_the_live_view_never_scan_the_ratings(tap: Tap, at_lunch: datetime) -> None:
    """What the live view asks is found through an index, or in a table that does not grow with ratings."""
    tap(1, comment="慢", reasons=["taste"])
    session.rollback()
    with statements() as seen:
        queries.counts_by_counter(DAY, DAY)
        queries.last_hour(at_lunch)
        queries.alerts_now(at_lunch)
        queries.latest_comments(10)
        queries.latest_comments(10, counter().id)
        queries.marked_counts(DAY, DAY)
        queries.change_token()
        queries.seal_is_due(at_lunch)
    grows = ("SCAN rating", "SCAN rating_note", "SCAN rating_mark", "SCAN tally", "SCAN pulse")
    for statement in (one for one in seen if one.startswith("SELECT")):
        filled = statement.replace("?", "1")
        plan = [row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {filled}"))]
        assert not [
            line for line in plan if line.startswith(grows) and "INDEX" not in line and "MIN" not in line
        ], (
            statement,
            plan,
        )


def test_the_same_number_of_queries_for_one_rating_and_for_many(tap: Tap, at_lunch: datetime) -> None:
    def number() -> int:
        session.remove()
        with statements() as seen:
            queries.latest_comments(10)
            queries.marked_counts(DAY, DAY)
            queries.alerts_now(at_lunch)
            queries.counts_by_counter(DAY, DAY)
        return len(seen)

    tap(1, comment="慢")
    one = number()
    for n in range(12):
        tap(1, seconds=n, comment="慢", reasons=["taste"], code=("c1", "c2", "water")[n % 3])
    assert number() == one


def test_a_receipts_code_is_eight_letters_of_the_id(tap: Tap, context: Flask) -> None:
    codes = {queries.receipt(tap(5).rating).code for _ in range(5)}
    assert len(codes) == 5
    assert all(len(code) == 8 and code.isalnum() for code in codes)


def test_a_fall_counts_only_beyond_both_margins() -> None:
    few_bad, many_bad = Counts(n1=2, n2=1, n5=2), Counts(n1=30, n2=20, n5=10)
    usual = Counts(n3=10, n4=40, n5=50)
    assert not few_bad.clearly_below(usual), "eight ratings may be chance"
    assert many_bad.clearly_below(usual)
    assert not usual.clearly_below(many_bad)
    assert not Counts().clearly_below(usual)
