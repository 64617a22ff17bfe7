"""Feeds and streams: shared snapshots, quick news, a cap, places that come free."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from kiosk.core import stream
from kiosk.core.db import session, transaction
from kiosk.core.stream import Feed, Snapshot, Stream, TooManyStreams, has_left
from kiosk.core.web import locale
from kiosk.school.models import Setting


def settings() -> int:
    return session.scalar(select(func.count()).select_from(Setting)) or 0


def put(app: Flask, key: str) -> None:
    with app.app_context(), transaction():
        session.add(Setting(key=key, value=1))


@pytest.fixture
def feed(app: Flask) -> Feed:
    return Feed(
        app,
        token=lambda: str(settings()),
        parts=lambda: {"count": settings(), "still": "same", "language": locale()},
        cap=3,
    )


def always() -> bool:
    return True


def read(events: Iterator[bytes], name: str) -> dict[str, Any]:
    """The data of the next event of that name."""
    for raw in events:
        lines = raw.decode().strip().splitlines()
        if f"event: {name}" in lines:
            return dict(json.loads(lines[-1].removeprefix("data: ")))
    raise AssertionError(f"the stream ended without {name}")


def wait_until(true: Callable[[], bool], seconds: float = 5) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)


def test_snapshot_is_made_once_for_each_token_and_language(app: Flask, feed: Feed) -> None:
    first = feed.snapshot("en")
    assert feed.snapshot("en") is first
    assert feed.computed == 1
    assert json.loads(first.parts["language"]) == "en"
    assert json.loads(feed.snapshot("zh_Hans_CN").parts["language"]) == "zh_Hans_CN"
    put(app, "one")
    assert feed.snapshot("en").token != first.token
    assert feed.computed == 3


def test_a_snapshot_leaves_the_request_that_asks_alone(app: Flask, feed: Feed) -> None:
    with app.test_request_context("/", query_string={"lang": "zh"}):
        setting = session.scalars(select(Setting)).first()
        assert json.loads(feed.snapshot("en").parts["language"]) == "en"
        assert locale() == "zh_Hans_CN"
        assert setting in session


def test_text_tells_only_the_parts_that_changed() -> None:
    older = Snapshot("1", "t", {"a": "1", "b": "2"})
    newer = Snapshot("2", "u", {"a": "1", "b": "3"})
    assert json.loads(newer.text())["parts"] == {"a": 1, "b": 3}
    assert json.loads(newer.text(older))["parts"] == {"b": 3}


def test_a_commit_is_news_within_a_second(app: Flask, feed: Feed) -> None:
    events = feed.open("en", allowed=always).events()
    before = read(events, "snapshot")
    started = time.monotonic()
    put(app, "one")
    after = read(events, "changed")
    assert time.monotonic() - started < 1
    assert after["parts"] == {"count": before["parts"]["count"] + 1}
    assert after["token"] != before["token"]
    events.close()  # type: ignore[attr-defined]


def test_many_streams_share_one_snapshot(app: Flask, feed: Feed) -> None:
    watched = [feed.open("en", allowed=always).events() for _ in range(3)]
    for events in watched:
        read(events, "snapshot")
    put(app, "one")
    for events in watched:
        read(events, "changed")
    assert feed.computed == 2


def test_many_commits_are_told_together(app: Flask, feed: Feed) -> None:
    events = feed.open("en", allowed=always).events()
    read(events, "snapshot")
    for number in range(20):
        put(app, f"key{number}")
    total, told = 0, 0
    wanted = json.loads(feed.snapshot("en").parts["count"])
    while total != wanted:
        total, told = read(events, "changed")["parts"]["count"], told + 1
    assert told <= 8, "twenty commits in a moment are a few pieces of news"


def test_beyond_the_cap_is_refused_and_places_come_free(feed: Feed) -> None:
    opened = [feed.open("en", allowed=always) for _ in range(3)]
    with pytest.raises(TooManyStreams) as refused:
        feed.open("en", allowed=always)
    assert (refused.value.status, refused.value.retry_after) == (503, 10)
    opened[0].close()
    opened[0].close()
    feed.open("en", allowed=always)
    assert feed.streams == 3


def test_a_stream_that_was_never_read_frees_its_place(feed: Feed) -> None:
    one = feed.open("en", allowed=always)
    one.events()
    one.close()
    assert feed.streams == 0


def test_the_watcher_rests_when_nobody_watches(feed: Feed) -> None:
    one = feed.open("en", allowed=always)
    assert any(thread.name == "watcher" for thread in threading.enumerate())
    one.close()
    wait_until(lambda: feed._thread is None)


def test_a_watcher_who_may_no_longer_watch_is_sent_away(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "RECHECK", 0.1)
    monkeypatch.setattr(stream, "TICK", 0.05)
    allowed = [True]
    events = feed.open("en", allowed=lambda: allowed[0]).events()
    read(events, "snapshot")
    allowed[0] = False
    read(events, "over")
    assert list(events) == []
    assert feed.streams == 0


def test_a_quiet_stream_says_that_it_lives(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT", 0.1)
    monkeypatch.setattr(stream, "TICK", 0.05)
    events = feed.open("en", allowed=always).events()
    read(events, "snapshot")
    assert next(events) == stream.BEAT


def test_a_client_that_vanished_ends_its_stream(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "TICK", 0.05)
    here, there = socket.socketpair()
    with here:
        events = feed.open("en", allowed=always, peer=here).events()
        read(events, "snapshot")
        assert not has_left(here)
        there.close()
        assert has_left(here)
        assert list(events) == []
    assert feed.streams == 0


def test_streams_end_when_the_database_fails_for_a_while(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PATIENCE", 0.1)
    monkeypatch.setattr(stream, "TICK", 0.05)
    broken = [False]

    def token() -> str:
        if broken[0]:
            raise OSError("no disk")
        return str(settings())

    feed = Feed(app, token=token, parts=lambda: {"count": settings()})
    events = feed.open("en", allowed=always).events()
    read(events, "snapshot")
    broken[0] = True
    put(app, "one")
    assert b"changed" not in b"".join(events)
    assert feed.streams == 0


def test_streams_end_when_the_server_stops(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "TICK", 0.05)
    events = feed.open("en", allowed=always).events()
    read(events, "snapshot")
    monkeypatch.setattr(stream, "_is_stopping", always)
    assert list(events) == []


def test_no_database_connection_is_held_while_waiting(app: Flask, feed: Feed) -> None:
    from kiosk.core.db import db

    one: Stream = feed.open("en", allowed=always)
    read(one.events(), "snapshot")
    with app.app_context():
        pool: Any = db.engine.pool
        wait_until(lambda: pool.checkedout() == 0)
    one.close()
