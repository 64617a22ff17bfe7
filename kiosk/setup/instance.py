"""Setting up, checking, migrating, backing up and restoring an instance."""

import logging
import sqlite3
from contextlib import closing
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.auth.services import add_account
from kiosk.chain import queries as chain
from kiosk.chain.queries import Head
from kiosk.chain.queries.sentences import sentence
from kiosk.core import config, postgres
from kiosk.core.actor import Actor
from kiosk.core.config import ROOT, Instance
from kiosk.core.db import db, known_versions, session, transaction
from kiosk.core.errors import Conflict, Damaged, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.web import KioskApp
from kiosk.operation import heads
from kiosk.school.models import Meal, Setting
from kiosk.school.services import change_settings
from kiosk.school.settings import INSTANCE_ID
from kiosk.search.services import fill_empty

MEALS = (
    ("breakfast", "早餐", "Breakfast", time(6, 20), time(8, 0)),
    ("lunch", "午餐", "Lunch", time(11, 20), time(13, 0)),
    ("dinner", "晚餐", "Dinner", time(17, 0), time(18, 40)),
)
"""The timetable a new school starts with; its hours are a proposal."""

_HOW_TO_RESTORE = lazy(
    "The database %(file)s is missing, empty or damaged, so the server does not "
    "start. Restore the last backup: kiosk restore FILE (backups are in "
    "%(backups)s)."
)


def check_sound(instance: Instance) -> None:
    """Raise Damaged unless the database is there, whole, and this instance's own."""
    if not instance.uses_sqlite:
        _check_postgresql(instance)
        return
    problem = Damaged(_HOW_TO_RESTORE, file=str(instance.database), backups=str(instance.folder / "backups"))
    try:
        if instance.database.stat().st_size < 512:
            raise problem
        with instance.database.open("rb") as file:
            if file.read(16) != b"SQLite format 3\0":
                raise problem
        connection = sqlite3.connect(f"file:{instance.database}?mode=rw", uri=True, timeout=10)
        try:
            answer = connection.execute("PRAGMA quick_check(1)").fetchone()
            owner = connection.execute("SELECT value FROM setting WHERE key = 'instance_id'").fetchone()
        finally:
            connection.close()
    except (OSError, sqlite3.DatabaseError) as error:
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            return
        raise problem from error
    if answer != ("ok",) or owner is None or owner[0].strip('"') != instance.values.get("instance_id"):
        raise problem


def _check_postgresql(instance: Instance) -> None:
    """Raise Damaged unless the database of DATABASE_URL is this school's, on a server that keeps its word."""
    server = postgres.look(instance.database_url)
    if server.owner is None:
        raise Damaged(
            lazy(
                "There is no school in the database of DATABASE_URL, so the server does not "
                "start. Restore the last backup: kiosk restore FILE (backups are in "
                "%(backups)s)."
            ),
            backups=str(instance.folder / "backups"),
        )
    if server.owner != instance.values.get("instance_id"):
        raise Damaged(
            lazy(
                "The database of DATABASE_URL belongs to another school, so the server does "
                "not start. Copy that school's config.toml to %(folder)s, or correct "
                "DATABASE_URL."
            ),
            folder=str(instance.folder),
        )
    check_server(server)


def check_server(server: postgres.DatabaseState) -> None:
    """Raise Damaged for a server that may forget what it has acknowledged, or that cannot store Chinese."""
    for name, value in postgres.SAFE.items():
        if server.settings[name] != value:
            message = lazy(
                "PostgreSQL's %(name)s is %(found)s and must be %(value)s; the server does not start."
            )
            raise Damaged(message, name=name, found=server.settings[name], value=value)
    if server.settings["synchronous_commit"] == "off":
        raise Damaged(
            lazy("PostgreSQL's synchronous_commit is off, so data could be lost; the server does not start.")
        )


def check_version(instance: Instance) -> None:
    """Raise Damaged unless the database has the tables of this version."""
    version, versions = _version(instance), known_versions()
    if version not in versions:
        raise Damaged(lazy("The database was made by a newer version. Update the product first."))
    if version != versions[-1]:
        raise Damaged(lazy("The database is of an earlier version. Run: kiosk migrate"))


