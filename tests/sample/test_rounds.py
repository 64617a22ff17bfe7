"""The running sample school is as on its first minute at whatever hour one looks; a real one is let be."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from kiosk import create_app
from kiosk.core import clock
from kiosk.core.db import db, session
from kiosk.operation import audit
from kiosk.purchasing import queries as purchasing
from kiosk.ratings import queries as ratings
from kiosk.ratings import sample
from kiosk.ratings.models import Rating
from kiosk.ratings.services import take_up
from kiosk.sample import demo, rounds
from tests.conftest import copy_school, empty_database, everything_stored, settle
from tests.postgres import Cluster

MADE = datetime.fromisoformat("2026-03-23T15:00+08:00")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster | None) -> Path:
    """The sample school as somebody made it on a Monday afternoon."""
    folder = tmp_path_factory.mktemp("made") / "sample"
    with clock.moved_to(MADE), empty_database(cluster):
        app = demo.make(folder)
    with app.app_context():
        settle()
    return folder


@pytest.fixture
def hours_later(made: Path, tmp_path: Path, cluster: Cluster | None) -> Iterator[Flask]:
    """The same school, for one test to go on with."""
    app = create_app(copy_school(cluster, made, tmp_path / "sample"))
    with app.app_context():
        yield app
        session.remove()
        db.engine.dispose()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("later", "posted"),
    [("2026-03-23T15:30", {"k1"}), ("2026-03-24T07:40", {"k1"}), ("2026-03-24T03:00", set())],
)
def test_later_there_is_an_alert_and_the_purchases_of_dawn(
    hours_later: Flask, later: str, posted: set[str]
) -> None:
    now = datetime.fromisoformat(later + "+08:00")
    with clock.moved_to(now):
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
    with clock.moved_to(now + timedelta(minutes=31)):
        assert rounds.keep_up()
        assert len(ratings.alerts_now(clock.now())) == 1
        take_up()
        assert audit.check().problems == []


@pytest.mark.slow
def test_a_day_has_so_many_alerts_and_no_more(hours_later: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "MOST_ALERTS", 1)
    with clock.moved_to(MADE + timedelta(hours=1)):
        assert not rounds.keep_up()


def test_a_real_school_is_let_be(context: Flask) -> None:
    before = everything_stored()
    assert not rounds.keep_up()
    assert everything_stored() == before
