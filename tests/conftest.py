"""What every test stands on: a real instance with a real database, and the standing characters.

Lin is head of logistics, Chen the canteen manager, Wu the accountant; nobody is somebody without an account.
"""

import contextvars
import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, DictLoader
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Connection, NullPool, create_engine, event, select, text
from sqlalchemy.orm import Session

from kiosk import configure, create_app, manifests
from kiosk.auth.models import Account
from kiosk.auth.queries import account_named
from kiosk.auth.services import add_account
from kiosk.chain.models import ChainEntry
from kiosk.chain.office import FOR_CHECKS
from kiosk.chain.queries import GENESIS, HASHED, link, opened
from kiosk.chain.queries.words import actors, plain_fields
from kiosk.chain.services import canonical
from kiosk.cli import main
from kiosk.core import clock, config, postgres, security
from kiosk.core.actor import Actor
from kiosk.core.db import db, session, transaction
from kiosk.core.room import Room, Words, all_rooms
from kiosk.core.web import KioskApp
from kiosk.counters.models import Canteen, Counter
from kiosk.counters.services import add_canteen, add_counter, add_tablet
from kiosk.persons.models import Person
from kiosk.postings.models import PostingVersion
from kiosk.purchasing.queries.earlier import told_of
from kiosk.search.services import rebuild
from kiosk.setup.instance import create_school
from kiosk.staff.services import save_person
from tests.forked import Forked
from tests.postgres import Cluster, free_port, place

DATABASE = os.environ.get("KIOSK_TEST_DATABASE", "sqlite")
"""`postgresql` runs every test that needs a database, and is not about SQLite's files, on a private one."""
ONCE = re.compile(
    r"tests/(auth/test_views|board/test_views|browser/(?!test_live)|budgets/test_pages"
    r"|chain/test_(export|views)|core/test_(body|compression|terminal)|counters/test_(cli|posters)"
    r"|finance/test_layouts|folder|messages/test_office|operation/test_(heads|office)"
    r"|overview/test_office|payments/test_pages|persons/test_office|postings/test_(files|grid|layouts|wall)"
    r"|purchasing/test_(cli|import_cases|imports|office)|ratings/test_(office|slips|views)"
    r"|sample/test_rounds|staff/test_(portraits|posts_office)|steps/test_(office|pages)|test_cli)"
)
"""Run on SQLite only: a page is drawn, a file read or kept, a letter sent, a form or a body refused, the same
before any database.

Queries and services of these rooms have tests of their own, tests/test_routes.py opens every page on both,
and tests/postings/test_kinds.py writes every kind. The live view's news is the database's. Single tests bear
the mark `once`.
"""
HEAVY = {"sample", "server", "new_school"}
"""What takes seconds to stand there: tests that ask for it are `slow`."""

for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
    os.environ.pop(name, None)
os.environ["LANG"] = "C.UTF-8"  # whoever runs the tests
if memory := place():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))  # a school is made, and synced, for each test
PASSWORD_COST = security.PASSWORD_COST
"""What the product works with. The tests sign in a thousand times; one of them looks at this."""
security.PASSWORD_COST = 4

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"
PASSWORD = "Sample-lunch-2026-orchid"
PEOPLE = {
    "lin": ("head", "林"),
    "chen": ("canteen_manager", "陈"),
    "wu": ("accountant", "吴"),
    "admin": ("admin", "管理员"),
}
FOUNDED = datetime(2026, 1, 5, 0, 0, tzinfo=UTC)
"""When the standing school was set up: a Monday, 8:00 in Shanghai."""
LUNCH = datetime(2026, 3, 4, 4, 5, tzinfo=UTC)
"""A Wednesday, 12:05 in Shanghai."""
SAMPLE_NOW = datetime(2026, 3, 25, 4, 40, tzinfo=UTC)
"""A Wednesday, 12:40 in Shanghai."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about the other database; and on PostgreSQL what asks no database at all."""
    kept, left = [], []
    for item in items:
        if HEAVY.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("slow")
        if DATABASE == "sqlite":
            wanted = not item.get_closest_marker("postgresql")
        else:
            asks = "cluster" in getattr(item, "fixturenames", ()) or item.get_closest_marker("postgresql")
            marks = (item.get_closest_marker(name) for name in ("sqlite", "once"))
            once = any(marks) or ONCE.match(item.nodeid)
            wanted = asks and not once
        (kept if wanted else left).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left)


