"""The manifests: each is complete, and what a room declares reaches the house without another list."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, DictLoader

from kiosk import ROOMS, create_app, manifests
from kiosk.auth.queries import account
from kiosk.cases.services import open_case
from kiosk.catalogue.services import enter_items
from kiosk.chain import queries as chain
from kiosk.chain.services import append
from kiosk.commitments.services import promise
from kiosk.core import clock, config, room
from kiosk.core.db import db, transaction
from kiosk.core.i18n import lazy
from kiosk.core.room import SLOTS, Fragment, Nav, Room, SettingsPage, Tab, Table, Words
from kiosk.core.samples import Event, Share, at, span
from kiosk.core.setting import Setting
from kiosk.core.web import KioskApp
from kiosk.counters.services import open_enrolment
from kiosk.operation import retention, ticker
from kiosk.overview.permissions import ENTER
from kiosk.presence.services import qr_token
from kiosk.purchasing.services import mark_nothing_bought
from kiosk.sample import demo
from kiosk.sample.rounds import keep_up
from kiosk.school.queries import today
from kiosk.school.services import switch
from kiosk.steps.services import begin
from tests.attic.room import LADDER, worked
from tests.attic.room import ROOM as ATTIC
from tests.conftest import actor, canteen, counter, sign_in

ROOT = Path(__file__).resolve().parents[1]
ROOM_OF = {one.name: one for one in manifests()}
COBWEB = Table(lazy("Tablet"), lazy("a day"), since="spun_at")
SLOT = "<p>{{ section.dust }}</p>"
DOOR = re.compile(r"(?:\w+_)?(?:views|office|api)$")
COMMANDS = re.compile(r"(?:\w+_)?cli$")


def lacks(app: KioskApp, one: Room) -> Iterator[str]:
    """What a room has and does not declare, or declares and does not have."""
    modules = {path.stem for path in (ROOT / Path(*one.package.split("."))).glob("*.py")}
    yield from modules.symmetric_difference(one.doors) & {name for name in modules if DOOR.fullmatch(name)}
    yield from set(one.doors) - modules
    yield from modules.symmetric_difference(one.commands) & {
        name for name in modules if COMMANDS.fullmatch(name)
    }
    yield from set(one.commands) - modules
    owned = {
        mapper.local_table.name  # type: ignore[attr-defined]
        for mapper in db.Model.registry.mappers
        if mapper.class_.__module__ == f"{one.package}.models"
    }
    yield from owned.symmetric_difference(one.tables)
    for name, kept in one.tables.items():
        if name in owned and kept.since and kept.since not in db.metadata.tables[name].columns:
            yield f"{name}.{kept.since}"
    yield from (rule.name for rule in one.retention if rule.table.__tablename__ not in one.tables)
    for entry in one.navigation:
        if not hasattr(app.view_functions.get(entry.endpoint), "permission"):
            yield f"navigation {entry.endpoint}"
    pages = (*one.settings_pages, *one.tabs)
    yield from (page.endpoint for page in pages if page.endpoint not in app.view_functions)
    yield from lacking_settings(one)
    yield from lacking_topics(one, modules)
    if bool(find_spec(f"{one.package}.sample")) != bool(one.sample):
        yield "sample"
    yield from lacking_machines(app, one)
    for fragment in one.fragments:
        if not (ROOT / "templates" / fragment.template).exists():
            yield fragment.template
        if fragment.slot not in SLOTS:
            yield f"slot {fragment.slot}"


def lacking_topics(one: Room, modules: set[str]) -> Iterator[str]:
    """Files of which the manifest hands in nothing."""
    handed = {
        "words": one.words.actions or one.words.subjects or one.words.actors,
        "jobs": one.jobs,
        "duties": one.duties,
        "rounds": one.rounds,
    }
    yield from (f"{topic}.py" for topic in sorted(modules & handed.keys()) if not handed[topic])


def lacking_machines(app: KioskApp, one: Room) -> Iterator[str]:
    """Addresses of machines that the room does not declare, and declared ones that it does not have."""
    modules = {f"{one.package}.{door}" for door in one.doors}
    addresses = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if app.view_functions[rule.endpoint].__module__ in modules
    ]
    for address in addresses:
        if address.startswith(app.machines()) and not address.startswith(one.machines):
            yield address
    for beginning in one.machines:
        if not any(address.startswith(beginning) for address in addresses):
            yield beginning


def lacking_settings(one: Room) -> Iterator[str]:
    """Settings that stand in `settings.py` alone or in the manifest alone, and those that nobody asks for."""
    file = ROOT / Path(*one.package.split("."), "settings.py")
    module = import_module(f"{one.package}.settings") if file.exists() else None
    found = (
        {name: value for name, value in vars(module).items() if isinstance(value, Setting)} if module else {}
    )
    yield from ({one.name for one in one.settings} ^ {one.name for one in found.values()})
    readers = [path.read_text("utf-8") for path in (ROOT / "kiosk").rglob("*.py") if path != file]
    pages = [path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html")]
    for constant, value in found.items():
        asking = (text for text in readers if f"from {one.package}.settings import" in text)
        asked = any(len(re.findall(rf"\b{constant}\b", text)) > 1 for text in asking)
        if not asked and not any(re.search(rf"\bsettings\.{value.name}\b", text) for text in pages):
            yield f"{value.name} is asked by nobody"


@pytest.mark.once
@pytest.mark.parametrize("name", ROOMS)
def test_a_room_declares_all_it_has(app: KioskApp, name: str) -> None:
    (one,) = (one for one in app.rooms if one.name == name)
    assert list(lacks(app, one)) == [], f"kiosk/{name}/room.py does not name what the room has"


def test_every_folder_of_the_house_is_a_room() -> None:
    folders = {path.parent.name for path in (ROOT / "kiosk").glob("*/__init__.py")}
    assert folders - {"core"} == set(ROOMS)


@pytest.mark.once
def test_names_are_given_once(app: KioskApp) -> None:
    for part in ("retention", "jobs", "settings", "switches"):
        names = [one.name for room in app.rooms for one in getattr(room, part)]
        assert sorted(names) == sorted(set(names)), part
    for part in ("tables", "checks", "rows", "heads", "measures"):
        names = [one for room in app.rooms for one in getattr(room, part)]
        assert sorted(names) == sorted(set(names)), part


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("staff", {"doors": ()}, "office"),
        ("staff", {"doors": ("office", "views")}, "views"),
        ("purchasing", {"doors": ("views", "api", "office")}, "import_office"),
        ("operation", {"commands": ("cli",)}, "record_cli"),
        ("operation", {"machines": ("/healthz", "/readyz")}, "/metrics"),
        ("counters", {"machines": ("/api/", "/data/")}, "/data/"),
        ("presence", {"tables": {}}, "meal_key"),
        ("presence", {"tables": {**ROOM_OF["presence"].tables, "cobweb": COBWEB}}, "cobweb"),
        ("chain", {"tables": {"chain_entry": COBWEB}}, "chain_entry.spun_at"),
        ("staff", {"retention": ROOM_OF["auth"].retention}, "sign_ins"),
        ("staff", {"navigation": (Nav(1, COBWEB.what, "nowhere", ENTER),)}, "navigation nowhere"),
        ("staff", {"settings_pages": (SettingsPage(1, COBWEB.what, "nowhere"),)}, "nowhere"),
        ("catalogue", {"tabs": (Tab("goods", 1, COBWEB.what, "nowhere", "nowhere"),)}, "nowhere"),
        ("presence", {"settings": ()}, "card_reader"),
        ("staff", {"settings": ROOM_OF["presence"].settings}, "card_reader"),
        ("counters", {"sample": None}, "sample"),
        ("operation", {"jobs": ()}, "jobs.py"),
        ("operation", {"duties": ()}, "duties.py"),
        ("staff", {"words": Words()}, "words.py"),
        ("staff", {"fragments": (Fragment("board", 1, "none.html", dict),)}, "none.html"),
        ("staff", {"fragments": (Fragment("cellar", 1, "base.html", dict),)}, "slot cellar"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_what_a_room_forgets_is_noticed(
    app: KioskApp, name: str, change: dict[str, object], told: str
) -> None:
    assert told in [*lacks(app, replace(ROOM_OF[name], **change))]


def test_a_setting_that_nobody_asks_for_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    planted = replace(ROOM_OF["presence"].settings[0], name="cobwebs")
    monkeypatch.setattr(import_module("kiosk.presence.settings"), "COBWEBS", planted, raising=False)
    one = replace(ROOM_OF["presence"], settings=(*ROOM_OF["presence"].settings, planted))
    assert list(lacking_settings(one)) == ["cobwebs is asked by nobody"]


@pytest.fixture
def attic(instance: config.Instance) -> Iterator[KioskApp]:
    """The application with a room on top that no list of the house knows."""
    app = create_app(instance, [*manifests(), ATTIC])
    app.jinja_loader = ChoiceLoader([app.jinja_loader, DictLoader({"attic.html": SLOT})])
    worked.clear()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def lin(attic: KioskApp) -> FlaskClient:
    return sign_in(attic.test_client(), "lin")


def test_a_room_on_top_has_its_pages(attic: KioskApp, lin: FlaskClient) -> None:
    assert lin.get("/office/attic/").text == "dust"
    assert attic.test_client().get("/office/attic/").status_code == 302
    office = lin.get("/office/school/edit").text
    assert office.count('href="/office/attic/"') == 2, "in the navigation and among the settings"
    tabs = lin.get("/office/purchasing/suppliers").text.split('class="tabs')[1].split("</nav>")[0]
    assert re.findall('href="([^"]+)"( aria-current)?', tabs)[-2:] == [
        ("/office/purchasing/suppliers", " aria-current"),
        ("/office/attic/", ""),
    ]


def pages(app: KioskApp) -> dict[str, str]:
    """The pages with slots, by their slot, as a visitor, a phone, a tablet and the head see them."""
    with app.app_context(), transaction():
        scanned = f"/q/c1?t={qr_token(counter()).text}"
        code = open_enrolment(by=actor("test"), counter=counter())
        item = enter_items([{"item": "大白菜"}])["大白菜"].id
        sheet = mark_nothing_bought(by=actor("chen"), canteen=canteen(), day=today()).posting_id
        step = begin(by=account("chen").actor, ladder=LADDER, subject="dust:7", content=b"dust").id
        switch(by=actor("test"), name="cases", on=True)
        switch(by=actor("test"), name="commitments", on=True)
        (kept,) = promise(by=actor("lin"), place=counter(), since=today(), values={"answer": 3})
        kept_id = kept.id
        case = open_case(by=actor("test"), kind="wish", subject="counter:c1", text="dust").id
        switch(by=actor("test"), name="notice", on=True)
    visitor, tablet, head = app.test_client(), app.test_client(), sign_in(app.test_client(), "lin")
    tablet.post("/api/tablets", json={"code": code})
    thanks = visitor.post(
        visitor.get(scanned).headers["Location"], data={"level": "5"}, follow_redirects=True
    )
    (receipt,) = re.findall(r'href="(/receipt/[^"]+)"', thanks.text)
    return {
        "board": visitor.get("/").text,
        "board-side": visitor.get("/").text,
        "wall": visitor.get("/wall").text,
        "data": visitor.get("/data/").text,
        "privacy": visitor.get("/privacy").text,
        "live": head.get("/office/").text,
        "attract": tablet.get("/c/c1").text,
        "phone": thanks.text,
        "receipt": visitor.get(receipt).text,
        "counter": visitor.get("/c/c1").text,
        "poster": head.get("/office/counters/c1/poster").text,
        "roster": head.get("/office/counters/c1/edit").text,
        "item": visitor.get(f"/items/{item}").text,
        "sheet": visitor.get(f"/postings/{sheet}").text,
        "unfound": visitor.get("/search?q=nowhere").text,
        "posting": visitor.get(f"/postings/{sheet}").text,
        "draft": head.get("/office/postings/new/notice").text,
        "step": head.get(f"/office/steps/{step}").text,
        "case": head.get(f"/office/cases/{case}").text,
        "case-public": visitor.get(f"/cases/{case}").text,
        "commitment": visitor.get("/commitments/").text,
        "commitment-office": head.get(f"/office/commitments/{kept_id}").text,
        "names": head.get("/office/persons/").text,
        "office-item": head.get(f"/office/purchasing/items/{item}").text,
    }


def test_a_room_on_top_fills_every_slot(attic: KioskApp) -> None:
    filled = {slot: f"<p>dust of the {slot}<" in page for slot, page in pages(attic).items()}
    assert filled == dict.fromkeys(SLOTS, True)


def test_a_room_on_top_answers_machines(attic: KioskApp) -> None:
    assert attic.test_client().get("/office/attic/live").content_type == "application/problem+json"
    assert attic.test_client().get("/office/attic/page").mimetype == "text/html"


def test_a_room_on_top_is_looked_after(attic: KioskApp, lin: FlaskClient, instance: config.Instance) -> None:
    ticker.tick(attic)
    assert worked == ["round"]
    assert "dust" in [job.name for job in ticker.jobs(attic)]
    assert '/dust"' in lin.get("/office/operation/").text, "a button asks for its work"
    assert "dust in the attic" in lin.get("/office/live.json").text
    with attic.app_context():
        assert retention.due()["dust"] == 0


def test_a_room_on_top_is_verified_and_exported(attic: KioskApp) -> None:
    with attic.app_context():
        findings = chain.verify().findings
        assert [(one.kind, one.place) for one in findings if one.place == "7"] == [("entry", "7")]
        assert any(one.detail.startswith("attic") for one in findings), "its head is compared"
        assert list(chain.export())[-1] == '["attic"]'


def test_the_record_speaks_a_room_on_tops_words(attic: KioskApp, lin: FlaskClient) -> None:
    with attic.app_context(), transaction():
        append(action="test.swept", subject="dust:7", actor="lin", after={"corner": "c1", "broom": 2})
    told = re.sub(r"<[^>]+>", "", lin.get("/office/chain/?lang=en").text)
    for words in ("Meal saved", "Board 7", "Counter: c1", "broom: 2"):
        assert words in told, words


def test_a_room_below_asks_for_a_measure(attic: KioskApp) -> None:
    with attic.app_context():
        measure = room.measure("dust")
        assert measure is not None
        assert measure() == 7
        assert room.measure("nothing") is None


@pytest.mark.slow
def test_a_room_on_top_has_its_share_of_the_sample(
    tmp_path: Path, new_school: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    dusted: list[object] = []
    share = Share(
        furnish=lambda of: dusted.append(of.first),
        events=lambda of, day: [
            Event(at(day, hour), lambda day=day: dusted.append((day, clock.now().replace(microsecond=0))))
            for hour in (time(23), time(7))
        ],
        finish=lambda of: dusted.append("at last"),
        keep_up=lambda now: lambda: dusted.append("again"),
    )
    attic = Room(name="attic", package="tests.attic", sample=share)
    others = [replace(room, sample=None) for room in ROOM_OF.values()]
    monkeypatch.setattr("kiosk.manifests", lambda: (*others, attic))
    now = at(date(2026, 3, 25), time(12))
    with clock.moved_to(now):
        app = demo.make(tmp_path / "sample")
        with app.app_context():
            assert keep_up()
    days = [day for day in span(now).days for _hour in ("7", "23")][:-1]
    happened = [(day, at(day, time(23 if number % 2 else 7))) for number, day in enumerate(days)]
    assert dusted == [date(2026, 3, 4), *happened, "at last", "again"]


@pytest.mark.once
def test_its_commands_are_found() -> None:
    (command,) = import_module(f"{ATTIC.package}.{ATTIC.commands[0]}").commands
    assert command.name == "attic"


def test_a_part_of_core_loads_no_rooms() -> None:
    code = "import sys, kiosk.core.clock; print(*sorted(name for name in sys.modules if name[:5] == 'kiosk'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["kiosk", "kiosk.core", "kiosk.core.clock"]
