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

from kiosk.core.actor import Actor
from kiosk.core.db import session, transaction
from kiosk.core.snapshots import Edition, Snapshot
from kiosk.core.stream import Feed, Stream, TooManyStreams, Watcher, rounds
from kiosk.core.web import locale
from kiosk.school.models import Setting


def settings() -> int:
    return session.scalar(select(func.count()).select_from(Setting)) or 0


def put(app: Flask, key: str) -> None:
    with app.app_context(), transaction():
        session.add(Setting(key=key, value=1))


@pytest.fixture
def feed(app: Flask) -> Iterator[Feed]:
    """It ends with the test: a watcher that closed its connection later would take away the files beside
    the next test's database, which has the same name."""
    yield Feed(
        app,
        token=lambda: str(settings()),
        parts=lambda _rights: {"count": settings(), "still": "same", "language": locale()},
        cap=3,
    )
    with pytest.MonkeyPatch.context() as ending:
        ending.setattr(rounds, "is_stopping", always)
        for thread in threading.enumerate():
            if thread.name == "watcher":
                thread.join(10)


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
    first = feed.snapshot(Edition("en"))
    assert feed.snapshot(Edition("en")) is first
    assert feed.computed == 1
    assert json.loads(first.parts["language"]) == "en"
    assert json.loads(feed.snapshot(Edition("zh_Hans_CN")).parts["language"]) == "zh_Hans_CN"
    put(app, "one")
    assert feed.snapshot(Edition("en")).token != first.token
    assert feed.computed == 3


def test_the_editions_that_nobody_asks_for_any_more_are_forgotten(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.core.stream.feed.MOST_EDITIONS", 2)
    first, second, third = (Edition("en", Actor(name)) for name in ("chen", "wu", "lin"))
    for edition in (first, second, first, third, first):
        feed.snapshot(edition)
    assert feed.computed == 3, "what is asked for again and again is kept"
    feed.snapshot(second)
    assert feed.computed == 4, "what was asked for longest ago is made anew"
    watched = [feed.open(edition) for edition in (first, second, third)]
    for _turn in range(2):
        for edition in (first, second, third):
            feed.snapshot(edition)
    assert feed.computed == 5, "as many as somebody watches are kept"
    for stream in watched:
        stream.close()


def test_a_snapshot_leaves_the_request_that_asks_alone(app: Flask, feed: Feed) -> None:
    with app.test_request_context("/", query_string={"lang": "zh"}):
        setting = session.scalars(select(Setting)).first()
        assert json.loads(feed.snapshot(Edition("en")).parts["language"]) == "en"
        assert locale() == "zh_Hans_CN"
        assert setting in session


def test_text_tells_only_the_parts_that_changed() -> None:
    older = Snapshot("1", "t", {"a": "1", "b": "2"})
    newer = Snapshot("2", "u", {"a": "1", "b": "3"})
    assert json.loads(newer.text())["parts"] == {"a": 1, "b": 3}
    assert json.loads(newer.text(older))["parts"] == {"b": 3}


def test_a_commit_is_news_within_a_second(app: Flask, feed: Feed) -> None:
    events = feed.open(Edition("en")).events()
    before = read(events, "snapshot")
    started = time.monotonic()
    put(app, "one")
    after = read(events, "changed")
    assert time.monotonic() - started < 1
    assert after["parts"] == {"count": before["parts"]["count"] + 1}
    assert after["token"] != before["token"]
    events.close()  # type: ignore[attr-defined]


def test_many_streams_share_one_snapshot(app: Flask, feed: Feed) -> None:
    watched = [feed.open(Edition("en")).events() for _ in range(3)]
    for events in watched:
        read(events, "snapshot")
    put(app, "one")
    for events in watched:
        read(events, "changed")
    assert feed.computed == 2


def test_many_commits_are_told_together(app: Flask, feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "LEAST_REST", 0.3)
    events = feed.open(Edition("en")).events()
    read(events, "snapshot")
    for number in range(20):
        put(app, f"key{number}")
    total, told = 0, 0
    wanted = json.loads(feed.snapshot(Edition("en")).parts["count"])
    while total != wanted:
        total, told = read(events, "changed")["parts"]["count"], told + 1
    assert told <= 8, "twenty commits in a moment are a few pieces of news"


def test_beyond_the_cap_is_refused_and_places_come_free(feed: Feed) -> None:
    opened = [feed.open(Edition("en")) for _ in range(3)]
    with pytest.raises(TooManyStreams) as refused:
        feed.open(Edition("en"))
    assert (refused.value.status, refused.value.retry_after) == (503, 10)
    opened[0].close()
    opened[0].close()
    feed.open(Edition("en"))
    assert feed.streams == 3


def test_a_stream_that_never_began_frees_its_place(feed: Feed) -> None:
    one = feed.open(Edition("en"))
    one.body({})
    one.close()
    wait_until(lambda: feed.streams == 0)


def test_a_stream_that_fails_while_it_begins_frees_its_place(app: Flask) -> None:
    def token() -> str:
        raise OSError("no disk")

    feed = Feed(app, token=token, parts=lambda _rights: {})
    for _ in range(3):
        one = feed.open(Edition("en"))
        with pytest.raises(OSError, match="no disk"):
            list(one.body({}))
        one.close()
    assert feed.streams == 0


def test_the_watcher_rests_when_nobody_watches(feed: Feed) -> None:
    events = feed.open(Edition("en")).events()
    read(events, "snapshot")
    assert any(thread.name == "watcher" for thread in threading.enumerate())
    events.close()  # type: ignore[attr-defined]
    wait_until(lambda: feed._thread is None)
    wait_until(lambda: feed.streams == 0)


def test_a_watcher_who_may_no_longer_watch_is_sent_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "RECHECK", 0.1)
    allowed = {1, 2}

    def may(watchers: set[Watcher]) -> set[Watcher]:
        return {one for one in watchers if one.owner in allowed}

    feed = Feed(app, token=lambda: "1", parts=lambda _rights: {}, allowed=may)
    mine, yours = feed.open(Edition("en"), owner=1).events(), feed.open(Edition("en"), owner=2).events()
    for events in (mine, yours):
        read(events, "snapshot")
    allowed.discard(1)
    read(mine, "over")
    assert list(mine) == []
    wait_until(lambda: feed.streams == 1)
    yours.close()  # type: ignore[attr-defined]