Rooms = Callable[[], Sequence[Room]]


class Workplace:
    """The applications of a process's tests: each is made once, and moves into each test's instance anew.

    What an application learns while it runs ends with the test, as it ends with a process.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: dict[Rooms, tuple[KioskApp, DictLoader, dict[str, Any], dict[str, Any]]] = {}

    def clear(self) -> None:
        """Leave the instance, and nothing of it behind."""
        for app, *_firsts in self._made.values():
            with app.app_context():
                session.remove()
                db.engine.dispose()
        shutil.rmtree(self.folder, ignore_errors=True)

    def open(self, instance: config.Instance, rooms: Rooms = manifests, **templates: str) -> KioskApp:
        """The application of these rooms, and with these templates (without .html) beside the product's,
        as if just made on this instance, which lies in the workplace."""
        if rooms not in self._made:
            made, pages = make_app(instance, rooms()), DictLoader({})
            made.jinja_loader = ChoiceLoader([made.jinja_loader, pages])
            self._made[rooms] = made, pages, {**made.view_functions}, {**made.config}
        app, pages, *firsts = self._made[rooms]
        pages.mapping = {f"{name}.html": page for name, page in templates.items()}
        app.instance, app.rooms = instance, tuple(rooms())
        app.memory.clear()
        for now, first in zip((app.view_functions, app.config), firsts, strict=True):
            now.clear()
            now.update(first)
        configure(app)
        return app


@event.listens_for(Session, "after_flush")
def every_entry_has_words(writing: Session, _context: object) -> None:
    """Whatever a test writes into the record, people can read: the action, the subject and every field."""
    for entry in writing.new:
        if isinstance(entry, ChainEntry) and not entry.action.startswith("test"):
            lacks = lacking(entry)
            assert not lacks, f"no room has words for {lacks}"
            bare = texts_in_the_open(entry)
            assert not bare, f"{entry.action} holds texts that can never be erased: {bare}"


def lacking(entry: ChainEntry) -> list[str]:
    """What of an entry has no words."""
    body, kind = json.loads(entry.body), entry.subject.partition(":")[0]
    sides = [side for side in (body["before"], body["after"]) if isinstance(side, dict)]
    fields = sorted({field for side in sides for field in side} - FOR_CHECKS)
    all_words = [room.words for room in all_rooms()]
    words = next((one for one in all_words if entry.action in one.actions), Words())
    named = words.fields.keys() | {
        field for one in all_words for field in one.of_action.get(entry.action, {})
    }
    lacks = [] if entry.action in words.actions else [f"the action {entry.action}"]
    lacks += [] if any(kind in one.subjects for one in all_words) else [f"the subject {kind}"]
    return lacks + [f"{one} of {entry.action}" for one in fields if one not in named]


CODE = re.compile(r"[0-9a-z_.:/#+-]*", re.ASCII)
"""What a code looks like, and a day, a time, a number: nothing that a person wrote."""


def texts_in_the_open(entry: ChainEntry) -> list[str]:
    """The texts of an entry that stand in it as they are, although nobody declared their field plain."""
    body = json.loads(entry.body)
    allowed, name = plain_fields(entry.action), body["actor"]["name"]
    found = [] if isinstance(name, dict) or name in actors() else [name]
    found += [] if CODE.fullmatch(entry.subject) else [entry.subject]
    values = [("", body["before"]), ("", body["after"])]
    while values:
        field, value = values.pop()
        if isinstance(value, dict) and value.keys() != {HASHED}:
            found += [key for key in value if not CODE.fullmatch(key)]
            values += [item for item in value.items() if item[0] not in allowed]
        elif isinstance(value, list):
            values += [(field, one) for one in value]
        elif isinstance(value, str) and field not in allowed and not MOMENT.fullmatch(value):
            found.append(f"{field}: {value}")
    return found


MOMENT = re.compile(r"|\d{4}-\d\d-\d\d([T ][\d:.+]*)?|\d\d:\d\d(:\d\d)?|[0-9a-f]{64}")
"""Nothing, a day, a time, a hash: what is no text."""


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster | None]:
    """The private PostgreSQL of this run; None where SQLite is tried, which needs no server."""
    if DATABASE == "sqlite":
        yield None
        return
    running = Cluster()
    yield running.start()
    running.remove()


@contextmanager
def empty_database(cluster: Cluster | None) -> Iterator[None]:
    """A school that is made inside the block has a database of its own."""
    with pytest.MonkeyPatch.context() as patch:
        if cluster:
            patch.setenv("DATABASE_URL", cluster.url(cluster.create()))
        yield


@pytest.fixture
def new_school(cluster: Cluster | None) -> Iterator[None]:
    """A school that this test makes has a database of its own."""
    with empty_database(cluster):
        yield


def copy_school(cluster: Cluster | None, source: Path, target: Path, *, name: str = "") -> config.Instance:
    """A copy of an instance and of its database, which PostgreSQL knows by this name or by any."""
    shutil.copytree(source, target)
    copied = config.locate(target)
    if cluster is None:
        return copied
    return config.remember_database(copied, cluster.url(cluster.create(name, template=name_of(copied))))


def name_of(instance: config.Instance) -> str:
    """The name of an instance's database in the private PostgreSQL."""
    return instance.database_url.rpartition("/")[2]


