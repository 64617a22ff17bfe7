"""One person after the other at a tablet, by real fingers, the device's real timing and a real server."""

from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from kiosk.core.db import session, transaction
from kiosk.counters.models import Duty, Tablet
from kiosk.counters.services import add_duty, change_tablet, remove_duty
from kiosk.persons.models import Person
from kiosk.ratings import queries
from kiosk.ratings.models import RatingNote
from kiosk.staff.services import show_portrait, withdraw_portrait
from tests.browser.shared import app, instance, server
from tests.browser.tablets import FACES, a_moment, enrolled, opened, rate, soon
from tests.conftest import Server, actor, add_staff, counter

__all__ = ["app", "instance", "server"]
Marks = Callable[[], list[tuple[int, str | None]]]


@pytest.fixture
def context(browser: Browser, app: Flask, server: Server) -> Iterator[BrowserContext]:
    """A browser that is the tablet of c1."""
    context = enrolled(browser, app, server.url)
    yield context
    context.close()


@pytest.fixture
def tablet(context: BrowserContext) -> Page:
    """Its page, with everything that is fetched later."""
    return opened(context)


@pytest.fixture
def marks(app: Flask) -> Marks:
    """Level and mark of each rating stored since the test began, in order."""

    def read() -> list[tuple[int, str | None]]:
        with app.app_context():
            found = [(one["level"], one["mark"]) for one in queries.export()]
            session.remove()
            return found

    before = len(read())
    return lambda: read()[before:]


def turn(page: Page, level: int, *, leave: str) -> None:
    """One person: a face as soon as the screen takes it, and away by a button as soon as that may be."""
    expect(page.locator("#rate")).to_be_visible()
    a_moment(page)
    page.tap(f"{FACES}[data-level='{level}']")
    expect(page.locator("#after")).to_be_visible()
    a_moment(page)
    page.tap(f"[data-press={leave}]")
    expect(page.locator("#after")).to_be_hidden()


@pytest.mark.parametrize("leave", ["done", "next"])
def test_whom_the_screen_lets_tap_is_counted(tablet: Page, marks: Marks, leave: str) -> None:
    """The screen may ask the next person some four seconds after a tap, or one: each is counted."""
    for level in (5, 1, 4):
        turn(tablet, level, leave=leave)
    soon(tablet, marks, [(5, None), (1, None), (4, None)])


def test_a_drained_queue_is_counted_whatever_the_clock_did(
    context: BrowserContext, tablet: Page, marks: Marks
) -> None:
    """Taps at the screen's own pace while the server is away and the tablet's clock jumps; then one more."""
    context.route("**/api/ratings", lambda route: route.abort())
    for level, jump in ((5, -7_200_000), (4, 60_000), (2, -1_500)):
        turn(tablet, level, leave="next")
        tablet.evaluate("(jump) => { const now = Date.now; Date.now = () => now() + jump; }", jump)
    context.unroute("**/api/ratings")
    tablet.evaluate("kioskTablet.queue.pump()")
    turn(tablet, 1, leave="next")
    soon(tablet, marks, [(5, None), (4, None), (2, None), (1, None)])


SCRIPT = """async ([level, returned]) => {
  const key = JSON.parse(localStorage.getItem("kiosk.device")).key;
  const body = { id: crypto.randomUUID(), counter: "c1", level: level, live: true, returned: returned };
  await fetch("/api/ratings", { method: "POST", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", Authorization: "Device " + key } });
}"""


@pytest.mark.parametrize("leave", ["", "done"])
def test_the_screen_says_so_when_a_tap_is_not_counted(tablet: Page, marks: Marks, leave: str) -> None:
    """A script taps between, so the server does not count the later tap: the rater is told so."""
    tablet.wait_for_timeout(6000)
    tablet.evaluate(SCRIPT, [5, None])
    tablet.tap(f"{FACES}[data-level='4']")
    soon(tablet, marks, [(5, None), (4, "misuse")])
    expect(tablet.locator("#after [data-t=uncounted]")).to_be_visible()
    if leave:
        a_moment(tablet)
        tablet.tap("[data-press=done]")
        expect(tablet.locator("#thanks [data-t=uncounted]")).to_be_visible()
    expect(tablet.locator("#rate")).to_be_visible()
    tablet.wait_for_timeout(6000)
    tablet.tap(f"{FACES}[data-level='3']")
    soon(tablet, lambda: marks()[-1], (3, None))
    expect(tablet.locator("#after [data-t=uncounted]")).to_be_hidden()


