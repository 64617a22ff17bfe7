"""The tablet at the counter, under real fingers: one tap is one rating, and nothing is left behind."""

from collections.abc import Callable, Iterator
from datetime import datetime
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Route, expect

from kiosk.core.db import session, transaction
from kiosk.counters.models import Tablet
from kiosk.counters.services import add_duty, open_enrolment, revoke_tablet
from kiosk.ratings.models import Rating, RatingNote
from tests.browser.axe import assert_accessible
from tests.browser.shared import app, instance, server
from tests.browser.tablets import FACES, NO_POINTERS, enrolled, rate
from tests.conftest import Server, actor, add_staff, counter

__all__ = ["app", "instance", "server"]
Ratings = Callable[[], list[int]]
Notes = Callable[[], list[tuple[list[str], str, bool]]]


@pytest.fixture(scope="module", autouse=True)
def on_duty(app: Flask) -> None:
    """Somebody serves at c1."""
    with app.app_context(), transaction():
        add_duty(by=actor("test"), counter=counter(), staff_id=add_staff("打饭员甲", "07").id)


@pytest.fixture
def tablet_context(app: Flask, server: Server, browser: Browser) -> Iterator[BrowserContext]:
    """A browser that is the tablet of c1."""
    context = enrolled(browser, app, server.url)
    yield context
    context.close()


@pytest.fixture
def tablet(tablet_context: BrowserContext) -> Page:
    """The tablet's page; its clock can be moved on."""
    return opened(tablet_context)


def opened(context: BrowserContext) -> Page:
    """A page of the tablet that is ready for a finger."""
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.clock.install()
    page.goto("/c/c1")
    expect(page.locator("#rate")).to_be_visible()
    page.clock.run_for(600)
    return page


@pytest.fixture
def ratings(app: Flask) -> Ratings:
    """The levels stored since the test began, in order."""

    def read() -> list[Rating]:
        with app.app_context():
            found = session.query(Rating).order_by(Rating.seq).all()
            session.remove()
            return found

    before = len(read())
    return lambda: [one.level for one in read()[before:]]


@pytest.fixture
def notes(app: Flask) -> Notes:
    """What was said since the test began: reasons, comment, whether a person was chosen."""

    def read() -> list[tuple[list[str], str, bool]]:
        with app.app_context():
            found = session.query(RatingNote).order_by(RatingNote.id).all()
            session.remove()
            return [(one.reasons, one.comment, one.staff_id is not None) for one in found]

    before = len(read())
    return lambda: read()[before:]


def newest_tablet() -> Tablet:
    """The tablet that was enrolled last."""
    return session.query(Tablet).order_by(Tablet.id.desc()).limit(1).one()


def soon(page: Page, check: Callable[[], Any], wanted: Any) -> None:
    """Wait until a check gives what is wanted; the page works on meanwhile."""
    until = monotonic() + 40
    while check() != wanted and monotonic() < until:
        page.clock.run_for(150)
        page.wait_for_timeout(100)
    assert check() == wanted


def face(page: Page, level: int) -> dict[str, float]:
    """The middle of a face."""
    box = page.locator(f"{FACES}[data-level='{level}']").bounding_box()
    assert box
    return {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}


def touch(page: Page) -> CDPSession:
    """Real touches, below the browser's own gestures."""
    return page.context.new_cdp_session(page)


def fingers(cdp: CDPSession, kind: str, *points: dict[str, float]) -> None:
    """Put fingers down, or take all up."""
    numbered = [{"id": number, **point} for number, point in enumerate(points)]
    cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": numbered})


def test_a_tap_thanks_at_once_and_is_stored(tablet: Page, ratings: Ratings) -> None:
    """The thanks do not wait for the server: they stand in the very turn of the finger's lifting."""
    shown = tablet.evaluate(
        """() => {
          const el = document.querySelector("[data-level='4']"), box = el.getBoundingClientRect();
          const at = {bubbles: true, pointerId: 9, isPrimary: true, clientX: box.x + 9, clientY: box.y + 9};
          el.dispatchEvent(new PointerEvent("pointerdown", at));
          el.dispatchEvent(new PointerEvent("pointerup", at));
          return !document.getElementById("after").hidden;
        }"""
    )
    assert shown
    soon(tablet, ratings, [4])