@contextmanager
def unguarded(instance: config.Instance) -> Iterator[Connection]:
    """The database as somebody has it who holds it in his hands: no trigger, no foreign key in his way."""
    creator = {} if instance.uses_sqlite else {"creator": partial(postgres.connect, instance.database_url)}
    engine = create_engine(instance.sqlalchemy_url, poolclass=NullPool, **creator)
    with engine.begin() as connection:
        if instance.uses_sqlite:
            triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for name in connection.scalars(triggers).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection


def tamper(script: str, **values: object) -> None:
    """Change rows behind the product's back; needs the application's context."""
    session.remove()
    with unguarded(config.current()) as connection:
        for statement in filter(str.strip, script.split(";")):
            connection.execute(text(statement), values)


def written_by_0_2_0() -> None:
    """Turn the record into what version 0.2.0 would have written: every name and text in the entries."""
    bodies = opened(session.scalars(select(ChainEntry)).all())
    previous = GENESIS
    for seq, body in sorted(bodies.items()):
        plain = {key: value for key, value in body.items() if key != "format"}
        sheet = _as_a_sheet(body, seq)
        action = sheet.get("action") or body["action"]
        action = "settings.changed" if action.startswith(UNKNOWN_THEN) else action
        text = canonical(plain | sheet | {"actor": body["actor"]["name"], "action": action})
        previous = link(previous, text)
        statement = "UPDATE chain_entry SET action = :action, body = :body, hash = :hash WHERE seq = :seq"
        tamper(statement, action=action, body=text, hash=previous, seq=seq)
        if sheet:
            tamper(
                "UPDATE chain_entry SET subject = :subject WHERE seq = :seq",
                subject=sheet["subject"],
                seq=seq,
            )
    tamper("; ".join(f"DELETE FROM {table}" for table in ("chain_text", *TABLES_SINCE)))
    others = "(SELECT id FROM posting WHERE kind <> 'purchases')"
    tamper("; ".join(f"DELETE FROM {table} WHERE posting_id IN {others}" for table in TABLES_OF_POSTINGS))
    tamper("DELETE FROM posting WHERE kind <> 'purchases'")
    with transaction():
        rebuild()