def test_who_steps_up_begins_anew(tablet: Page, marks: Marks, app: Flask) -> None:
    """The next person's button leaves nothing of the one before, whose reasons go along with the own tap."""
    a_moment(tablet)
    tablet.tap("[data-press=language]")
    tablet.tap(f"{FACES}[data-level='2']")
    a_moment(tablet)
    tablet.tap("[data-reason=taste]")
    tablet.tap("[data-press=next]")
    expect(tablet.locator("#question")).to_have_text("这次服务，您满意吗？")
    a_moment(tablet)
    tablet.tap(f"{FACES}[data-level='5']")
    assert tablet.locator("[aria-pressed=true]").count() == 0
    soon(tablet, marks, [(2, None), (5, None)])

    def said() -> list[list[str]]:
        with app.app_context():
            found = [one.reasons for one in session.query(RatingNote).order_by(RatingNote.id)]
            session.remove()
            return found

    soon(tablet, said, [["taste"]])


@pytest.mark.parametrize("touch", [False, True])
def test_the_screen_waits_longer_for_who_says_more(context: BrowserContext, touch: bool) -> None:
    """Untouched it asks the next person after 7 seconds; 15 after the last touch."""
    page = context.new_page()
    page.clock.install()
    page.goto("/c/c1")
    page.clock.run_for(600)
    rate(page, 5)
    page.clock.run_for(5000)
    if touch:
        page.tap("[data-reason=taste]")
        page.clock.run_for(14_000)
        expect(page.locator("#after")).to_be_visible()
    page.clock.run_for(3000)
    expect(page.locator("#rate")).to_be_visible()


def test_a_tap_is_taken_back_and_stays_in_the_open(tablet: Page, marks: Marks, app: Flask) -> None:
    a_moment(tablet)
    tablet.tap(f"{FACES}[data-level='1']")
    a_moment(tablet)
    tablet.tap("[data-press=undo]")
    expect(tablet.locator("#hint")).to_contain_text("已撤回")
    soon(tablet, marks, [(1, "taken_back")])
    a_moment(tablet)
    tablet.tap(f"{FACES}[data-level='4']")
    soon(tablet, marks, [(1, "taken_back"), (4, None)])
    with app.app_context():
        assert queries.recount() == []
        session.remove()
    a_moment(tablet)
    tablet.tap("[data-press=next]")
    expect(tablet.locator("#hint")).to_have_text("点一下就好，不记名")


def test_after_three_seconds_a_tap_stands(tablet: Page, marks: Marks) -> None:
    a_moment(tablet)
    tablet.tap(f"{FACES}[data-level='2']")
    expect(tablet.locator("[data-press=undo]")).to_have_css("visibility", "visible")
    expect(tablet.locator("[data-press=undo]")).to_have_css("visibility", "hidden")
    soon(tablet, marks, [(2, None)])


def test_taking_back_keeps_its_place_in_the_queue(
    context: BrowserContext, tablet: Page, marks: Marks
) -> None:
    """Offline a tap, its taking back and another tap wait together; an answer is lost on the way, too."""
    lost = {"yet": 0}

    def line(route: Route) -> None:
        if lost["yet"] == 1:
            route.fetch()
        lost["yet"] += 1
        route.abort()

    context.route("**/api/ratings", line)
    a_moment(tablet)
    tablet.tap(f"{FACES}[data-level='1']")
    a_moment(tablet)
    tablet.tap("[data-press=undo]")
    a_moment(tablet)
    tablet.tap(f"{FACES}[data-level='5']")
    soon(tablet, lambda: lost["yet"] > 1, True)
    context.unroute("**/api/ratings")
    tablet.evaluate("kioskTablet.queue.pump()")
    soon(tablet, marks, [(1, "taken_back"), (5, None)])


SIZES = {(800, 480): 105, (1280, 800): 120, (480, 800): 105, (800, 1280): 120, (1024, 768): 105}
"""20 mm on the tablets of these sizes, in pixels."""

CUT = """() => Array.from(document.querySelectorAll("#after *")).filter((el) => {
  const box = el.getBoundingClientRect(), noted = el.closest(".t-noted");
  const room = noted && noted.getBoundingClientRect();
  const outside = box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
  const over = noted && noted !== el && (box.top < room.top - 2 || box.bottom > room.bottom + 2);
  const wide = el.matches("button, h2, p") && el.scrollWidth > el.clientWidth + 1;
  const high = el.matches("button") && el.scrollHeight > el.clientHeight + 1;
  return box.width && (outside || over || wide || high);
}).map((el) => el.className || el.tagName)"""
"""What is cut, or stands on something else, after a tap."""