def test_what_is_said_after_the_tap_comes_along(tablet: Page, ratings: Ratings, notes: Notes) -> None:
    rate(tablet, 2)
    tablet.clock.run_for(600)
    tablet.tap("[data-reason=taste]")
    tablet.tap("[data-reason=queue]")
    tablet.tap("[data-reason=queue]")
    tablet.tap("[data-staff]")
    tablet.fill("#comment", "有点咸")
    tablet.tap("[data-press=done]")
    expect(tablet.locator("#thanks")).to_be_visible()
    soon(tablet, notes, [(["taste"], "有点咸", True)])
    tablet.clock.run_for(4000)
    expect(tablet.locator("#rate")).to_be_visible()
    assert ratings() == [2]


def test_two_fingers_at_once_are_one_rating(tablet: Page, ratings: Ratings) -> None:
    cdp = touch(tablet)
    fingers(cdp, "touchStart", face(tablet, 5), face(tablet, 1))
    fingers(cdp, "touchEnd")
    expect(tablet.locator("#after")).to_be_visible()
    soon(tablet, ratings, [5])


def test_a_resting_palm_does_not_kill_the_page(tablet: Page, ratings: Ratings) -> None:
    cdp = touch(tablet)
    palm = {"x": 640.0, "y": 790.0}
    fingers(cdp, "touchStart", palm)
    fingers(cdp, "touchStart", palm, face(tablet, 4))
    fingers(cdp, "touchEnd", {**face(tablet, 4), "id": 1})
    expect(tablet.locator("#after")).to_be_visible()
    soon(tablet, ratings, [4])


def test_drumming_is_one_rating(tablet: Page, ratings: Ratings, notes: Notes) -> None:
    """Ten taps in the place of a face behind which a reason appears: one rating, and no reason chosen."""
    cdp, point = touch(tablet), face(tablet, 2)
    with tablet.expect_response("**/api/ratings"):
        for _ in range(10):
            fingers(cdp, "touchStart", point)
            fingers(cdp, "touchEnd")
            tablet.clock.run_for(120)
    assert tablet.locator("[aria-pressed=true]").count() == 0
    tablet.clock.run_for(20_000)
    soon(tablet, ratings, [2])
    assert notes() == []


def test_a_long_press_is_a_tap_without_menu(tablet: Page, ratings: Ratings) -> None:
    tablet.evaluate("addEventListener('contextmenu', (e) => { window.menu = !e.defaultPrevented; })")
    cdp = touch(tablet)
    fingers(cdp, "touchStart", face(tablet, 3))
    tablet.wait_for_timeout(1200)
    fingers(cdp, "touchEnd")
    soon(tablet, ratings, [3])
    assert not tablet.evaluate("window.menu")
    assert tablet.evaluate("getSelection().toString()") == ""


def test_a_finger_that_slides_off_chose_nothing(tablet: Page, ratings: Ratings) -> None:
    cdp = touch(tablet)
    fingers(cdp, "touchStart", face(tablet, 1))
    fingers(cdp, "touchMove", {"x": 640.0, "y": 150.0})
    fingers(cdp, "touchEnd")
    tablet.wait_for_timeout(300)
    expect(tablet.locator("#rate")).to_be_visible()
    assert ratings() == []


def test_nobody_sees_what_was_tapped(tablet: Page, ratings: Ratings) -> None:
    """After the best and the worst level the page is the same, to the pixel.

    Left out are the running bar and the word that two ratings so soon after each other are not both counted.
    """
    seen = []
    for level in (5, 1):
        rate(tablet, level)
        tablet.clock.run_for(1000)
        tablet.evaluate(
            """() => {
              document.querySelectorAll(".t-end > :not(button)").forEach((e) => { e.style.opacity = 0; });
              document.querySelectorAll("[data-t=uncounted]").forEach((e) => { e.style.display = "none"; });
            }"""
        )
        seen.append((tablet.locator("#after .t-turn").inner_html(), tablet.screenshot()))
        tablet.clock.run_for(15_000)
        expect(tablet.locator("#rate")).to_be_visible()
        tablet.clock.run_for(1000)
    assert seen[0] == seen[1]


