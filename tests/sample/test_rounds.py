"""The running sample school is as on its first minute at whatever hour one looks; a real one is let be."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from kiosk.core import clock
from kiosk.core.db import db, session
from kiosk.operation import audit
from kiosk.purchasing import queries as purchasing
from kiosk.ratings import queries as ratings
from kiosk.ratings import sample
from kiosk.ratings.models import Rating
from kiosk.ratings.services import take_up
from kiosk.sample import demo, rounds
from tests.conftest import everything_stored

MADE = datetime.fromisoformat("2026-03-23T15:00+08:00")


@pytest.mark.parametrize(
    ("later", "posted"),
    [("2026-03-23T15:30", {"k1"}), ("2026-03-24T07:40", {"k1"}), ("2026-03-24T03:00", set())],
)
def test_later_there_is_an_alert_and_the_purchases_of_dawn(
    tmp_path: Path, new_school: None, later: str, posted: set[str]
) -> None:
    with clock.moved_to(MADE):
        app = demo.make(tmp_path / "sample")
    now = datetime.fromisoformat(later + "+08:00")
    with clock.moved_to(now), app.app_context():
        assert ratings.alerts_now(now) == []
        assert rounds.keep_up()
        assert [one.bad for one in ratings.alerts_now(now)] == [5]
        assert {sheet.sheet.canteen.code for sheet in purchasing.posted(now.date())} == posted
        before = session.scalar(select(func.max(Rating.seq)))
        assert not rounds.keep_up(), "an alert is open"
        assert session.scalar(select(func.max(Rating.seq))) == before
        take_up()  # as the server's next round does
        assert audit.check().problems == []
        session.remove()
    with clock.moved_to(now + timedelta(minutes=31)), app.app_context():
        assert rounds.keep_up()
        assert len(ratings.alerts_now(clock.now())) == 1
        take_up()
        assert audit.check().problems == []
        session.remove()
        db.engine.dispose()


def test_a_day_has_so_many_alerts_and_no_more(
    tmp_path: Path, new_school: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample, "MOST_ALERTS", 1)
    with clock.moved_to(MADE):
        app = demo.make(tmp_path / "sample")
    with clock.moved_to(MADE + timedelta(hours=1)), app.app_context():
        assert not rounds.keep_up()
        session.remove()
        db.engine.dispose()


def test_a_real_school_is_let_be(context: Flask) -> None:
    before = everything_stored()
    assert not rounds.keep_up()
    assert everything_stored() == before
