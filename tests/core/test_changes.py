"""The database's own sign that something was committed."""

import subprocess
import sys
import threading
import time

from flask import Flask

from kiosk.core import config
from kiosk.core.changes import watching
from kiosk.core.db import db, session, transaction
from kiosk.school.models import Setting

WRITE = """
import sys
from kiosk.cli import open_app
from kiosk.core.config import locate
from kiosk.core.db import session, transaction
from kiosk.school.models import Setting
with open_app(locate(sys.argv[1])).app_context(), transaction():
    session.add(Setting(key="another process", value=1))
"""


def write(app: Flask, key: str) -> None:
    with app.app_context(), transaction():
        session.add(Setting(key=key, value=1))


def test_a_commit_is_told_once(app: Flask) -> None:
    with app.app_context():
        engine = db.engine
    with watching(engine) as wait:
        assert not wait(0.05)
        write(app, "one")
        assert wait(5)
        assert not wait(0.05)


def test_what_another_process_commits_wakes_who_waits(app: Flask, instance: config.Instance) -> None:
    with app.app_context():
        engine = db.engine
    with watching(engine) as wait:
        writer = subprocess.Popen([sys.executable, "-c", WRITE, str(instance.folder)])
        assert wait(60)
        assert writer.wait(60) == 0


def test_what_is_undone_is_not_told(app: Flask) -> None:
    with app.app_context():
        engine = db.engine
    with watching(engine) as wait:
        with app.app_context():
            try:
                with transaction():
                    session.add(Setting(key="one", value=1))
                    session.flush()
                    raise ZeroDivisionError
            except ZeroDivisionError:
                pass
        assert not wait(0.1)


def test_waiting_ends_long_before_its_time_when_something_comes(app: Flask) -> None:
    with app.app_context():
        engine = db.engine
    with watching(engine) as wait:
        timer = threading.Timer(0.2, write, (app, "later"))
        timer.start()
        began = time.monotonic()
        assert wait(60)
        assert time.monotonic() - began < 30
        timer.join()