@pytest.mark.parametrize("english", [False, True])
@pytest.mark.parametrize("scale", [100, 150])
def test_the_buttons_after_a_tap_are_large_and_nothing_is_cut(
    context: BrowserContext, english: bool, scale: int
) -> None:
    page = opened(context)
    page.evaluate(
        """(scale) => { document.documentElement.style.setProperty("--scale", scale / 100);
          document.documentElement.classList.toggle("is-large", scale >= 130); }""",
        scale,
    )
    if english:
        page.tap("[data-press=language]")
    a_moment(page)
    page.tap(f"{FACES}[data-level='4']")
    for (width, height), least in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for name in ("undo", "next"):
            box = page.locator(f"[data-press={name}]").bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= least - 0.5, (name, box)
        assert page.evaluate(CUT) == [], (width, height)


# Who is on duty, and a voice.


def photo() -> bytes:
    """A photo as a telephone makes it."""
    made = BytesIO()
    Image.new("RGB", (900, 700), "teal").save(made, "JPEG")
    return made.getvalue()


@pytest.fixture
def served(app: Flask) -> Iterator[list[int]]:
    """Three people on duty at c1, of whom two agreed to be shown, one with a photo."""
    with app.app_context(), transaction():
        people = [add_staff(f"打饭员{name}", f"{90 + n}") for n, name in enumerate("甲乙丙")]
        duties = [add_duty(by=actor("test"), counter=counter(), staff_id=one.id).id for one in people]
        show_portrait(by=actor("test"), person=people[0], photo=photo())
        show_portrait(by=actor("test"), person=people[1])
        ids = [one.id for one in people]
    yield ids
    with app.app_context(), transaction():
        for number in duties:
            remove_duty(by=actor("test"), duty=session.get_one(Duty, number))
        for one in session.query(Person).filter(Person.id.in_(ids)):
            one.badge = ""


def test_who_agreed_is_shown_before_the_tap(context: BrowserContext, app: Flask, served: list[int]) -> None:
    page = opened(context)
    expect(page.locator("#rate .t-server")).to_have_count(2)
    expect(page.locator("#rate .t-badge")).to_have_text("91")
    assert page.locator(".t-photo").evaluate("(img) => img.decode().then(() => img.naturalWidth)") == 320
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        boxes = [one.bounding_box() for one in page.locator(FACES).all()]
        least = min(min(box["width"], box["height"]) for box in boxes if box)
        assert least >= SIZES[width, height], (width, height, least)
        assert page.evaluate("document.documentElement.scrollHeight") == height
    with app.app_context(), transaction():
        for number in served[:2]:
            withdraw_portrait(by=actor("test"), person=session.get_one(Person, number))
    page.evaluate("kioskTablet.refresh()")
    expect(page.locator(".t-duty")).to_be_hidden()
    assert page.locator("#rate .t-server").count() == 0


VOICE = """
  window.spoken = [];
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
  Object.defineProperty(window, "speechSynthesis", { value: {
    cancel() {}, speak(words) { window.spoken.push([words.lang, words.text]); } } });
"""


@pytest.mark.parametrize("voice", [False, True])
def test_a_voice_asks_and_thanks_and_never_tells_the_level(
    context: BrowserContext, app: Flask, voice: bool
) -> None:
    with app.app_context(), transaction():
        one = session.query(Tablet).order_by(Tablet.id.desc()).limit(1).one()
        change_tablet(by=actor("test"), tablet=one, name="", scale=100, theme="light", voice=voice)
    context.add_init_script(VOICE)
    page = opened(context)
    a_moment(page)
    page.tap("#question")
    page.tap(f"{FACES}[data-level='1']")
    expect(page.locator("#after")).to_be_visible()
    a_moment(page)
    page.tap("[data-press=next]")
    a_moment(page)
    page.tap("[data-press=language]")
    asked = "这次服务，您满意吗？ 从左到右：非常满意、满意、基本满意、不满意、非常不满意。"
    spoken = page.evaluate("spoken")
    if not voice:
        assert spoken == []
        return
    assert spoken[:3] == [["zh-CN", asked], ["zh-CN", "已记录，谢谢"], ["zh-CN", asked]]
    assert [language for language, _text in spoken[3:]] == ["en-US"]