def _as_a_sheet(body: dict[str, Any], seq: int) -> dict[str, Any]:
    """What an entry of a posting of purchases was then: a sheet, with everything that was posted."""
    if body["action"] not in ("posting.posted", "posting.corrected") or body["after"]["kind"] != "purchases":
        return {}
    version = session.scalars(select(PostingVersion).where(PostingVersion.chain_seq == seq)).one()
    told = told_of(json.loads(version.content))
    action = body["action"].replace("posting", "sheet", 1)
    return {"action": action, "subject": f"sheet:{version.posting_id}", "after": told}


UNKNOWN_THEN = (
    "stock.",
    "stock_count.",
    "accountability.",
    "attachment.",
    "chase.",
    "jump.",
    "commitment.",
    "posting.",
    "step.",
    "delegation.",
    "case.",
    "deed.",
    "fee.",
    "agency.",
    "question.",
    "rule.",
    "opinion.",
    "sentence.",
    "checklist.",
    "checked.",
    "finding.",
    "meals.",
    "terminals.",
    "food_sample.",
    "kitchen.",
    "control.",
    "health.",
    "dining.",
    "round.",
    "round_plan.",
    "goods.",
    "budget.",
    "payment.",
    "plan.",
    "purchase.",
    "book.",
    "account.begun",
    "account.laid",
    "account.correction",
    "account.given_up",
    "account.assembly",
    "voucher.",
    "delegate.",
    "congress.",
    "tender.",
)
"""What the record of 0.2.0 knows nothing of; something else stands in its place."""
TABLES_OF_POSTINGS = ("posting_version", "posting_withdrawal", "posting_draft")
TABLES_SINCE = (
    *("tender_brought", "tender_rent", "tender_price", "tender_contract_step", "tender_contract"),
    *("tender_award", "tender_score", "tender_typed", "tender_opened", "tender_seat"),
    *("tender_opening", "tender_bid", "tender_version", "tender"),
    *("budget_check", "budget_exception", "budget_transfer", "budget_move", "budget_row"),
    *("budget_version", "budget_line"),
    *("account_year", "congress_tick", "congress_audit", "congress_number", "congress_seat"),
    *("congress_session", "congress_delegate", "account_voucher", "account_import"),
    *("account_version", "period_account", "account_book"),
    *("payment_step", "payment_line", "payment_version", "payment"),
    *("stock_count_line", "stock_count", "stock_move", "stock_batch", "stock_line", "stock_form"),
    "stock_item",
    *("supply_sheet", "supply_acceptance_line", "supply_acceptance"),
    *("supply_purchase_line", "supply_purchase", "supply_plan_version", "supply_plan"),
    *("spot_answer", "round", "round_plan_version", "round_plan"),
    *("finding_step", "finding", "checked_line", "checked", "checklist_version", "checklist"),
    *("food_sample_step", "food_sample", "kitchen_duty"),
    *("control_decision", "control_review", "goods_certificate"),
    *("morning_note", "morning_check", "health_certificate", "kitchen_worker"),
    *("rule_citation", "rule_vote_member", "rule_vote", "rule_answer", "rule_opinion", "rule_voice"),
    *("rule_window", "rule_version", "rule_draft", "rule"),
    *("attachment", "folder_form"),
    *("meals_served", "card_terminal"),
    *("shared_meal", "parents_seat", "parents_day"),
    *("dining_swap", "dining_turn", "dining_away", "dining_leader"),
    *("agency_closing", "agency_item", "fee_name", "fee_collection", "fee_item"),
    "counter_sentence",
    "commendation",
    *("question", "question_asker", "question_window"),
    "voice_mark",
    *("accountability_decision", "accountability_statement", "accountability_person", "accountability"),
    *("accountability_day", "accountability_jump", "chase"),
    *("commitment_version", "commitment"),
    *("case_voice", "case_step", '"case"'),
    *("delegation", "approval_decision", "approval_part", "approval_round", "approval"),
)


