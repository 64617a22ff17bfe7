"""Setting up, checking, migrating, backing up and restoring an instance."""

import logging
import sqlite3
from datetime import time
from pathlib import Path

from flask import Flask

from kiosk.auth.services import add_account
from kiosk.core import config
from kiosk.core.config import ROOT, Instance
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, Damaged, Invalid
from kiosk.core.i18n import lazy
from kiosk.school.models import Meal
from kiosk.school.services import change_settings

MEALS = (
    ("breakfast", "早餐", "Breakfast", time(6, 20), time(8, 0)),
    ("lunch", "午餐", "Lunch", time(11, 20), time(13, 0)),
    ("dinner", "晚餐", "Dinner", time(17, 0), time(18, 40)),
)
"""The timetable a new school starts with; its hours are a proposal."""

_HOW_TO_RESTORE = lazy(
    "The database %(file)s is missing, empty or damaged; nothing is served from it. "
    "Restore the last backup: kiosk restore FILE (backups lie in %(backups)s)."
)


def check_sound(instance: Instance) -> None:
    """Raise Damaged unless the SQLite database is there, whole, and this instance's own."""
    if not instance.uses_sqlite:
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


def migrate_database(app: Flask) -> None:
    """Bring the tables to the newest version, all or nothing."""
    import flask_migrate

    logging.getLogger("alembic").setLevel(logging.WARNING)
    with app.app_context(), transaction(wait=60):
        flask_migrate.upgrade(str(ROOT / "kiosk/migrations"))


def create_school(
    folder: Path, *, name: str, timezone: str, sample: bool = False, name_en: str = ""
) -> Flask:
    """Make an empty school in the folder and return its application. Conflict where one exists already."""
    from zoneinfo import ZoneInfo

    from kiosk import create_app

    if config.locate(folder).exists:
        raise Conflict(lazy("There is a school in %(folder)s already."), folder=str(folder))
    if not name.strip():
        raise Invalid(lazy("The school needs a name."))
    try:
        ZoneInfo(timezone)
    except (KeyError, ValueError, OSError) as error:
        raise Invalid(lazy("There is no time zone %(name)s; try Asia/Shanghai."), name=timezone) from error
    instance = config.create(folder)
    app = create_app(instance)
    migrate_database(app)
    with app.app_context(), transaction():
        from kiosk.school.models import Setting

        session.add(Setting(key="instance_id", value=instance.values["instance_id"]))
        for code, meal, meal_en, starts, ends in MEALS:
            session.add(Meal(code=code, name=meal, name_en=meal_en, starts=starts, ends=ends))
        session.flush()
        change_settings(by="init", name=name.strip(), name_en=name_en, timezone=timezone, sample=sample)
    return app


def add_first_account(
    app: Flask, *, username: str, password: str, role: str = "admin", name: str = ""
) -> None:
    """The account that opens a new school."""
    with app.app_context(), transaction():
        add_account(by="init", username=username, password=password, role=role, name=name)