def _version(instance: Instance) -> str | None:
    if not instance.uses_sqlite:
        return postgres.look(instance.database_url).version
    with closing(sqlite3.connect(f"file:{instance.database}?mode=rw", uri=True, timeout=10)) as connection:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return row[0] if row else None


def check_empty(server: postgres.DatabaseState) -> None:
    """Raise Conflict for a database that holds anything already, Damaged for a server that will not do."""
    if server.tables:
        raise Conflict(
            lazy("The database of DATABASE_URL is not empty. Make a new one: createdb -T template0 NAME")
        )
    check_server(server)


def migrate_database(app: KioskApp) -> None:
    """Bring the tables to the newest version, and make what is searched, all or nothing."""
    import flask_migrate  # heavy, and only needed here

    logging.getLogger("alembic").setLevel(logging.WARNING)
    flask_migrate.Migrate(app, db, directory=str(ROOT / "kiosk/migrations"), render_as_batch=True)
    with app.app_context(), transaction(wait=60):
        flask_migrate.upgrade(str(ROOT / "kiosk/migrations"))
        fill_empty()


def check_record(app: KioskApp) -> Head:
    """The head of the record, whatever the version of the tables; Damaged unless all leads up to it."""
    with app.app_context():
        try:
            false = [*chain.false_links(), *chain.false_heads(heads.known())[0]]
            if false:
                message = lazy("Nothing was changed. The record is not whole; ask the auditor: %(finding)s")
                raise Damaged(message, finding=sentence(false[0]))
            return chain.head()
        finally:
            session.remove()


def check_new_school(folder: Path, *, name: str, timezone: str) -> None:
    """Raise Conflict or Invalid where no school of this name and time zone can be made."""
    if config.locate(folder).exists:
        raise Conflict(lazy("There is already a school in %(folder)s."), folder=str(folder))
    if config.locate(folder).uses_sqlite and config.locate(folder).database.exists():
        raise Conflict(
            lazy("The database in %(folder)s has no config.toml. Put it back, or choose another folder."),
            folder=str(folder),
        )
    if not config.locate(folder).uses_sqlite:
        check_empty(postgres.look(config.locate(folder).database_url))
    if not 1 <= len(name.strip()) <= 60:
        raise Invalid(lazy("A school's name has 1 to 60 characters."))
    try:
        ZoneInfo(timezone)
    except (KeyError, ValueError, OSError) as error:
        raise Invalid(lazy("There is no time zone %(name)s; try Asia/Shanghai."), name=timezone) from error


def create_school(
    folder: Path, *, name: str, timezone: str, sample: bool = False, name_en: str = ""
) -> KioskApp:
    """Make an empty school in the folder and return its application. Conflict where one exists already."""
    from kiosk import create_app

    check_new_school(folder, name=name, timezone=timezone)
    instance = config.create(folder)
    if instance.uses_sqlite:
        instance.database.touch(0o600)  # what pupils wrote is for the server alone
    try:
        return _fill(create_app(instance), name=name, name_en=name_en, timezone=timezone, sample=sample)
    except BaseException:  # a school that is half made would only be in the way
        (folder / config.CONFIG).unlink()
        if instance.uses_sqlite:
            for end in ("", "-wal", "-shm"):
                instance.database.with_name(instance.database.name + end).unlink(missing_ok=True)
        else:
            postgres.clear(instance.database_url)
        raise


def _fill(app: KioskApp, *, name: str, name_en: str, timezone: str, sample: bool) -> KioskApp:
    instance: config.Instance = app.instance
    migrate_database(app)
    with app.app_context(), transaction():
        session.add(Setting(key=INSTANCE_ID.name, value=instance.values["instance_id"]))
        for code, meal, meal_en, starts, ends in MEALS:
            session.add(Meal(code=code, name=meal, name_en=meal_en, starts=starts, ends=ends))
        session.flush()
        change_settings(
            by=Actor("init"), name=name.strip(), name_en=name_en, timezone=timezone, sample=sample
        )
    return app


def add_first_account(
    app: KioskApp, *, username: str, password: str, role: str = "admin", name: str = ""
) -> None:
    """The account that opens a new school."""
    with app.app_context(), transaction():
        add_account(by=Actor("init"), username=username, password=password, role=role, name=name)