def everything_stored() -> str:
    """Every value of every row, bytes as hexadecimal digits, each row behind its table's name."""
    lines = []
    session.rollback()  # what was read before belongs to an older moment
    for table in db.metadata.sorted_tables:
        for row in session.execute(select(table)):
            values = [value.hex() if isinstance(value, bytes) else str(value) for value in row]
            lines.append(f"{table.name}: {values}")
    return "\n".join(lines)


def settle() -> None:
    """Leave a database that can be copied as it lies there."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.engine.dispose()


def made_once(
    factory: pytest.TempPathFactory, cluster: Cluster | None, name: str, make: Callable[[Path], Flask]
) -> Path:
    """An instance that this process looks at or copies. On SQLite one process of a run makes it for all."""
    folder = factory.mktemp(name) / "instance"
    if cluster or "PYTEST_XDIST_WORKER" not in os.environ:
        _make(cluster, folder, make)
        return folder
    shared = factory.getbasetemp().parent / f"{name}-of-all"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            begun = shared.with_suffix(".begun") / "instance"
            _make(cluster, begun, make)
            begun.rename(shared)
    shutil.copytree(shared, folder)
    return folder


def _make(cluster: Cluster | None, folder: Path, make: Callable[[Path], Flask]) -> None:
    with empty_database(cluster):
        app = make(folder)
    with app.app_context():
        settle()


@pytest.fixture(scope="session")
def _pristine(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster | None) -> Path:
    """An instance with the standing characters, made once and copied for each test."""
    with clock.moved_to(FOUNDED):
        return made_once(tmp_path_factory, cluster, "pristine", make_school)


def make_school(folder: Path) -> Flask:
    """A school with the standing characters; its application."""
    app = create_school(folder, name="测试中学", name_en="Test School", timezone="Asia/Shanghai")
    with app.app_context(), transaction():
        for username, (role, name) in PEOPLE.items():
            add_account(by=actor("test"), username=username, password=PASSWORD, role=role, name=name)
        canteen = add_canteen(by=actor("test"), code="k1", name="第一食堂", name_en="Canteen One")
        add_counter(
            by=actor("test"),
            code="c1",
            name="面食",
            name_en="Noodles",
            kind="canteen",
            sign="1",
            canteen=canteen,
        )
        add_counter(
            by=actor("test"),
            code="c2",
            name="炒菜",
            name_en="Stir-fry",
            kind="canteen",
            sign="2",
            canteen=canteen,
        )
        add_counter(
            by=actor("test"), code="water", name="开水房", name_en="Hot water", kind="hot_water", sign="开"
        )
    return app


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """Where the tests of this process work, one after the other."""
    return Workplace(tmp_path_factory.mktemp("workplace") / "instance")


@contextmanager
def at_work(workplace: Workplace, cluster: Cluster | None, source: Path) -> Iterator[config.Instance]:
    """A copy of an instance in the workplace, gone at the end."""
    name = "workplace" if cluster else ""
    yield copy_school(cluster, source, workplace.folder, name=name)
    workplace.clear()
    if cluster:
        cluster.drop(name)


Write = Callable[[], object]
Prepared = Callable[[Write, Rooms], Path]


@pytest.fixture(scope="session")
def prepared(
    _pristine: Path, workplace: Workplace, cluster: Cluster | None, tmp_path_factory: pytest.TempPathFactory
) -> Prepared:
    """A function that gives the pristine instance with what was written into it, once in a process."""

    @cache
    def prepare(write: Write, rooms: Rooms) -> Path:
        folder = tmp_path_factory.mktemp("prepared") / "instance"
        with at_work(workplace, cluster, _pristine) as instance:
            with workplace.open(instance, rooms).app_context():
                write()
                session.remove()
                settle()
            copy_school(cluster, instance.folder, folder)
        return folder

    return prepare


@pytest.fixture
def origin(_pristine: Path) -> Path:
    """What a test's instance is a copy of; where many tests begin with the same, see `begins`."""
    return _pristine