def test_walking_away_keeps_the_tap_and_leaves_nothing(tablet: Page, ratings: Ratings, notes: Notes) -> None:
    tablet.tap("[data-press=language]")
    expect(tablet.locator("#question")).to_have_text("Are you satisfied with this service?")
    rate(tablet, 1)
    tablet.clock.run_for(600)
    tablet.tap("[data-reason=price]")
    tablet.focus("#comment")
    tablet.keyboard.type("too dear")
    tablet.clock.run_for(40_000)
    expect(tablet.locator("#after")).to_be_visible()
    tablet.clock.run_for(6_000)
    expect(tablet.locator("#rate")).to_be_visible()
    expect(tablet.locator("#question")).to_have_text("这次服务，您满意吗？")
    left = tablet.evaluate(
        """() => ({text: document.getElementById("comment").value, focus: document.activeElement.tagName,
          pressed: document.querySelectorAll("[aria-pressed=true]").length,
          lang: document.documentElement.lang, place: [scrollX, scrollY],
          kept: JSON.stringify(Object.keys(localStorage).filter((k) => k !== "kiosk.pin").sort())})"""
    )
    assert left == {
        "text": "",
        "focus": "BODY",
        "pressed": 0,
        "lang": "zh-Hans",
        "place": [0, 0],
        "kept": '["kiosk.device","kiosk.seq"]',
    }
    tablet.keyboard.press("Control+z")
    assert tablet.evaluate("document.getElementById('comment').value") == ""
    soon(tablet, ratings, [1])
    soon(tablet, notes, [(["price"], "too dear", False)])


def test_the_first_press_on_done_after_writing_counts(tablet: Page, notes: Notes) -> None:
    """The page is laid out anew when the writing ends; it must not happen between press and release."""
    with tablet.expect_response("**/api/ratings"):
        tablet.click(f"{FACES}[data-level='2']")
    tablet.clock.run_for(600)
    tablet.click("#comment")
    tablet.keyboard.type("太咸")
    tablet.click("[data-press=done]")
    expect(tablet.locator("#thanks")).to_be_visible()
    soon(tablet, notes, [([], "太咸", False)])


def test_what_was_being_written_survives_a_reload_and_is_shown_to_nobody(
    tablet: Page, ratings: Ratings, notes: Notes
) -> None:
    rate(tablet, 2)
    tablet.clock.run_for(600)
    tablet.tap("[data-reason=taste]")
    tablet.focus("#comment")
    tablet.keyboard.type("还没写完")
    tablet.reload()
    expect(tablet.locator("#rate")).to_be_visible()
    soon(tablet, notes, [(["taste"], "还没写完", False)])
    assert ratings() == [2]
    assert tablet.evaluate("document.getElementById('comment').value") == ""
    soon(tablet, lambda: tablet.evaluate("localStorage.getItem('kiosk.said')"), None)


