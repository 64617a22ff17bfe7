"""A tap is kept until the server has it: network cut, page, browser and server killed, server restored."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Playwright, Route, expect

from kiosk.core import config
from kiosk.core.db import db, session, transaction
from kiosk.counters.models import RefusedEntry, Tablet
from kiosk.counters.services import revoke_tablet, settle_refused
from kiosk.operation import backups
from kiosk.ratings.models import Rating
from kiosk.ratings.queries import recount
from tests.browser.conftest import CHROMIUM, PLAIN
from tests.browser.tablets import add, enrol, enrolled, fact, opened, plain, soon, stored, waiting
from tests.conftest import Server, actor

Servers = Callable[[], Server]


def kill(server: Server) -> None:
    """The server's processes end at once, as when the power goes."""
    pid = server.process.pid
    workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for one in (pid, *map(int, workers)):
        os.kill(one, signal.SIGKILL)
    server.process.wait()


@pytest.fixture
def servers(instance: config.Instance) -> Iterator[Servers]:
    """A function that starts the school's server, always on the same port."""
    running: list[Server] = []

    def start() -> Server:
        running.append(Server(instance.folder, port=running[0].port if running else None))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.stop()


def address(server: Server, how: str) -> str:
    return plain(server) if how == "http" else server.url


@pytest.mark.parametrize("how", ["http", "trusted"])
def test_the_server_and_the_page_are_killed(browser: Browser, app: Flask, servers: Servers, how: str) -> None:
    server = servers()
    context = enrolled(browser, app, address(server, how))
    page = opened(context)
    assert page.evaluate("[isSecureContext, !!navigator.locks]") == [how == "trusted"] * 2
    add(page, 1, 2)
    soon(page, lambda: stored(app), [1, 2])
    kill(server)
    add(page, 3, 4, 5)
    assert waiting(page) == 3
    expect(page.locator("#rate [data-x=unsent]")).to_have_text("3 条待送出")
    page.close()  # no goodbye
    servers()
    page = opened(context)
    soon(page, lambda: stored(app), [1, 2, 3, 4, 5])
    soon(page, lambda: waiting(page), 0)
    assert waiting(page, "delivered") == 5
    context.close()


def test_the_network_is_cut(browser: Browser, app: Flask, servers: Servers) -> None:
    context = enrolled(browser, app, plain(servers()))
    page = opened(context)
    context.set_offline(True)
    add(page, 1, 2, 3)
    assert stored(app) == []
    context.set_offline(False)
    soon(page, lambda: stored(app), [1, 2, 3])
    context.close()


def test_the_browser_is_killed(playwright: Playwright, app: Flask, servers: Servers, tmp_path: Path) -> None:
    """A profile of its own, every process of it killed: what was tapped lies on the disk."""
    server, profile = servers(), tmp_path / "profile"
    flags = {"executable_path": CHROMIUM, "args": ["--no-sandbox"], "base_url": server.url}

    def start() -> Any:
        return playwright.chromium.launch_persistent_context(profile, service_workers="block", **flags)

    context = start()
    enrol(context.new_page(), app)
    context.close()  # a browser writes its cookies half a minute late; the tablet was enrolled last week
    context = start()
    page = opened(context)
    context.set_offline(True)
    add(page, 1, 2, 3)
    for found in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(profile) in found.read_text("utf-8", "replace"):
                os.kill(int(found.parent.name), signal.SIGKILL)
        except (OSError, ProcessLookupError):
            continue
    for leftover in profile.glob("Singleton*"):
        leftover.unlink()
    context = start()
    page = opened(context)
    soon(page, lambda: stored(app), [1, 2, 3])
    context.close()


@pytest.mark.parametrize("how", ["http", "trusted"])
def test_two_tabs_send_one_at_a_time_and_in_order(
    browser: Browser, app: Flask, servers: Servers, how: str
) -> None:
    context = enrolled(browser, app, address(servers(), how))
    flying, most, sent = [0], [0], []

    def line(route: Route) -> None:
        """Each goes through our hands: what the browser tells afterwards it tells when, and as, it can."""
        sent.append(route.request.post_data_json["seq"])
        flying[0] += 1
        most[0] = max(most[0], flying[0])
        answer = route.fetch(url=route.request.url.replace(PLAIN, "127.0.0.1"))
        flying[0] -= 1
        route.fulfill(response=answer)

    pages = [opened(context), opened(context)]
    context.set_offline(True)
    for number in range(1, 41):
        add(pages[number % 2], number)
    context.route("**/api/ratings", line)
    context.set_offline(False)
    for page in pages:
        page.evaluate("window.dispatchEvent(new Event('online'))")
    soon(pages[0], lambda: stored(app), list(range(1, 41)))
    soon(pages[0], lambda: [waiting(page) for page in pages], [0, 0])
    assert (most[0], list(dict.fromkeys(sent))) == (1, list(range(1, 41)))
    context.close()


