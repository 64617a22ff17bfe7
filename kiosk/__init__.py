"""The service counter of a school: ratings at the counter beside what the canteen bought."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kiosk.core.config import Instance
    from kiosk.core.room import Room
    from kiosk.core.web import KioskApp

__version__ = "0.2.0"

FLOORS = (
    ("school", "chain"),
    ("persons", "attachments"),
    ("auth",),
    ("staff", "messages"),
    ("counters",),
    ("catalogue", "presence", "seals", "search"),
    ("steps",),
    ("cases",),
    ("commitments",),
    ("postings",),
    ("accountability",),
    ("board",),
    ("ratings",),
    ("thanks",),
    ("inspections", "dining", "rules", "tenders"),
    ("kitchen",),
    ("budgets",),
    ("purchasing",),
    ("supply",),
    ("stock",),
    ("finance",),
    ("payments",),
    ("accounts",),
    ("overview", "folder"),
    ("operation",),
    ("setup",),
    ("sample",),
)
"""The site map, from the ground floor up: a room imports rooms of earlier floors only.

Each room says in its `room.py` what the house must know of it; nothing else names all rooms.
"""
ROOMS = tuple(room for floor in FLOORS for room in floor)


@contextmanager
def nothing_collected() -> Iterator[None]:
    """What is made while the house is opened stays: to look for garbage in it takes a sixth of the start."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@nothing_collected()
def manifests() -> tuple[Room, ...]:
    """What the rooms say of themselves."""
    return tuple(import_module(f"kiosk.{name}.room").ROOM for name in ROOMS)


@nothing_collected()
def create_app(instance: Instance | None = None, rooms: Iterable[Room] | None = None) -> KioskApp:
    """The application for an instance (default: see `core.config.locate`), of these rooms (default: all)."""
    from kiosk.core import web
    from kiosk.core.config import ROOT, locate

    app = web.KioskApp("kiosk", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.instance = instance or locate()
    app.rooms = tuple(manifests() if rooms is None else rooms)
    configure(app)
    connect_database(app)
    hide_what_is_off(app)
    web.install(app)
    keep_record()
    open_doors(app)
    ask_who_comes(app)
    install_templates(app)
    return app


def configure(app: KioskApp) -> None:
    """Limits, cookies and keys; where the parts of the house find instance and rooms."""
    from kiosk.core import config, room, web
    from kiosk.core.db import engine_options
    from kiosk.school import queries as school

    instance = app.instance
    config.use(lambda: web.running().instance)
    room.use(lambda: web.running().rooms, school.in_use)
    secure = bool(instance.public_url and instance.public_url.startswith("https://"))
    app.config.update(
        SECRET_KEY=instance.secret_key or "no school yet",
        SQLALCHEMY_DATABASE_URI=instance.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(instance),
        MAX_CONTENT_LENGTH=5 * 2**20 + 2**16,  # a picture of 5 MiB and the form around it
        MAX_FORM_MEMORY_SIZE=2**20,
        MAX_FORM_PARTS=20_000,
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]


def connect_database(app: KioskApp) -> None:
    """The database and its connections."""
    from kiosk.core.db import db, prepare_engine

    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine, app.instance.folder / "write.lock")


def hide_what_is_off(app: KioskApp) -> None:
    """What the school has not switched on is not found, before anybody is asked to sign in for it."""
    from flask import request

    from kiosk.core.errors import NotFound
    from kiosk.core.room import is_on

    @app.before_request
    def find_room() -> None:
        view = app.view_functions.get(request.endpoint or "")
        module = view.__module__ if view else ""
        if any(module.startswith(f"{one.package}.") and not is_on(one.optional) for one in app.rooms):
            raise NotFound


def keep_record() -> None:
    """Every office write leaves a trace in the chain."""
    from kiosk.chain.services import append
    from kiosk.core import trace

    trace.register(append)


def open_doors(app: KioskApp) -> None:
    """Open every door of every room; all office doors hang below one guarded blueprint."""
    from flask import Blueprint

    office = Blueprint("office", __name__, url_prefix="/office")
    for room in app.rooms:
        for door in room.doors:
            blueprint = import_module(f"{room.package}.{door}").blueprint
            (office if door.endswith("office") else app).register_blueprint(blueprint)
    app.register_blueprint(office)


def ask_who_comes(app: KioskApp) -> None:
    """Whose request it is, and where a stranger signs in."""
    from kiosk.auth.views import current_account

    app.account = current_account
    app.sign_in = "auth.sign_in"


def install_templates(app: KioskApp) -> None:
    """What every template sees: formats, the school, the account, the office's navigation."""
    from flask import request

    from kiosk.core import filters
    from kiosk.core.room import fragments
    from kiosk.core.web import navigation
    from kiosk.ratings.models import LEVELS
    from kiosk.school import queries as school

    filters.use_zone(school.local)
    filters.install(app.jinja_env)
    app.jinja_env.globals["level_words"] = LEVELS
    app.jinja_env.globals["slot"] = fragments
    app.jinja_env.globals["office_tabs"] = navigation.tabs

    @app.context_processor
    def shell() -> dict[str, Any]:
        return {"site": site(), "theme": request.cookies.get("theme", "auto")}

    @app.context_processor
    def office_shell() -> dict[str, Any]:
        account = app.account() if request.path.startswith("/office") else None
        return {"current_account": account, "office_nav": navigation.entries(account) if account else []}


def site() -> dict[str, Any]:
    """What every page says of the school, in the language of the request."""
    from kiosk.core.i18n import _
    from kiosk.core.web import is_english
    from kiosk.school import queries as school
    from kiosk.school.settings import NAME, NAME_EN, SAMPLE

    settings = school.settings()
    return {
        "product": _("Sunlit Counter"),
        "school_name": settings[NAME_EN if is_english() and settings[NAME_EN] else NAME],
        "sample": settings[SAMPLE],
    }