def begins(rooms: Rooms = manifests, **writes: Write) -> Any:
    """The `origin` of a folder or file: by the fixture that a test asks for, what is written beforehand.

    It is written once, at the time that it moves the clock to, and copied for each test. Of several fixtures
    that a test asks for the last one named counts.
    """

    @pytest.fixture
    def origin(request: pytest.FixtureRequest, _pristine: Path, prepared: Prepared) -> Path:
        wanted = [write for name, write in writes.items() if name in request.fixturenames]
        return prepared(wanted[-1], rooms) if wanted else _pristine

    return origin


@pytest.fixture
def instance(origin: Path, workplace: Workplace, cluster: Cluster | None) -> Iterator[config.Instance]:
    """A fresh copy of the pristine instance, or of what the folder's tests begin with."""
    with at_work(workplace, cluster, origin) as copied:
        yield copied


class Compiled(BytecodeCache):
    """Templates compiled once a run: most tests make an application of their own, all have the same pages."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take a page that was compiled from the same text before."""
        if found := self.pages.get(bucket.key + bucket.checksum):
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a page for the next application."""
        self.pages[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


COMPILED = Compiled()


def make_app(instance: config.Instance, rooms: Sequence[Room] | None = None) -> KioskApp:
    """The application on an instance, with pages that need not be compiled again."""
    app = create_app(instance, rooms)
    app.jinja_env.bytecode_cache = COMPILED
    app.test_client_class = FreshClient
    return app


class FreshClient(FlaskClient):
    """A browser whose requests know nothing of the context that a test stands in, as in real life."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send a request."""
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster | None) -> Path:
    """The sample school as it is at SAMPLE_NOW, made once. Look at it; who writes copies it first."""
    from kiosk.sample import demo

    with clock.moved_to(SAMPLE_NOW):
        return made_once(tmp_path_factory, cluster, "sample", demo.make)


@pytest.fixture
def app(instance: config.Instance, workplace: Workplace) -> KioskApp:
    """The application on that instance."""
    return workplace.open(instance)


@pytest.fixture
def own_app(instance: config.Instance) -> Iterator[KioskApp]:
    """An application that is made for this test alone, to which it can still add."""
    app = make_app(instance)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def standing(
    _pristine: Path, tmp_path_factory: pytest.TempPathFactory, cluster: Cluster | None
) -> Iterator[Flask]:
    """One application for all tests of a file that look, or are refused, and change nothing."""
    copied = copy_school(cluster, _pristine, tmp_path_factory.mktemp("standing") / "instance")
    app = make_app(copied)
    yield app
    with app.app_context():
        db.engine.dispose()
    if cluster:
        cluster.drop(name_of(copied))


@pytest.fixture(scope="module")
def onlooker(standing: Flask) -> Callable[[str], FlaskClient]:
    """A function that gives each standing character's one browser on that application."""
    return cache(lambda username: sign_in(standing.test_client(), username))


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """The application with its context entered, for tests of queries and services."""
    with app.app_context():
        yield app
        session.remove()


@pytest.fixture
def at_lunch() -> Iterator[datetime]:
    """Time stands at a Wednesday's lunch when the test begins."""
    with clock.moved_to(LUNCH):
        yield LUNCH


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody's browser."""
    return app.test_client()