ANSWERS: dict[str, dict[str, Any]] = {
    "too many": {"status": 429, "headers": {"Retry-After": "2"}},
    "busy": {"status": 503, "headers": {"Retry-After": "2"}, "content_type": "application/problem+json"},
    "disk full": {"status": 507, "headers": {"Retry-After": "2"}},
    "too slow": {"status": 408},
    "broken": {"status": 500},
    "a sign-in page": {"status": 200, "body": "<html>The school's Wi-Fi", "content_type": "text/html"},
    "another's receipt": {"status": 200, "json": {"id": "0192b5a0-0000-7000-8000-00000000ffff"}},
    "a firewall": {"status": 403, "body": "<html>Blocked", "content_type": "text/html"},
    "a gateway": {"status": 403, "json": {"message": "blocked"}},
    "a proxy's 401": {"status": 401, "body": "", "content_type": "text/html"},
}


def test_nothing_is_dropped_for_what_passes(browser: Browser, app: Flask, servers: Servers) -> None:
    """Each of these stands in the way once; the press is sent again, and not before the server wants it."""
    context = enrolled(browser, app, plain(servers()))
    page, tries = opened(context), list[float]()

    def line(route: Route) -> None:
        tries.append(monotonic())
        if len(tries) == 1:
            route.fulfill(**ANSWERS[answer])
        else:
            route.continue_()

    context.route("**/api/ratings", line)
    for number, answer in enumerate(ANSWERS, start=1):
        tries.clear()
        add(page, number)
        soon(page, lambda number=number: stored(app), list(range(1, number + 1)))
        assert len(tries) == 2, answer
        assert tries[1] - tries[0] >= (2 if "headers" in ANSWERS[answer] else 0.9), answer
        soon(page, lambda: (waiting(page), waiting(page, "refused")), (0, 0))
    context.close()


def test_what_is_refused_for_good_goes_to_the_tray_and_to_the_office(
    browser: Browser, app: Flask, servers: Servers
) -> None:
    """The one refused does not hold up the next; the office reads it, and the tray is empty once it has."""
    context = enrolled(browser, app, plain(servers()))
    page = opened(context)
    add(page, 1)
    page.evaluate(
        """() => window.kioskTablet.queue.add({ at: Date.now(), rating:
          { id: "0192b5a0-0000-7000-8000-000000000001", counter: "c1", level: 5, seq: 1 } })"""
    )
    add(page, 2)
    soon(page, lambda: stored(app), [1, 2])
    soon(page, lambda: (waiting(page), waiting(page, "refused")), (0, 1))
    expect(page.locator("#rate [data-x=unsent]")).to_have_text("1 条被退回")
    page.reload()

    def reported() -> list[tuple[int, str]]:
        with app.app_context():
            return [(one.status, one.code) for one in session.query(RefusedEntry)]

    soon(page, reported, [(409, "other-content")])
    with app.app_context(), transaction():
        settle_refused(by=actor("lin"), tablet=session.query(Tablet).one())
    page.reload()
    expect(page.locator(".c-veil")).to_be_attached()
    soon(page, lambda: waiting(page, "refused"), 0)
    assert stored(app) == [1, 2]
    context.close()


def test_a_revoked_tablet_keeps_its_queue_for_its_next_enrolment(
    browser: Browser, app: Flask, servers: Servers
) -> None:
    context = enrolled(browser, app, plain(servers()))
    page = opened(context)
    with app.app_context(), transaction():
        revoke_tablet(by=actor("test"), tablet=session.query(Tablet).one())
    add(page, 1, 2)
    page.wait_for_url("**/c/c1?enrol=")
    enrol(page, app)
    soon(page, lambda: stored(app), [1, 2])
    context.close()


def test_two_thousand_are_drained_in_order_while_the_server_dies(
    browser: Browser, app: Flask, servers: Servers
) -> None:
    server = servers()
    context = enrolled(browser, app, plain(server))
    page = opened(context)
    context.set_offline(True)
    add(page, *range(1, 2001))
    assert waiting(page) == 2000
    context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    for goal in (300, 900):
        soon(page, lambda goal=goal: len(stored(app)) >= goal, True, 120)
        kill(server)
        server = servers()
        page.evaluate("window.dispatchEvent(new Event('online'))")
    soon(page, lambda: len(stored(app)), 2000, 240)
    assert stored(app) == list(range(1, 2001))
    soon(page, lambda: (waiting(page), waiting(page, "refused")), (0, 0))
    context.close()