def test_a_page_put_away_and_ended_by_the_system_loses_nothing(tablet: Page, notes: Notes) -> None:
    """A tablet's system ends what lies in the background without a word; what is said later replaces it."""
    hidden = """state => {
      Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    rate(tablet, 1)
    tablet.clock.run_for(600)
    tablet.fill("#comment", "等了")
    tablet.evaluate(hidden, "hidden")
    assert "等了" in tablet.evaluate("localStorage.getItem('kiosk.said')")
    tablet.evaluate(hidden, "visible")
    tablet.fill("#comment", "等了很久")
    tablet.tap("[data-press=done]")
    assert tablet.evaluate("localStorage.getItem('kiosk.said')") is None
    soon(tablet, notes, [([], "等了很久", False)])


BOUGHT = """() => {
  const line = (n) => ["大白菜" + n, "一级", "2.30", "斤"];
  const lines = [1, 2, 3, 4, 5, 6, 7, 8].map(line);
  window.kioskTablet.state().purchases = { lines: lines, summary: ["今天", "today"] };
  window.dispatchEvent(new Event("resize"));
}"""


@pytest.mark.parametrize("size", [(1280, 800), (1024, 768), (800, 480), (800, 1280)])
def test_all_that_was_bought_can_be_asked_for_when_the_code_has_come(
    tablet_context: BrowserContext, size: tuple[int, int]
) -> None:
    page = tablet_context.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.route("**/state.json", lambda route: route.abort())  # no news takes back what is shown here
    page.clock.install()
    page.goto("/c/c1")
    page.clock.run_for(3_100)
    expect(page.locator("#rate .t-qr img")).to_be_visible()
    page.evaluate(BOUGHT)
    row, more = page.locator(".t-items").bounding_box(), page.locator(".t-all").bounding_box()
    assert row
    assert more
    assert more["y"] + more["height"] <= row["y"] + row["height"] + 1
    assert more["x"] + more["width"] <= row["x"] + row["width"] + 1


@pytest.fixture
def old_tablet(tablet_context: BrowserContext) -> Page:
    """The page in a browser that has touches and a mouse, but no pointer events (iOS 12)."""
    tablet_context.add_init_script(NO_POINTERS)
    return opened(tablet_context)


def test_before_pointer_events_a_palm_does_not_kill_the_page(old_tablet: Page, ratings: Ratings) -> None:
    cdp, palm = touch(old_tablet), {"x": 640.0, "y": 790.0}
    fingers(cdp, "touchStart", palm)
    fingers(cdp, "touchStart", palm, face(old_tablet, 4))
    fingers(cdp, "touchEnd", {**face(old_tablet, 4), "id": 1})
    expect(old_tablet.locator("#after")).to_be_visible()
    soon(old_tablet, ratings, [4])


def test_before_pointer_events_a_tap_or_a_click_is_one_rating(
    old_tablet: Page, ratings: Ratings, notes: Notes
) -> None:
    rate(old_tablet, 5)
    old_tablet.clock.run_for(600)
    old_tablet.tap("[data-reason=taste]")
    expect(old_tablet.locator("[data-reason=taste]")).to_have_attribute("aria-pressed", "true")
    old_tablet.tap("[data-press=done]")
    old_tablet.clock.run_for(4_000)
    old_tablet.click(f"{FACES}[data-level='1']")
    expect(old_tablet.locator("#after")).to_be_visible()
    soon(old_tablet, ratings, [5, 1])
    soon(old_tablet, notes, [(["taste"], "", False)])


def test_english_falls_back_when_nobody_taps(tablet: Page) -> None:
    tablet.tap("[data-press=language]")
    expect(tablet.locator("#question")).to_have_text("Are you satisfied with this service?")
    tablet.clock.run_for(31_000)
    expect(tablet.locator("#question")).to_have_text("这次服务，您满意吗？")


def test_the_tap_that_wakes_counts_nothing(tablet: Page, ratings: Ratings) -> None:
    point = face(tablet, 5)
    tablet.clock.run_for(61_000)
    expect(tablet.locator("#attract")).to_be_visible()
    expect(tablet.locator("#attract .t-qr img")).to_be_visible()
    tablet.clock.run_for(600)  # a screen that has only just come takes no touch
    cdp = touch(tablet)
    fingers(cdp, "touchStart", point)
    fingers(cdp, "touchEnd")
    expect(tablet.locator("#rate")).to_be_visible()
    tablet.wait_for_timeout(300)
    assert ratings() == []
    tablet.clock.run_for(1000)
    fingers(cdp, "touchStart", point)
    fingers(cdp, "touchEnd")
    soon(tablet, ratings, [5])


@pytest.mark.parametrize("key", ["1", "5"])
def test_keys_rate(tablet: Page, ratings: Ratings, key: str) -> None:
    tablet.keyboard.press(key)
    expect(tablet.locator("#about")).to_be_focused()
    expect(tablet.locator("[data-x=say]")).to_have_text("已记录，谢谢")
    soon(tablet, ratings, [int(key)])


def test_a_face_is_reached_and_pressed_by_keyboard(tablet: Page, ratings: Ratings) -> None:
    tablet.keyboard.press("Tab")
    tablet.keyboard.press("Tab")
    expect(tablet.locator(f"{FACES}[data-level='5']")).to_be_focused()
    tablet.keyboard.press("Enter")
    soon(tablet, ratings, [5])


@pytest.mark.parametrize(
    ("width", "height", "least"),
    [(800, 480, 105), (1280, 800, 120), (800, 1280, 120), (480, 800, 105), (1920, 1080, 150)],
)
@pytest.mark.parametrize("scale", [100, 150])
def test_five_equal_targets_and_no_scrolling(
    tablet_context: BrowserContext, app: Flask, width: int, height: int, least: int, scale: int
) -> None:
    """Each at least 20 mm: 105 px on a 7-inch tablet of 800×480, 120 px on a 10-inch one of 1280×800."""
    with app.app_context(), transaction():
        newest_tablet().scale = scale
    page = opened(tablet_context)
    page.set_viewport_size({"width": width, "height": height})
    for language in range(2):
        boxes = [box for box in (one.bounding_box() for one in page.locator(FACES).all()) if box]
        assert len(boxes) == 5
        assert all(abs(box[side] - boxes[0][side]) < 1 for box in boxes for side in ("width", "height"))
        assert min(boxes[0]["width"], boxes[0]["height"]) >= least, boxes[0]
        assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
        assert all(box["y"] >= 0 and box["y"] + box["height"] <= height for box in boxes)
        overflow = "e => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1"
        assert not any(one.evaluate(overflow) for one in page.locator(FACES).all())
        size = page.evaluate(
            "(({scrollWidth, scrollHeight}) => [scrollWidth, scrollHeight])(document.documentElement)"
        )
        assert size == [width, height]
        if not language:
            page.click("[data-press=language]")


def test_nothing_is_lost_while_the_server_is_away(tablet_context: BrowserContext, ratings: Ratings) -> None:
    """Three taps go nowhere; one arrives and its answer is lost; a reload: each is stored once, in order."""
    page, away = opened(tablet_context), {"how": "unreachable"}

    def line(route: Route) -> None:
        if away["how"] == "unreachable":
            route.abort()
        elif away["how"] == "answer lost":
            away["how"] = "unreachable"
            route.fetch()
            route.abort()
        else:
            route.continue_()

    tablet_context.route("**/api/ratings", line)
    for level in (5, 2, 3):
        page.tap(f"{FACES}[data-level='{level}']")
        page.clock.run_for(16_000)
        expect(page.locator("#rate")).to_be_visible()
        page.clock.run_for(3_000)
    expect(page.locator("#rate [data-x=unsent]")).to_have_text("3 条待送出")
    away["how"] = "answer lost"
    page.clock.run_for(31_000)
    soon(page, ratings, [5])
    page.close()
    page = opened(tablet_context)
    away["how"] = "there"
    soon(page, ratings, [5, 2, 3])
    page.clock.run_for(5_000)
    expect(page.locator("#rate [data-x=unsent]")).to_be_hidden()
    assert ratings() == [5, 2, 3]


def test_the_way_back_leads_nowhere(tablet: Page) -> None:
    tablet.evaluate("window.same = true")
    tablet.tap("[data-press=language]")
    tablet.evaluate("history.back()")
    tablet.wait_for_timeout(300)
    assert tablet.evaluate("window.same") is True
    expect(tablet.locator("#rate")).to_be_visible()


def always_open(app: Flask) -> None:
    """Take c1's hours away again."""
    with app.app_context(), transaction():
        counter().hours = []


