"""Committing in groups: each is answered after its commit, and none fails its neighbours."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from kiosk.core import config
from kiosk.core import writer as house
from kiosk.core.db import db, session
from kiosk.core.errors import Busy, Invalid, Problem
from kiosk.core.writer import Writer
from tests.conftest import unguarded

Work = Callable[[list[int]], list[int | Problem]]


@pytest.fixture
def table(app: Flask, instance: config.Instance) -> Flask:
    """A table that takes each number once, and none below zero."""
    with unguarded(instance) as connection:
        connection.execute(text("CREATE TABLE number (n INTEGER PRIMARY KEY CHECK (n >= 0))"))
    return app


def store(numbers: list[int]) -> list[int | Problem]:
    """Store the numbers; odd ones above 1000 are refused."""
    results: list[int | Problem] = []
    for number in numbers:
        if number > 1000 and number % 2:
            results.append(Invalid())
        else:
            session.execute(text("INSERT INTO number VALUES (:n)"), {"n": number})
            results.append(number)
    return results


def stored(app: Flask) -> list[int]:
    """What another connection sees."""
    with app.app_context(), db.engine.connect() as connection:
        return sorted(connection.execute(text("SELECT n FROM number")).scalars())


def write_all(writer: Writer[int, int], numbers: list[int]) -> dict[int, Any]:
    """Write every number from a thread of its own, all at once; for each its result or its failure."""
    results: dict[int, Any] = {}

    def one(number: int) -> None:
        try:
            results[number] = writer.write(number)
        except Exception as error:
            results[number] = error

    threads = [threading.Thread(target=one, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@contextmanager
def done_in_the_end(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Threads that begin in the block, and what they have taken on, have come to their end behind it."""
    patch.setattr(house, "IDLE", 0.05)
    before = {*threading.enumerate()}
    yield
    for thread in {*threading.enumerate()} - before:
        thread.join(30)
        assert not thread.is_alive()


def test_what_is_answered_is_stored_and_waits_are_shared(table: Flask) -> None:
    hold = threading.Event()

    def work(numbers: list[int]) -> list[int | Problem]:
        hold.wait(5)
        return store(numbers)

    writer = Writer[int, int](table, work, most=100)
    threading.Timer(0.3, hold.set).start()
    results = write_all(writer, list(range(40)))
    assert results == {number: number for number in range(40)}
    assert stored(table) == list(range(40))
    assert writer.written == 40
    assert writer.groups <= 3


def test_it_is_answered_after_its_commit(table: Flask) -> None:
    writer = Writer[int, int](table, store, most=10)
    for number in range(5):
        writer.write(number)
        assert stored(table)[-1] == number


def test_a_refused_item_leaves_its_neighbours_alone(table: Flask) -> None:
    writer = Writer[int, int](table, store, most=100)
    results = write_all(writer, [2, 1001, 4, 1003, 6])
    assert isinstance(results[1001], Invalid)
    assert isinstance(results[1003], Invalid)
    assert stored(table) == [2, 4, 6]


def test_an_item_that_breaks_the_group_fails_alone(table: Flask) -> None:
    gate = threading.Event()

    def work(numbers: list[int]) -> list[int | Problem]:
        gate.wait(5)
        return store(numbers)

    writer = Writer[int, int](table, work, most=100)
    threading.Timer(0.3, gate.set).start()
    results = write_all(writer, [1, 2, -3, 4, 5])
    assert isinstance(results.pop(-3), Exception)
    assert results == {1: 1, 2: 2, 4: 4, 5: 5}
    assert stored(table) == [1, 2, 4, 5]
    assert writer.write(7) == 7


def test_too_many_and_too_long_are_told_to_come_back(table: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    hold = threading.Event()

    def work(numbers: list[int]) -> list[int | Problem]:
        hold.wait(10)
        return store(numbers)

    monkeypatch.setattr(house, "WAIT_SECONDS", 0.2)
    monkeypatch.setattr(house, "MARGIN", 0.1)
    writer = Writer[int, int](table, work, most=3)
    with done_in_the_end(monkeypatch):
        results = write_all(writer, list(range(12)))
        assert all(isinstance(result, Busy) for result in results.values())
        assert {result.retry_after for result in results.values()} == {2}
        hold.set()


def test_the_thread_ends_and_comes_back(table: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Writer[int, int](table, store, most=10)
    for number in range(3):
        with done_in_the_end(monkeypatch):
            assert writer.write(number) == number
