"""The sample school: plausible, in order, and the same for everybody on a given day."""

import json
import re
from collections import Counter as Tallier
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from kiosk import create_app
from kiosk.auth import queries as auth
from kiosk.cases.models import Case
from kiosk.core import clock, config
from kiosk.core.db import db, session
from kiosk.core.errors import Conflict
from kiosk.core.samples import span
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen, Tablet
from kiosk.operation import audit
from kiosk.overview.inbox import inbox
from kiosk.postings import queries as postings
from kiosk.postings.kinds.bulk import BULK
from kiosk.postings.models import Posting, PostingVersion
from kiosk.presence.models import MealKey
from kiosk.purchasing import queries as purchasing
from kiosk.purchasing.models import Line, Sheet
from kiosk.purchasing.sample import jump_day
from kiosk.ratings import queries as ratings
from kiosk.ratings.models import Rating, RatingNote
from kiosk.ratings.sample import BURST
from kiosk.sample import demo
from kiosk.school import queries as school
from kiosk.school.settings import SAMPLE
from kiosk.supply.models import SupplySheet
from tests.conftest import SAMPLE_NOW, everything_stored, without_account

TODAY = date(2026, 3, 25)


@pytest.fixture
def sampled(sample: Path) -> Iterator[Flask]:
    """The sample school's application at the moment when it was made."""
    app = create_app(config.locate(sample))
    with clock.moved_to(SAMPLE_NOW), app.app_context():
        yield app
        session.remove()
        db.engine.dispose()


def test_it_passes_the_check(sampled: Flask) -> None:
    report = audit.check()
    assert report.problems == []
    assert 5000 < report.tallied < report.ratings < 20_000


def test_it_is_marked_as_a_sample(sampled: Flask) -> None:
    assert school.settings()[SAMPLE]
    assert "示例" in sampled.test_client().get("/").text


def test_it_has_the_places_of_a_school(sampled: Flask) -> None:
    kinds = Tallier(counter.kind for counter in counters.counters())
    assert kinds == {"canteen": 8, "hot_water": 1, "shop": 1, "repair": 1}
    by_canteen = Tallier(counter.canteen.code for counter in counters.counters() if counter.canteen)
    assert by_canteen == {"k1": 4, "k2": 4}
    assert session.scalar(select(func.count()).select_from(Tablet)) == 11


def test_it_invents_no_people(sampled: Flask) -> None:
    posts = ("服务员", "采购员", "保管员", "验收员", "厨师", "校长", "主任")
    assert all(any(post in name for post in posts) for name in without_account())


def test_the_head_has_a_screenful_and_the_canteens_manager_the_canteens(sampled: Flask) -> None:
    with sampled.app_context(), sampled.test_request_context("/?lang=en"):
        mine = {
            name: [one for one in inbox(auth.account(name).actor) if one.mine] for name in ("lin", "chen")
        }
    assert 0 < len(mine["lin"]) <= 15, [one.text for one in mine["lin"]]
    assert {one.kind for one in mine["chen"]} >= {"cases", "sheet"}
    for found in mine.values():
        cases = [one.url for one in found if re.fullmatch(r"/office/cases/\d+", one.url)]
        assert len(cases) == len(set(cases)), "each case stands once"
    of_windows = select(Case).where(Case.kind.in_(("week", "ratings")), Case.canteen.is_not(None))
    owners = {one.owner.name for one in session.scalars(of_windows) if one.owner}
    assert owners == {"陈"}


def test_weekends_are_empty(sampled: Flask) -> None:
    days = set(session.scalars(select(Rating.day).distinct())) | set(
        session.scalars(select(Sheet.day).distinct())
    )
    assert all(day.weekday() < 5 for day in days)
    assert len(days) == 16
    assert max(days) == TODAY


def test_lunch_is_the_peak(sampled: Flask) -> None:
    meals = dict(session.execute(select(Rating.meal, func.count()).group_by(Rating.meal)).all())
    assert meals["lunch"] > meals["dinner"] > meals["breakfast"] > 0


def test_nothing_comes_from_the_future(sampled: Flask) -> None:
    assert session.scalar(select(func.max(Rating.recorded_at))) <= SAMPLE_NOW
    assert session.scalar(select(func.max(PostingVersion.posted_at))) <= SAMPLE_NOW


def test_a_window_got_worse(sampled: Flask) -> None:
    noodles = counters.counter("c3")
    week = TODAY - timedelta(days=7)
    before = ratings.counts(noodles.id, TODAY - timedelta(days=21), week - timedelta(days=1))
    since = ratings.counts(noodles.id, week, TODAY)
    assert before.mean is not None
    assert since.mean is not None
    assert before.mean - since.mean > 0.8


def test_a_price_jumped_and_no_other(sampled: Flask) -> None:
    marked = [line for sheet in purchasing.posted(TODAY) for line in sheet.lines if line.mark]
    assert [(line.line.item, line.last_price, line.line.unit_price) for line in marked] == [
        ("大西红柿", 36000, 50000)
    ]


def test_the_second_canteen_is_late_today_and_once_bought_nothing(sampled: Flask) -> None:
    posted = {sheet.sheet.canteen.code for sheet in purchasing.posted(TODAY)}
    assert posted == {"k1"}
    nothing = select(Canteen.code).join(Sheet).where(Sheet.nothing_bought)
    assert session.scalars(nothing).all() == ["k2"]


def test_one_sheet_was_corrected_in_the_open(sampled: Flask) -> None:
    sheets = select(PostingVersion).join(Posting).where(Posting.kind == "purchases")
    [version] = session.scalars(sheets.where(PostingVersion.version > 1))
    assert "更正" in json.loads(version.content)["reason"]