def csrf(client: FlaskClient, address: str) -> str:
    """The CSRF token of the page at the address."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(address).text)
    assert found, f"no CSRF token at {address}"
    return found[1]


def sign_in(client: FlaskClient, username: str, password: str = PASSWORD) -> FlaskClient:
    """Sign a browser in through the form."""
    form = {"username": username, "password": password, "csrf_token": csrf(client, "/sign-in")}
    answer = client.post("/sign-in", data=form)
    assert answer.status_code == 302, answer.text
    return client


@pytest.fixture
def signed_in(app: Flask) -> Callable[[str], FlaskClient]:
    """A function that gives a browser signed in as one of the standing characters."""
    return lambda username: sign_in(app.test_client(), username)


@pytest.fixture
def device_key(app: Flask) -> str:
    """The key of a tablet enrolled at c1."""
    return enrol(app, "c1")


def enrol(app: Flask, code: str) -> str:
    """Enrol a tablet at a counter; its device key."""
    with app.app_context(), transaction():
        counter = session.query(Counter).filter_by(code=code).one()
        return add_tablet(by=actor("test"), counter=counter)


def canteen() -> Canteen:
    """The first canteen."""
    return session.query(Canteen).filter_by(code="k1").one()


def counter(code: str = "c1") -> Counter:
    """A counter."""
    return session.query(Counter).filter_by(code=code).one()


def add_staff(name: str, badge: str = "") -> Person:
    """A person of logistics, named after the post."""
    return save_person(by=actor("test"), name=name, badge=badge)


def without_account() -> list[str]:
    """The names of the persons who have no account."""
    held = select(Account.person_id)
    return list(session.scalars(select(Person.name).where(Person.id.not_in(held)).order_by(Person.id)))


@pytest.fixture
def kiosk(instance: config.Instance, monkeypatch: pytest.MonkeyPatch):
    """Run `kiosk` on a fresh instance."""
    monkeypatch.setenv("KIOSK_INSTANCE", str(instance.folder))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("KIOSK_PUBLIC_URL", raising=False)

    def run(*arguments: str, stdin: str = "") -> Result:
        return CliRunner().invoke(main, arguments, input=stdin, catch_exceptions=False)

    return run


def actor(username: str) -> Actor:
    """Who acts by an account; for a name that no account has, what acts by itself under it."""
    found = account_named(username)
    return found.actor if found else Actor(username)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout; tests that need it are skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data (shared/data beside the checkout) is not here")
    return SHARED_DATA


class Server:
    """`kiosk serve` as a process of its own on an instance."""

    def __init__(
        self, folder: Path, *, host: str = "127.0.0.1", port: int | None = None, **environment: str
    ) -> None:
        self.host = host
        self.port = port or free_port()
        self.url = f"http://{host}:{self.port}"
        self.folder = folder
        env = {**os.environ, "KIOSK_INSTANCE": str(folder), "KIOSK_PUBLIC_URL": self.url, **environment}
        self.process = self.begin(["serve", "--host", host, "--port", str(self.port)], env)
        self.output: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()
        self._wait()

    def begin(self, arguments: list[str], environment: dict[str, str]) -> Any:
        """The process with these arguments."""
        return Forked(arguments, environment, ROOT)

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.output.append(line.decode("utf-8", "replace"))

    def _wait(self) -> None:
        from urllib.error import URLError
        from urllib.request import urlopen

        until = time.monotonic() + 30
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            try:
                with urlopen(self.url + "/healthz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                time.sleep(0.05)
        raise AssertionError("the server did not start:\n" + "".join(self.output)[-3000:])

    def kill(self) -> None:
        """Let it die at once: every process of it, as when the machine is lost."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for pid in (self.process.pid, *map(int, children)):
            os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End the server and wait for it."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class OwnProgram(Server):
    """The same as somebody starts it, who waits until the house is open."""

    def begin(self, arguments: list[str], environment: dict[str, str]) -> Any:
        """The process with these arguments."""
        command = [sys.executable, "-c", "from kiosk.cli import main; main()", *arguments]
        return subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )


@pytest.fixture
def server(instance: config.Instance) -> Iterator[Server]:
    """The running product on a fresh instance."""
    running = Server(instance.folder)
    yield running
    running.stop()