def test_a_closed_counter_sleeps_and_wakes_by_itself(
    tablet_context: BrowserContext, app: Flask, ratings: Ratings, request: pytest.FixtureRequest
) -> None:
    here = datetime.now(ZoneInfo("Asia/Shanghai"))
    opens = "12:00" if here.hour not in (11, 12) else "00:00"
    with app.app_context(), transaction():
        counter().hours = [[opens, opens[:3] + "30"]]
    request.addfinalizer(lambda: always_open(app))
    page = tablet_context.new_page()
    page.route("**/state.json", lambda route: route.abort())  # the server's clock does not go along
    page.clock.install()
    page.goto("/c/c1")
    expect(page.locator("#sleep")).to_be_visible()
    expect(page.locator("[data-x=opens]")).to_contain_text(f"{opens} 开放")
    page.keyboard.press("5")
    page.mouse.click(640, 400)
    expect(page.locator("#sleep")).to_be_visible()
    wait = (int(opens[:2]) * 60 - here.hour * 60 - here.minute) % 1440 + 1
    page.clock.fast_forward(wait * 60_000)
    page.clock.run_for(1000)
    expect(page.locator("#rate")).to_be_visible()
    assert ratings() == []


def test_a_revoked_tablet_says_so_and_keeps_what_was_tapped(
    tablet: Page, app: Flask, ratings: Ratings
) -> None:
    with app.app_context(), transaction():
        revoke_tablet(by=actor("test"), tablet=newest_tablet())
    tablet.tap(f"{FACES}[data-level='5']")
    tablet.clock.fast_forward(16_000)
    tablet.wait_for_url("**/c/c1?enrol=")
    with app.app_context(), transaction():
        again = open_enrolment(by=actor("test"), counter=counter())
    tablet.fill("#code", again)
    tablet.click("button[type=submit]")
    expect(tablet.locator("#rate")).to_be_visible()
    soon(tablet, ratings, [5])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_screen_is_accessible(tablet: Page, theme: str) -> None:
    tablet.evaluate("theme => document.documentElement.setAttribute('data-theme', theme)", theme)
    for language in range(2):
        assert_accessible(tablet)
        if not language:
            tablet.tap("[data-press=language]")
    rate(tablet, 5)
    tablet.clock.run_for(600)
    assert_accessible(tablet)
    tablet.tap("[data-press=done]")
    assert_accessible(tablet)
    tablet.clock.run_for(70_000)
    expect(tablet.locator("#attract")).to_be_visible()
    assert_accessible(tablet)