def test_a_quiet_stream_says_that_it_lives(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "HEARTBEAT", 0.1)
    events = feed.open(Edition("en")).events()
    read(events, "snapshot")
    read(events, "beat")


def test_a_client_that_vanished_frees_its_place(feed: Feed) -> None:
    for _ in range(5):
        events = feed.open(Edition("en")).events()
        read(events, "snapshot")
        events.close()  # type: ignore[attr-defined]
    wait_until(lambda: feed.streams == 0)


def test_a_client_that_takes_nothing_is_left_and_holds_nobody_up(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "STUCK", 0.5)
    feed = Feed(app, token=lambda: str(settings()), parts=lambda _rights: {str(settings()): "long" * 200_000})
    here, there = socket.socketpair()
    with here:
        stuck = feed.open(Edition("en"))
        stuck._begin(there, chunked=False)
        live = feed.open(Edition("en")).events()
        read(live, "snapshot")
        put(app, "one")
        read(live, "changed")
        wait_until(lambda: feed.streams == 1)
    live.close()  # type: ignore[attr-defined]


def test_streams_end_when_the_database_fails_for_a_while(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "PATIENCE", 0.1)
    broken = [False]

    def token() -> str:
        if broken[0]:
            raise OSError("no disk")
        return str(settings())

    feed = Feed(app, token=token, parts=lambda _rights: {"count": settings()})
    events = feed.open(Edition("en")).events()
    read(events, "snapshot")
    broken[0] = True
    put(app, "one")
    assert b"changed" not in b"".join(events)
    wait_until(lambda: feed.streams == 0)


def test_streams_end_when_the_server_stops(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    events = feed.open(Edition("en")).events()
    read(events, "snapshot")
    monkeypatch.setattr(rounds, "is_stopping", always)
    assert list(events) == []


def test_no_database_connection_is_held_while_waiting(app: Flask, feed: Feed) -> None:
    from kiosk.core.db import db

    one: Stream = feed.open(Edition("en"))
    events = one.events()
    read(events, "snapshot")
    with app.app_context():
        pool: Any = db.engine.pool
        wait_until(lambda: pool.checkedout() == 0)
    events.close()  # type: ignore[attr-defined]
