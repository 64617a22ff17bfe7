"""The edge commits, a GET never writes, and one writer goes at a time."""

import threading
import time
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, StatementError

from kiosk.core import clock
from kiosk.core.db import Fen, Milli, UnitPrice, session, transaction
from kiosk.core.errors import Busy
from kiosk.school.models import Setting


def test_what_is_written_in_a_transaction_is_kept(context: Flask) -> None:
    with transaction():
        session.add(Setting(key="one", value=1))
    session.remove()
    assert session.get(Setting, "one").value == 1


def test_a_transaction_that_raises_leaves_nothing(context: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        session.add(Setting(key="one", value=1))
        session.flush()
        raise ZeroDivisionError
    assert session.get(Setting, "one") is None


def test_objects_are_not_written_outside_a_transaction(context: Flask) -> None:
    session.add(Setting(key="one", value=1))
    with pytest.raises(RuntimeError, match="outside a transaction"):
        session.flush()


def test_plain_sql_is_not_written_outside_a_transaction(context: Flask) -> None:
    with pytest.raises(DatabaseError, match=r"read-?only"):
        session.execute(text("INSERT INTO setting (key, value) VALUES ('one', '1')"))


def test_a_transaction_does_not_stand_inside_another(context: Flask) -> None:
    with pytest.raises(RuntimeError, match="inside another"), transaction(), transaction():
        pass


@pytest.mark.sqlite
def test_connections_are_durable(context: Flask) -> None:
    assert session.scalar(text("PRAGMA journal_mode")) == "wal"
    assert session.scalar(text("PRAGMA synchronous")) == 2
    assert session.scalar(text("PRAGMA foreign_keys")) == 1


def test_many_writers_lose_nothing(app: Flask) -> None:
    def write(number: int) -> None:
        for turn in range(10):
            with app.app_context(), transaction():
                seen = session.scalar(text("SELECT count(*) FROM setting"))
                session.add(Setting(key=f"{number}-{turn}", value=seen))

    with app.app_context():
        before = session.query(Setting).count()
    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert session.query(Setting).count() == before + 80


def test_a_writer_that_waits_too_long_is_told_to_come_back(app: Flask) -> None:
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context(), transaction():
            session.execute(text("SELECT 1"))
            holding.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait(10)
    started = time.monotonic()
    with app.app_context(), pytest.raises(Busy), transaction(wait=0.2):
        session.add(Setting(key="late", value=1))
        session.flush()
    assert time.monotonic() - started < 8
    done.set()
    thread.join()


def test_reading_goes_on_while_somebody_writes(app: Flask) -> None:
    with app.app_context(), transaction():
        session.add(Setting(key="one", value=1))
        session.flush()
        seen: list[int] = []

        def read() -> None:
            with app.app_context():
                seen.append(session.query(Setting).filter_by(key="one").count())

        thread = threading.Thread(target=read)
        thread.start()
        thread.join(5)
        assert seen == [0]


def test_naive_times_are_refused(context: Flask) -> None:
    from kiosk.chain.models import ChainEntry

    with pytest.raises(StatementError, match="naive"), transaction():
        session.add(
            ChainEntry(
                seq=99,
                at=datetime(2026, 3, 4, 12),
                actor="a",
                action="b",
                subject="c",
                body="{}",
                hash="0" * 64,
            )
        )
        session.flush()


def test_times_come_back_aware_in_utc(context: Flask) -> None:
    from kiosk.auth.queries import account_named

    lin = account_named("lin")
    assert lin is not None
    assert lin.created_at.utcoffset() is not None
    assert lin.created_at <= clock.now()


@pytest.mark.parametrize("kind", [Fen, Milli, UnitPrice])
@pytest.mark.parametrize("value", [1.0, "1", True])
def test_money_and_quantities_are_whole_numbers(kind: type, value: object) -> None:
    with pytest.raises(TypeError):
        kind().process_bind_param(value, None)