def test_after_a_restore_every_rating_comes_back_and_counts_once(
    browser: Browser, app: Flask, instance: config.Instance, servers: Servers
) -> None:
    """Three before the backup, four after it; the backup is restored; the tablet brings the four back."""
    server = servers()
    context = enrolled(browser, app, plain(server))
    page = opened(context)
    soon(page, lambda: fact(page, "epoch"), "")
    add(page, 1, 2, 3)
    soon(page, lambda: stored(app), [1, 2, 3])
    file, _facts = backups.make(instance)
    add(page, 4, 5, 6, 7)
    soon(page, lambda: stored(app), [1, 2, 3, 4, 5, 6, 7])
    server.stop()
    with app.app_context():
        db.engine.dispose()
    backups.restore(instance, file)
    assert stored(app) == [1, 2, 3]
    servers()
    page.reload()
    soon(page, lambda: stored(app), [1, 2, 3, 4, 5, 6, 7])
    soon(page, lambda: fact(page, "again"), [7, 7])
    assert (waiting(page), waiting(page, "refused"), waiting(page, "delivered")) == (0, 0, 7)
    with app.app_context():
        assert [one.live for one in session.query(Rating).order_by(Rating.seq)][3:] == [False] * 4
        assert recount() == []
    add(page, 8)
    soon(page, lambda: stored(app)[-1], 8)
    context.close()


def test_what_was_delivered_is_kept_for_seven_days(browser: Browser, app: Flask, servers: Servers) -> None:
    """By the server's clock and the tablet's own, wrong as it may be: one that jumps takes nothing away."""
    context = enrolled(browser, app, plain(servers()))
    context.add_init_script("const real = Date.now; Date.now = () => real() - 56 * 365 * 86400000;")
    page = opened(context)
    add(page, 1, 2)
    soon(page, lambda: waiting(page, "delivered"), 2)
    page.evaluate(
        """() => window.kioskTablet.queue.keep((store) => {
          const first = store("delivered").openCursor();
          const week = 7 * 86400000 + 60000;
          let both = true;
          first.onsuccess = () => {
            if (!first.result) { return; }
            const value = Object.assign({}, first.result.value);
            value.sent -= week;
            if (both) { value.here -= week; }
            both = false;
            first.result.update(value);
            first.result.continue();
          };
        })"""
    )
    page.reload()
    expect(page.locator(".c-veil")).to_be_attached()
    soon(page, lambda: waiting(page, "delivered"), 1)
    page.wait_for_timeout(500)
    assert waiting(page, "delivered") == 1
    context.close()


def test_a_browser_that_keeps_nothing_says_so_and_still_sends(
    browser: Browser, app: Flask, servers: Servers
) -> None:
    context = enrolled(browser, app, plain(servers()))
    context.add_init_script("IDBFactory.prototype.open = function () { throw new Error('no room'); };")
    page = opened(context)
    context.set_offline(True)
    add(page, 1, 2)
    expect(page.locator("#rate [data-x=unsent]")).to_have_text(
        "2 条待送出 · 浏览器无法保存数据，请勿关闭平板"
    )
    context.set_offline(False)
    soon(page, lambda: stored(app), [1, 2])
    expect(page.locator("#rate [data-x=unsent]")).to_be_hidden()
    context.close()


def test_what_0_1_kept_is_sent(browser: Browser, app: Flask, servers: Servers) -> None:
    """A tablet that is updated with unsent ratings: their store has the form of the version before."""
    context = enrolled(browser, app, plain(servers()))
    page = context.new_page()
    page.goto("/privacy")
    page.evaluate(
        """() => new Promise((done) => {
          const gone = indexedDB.deleteDatabase("kiosk");
          gone.onsuccess = () => {
            const open = indexedDB.open("kiosk", 1);
            open.onupgradeneeded = () => {
              const store = open.result.createObjectStore("queue", { autoIncrement: true });
              open.result.createObjectStore("refused", { autoIncrement: true });
              store.add({ at: Date.now(), rating:
                { id: "0192b5a0-0000-7000-8000-00000000000c", counter: "c1", level: 4, seq: 12 } });
            };
            open.onsuccess = () => { open.result.close(); done(); };
          };
        })"""
    )
    page = opened(context)
    soon(page, lambda: stored(app), [12])
    context.close()