def test_sheets_look_like_a_morning(sampled: Flask) -> None:
    ordered = select(PostingVersion.id).where(PostingVersion.posting_id.in_(select(SupplySheet.posting_id)))
    by_hand = select(Line.version_id, func.count()).where(Line.version_id.not_in(ordered))
    lines = session.execute(by_hand.group_by(Line.version_id)).all()
    assert all(12 <= number <= 30 for _version, number in lines)
    sheets = select(PostingVersion).join(Posting).where(Posting.kind == "purchases")
    dawn = PostingVersion.id.not_in(ordered)
    for version in session.scalars(sheets.where(PostingVersion.version == 1, dawn)):
        assert time(6, 30) < school.local(version.posted_at).time() < time(7)


def test_meals_that_are_over_are_closed(sampled: Flask) -> None:
    still_open = session.scalars(select(MealKey).where(MealKey.key.is_not(None))).all()
    assert {(key.day, key.meal) for key in still_open} == {(TODAY, "lunch"), (TODAY, "between")}


@pytest.mark.once
@pytest.mark.parametrize("hour", ["2026-03-23T07:20", "2026-03-22T15:00"])
def test_the_first_minute_is_never_empty(hour: str, tmp_path: Path, new_school: None) -> None:
    now = datetime.fromisoformat(hour + "+08:00")
    with clock.moved_to(now):
        app = demo.make(tmp_path / "sample")
        with app.app_context():
            assert [one.bad for one in ratings.alerts_now(now)] == [5], "one alert is open"
            waiting = [one for one in ratings.doubts(date(2026, 3, 1), now.date()) if not one.decision]
            assert [(one.mark, one.number) for one in waiting] == [("burst", BURST)]
            posted = {sheet.sheet.canteen.code for sheet in purchasing.posted(now.date())}
            assert posted == ({"k1"} if hour.endswith("07:20") else set())
            assert audit.check().problems == []
            session.remove()
        page = app.test_client().get("/lunch-hour?lang=en").text
        assert "10 times the speed" in page
        with app.app_context():
            db.engine.dispose()


def test_a_lunch_hour_is_played_from_when_one_began(sampled: Flask) -> None:
    browser, before = sampled.test_client(), everything_stored()
    began = int(SAMPLE_NOW.timestamp() * 1000)

    def rated(seconds: int) -> dict[str, object]:
        answer = browser.get(f"/lunch-hour.json?lang=en&began={began - seconds * 1000}")
        assert answer.status_code == 200
        return dict(answer.json["parts"])

    early, late, over = (rated(seconds)["day"] for seconds in (60, 300, 9999))
    assert early["total"] < late["total"] < over["total"]  # type: ignore[index]
    assert over == rated(99999)["day"]
    assert early["date"] == "2026-03-24", "the last day, not today"  # type: ignore[index]
    for odd in ("x", "-1", "99999999999999999999", str(began + 10**9)):
        assert browser.get(f"/lunch-hour.json?began={odd}").status_code == 200
    assert everything_stored() == before


def test_a_real_school_plays_nothing(client: FlaskClient) -> None:
    assert client.get("/lunch-hour").status_code == 404
    assert client.get("/lunch-hour.json").status_code == 404
    assert "lunch-hour" not in client.get("/").text


def test_comments_are_ours_and_short(sampled: Flask) -> None:
    comments = session.scalars(select(RatingNote.comment).where(RatingNote.comment != "")).all()
    assert len(set(comments)) > 50
    assert max(map(len, comments)) < 40


def test_a_purchase_shows_its_contract_and_a_picture(sampled: Flask) -> None:
    bulk = session.scalars(select(Posting).where(Posting.kind == BULK.slug))
    found = next(one for one in map(postings.posted, [one.id for one in bulk]) if one.in_force.attachments)
    assert [(one.name, one.media_type) for one in found.in_force.attachments] == [
        ("采购合同", "application/pdf"),
        ("课桌椅样式图", "image/jpeg"),
    ]
    page = sampled.test_client().get(f"/postings/{found.posting.id}").text
    assert "采购合同" in page


@pytest.mark.once
def test_it_is_the_same_again(sampled: Flask, tmp_path: Path, new_school: None) -> None:
    first = contents()
    session.remove()  # nothing stays open while another school is made
    with clock.moved_to(SAMPLE_NOW):
        again = demo.make(tmp_path / "again")
    with again.app_context():
        assert contents() == first
        session.remove()
        db.engine.dispose()


def contents() -> tuple[list[dict[str, object]], list[tuple[object, ...]]]:
    lines = select(Line.item, Line.quantity, Line.unit_price, Line.amount, Line.version_id).order_by(Line.id)
    return list(ratings.export()), [tuple(row) for row in session.execute(lines)]


def test_it_does_not_come_over_a_school(instance: config.Instance) -> None:
    with pytest.raises(Conflict):
        demo.make(instance.folder)


@pytest.mark.parametrize(
    ("local", "jump"),
    [
        ("2026-03-28 15:00", date(2026, 3, 27)),  # a Saturday
        ("2026-03-30 06:00", date(2026, 3, 27)),  # a Monday before the morning's posting
        ("2026-03-30 08:00", date(2026, 3, 30)),
        ("2026-03-30 00:30", date(2026, 3, 27)),
    ],
)
def test_the_last_posting_has_the_jump_whatever_the_hour(local: str, jump: date) -> None:
    now = datetime.fromisoformat(local).replace(tzinfo=UTC) - timedelta(hours=8)
    assert jump_day(span(now)) == jump
